import { render, screen } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import Progress from './Progress.svelte';

test('it tells a share within its bounds, and nothing while nobody knows', async () => {
  const { rerender } = render(Progress, { label: 'Імпорт', value: 1.4 });
  const bar = screen.getByRole('progressbar', { name: 'Імпорт' });
  expect(bar.getAttribute('aria-valuenow')).toBe('100');
  await rerender({ value: null });
  expect(bar.getAttribute('aria-valuenow')).toBeNull();
});

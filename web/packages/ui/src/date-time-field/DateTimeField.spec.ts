import { fireEvent, render, screen } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import DateTimeField from './DateTimeField.svelte';

test('the time is that of the venue, and its zone is shown for that day', async () => {
  render(DateTimeField, { label: 'Початок', zone: 'Europe/Kyiv', value: '2026-12-05T13:00:00Z' });
  const field = screen.getByLabelText<HTMLInputElement>(/Початок, Kyiv UTC\+2/);
  expect(field.value).toBe('2026-12-05T15:00');
  await fireEvent.change(field, { target: { value: '2026-07-05T15:00' } });
  expect(screen.getByText(/UTC\+3/)).toBeTruthy();
});

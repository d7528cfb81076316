import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import ActionBar from './ActionBar.svelte';

test('it says what it does and for how much, and a busy one takes no press', async () => {
  const onclick = vi.fn();
  const { rerender } = render(ActionBar, { text: 'До оплати', figure: '800 ₴', onclick });
  await userEvent.click(screen.getByRole('button', { name: /До оплати\s*800 ₴/ }));
  await rerender({ busy: true });
  await userEvent.click(screen.getByRole('button'));
  expect(onclick).toHaveBeenCalledOnce();
});

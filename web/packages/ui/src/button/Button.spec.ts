import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { createRawSnippet } from 'svelte';
import { expect, test, vi } from 'vitest';
import Button from './Button.svelte';

const children = createRawSnippet(() => ({ render: () => '<span>Зберегти</span>' }));

test('it is pressed by Enter and by Space', async () => {
  const onclick = vi.fn();
  render(Button, { children, onclick });
  await userEvent.tab();
  await userEvent.keyboard('{Enter} ');
  expect(onclick).toHaveBeenCalledTimes(2);
});

test('a busy one keeps its focus and takes no second press', async () => {
  const onclick = vi.fn();
  render(Button, { children, onclick, busy: true });
  await userEvent.click(screen.getByRole('button', { name: 'Зберегти' }));
  expect(onclick).not.toHaveBeenCalled();
  expect(screen.getByRole('button')).toBe(document.activeElement);
});

test('one that goes somewhere is a link, unless it is disabled', async () => {
  const { rerender } = render(Button, { children, href: '/orders' });
  expect(screen.getByRole('link').getAttribute('href')).toBe('/orders');
  await rerender({ disabled: true });
  expect(screen.queryByRole('link')).toBeNull();
});

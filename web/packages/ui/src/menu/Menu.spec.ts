import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { createRawSnippet } from 'svelte';
import { expect, test, vi } from 'vitest';
import Menu from './Menu.svelte';

test('it opens, is walked and left by keyboard, and gives the focus back', async () => {
  const onselect = vi.fn();
  const items = [{ text: 'Перейменувати', onselect: vi.fn() }, { text: 'Вимкнене', onselect: vi.fn(), disabled: true }, { text: 'Скасувати', onselect }];
  render(Menu, { label: 'Дії', items, children: createRawSnippet(() => ({ render: () => '<span>…</span>' })) });
  const trigger = screen.getByRole('button', { name: 'Дії' });
  trigger.focus();
  await userEvent.keyboard('{ArrowDown}{ArrowDown}');
  expect(document.activeElement?.textContent).toBe('Скасувати');
  await userEvent.keyboard('{Escape}');
  expect(screen.queryByRole('menu')).toBeNull();
  expect(document.activeElement).toBe(trigger);
  await userEvent.keyboard('{ArrowUp}{Enter}');
  expect(onselect).toHaveBeenCalledOnce();
});

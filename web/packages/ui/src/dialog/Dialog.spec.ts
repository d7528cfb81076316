import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { createRawSnippet } from 'svelte';
import { expect, test, vi } from 'vitest';
import Dialog from './Dialog.svelte';

const children = createRawSnippet(() => ({ render: () => '<p>Текст</p>' }));

test('it is named by its title and says when it was closed', async () => {
  const onclose = vi.fn();
  render(Dialog, { open: true, title: 'Скасувати подію?', close: 'Закрити', children, onclose });
  expect(screen.getByRole('dialog', { name: 'Скасувати подію?' })).toBeTruthy();
  await userEvent.click(screen.getByRole('button', { name: 'Закрити' }));
  expect(onclose).toHaveBeenCalledOnce();
  expect(screen.queryByText('Текст')).toBeNull();
});

import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import FileDrop from './FileDrop.svelte';

test('a chosen file is handed over and named', async () => {
  const onfiles = vi.fn();
  render(FileDrop, { label: 'Афіша', invitation: 'Оберіть файл', onfiles });
  const file = new File(['x'], 'афіша.png', { type: 'image/png' });
  await userEvent.upload(screen.getByLabelText('Афіша'), file);
  expect(onfiles).toHaveBeenCalledWith([file]);
  expect(screen.getByText('афіша.png')).toBeTruthy();
});

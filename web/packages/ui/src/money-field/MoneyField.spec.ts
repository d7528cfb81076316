import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import MoneyField from './MoneyField.svelte';

test('what is written is shown as money when the field is left, and is not touched before', async () => {
  render(MoneyField, { label: 'Ціна', currency: 'UAH', locale: 'uk' });
  const field = screen.getByLabelText<HTMLInputElement>('Ціна');
  await userEvent.type(field, '1200,5');
  expect(field.value).toBe('1200,5');
  await userEvent.tab();
  expect(field.value).toBe('1\u00a0200,50');
});

test('a price from outside replaces the text', async () => {
  const { rerender } = render(MoneyField, { label: 'Ціна', currency: 'UAH', locale: 'uk', minor: 40000 });
  await rerender({ minor: 50000 });
  expect(screen.getByLabelText<HTMLInputElement>('Ціна').value).toBe('500');
});

import { render, screen } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import Field from './Field.svelte';

test('the label names the field and the error describes it', async () => {
  const { rerender } = render(Field, { label: 'Пошта', hint: 'Сюди прийдуть квитки.' });
  const field = screen.getByLabelText('Пошта');
  const under = () => document.getElementById(field.getAttribute('aria-describedby')!)!.textContent;
  expect(under()).toBe('Сюди прийдуть квитки.');
  expect(field.getAttribute('aria-invalid')).toBeNull();
  await rerender({ error: 'Схоже на помилку.' });
  expect(under()).toBe('Схоже на помилку.');
  expect(field.getAttribute('aria-invalid')).toBe('true');
});

import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test } from 'vitest';
import Select from './Select.svelte';

test('the label names it and an option is chosen by its text', async () => {
  render(Select, { label: 'Мова', value: 'uk', options: [{ value: 'uk', text: 'Українська' }, { value: 'en', text: 'English' }] });
  const field = screen.getByLabelText<HTMLSelectElement>('Мова');
  await userEvent.selectOptions(field, 'English');
  expect(field.value).toBe('en');
});

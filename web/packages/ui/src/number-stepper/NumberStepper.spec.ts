import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import NumberStepper from './NumberStepper.svelte';

const props = { label: 'Друга хвиля', more: 'Додати', less: 'Прибрати', min: 0, max: 4 };

test('buttons, arrows and writing stay within the limits', async () => {
  const onchange = vi.fn();
  render(NumberStepper, { ...props, value: 3, onchange });
  const field = screen.getByRole('spinbutton');
  await userEvent.click(screen.getByRole('button', { name: 'Додати: Друга хвиля' }));
  expect(screen.getByRole<HTMLButtonElement>('button', { name: /Додати/ }).disabled).toBe(true);
  await userEvent.type(field, '{ArrowDown}');
  await userEvent.clear(field);
  await userEvent.type(field, '99{Tab}');
  expect(field.getAttribute('aria-valuenow')).toBe('4');
  expect(onchange.mock.calls.flat()).toEqual([4, 3, 4]);
});

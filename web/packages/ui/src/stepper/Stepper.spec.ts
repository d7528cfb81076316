import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import Stepper from './Stepper.svelte';

test('the present step is marked, and only earlier ones lead back', async () => {
  const onback = vi.fn();
  render(Stepper, { label: 'Кроки', steps: ['Квитки', 'Покупець', 'Оплата'], at: 1, onback });
  expect(screen.getAllByRole('listitem').findIndex((step) => step.ariaCurrent === 'step' || step.getAttribute('aria-current') === 'step')).toBe(1);
  await userEvent.click(screen.getByRole('button', { name: /Квитки/ }));
  expect(onback).toHaveBeenCalledWith(0);
  expect(screen.getAllByRole('button')).toHaveLength(1);
});

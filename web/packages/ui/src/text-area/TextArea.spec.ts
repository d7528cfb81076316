import { render, screen } from '@testing-library/svelte';
import { expect, test } from 'vitest';
import TextArea from './TextArea.svelte';

test('the label names it and an error marks it', () => {
  render(TextArea, { label: 'Опис', error: 'Задовго.' });
  expect(screen.getByLabelText('Опис').getAttribute('aria-invalid')).toBe('true');
  expect(screen.getByText('Задовго.')).toBeTruthy();
});

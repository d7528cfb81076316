import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { createRawSnippet } from 'svelte';
import { expect, test } from 'vitest';
import Checkbox from './Checkbox.svelte';

test('its text is its name, and Space turns it', async () => {
  render(Checkbox, { children: createRawSnippet(() => ({ render: () => '<span>Приймаю правила</span>' })) });
  await userEvent.tab();
  await userEvent.keyboard(' ');
  expect(screen.getByRole<HTMLInputElement>('checkbox', { name: 'Приймаю правила' }).checked).toBe(true);
});

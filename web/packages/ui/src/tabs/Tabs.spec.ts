import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { createRawSnippet } from 'svelte';
import { expect, test } from 'vitest';
import Tabs from './Tabs.svelte';

test('arrows choose, and the end meets the beginning', async () => {
  const panel = createRawSnippet<[string]>((key) => ({ render: () => `<p>${key()}</p>` }));
  render(Tabs<string>, { label: 'Подія', tabs: [{ key: 'a', text: 'А' }, { key: 'b', text: 'Б' }], panel });
  await userEvent.tab();
  await userEvent.keyboard('{ArrowLeft}');
  expect(screen.getByRole('tab', { name: 'Б' })).toBe(document.activeElement);
  expect(screen.getByRole('tab', { selected: true }).textContent).toBe('Б');
  await userEvent.keyboard('{ArrowRight}');
  expect(screen.getByRole('tab', { selected: true }).textContent).toBe('А');
});

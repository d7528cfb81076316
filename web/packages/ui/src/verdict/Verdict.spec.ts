import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { createRawSnippet } from 'svelte';
import { expect, test, vi } from 'vitest';
import Verdict from './Verdict.svelte';

test.each([['admit', 'circle'], ['ask', 'polygon'], ['deny', 'rect']] as const)('%s is told by its %s too, not by colour alone', (kind, shape) => {
  const { container } = render(Verdict, { kind, word: 'Заходь' });
  expect(container.querySelector(`svg > ${shape}`)).toBeTruthy();
  expect(screen.getByRole('alert').textContent).toContain('Заходь');
});

test('it leaves by a press or Escape, but not by a press of its own buttons', async () => {
  const ondismiss = vi.fn();
  const actions = createRawSnippet(() => ({ render: () => '<button>Є</button>' }));
  render(Verdict, { kind: 'ask', word: 'Спитай', actions, ondismiss });
  await userEvent.click(screen.getByRole('button'));
  expect(ondismiss).not.toHaveBeenCalled();
  await userEvent.click(screen.getByText('Спитай'));
  await userEvent.keyboard('{Escape}');
  expect(ondismiss).toHaveBeenCalledTimes(2);
});

import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, test, vi } from 'vitest';
import Table from './Table.svelte';

interface Gate { name: string; count: number }
const props = {
  caption: 'Ворота',
  columns: [
    { key: 'name', title: 'Ворота', text: (row: Gate) => row.name, sortable: true },
    { key: 'count', title: 'Усього', text: (row: Gate) => row.count, sortable: true },
  ],
  rows: [{ name: 'Ґанок', count: 9 }, { name: 'Артисти', count: 10 }, { name: 'Щит', count: 2 }],
  rowKey: (row: Gate) => row.name,
};
const names = () => screen.getAllByRole('row').slice(1).map((row) => row.firstElementChild?.textContent?.trim());

test('it sorts up, down, and back: words by the Ukrainian alphabet, counts as numbers', async () => {
  render(Table<Gate>, props);
  await userEvent.click(screen.getByRole('button', { name: 'Ворота' }));
  expect(names()).toEqual(['Артисти', 'Ґанок', 'Щит']);
  const count = screen.getByRole('button', { name: 'Усього' });
  await userEvent.click(count);
  expect(names()).toEqual(['Щит', 'Ґанок', 'Артисти']);
  await userEvent.click(count);
  expect(names()).toEqual(['Артисти', 'Ґанок', 'Щит']);
  expect(screen.getByRole('columnheader', { name: 'Усього' }).getAttribute('aria-sort')).toBe('descending');
  await userEvent.click(count);
  expect(names()).toEqual(['Ґанок', 'Артисти', 'Щит']);
});

test('rows are walked by arrows and opened by Enter', async () => {
  const onopen = vi.fn();
  render(Table<Gate>, { ...props, onopen });
  screen.getAllByRole('row')[1]!.focus();
  await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowUp}{Enter}');
  expect(onopen.mock.calls).toEqual([[props.rows[1]]]);
});

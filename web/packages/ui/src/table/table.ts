import type { Snippet } from 'svelte';

export interface Column<Row> {
  key: string;
  title: string;
  /** What the cell says; also what it sorts by unless `sortBy` is given. */
  text: (row: Row) => string | number;
  sortBy?: (row: Row) => string | number;
  sortable?: boolean;
  /** Times, prices, codes and counts. */
  figures?: boolean;
  align?: 'start' | 'end';
  cell?: Snippet<[Row]>;
}

export interface Sorting {
  key: string;
  direction: 'ascending' | 'descending';
}

const collator = new Intl.Collator('uk', { numeric: true });

/** A sorted copy; rows that compare equal keep their order. */
export function sorted<Row>(rows: readonly Row[], column: Column<Row> | undefined, sorting: Sorting | null): Row[] {
  if (column === undefined || sorting === null) return [...rows];
  const value = column.sortBy ?? column.text;
  const sign = sorting.direction === 'ascending' ? 1 : -1;
  return rows.toSorted((left, right) => {
    const [a, b] = [value(left), value(right)];
    return sign * (typeof a === 'number' && typeof b === 'number' ? a - b : collator.compare(String(a), String(b)));
  });
}

/** Ascending, descending, then as the rows came. */
export function nextSorting(now: Sorting | null, key: string): Sorting | null {
  if (now?.key !== key) return { key, direction: 'ascending' };
  return now.direction === 'ascending' ? { key, direction: 'descending' } : null;
}

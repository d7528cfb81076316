import type { Refusal } from '@brama/ui';

/** What a form finds missing by itself, in the form of what a server refuses. */
export class Incomplete extends Error implements Refusal {
  readonly errors: { pointer: string; detail: string }[];

  constructor(errors: { pointer: string; detail: string }[]) {
    super('incomplete');
    this.errors = errors;
  }
}

/** Throws Incomplete with `detail` at each pointer whose value is empty or no number. */
export function demand(values: Record<string, string | number | null | undefined>, detail: string): void {
  const empty = Object.entries(values).filter(([, value]) =>
    typeof value === 'number' ? !Number.isFinite(value) : !value?.trim(),
  );
  if (empty.length > 0) throw new Incomplete(empty.map(([pointer]) => ({ pointer, detail })));
}

/** A whole number that was written, or NaN. */
export const wholeNumber = (text: string): number => (/^\d{1,9}$/.test(text.trim()) ? Number(text) : Number.NaN);

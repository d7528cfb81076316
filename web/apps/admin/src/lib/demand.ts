import { ApiProblem } from '@brama/core/problem';
import type { Refusal } from '@brama/ui';

/** What a form finds missing by itself, in the form of what a server refuses. */
export class Incomplete extends Error implements Refusal {
  readonly errors: { pointer: string; detail: string }[];

  constructor(errors: { pointer: string; detail: string }[]) {
    super('incomplete');
    this.errors = errors;
  }
}

/** A problem of the whole request that is about one field, by its code: shown there. Any other stays as it is. */
export function atField(error: unknown, places: Readonly<Record<string, string>>): unknown {
  if (!(error instanceof ApiProblem) || error.errors.length > 0) return error;
  const pointer = places[error.code];
  return pointer === undefined ? error : new Incomplete([{ pointer, detail: error.detail || error.title }]);
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

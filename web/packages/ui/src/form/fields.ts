/** What the helper needs of a problem: `errors` of problem+json (RFC 9457). */
export interface Refusal {
  errors: readonly { pointer: string; detail: string }[];
}

/**
 * The errors of a form by JSON pointer. `of('/buyer/email')` goes under the field; `rest(...)` are those
 * that no field shows and the form must show above its action.
 */
export class FieldErrors {
  #byPointer: ReadonlyMap<string, string>;

  constructor(refusal: Refusal | null = null) {
    const grouped = new Map<string, string[]>();
    for (const { pointer, detail } of refusal?.errors ?? []) {
      grouped.set(pointer, [...(grouped.get(pointer) ?? []), detail]);
    }
    this.#byPointer = new Map(Array.from(grouped, ([pointer, details]) => [pointer, details.join(' ')]));
  }

  of(pointer: string): string | undefined {
    return this.#byPointer.get(pointer);
  }

  rest(shown: readonly string[]): string[] {
    return Array.from(this.#byPointer).flatMap(([pointer, detail]) => (shown.includes(pointer) ? [] : [detail]));
  }

  get any(): boolean {
    return this.#byPointer.size > 0;
  }
}

/** Moves the focus to the first field that shows an error. */
export function focusFirstError(form: HTMLElement): void {
  form.querySelector<HTMLElement>('[aria-invalid="true"]')?.focus();
}

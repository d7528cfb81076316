import { m } from '@brama/i18n';
import type { FieldError } from '@brama/core/problem';
import { isEmail } from './email.ts';

export interface Written {
  name: string;
  email: string;
  phone: string;
}

/** A form that was refused before it was sent; has the shape of the server's refusal. */
export class NotFilled extends Error {
  readonly errors: FieldError[];

  constructor(errors: FieldError[]) {
    super('the form is not filled in');
    this.errors = errors;
  }
}

/** The same rules as the server's, so that nobody waits for a refusal. Throws NotFilled. */
export function checkWritten({ name, email, phone }: Written): void {
  const errors: FieldError[] = [];
  if (name.trim() === '') errors.push({ pointer: '/buyer/name', detail: m.shop_name_missing() });
  if (email.trim() === '') errors.push({ pointer: '/buyer/email', detail: m.shop_email_missing() });
  else if (!isEmail(email)) errors.push({ pointer: '/buyer/email', detail: m.shop_email_wrong() });
  if (phone.trim() !== '' && !/^\+?[0-9 ()-]{7,20}$/.test(phone.trim())) errors.push({ pointer: '/buyer/phone', detail: m.shop_phone_wrong() });
  if (errors.length > 0) throw new NotFilled(errors);
}

const OWN_WORDS: [RegExp, () => string][] = [
  [/^\/buyer\/email/, () => m.shop_email_wrong()],
  [/^\/buyer\/phone/, () => m.shop_phone_wrong()],
  [/^\/(buyer|holders\/\d+)\/name/, () => m.shop_name_wrong()],
];

/** The server's refusal with words for people, where it names a field of this form. */
export const inOurWords = (errors: readonly FieldError[]): NotFilled =>
  new NotFilled(errors.map((error) => ({ ...error, detail: OWN_WORDS.find(([place]) => place.test(error.pointer))?.[1]() ?? error.detail })));

/* What is half written outlives a reload of this tab, and nothing more. */
const DRAFT = 'brama.buyer';

export function recallDraft(): Written {
  try {
    return { name: '', email: '', phone: '', ...(JSON.parse(sessionStorage.getItem(DRAFT) ?? '{}') as Partial<Written>) };
  } catch {
    return { name: '', email: '', phone: '' };
  }
}

export function keepDraft(written: Written): void {
  try {
    sessionStorage.setItem(DRAFT, JSON.stringify(written));
  } catch {
    // No storage: a reload begins with an empty form.
  }
}

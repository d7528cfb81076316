/** An amount in minor units (kopiykas, cents) of one currency, as the API writes it. */
export interface Money {
  minor: number;
  currency: string;
}

export type MoneyLocale = 'uk' | 'en';

export class CurrencyMismatch extends Error {
  constructor(left: string, right: string) {
    super(`${left} and ${right} cannot be added or compared`);
    this.name = 'CurrencyMismatch';
  }
}

const SIGNS: Record<string, string> = { UAH: '₴', EUR: '€', USD: '$', GBP: '£', PLN: 'zł', CZK: 'Kč' };
const NBSP = '\u00a0';

export const money = (minor: number, currency: string): Money => ({ minor, currency });
export const currencySign = (currency: string): string => SIGNS[currency] ?? currency;

export function addMoney(left: Money, right: Money): Money {
  if (left.currency !== right.currency) throw new CurrencyMismatch(left.currency, right.currency);
  return money(left.minor + right.minor, left.currency);
}

export const timesMoney = (amount: Money, count: number): Money => money(amount.minor * count, amount.currency);

/** Sum in `currency`; an empty list is zero. */
export function sumMoney(amounts: Iterable<Money>, currency: string): Money {
  let total = money(0, currency);
  for (const amount of amounts) total = addMoney(total, amount);
  return total;
}

/** The figure without its sign: "1 200", "1 200,50" in Ukrainian; "1,200.50" in English. */
export function formatFigure(minor: number, locale: MoneyLocale): string {
  const whole = Math.trunc(Math.abs(minor) / 100).toString();
  const cents = Math.abs(minor) % 100;
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, locale === 'uk' ? NBSP : ',');
  const fraction = cents === 0 ? '' : (locale === 'uk' ? ',' : '.') + cents.toString().padStart(2, '0');
  return `${minor < 0 ? '−' : ''}${grouped}${fraction}`;
}

/** "1 200 ₴" in Ukrainian, "₴1,200" in English. Never by Intl, which writes грн or ₴ by engine. */
export function formatMoney(amount: Money, locale: MoneyLocale): string {
  const sign = currencySign(amount.currency);
  const figure = formatFigure(Math.abs(amount.minor), locale);
  const minus = amount.minor < 0 ? '−' : '';
  if (locale === 'uk') return `${minus}${figure}${NBSP}${sign}`;
  return sign.length > 1 ? `${minus}${figure}${NBSP}${sign}` : `${minus}${sign}${figure}`;
}

/** Minor units of what a person wrote ("1 200", "1200,5", "₴1,200.50"), or null when it is no amount. */
export function parseMoney(text: string): number | null {
  const bare = text.replace(/[\s\u00a0\u202f₴€$£]|zł|kč|грн\.?/giu, '');
  // A comma groups thousands only where a point parts the kopiykas: "1,200.50", but "1200,50".
  const match = /^(?:(\d{1,12})(?:[.,](\d{1,2}))?|(\d{1,3}(?:,\d{3})+)(?:\.(\d{1,2}))?)$/.exec(bare);
  if (match === null) return null;
  const [, plain, part, grouped, cents] = match;
  const whole = plain ?? grouped!.replaceAll(',', '');
  return Number(whole) * 100 + Number((part ?? cents ?? '').padEnd(2, '0'));
}

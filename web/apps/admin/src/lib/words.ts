import { formatClock, formatDay, formatMoment, formatSpan, formatTime } from '@brama/core/dates';
import { formatMoney, type Money } from '@brama/core/money';
import { m } from '@brama/i18n';
import { locale } from '@brama/i18n/locale';

export interface LocalText {
  uk: string;
  en: string;
}

/** The text in the reader's language; Ukrainian where it has no English. */
export const inWords = (text: LocalText): string => (locale.current === 'en' && text.en ? text.en : text.uk);
export const inMoney = (amount: Money): string => formatMoney(amount, locale.current);
export const inFigures = (count: number): string =>
  String(count).replace(/\B(?=(\d{3})+$)/g, locale.current === 'uk' ? '\u00a0' : ',');

/** Things without a venue happen by the clock of whoever reads. */
export const HERE = Intl.DateTimeFormat().resolvedOptions().timeZone || 'Europe/Kyiv';
const at = (zone: string) => ({ locale: locale.current, zone });
export const day = (moment: string, zone = HERE): string => formatDay(moment, at(zone));
export const moment = (when: string, zone = HERE): string => formatMoment(when, at(zone));
export const span = (from: string, until: string, zone: string): string => formatSpan(from, until, at(zone));
export const time = (when: string | number, zone = HERE): string => formatTime(new Date(when), { zone });
export const clock = (when: string, zone = HERE): string => formatClock(when, { zone });

/** The message of a state that the server names, or the state's own name when it is a newer one. */
export function stateWords(prefix: string, state: string): string {
  const message = (m as unknown as Record<string, (() => string) | undefined>)[`${prefix}_${state.replaceAll('.', '_')}`];
  return message ? message() : state;
}

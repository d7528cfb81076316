import { formatMoment, formatSpan, formatTime } from '@brama/core/dates';
import { formatMoney, type Money } from '@brama/core/money';
import { m } from '@brama/i18n';
import { locale } from '@brama/i18n/locale';
import type { EventData, TicketType } from './wire.ts';

export const amount = (money: Money): string => formatMoney(money, locale.current);

/** What stands beside a ticket type that is not simply on sale. */
export function offerWords({ state, sale_from }: TicketType, zone: string): string {
  switch (state) {
    case 'available':
      return '';
    case 'few':
      return m.shop_few();
    case 'reserved':
      return m.shop_reserved();
    case 'sold_out':
      return ''; // Said by the badge in the stepper's place.
    case 'not_yet':
      return sale_from === null ? m.shop_not_yet_plain() : m.shop_not_yet({ when: formatMoment(sale_from, { locale: locale.current, zone }) });
    case 'ended':
      return m.shop_ended();
  }
}

/** The times stay together where the line breaks. */
export const whenWords = ({ starts_at, ends_at, time_zone }: EventData): string =>
  formatSpan(starts_at, ends_at, { locale: locale.current, zone: time_zone }).replace(/(\d)–(\d)/, '$1\u2060–\u2060$2');

export const doorsWords = ({ doors_at, time_zone }: EventData): string => formatTime(doors_at, { zone: time_zone });

import type { Money } from '@brama/core/money';
import type { Locale } from '@brama/i18n/locale';

export type Words = Record<Locale, string>;

/** A ticket type as the page's embedded JSON has it; what can change comes from availability.json. */
export interface TicketType {
  id: string;
  name: Words;
  price: Money;
  max_per_order?: number | null;
}

export interface EventData {
  id: string;
  slug: string;
  title: Words;
  currency: string;
  ticket_types: TicketType[];
}

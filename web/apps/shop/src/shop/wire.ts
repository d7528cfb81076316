import type { Money } from '@brama/core/money';
import type { Locale } from '@brama/i18n/locale';

/* What travels: the shapes of api.md and of publishing's event JSON, as far as the shop reads them. */

export type Words = Record<Locale, string>;
export type Offer = 'available' | 'few' | 'reserved' | 'sold_out' | 'not_yet' | 'ended';

export interface TicketType {
  id: string;
  name: Words;
  description: Words;
  price: Money;
  /** As of the page's writing; availability.json is fresher. */
  state: Offer;
  sale_from: string | null;
  max_per_order: number;
}

export interface EventData {
  id: string;
  slug: string;
  state: string;
  title: Words;
  venue: { name: Words; address: Words };
  organiser: { name: Words; mark: string } | null;
  starts_at: string;
  ends_at: string;
  doors_at: string;
  time_zone: string;
  currency: string;
  poster_url: string;
  page_url: string;
  availability_url: string;
  calendar_url: Words;
  ticket_types: TicketType[];
}

export interface Availability {
  as_of: string;
  ticket_types: { id: string; state: Offer; price: Money }[];
}

export interface HoldLine {
  ticket_type_id: string;
  quantity: number;
  unit_price: Money;
}

export interface Hold {
  id: string;
  token: string;
  event_id: string;
  state: 'active' | 'ordered' | 'released' | 'expired';
  expires_at: string;
  restore_url: string;
  lines: HoldLine[];
  total: Money;
  /** The code of the order that came of it. */
  order: string | null;
}

export interface WantedLine {
  ticket_type_id: string;
  quantity: number;
  expected_unit_price: Money;
}

export interface Buyer {
  name: string;
  email: string;
  phone?: string;
  locale: Locale;
}

export type OrderState = 'pending' | 'paid' | 'expired' | 'cancelled' | 'refunded' | 'partially_refunded';

export interface PlacedOrder {
  code: string;
  token: string;
  state: OrderState;
  total: Money;
  expires_at: string;
  restore_url: string;
}

export interface Order {
  code: string;
  event_id: string;
  state: OrderState;
  total: Money;
  paid: Money;
  refunded: Money;
  lines: { ticket_type_id: string; name: Words; quantity: number; unit_price: Money }[];
  buyer: { name: string; email: string | null };
  placed_at: string;
  expires_at: string;
  payments: { id: string; state: 'created' | 'confirmed' | 'failed'; provider: string; amount: Money }[];
  receipts: { kind: string; fiscal_code: string | null; url: string | null; state: string }[];
  refunds: { id: string; state: string; amount: Money }[];
  restore_url: string;
}

export interface OpenedPayment {
  id: string;
  redirect_url: string;
}

export interface Ticket {
  id: string;
  /** The exact text inside the QR. */
  code: string;
  state: 'valid' | 'blocked' | 'revoked' | 'transferred';
  holder: string | null;
  ticket_type: string;
  ticket_type_id: string;
  event_id: string;
  pdf_url: string;
  web_url: string;
}

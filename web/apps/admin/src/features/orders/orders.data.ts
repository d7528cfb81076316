import { ApiProblem, type Page } from '@brama/core/api';
import type { Money } from '@brama/core/money';
import { createInfiniteQuery, createQuery } from '@tanstack/svelte-query';
import { api, search } from '#lib/api.ts';
import { changed } from '#lib/queries.ts';
import { session } from '#lib/session.svelte.ts';
import type { LocalText } from '#lib/words.ts';

export const ORDER_STATES = ['pending', 'paid', 'partially_refunded', 'refunded', 'expired', 'cancelled'] as const;
export type OrderState = (typeof ORDER_STATES)[number];

export interface OrderRow {
  code: string;
  event_id: string;
  state: OrderState;
  channel: string;
  tender: string | null;
  name: string;
  email: string | null;
  tickets: number;
  total: Money;
  refunded: Money;
  placed_at: string;
  paid_at: string | null;
}

/** The order as sales has it: the truth about its state and money. */
export interface Order {
  code: string;
  event_id: string;
  channel: string;
  state: OrderState;
  total: Money;
  paid: Money;
  refunded: Money;
  lines: { ticket_type_id: string; name: LocalText; quantity: number; unit_price: Money }[];
  buyer: { name: string; email: string | null; phone: string | null; locale: string };
  placed_at: string;
  expires_at: string;
  paid_at: string | null;
  tender: string | null;
  payments: { id: string; state: string; provider: string; amount: Money }[];
  receipts: Receipt[];
  refunds: { id: string; state: string; amount: Money; reason: string; ticket_ids: string[]; requested_at: string }[];
}

export interface Receipt {
  kind: string;
  fiscal_code: string | null;
  url: string | null;
  state: string;
}

export interface Ticket {
  id: string;
  code: string;
  state: 'valid' | 'blocked' | 'revoked' | 'transferred';
  reason: string | null;
  holder: string | null;
  ticket_type: string;
  pdf_url: string;
  web_url: string;
}

/** What analytics learned of the order from everybody's facts. */
export interface OrderLife {
  timeline: { at: string; what: string; details: Record<string, unknown> }[];
}

export interface Email {
  id: string;
  kind: string;
  recipient: string;
  subject: string;
  state: 'queued' | 'sending' | 'sent' | 'failed';
  sent_at: string | null;
  error: string | null;
}

export interface OrderFilter {
  query: string;
  state: string;
  eventId: string;
}

export const useOrders = (filter: () => OrderFilter) =>
  createInfiniteQuery(() => ({
    queryKey: ['orders', session.organiserId, filter()],
    queryFn: ({ pageParam }: { pageParam: string }) =>
      api.get<Page<OrderRow>>(
        `/api/analytics/v1/orders${search({
          organiser_id: session.organiserId,
          query: filter().query,
          state: filter().state,
          event_id: filter().eventId,
          after: pageParam,
        })}`,
      ),
    initialPageParam: '',
    getNextPageParam: (page: Page<OrderRow>) => page.next,
  }));

/** An order that waits for something (money, receipt, refund) is looked at again by itself. */
export const useOrder = (code: () => string) =>
  createQuery(() => ({
    queryKey: ['order', code()],
    queryFn: () => api.get<Order>(`/api/sales/v1/orders/${code()}`),
    refetchInterval: 5_000,
  }));

export const useTickets = (code: () => string) =>
  createQuery(() => ({
    queryKey: ['tickets', code()],
    queryFn: async () => (await api.get<Page<Ticket>>(`/api/ticketing/v1/orders/${code()}/tickets`)).items,
    refetchInterval: 5_000,
  }));

/** Analytics hears of an order a moment after sales has made it. */
function notYet(error: unknown): OrderLife {
  if (error instanceof ApiProblem && error.status === 404) return { timeline: [] };
  throw error;
}

export const useLife = (code: () => string) =>
  createQuery(() => ({
    queryKey: ['life', code()],
    queryFn: () => api.get<OrderLife>(`/api/analytics/v1/orders/${code()}`).catch(notYet),
    refetchInterval: 5_000,
  }));

export const useEmails = (code: () => string) =>
  createQuery(() => ({
    queryKey: ['emails', code()],
    queryFn: async () => (await api.get<Page<Email>>(`/api/delivery/v1/emails${search({ order_code: code() })}`)).items,
    refetchInterval: 5_000,
  }));

const OF_ORDER = ['order', 'orders', 'tickets', 'life', 'emails'];

export interface RefundWish {
  ticket_ids: string[];
  reason: string;
  confirm_admitted: boolean;
}

/** Throws ApiProblem `ticket_admitted` when a guest is in and nobody said that it is meant. */
export async function refundOrder(code: string, wish: RefundWish, key: string): Promise<void> {
  await api.post(`/api/sales/v1/orders/${code}/refunds`, wish, { key });
  await changed(...OF_ORDER);
}

export async function cancelOrder(code: string): Promise<void> {
  await api.post(`/api/sales/v1/orders/${code}/cancel`);
  await changed(...OF_ORDER);
}

/** Sends the same e-mail once more, to the buyer. */
export async function resendEmail(emailId: string, key: string): Promise<void> {
  await api.post(`/api/delivery/v1/emails/${emailId}/resend`, undefined, { key });
  await changed('emails');
}

export async function blockTicket(ticketId: string, reason: string): Promise<void> {
  await api.post(`/api/ticketing/v1/tickets/${ticketId}/block`, { reason });
  await changed(...OF_ORDER);
}

export async function unblockTicket(ticketId: string): Promise<void> {
  await api.post(`/api/ticketing/v1/tickets/${ticketId}/unblock`);
  await changed(...OF_ORDER);
}

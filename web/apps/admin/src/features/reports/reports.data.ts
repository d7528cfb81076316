import type { Money } from '@brama/core/money';
import { createQuery } from '@tanstack/svelte-query';
import { api, download, search } from '#lib/api.ts';
import type { LocalText } from '#lib/words.ts';

const EVENTS = '/api/analytics/v1/events';

export interface TypeFigures {
  ticket_type_id: string;
  name: LocalText | null;
  quantity: number | null;
  sold: number;
  revenue: Money;
  refunded_tickets: number;
  refunded: Money;
  admitted: number;
}

export interface Report {
  orders: number;
  tickets_sold: number;
  revenue: Money;
  tickets_refunded: number;
  refunded: Money;
  net: Money;
  by_ticket_type: TypeFigures[];
  by_way: { channel: string; tender: string | null; orders: number; tickets: number; revenue: Money }[];
  refunds: { tender: string; refunds: number; amount: Money }[];
}

/** `night`: a business date, "2026-12-05", or '' for all time. */
export const useReport = (eventId: () => string | undefined, night: () => string) =>
  createQuery(() => ({
    queryKey: ['report', eventId(), night()],
    queryFn: () => api.get<Report>(`${EVENTS}/${eventId()}/report${search({ night: night() })}`),
    enabled: eventId() !== undefined,
  }));

export const saveOrders = (eventId: string, slug: string, kind: 'xlsx' | 'csv'): Promise<void> =>
  download(`${EVENTS}/${eventId}/orders.${kind}`, `${slug}-orders.${kind}`);

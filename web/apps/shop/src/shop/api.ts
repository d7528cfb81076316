import { createApi, type CallOptions } from '@brama/core/api';
import { locale } from '@brama/i18n/locale';
import { clockedFetch } from './clock.ts';
import type { Buyer, EventData, Hold, OpenedPayment, Order, PlacedOrder, Ticket, WantedLine } from './wire.ts';

const api = createApi({ locale: () => locale.current, fetch: clockedFetch });

/** Headers, never queries: an address is written down on its way. */
const byHold = (token: string): CallOptions => ({ headers: { 'X-Hold-Token': token } });
const byOrder = (token: string): CallOptions => ({ headers: { 'X-Order-Token': token } });

/** The event as its page tells it, for whoever knows only its id. */
export const readEvent = (id: string): Promise<EventData> => api.get(`/data/events/by-id/${id}.json`, { tries: 2 });

export const takeHold = (eventId: string, lines: WantedLine[], key: string): Promise<Hold> =>
  api.post('/api/sales/v1/holds', { event_id: eventId, lines }, { key });
export const readHold = (id: string, token: string): Promise<Hold> => api.get(`/api/sales/v1/holds/${id}`, byHold(token));
export const giveBack = (hold: Hold): Promise<null> => api.delete(`/api/sales/v1/holds/${hold.id}`, byHold(hold.token));

export interface NewOrder {
  hold_id: string;
  hold_token: string;
  buyer: Buyer;
  holders: { name: string }[];
}
export const placeOrder = (order: NewOrder, key: string): Promise<PlacedOrder> => api.post('/api/sales/v1/orders', order, { key });
export const readOrder = (code: string, token: string): Promise<Order> => api.get(`/api/sales/v1/orders/${code}`, byOrder(token));
export const cancelOrder = (code: string, token: string): Promise<PlacedOrder> =>
  api.post(`/api/sales/v1/orders/${code}/cancel`, undefined, { ...byOrder(token), keyless: 'repeatable' });

export const openPayment = (code: string, token: string, key: string): Promise<OpenedPayment> =>
  api.post('/api/payments/v1/payments', { order_code: code, order_token: token, provider: 'monobank' }, { key });

export async function readTickets(code: string, token: string, tries = 4): Promise<Ticket[]> {
  const { items } = await api.get<{ items: Ticket[] }>(`/api/ticketing/v1/orders/${code}/tickets`, { ...byOrder(token), tries });
  return items;
}

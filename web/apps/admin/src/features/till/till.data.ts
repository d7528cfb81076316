import type { Page } from '@brama/core/api';
import type { Money } from '@brama/core/money';
import { createQuery } from '@tanstack/svelte-query';
import { api } from '#lib/api.ts';
import { changed } from '#lib/queries.ts';
import { session } from '#lib/session.svelte.ts';
import type { LocalText } from '#lib/words.ts';

const SALES = '/api/sales/v1';

export interface Till {
  id: string;
  organiser_id: string;
  event_id: string | null;
  name: string;
  float: Money;
  opened_by: string;
  opened_at: string;
  closed_at: string | null;
}

export interface TypeStock {
  ticket_type_id: string;
  name: LocalText;
  state: 'available' | 'few' | 'reserved' | 'sold_out' | 'not_yet' | 'ended';
  price: Money;
  left: number;
}

export interface DoorSale {
  code: string;
  token: string;
  total: Money;
  change: Money;
  tender: 'cash' | 'terminal';
}

export interface DoorTicket {
  id: string;
  code: string;
  state: string;
  ticket_type: string;
  web_url: string;
  pdf_url: string;
}

export interface TillBook {
  cash: Money;
  terminal: Money;
  entries: { kind: string; amount: Money; order_code: string | null; booked_at: string }[];
}

/** The organiser's tills that are at work. */
export const useTills = () =>
  createQuery(() => ({
    queryKey: ['tills', session.organiserId],
    queryFn: async () => {
      const { items } = await api.get<Page<Till>>(`${SALES}/tills`);
      return items.filter(({ organiser_id, closed_at }) => organiser_id === session.organiserId && closed_at === null);
    },
  }));

export const useStock = (eventId: () => string) =>
  createQuery(() => ({
    queryKey: ['stock', eventId()],
    queryFn: () => api.get<TypeStock[]>(`${SALES}/events/${eventId()}/stock`),
    enabled: eventId() !== '',
    refetchInterval: 5_000,
  }));

export const useTillBook = (tillId: () => string, isOpen: () => boolean) =>
  createQuery(() => ({
    queryKey: ['till-book', tillId()],
    queryFn: () => api.get<TillBook>(`/api/payments/v1/tills/${tillId()}/book`),
    enabled: isOpen(),
    staleTime: 0,
  }));

/** The tickets of a sale just made: none yet for a moment, then all of them. */
export const useDoorTickets = (sale: () => DoorSale) =>
  createQuery(() => ({
    queryKey: ['door-tickets', sale().code],
    queryFn: async () =>
      (await api.get<Page<DoorTicket>>(`/api/ticketing/v1/orders/${sale().code}/tickets`, { headers: { 'X-Order-Token': sale().token } })).items,
    refetchInterval: (query) => ((query.state.data?.length ?? 0) > 0 ? false : 700),
  }));

export interface DoorReceipt {
  state: string;
  fiscal_code: string | null;
  url: string | null;
}

/** The receipt of a sale just made; asked for until it is decided. */
export const useDoorReceipt = (sale: () => DoorSale, isExpected: () => boolean) =>
  createQuery(() => ({
    queryKey: ['door-receipt', sale().code],
    queryFn: async () => {
      const order = await api.get<{ receipts: DoorReceipt[] }>(`${SALES}/orders/${sale().code}`, { headers: { 'X-Order-Token': sale().token } });
      return order.receipts[0] ?? null;
    },
    enabled: isExpected(),
    refetchInterval: (query) => (query.state.data && query.state.data.state !== 'pending' ? false : 1_000),
  }));

export async function openTill(body: Record<string, unknown>, key: string): Promise<Till> {
  const till = await api.post<Till>(`${SALES}/tills`, { organiser_id: session.organiserId, ...body }, { key });
  await changed('tills');
  return till;
}

export async function closeTill(tillId: string, counted: Money): Promise<void> {
  await api.post(`${SALES}/tills/${tillId}/close`, { counted });
  await changed('tills');
}

/** Sells and is paid at once. The key keeps a second press from selling twice. */
export async function sell(body: Record<string, unknown>, key: string): Promise<DoorSale> {
  const sale = await api.post<DoorSale>(`${SALES}/door_orders`, body, { key });
  void changed('stock', 'orders', 'till-book');
  return sale;
}

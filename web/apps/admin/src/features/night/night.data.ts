import type { Page } from '@brama/core/api';
import type { Money } from '@brama/core/money';
import { createQuery } from '@tanstack/svelte-query';
import { api, search } from '#lib/api.ts';
import { changed } from '#lib/queries.ts';
import type { OrderRow } from '#features/orders/orders.data.ts';

export interface Summary {
  orders: number;
  tickets_sold: number;
  tickets_refunded: number;
  revenue: Money;
  refunded: Money;
  admitted: number;
  inside: number;
  capacity: number | null;
  by_ticket_type: { ticket_type_id: string; quantity: number | null }[];
  receipts_failed: number;
  emails_failed: number;
  cases_open: number;
  as_of: string;
}

export interface Curves {
  step_s: number;
  sales: { at: string; tickets: number }[];
  admissions: { at: string; admitted: number }[];
}

export interface GateNow {
  id: string;
  name: string;
  admitted_last_10_min: number;
  admitted: number;
  devices: { id: string; name: string; last_seen_at: string | null; is_revoked: boolean }[];
}

export interface Scan {
  server_seq: number;
  scan_id: string;
  kind: string;
  verdict: 'admit' | 'deny' | 'ask';
  outcome: string;
  gate: string;
  device: string;
  scanned_at: string;
  holder: string | null;
  ticket_type: string | null;
}

export interface Case {
  id: string;
  kind: string;
  state: string;
  opened_at: string;
  scans: Scan[];
}

const ANALYTICS = '/api/analytics/v1';
const ADMISSION = '/api/admission/v1';
const LATELY = 12;

/** Polled while no stream is open: figures are never older than some seconds either way. */
const interval = (isLive: boolean, ms = 4_000): number | false => (isLive ? false : ms);

export const useSummary = (eventId: () => string, isLive: () => boolean, may: () => boolean) =>
  createQuery(() => ({
    queryKey: ['summary', eventId()],
    queryFn: () => api.get<Summary>(`${ANALYTICS}/events/${eventId()}/summary`),
    refetchInterval: interval(isLive()),
    enabled: may(),
  }));

export const useCurves = (eventId: () => string, step: () => string, may: () => boolean) =>
  createQuery(() => ({
    queryKey: ['curves', eventId(), step()],
    queryFn: () => api.get<Curves>(`${ANALYTICS}/events/${eventId()}/curves${search({ step: step() })}`),
    refetchInterval: 20_000,
    enabled: may(),
  }));

export const useLatestOrders = (eventId: () => string, isLive: () => boolean, may: () => boolean) =>
  createQuery(() => ({
    queryKey: ['latest-orders', eventId()],
    queryFn: async () => {
      const { items } = await api.get<Page<OrderRow>>(`${ANALYTICS}/orders${search({ event_id: eventId(), limit: String(2 * LATELY) })}`);
      return items.filter(({ paid_at }) => paid_at !== null);
    },
    refetchInterval: interval(isLive()),
    enabled: may(),
  }));

export const useGates = (eventId: () => string, isLive: () => boolean, may: () => boolean) =>
  createQuery(() => ({
    queryKey: ['gates-now', eventId()],
    queryFn: () => api.get<{ items: GateNow[]; headcount: number; as_of: string }>(`${ADMISSION}/events/${eventId()}/gates`),
    refetchInterval: interval(isLive()) || 20_000,
    enabled: may(),
  }));

export const useScans = (eventId: () => string, isLive: () => boolean, may: () => boolean) =>
  createQuery(() => ({
    queryKey: ['scans', eventId()],
    queryFn: async () => (await api.get<Page<Scan>>(`${ADMISSION}/events/${eventId()}/scans${search({ limit: String(LATELY) })}`)).items,
    refetchInterval: interval(isLive()),
    enabled: may(),
  }));

export const useCases = (eventId: () => string, isLive: () => boolean, may: () => boolean) =>
  createQuery(() => ({
    queryKey: ['cases', eventId()],
    queryFn: async () => {
      const { items } = await api.get<Page<Case>>(`${ADMISSION}/cases${search({ event_id: eventId() })}`);
      return items.filter(({ state }) => state === 'open');
    },
    refetchInterval: interval(isLive(), 8_000),
    enabled: may(),
  }));

export async function resolveCase(caseId: string, resolution: string): Promise<void> {
  await api.post(`${ADMISSION}/cases/${caseId}/resolve`, { resolution });
  await changed('cases', 'summary');
}

export const SUMMARY_STREAM = (eventId: string): string => `${ANALYTICS}/events/${eventId}/stream`;
export const GATES_STREAM = (eventId: string): string => `${ADMISSION}/events/${eventId}/stream`;

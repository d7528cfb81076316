import type { Page } from '@brama/core/api';
import type { Money } from '@brama/core/money';
import { createQuery } from '@tanstack/svelte-query';
import { all, api, search } from '#lib/api.ts';
import { changed } from '#lib/queries.ts';
import { session } from '#lib/session.svelte.ts';

const FISCAL = '/api/fiscal/v1';

export interface Register {
  id: string;
  name: string;
  provider: string;
  purpose: 'online' | 'door';
  fiscal_number: string | null;
  is_active: boolean;
  /** Why its receipts wait; a person has to look. */
  trouble: string | null;
  shift: { id: string; state: string; opened_at: string | null; closes_at: string | null } | null;
}

export interface FailedReceipt {
  id: string;
  order_code: string | null;
  kind: string;
  total: Money;
  reason: string | null;
  created_at: string;
}

export const useRegisters = () =>
  createQuery(() => ({
    queryKey: ['registers', session.organiserId],
    queryFn: () => all<Register>(`${FISCAL}/registers`, { organiser_id: session.organiserId }),
    refetchInterval: 10_000,
  }));

export const useFailedReceipts = () =>
  createQuery(() => ({
    queryKey: ['failed-receipts', session.organiserId],
    queryFn: async () =>
      (await api.get<Page<FailedReceipt>>(`${FISCAL}/receipts${search({ organiser_id: session.organiserId, state: 'failed' })}`)).items,
    refetchInterval: 10_000,
  }));

export interface NewRegister {
  name: string;
  license_key: string;
  pin_code: string;
  purpose: string;
}

/** Throws ApiProblem `register_refused` when the registrar does not know the licence or the PIN. */
export async function addRegister(body: NewRegister, key: string): Promise<void> {
  await api.post(`${FISCAL}/registers`, { organiser_id: session.organiserId, provider: 'checkbox', ...body }, { key, timeoutMs: 30_000 });
  await changed('registers');
}

export async function setRegisterActive(id: string, isActive: boolean): Promise<void> {
  await api.patch(`${FISCAL}/registers/${id}`, { is_active: isActive });
  await changed('registers');
}

export async function closeShift(id: string): Promise<void> {
  await api.post(`${FISCAL}/registers/${id}/close_shift`);
  await changed('registers');
}

export async function retryReceipt(id: string): Promise<void> {
  await api.post(`${FISCAL}/receipts/${id}/retry`);
  await changed('failed-receipts');
}

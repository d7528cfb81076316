import { createQuery } from '@tanstack/svelte-query';
import { all, api } from '#lib/api.ts';
import { changed } from '#lib/queries.ts';
import { session } from '#lib/session.svelte.ts';
import type { LocalText } from '#lib/words.ts';

const IDENTITY = '/api/identity/v1';
const ACCOUNTS = '/api/payments/v1/merchant_accounts';

export interface Organiser {
  id: string;
  slug: string;
  name: LocalText;
  mark: string;
  accent: string | null;
  legal_name: string;
  tax_id: string;
  contact_email: string;
  address: LocalText;
  locale: 'uk' | 'en';
  is_fiscalised: boolean;
  version: number;
}

export interface MerchantAccount {
  id: string;
  provider: string;
  name: string;
  is_active: boolean;
  created_at: string;
}

export interface SessionLine {
  id: string;
  user_agent: string;
  started_at: string;
  used_at: string;
  is_current: boolean;
}

export const useOrganiser = () =>
  createQuery(() => ({
    queryKey: ['organiser', session.organiserId],
    queryFn: () => api.get<Organiser>(`${IDENTITY}/organisers/${session.organiserId}`),
  }));

export async function changeOrganiser(seen: Organiser, changes: Record<string, unknown>): Promise<void> {
  await api.patch(`${IDENTITY}/organisers/${seen.id}`, changes, { ifMatch: `"${seen.version}"` });
  await Promise.all([changed('organiser'), session.reload()]);
}

export const useMerchantAccounts = () =>
  createQuery(() => ({
    queryKey: ['merchant-accounts', session.organiserId],
    queryFn: () => all<MerchantAccount>(ACCOUNTS, { organiser_id: session.organiserId }),
  }));

/** Throws ApiProblem `merchant_token_refused` when the bank does not know the token. */
export async function connectMerchant(body: { name: string; token: string }, key: string): Promise<void> {
  await api.post(ACCOUNTS, { organiser_id: session.organiserId, provider: 'monobank', ...body }, { key, timeoutMs: 30_000 });
  await changed('merchant-accounts');
}

export async function disconnectMerchant(id: string): Promise<void> {
  await api.delete(`${ACCOUNTS}/${id}`);
  await changed('merchant-accounts');
}

export const useSessions = () =>
  createQuery(() => ({ queryKey: ['sessions'], queryFn: () => all<SessionLine>(`${IDENTITY}/sessions`) }));

export async function endSession(id: string): Promise<void> {
  await api.delete(`${IDENTITY}/sessions/${id}`);
  await changed('sessions');
}

export async function changeProfile(changes: { name?: string; locale?: string }): Promise<void> {
  await api.patch(`${IDENTITY}/me`, changes);
  await session.reload();
}

/** Everywhere else the session ends. */
export async function changePassword(current: string, next: string): Promise<void> {
  await api.post(`${IDENTITY}/me/password`, { current, new: next }, { keyless: 'once' });
  await changed('sessions');
}

export const beginTotp = (): Promise<{ secret: string; otpauth_uri: string }> =>
  api.post(`${IDENTITY}/me/totp`, undefined, { keyless: 'once' });

export async function confirmTotp(code: string): Promise<void> {
  await api.post(`${IDENTITY}/me/totp/confirm`, { code }, { keyless: 'once' });
  await session.reload();
}

export async function removeTotp(): Promise<void> {
  await api.delete(`${IDENTITY}/me/totp`);
  await session.reload();
}

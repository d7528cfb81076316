import { createQuery } from '@tanstack/svelte-query';
import { all, api, search } from '#lib/api.ts';
import { changed } from '#lib/queries.ts';
import { session, type Role } from '#lib/session.svelte.ts';

const IDENTITY = '/api/identity/v1';

export interface Colleague {
  id: string;
  name: string;
  email: string;
  role: Role;
  has_totp: boolean;
  since: string;
  last_seen_at: string | null;
}

export interface Invitation {
  id: string;
  name: string;
  email: string;
  role: Role;
  invited_by: string;
  expires_at: string;
}

export const useStaff = () =>
  createQuery(() => ({
    queryKey: ['staff', session.organiserId],
    queryFn: () => all<Colleague>(`${IDENTITY}/staff`, { organiser_id: session.organiserId }),
    enabled: session.may('owner', 'manager'),
  }));

export const useInvitations = () =>
  createQuery(() => ({
    queryKey: ['invitations', session.organiserId],
    queryFn: () => all<Invitation>(`${IDENTITY}/invitations`, { organiser_id: session.organiserId }),
    enabled: session.may('owner'),
  }));

export async function invite(body: Record<string, unknown>, key: string): Promise<void> {
  await api.post(`${IDENTITY}/invitations`, { organiser_id: session.organiserId, ...body }, { key });
  await changed('invitations');
}

export async function withdrawInvitation(id: string): Promise<void> {
  await api.delete(`${IDENTITY}/invitations/${id}`);
  await changed('invitations');
}

/** In force at once. Whoever changes their own role sees the app of the new one. */
export async function changeRole(staffId: string, role: Role): Promise<void> {
  await api.put(`${IDENTITY}/staff/${staffId}/roles`, { organiser_id: session.organiserId, role });
  await afterRoleOf(staffId);
}

export async function removeRole(staffId: string): Promise<void> {
  await api.delete(`${IDENTITY}/staff/${staffId}/roles${search({ organiser_id: session.organiserId })}`);
  await afterRoleOf(staffId);
}

async function afterRoleOf(staffId: string): Promise<void> {
  if (staffId === session.account?.id) {
    await session.renew();
    await session.reload();
  }
  await changed('staff');
}

import type { Page } from '@brama/core/api';
import { createInfiniteQuery } from '@tanstack/svelte-query';
import { api, search } from '#lib/api.ts';
import { session } from '#lib/session.svelte.ts';

export interface AuditEntry {
  id: string;
  actor_kind: 'staff' | 'device' | 'system';
  actor_id: string | null;
  actor_name: string;
  service: string;
  action: string;
  subject_kind: string;
  subject_id: string;
  details: Record<string, string>;
  occurred_at: string;
}

/** What people do here, as the services call it; the filter offers these. */
export const ACTIONS = [
  'event.drafted', 'event.edited', 'event.published', 'event.cancelled', 'ticket_type.added', 'ticket_type.edited',
  'ticket_type.archived', 'venue.added', 'venue.edited', 'gate.added', 'gate.edited', 'check_in_list.added',
  'check_in_list.edited', 'refund.requested', 'order.cancelled', 'till.opened', 'till.closed', 'ticket.blocked', 'ticket.unblocked',
  'case.resolved', 'staff.invited', 'invitation.accepted', 'invitation.withdrawn', 'role.changed', 'role.removed',
  'device.added', 'device.paired', 'device.revoked', 'organiser.changed', 'merchant_account.connected',
  'merchant_account.disconnected', 'session.started', 'session.ended', 'session.stolen', 'password.changed',
  'profile.changed', 'totp.enabled', 'totp.disabled',
] as const;

export const useAudit = (filter: () => { actorId: string; action: string }) =>
  createInfiniteQuery(() => ({
    queryKey: ['audit', session.organiserId, filter()],
    queryFn: ({ pageParam }: { pageParam: string }) =>
      api.get<Page<AuditEntry>>(
        `/api/identity/v1/audit${search({
          organiser_id: session.organiserId,
          actor_id: filter().actorId,
          action: filter().action,
          after: pageParam,
        })}`,
      ),
    initialPageParam: '',
    getNextPageParam: (page: Page<AuditEntry>) => page.next,
    refetchInterval: 10_000,
  }));

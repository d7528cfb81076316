import { createApi } from '@brama/core/api';
import { locale } from '@brama/i18n/locale';
import type { Role } from '#lib/session.svelte.ts';
import type { LocalText } from '#lib/words.ts';

const anybody = createApi({ locale: () => locale.current });
const PATH = '/api/identity/v1/invitations';

export interface InvitationSheet {
  organiser: { id: string; name: LocalText; mark: string };
  name: string;
  email: string;
  role: Role;
  invited_by: string;
  expires_at: string;
  has_account: boolean;
}

/** The invitation behind a link; the token goes in a header, so that no log keeps it. */
export const readInvitation = (token: string): Promise<InvitationSheet> =>
  anybody.get(`${PATH}/by-token`, { headers: { 'X-Invitation-Token': token } });

/** Takes up the role; the link works once. */
export const acceptInvitation = (token: string, password: string, name?: string): Promise<{ email: string }> =>
  anybody.post(`${PATH}/accept`, { token, password, ...(name ? { name } : {}) }, { keyless: 'once' });

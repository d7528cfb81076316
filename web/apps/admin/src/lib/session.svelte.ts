import { ApiProblem, createApi, Unreachable } from '@brama/core/api';
import { locale } from '@brama/i18n/locale';
import type { LocalText } from './words.ts';

export type Role = 'owner' | 'manager' | 'accountant' | 'box_office' | 'inspector';
export const ROLES: readonly Role[] = ['owner', 'manager', 'accountant', 'box_office', 'inspector'];

export interface Account {
  id: string;
  name: string;
  email: string;
  locale: 'uk' | 'en';
  has_totp: boolean;
  roles: { organiser_id: string; role: Role }[];
  organisers: { id: string; slug: string; name: LocalText; mark: string; accent: string | null }[];
}

interface SignedIn {
  access_token: string;
  expires_at: string;
}

const SESSIONS = '/api/identity/v1/sessions';
const CHOSEN = 'brama.organiser';
const EARLY_MS = 30_000;

/**
 * Who works here. The access token lives in memory only; the refresh token in a cookie that no script reads,
 * so that a reload restores the session and a stolen page cannot carry it away.
 */
export class Session {
  state = $state<'restoring' | 'unreachable' | 'out' | 'in'>('restoring');
  account = $state.raw<Account | null>(null);
  #organiserId = $state<string | null>(null);
  #token: string | null = null;
  #freshUntil = 0;
  #renewing: Promise<string | null> | null = null;
  #plain = createApi({ locale: () => locale.current });

  /** The organiser whose things are shown. */
  get organiserId(): string {
    return this.#organiserId ?? '';
  }

  get role(): Role | null {
    return this.account?.roles.find((role) => role.organiser_id === this.#organiserId)?.role ?? null;
  }

  may(...roles: Role[]): boolean {
    return this.role !== null && roles.includes(this.role);
  }

  choose(organiserId: string): void {
    this.#organiserId = organiserId;
    remember(organiserId);
  }

  /** A token that still lives for a while; null when nobody is signed in. */
  async token(): Promise<string | null> {
    if (this.#token !== null && Date.now() < this.#freshUntil) return this.#token;
    return this.state === 'out' ? null : this.renew();
  }

  /** A new token, however many ask at once; null, and signed out, when the session has ended. */
  renew(): Promise<string | null> {
    this.#renewing ??= this.#refresh().finally(() => (this.#renewing = null));
    return this.#renewing;
  }

  /** After a reload: takes the session up again, if there is one. */
  async restore(): Promise<void> {
    this.state = 'restoring';
    try {
      if ((await this.renew()) !== null) await this.#enter();
    } catch (error) {
      if (!(error instanceof Unreachable || error instanceof ApiProblem)) throw error;
      this.state = 'unreachable';
    }
  }

  /** Throws ApiProblem: `credentials_invalid`, or `totp_required` when a code is asked for. */
  async signIn(email: string, password: string, totp?: string): Promise<void> {
    const body = { email, password, transport: 'cookie', ...(totp ? { totp } : {}) };
    this.#take(await this.#plain.post<SignedIn>(SESSIONS, body, { keyless: 'once' }));
    await this.#enter();
  }

  async signOut(): Promise<void> {
    const headers = { Authorization: `Bearer ${await this.token()}` };
    await this.#plain.delete(`${SESSIONS}/current`, { headers });
    this.#leave();
  }

  /** Reads the account anew: a name or a role changed. */
  async reload(): Promise<void> {
    const headers = { Authorization: `Bearer ${await this.token()}` };
    this.account = await this.#plain.get<Account>('/api/identity/v1/me', { headers });
    const ids = this.account.organisers.map(({ id }) => id);
    const wished = this.#organiserId ?? remembered();
    this.#organiserId = ids.find((id) => id === wished) ?? ids[0] ?? null;
  }

  async #enter(): Promise<void> {
    await this.reload();
    this.state = 'in';
  }

  #take({ access_token, expires_at }: SignedIn): string {
    this.#token = access_token;
    this.#freshUntil = new Date(expires_at).getTime() - EARLY_MS;
    return access_token;
  }

  #leave(): void {
    this.#token = null;
    this.account = null;
    this.state = 'out';
  }

  async #refresh(): Promise<string | null> {
    try {
      return this.#take(await oneTabAtATime(() => this.#askForToken()));
    } catch (error) {
      if (!(error instanceof ApiProblem) || ![401, 403].includes(error.status)) throw error;
      this.#leave();
      return null;
    }
  }

  #askForToken(): Promise<SignedIn> {
    return this.#plain.post<SignedIn>(`${SESSIONS}/refresh`, undefined, {
      keyless: 'once',
      headers: { 'X-Brama-CSRF': '1' },
    });
  }
}

/** Each refresh replaces the cookie: two tabs that use the same one look like a theft. */
async function oneTabAtATime<T>(run: () => Promise<T>): Promise<T> {
  return 'locks' in navigator ? navigator.locks.request('brama.session', run) : run();
}

function remembered(): string | null {
  try {
    return localStorage.getItem(CHOSEN);
  } catch {
    return null;
  }
}

function remember(organiserId: string): void {
  try {
    localStorage.setItem(CHOSEN, organiserId);
  } catch {
    // Without storage the choice holds until the page is left.
  }
}

export const session = new Session();

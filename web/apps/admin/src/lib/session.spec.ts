import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Session, type Account } from './session.svelte.ts';

const ACCOUNT: Account = {
  id: 's', name: 'Соломія', email: 's@example.com', locale: 'uk', has_totp: false,
  roles: [{ organiser_id: 'a', role: 'owner' }, { organiser_id: 'b', role: 'inspector' }],
  organisers: ['a', 'b'].map((id) => ({ id, slug: id, name: { uk: id, en: id }, mark: id, accent: null })),
};
const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });
const signedIn = (token: string, lifeMs = 300_000) => json(201, { access_token: token, expires_at: new Date(Date.now() + lifeMs).toISOString() });

/** A server whose session is on or off; counts what it was asked. */
function serve(refresh: () => Response) {
  const asked: string[] = [];
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    asked.push(`${init.method} ${url}`);
    if (url.endsWith('/sessions/refresh')) {
      expect(new Headers(init.headers).get('X-Brama-CSRF')).toBe('1');
      return refresh();
    }
    return url.endsWith('/me') ? json(200, ACCOUNT) : signedIn('first');
  });
  return asked;
}

describe('a session', () => {
  beforeEach(() => localStorage.clear());
  afterEach(() => vi.useRealTimers());

  it('is taken up again after a reload, by the cookie alone', async () => {
    serve(() => signedIn('fresh'));
    const session = new Session();
    await session.restore();
    expect([session.state, session.role, await session.token()]).toEqual(['in', 'owner', 'fresh']);
  });

  it('is out when the cookie is worth nothing, and asks no more', async () => {
    const asked = serve(() => json(401, { type: '/problems/session_ended', title: '' }));
    const session = new Session();
    await session.restore();
    expect(session.state).toBe('out');
    expect(await session.token()).toBeNull();
    expect(asked).toHaveLength(1);
  });

  it('does not sign out when nobody answers', async () => {
    vi.stubGlobal('fetch', async () => { throw new TypeError('no network'); });
    const session = new Session();
    await session.restore();
    expect(session.state).toBe('unreachable');
  });

  it('renews a token that is about to end once, however many ask', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    let count = 0;
    const asked = serve(() => signedIn(`token ${(count += 1)}`));
    const session = new Session();
    await session.restore();
    expect(await session.token()).toBe('token 1');
    vi.setSystemTime(Date.now() + 280_000);
    expect(await Promise.all([session.token(), session.token(), session.token()])).toEqual(Array(3).fill('token 2'));
    expect(asked.filter((line) => line.endsWith('/refresh'))).toHaveLength(2);
  });

  it('shows the organiser that was chosen last on this device', async () => {
    serve(() => signedIn('fresh'));
    const before = new Session();
    await before.restore();
    before.choose('b');
    const session = new Session();
    await session.restore();
    expect([session.organiserId, session.role, session.may('owner')]).toEqual(['b', 'inspector', false]);
  });
});

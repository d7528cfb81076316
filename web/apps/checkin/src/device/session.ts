import { type Api, ApiProblem, type CallOptions, createApi } from '@brama/core/api';
import type { ServerStatus } from '@brama/core/status';
import type { EventHead, Gate, LocalText, TicketKey } from '../event/types.ts';
import { toBase64url } from '../gate/entry.ts';
import { type Db, type Identity, writeSelf } from './db.ts';
import { makeKeyPair, sign } from './keys.ts';
import type { ServerClock } from './server-clock.ts';

const RENEW_BEFORE_MS = 30 * 60_000;

/** What identity tells a device of itself. */
export interface Sheet {
  device_id: string;
  name: string;
  organiser: { id: string; name: LocalText };
  events: (EventHead & { gates: Gate[]; check_in_lists: { id: string; name: string }[] })[];
  keys: TicketKey[];
}

interface Token {
  access_token: string;
  expires_at: string;
}

interface Surroundings {
  clock: ServerClock;
  status: ServerStatus;
  locale: () => string;
  fetch?: typeof fetch;
}

const clientOf = ({ clock, status, locale, fetch }: Surroundings, token?: () => Promise<string>): Api =>
  createApi({ status, locale, fetch: clock.listening(fetch), ...(token && { token }) });

/**
 * Makes this phone a gate device by the code that the manager shows. The key pair is made here, and its
 * private half stays here.
 */
export async function pair(db: Db, around: Surroundings, code: string): Promise<{ identity: Identity; sheet: Sheet }> {
  const keys = await makeKeyPair();
  const body = { pairing_code: code, public_key: toBase64url(keys.publicKey) };
  const sheet = await clientOf(around).post<Sheet & Token>('/api/identity/v1/devices/pair', body, { keyless: 'once' });
  const identity: Identity = {
    deviceId: sheet.device_id,
    name: sheet.name,
    organiser: sheet.organiser.name,
    keys,
    token: sheet.access_token,
    tokenExpiresAt: Date.parse(sheet.expires_at),
  };
  await writeSelf(db, 'identity', identity);
  return { identity, sheet };
}

/** A paired device's way to the server: its token is renewed by the device's own signature. */
export class Session {
  readonly identity: Identity;
  readonly api: Api;
  #bare: Api;
  #db: Db;
  #clock: ServerClock;
  #renewing: Promise<void> | null = null;
  #status: ServerStatus;
  #onRevoked: () => void;

  constructor(db: Db, identity: Identity, around: Surroundings, onRevoked: () => void) {
    this.#db = db;
    this.identity = identity;
    this.#clock = around.clock;
    this.#status = around.status;
    this.#onRevoked = onRevoked;
    this.#bare = clientOf(around);
    this.api = this.#renewingApi(clientOf(around, () => this.token()));
  }

  /** The token of the moment. While the server cannot be reached, the old one is better than none. */
  async token(): Promise<string> {
    if (this.identity.tokenExpiresAt - this.#clock.now() < RENEW_BEFORE_MS) await this.renew().catch(() => undefined);
    return this.identity.token;
  }

  sign = (message: Uint8Array<ArrayBuffer>): Promise<Uint8Array> => sign(this.identity.keys, message);

  /** Throws ApiProblem `device_revoked` when this device has lost its rights, after saying so. */
  renew(): Promise<void> {
    this.#renewing ??= this.#renew().finally(() => (this.#renewing = null));
    return this.#renewing;
  }

  async #renew(): Promise<void> {
    const { deviceId } = this.identity;
    const path = `/api/identity/v1/devices/${deviceId}/token`;
    try {
      const token = await this.#bare.post<Token>(path, await this.#proof(deviceId), { keyless: 'once', timeoutMs: 8000 });
      this.identity.token = token.access_token;
      this.identity.tokenExpiresAt = Date.parse(token.expires_at);
      await writeSelf(this.#db, 'identity', this.identity);
    } catch (error) {
      if (error instanceof ApiProblem && error.code === 'device_revoked') this.#onRevoked();
      throw error;
    }
  }

  async #proof(deviceId: string): Promise<{ signed_at: string; signature: string }> {
    const signedAt = new Date(this.#clock.now()).toISOString();
    const domain = new TextEncoder().encode('brama.device.token.v1\0');
    const id = Uint8Array.from(deviceId.replaceAll('-', '').match(/../g) ?? [], (hex) => Number.parseInt(hex, 16));
    const message = new Uint8Array([...domain, ...id, ...new TextEncoder().encode(signedAt)]);
    return { signed_at: signedAt, signature: toBase64url(await this.sign(message)) };
  }

  /** A refused token is renewed once; what was asked is then asked again. A dead service is no server to a gate. */
  #renewingApi(api: Api): Api {
    const again = async <T>(ask: () => Promise<T>): Promise<T> => {
      try {
        return await ask();
      } catch (error) {
        if (error instanceof ApiProblem && error.status >= 500) this.#status.failed();
        if (!(error instanceof ApiProblem) || error.status !== 401) throw error;
        await this.renew();
        return ask();
      }
    };
    return {
      call: (...given) => again(() => api.call(...given)),
      get: (path, options?: CallOptions) => again(() => api.get(path, options)),
      post: (path, body, options) => again(() => api.post(path, body, options)),
      patch: (path, body, options) => again(() => api.patch(path, body, options)),
      put: (path, body, options) => again(() => api.put(path, body, options)),
      delete: (path, options) => again(() => api.delete(path, options)),
    } as Api;
  }
}

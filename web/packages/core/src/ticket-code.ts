/**
 * The code on a ticket: "BR1:" + base45(24 payload bytes + Ed25519 signature), as src/brama/shared/ticket_code.py.
 * Total: every text gives an answer, never an exception.
 */
import { decodeBase45 } from './base45.ts';

export const PREFIX = 'BR1:';
export const TIME_EPOCH_MS = Date.UTC(2024, 0, 1);
const DOMAIN = new TextEncoder().encode('brama.ticket.v1\0');
const PAYLOAD_BYTES = 24;
const VERSION = 1;
const LIVE = 1;
const HOUR_MS = 3_600_000;
/** Nothing is trimmed or corrected: base45 contains the space, and one ticket has one text. */
const CODE = /^BR1:[0-9A-Z $%*+./:-]{132}$/;

/** What a ticket says of itself. No name, no price. */
export interface Payload {
  live: boolean;
  keyId: number;
  eventNumber: number;
  /** 8 random bytes in hex. */
  ticketId: string;
  revision: number;
  product: number;
  /** Bit n is zone n. */
  zones: number;
  /** The first moment of validity and the first after it, ms since 1970. */
  validFrom: number;
  validUntil: number;
}

export interface TicketCode {
  payload: Payload;
  signed: Uint8Array<ArrayBuffer>;
  signature: Uint8Array<ArrayBuffer>;
}

export type Unreadable = { reason: 'form' | 'base45' | 'version' | 'flags' };

/** `claimed` is what the code says of itself: to be believed only when genuine or wrong_event. */
export type Reading =
  | { outcome: 'genuine'; payload: Payload }
  | { outcome: 'unreadable'; claimed: null }
  | { outcome: 'unknown_key' | 'counterfeit' | 'wrong_event'; claimed: Payload };

/** Raw 32-byte public keys by `keyName`. */
export type Keys = ReadonlyMap<string, Uint8Array<ArrayBuffer>>;

export const keyName = (eventNumber: number, keyId: number): string => `${eventNumber}/${keyId}`;

export function parseTicketCode(text: string): TicketCode | Unreadable {
  if (!CODE.test(text)) return { reason: 'form' };
  const data = decodeBase45(text.slice(PREFIX.length));
  if (data === null) return { reason: 'base45' };
  const [first = 0] = data;
  if (first >> 4 !== VERSION) return { reason: 'version' };
  if ((first & 0x0f & ~LIVE) !== 0) return { reason: 'flags' };
  return {
    payload: unpack(data),
    signed: data.slice(0, PAYLOAD_BYTES) as Uint8Array<ArrayBuffer>,
    signature: data.slice(PAYLOAD_BYTES) as Uint8Array<ArrayBuffer>,
  };
}

function unpack(data: Uint8Array): Payload {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const hours = (offset: number): number => (view.getUint16(offset) << 8) | view.getUint8(offset + 2);
  return {
    live: (view.getUint8(0) & LIVE) === LIVE,
    keyId: view.getUint8(1),
    eventNumber: view.getUint32(2),
    ticketId: Array.from(data.subarray(6, 14), (byte) => byte.toString(16).padStart(2, '0')).join(''),
    revision: view.getUint16(14),
    product: view.getUint8(16),
    zones: view.getUint8(17),
    validFrom: TIME_EPOCH_MS + hours(18) * HOUR_MS,
    validUntil: TIME_EPOCH_MS + hours(21) * HOUR_MS,
  };
}

/**
 * Judges a scanned text as far as its signature goes, for a gate of one event. `keys` are those of all the
 * organiser's current events, so that a genuine ticket of another night is told from a forgery.
 */
export async function readTicketCode(text: string, keys: Keys, eventNumber: number): Promise<Reading> {
  const code = parseTicketCode(text);
  if ('reason' in code) return { outcome: 'unreadable', claimed: null };
  const { payload } = code;
  const key = keys.get(keyName(payload.eventNumber, payload.keyId));
  if (key === undefined) return { outcome: 'unknown_key', claimed: payload };
  if (!(await verifySignature(code, key))) return { outcome: 'counterfeit', claimed: payload };
  if (payload.eventNumber !== eventNumber) return { outcome: 'wrong_event', claimed: payload };
  return { outcome: 'genuine', payload };
}

/** Whether the code's payload was signed by this key. A key that is no key signs nothing. */
export async function verifySignature(code: TicketCode, publicKey: Uint8Array<ArrayBuffer>): Promise<boolean> {
  const message = new Uint8Array(DOMAIN.length + code.signed.length);
  message.set(DOMAIN);
  message.set(code.signed, DOMAIN.length);
  try {
    const verify = await verifier();
    return await verify(code.signature, message, publicKey);
  } catch {
    return false;
  }
}

type Bytes = Uint8Array<ArrayBuffer>;
type Verify = (signature: Bytes, message: Bytes, publicKey: Bytes) => Promise<boolean>;
let chosen: Promise<Verify> | undefined;

/** WebCrypto where it knows Ed25519 (0.2 ms a signature), else @noble/ed25519, loaded only then. */
function verifier(): Promise<Verify> {
  chosen ??= hasEd25519().then((native) => (native ? verifyNatively : verifyInScript));
  return chosen;
}

async function hasEd25519(): Promise<boolean> {
  try {
    await crypto.subtle.importKey('raw', new Uint8Array(32).fill(1), 'Ed25519', false, ['verify']);
    return true;
  } catch (error) {
    // A refused key still means that the algorithm is known.
    return !(error instanceof DOMException && error.name === 'NotSupportedError') && 'subtle' in crypto;
  }
}

const imported = new Map<string, Promise<CryptoKey>>();

async function verifyNatively(signature: Bytes, message: Bytes, publicKey: Bytes): Promise<boolean> {
  const name = publicKey.join();
  let key = imported.get(name);
  if (key === undefined) {
    key = crypto.subtle.importKey('raw', publicKey, 'Ed25519', false, ['verify']);
    imported.set(name, key);
  }
  return crypto.subtle.verify('Ed25519', await key, signature, message);
}

export async function verifyInScript(signature: Bytes, message: Bytes, publicKey: Bytes): Promise<boolean> {
  const { verifyAsync } = await import('@noble/ed25519');
  return verifyAsync(signature, message, publicKey, { zip215: false });
}

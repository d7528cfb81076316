import type { Kind, Outcome, Verdict } from './outcomes.ts';

/** A line of the device's log, as the server reads it (domain/entries.py). */
export interface Entry {
  scan_id: string;
  /** Counts this device's entries without a gap. */
  device_seq: number;
  code: string;
  check_in_list_id: string;
  gate_id: string;
  kind: Kind;
  /** The device's wall clock; adding `clock_offset_ms` gives the server's time. */
  scanned_at: string;
  clock_offset_ms: number;
  hlc: string;
  verdict: Verdict;
  outcome: Outcome;
  basis: { cursor: number; online: boolean };
  reason?: string;
}

export interface SignedEntry extends Entry {
  /** base64url without padding. */
  signature: string;
}

export type Sign = (message: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>;

/** JSON with the keys of every level sorted, without spaces, without what is undefined. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join()}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const pairs = Object.entries(value).filter(([, member]) => member !== undefined);
  pairs.sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${pairs.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join()}}`;
}

/** What a device signs of its entry. */
export function signedBytes(entry: Entry): Uint8Array<ArrayBuffer> {
  const { signature: _signature, ...unsigned } = entry as Partial<SignedEntry>;
  return new TextEncoder().encode(`brama.scan.v1\0${canonicalJson(unsigned)}`);
}

export async function signEntry(entry: Entry, sign: Sign): Promise<SignedEntry> {
  return { ...entry, signature: toBase64url(await sign(signedBytes(entry))) };
}

export const toBase64url = (bytes: Uint8Array): string =>
  btoa(String.fromCharCode(...bytes)).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '');

export function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
  const raw = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(raw, (char) => char.charCodeAt(0));
}

import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { decodeBase45, encodeBase45 } from './base45.ts';
import { PREFIX, TIME_EPOCH_MS, keyName, parseTicketCode, readTicketCode, verifyInScript, type Keys } from './ticket-code.ts';

const DOMAIN = new TextEncoder().encode('brama.ticket.v1\0');
let pair: CryptoKeyPair;
let keys: Keys;
let code: string;

const bytes = (...parts: (Uint8Array | number[])[]) => Uint8Array.from(parts.flatMap((part) => Array.from(part)));
const payload = bytes([0x11, 3], [0, 0, 0, 12], [1, 2, 3, 4, 5, 6, 7, 8], [0, 5], [7, 0b101], [0, 0x64, 0], [0, 0x64, 0x0c]);

beforeAll(async () => {
  pair = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair;
  const signature = new Uint8Array(await crypto.subtle.sign('Ed25519', pair.privateKey, bytes(DOMAIN, payload)));
  keys = new Map([[keyName(12, 3), new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey))]]);
  code = PREFIX + encodeBase45(bytes(payload, signature));
});

test('base45 as the examples of RFC 9285', () => {
  expect(encodeBase45(new TextEncoder().encode('AB'))).toBe('BB8');
  expect(encodeBase45(new TextEncoder().encode('base-45'))).toBe('UJCLQE7W581');
  expect(new TextDecoder().decode(decodeBase45('QED8WEX0')!)).toBe('ietf!');
  for (const wrong of ['GGW', ':::', 'A', 'ab1', '::']) expect(decodeBase45(wrong)).toBeNull();
});

test('a genuine code says what it was given', async () => {
  const reading = await readTicketCode(code, keys, 12);
  expect(reading).toMatchObject({
    outcome: 'genuine',
    payload: { live: true, keyId: 3, eventNumber: 12, ticketId: '0102030405060708', revision: 5, product: 7, zones: 5 },
  });
  expect(reading.outcome === 'genuine' && reading.payload.validUntil - reading.payload.validFrom).toBe(12 * 3_600_000);
});

test('a genuine code of another event is not called a forgery, an unknown key accuses nobody', async () => {
  expect((await readTicketCode(code, keys, 13)).outcome).toBe('wrong_event');
  expect((await readTicketCode(code, new Map(), 12)).outcome).toBe('unknown_key');
});

test('every flipped bit is noticed', async () => {
  const whole = decodeBase45(code.slice(PREFIX.length))!;
  for (let at = 0; at < whole.length; at += 1) {
    const forged = whole.slice();
    forged[at]! ^= 1 << (at % 8);
    const { outcome } = await readTicketCode(PREFIX + encodeBase45(forged), keys, 12);
    expect(['counterfeit', 'unknown_key', 'unreadable']).toContain(outcome);
  }
});

test('every text gives an answer', async () => {
  const foreign = ['', 'BR1:', ` ${code}`, `${code} `, code.slice(0, -1), `${code}A`, code.toLowerCase(), 'https://example.org', '\ud800', 'BR1:' + ':'.repeat(132), 'ї'.repeat(136), `${code}\n`];
  for (const text of foreign) expect((await readTicketCode(text, keys, 12)).outcome).toBe('unreadable');
});

test('the fallback judges as the platform does', async () => {
  const parsed = parseTicketCode(code);
  if ('reason' in parsed) throw new Error(parsed.reason);
  const message = bytes(DOMAIN, parsed.signed);
  const key = keys.get(keyName(12, 3))!;
  expect(await verifyInScript(parsed.signature, message, key)).toBe(true);
  message[20]! ^= 1;
  expect(await verifyInScript(parsed.signature, message, key)).toBe(false);
});

interface Vectors {
  event_number: number;
  keys: { event_number: number; key_id: number; public_key: string }[];
  cases: { name: string; text: string; outcome: string | null; payload: { ticket_id: string; revision: number; zones: number; valid_until_h: number; live: boolean } | null }[];
}
const VECTORS = new URL('../../../../tests/shared/vectors/ticket_codes.json', import.meta.url);

test('the server and the gate agree on the shared vectors', async () => {
  const shared = JSON.parse(readFileSync(VECTORS, 'utf8')) as Vectors;
  const known: Keys = new Map(shared.keys.map((key) => [keyName(key.event_number, key.key_id), Uint8Array.from(Buffer.from(key.public_key, 'hex'))]));
  expect(shared.cases.length).toBeGreaterThan(5);
  for (const { name, text, outcome, payload: said } of shared.cases) {
    const reading = await readTicketCode(text, known, shared.event_number);
    expect([name, reading.outcome]).toEqual([name, outcome ?? 'genuine']);
    if (reading.outcome !== 'genuine' || said === null) continue;
    const { ticketId, revision, zones, live, validUntil } = reading.payload;
    const until = (validUntil - TIME_EPOCH_MS) / 3_600_000;
    expect([name, ticketId, revision, zones, live, until]).toEqual([name, said.ticket_id, said.revision, said.zones, said.live, said.valid_until_h]);
  }
});

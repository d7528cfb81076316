import 'fake-indexeddb/auto';
import { ServerStatus } from '@brama/core/status';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type Db, type Identity, openDb } from './device/db.ts';
import { makeKeyPair } from './device/keys.ts';
import { ServerClock } from './device/server-clock.ts';
import { Session } from './device/session.ts';
import type { ScanRow, Snapshot } from './event/types.ts';
import { Night } from './night.svelte.ts';

const scan = (seq: number): ScanRow => ({
  server_seq: seq, scan_id: `s${seq}`, ticket_id: 't1', code_id: 'aa', check_in_list_id: 'l', kind: 'entry', outcome: 'valid',
  verdict: 'admit', gate_id: 'g', device_name: 'Марко', scanned_at: '2026-12-05T19:00:00Z',
});

/** Admission over HTTP, as far as a device follows it. */
class House {
  epoch = 'one';
  cursor = 3;
  scans: ScanRow[] = [];
  streams: ReadableStreamDefaultController<Uint8Array>[] = [];
  resumedAt: (string | null)[] = [];
  asked: string[] = [];
  uploaded: number[] = [];
  revoked = false;
  isDown = false;

  fetch = async (input: unknown, init: RequestInit = {}): Promise<Response> => {
    const url = String(input);
    this.asked.push(url);
    if (this.isDown) throw new TypeError('no network');
    if (url.includes('/token')) return this.#json({ type: '/problems/device_revoked' }, 403);
    if (this.revoked) return this.#json({ type: '/problems/unauthenticated' }, 401);
    if (url.includes('/stream')) return this.#stream(init);
    if (url.includes('/snapshot')) return this.#json(this.#snapshot(Number(new URL(url, 'http://x').searchParams.get('after'))));
    const { entries } = JSON.parse(String(init.body)) as { entries: { scan_id: string; device_seq: number }[] };
    this.uploaded.push(...entries.map(({ device_seq }) => device_seq));
    return this.#json({ epoch: this.epoch, results: entries.map(({ scan_id }) => ({ scan_id, state: 'confirmed', server_seq: 1, code: null })) });
  };

  say(event: string, data: unknown, id = ''): void {
    const text = `${id && `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
    for (const stream of this.streams) stream.enqueue(new TextEncoder().encode(text));
  }

  #stream(init: RequestInit): Response {
    this.resumedAt.push(new Headers(init.headers).get('Last-Event-ID'));
    const body = new ReadableStream<Uint8Array>({ start: (controller) => void this.streams.push(controller) });
    return new Response(body, { headers: { 'Content-Type': 'text/event-stream' } });
  }

  #snapshot(after: number): Snapshot {
    return {
      epoch: this.epoch, cursor: this.cursor, headcount: this.scans.length, capacity: null, keys: [], cases: [],
      event: { id: 'e', number: 12, state: 'published', title: { uk: 'Ніч', en: null }, doors_at: '', starts_at: '', ends_at: '', time_zone: 'UTC' },
      check_in_lists: [{ id: 'l', name: 'Усі', ticket_type_ids: [], allow_multiple_entries: false, allow_entry_after_exit: false }],
      gates: [{ id: 'g', name: 'Північ' }], ticket_types: [], tickets: [], scans: this.scans.filter(({ server_seq }) => server_seq > after),
    };
  }

  #json(body: unknown, status = 200): Response {
    return new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });
  }
}

const place = { eventId: 'e', gateId: 'g', listId: 'l', mode: 'entry' } as const;
let house: House;
let db: Db;
let session: Session;
let night: Night;
let status: ServerStatus;
const revoked = vi.fn();

const open = () => Night.open({ db, session, clock: new ServerClock(), status }, place);

beforeEach(async () => {
  house = new House();
  vi.stubGlobal('fetch', house.fetch);
  revoked.mockReset();
  status = new ServerStatus();
  db = await openDb(`night-${Math.random()}`);
  const identity: Identity = {
    deviceId: '01890000-0000-7000-8000-000000000001', name: 'Остап', organiser: { uk: 'Тиша', en: null },
    keys: await makeKeyPair(), token: 'good', tokenExpiresAt: Date.now() + 86_400_000,
  };
  session = new Session(db, identity, { clock: new ServerClock(), status, locale: () => 'uk' }, revoked);
  night = await open();
  await vi.waitFor(() => expect(house.streams).toHaveLength(1));
});
afterEach(() => {
  night.close();
  vi.unstubAllGlobals();
});

test('what other gates do is known at once, kept, and resumed from after a start without a network', async () => {
  expect(house.resumedAt).toEqual(['3']);
  house.say('scan', scan(4), '4');
  house.say('headcount', { headcount: 1 }, '4');
  await vi.waitFor(() => expect([night.everywhere.length, night.inside]).toEqual([1, 1]));
  night.close();
  house.isDown = true;
  night = await open();
  await vi.waitFor(() => expect(night.everywhere.map(({ scan_id }) => scan_id)).toEqual(['s4']));
  expect(night.picture.presence('aa', night.picture.list('l')!).inside).toBe(1);
  await vi.waitFor(() => expect(status.current.reach).toBe('unreachable'));
  expect(night.picture.head.cursor).toBe(4);
});

test('ten thousand changes at once are taken in few steps, the last version of each', async () => {
  const refresh = vi.spyOn(night.picture, 'apply');
  const ticket = (n: number, version: number) => ({
    ticket_id: `t${n}`, code_id: `c${n}`, revision: 0, state: version > 1 ? 'revoked' : 'valid', product_number: 1,
    ticket_type_id: 'w', holder: null, version, seq: 3 + n,
  });
  for (let n = 1; n <= 10_000; n += 1) house.say('ticket', ticket(n, 2), String(3 + n));
  house.say('ticket', ticket(1, 1), '10003');
  await vi.waitFor(() => expect(night.ticketCount).toBe(10_000), 10_000);
  expect(refresh.mock.calls.length).toBeLessThan(2000);
  expect((await db.get('tickets', 'c1'))?.state).toBe('revoked');
});

test('a restored server gets the whole log again, and the device begins with its snapshot', async () => {
  await night.desk.byHand('refuse', { code: 'x', codeId: null }, 'Напідпитку');
  await night.uploader.flush();
  expect(house.uploaded).toEqual([1]);
  Object.assign(house, { epoch: 'two', cursor: 1, scans: [scan(1)] });
  house.say('hello', { epoch: 'two', cursor: 1 });
  await vi.waitFor(() => expect(house.uploaded).toEqual([1, 1]));
  await vi.waitFor(() => expect(night.head).toMatchObject({ epoch: 'two', cursor: 1 }));
  expect(house.resumedAt.at(-1)).toBe('1');
});

test('a device that lost its rights is told so', async () => {
  house.revoked = true;
  await night.probe();
  expect(revoked).toHaveBeenCalledOnce();
});

import 'fake-indexeddb/auto';
import { Unreachable } from '@brama/core/api';
import { encodeBase45 } from '@brama/core/base45';
import { ServerStatus } from '@brama/core/status';
import { beforeEach, expect, test, vi } from 'vitest';
import { type Db, type Place, openDb } from '../device/db.ts';
import { ScanLog } from '../device/log.ts';
import { ServerClock } from '../device/server-clock.ts';
import type { Session } from '../device/session.ts';
import { Uploader } from '../device/uploader.ts';
import { Picture } from '../event/picture.ts';
import type { Redeemed, ScanRow, Snapshot } from '../event/types.ts';
import { Desk, type Shown } from './desk.ts';
import { toBase64url } from './entry.ts';

const pair = (await crypto.subtle.generateKey('Ed25519', true, ['sign', 'verify'])) as CryptoKeyPair;
const publicKey = toBase64url(new Uint8Array(await crypto.subtle.exportKey('raw', pair.publicKey)));
const place: Place = { eventId: 'e', gateId: 'north', listId: 'l', mode: 'entry' };

/** A ticket's code for event 12, good from 2024 on; `number` names the ticket. */
async function codeOf(number: number): Promise<string> {
  const payload = Uint8Array.from([0x10, 1, 0, 0, 0, 12, 0, 0, 0, 0, 0, 0, 0, number, 0, 0, 1, 0, 0, 0, 0, 0xff, 0, 0]);
  const message = Uint8Array.from([...new TextEncoder().encode('brama.ticket.v1\0'), ...payload]);
  const signature = new Uint8Array(await crypto.subtle.sign('Ed25519', pair.privateKey, message));
  return `BR1:${encodeBase45(Uint8Array.from([...payload, ...signature]))}`;
}
const codeId = (number: number): string => number.toString(16).padStart(16, '0');

const snapshot = (): Snapshot => ({
  epoch: 'one', cursor: 7, headcount: 5, capacity: 800, cases: [], scans: [],
  event: { id: 'e', number: 12, state: 'published', title: { uk: 'Ніч', en: null }, doors_at: '', starts_at: '', ends_at: '', time_zone: 'UTC' },
  keys: [{ event_number: 12, key_number: 1, public_key: publicKey }],
  check_in_lists: [{ id: 'l', name: 'Усі', ticket_type_ids: ['wave'], allow_multiple_entries: false, allow_entry_after_exit: false }],
  gates: [{ id: 'north', name: 'Північ' }, { id: 'south', name: 'Південь' }],
  ticket_types: [{ id: 'wave', name: { uk: 'Хвиля', en: 'Wave' }, product_number: 1 }],
  tickets: [1, 2].map((n) => ({ ticket_id: `t${n}`, code_id: codeId(n), revision: 0, state: 'valid', product_number: 1, ticket_type_id: 'wave', holder: 'Леся М.', version: 1, seq: n })),
});
const yes: Redeemed = { verdict: 'admit', outcome: 'valid', headcount: 6, ticket: { id: 't1', holder: 'Леся Мельник', ticket_type: 'Хвиля' }, previous: null, questions: null };
const no: Redeemed = { ...yes, verdict: 'deny', outcome: 'already_in', headcount: 5, previous: { at: '2026-12-05T19:00:00Z', gate: 'Південь', device: 'Марко' } };
const after = <T>(ms: number, value: T): Promise<T> => new Promise((resolve) => setTimeout(resolve, ms, value));

let db: Db;
let log: ScanLog;
let picture: Picture;
let status: ServerStatus;
let shown: Shown[];
let stored: number[];
let uploaded: string[];

/** A desk whose server answers as given; `null` is silence. */
function deskWith(answer: (body: { code: string }) => Promise<Redeemed>): { desk: Desk; uploader: Uploader } {
  const post = vi.fn(async (path: string, body: never) => {
    if (path.endsWith('/redeem')) return answer(body);
    const { entries } = body as { entries: { scan_id: string; code: string }[] };
    uploaded.push(...entries.map(({ code }) => code));
    return { epoch: 'one', results: entries.map(({ scan_id }) => ({ scan_id, state: 'confirmed', server_seq: 9, code: null })) };
  });
  const session = { api: { post }, identity: { name: 'Остап' }, renew: () => Promise.resolve() } as unknown as Session;
  const uploader = new Uploader(log, session, () => undefined, () => undefined);
  const desk = new Desk({
    session, picture, log, uploader, status, place, clock: new ServerClock(),
    show: (verdict) => {
      shown.push(verdict);
      void db.count('log').then((count) => stored.push(count));
    },
    onChange: () => undefined,
  });
  return { desk, uploader };
}

beforeEach(async () => {
  db = await openDb(`desk-${Math.random()}`);
  log = await ScanLog.open(db, 'd', (bytes) => crypto.subtle.sign('Ed25519', pair.privateKey, bytes).then((all) => new Uint8Array(all)));
  picture = await Picture.replace(db, snapshot());
  status = new ServerStatus();
  [shown, stored, uploaded] = [[], [], []];
});

test('an answer in time is the verdict, and the entry is stored before it shows', async () => {
  const { desk, uploader } = deskWith(() => after(20, yes));
  await desk.scan(await codeOf(1), 'entry');
  expect(shown).toMatchObject([{ look: 'admit', outcome: 'valid', holder: 'Леся Мельник' }]);
  await vi.waitFor(() => expect(stored).toEqual([1]));
  expect(await db.get('deliveries', 1)).toMatchObject({ state: 'answered', acted: 'admit' });
  expect(picture.inside).toBe(6);
  await uploader.flush();
  expect(uploaded).toEqual([]);
});

test('the second show of a ticket is told by the device alone: since when, where, by whom', async () => {
  status.failed();
  const { desk } = deskWith(() => Promise.reject(new Unreachable(null)));
  await desk.scan(await codeOf(1), 'entry');
  await desk.scan(await codeOf(1), 'entry');
  expect(shown).toMatchObject([
    { look: 'admit', outcome: 'valid', online: false },
    { look: 'deny', outcome: 'already_in', previous: { gate: 'Північ', by: 'Остап' } },
  ]);
  expect(picture.inside).toBe(6);
  const line = await db.get('log', 1);
  expect(line?.entry).toMatchObject({ verdict: 'admit', basis: { cursor: 7, online: false } });
});

test('a guest waits no longer than a moment for a slow server, and its yes changes nothing', async () => {
  const { desk } = deskWith(() => after(400, yes));
  const began = performance.now();
  await desk.scan(await codeOf(1), 'entry');
  expect(performance.now() - began).toBeLessThan(300);
  expect(shown).toMatchObject([{ look: 'admit', holder: 'Леся М.' }]);
  await vi.waitFor(async () => expect((await db.get('deliveries', 1))?.state).toBe('answered'));
  expect(shown).toHaveLength(1);
});

test('a no that comes after green is an alarm; the entry waits for the inspector’s word', async () => {
  const { desk, uploader } = deskWith(({ code }) => after(250, code.startsWith('BR1') ? no : yes));
  await desk.scan(await codeOf(1), 'entry');
  await vi.waitFor(() => expect(shown).toHaveLength(2));
  expect(shown[1]).toMatchObject({ look: 'alarm', late: true, outcome: 'already_in', previous: { gate: 'Південь', by: 'Марко' } });
  await uploader.flush();
  expect(uploaded).toEqual([]);
  await desk.afterAlarm(shown[1]!, false, '');
  await vi.waitFor(() => expect(uploaded).toHaveLength(1));
});

test('a guest who was stopped after an alarm is inside nowhere, and the refusal is in the log', async () => {
  const { desk, uploader } = deskWith(() => after(200, no));
  await desk.scan(await codeOf(1), 'entry');
  await vi.waitFor(() => expect(shown).toHaveLength(2));
  await desk.afterAlarm(shown[1]!, true, 'Зупинено');
  await uploader.flush();
  expect(uploaded).toEqual([]);
  expect((await db.get('log', 2))?.entry).toMatchObject({ kind: 'refuse', reason: 'Зупинено' });
  expect(picture.presence(codeId(1), snapshot().check_in_lists[0]!).inside).toBe(0);
});

test('a server that falls silent makes the scan an offline one, uploaded by itself later', async () => {
  const { desk, uploader } = deskWith(() => Promise.reject(new Unreachable(null)));
  await desk.scan(await codeOf(1), 'entry');
  expect(shown).toMatchObject([{ look: 'admit', outcome: 'valid' }]);
  await vi.waitFor(() => expect(uploader.busy.size).toBe(0));
  await uploader.flush();
  expect(uploaded).toEqual([await codeOf(1)]);
});

test('a ticket sold a moment ago is waited for a little longer; without an answer it goes in provisionally', async () => {
  const { desk } = deskWith(() => after(300, yes));
  await desk.scan(await codeOf(9), 'entry');
  expect(shown).toMatchObject([{ outcome: 'valid', holder: 'Леся Мельник' }]);
  status.failed();
  await desk.scan(await codeOf(8), 'entry');
  expect(shown[1]).toMatchObject({ look: 'admit', outcome: 'provisional_offline' });
});

test('an entry taken back may come again, and another gate’s scan is met without asking', async () => {
  status.failed();
  const { desk } = deskWith(() => Promise.reject(new Unreachable(null)));
  const code = await codeOf(1);
  await desk.scan(code, 'entry');
  await desk.byHand('undo', { codeId: codeId(1), code }, 'Помилився пальцем');
  expect(picture.inside).toBe(5);
  await desk.scan(code, 'entry');
  expect(shown.map(({ outcome }) => outcome)).toEqual(['valid', 'valid']);
  const row: ScanRow = {
    server_seq: 8, scan_id: 's', ticket_id: 't2', code_id: codeId(2), check_in_list_id: 'l', kind: 'entry', outcome: 'valid',
    verdict: 'admit', gate_id: 'south', device_name: 'Марко', scanned_at: '2026-12-05T19:00:00Z',
  };
  await picture.apply([{ name: 'scan', row }], 8);
  await desk.scan(await codeOf(2), 'entry');
  expect(shown[2]).toMatchObject({ outcome: 'already_in', previous: { gate: 'Південь', by: 'Марко' } });
  expect((await Picture.load(db))?.head.cursor).toBe(8);
});

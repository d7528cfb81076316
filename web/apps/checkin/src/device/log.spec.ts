import 'fake-indexeddb/auto';
import { ApiProblem, Unreachable } from '@brama/core/api';
import { beforeEach, expect, test, vi } from 'vitest';
import type { SignedEntry } from '../gate/entry.ts';
import { type Db, openDb } from './db.ts';
import { type Draft, ScanLog } from './log.ts';
import type { Session } from './session.ts';
import { Uploader } from './uploader.ts';

const draft = (code: string): Draft => ({
  scan_id: `scan-${code}`, code, check_in_list_id: 'l', gate_id: 'g', kind: 'entry', scanned_at: '', clock_offset_ms: 0,
  verdict: 'admit', outcome: 'valid', basis: { cursor: 0, online: false }, codeId: code, eventId: 'e', at: 1_796_511_600_000,
});
const sign = (bytes: Uint8Array): Promise<Uint8Array> => Promise.resolve(bytes.slice(-4));
let db: Db;
let log: ScanLog;
beforeEach(async () => {
  db = await openDb(`test-${Math.random()}`);
  log = await ScanLog.open(db, 'd', sign);
});

/** A server that refuses the code `poison` and takes the rest. */
function server(answer?: (entries: SignedEntry[]) => unknown) {
  const sent: string[][] = [];
  const post = vi.fn(async (_path: string, { entries }: { entries: SignedEntry[] }) => {
    sent.push(entries.map(({ code }) => code));
    await answer?.(entries);
    const results = entries.map(({ code, scan_id }) => ({ scan_id, server_seq: 1, state: code === 'poison' ? 'refused' : 'confirmed', code: code === 'poison' ? 'gate_not_found' : null }));
    return { results, epoch: 'one' };
  });
  const epochs: string[] = [];
  const uploader = new Uploader(log, { api: { post } } as unknown as Session, () => undefined, (epoch) => epochs.push(epoch));
  return { uploader, sent, epochs };
}

test('entries are numbered without a gap, however many come at once, and go on after a restart', async () => {
  const lines = await Promise.all(['a', 'b', 'c'].map((code) => log.append(draft(code))));
  expect(lines.map(({ seq, entry }) => [seq, entry.device_seq, entry.code])).toEqual([[1, 1, 'a'], [2, 2, 'b'], [3, 3, 'c']]);
  const again = await ScanLog.open(db, 'd', sign);
  const next = await again.append(draft('d'));
  expect(next.seq).toBe(4);
  expect(next.entry.hlc > lines[2]!.entry.hlc).toBe(true);
  // A second tab that does not know of it takes the number after, and keeps what is there.
  expect((await log.append(draft('e'))).seq).toBe(5);
  expect((await db.get('log', 4))?.entry.code).toBe('d');
});

test('an entry that cannot be signed is no entry, and leaves its number to the next', async () => {
  const failing = await ScanLog.open(db, 'd', vi.fn(sign).mockRejectedValueOnce(new Error('no key')));
  await expect(failing.append(draft('a'))).rejects.toThrow('no key');
  expect((await failing.append(draft('b'))).seq).toBe(1);
});

test('waiting entries go up in the order of writing; a poisoned one blocks none of the others', async () => {
  for (const code of ['a', 'poison', 'b']) await log.append(draft(code));
  const { uploader, sent, epochs } = server();
  await uploader.flush();
  expect(sent).toEqual([['a', 'poison', 'b']]);
  expect([await log.count('accepted'), await log.count('refused'), await log.count('waiting')]).toEqual([2, 1, 0]);
  expect((await db.get('deliveries', 2))?.fault).toBe('gate_not_found');
  expect(epochs).toEqual(['one']);
  // They are kept after they were taken, and sent again only when the server begins anew.
  await uploader.flush();
  expect(sent).toHaveLength(1);
  await log.resend(['accepted', 'answered', 'refused']);
  await uploader.flush();
  expect(sent[1]).toEqual(['a', 'poison', 'b']);
});

test('a batch that is refused as a whole is sent one by one', async () => {
  for (const code of ['a', 'b']) await log.append(draft(code));
  const { uploader, sent } = server((entries) => {
    if (entries.some(({ code }) => code === 'a')) throw new ApiProblem(422, { type: '/problems/validation_failed' });
  });
  await uploader.flush();
  expect(sent).toEqual([['a', 'b'], ['a'], ['b']]);
  expect([await log.count('refused'), await log.count('accepted')]).toEqual([1, 1]);
});

test('without a network everything waits and nothing is lost', async () => {
  await log.append(draft('a'));
  const { uploader } = server(() => {
    throw new Unreachable(null);
  });
  await uploader.flush();
  uploader.close();
  expect(await log.count('waiting')).toBe(1);
});

test('what is being decided is not sent, and what the guest did not meet is not told again', async () => {
  const [a] = [await log.append(draft('a')), await log.append(draft('b'))];
  const { uploader, sent } = server();
  uploader.busy.add(a.seq);
  await uploader.flush();
  expect(sent).toEqual([['b']]);
  // The server's no came in time: nobody went in, so a restored server must not hear of an admission.
  await log.mark(a.seq, { state: 'answered', acted: 'deny', outcome: 'already_in' });
  uploader.busy.clear();
  await log.resend(['accepted', 'answered']);
  await uploader.flush();
  expect(sent[1]).toEqual(['b']);
});

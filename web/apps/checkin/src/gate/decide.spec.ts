import type { Payload } from '@brama/core/ticket-code';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { TicketRow } from '../event/types.ts';
import { type Question, evaluate } from './decide.ts';
import { OUTCOMES, verdictOf } from './outcomes.ts';
import { type Seen, presenceOf } from './presence.ts';

interface Case {
  kind: 'entry' | 'exit';
  event_state: string;
  ticket: { state: string; reason: string | null; revision: number; ticket_type_id: string };
  valid_from: number;
  valid_until: number;
  allow_multiple_entries: boolean;
  allow_entry_after_exit: boolean;
  scans: { scan_id: string; list_id: string; kind: Seen['kind']; acted: Seen['acted']; at: number }[];
  inside: number;
  outcome: string;
}
interface File {
  now: number;
  list_id: string;
  type_id: string;
  decisions: Case[];
}

const vectors = JSON.parse(readFileSync('../tests/admission/vectors/gate.json', 'utf8')) as File;
const payload: Payload = {
  live: false, keyId: 1, eventNumber: 12, ticketId: '00'.repeat(8), revision: 0, product: 1, zones: 0,
  validFrom: vectors.now - 1, validUntil: vectors.now + 1,
};
const row: TicketRow = {
  ticket_id: 't', code_id: payload.ticketId, revision: 0, state: 'valid', product_number: 1, version: 1, seq: 1,
  ticket_type_id: vectors.type_id, holder: null,
};
const list = {
  id: vectors.list_id, ticket_type_ids: [vectors.type_id], allow_multiple_entries: false, allow_entry_after_exit: false,
};

const asked = (changes: Partial<Question> = {}): Question => ({
  kind: 'entry', reading: { outcome: 'genuine', payload }, event: { state: 'published' }, ticket: row, checkInList: list,
  ticketTypes: [{ id: vectors.type_id, name: { uk: 'Хвиля', en: null }, product_number: 1 }],
  presence: { inside: 0, lastEntry: null }, now: vectors.now, ...changes,
});

function ofCase({ kind, event_state, ticket, valid_from, valid_until, scans, ...rules }: Case): Question {
  const checkInList = { ...list, ...rules };
  const seen = scans.map(({ scan_id, list_id, ...scan }): Seen => ({ ...scan, scanId: scan_id, listId: list_id, gateId: '', by: '' }));
  return asked({
    kind, checkInList, event: { state: event_state }, ticket: { ...row, ...ticket }, presence: presenceOf(seen, checkInList),
    reading: { outcome: 'genuine', payload: { ...payload, validFrom: valid_from, validUntil: valid_until } },
  });
}

describe('the device decides as the server does', () => {
  test('in every case that the server wrote down', () => {
    expect(vectors.decisions.length).toBeGreaterThan(300);
    for (const each of vectors.decisions) {
      const question = ofCase(each);
      expect([evaluate(question), question.presence.inside], JSON.stringify(each)).toEqual([each.outcome, each.inside]);
    }
  });

  test('what a signature says comes before everything else', () => {
    for (const outcome of ['counterfeit', 'unknown_key', 'wrong_event'] as const) {
      expect(evaluate(asked({ reading: { outcome, claimed: payload }, event: { state: 'cancelled' } }))).toBe(outcome);
    }
    expect(evaluate(asked({ reading: { outcome: 'unreadable', claimed: null } }))).toBe('unreadable');
  });
});

test('a genuine ticket that the device has not heard of goes in provisionally, in its time and by its list', () => {
  expect(evaluate(asked({ ticket: undefined }))).toBe('provisional_offline');
  expect(evaluate(asked({ ticket: undefined, now: payload.validUntil }))).toBe('expired');
  expect(evaluate(asked({ ticket: undefined, event: { state: 'cancelled' } }))).toBe('cancelled');
  const other: Payload = { ...payload, product: 9 };
  expect(evaluate(asked({ ticket: undefined, reading: { outcome: 'genuine', payload: other } }))).toBe('wrong_product');
  const lastEntry: Seen = { scanId: 'a', listId: list.id, kind: 'entry', acted: 'admit', at: 1, gateId: '', by: '' };
  expect(evaluate(asked({ ticket: undefined, presence: { inside: 1, lastEntry } }))).toBe('already_in');
});

test('scans in any order tell the same story', () => {
  const scan = (scanId: string, kind: Seen['kind'], at: number): Seen => ({ scanId, kind, at, listId: list.id, acted: kind === 'undo' ? 'deny' : 'admit', gateId: '', by: '' });
  const story = [scan('a', 'entry', 1), scan('b', 'exit', 2), scan('c', 'entry', 3), scan('d', 'undo', 4)];
  const told = presenceOf(story, list);
  expect(told).toMatchObject({ inside: 0, lastEntry: { scanId: 'a' } });
  for (const order of [[3, 2, 1, 0], [1, 3, 0, 2], [2, 0, 3, 1]]) expect(presenceOf(order.map((at) => story[at]!), list)).toEqual(told);
});

test('every outcome has a verdict, and an inspector’s own refusal always keeps out', () => {
  expect(OUTCOMES).toHaveLength(30);
  for (const outcome of OUTCOMES) expect(verdictOf('refuse', outcome)).toBe('deny');
  expect(verdictOf('entry', 'unknown_key')).toBe('ask');
});

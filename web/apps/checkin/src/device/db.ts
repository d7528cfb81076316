import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import type { CaseRow, Head, LocalText, ScanRow, TicketRow } from '../event/types.ts';
import type { SignedEntry } from '../gate/entry.ts';
import type { Outcome, Verdict } from '../gate/outcomes.ts';
import type { KeyPair } from './keys.ts';

/** Who this phone is: made by pairing, gone with unpairing. */
export interface Identity {
  deviceId: string;
  name: string;
  organiser: LocalText;
  keys: KeyPair;
  token: string;
  tokenExpiresAt: number;
}

/** Where it stands. */
export interface Place {
  eventId: string;
  gateId: string;
  listId: string;
  mode: 'entry' | 'exit';
}

/** An entry with what only this device wants to remember of it; never changed once written. */
export interface LogLine {
  seq: number;
  eventId: string;
  entry: SignedEntry;
  /** The ticket, where the code proved one or the inspector chose it. */
  codeId: string | null;
  /** By the server's clock, ms. */
  at: number;
}

/** What became of an entry. `waiting` has to be sent; the others are done. */
export interface Delivery {
  seq: number;
  state: 'waiting' | 'answered' | 'accepted' | 'refused';
  /** What the guest met, and why: the server's word where it came in time. */
  acted: Verdict;
  outcome: Outcome;
  fault: string | null;
  tries: number;
}

interface Schema extends DBSchema {
  self: { key: string; value: unknown };
  tickets: { key: string; value: TicketRow };
  scans: { key: string; value: ScanRow };
  cases: { key: string; value: CaseRow };
  log: { key: number; value: LogLine };
  deliveries: { key: number; value: Delivery; indexes: { state: string } };
}

export type Db = IDBPDatabase<Schema>;
export const STRICT = { durability: 'strict' } as const;
export const ROWS = ['tickets', 'scans', 'cases'] as const;
const ALL = ['self', ...ROWS, 'log', 'deliveries'] as const;

/** The device's store. `log` is append-only: nothing but unpairing removes from it. */
export async function openDb(name = 'brama-gate'): Promise<Db> {
  const db: Db = await openDB<Schema>(name, 1, {
    upgrade(fresh) {
      fresh.createObjectStore('self');
      fresh.createObjectStore('tickets', { keyPath: 'code_id' });
      fresh.createObjectStore('scans', { keyPath: 'scan_id' });
      fresh.createObjectStore('cases', { keyPath: 'case_id' });
      fresh.createObjectStore('log', { keyPath: 'seq' });
      fresh.createObjectStore('deliveries', { keyPath: 'seq' }).createIndex('state', 'state');
    },
    blocking: () => db.close(),
  });
  return db;
}

interface Self {
  identity: Identity;
  place: Place;
  head: Head;
  clockOffset: number;
  sound: boolean;
}

export const readSelf = async <Name extends keyof Self>(db: Db, name: Name): Promise<Self[Name] | undefined> =>
  (await db.get('self', name)) as Self[Name] | undefined;

export const writeSelf = async <Name extends keyof Self>(db: Db, name: Name, value: Self[Name]): Promise<void> => {
  await db.put('self', value, name);
};

/** Forgets everything: the phone is nobody's again. */
export async function wipe(db: Db): Promise<void> {
  const tx = db.transaction(ALL, 'readwrite', STRICT);
  await Promise.all([...ALL.map((store) => tx.objectStore(store).clear()), tx.done]);
}

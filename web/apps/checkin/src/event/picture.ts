import { type Keys, keyName } from '@brama/core/ticket-code';
import { type Db, type Delivery, type LogLine, ROWS, STRICT, readSelf } from '../device/db.ts';
import { fromBase64url } from '../gate/entry.ts';
import { type Presence, type Seen, presenceOf } from '../gate/presence.ts';
import type { CaseRow, CheckInList, Head, ScanRow, Snapshot, TicketRow } from './types.ts';

const LATEST = 50;

/** One change of the feed, as the stream names it. */
export type Change =
  | { name: 'scan'; row: ScanRow }
  | { name: 'ticket'; row: TicketRow }
  | { name: 'case'; row: CaseRow };

/** What this device knows of its event: in memory to decide by, on the disk to begin with. */
export class Picture {
  head: Head;
  keys: Keys;
  readonly tickets = new Map<string, TicketRow>();
  readonly scans = new Map<string, ScanRow>();
  readonly cases = new Map<string, CaseRow>();
  /** The last scans of all gates, newest first. */
  latest: ScanRow[] = [];
  /** By ticket: every scan of it, the server's and our own, each once. */
  #seen = new Map<string, Map<string, Seen>>();
  /** Our own entries that the server's head count does not hold yet, and by how much each moves it. */
  #uncounted = new Map<string, number>();
  #db: Db;

  private constructor(db: Db, head: Head) {
    this.#db = db;
    this.head = head;
    this.keys = keysOf(head);
  }

  static async load(db: Db): Promise<Picture | null> {
    const head = await readSelf(db, 'head');
    if (head === undefined) return null;
    const picture = new Picture(db, head);
    const [tickets, scans, cases] = await Promise.all([db.getAll('tickets'), db.getAll('scans'), db.getAll('cases')]);
    picture.#take(tickets, scans, cases);
    return picture;
  }

  /** Keeps a whole snapshot in place of what was there. */
  static async replace(db: Db, snapshot: Snapshot): Promise<Picture> {
    const { tickets, scans, cases, ...head } = snapshot;
    const tx = db.transaction([...ROWS, 'self'], 'readwrite', STRICT);
    const stores = { tickets: tx.objectStore('tickets'), scans: tx.objectStore('scans'), cases: tx.objectStore('cases') };
    for (const store of Object.values(stores)) void store.clear();
    for (const row of tickets) void stores.tickets.put(row);
    for (const row of scans) void stores.scans.put(row);
    for (const row of cases) void stores.cases.put(row);
    void tx.objectStore('self').put(head, 'head');
    await tx.done;
    const picture = new Picture(db, head);
    picture.#take(tickets, scans, cases);
    return picture;
  }

  /** Keeps what changed since, up to `cursor`; the same change again changes nothing. */
  async apply(changes: readonly Change[], cursor: number, head: Partial<Head> = {}): Promise<void> {
    this.head = { ...this.head, ...head, cursor: Math.max(cursor, this.head.cursor) };
    this.keys = keysOf(this.head);
    const fresh = changes.filter((change) => this.#isNews(change));
    for (const change of fresh) this.#takeOne(change);
    const tx = this.#db.transaction([...ROWS, 'self'], 'readwrite');
    for (const { name, row } of fresh) {
      if (name === 'ticket') void tx.objectStore('tickets').put(row);
      else if (name === 'scan') void tx.objectStore('scans').put(row);
      else void tx.objectStore('cases').put(row);
    }
    void tx.objectStore('self').put(this.head, 'head');
    await tx.done;
  }

  /** Our own entry, at once: a second show of the ticket meets it before the server has told anybody. */
  tellOwn({ entry, codeId, at }: LogLine, { acted, state }: Delivery, by: string): void {
    const { scan_id: scanId, check_in_list_id: listId, gate_id: gateId, kind } = entry;
    if (codeId !== null) this.#see(codeId, { scanId, listId, kind, acted, at, gateId, by });
    const step = kind === 'undo' ? -1 : acted !== 'admit' ? 0 : kind === 'entry' ? 1 : -1;
    if (state === 'waiting' && !this.scans.has(scanId)) this.#uncounted.set(scanId, step);
    else this.#uncounted.delete(scanId);
  }

  get inside(): number {
    let inside = this.head.headcount;
    for (const step of this.#uncounted.values()) inside += step;
    return Math.max(0, inside);
  }

  presence(codeId: string, rules: CheckInList): Presence {
    return presenceOf(this.#seen.get(codeId)?.values() ?? [], rules);
  }

  list(id: string): CheckInList | undefined {
    return this.head.check_in_lists.find((list) => list.id === id);
  }

  gateName(id: string): string {
    return this.head.gates.find((gate) => gate.id === id)?.name ?? '';
  }

  typeName(id: string | undefined, locale: 'uk' | 'en'): string | null {
    const name = this.head.ticket_types.find((type) => type.id === id)?.name;
    return name ? (name[locale] ?? name.uk) : null;
  }

  #take(tickets: TicketRow[], scans: ScanRow[], cases: CaseRow[]): void {
    for (const row of tickets) this.#takeOne({ name: 'ticket', row });
    for (const row of scans) this.#takeOne({ name: 'scan', row });
    for (const row of cases) this.#takeOne({ name: 'case', row });
  }

  #isNews(change: Change): boolean {
    if (change.name === 'scan') return !this.scans.has(change.row.scan_id);
    const known = change.name === 'ticket' ? this.tickets.get(change.row.code_id) : this.cases.get(change.row.case_id);
    return known === undefined || known.version < change.row.version || known.seq < change.row.seq;
  }

  #takeOne({ name, row }: Change): void {
    if (name === 'ticket') this.tickets.set(row.code_id, row);
    else if (name === 'case') this.cases.set(row.case_id, row);
    else this.#takeScan(row);
  }

  #takeScan(row: ScanRow): void {
    this.scans.set(row.scan_id, row);
    this.#uncounted.delete(row.scan_id);
    if (this.latest.length < LATEST || row.server_seq > this.latest.at(-1)!.server_seq) {
      this.latest = [row, ...this.latest].sort((a, b) => b.server_seq - a.server_seq).slice(0, LATEST);
    }
    if (row.code_id === null) return;
    const { scan_id: scanId, check_in_list_id: listId, kind, gate_id: gateId, device_name: by } = row;
    const own = this.#seen.get(row.code_id)?.get(scanId);
    // Where this device let the guest in before the server's no arrived, the guest is inside.
    const acted = own?.acted === 'admit' ? 'admit' : row.verdict;
    this.#see(row.code_id, own ? { ...own, acted } : { scanId, listId, kind, acted, at: Date.parse(row.scanned_at), gateId, by });
  }

  #see(codeId: string, seen: Seen): void {
    const scans = this.#seen.get(codeId) ?? new Map<string, Seen>();
    scans.set(seen.scanId, seen);
    this.#seen.set(codeId, scans);
  }
}

function keysOf(head: Head): Keys {
  return new Map(head.keys.map((key) => [keyName(key.event_number, key.key_number), fromBase64url(key.public_key)]));
}

import { type Entry, type Sign, type SignedEntry, signEntry } from '../gate/entry.ts';
import { LogicalClock } from '../gate/logical-clock.ts';
import { type Db, type Delivery, type LogLine, STRICT } from './db.ts';

/** What a scan is before the log numbers, dates and signs it. */
export type Draft = Omit<Entry, 'device_seq' | 'hlc'> & { codeId: string | null; eventId: string; at: number };

/**
 * The device's append-only log, and beside it what became of each entry. An entry is on the disk before
 * append() resolves, and a screen turns green only after that.
 */
export class ScanLog {
  #db: Db;
  #sign: Sign;
  #clock: LogicalClock;
  #next: number;
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(db: Db, sign: Sign, clock: LogicalClock, next: number) {
    this.#db = db;
    this.#sign = sign;
    this.#clock = clock;
    this.#next = next;
  }

  static async open(db: Db, deviceId: string, sign: Sign): Promise<ScanLog> {
    const last = await newest(db);
    return new ScanLog(db, sign, new LogicalClock(deviceId, last?.entry.hlc), (last?.seq ?? 0) + 1);
  }

  append(draft: Draft): Promise<LogLine> {
    // One after another: numbers leave no gap.
    const line = this.#turn.then(() => this.#append(draft));
    this.#turn = line.catch(() => undefined);
    return line;
  }

  async #append({ codeId, eventId, at, ...draft }: Draft): Promise<LogLine> {
    const hlc = this.#clock.tick(at);
    for (;;) {
      const seq = this.#next;
      const entry: SignedEntry = await signEntry({ ...draft, device_seq: seq, hlc }, this.#sign);
      const line: LogLine = { seq, eventId, entry, codeId, at };
      const { verdict: acted, outcome } = entry;
      const tx = this.#db.transaction(['log', 'deliveries'], 'readwrite', STRICT);
      try {
        await Promise.all([
          tx.objectStore('log').add(line),
          tx.objectStore('deliveries').put({ seq, state: 'waiting', acted, outcome, fault: null, tries: 0 }),
          tx.done,
        ]);
        this.#next = seq + 1;
        return line;
      } catch (error) {
        await tx.done.catch(() => undefined);
        const taken = await newest(this.#db);
        // Another tab of this app took the number: the next one is ours. Anything else is a full or broken disk.
        if (taken === undefined || taken.seq < seq) throw error;
        this.#next = taken.seq + 1;
      }
    }
  }

  get(seq: number): Promise<LogLine | undefined> {
    return this.#db.get('log', seq);
  }

  async mark(seq: number, change: Partial<Omit<Delivery, 'seq'>>): Promise<Delivery | undefined> {
    const tx = this.#db.transaction('deliveries', 'readwrite');
    const before = await tx.store.get(seq);
    const after = before && { ...before, ...change };
    if (after) await tx.store.put(after);
    await tx.done;
    return after;
  }

  /** Entries to be sent, in the order of writing, passing over `busy`. */
  async waiting(limit: number, busy: ReadonlySet<number>): Promise<LogLine[]> {
    const keys = await this.#db.getAllKeysFromIndex('deliveries', 'state', 'waiting');
    const due = keys.filter((seq) => !busy.has(seq)).slice(0, limit);
    const lines = await Promise.all(due.map((seq) => this.#db.get('log', seq)));
    return lines.filter((line) => line !== undefined);
  }

  count(state: Delivery['state']): Promise<number> {
    return this.#db.countFromIndex('deliveries', 'state', state);
  }

  /** The server came back from a backup, or a refusal may have passed: these are to be sent again. */
  async resend(states: readonly Delivery['state'][]): Promise<void> {
    // Where the guest met the server's word and not this device's, the entry would tell what did not happen.
    const verdicts = new Map((await this.#db.getAll('log')).map(({ seq, entry }) => [seq, entry.verdict]));
    const tx = this.#db.transaction('deliveries', 'readwrite', STRICT);
    for await (const cursor of tx.store) {
      const { state } = cursor.value;
      if (states.includes(state) && cursor.value.acted === verdicts.get(cursor.value.seq)) await cursor.update({ ...cursor.value, state: 'waiting', tries: 0 });
    }
    await tx.done;
  }

  /** The newest entries of an event, newest first. */
  async recent(eventId: string, limit: number): Promise<Told[]> {
    const found: Told[] = [];
    const tx = this.#db.transaction(['log', 'deliveries']);
    let cursor = await tx.objectStore('log').openCursor(null, 'prev');
    while (cursor && found.length < limit) {
      const delivery = await tx.objectStore('deliveries').get(cursor.value.seq);
      if (cursor.value.eventId === eventId && delivery) found.push({ line: cursor.value, delivery });
      cursor = await cursor.continue();
    }
    return found;
  }

  /** All entries of an event with what became of them, oldest first. */
  async of(eventId: string): Promise<Told[]> {
    const [lines, deliveries] = await Promise.all([this.#db.getAll('log'), this.#db.getAll('deliveries')]);
    const bySeq = new Map(deliveries.map((delivery) => [delivery.seq, delivery]));
    return lines.flatMap((line) => {
      const delivery = bySeq.get(line.seq);
      return line.eventId === eventId && delivery ? [{ line, delivery }] : [];
    });
  }
}

/** One line with its fate, as lists show it. */
export interface Told {
  line: LogLine;
  delivery: Delivery;
}

async function newest(db: Db): Promise<LogLine | undefined> {
  return (await db.transaction('log').store.openCursor(null, 'prev'))?.value;
}

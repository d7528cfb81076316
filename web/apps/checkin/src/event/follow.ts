import { openStream, type Stream, type StreamEvent } from '@brama/core/sse';
import type { Session } from '../device/session.ts';
import type { Change, Picture } from './picture.ts';
import type { CaseRow, Head, ScanRow, Snapshot, TicketRow } from './types.ts';

const POLL_MS = 5000;
/** A refusal may pass: an event that the gate has only just heard of, a token renewed meanwhile. */
const REOPEN_MS = 15_000;
/** The server's heartbeat comes every 10 s. */
const SILENCE_MS = 25_000;

const snapshotPath = (eventId: string): string => `/api/admission/v1/events/${eventId}/snapshot`;

export const takeSnapshot = (session: Session, eventId: string, after = 0): Promise<Snapshot> =>
  session.api.get<Snapshot>(`${snapshotPath(eventId)}${after ? `?after=${after}` : ''}`, { timeoutMs: 30_000, tries: 1 });

const rowsOf = ({ scans, tickets, cases }: Snapshot): Change[] => [
  ...tickets.map((row): Change => ({ name: 'ticket', row })),
  ...scans.map((row): Change => ({ name: 'scan', row })),
  ...cases.map((row): Change => ({ name: 'case', row })),
];

interface Hopes {
  picture: Picture;
  onChange: () => void;
  /** The server speaks of another epoch: a backup was restored. */
  onEpoch: (epoch: string) => void;
  /** The server's moment, which came just now. */
  onMoment: (at: number) => void;
}

/**
 * Follows an event's feed: by stream, resumed where the picture ends; while no stream comes through, by asking
 * every few seconds, which also finds out when the server is back.
 */
export class Follower {
  #session: Session;
  #hopes: Hopes;
  #stream: Stream;
  #poll: ReturnType<typeof setInterval>;
  #reopening: ReturnType<typeof setTimeout> | undefined;
  #isOpen = false;
  #polling: Promise<void> | null = null;
  #heard: StreamEvent[] = [];
  #draining: Promise<void> | null = null;

  constructor(session: Session, hopes: Hopes) {
    this.#session = session;
    this.#hopes = hopes;
    this.#stream = this.#open();
    this.#poll = setInterval(() => void this.poll(), POLL_MS);
  }

  close(): void {
    clearInterval(this.#poll);
    clearTimeout(this.#reopening);
    this.#stream.close();
  }

  /** Asks for what is new, unless the stream tells it anyway. */
  async poll(force = false): Promise<void> {
    if (this.#isOpen && !force) return;
    // What is asked for while an answer is on its way may be newer than that answer.
    if (force && this.#polling) await this.#polling;
    this.#polling ??= this.#catchUp()
      // The status knows of a failure; the next round asks again.
      .catch(() => undefined)
      .finally(() => (this.#polling = null));
    await this.#polling;
  }

  async #catchUp(): Promise<void> {
    const { picture, onEpoch, onChange } = this.#hopes;
    const changed = await takeSnapshot(this.#session, picture.head.event.id, picture.head.cursor);
    if (changed.epoch !== picture.head.epoch) return onEpoch(changed.epoch);
    const { tickets: _t, scans: _s, cases: _c, cursor, ...head } = changed;
    await picture.apply(rowsOf(changed), cursor, head);
    onChange();
  }

  #open(): Stream {
    const { id } = this.#hopes.picture.head.event;
    return openStream({
      url: `/api/admission/v1/events/${id}/stream`,
      headers: async () => ({ Authorization: `Bearer ${await this.#session.token()}` }),
      lastEventId: String(this.#hopes.picture.head.cursor),
      silenceMs: SILENCE_MS,
      onEvent: (event) => {
        this.#heard.push(event);
        this.#draining ??= this.#drain().finally(() => (this.#draining = null));
      },
      onState: (state) => {
        this.#isOpen = state === 'open';
        if (state === 'waiting' || state === 'refused') void this.poll();
        if (state === 'refused') this.#reopening = setTimeout(() => (this.#stream = this.#open()), REOPEN_MS);
      },
    });
  }

  /** All that was heard meanwhile in one step: a mass cancellation is ten thousand events. */
  async #drain(): Promise<void> {
    // Events of one chunk come one call after another: the first must not be taken without them.
    await Promise.resolve();
    while (this.#heard.length > 0) await this.#take(this.#heard.splice(0)).catch(() => undefined);
  }

  async #take(events: readonly StreamEvent[]): Promise<void> {
    const { picture, onChange, onEpoch, onMoment } = this.#hopes;
    const changes: Change[] = [];
    const head: Partial<Head> = {};
    let isStale = false;
    for (const { event, data } of events) {
      const row = JSON.parse(data) as Record<string, unknown>;
      if (event === 'hello' && row['epoch'] !== picture.head.epoch) return onEpoch(String(row['epoch']));
      if (event === 'heartbeat') onMoment(Date.parse(String(row['at'])));
      else if (event === 'headcount') head.headcount = Number(row['headcount']);
      else if (event === 'event') isStale = true;
      else changes.push(...changeOf(event, row));
    }
    // Lists, gates and keys are read whole; should that fail, the next answer brings them.
    if (isStale) await this.poll(true);
    await picture.apply(changes, Number(events.at(-1)?.id) || 0, head);
    onChange();
  }
}

function changeOf(name: string, row: unknown): Change[] {
  if (name === 'scan') return [{ name, row: row as ScanRow }];
  if (name === 'ticket') return [{ name, row: row as TicketRow }];
  return name === 'case' ? [{ name, row: row as CaseRow }] : [];
}

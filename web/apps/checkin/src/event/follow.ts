import { openStream, type Stream, type StreamEvent } from '@brama/core/sse';
import type { Session } from '../device/session.ts';
import type { Change, Picture } from './picture.ts';
import type { CaseRow, ScanRow, Snapshot, TicketRow } from './types.ts';

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
  #isPolling = false;
  #turn: Promise<unknown> = Promise.resolve();

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
    if ((this.#isOpen && !force) || this.#isPolling) return;
    this.#isPolling = true;
    try {
      await this.#catchUp();
    } catch {
      // The status knows; the next round asks again.
    } finally {
      this.#isPolling = false;
    }
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
        // One after another: the disk follows the feed's order.
        this.#turn = this.#turn.then(() => this.#hear(event)).catch(() => undefined);
      },
      onState: (state) => {
        this.#isOpen = state === 'open';
        if (state === 'waiting' || state === 'refused') void this.poll();
        if (state === 'refused') this.#reopening = setTimeout(() => (this.#stream = this.#open()), REOPEN_MS);
      },
    });
  }

  async #hear({ event, data, id }: StreamEvent): Promise<void> {
    const { picture, onChange, onEpoch, onMoment } = this.#hopes;
    const row = JSON.parse(data) as Record<string, unknown>;
    const cursor = Number(id) || 0;
    if (event === 'hello') {
      if (row['epoch'] !== picture.head.epoch) onEpoch(String(row['epoch']));
      return;
    }
    if (event === 'heartbeat') return onMoment(Date.parse(String(row['at'])));
    if (event === 'event') return void (await this.poll(true));
    if (event === 'headcount') await picture.apply([], cursor, { headcount: Number(row['headcount']) });
    else await picture.apply(changeOf(event, row), cursor);
    onChange();
  }
}

function changeOf(name: string, row: unknown): Change[] {
  if (name === 'scan') return [{ name, row: row as ScanRow }];
  if (name === 'ticket') return [{ name, row: row as TicketRow }];
  return name === 'case' ? [{ name, row: row as CaseRow }] : [];
}

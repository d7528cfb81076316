import { uuidv7 } from '@brama/core/ids';
import type { ServerStatus } from '@brama/core/status';
import { parseTicketCode, readTicketCode } from '@brama/core/ticket-code';
import type { Delivery, LogLine, Place } from '../device/db.ts';
import type { ScanLog } from '../device/log.ts';
import type { ServerClock } from '../device/server-clock.ts';
import type { Session } from '../device/session.ts';
import type { Uploader } from '../device/uploader.ts';
import type { Picture } from '../event/picture.ts';
import type { Redeemed } from '../event/types.ts';
import { evaluate } from './decide.ts';
import { type Kind, type Outcome, type Verdict, verdictOf } from './outcomes.ts';

/** How long a guest waits for the server's word; what comes later is shown as an alarm. */
const PATIENCE_MS = 120;
/** Nobody but the server can know of a ticket sold a moment ago, or what an order's code stands for. */
const LONGER_MS = 1000;
const ASK_TIMEOUT_MS = 5000;
const ORDER_CODE = /^[0-9A-Za-z-]{4,32}$/;

/** A verdict as the screen tells it. */
export interface Shown {
  seq: number;
  look: 'admit' | 'ask' | 'deny' | 'alarm';
  /** The guest was let in before this no arrived. */
  late: boolean;
  /** The same verdict in better words: no sound, and nothing where another guest is on the screen already. */
  quiet: boolean;
  kind: Kind;
  outcome: Outcome;
  code: string;
  codeId: string | null;
  holder: string | null;
  typeId: string | undefined;
  previous: { at: number; gate: string; by: string } | null;
  questions: string[] | null;
  at: number;
  online: boolean;
}

interface Parts {
  session: Session;
  picture: Picture;
  log: ScanLog;
  uploader: Uploader;
  clock: ServerClock;
  status: ServerStatus;
  place: Place;
  show: (shown: Shown) => void;
  onChange: () => void;
}

interface Judged {
  code: string;
  codeId: string | null;
  kind: Kind;
  outcome: Outcome;
  verdict: Verdict;
  reason?: string;
  answers?: Record<string, boolean>;
}

/** Where scans are judged: here at once, with the server's word where it comes in time, and never unlogged. */
export class Desk {
  #parts: Parts;
  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Judges a scanned text and shows the verdict. Resolves once the entry is stored and the verdict shown. */
  async scan(code: string, kind: 'entry' | 'exit', answers?: Record<string, boolean>): Promise<void> {
    const { picture, clock } = this.#parts;
    const rules = this.#rules();
    const reading = await readTicketCode(code, picture.keys, picture.head.event.number);
    const codeId = reading.outcome === 'genuine' ? reading.payload.ticketId : null;
    const outcome = evaluate({
      kind,
      reading,
      event: picture.head.event,
      ticketTypes: picture.head.ticket_types,
      ticket: codeId === null ? undefined : picture.tickets.get(codeId),
      checkInList: rules,
      presence: codeId === null ? { inside: 0, lastEntry: null } : picture.presence(codeId, rules),
      now: clock.now(),
    });
    await this.#judge({ code: code.toWellFormed(), codeId, kind, outcome, verdict: verdictOf(kind, outcome), ...(answers && { answers }) });
  }

  /** Lets in or out a guest whose ticket was found by name without a network: unproven, so a case will open. */
  async override(codeId: string, kind: 'entry' | 'exit', reason: string): Promise<void> {
    const { picture } = this.#parts;
    const ticket = picture.tickets.get(codeId);
    if (ticket === undefined) return;
    const { inside, lastEntry } = picture.presence(codeId, this.#rules());
    const isDead = ticket.state === 'valid' ? null : ticket.state === 'blocked' ? 'blocked' : 'revoked';
    const isAgain = kind === 'entry' && inside > 0 && lastEntry !== null;
    const outcome = isDead ?? (isAgain ? 'already_in' : 'manual_override');
    const code = `manual:${ticket.ticket_id}`;
    await this.#judge({ code, codeId, kind, outcome, verdict: verdictOf(kind, outcome), reason });
  }

  /** The inspector's own decision about a scan of before: takes an entry back, or keeps a guest out. */
  async byHand(kind: 'undo' | 'refuse', line: Pick<LogLine, 'codeId'> & { code: string }, reason: string): Promise<void> {
    const judged: Judged = { code: line.code, codeId: line.codeId, kind, outcome: 'manual_override', verdict: 'deny', reason };
    const { line: written, online } = await this.#write(judged);
    if (online) await this.#ask(written, undefined).then((answer) => this.#release(written, answer));
    else this.#parts.uploader.wake();
  }

  /** After an alarm: the guest was stopped (then nothing says that somebody went in), or is inside. */
  async afterAlarm(shown: Shown, wasStopped: boolean, reason: string): Promise<void> {
    const { uploader } = this.#parts;
    if (wasStopped) await this.#mark(shown.seq, { state: 'answered', acted: 'deny', outcome: shown.outcome });
    uploader.busy.delete(shown.seq);
    uploader.wake();
    if (wasStopped) await this.byHand('refuse', shown, reason);
  }

  async #judge(judged: Judged): Promise<void> {
    const { line, online } = await this.#write(judged);
    const local = this.#shown(line, judged, online);
    if (!online) {
      this.#parts.uploader.wake();
      return this.#parts.show(local);
    }
    const asked = this.#ask(line, judged.answers);
    const answer = await within(asked, patienceFor(judged));
    if (answer === null) {
      this.#parts.show(local);
      void asked.then((late) => this.#late(line, local, late));
      return;
    }
    await this.#release(line, answer);
    this.#parts.show(this.#answered(local, answer));
  }

  /** The entry, stored; from here on the scan exists whatever happens. */
  async #write(judged: Judged): Promise<{ line: LogLine; online: boolean }> {
    const { log, picture, clock, place, session, status, uploader } = this.#parts;
    const online = status.current.reach !== 'unreachable';
    const { code, codeId, kind, outcome, verdict, reason } = judged;
    const offset = clock.offsetMs;
    const wall = Date.now();
    const line = await log.append({
      scan_id: uuidv7(), code, kind, outcome, verdict, ...(reason !== undefined && { reason }),
      check_in_list_id: place.listId, gate_id: place.gateId,
      scanned_at: new Date(wall).toISOString(), clock_offset_ms: offset,
      basis: { cursor: picture.head.cursor, online },
      codeId, eventId: place.eventId, at: wall + offset,
    });
    if (online) uploader.busy.add(line.seq);
    picture.tellOwn(line, { state: 'waiting', acted: verdict, outcome } as Delivery, session.identity.name);
    this.#parts.onChange();
    return { line, online };
  }

  /** The server's word, or null when it gave none. */
  async #ask({ entry }: LogLine, answers: Record<string, boolean> | undefined): Promise<Redeemed | null> {
    const { scan_id, code, check_in_list_id, gate_id, kind, scanned_at, reason } = entry;
    const body = { scan_id, code, check_in_list_id, gate_id, kind, scanned_at, reason, answers, entry };
    const options = { keyless: 'once', timeoutMs: ASK_TIMEOUT_MS } as const;
    try {
      return await this.#parts.session.api.post<Redeemed>('/api/admission/v1/redeem', body, options);
    } catch {
      return null;
    }
  }

  /** What the server answered in time is what the guest met; without an answer the entry is uploaded. */
  async #release({ seq }: LogLine, answer: Redeemed | null): Promise<void> {
    const { uploader, picture, session, onChange } = this.#parts;
    if (answer !== null) {
      picture.head = { ...picture.head, headcount: answer.headcount };
      await this.#mark(seq, { state: 'answered', acted: answer.verdict, outcome: answer.outcome });
      if (answer.outcome === 'device_revoked') void session.renew().catch(() => undefined);
    }
    uploader.busy.delete(seq);
    uploader.wake();
    onChange();
  }

  async #late(line: LogLine, local: Shown, answer: Redeemed | null): Promise<void> {
    const { entry } = line;
    const isTooLate = answer !== null && entry.verdict === 'admit' && answer.verdict !== 'admit';
    // The guest is through: the entry waits for the inspector's word before it says so to the server.
    if (isTooLate) return this.#parts.show({ ...this.#answered(local, answer), look: 'alarm', late: true });
    await this.#release(line, answer);
    if (answer === null || answer.outcome === entry.outcome) return;
    this.#parts.show({ ...this.#answered(local, answer), quiet: answer.verdict === entry.verdict });
  }

  async #mark(seq: number, change: Partial<Delivery>): Promise<void> {
    const { log, picture, session, onChange } = this.#parts;
    const [delivery, line] = await Promise.all([log.mark(seq, change), log.get(seq)]);
    if (delivery && line) picture.tellOwn(line, delivery, session.identity.name);
    onChange();
  }

  #shown(line: LogLine, { kind, outcome, verdict, code, codeId }: Judged, online: boolean): Shown {
    const { picture } = this.#parts;
    const ticket = codeId === null ? undefined : picture.tickets.get(codeId);
    const claimed = parseTicketCode(code);
    const product = 'payload' in claimed ? claimed.payload.product : -1;
    const typeId = ticket?.ticket_type_id ?? picture.head.ticket_types.find(({ product_number }) => product_number === product)?.id;
    const again = outcome === 'already_in' || outcome === 'reentry_denied';
    const last = again && codeId !== null ? picture.presence(codeId, this.#rules()).lastEntry : null;
    return {
      seq: line.seq, look: lookOf(verdict, outcome), late: false, quiet: false, kind, outcome, code, codeId, online, at: line.at,
      holder: ticket?.holder ?? null,
      typeId: codeId === null ? undefined : typeId,
      previous: last && { at: last.at, gate: picture.gateName(last.gateId), by: last.by },
      questions: null,
    };
  }

  #answered(local: Shown, { verdict, outcome, ticket, previous, questions }: Redeemed): Shown {
    return {
      ...local,
      outcome,
      questions,
      look: lookOf(verdict, outcome),
      holder: ticket?.holder ?? local.holder,
      previous: previous ? { at: Date.parse(previous.at), gate: previous.gate, by: previous.device } : local.previous,
    };
  }

  #rules() {
    const rules = this.#parts.picture.list(this.#parts.place.listId);
    if (rules === undefined) throw new Error('the check-in list is gone');
    return rules;
  }
}

/** A forgery looks like nothing else on this device. */
const lookOf = (verdict: Verdict, outcome: Outcome): Shown['look'] => (outcome === 'counterfeit' ? 'alarm' : verdict);

function patienceFor({ outcome, code }: Judged): number {
  const onlyServerKnows = outcome === 'provisional_offline' || (outcome === 'unreadable' && ORDER_CODE.test(code));
  return onlyServerKnows ? LONGER_MS : PATIENCE_MS;
}

/** What the promise gives within `ms`, else null; a null of its own ends the wait at once. */
function within<T>(promise: Promise<T | null>, ms: number): Promise<T | null> {
  return Promise.race([promise, new Promise<null>((resolve) => setTimeout(resolve, ms, null))]);
}

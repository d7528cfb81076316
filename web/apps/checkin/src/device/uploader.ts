import { ApiProblem } from '@brama/core/problem';
import type { LogLine } from './db.ts';
import type { ScanLog } from './log.ts';
import type { Session } from './session.ts';

const AT_ONCE = 200;
const PAUSES_MS = [1000, 2000, 5000, 10_000];

interface Result {
  scan_id: string | null;
  state: string;
  server_seq: number | null;
  code: string | null;
}

/**
 * Sends what the server has not seen, oldest first, by itself. An entry that is refused keeps its fault and
 * lets the others pass; without a network everything waits.
 */
export class Uploader {
  /** Entries whose fate is being decided right now: a question under way, an alarm on the screen. */
  readonly busy = new Set<number>();
  #log: ScanLog;
  #session: Session;
  #onChange: (line: LogLine, state: 'accepted' | 'refused') => void;
  #onEpoch: (epoch: string) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #running: Promise<void> | null = null;
  #failures = 0;
  #closed = false;

  constructor(
    log: ScanLog,
    session: Session,
    onChange: (line: LogLine, state: 'accepted' | 'refused') => void,
    onEpoch: (epoch: string) => void,
  ) {
    this.#log = log;
    this.#session = session;
    this.#onChange = onChange;
    this.#onEpoch = onEpoch;
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#timer);
  }

  /** Begins sending soon; asked often, it still does so once. */
  wake(afterMs = 0): void {
    if (this.#closed || this.#running) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.flush(), afterMs);
  }

  /** Sends all that waits, as far as the server takes it. */
  flush(): Promise<void> {
    this.#running ??= this.#flush().finally(() => (this.#running = null));
    return this.#running;
  }

  async #flush(): Promise<void> {
    try {
      for (;;) {
        const lines = await this.#log.waiting(AT_ONCE, this.busy);
        if (lines.length === 0) break;
        await this.#send(lines);
      }
      this.#failures = 0;
    } catch {
      const pause = PAUSES_MS[Math.min(this.#failures, PAUSES_MS.length - 1)] ?? 0;
      this.#failures += 1;
      if (!this.#closed) this.#timer = setTimeout(() => void this.flush(), pause);
    }
  }

  async #send(lines: LogLine[]): Promise<void> {
    try {
      const body = { entries: lines.map(({ entry }) => entry) };
      const { results, epoch } = await this.#session.api.post<{ results: Result[]; epoch: string }>(
        '/api/admission/v1/scans', body, { keyless: 'repeatable', tries: 1, timeoutMs: 30_000 },
      );
      for (const [at, line] of lines.entries()) await this.#settle(line, results[at]);
      this.#onEpoch(epoch);
    } catch (error) {
      if (!(error instanceof ApiProblem) || error.status < 400 || error.status >= 500 || error.status === 401) throw error;
      // The whole batch was refused: each entry by itself tells which one it is.
      const [first] = lines;
      if (lines.length > 1) for (const line of lines) await this.#send([line]);
      else if (first && error.status !== 429) await this.#settle(first, { scan_id: null, state: 'refused', server_seq: null, code: error.code });
      else throw error;
    }
  }

  async #settle(line: LogLine, result: Result | undefined): Promise<void> {
    if (result === undefined) return;
    const state = result.state === 'refused' ? 'refused' : 'accepted';
    await this.#log.mark(line.seq, { state, fault: result.code });
    this.#onChange(line, state);
  }
}

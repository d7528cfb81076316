/**
 * Whether the server answers, derived from requests: `navigator.onLine` says "online" with the server dead.
 * Has the store contract (`subscribe`), so that a component may read it as `$status`.
 */
export type Reach = 'unknown' | 'reachable' | 'unreachable';

export interface StatusSnapshot {
  reach: Reach;
  /** When the present state began, and when the server last answered; ms of the device's clock. */
  since: number;
  answeredAt: number | null;
  /** Round trip of the last answer, ms. */
  roundTripMs: number | null;
}

export class ServerStatus {
  #now: () => number;
  #snapshot: StatusSnapshot;
  #listeners = new Set<(snapshot: StatusSnapshot) => void>();

  constructor(now: () => number = Date.now) {
    this.#now = now;
    this.#snapshot = { reach: 'unknown', since: now(), answeredAt: null, roundTripMs: null };
  }

  get current(): StatusSnapshot {
    return this.#snapshot;
  }

  subscribe = (listener: (snapshot: StatusSnapshot) => void): (() => void) => {
    this.#listeners.add(listener);
    listener(this.#snapshot);
    return () => this.#listeners.delete(listener);
  };

  /** The server itself answered, whatever it said. */
  answered(roundTripMs: number | null = null): void {
    const answeredAt = this.#now();
    this.#become('reachable', { answeredAt, roundTripMs: roundTripMs ?? this.#snapshot.roundTripMs });
  }

  /** A request found no server: no connection, a time-out, or somebody else's page. */
  failed(): void {
    this.#become('unreachable', {});
  }

  /** While the server is silent, calls `probe` every so often; `probe` reports by answered() or failed(). */
  watch(probe: () => Promise<unknown>, everyMs = 5000): () => void {
    const timer = setInterval(() => {
      if (this.#snapshot.reach !== 'reachable') probe().catch(() => this.failed());
    }, everyMs);
    return () => clearInterval(timer);
  }

  #become(reach: Reach, change: Partial<StatusSnapshot>): void {
    const since = reach === this.#snapshot.reach ? this.#snapshot.since : this.#now();
    this.#snapshot = { ...this.#snapshot, ...change, reach, since };
    for (const listener of this.#listeners) listener(this.#snapshot);
  }
}

const JUMP_MS = 2000;

/**
 * The server's time on this device. Every answer's Date header says that server − device lies within an
 * interval; their intersection is the offset, to a few tens of ms after some answers.
 */
export class ServerClock {
  #from = -Infinity;
  #until = Infinity;
  #offset: number;
  #wall: () => number;
  #steady: () => number;
  #drift: number;

  constructor(offset = 0, wall: () => number = Date.now, steady: () => number = () => performance.now()) {
    this.#offset = offset;
    this.#wall = wall;
    this.#steady = steady;
    this.#drift = wall() - steady();
  }

  /** Server's clock less the device's, whole ms. */
  get offsetMs(): number {
    this.#heedJumps();
    return Math.round(this.#offset);
  }

  now(): number {
    return this.#wall() + this.offsetMs;
  }

  /** The server's clock showed a moment in [earliest, latest] at some time in [sentAt, receivedAt] of ours. */
  learn(earliest: number, latest: number, sentAt: number, receivedAt: number): void {
    this.#heedJumps();
    const [from, until] = [earliest - receivedAt, latest - sentAt];
    this.#from = Math.max(this.#from, from);
    this.#until = Math.min(this.#until, until);
    // A contradiction: one of the clocks was set meanwhile. The newest word counts.
    if (this.#from > this.#until) [this.#from, this.#until] = [from, until];
    this.#offset = (this.#from + this.#until) / 2;
  }

  /** `fetch` that learns from every answer of our own origin. */
  listening(plain: typeof fetch = (...given) => fetch(...given)): typeof fetch {
    return async (...given) => {
      const sentAt = this.#wall();
      const response = await plain(...given);
      const date = Date.parse(response.headers.get('Date') ?? '');
      // The header's seconds are cut off, not rounded.
      if (!Number.isNaN(date)) this.learn(date, date + 1000, sentAt, this.#wall());
      return response;
    };
  }

  /** A wall clock that was put back is made up for. One that leapt ahead may only have slept with the phone. */
  #heedJumps(): void {
    const drift = this.#wall() - this.#steady();
    const jump = drift - this.#drift;
    if (Math.abs(jump) < JUMP_MS) return;
    this.#drift = drift;
    this.#from = -Infinity;
    this.#until = Infinity;
    if (jump < 0) this.#offset -= jump;
  }
}

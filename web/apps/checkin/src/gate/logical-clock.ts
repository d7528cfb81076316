/** A hybrid logical clock: follows time, and never goes back when time does. */
export class LogicalClock {
  #ms = 0;
  #count = 0;
  #device: string;

  /** `last` is the text of the newest entry in the log: the clock goes on from there. */
  constructor(device: string, last = '') {
    const [ms, count] = last.split('-');
    this.#device = device;
    this.#ms = Number(ms) || 0;
    this.#count = Number.parseInt(count ?? '', 16) || 0;
  }

  /** The next moment, as text: 13 digits of ms, a counter in hex, the device. Texts sort as moments do. */
  tick(now: number): string {
    if (now > this.#ms) {
      this.#ms = now;
      this.#count = 0;
    } else this.#count += 1;
    const ms = String(Math.floor(this.#ms)).padStart(13, '0');
    return `${ms}-${this.#count.toString(16).padStart(4, '0')}-${this.#device}`;
  }
}

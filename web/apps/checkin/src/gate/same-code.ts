const GONE_AFTER_MS = 1000;

/**
 * A judged code that is still before the camera, or was within the last second, is the same guest's and says
 * nothing new. Only once it was out of sight for a second does it count as shown again.
 */
export class SameCode {
  #seenAt = new Map<string, number>();

  /** Whether this sight of the code is to be passed over; call it for every sight. `now` in ms, never going back. */
  passes(code: string, now: number): boolean {
    for (const [other, at] of this.#seenAt) if (now - at > GONE_AFTER_MS) this.#seenAt.delete(other);
    if (!this.#seenAt.has(code)) return false;
    this.#seenAt.set(code, now);
    return true;
  }

  judged(code: string, now: number): void {
    this.#seenAt.set(code, now);
  }

  /** Every code is to be judged at its next sight, even if it never left. */
  forget(): void {
    this.#seenAt.clear();
  }
}

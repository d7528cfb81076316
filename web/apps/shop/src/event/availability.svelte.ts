import type { Money } from '@brama/core/money';
import { clockedFetch } from '../shop/clock.ts';
import type { Availability as Told, EventData, TicketType } from '../shop/wire.ts';

const EVERY_MS = 4000;
const LONGEST_MS = 30_000;

/** The ticket types as they stand now: asked every few seconds while the page is looked at. */
export class Availability {
  types = $state.raw<TicketType[]>([]);
  #url: string;
  #asOf = '';

  constructor(event: EventData) {
    this.types = event.ticket_types;
    this.#url = event.availability_url;
  }

  /** Goes on until the returned function is called. A silent server is asked less and less often. */
  watch(): () => void {
    const stop = new AbortController();
    let pause = EVERY_MS;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      clearTimeout(timer);
      if (stop.signal.aborted || document.visibilityState === 'hidden') return;
      pause = (await this.#ask(stop.signal)) ? EVERY_MS : Math.min(pause * 2, LONGEST_MS);
      clearTimeout(timer);
      timer = setTimeout(ask, pause * (0.85 + Math.random() * 0.3));
    };
    document.addEventListener('visibilitychange', ask);
    void ask();
    return () => {
      stop.abort();
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', ask);
    };
  }

  /** What sales itself says a type costs now: it may know before the file does. */
  reprice(prices: Readonly<Record<string, Money>>): void {
    this.types = this.types.map((type) => ({ ...type, price: prices[type.id] ?? type.price }));
  }

  async #ask(signal: AbortSignal): Promise<boolean> {
    try {
      const response = await clockedFetch(this.#url, { signal });
      if (!response.ok) return false;
      const { as_of, ticket_types } = (await response.json()) as Told;
      if (as_of < this.#asOf) return true;
      this.#asOf = as_of;
      const now = new Map(ticket_types.map((each) => [each.id, each]));
      this.types = this.types.map((type) => {
        const told = now.get(type.id);
        return told ? { ...type, state: told.state, price: told.price } : type;
      });
      return true;
    } catch {
      return false; // What the page already shows stays; sales has the last word anyway.
    }
  }
}

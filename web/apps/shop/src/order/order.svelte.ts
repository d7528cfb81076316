import { ApiProblem, Attempt, Unreachable } from '@brama/core/api';
import { cancelOrder, openPayment, readEvent, readOrder, readTickets } from '../shop/api.ts';
import { refusalOf } from '../shop/checkout.svelte.ts';
import type { Refusal } from '../shop/purchase.ts';
import type { EventData, Order, Ticket } from '../shop/wire.ts';
import { isSettled, pauseAfter, standing, type Standing } from './progress.ts';

/** A link to the PDF works for ten minutes: before that it is asked for anew. */
const PDF_LINK_MS = 480_000;

/** An order as it stands, asked for again until everything that will come of it has come. */
export class OrderWatch {
  order = $state.raw<Order | null>(null);
  event = $state.raw<EventData | null>(null);
  tickets = $state.raw<Ticket[]>([]);
  /** `missing`: the token does not open this order. `unreachable`: nobody answers, we go on trying. */
  fault = $state<'missing' | 'unreachable' | null>(null);
  refusal = $state.raw<Refusal | null>(null);
  busy = $state(false);
  #now = $state(Date.now());

  readonly code: string;
  readonly token: string;
  #returnedAt: number | null;
  #payments = new Attempt();
  #ask: () => void = () => undefined;

  constructor(code: string, token: string, returned: boolean) {
    this.code = code;
    this.token = token;
    this.#returnedAt = returned ? Date.now() : null;
  }

  get standing(): Standing | null {
    return this.order && standing(this.order, this.#returnedAt === null ? null : this.#now - this.#returnedAt);
  }

  watch(): () => void {
    const began = Date.now();
    let failures = 0;
    let stopped = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = async (): Promise<void> => {
      clearTimeout(timer);
      if (stopped || document.visibilityState === 'hidden') return;
      failures = (await this.#read()) ? 0 : failures + 1;
      if (stopped || this.fault === 'missing') return;
      const settled = this.order !== null && isSettled(this.order, this.tickets.length);
      const pause = settled ? (this.tickets.length > 0 ? PDF_LINK_MS : null) : pauseAfter(Date.now() - began, failures);
      clearTimeout(timer);
      if (pause !== null) timer = setTimeout(ask, pause);
    };
    this.#ask = ask;
    document.addEventListener('visibilitychange', ask);
    void ask();
    return () => {
      stopped = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', ask);
    };
  }

  refresh(): void {
    this.#ask();
  }

  /** To the bank's page. The same wish keeps its payment; after a failed one it is a new wish. */
  async pay(): Promise<void> {
    const failed = this.order?.payments.filter(({ state }) => state === 'failed').length ?? 0;
    await this.#do(async () => {
      const { redirect_url } = await openPayment(this.code, this.token, this.#payments.keyFor([this.code, failed]));
      location.assign(redirect_url);
    });
  }

  async cancel(): Promise<void> {
    await this.#do(async () => void (await cancelOrder(this.code, this.token)));
    this.refresh();
  }

  /** Back from the bank by the browser's own button: the page wakes as it fell asleep. */
  woken(): void {
    this.busy = false;
    this.refresh();
  }

  async #do(what: () => Promise<void>): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    this.refusal = null;
    try {
      await what();
    } catch (error) {
      this.refusal = refusalOf(error);
      this.refresh();
    }
    this.busy = false;
  }

  async #read(): Promise<boolean> {
    try {
      const order = await readOrder(this.code, this.token);
      if (this.event === null) this.event = await readEvent(order.event_id).catch(() => null);
      // Paid and its tickets appear together where they come together.
      if (order.state !== 'pending' && order.state !== 'expired' && order.state !== 'cancelled') {
        this.tickets = await readTickets(this.code, this.token).catch(() => this.tickets);
      }
      this.#now = Date.now();
      this.order = order;
      this.fault = null;
      return true;
    } catch (error) {
      if (error instanceof ApiProblem && error.status === 404) this.fault = 'missing';
      else if (error instanceof ApiProblem || error instanceof Unreachable) this.fault = 'unreachable';
      else throw error;
      return false;
    }
  }
}

import { ApiProblem, Attempt, Unreachable } from '@brama/core/api';
import type { Money } from '@brama/core/money';
import { giveBack, openPayment, placeOrder, takeHold, type NewOrder } from './api.ts';
import { pathOf, showLink } from './links.ts';
import { again } from './cart.ts';
import { advance, choosing, withHold, type Happening, type Purchase, type Refusal } from './purchase.ts';
import { rememberToken } from './tokens.ts';
import type { Hold, WantedLine } from './wire.ts';

/** A refusal by the server, in the machine's words; anything else is a fault of ours and goes on up. */
export function refusalOf(error: unknown): Refusal {
  if (error instanceof Unreachable) return { kind: 'unreachable' };
  if (!(error instanceof ApiProblem)) throw error;
  const { code, facts } = error;
  if (code === 'hold_expired') return { kind: 'hold_expired' };
  if (code === 'sold_out') {
    const left = (facts['left'] ?? []) as { ticket_type_id: string; left: number }[];
    return { kind: 'sold_out', left: Object.fromEntries(left.map((each) => [each.ticket_type_id, each.left])) };
  }
  if (code === 'price_changed') {
    const prices = (facts['prices'] ?? []) as { ticket_type_id: string; price: Money }[];
    return { kind: 'price_changed', prices: Object.fromEntries(prices.map((each) => [each.ticket_type_id, each.price])) };
  }
  return { kind: 'told', title: error.title, detail: error.detail };
}

/** One visitor's purchase: performs what the machine in `purchase.ts` only decides. */
export class Checkout {
  state = $state.raw<Purchase>(choosing());
  #eventId: string;
  /** Where choosing stands: the event's page. */
  #home: string | null;
  #holds = new Attempt();
  #orders = new Attempt();
  #payments = new Attempt();

  constructor(eventId: string, options: { home?: string; hold?: Hold } = {}) {
    this.#eventId = eventId;
    this.#home = options.home ?? null;
    if (options.hold) this.state = withHold(options.hold);
  }

  async take(lines: WantedLine[]): Promise<void> {
    if (!this.#ask()) return;
    try {
      const hold = await takeHold(this.#eventId, lines, this.#holds.keyFor(lines));
      this.#holds.done();
      showLink(hold.restore_url);
      this.#happen({ type: 'held', hold });
    } catch (error) {
      this.#refused(error);
    }
  }

  /** The same places once more, after their time was up. */
  async retake(): Promise<void> {
    if (this.state.step === 'buyer') await this.take(again(this.state.hold.lines));
  }

  /**
   * Turns the hold into an order and opens its payment.
   *
   * Throws ApiProblem with `errors` for fields that are not right.
   */
  async place(buyer: NewOrder['buyer'], holders: NewOrder['holders']): Promise<void> {
    const { state } = this;
    if (state.step !== 'buyer' || !this.#ask()) return;
    const order = { hold_id: state.hold.id, hold_token: state.hold.token, buyer, holders };
    try {
      const placed = await placeOrder(order, this.#orders.keyFor(order));
      rememberToken(placed.code, placed.token);
      showLink(placed.restore_url);
      this.#happen({ type: 'placed', order: placed });
    } catch (error) {
      if (error instanceof ApiProblem && error.errors.length > 0) {
        this.state = { ...state, busy: false, refusal: null };
        throw error;
      }
      return this.#refused(error);
    }
    await this.#open();
  }

  /** Asks for the bank's page once more. */
  async pay(): Promise<void> {
    if (this.state.step === 'paying' && this.#ask()) await this.#open();
  }

  async change(): Promise<void> {
    if (this.state.step !== 'buyer') return;
    const { hold } = this.state;
    this.#happen({ type: 'given_back' });
    if (this.#home !== null) showLink(this.#home);
    // Not waited for: places that nobody gives back go on sale again by themselves.
    await giveBack(hold).catch(() => null);
  }

  timeUp(): void {
    this.#happen({ type: 'time_up' });
  }

  async #open(): Promise<void> {
    if (this.state.step === 'leaving') return this.#leave(pathOf(this.state.to));
    if (this.state.step !== 'paying') return;
    const { code, token, restore_url } = this.state.order;
    try {
      const payment = await openPayment(code, token, this.#payments.keyFor(code));
      this.#happen({ type: 'opened', to: payment.redirect_url });
      this.#leave(payment.redirect_url);
    } catch (error) {
      // Paid or closed meanwhile, in another tab say: the order's own page tells how it stands.
      if (error instanceof ApiProblem && error.code === 'order_not_payable') this.#leave(pathOf(restore_url));
      else this.#refused(error);
    }
  }

  #leave(to: string): void {
    if (new URL(to, location.href).pathname === location.pathname) location.reload();
    else location.assign(to);
  }

  #ask(): boolean {
    if (this.state.step === 'leaving' || this.state.busy) return false;
    this.#happen({ type: 'asked' });
    return true;
  }

  #refused(error: unknown): void {
    this.#happen({ type: 'refused', refusal: refusalOf(error) });
  }

  #happen(happening: Happening): void {
    const before = this.state;
    this.state = advance(before, happening);
    if (before.step === 'buyer' && this.state.step === 'choosing' && this.#home !== null) showLink(this.#home);
  }
}

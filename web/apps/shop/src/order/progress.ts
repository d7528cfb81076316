import type { Order } from '../shop/wire.ts';

/** How an order stands for its buyer. */
export type Standing = 'to_pay' | 'at_bank' | 'failed' | 'paid' | 'partly_refunded' | 'refunded' | 'expired' | 'cancelled';

/** After this long without the bank's word the buyer is offered to pay again, ms. */
const BANK_TAKES_MS = 45_000;

/** `returnedMs`: how long ago the buyer came back from the bank's page, null when they come from elsewhere. */
export function standing({ state, payments }: Order, returnedMs: number | null): Standing {
  if (state === 'partially_refunded') return 'partly_refunded';
  if (state !== 'pending') return state;
  const last = payments.at(-1);
  // Confirmed money that the order could not use alone is on its way back: that one did not pay.
  if (last?.state === 'failed') return 'failed';
  return returnedMs !== null && returnedMs < BANK_TAKES_MS ? 'at_bank' : 'to_pay';
}

/** Whether everything that will come of this order has come. */
export function isSettled(order: Order, ticketCount: number): boolean {
  if (order.state === 'expired' || order.state === 'cancelled') return true;
  if (order.state === 'pending' || (order.state === 'paid' && ticketCount === 0)) return false;
  const refunding = order.refunds.some(({ state }) => state === 'requested');
  const returned = order.refunds.filter(({ state }) => state === 'done').length;
  return !refunding && (order.total.minor === 0 || order.receipts.length >= 1 + returned);
}

/** Milliseconds until the order is asked for again: eager at first, then with patience; null to give up. */
export function pauseAfter(watchedMs: number, failures: number): number | null {
  if (failures > 0) return Math.min(1000 * 2 ** failures, 15_000);
  if (watchedMs < 20_000) return 1000;
  if (watchedMs < 120_000) return 3000;
  return watchedMs < 1_800_000 ? 10_000 : null;
}

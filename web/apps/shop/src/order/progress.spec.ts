import { money } from '@brama/core/money';
import { expect, test } from 'vitest';
import type { Order } from '../shop/wire.ts';
import { isSettled, pauseAfter, standing } from './progress.ts';

const UAH = (minor: number) => money(minor, 'UAH');
const order = (more: Partial<Order>): Order => ({
  code: '0007-K2QX-91TD', event_id: 'e', state: 'pending', total: UAH(80000), paid: UAH(0), refunded: UAH(0), lines: [],
  buyer: { name: 'Соломія', email: 's@gmail.com' }, placed_at: '2026-12-05T15:00:00Z', expires_at: '2026-12-05T15:15:00Z',
  payments: [], receipts: [], refunds: [], restore_url: '', ...more,
});
const payment = (state: 'created' | 'confirmed' | 'failed') => ({ id: state, state, provider: 'monobank', amount: UAH(80000) });
const receipt = { kind: 'sale', fiscal_code: 'x', url: 'https://r', state: 'registered' };
const refund = (state: string) => ({ id: 'r', state, amount: UAH(40000) });

test('who comes back from the bank waits for its word, but not for ever', () => {
  const created = order({ payments: [payment('created')] });
  expect(standing(created, 0)).toBe('at_bank');
  expect(standing(created, 60_000)).toBe('to_pay');
  expect(standing(created, null)).toBe('to_pay');
});

test('a failed payment is said at once; a newer one is waited for', () => {
  expect(standing(order({ payments: [payment('failed')] }), 0)).toBe('failed');
  expect(standing(order({ payments: [payment('failed'), payment('created')] }), 0)).toBe('at_bank');
});

test('what is decided does not depend on where the buyer comes from', () => {
  for (const state of ['paid', 'expired', 'cancelled', 'refunded'] as const) expect(standing(order({ state }), 0)).toBe(state);
  expect(standing(order({ state: 'partially_refunded' }), null)).toBe('partly_refunded');
});

test('the page looks on until tickets, receipts and refunds have come', () => {
  const paid = order({ state: 'paid', receipts: [receipt] });
  expect(isSettled(order({}), 0)).toBe(false);
  expect(isSettled(paid, 0)).toBe(false);
  expect(isSettled({ ...paid, receipts: [] }, 2)).toBe(false);
  expect(isSettled(paid, 2)).toBe(true);
  expect(isSettled({ ...paid, refunds: [refund('requested')] }, 2)).toBe(false);
  expect(isSettled({ ...paid, refunds: [refund('done')] }, 2)).toBe(false);
  expect(isSettled({ ...paid, refunds: [refund('done')], receipts: [receipt, { ...receipt, kind: 'return' }] }, 2)).toBe(true);
  expect(isSettled(order({ state: 'paid', total: UAH(0) }), 1)).toBe(true);
  expect(isSettled(order({ state: 'expired' }), 0)).toBe(true);
});

test('asking is eager at first, patient later, and backs off from a silent server', () => {
  expect([0, 30_000, 300_000, 3_600_000].map((watched) => pauseAfter(watched, 0))).toEqual([1000, 3000, 10_000, null]);
  expect([1, 2, 3, 4, 9].map((failures) => pauseAfter(0, failures))).toEqual([2000, 4000, 8000, 15_000, 15_000]);
});

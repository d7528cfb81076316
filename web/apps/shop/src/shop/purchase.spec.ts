import { money } from '@brama/core/money';
import { describe, expect, test } from 'vitest';
import { advance, choosing, withHold, type Happening, type Purchase } from './purchase.ts';
import type { Hold, PlacedOrder } from './wire.ts';

const hold: Hold = {
  id: '0193a000-0000-7000-8000-000000000001', token: 'h', event_id: 'e', state: 'active', expires_at: '2026-12-05T15:10:00Z',
  restore_url: 'http://x/orders/#hold=1', lines: [{ ticket_type_id: 'a', quantity: 2, unit_price: money(40000, 'UAH') }],
  total: money(80000, 'UAH'), order: null,
};
const later: Hold = { ...hold, id: '0193a000-0000-7000-8000-000000000002' };
const order: PlacedOrder = {
  code: '0007-K2QX-91TD', token: 'o', state: 'pending', total: money(80000, 'UAH'), expires_at: '2026-12-05T15:15:00Z',
  restore_url: 'http://x/orders/0007-K2QX-91TD#token=o',
};
const soldOut: Happening = { type: 'refused', refusal: { kind: 'sold_out', left: { a: 1 } } };
const silent: Happening = { type: 'refused', refusal: { kind: 'unreachable' } };
const after = (from: Purchase, ...happenings: Happening[]): Purchase => happenings.reduce(advance, from);
const buyer = withHold(hold);
const lapsed = after(buyer, { type: 'time_up' });

test('the straight way: choose, say who, go to the bank', () => {
  const steps = [{ type: 'asked' }, { type: 'held', hold }, { type: 'asked' }, { type: 'placed', order }, { type: 'opened', to: 'https://bank' }] as const;
  const seen: string[] = [];
  steps.reduce<Purchase>((state, happening) => {
    const next = advance(state, happening);
    seen.push(next.step);
    return next;
  }, choosing());
  expect(seen).toEqual(['choosing', 'buyer', 'buyer', 'paying', 'leaving']);
});

test('a free order needs no bank: it leads to its own page', () => {
  expect(after(buyer, { type: 'asked' }, { type: 'placed', order: { ...order, state: 'paid' } })).toEqual({ step: 'leaving', to: order.restore_url });
});

test('sold out while choosing says so and lets choose again', () => {
  expect(after(choosing(), { type: 'asked' }, soldOut)).toEqual({ step: 'choosing', busy: false, refusal: { kind: 'sold_out', left: { a: 1 } } });
});

test('asking again takes the old refusal away; asking twice asks once', () => {
  const asked = after(choosing({ kind: 'unreachable' }), { type: 'asked' });
  expect(asked).toEqual({ step: 'choosing', busy: true, refusal: null });
  expect(advance(asked, { type: 'asked' })).toBe(asked);
});

describe('the time of a hold', () => {
  test('once up, the form stays and the same places may be taken again', () => {
    expect(lapsed).toMatchObject({ step: 'buyer', lapsed: true, hold });
    expect(after(lapsed, { type: 'asked' }, { type: 'held', hold: later })).toEqual(withHold(later));
  });

  test('while an answer is awaited the server decides, not the clock', () => {
    const waiting = after(buyer, { type: 'asked' }, { type: 'time_up' });
    expect(waiting).toMatchObject({ lapsed: false, busy: true });
    expect(advance(waiting, { type: 'placed', order })).toMatchObject({ step: 'paying' });
  });

  test('the server may know sooner that it is up', () => {
    expect(after(buyer, { type: 'asked' }, { type: 'refused', refusal: { kind: 'hold_expired' } })).toMatchObject({ step: 'buyer', lapsed: true, busy: false });
  });

  test('the same places again, but they are gone: choose anew', () => {
    expect(after(lapsed, { type: 'asked' }, soldOut)).toMatchObject({ step: 'choosing', refusal: { kind: 'sold_out' } });
  });
});

test('a lost connection loses nothing: the step stays and may be tried again', () => {
  expect(after(buyer, { type: 'asked' }, silent)).toEqual({ ...buyer, refusal: { kind: 'unreachable' } });
  expect(after(lapsed, { type: 'asked' }, silent)).toMatchObject({ step: 'buyer', lapsed: true, busy: false });
  const paying = after(buyer, { type: 'placed', order }, silent);
  expect(paying).toEqual({ step: 'paying', order, busy: false, refusal: { kind: 'unreachable' } });
  expect(after(paying, { type: 'asked' }, { type: 'opened', to: 'https://bank' })).toEqual({ step: 'leaving', to: 'https://bank' });
});

test('giving the places back leads to choosing', () => {
  expect(after(buyer, { type: 'given_back' })).toEqual(choosing());
});

test('whatever happens in whatever step, the machine stands in a step and leaves only once', () => {
  const happenings: Happening[] = [
    { type: 'asked' }, { type: 'held', hold }, { type: 'placed', order }, { type: 'opened', to: 'https://bank' }, soldOut, silent,
    { type: 'time_up' }, { type: 'given_back' },
  ];
  let states: Purchase[] = [choosing()];
  for (let depth = 0; depth < 5; depth += 1) {
    states = states.flatMap((state) => happenings.map((happening) => advance(state, happening)));
    // Places that nobody holds are never paid for, and nobody pays without an order.
    for (const state of states) if (state.step === 'paying') expect(state.order).toBe(order);
    states = [...new Map(states.map((state) => [JSON.stringify(state), state])).values()];
  }
  const left = states.filter(({ step }) => step === 'leaving');
  expect(left).toEqual([{ step: 'leaving', to: 'https://bank' }]);
  for (const state of left) for (const happening of happenings) expect(advance(state, happening)).toBe(state);
});

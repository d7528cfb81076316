import { money } from '@brama/core/money';
import { expect, test } from 'vitest';
import { afterSoldOut, mostOf, totalOf, wanted, within } from './cart.ts';
import type { TicketType } from './wire.ts';

const type = (id: string, minor: number, more: Partial<TicketType> = {}): TicketType => ({
  id, name: { uk: id, en: id }, description: { uk: '', en: '' }, price: money(minor, 'UAH'), state: 'available', sale_from: null, max_per_order: 4, ...more,
});
const types = [type('early', 30000), type('second', 40000)];

test('one asks for what was chosen, at the price that was shown', () => {
  expect(wanted(types, { second: 2, early: 0, gone: 3 })).toEqual([{ ticket_type_id: 'second', quantity: 2, expected_unit_price: money(40000, 'UAH') }]);
  expect(totalOf(types, { early: 1, second: 2 }, 'UAH')).toEqual(money(110000, 'UAH'));
  expect(totalOf([], {}, 'EUR')).toEqual(money(0, 'EUR'));
});

test.each(['reserved', 'sold_out', 'not_yet', 'ended'] as const)('of a type that is %s nobody may choose any', (state) => {
  expect(mostOf(type('x', 1, { state }))).toBe(0);
});

test('few left or many, the limit is that of one order: how many are left is nobody’s business', () => {
  expect([mostOf(type('x', 1)), mostOf(type('x', 1, { state: 'few' }))]).toEqual([4, 4]);
});

test('a refusal lowers the choice to what is left and touches no other', () => {
  expect(afterSoldOut({ early: 3, second: 2 }, { early: 1 })).toEqual({ early: 1, second: 2 });
  expect(within({ early: 3, second: 2 }, (id) => (id === 'early' ? 0 : 9))).toEqual({ early: 0, second: 2 });
});

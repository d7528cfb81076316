import { sumMoney, timesMoney, type Money } from '@brama/core/money';
import type { HoldLine, TicketType, WantedLine } from './wire.ts';

/** How many of each ticket type a visitor wants, by its id. */
export type Counts = Readonly<Record<string, number>>;

/** How many of a type one may choose now: none unless it is on sale. */
export const mostOf = ({ state, max_per_order }: TicketType): number =>
  state === 'available' || state === 'few' ? max_per_order : 0;

/** The lines to ask for, with the prices that the visitor was shown. */
export function wanted(types: readonly TicketType[], counts: Counts): WantedLine[] {
  return types.flatMap(({ id, price }) => {
    const quantity = counts[id] ?? 0;
    return quantity > 0 ? [{ ticket_type_id: id, quantity, expected_unit_price: price }] : [];
  });
}

/** The same places once more, at the price that they had. */
export const again = (lines: readonly HoldLine[]): WantedLine[] =>
  lines.map(({ ticket_type_id, quantity, unit_price }) => ({ ticket_type_id, quantity, expected_unit_price: unit_price }));

export const totalOf = (types: readonly TicketType[], counts: Counts, currency: string): Money =>
  sumMoney(types.map(({ id, price }) => timesMoney(price, counts[id] ?? 0)), currency);

export const countOf = (lines: readonly { quantity: number }[]): number =>
  lines.reduce((sum, { quantity }) => sum + quantity, 0);

/** Choices brought down to what is left and allowed; what did not change keeps its place. */
export function within(counts: Counts, most: (id: string) => number): Record<string, number> {
  return Object.fromEntries(Object.entries(counts).map(([id, count]) => [id, Math.max(0, Math.min(count, most(id)))]));
}

/** Choices after a refusal that says what is left. */
export const afterSoldOut = (counts: Counts, left: Readonly<Record<string, number>>): Record<string, number> =>
  within(counts, (id) => left[id] ?? Infinity);

import { money } from '@brama/core/money';
import { describe, expect, it } from 'vitest';
import { Basket } from './basket.svelte.ts';
import type { TypeStock } from './till.data.ts';

const type = (id: string, minor: number): TypeStock => ({
  ticket_type_id: id, name: { uk: id, en: id }, state: 'available', price: money(minor, 'UAH'), left: 10,
});
const STOCK = [type('wave', 40_000), type('early', 30_050)];

describe('a basket at the door', () => {
  it('adds up what was taken, to the kopiyka', () => {
    const basket = new Basket();
    basket.set('wave', 2);
    basket.set('early', 1);
    expect(basket.total(STOCK, 'UAH')).toEqual(money(110_050, 'UAH'));
  });

  it('says what to give back, and what is still to come', () => {
    const basket = new Basket();
    basket.set('wave', 1);
    const total = basket.total(STOCK, 'UAH');
    expect(basket.change(total)).toBeNull();
    basket.received = 50_000;
    expect(basket.change(total)).toBe(10_000);
    basket.received = 20_000;
    expect(basket.change(total)).toBe(-20_000);
  });

  it('sends no cash with a terminal sale, and no type that nobody took', () => {
    const basket = new Basket();
    basket.set('wave', 1);
    basket.set('early', 0);
    basket.received = 50_000;
    basket.tender = 'terminal';
    expect(basket.body(STOCK, 'UAH')).toEqual({
      lines: [{ ticket_type_id: 'wave', quantity: 1, expected_unit_price: money(40_000, 'UAH') }],
      tender: 'terminal',
      buyer_name: '',
    });
  });

  it('keeps the tender for the next guest, and nothing of this one', () => {
    const basket = new Basket();
    basket.set('wave', 3);
    basket.tender = 'terminal';
    basket.name = 'Соломія';
    basket.empty();
    expect(basket.lines(STOCK)).toEqual([]);
    expect([basket.tender, basket.name]).toEqual(['terminal', '']);
  });
});

import { expect, test } from 'vitest';
import { CurrencyMismatch, addMoney, formatMoney, money, parseMoney, sumMoney } from './money.ts';

test('hryvnias are written as people write them in either language', () => {
  expect(formatMoney(money(120000, 'UAH'), 'uk')).toBe('1\u00a0200\u00a0₴');
  expect(formatMoney(money(120050, 'UAH'), 'uk')).toBe('1\u00a0200,50\u00a0₴');
  expect(formatMoney(money(120000, 'UAH'), 'en')).toBe('₴1,200');
  expect(formatMoney(money(-120005, 'UAH'), 'en')).toBe('−₴1,200.05');
  expect(formatMoney(money(5000, 'PLN'), 'en')).toBe('50\u00a0zł');
});

test('amounts of different currencies are never added', () => {
  expect(() => addMoney(money(1, 'UAH'), money(1, 'EUR'))).toThrow(CurrencyMismatch);
  expect(sumMoney([money(1, 'UAH'), money(2, 'UAH')], 'UAH')).toEqual(money(3, 'UAH'));
});

test.each([['1 200', 120000], ['1200,5', 120050], ['₴1,200.50', 120050], ['0,07 ₴', 7], ['', null], ['12,345,6', null], ['-5', null], ['abc', null]])(
  'what a person writes, %s, is %s minor units', (text, minor) => expect(parseMoney(text)).toBe(minor));

test('every amount survives being written and read', () => {
  for (const minor of [0, 1, 99, 100, 101, 99999, 100000, 123456789]) {
    for (const locale of ['uk', 'en'] as const) expect(parseMoney(formatMoney(money(minor, 'UAH'), locale))).toBe(minor);
  }
});

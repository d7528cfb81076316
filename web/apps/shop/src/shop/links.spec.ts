import { expect, test } from 'vitest';
import { pathOf, readLink, ticketsPath, twin } from './links.ts';

const ID = '0193a000-0000-7000-8000-000000000001';
const at = (path: string) => readLink(new URL(path, 'http://brama.test'));

test('a hold opens by its id and its token, in either language', () => {
  const hold = { kind: 'hold', id: ID, token: 'a.b.c' };
  expect(at(`/orders/#hold=${ID}&token=a.b.c`)).toEqual(hold);
  expect(at(`/orders#hold=${ID}&token=a.b.c`)).toEqual(hold);
  expect(at(`/en/orders/#hold=${ID}&token=a.b.c`)).toEqual(hold);
});

test('an order is named by the path, its token stands in the fragment', () => {
  const code = '0007-K2QX-91TD';
  expect(at(`/orders/${code}#token=a.b.c`)).toEqual({ kind: 'order', code, token: 'a.b.c' });
  expect(at(`/en/tickets/${code.toLowerCase()}#token=a.b.c`)).toEqual({ kind: 'order', code, token: 'a.b.c' });
});

test('the bank sends back without a fragment', () => {
  expect(at('/orders/0007-K2QX-91TD')).toEqual({ kind: 'order', code: '0007-K2QX-91TD', token: null });
});

test.each(['/orders/', '/orders/#token=a', `/orders/#hold=${ID}`, '/orders/#hold=1&token=a', '/orders/..%2f..#token=a', '/orders/a/b#token=a', '/persha-nich#token=a', '/'])(
  '%s opens nothing',
  (path) => expect(at(path)).toEqual({ kind: 'nothing' }),
);

test('a token in a query is not taken: it would have been written down on its way', () => {
  expect(at('/orders/0007-K2QX-91TD?token=a.b.c')).toEqual({ kind: 'order', code: '0007-K2QX-91TD', token: null });
});

test('a link of ours works under whichever name the machine was opened', () => {
  expect(pathOf('http://localhost:8700/en/orders/0007-K2QX-91TD#token=a')).toBe('/en/orders/0007-K2QX-91TD#token=a');
  expect(ticketsPath('0007-K2QX-91TD', 'a', 'en')).toBe('/en/tickets/0007-K2QX-91TD#token=a');
});

test('the other language of a purchase keeps its fragment', () => {
  const there = (path: string) => twin(new URL(path, 'http://brama.test'));
  expect(there('/orders/#hold=1&token=a')).toBe('/en/orders/#hold=1&token=a');
  expect(there('/en/orders/#hold=1&token=a')).toBe('/orders/#hold=1&token=a');
  expect([there('/en'), there('/'), there('/energy')]).toEqual(['/', '/en', '/en/energy']);
});

import { money } from '@brama/core/money';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Checkout } from './checkout.svelte.ts';
import { recallToken } from './tokens.ts';
import type { Hold } from './wire.ts';

const lines = [{ ticket_type_id: 'a', quantity: 2, expected_unit_price: money(40000, 'UAH') }];
const hold: Hold = {
  id: '0193a000-0000-7000-8000-000000000001', token: 'h', event_id: 'e', state: 'active', expires_at: '2026-12-05T15:10:00Z', order: null,
  restore_url: 'http://elsewhere/orders/#hold=0193a000-0000-7000-8000-000000000001&token=h',
  lines: [{ ticket_type_id: 'a', quantity: 2, unit_price: money(40000, 'UAH') }], total: money(80000, 'UAH'),
};
const order = { code: '0007-K2QX-91TD', token: 'o', state: 'pending', total: money(80000, 'UAH'), expires_at: '2026-12-05T15:15:00Z', restore_url: 'http://elsewhere/orders/0007-K2QX-91TD#token=o' };
const buyer = { name: 'Соломія', email: 's@ukr.net', locale: 'uk' } as const;

interface Asked {
  path: string;
  key: string | undefined;
  body: unknown;
}
let asked: Asked[] = [];
let answers: (Response | Error)[] = [];
const json = (status: number, body: unknown) => new Response(JSON.stringify(body), { status, headers: { 'Content-Type': 'application/json' } });
const refusal = (status: number, code: string, more = {}) => json(status, { type: `/problems/${code}`, title: code, detail: '', ...more });

/** Lets the pauses between tries pass at once. */
async function passed(doing: Promise<void>): Promise<void> {
  await vi.advanceTimersByTimeAsync(30_000);
  return doing;
}

beforeEach(() => {
  [asked, answers] = [[], []];
  history.replaceState(null, '', '/night');
  vi.useFakeTimers();
  vi.stubGlobal('fetch', async (url: string, init: RequestInit) => {
    asked.push({ path: url, key: (init.headers as Record<string, string>)['Idempotency-Key'], body: JSON.parse(String(init.body ?? 'null')) });
    const answer = answers.shift() ?? new TypeError('no answer was prepared');
    if (answer instanceof Error) throw answer;
    return answer;
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test('with the hold its link stands in the address bar, under this machine’s own name', async () => {
  answers = [json(201, hold)];
  const checkout = new Checkout('e', { home: '/night' });
  await passed(checkout.take(lines));
  expect(checkout.state).toMatchObject({ step: 'buyer', hold });
  expect(asked[0]).toMatchObject({ path: '/api/sales/v1/holds', body: { event_id: 'e', lines } });
  expect(location.pathname + location.hash).toBe(`/orders/#hold=${hold.id}&token=h`);
});

test('pressing again after lost answers repeats the same wish under the same key', async () => {
  answers = Array.from({ length: 4 }, () => new TypeError('network'));
  const checkout = new Checkout('e');
  await passed(checkout.take(lines));
  expect(checkout.state).toMatchObject({ step: 'choosing', refusal: { kind: 'unreachable' } });
  answers = [json(201, hold)];
  await passed(checkout.take(lines));
  expect(new Set(asked.map(({ key }) => key)).size).toBe(1);
});

test('the same places after their time are a new wish; those that are gone lead back to choosing', async () => {
  answers = [json(201, hold), refusal(409, 'sold_out', { left: [{ ticket_type_id: 'a', left: 1 }] })];
  const checkout = new Checkout('e', { home: '/night' });
  await passed(checkout.take(lines));
  checkout.timeUp();
  await passed(checkout.retake());
  expect(asked[1]!.body).toEqual(asked[0]!.body);
  expect(asked[1]!.key).not.toBe(asked[0]!.key);
  expect(checkout.state).toEqual({ step: 'choosing', busy: false, refusal: { kind: 'sold_out', left: { a: 1 } } });
  expect(location.pathname + location.hash).toBe('/night');
});

test('a fault at a field is thrown to the form, and the hold stays', async () => {
  answers = [refusal(422, 'validation_failed', { errors: [{ pointer: '/buyer/email', detail: 'email' }] })];
  const checkout = new Checkout('e', { hold });
  await expect(checkout.place(buyer, [])).rejects.toMatchObject({ errors: [{ pointer: '/buyer/email' }] });
  expect(checkout.state).toMatchObject({ step: 'buyer', busy: false, lapsed: false });
});

test('an order whose bank is silent stands: its token is remembered, its link is shown, and one may pay again', async () => {
  const silent = () => refusal(503, 'provider_unavailable');
  answers = [json(201, order), silent(), silent(), silent(), silent()];
  const checkout = new Checkout('e', { hold });
  await passed(checkout.place(buyer, [{ name: 'Іван' }]));
  expect(asked[0]!.body).toEqual({ hold_id: hold.id, hold_token: 'h', buyer, holders: [{ name: 'Іван' }] });
  expect(checkout.state).toMatchObject({ step: 'paying', busy: false, refusal: { kind: 'told' } });
  expect(recallToken(order.code)).toBe('o');
  expect(location.pathname + location.hash).toBe('/orders/0007-K2QX-91TD#token=o');
  const before = asked.length;
  answers = [silent(), silent(), silent(), silent()];
  await passed(checkout.pay());
  expect(asked.slice(1).every(({ path }) => path === '/api/payments/v1/payments')).toBe(true);
  expect(asked.at(-1)!.key).toBe(asked[before - 1]!.key);
  expect(asked.some(({ path }) => path.includes('token'))).toBe(false);
});

test('giving the places back tells sales and brings the event’s page back', async () => {
  answers = [new Response(null, { status: 204 })];
  const checkout = new Checkout('e', { home: '/night', hold });
  await passed(checkout.change());
  expect(asked[0]!.path).toBe(`/api/sales/v1/holds/${hold.id}`);
  expect(checkout.state).toMatchObject({ step: 'choosing', refusal: null });
  expect(location.pathname).toBe('/night');
});

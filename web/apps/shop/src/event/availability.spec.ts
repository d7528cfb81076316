import { money } from '@brama/core/money';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { EventData, Offer } from '../shop/wire.ts';
import { Availability } from './availability.svelte.ts';

const type = (id: string) => ({
  id, name: { uk: id, en: id }, description: { uk: '', en: '' }, price: money(40000, 'UAH'), state: 'available' as Offer, sale_from: null, max_per_order: 10,
});
const event = { availability_url: '/data/events/night/availability.json', ticket_types: [type('a'), type('b')] } as EventData;

let asked = 0;
let told: unknown = null;
const say = (as_of: string, state: Offer, minor = 40000) => (told = { as_of, ticket_types: [{ id: 'a', state, price: money(minor, 'UAH') }] });
const see = (state: 'visible' | 'hidden') => {
  vi.spyOn(document, 'visibilityState', 'get').mockReturnValue(state);
  document.dispatchEvent(new Event('visibilitychange'));
};

beforeEach(() => {
  asked = 0;
  vi.useFakeTimers();
  vi.stubGlobal('fetch', async () => {
    asked += 1;
    return told === null ? new Response('', { status: 503 }) : new Response(JSON.stringify(told));
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test('what is told takes the page’s place; what is older than known changes nothing', async () => {
  const availability = new Availability(event);
  say('2026-12-05T15:00:02Z', 'few', 45000);
  const stop = availability.watch();
  await vi.advanceTimersByTimeAsync(10);
  expect(availability.types.map(({ state, price }) => [state, price.minor])).toEqual([['few', 45000], ['available', 40000]]);
  say('2026-12-05T15:00:01Z', 'available');
  await vi.advanceTimersByTimeAsync(6000);
  expect(availability.types[0]!.state).toBe('few');
  stop();
});

test('nobody is asked while the page is hidden, and at once when it is seen again', async () => {
  say('2026-12-05T15:00:00Z', 'few');
  const stop = new Availability(event).watch();
  await vi.advanceTimersByTimeAsync(10);
  see('hidden');
  await vi.advanceTimersByTimeAsync(60_000);
  const before = asked;
  see('visible');
  await vi.advanceTimersByTimeAsync(10);
  expect([before <= 2, asked]).toEqual([true, before + 1]);
  stop();
  await vi.advanceTimersByTimeAsync(60_000);
  expect(asked).toBe(before + 1);
});

test('a server in trouble is asked less and less often', async () => {
  told = null;
  const stop = new Availability(event).watch();
  await vi.advanceTimersByTimeAsync(120_000);
  expect(asked).toBeLessThan(9);
  stop();
});

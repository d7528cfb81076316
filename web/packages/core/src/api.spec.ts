import { expect, test, vi } from 'vitest';
import { ApiProblem, Attempt, Unreachable, createApi } from './api.ts';
import { ServerStatus } from './status.ts';

type Step = () => Response;
const json = (status: number, body: unknown, headers: Record<string, string> = {}): Step => () =>
  new Response(JSON.stringify(body), { status, headers: { 'Content-Type': status < 400 ? 'application/json' : 'application/problem+json', ...headers } });
const dead: Step = () => { throw new TypeError('fetch failed'); };

function scene(...steps: Step[]) {
  const fetch = vi.fn(async (_url: string, _init: RequestInit) => steps[Math.min(fetch.mock.calls.length, steps.length) - 1]!());
  const sleep = vi.fn(async (_ms: number) => {});
  const status = new ServerStatus();
  const api = createApi({ fetch: fetch as unknown as typeof globalThis.fetch, sleep, status, token: () => 't', locale: () => 'uk' });
  const sent = (name: string) => fetch.mock.calls.map(([, init]) => (init.headers as Record<string, string>)[name]);
  return { api, fetch, sleep, status, sent };
}

test('a POST whose answer was lost is sent again under the same key', async () => {
  const { api, sent, status } = scene(dead, json(201, { id: 1 }));
  expect(await api.post('/orders', {})).toEqual({ id: 1 });
  const [first, second] = sent('Idempotency-Key');
  expect(first).toBeTruthy();
  expect(second).toBe(first);
  expect(sent('Authorization')).toEqual(['Bearer t', 'Bearer t']);
  expect(status.current.reach).toBe('reachable');
});

test('what must happen once and has no key is not repeated', async () => {
  const { api, fetch, sent } = scene(dead);
  await expect(api.post('/sessions', {}, { keyless: 'once' })).rejects.toThrow(Unreachable);
  expect(fetch).toHaveBeenCalledTimes(1);
  expect(sent('Idempotency-Key')).toEqual([undefined]);
});

test('the server that asks for patience gets it', async () => {
  const { api, sleep } = scene(json(503, {}, { 'Retry-After': '2' }), json(200, {}));
  await api.get('/x');
  expect(sleep.mock.calls[0]![0]).toBeGreaterThanOrEqual(2000);
});

test('a refusal is a problem with its code, fields and facts, and is not tried again', async () => {
  const body = { type: 'https://x/problems/sold_out', title: 'Продано', detail: 'd', left: 3, errors: [{ pointer: '/lines/0', detail: 'e' }, 5] };
  const { api, fetch } = scene(json(409, body));
  const problem = await api.post('/holds', {}).catch((error: unknown) => error);
  expect(problem).toBeInstanceOf(ApiProblem);
  expect(problem).toMatchObject({ code: 'sold_out', status: 409, message: 'Продано', facts: { left: 3 }, errors: [body.errors[0]] });
  expect(fetch).toHaveBeenCalledTimes(1);
});

test('a captive portal that answers 200 with a page is not our server', async () => {
  const { api, status } = scene(() => new Response('<html>', { headers: { 'Content-Type': 'text/html' } }));
  await expect(api.get('/x', { tries: 1 })).rejects.toThrow(Unreachable);
  expect(status.current.reach).toBe('unreachable');
});

test('an attempt keeps its key until the wish changes or is granted', () => {
  const attempt = new Attempt();
  const key = attempt.keyFor({ quantity: 1 });
  expect(attempt.keyFor({ quantity: 1 })).toBe(key);
  expect(attempt.keyFor({ quantity: 2 })).not.toBe(key);
  const again = attempt.keyFor({ quantity: 2 });
  attempt.done();
  expect(attempt.keyFor({ quantity: 2 })).not.toBe(again);
});

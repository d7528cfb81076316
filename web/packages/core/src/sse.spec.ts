import { expect, test } from 'vitest';
import { createEventParser, openStream, type StreamEvent } from './sse.ts';

const TEXT = ': hello\r\n\r\nid: 7\r\nevent: scan\r\ndata: {"a":\r\ndata: 1}\r\n\r\ndata:x\n\nid: 9\rdata: ї\r\r';

test('events are the same wherever the stream is cut', () => {
  const read = (size: number) => {
    const events: StreamEvent[] = [];
    const feed = createEventParser((event) => events.push(event));
    for (let i = 0; i < TEXT.length; i += size) feed(TEXT.slice(i, i + size));
    feed('\n');
    return events;
  };
  const whole = read(TEXT.length);
  expect(whole).toEqual([
    { id: '7', event: 'scan', data: '{"a":\n1}' },
    { id: '7', event: 'message', data: 'x' },
    { id: '9', event: 'message', data: 'ї' },
  ]);
  for (let size = 1; size < 12; size += 1) expect(read(size)).toEqual(whole);
});

test('a stream that ends is resumed where it stopped', async () => {
  const resumed: (string | undefined)[] = [];
  const answer = async (_url: unknown, init?: RequestInit) => {
    resumed.push((init?.headers as Record<string, string>)['Last-Event-ID']);
    return new Response(`id: ${resumed.length}\ndata: x\n\n`, { headers: { 'Content-Type': 'text/event-stream' } });
  };
  await new Promise<void>((resolve) => {
    const stream = openStream({ url: '/s', fetch: answer as typeof fetch, onEvent: ({ id }) => { if (id === '2') { stream.close(); resolve(); } } });
  });
  expect(resumed).toEqual([undefined, '1']);
});

test('a stream that is refused for good stays closed and says so', async () => {
  const states: unknown[] = [];
  const refuse = async () => new Response('', { status: 403 });
  await new Promise<void>((resolve) => {
    openStream({ url: '/s', fetch: refuse as typeof fetch, onEvent: () => {}, onState: (state, status) => { states.push([state, status]); if (state === 'refused') resolve(); } });
  });
  expect(states.at(-1)).toEqual(['refused', 403]);
});

import 'fake-indexeddb/auto';
import { expect, test } from 'vitest';
import { openStore } from './store.ts';

test('the outbox keeps the order of writing, takes an id once, and lets others pass a poisoned entry', async () => {
  const store = await openStore('outbox');
  for (const id of ['b', 'a', 'c', 'a']) await store.enqueue(id, { id });
  expect((await store.waiting()).map(({ id }) => id)).toEqual(['b', 'a', 'c']);
  const [first, second] = await store.waiting();
  await store.failed(first!.order, 'clock_unsafe');
  await store.sent(second!.order);
  expect(await store.waiting()).toMatchObject([{ id: 'b', tries: 1, fault: 'clock_unsafe' }, { id: 'c', tries: 0, fault: null }]);
  expect(await store.countWaiting()).toBe(2);
});

test('what was read is kept with its age, across openings', async () => {
  let now = 1000;
  const store = await openStore('cache', () => now);
  await store.write('events', [1]);
  store.close();
  now = 5000;
  const again = await openStore('cache', () => now);
  expect(await again.read('events')).toEqual({ value: [1], storedAt: 1000 });
  expect(await again.read('events', 3000)).toBeNull();
  await again.wipe();
  expect(await again.read('events')).toBeNull();
});

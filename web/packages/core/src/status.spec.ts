import { expect, test } from 'vitest';
import { ServerStatus } from './status.ts';

test('a state keeps the moment it began at', () => {
  let now = 0;
  const status = new ServerStatus(() => now);
  const seen: string[] = [];
  const stop = status.subscribe(({ reach, since }) => seen.push(`${reach} ${since}`));
  now = 1; status.answered(12);
  now = 2; status.answered();
  now = 3; status.failed();
  stop();
  status.answered();
  expect(seen).toEqual(['unknown 0', 'reachable 1', 'reachable 1', 'unreachable 3']);
  expect(status.current.roundTripMs).toBe(12);
});

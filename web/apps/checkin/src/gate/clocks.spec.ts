import { expect, test } from 'vitest';
import { ServerClock } from '../device/server-clock.ts';
import { LogicalClock } from './logical-clock.ts';
import { SameCode } from './same-code.ts';

test('the logical clock rises though the wall clock goes back, also after a restart', () => {
  const clock = new LogicalClock('d');
  const told = [clock.tick(1_796_511_600_123), clock.tick(1_796_511_600_123), clock.tick(1_796_511_000_000)];
  expect(told[0]).toBe('1796511600123-0000-d');
  expect([...told].sort()).toEqual(told);
  expect(new LogicalClock('d', told[2]).tick(0) > told[2]!).toBe(true);
});

test('a code before the camera says one thing, until it was away for a second', () => {
  const same = new SameCode();
  expect(same.passes('A', 0)).toBe(false);
  same.judged('A', 0);
  expect([400, 1300, 2300].map((at) => same.passes('A', at))).toEqual([true, true, true]);
  // Another guest’s code that was seen while a verdict stood on the screen is not used up by that.
  expect([same.passes('B', 2400), same.passes('B', 2500)]).toEqual([false, false]);
  expect(same.passes('A', 3500)).toBe(false);
});

test('answers narrow the server’s time down, and a clock that is set anew takes the newest word', () => {
  let wall = 1_000_000;
  let steady = 0;
  const clock = new ServerClock(0, () => wall, () => steady);
  // The server is 60 s ahead: whole seconds in its answers leave half a second of doubt at first.
  for (let n = 0; n < 12; n += 1) {
    const at = wall + 60_000;
    clock.learn(Math.floor(at / 1000) * 1000, Math.floor(at / 1000) * 1000 + 1000, wall - 20, wall + 20);
    wall += 377;
    steady += 377;
  }
  expect(Math.abs(clock.offsetMs - 60_000)).toBeLessThan(80);
  wall -= 3_600_000;
  expect(Math.abs(clock.now() - (wall + 3_660_000))).toBeLessThan(80);
  wall += 7_200_000;
  clock.learn(wall + 5000, wall + 5001, wall, wall);
  expect(clock.offsetMs).toBe(5001);
});

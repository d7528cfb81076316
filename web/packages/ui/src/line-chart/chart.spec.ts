import { expect, test } from 'vitest';
import { extentOf, linePath, ticks } from './chart.ts';

test('levels are round and reach above the highest point', () => {
  expect(ticks(612)).toEqual([0, 200, 400, 600, 800]);
  expect(ticks(7)).toEqual([0, 2, 4, 6, 8]);
  expect(ticks(0)).toEqual([0, 1]);
  for (const top of [1, 3, 99, 1234, 99_999]) expect(ticks(top).at(-1)).toBeGreaterThanOrEqual(top);
});

test('a line spans its box, and no points make no line', () => {
  const points = [{ x: 10, y: 0 }, { x: 20, y: 8 }];
  expect(linePath(points, extentOf([{ name: 'a', points }]), 100, 50)).toBe('M0.0 50.0L100.0 0.0');
  expect(linePath([], extentOf([]), 100, 50)).toBe('');
});

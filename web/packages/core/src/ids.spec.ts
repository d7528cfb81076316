import { expect, test } from 'vitest';
import { uuidv7 } from './ids.ts';

test('ids are UUIDv7, unique, and rise even when the clock goes back', () => {
  const ids = Array.from({ length: 10_000 }, (_, i) => uuidv7(1_800_000_000_000 - (i % 3)));
  expect(ids.every((id) => /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toBe(true);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids.toSorted()).toEqual(ids);
});

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Toaster } from './toaster.svelte.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('news leaves by itself, a fault stays, and the same words stand once', () => {
  const toaster = new Toaster(5000);
  toaster.say('Збережено');
  toaster.say('Збережено');
  toaster.fault('Не збережено');
  expect(toaster.notices.map(({ text }) => text)).toEqual(['Збережено', 'Не збережено']);
  vi.advanceTimersByTime(5000);
  expect(toaster.notices.map(({ text }) => text)).toEqual(['Не збережено']);
});

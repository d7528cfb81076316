import { expect, test } from 'vitest';
import { formatCountdown, formatDay, formatOffset, formatSpan, fromField, toField } from './dates.ts';

const now = new Date('2026-11-01T12:00:00Z');
const uk = { locale: 'uk', zone: 'Europe/Kyiv', now } as const;
const en = { ...uk, locale: 'en' } as const;

test('an evening is one day and two times in the zone of the venue', () => {
  const span = ['2026-12-05T13:00:00Z', '2026-12-05T20:30:00Z'] as const;
  expect(formatSpan(...span, uk)).toBe('сб, 5 грудня, 15:00–22:30');
  expect(formatSpan(...span, en)).toBe('Sat, 5 December, 15:00–22:30');
});

test('a night that ends in the morning stays one day, a festival names both', () => {
  expect(formatSpan('2026-12-05T21:00:00Z', '2026-12-06T04:00:00Z', uk)).toBe('сб, 5 грудня, 23:00–06:00');
  expect(formatSpan('2026-12-05T10:00:00Z', '2026-12-06T12:00:00Z', uk)).toBe('сб, 5 грудня, 12:00 – нд, 6 грудня, 14:00');
});

test('another year is written', () => expect(formatDay('2027-01-01T10:00:00Z', uk)).toBe('пт, 1 січня 2027'));

test('a field keeps the moment in summer and in winter', () => {
  expect(fromField('2026-12-05T15:00', 'Europe/Kyiv')).toBe('2026-12-05T15:00:00+02:00');
  expect(fromField('2026-07-05T15:00', 'Europe/Kyiv')).toBe('2026-07-05T15:00:00+03:00');
  expect(toField('2026-07-05T12:00:00Z', 'Europe/Kyiv')).toBe('2026-07-05T15:00');
  expect(fromField('', 'Europe/Kyiv')).toBeNull();
});

test('an hour that the clock skips is moved on, one that comes twice is the first', () => {
  expect(fromField('2026-03-29T03:30', 'Europe/Kyiv')).toBe('2026-03-29T04:30:00+03:00');
  expect(fromField('2026-10-25T03:30', 'Europe/Kyiv')).toBe('2026-10-25T03:30:00+03:00');
});

test('offsets and countdowns', () => {
  expect(formatOffset(now, 'Asia/Kolkata')).toBe('UTC+5:30');
  expect(formatCountdown(581)).toBe('09:41');
  expect(formatCountdown(4181)).toBe('1:09:41');
  expect(formatCountdown(-3)).toBe('00:00');
});

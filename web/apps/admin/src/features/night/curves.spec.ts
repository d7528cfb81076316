import { describe, expect, it } from 'vitest';
import { nightSpan, rising } from './curves.ts';

const at = (clock: string): string => `2026-12-05T${clock}:00Z`;
const ms = (clock: string): number => Date.parse(at(clock));

describe('a rising curve', () => {
  const span = { from: ms('18:00'), until: ms('20:00') };

  it('begins with what there was before, and ends at the figure of now', () => {
    const points = rising([{ at: at('12:00'), count: 5 }, { at: at('18:30'), count: 2 }], 900, span, 8);
    expect(points[0]).toEqual({ x: span.from, y: 5 });
    expect(points).toContainEqual({ x: ms('18:45'), y: 7 });
    expect(points.at(-1)).toEqual({ x: span.until, y: 8 });
  });

  it('never falls, in whatever order the steps came', () => {
    const points = rising([{ at: at('19:30'), count: 1 }, { at: at('18:00'), count: 3 }, { at: at('19:00'), count: 4 }], 900, span, 8);
    expect(points.every(({ x, y }, i) => i === 0 || (x > points[i - 1]!.x && y >= points[i - 1]!.y))).toBe(true);
  });

  it('is flat at what there was, with nothing within the span', () => {
    expect(rising([{ at: at('12:00'), count: 5 }], 900, span, 5)).toEqual([{ x: span.from, y: 5 }, { x: span.until, y: 5 }]);
  });
});

describe('the night', () => {
  it('is not there while the doors are far, and ends with the clock until it is over', () => {
    expect(nightSpan(at('20:00'), at('23:00'), ms('12:00'))).toBeNull();
    expect(nightSpan(at('20:00'), at('23:00'), ms('21:00'))).toEqual({ from: ms('17:00'), until: ms('21:00') });
  });
});

export interface Step {
  at: string;
  count: number;
}

export interface Span {
  from: number;
  until: number;
}

/**
 * A rising curve of what happened step by step: at a step's end it stands at all there was till then. Before the
 * span's beginning it has its sum so far, and its end is drawn out to `until` at `total`, the figure of now.
 */
export function rising(steps: readonly Step[], stepS: number, span: Span, total: number): { x: number; y: number }[] {
  let sum = 0;
  const inside: { x: number; y: number }[] = [];
  for (const { at, count } of steps.toSorted((a, b) => Date.parse(a.at) - Date.parse(b.at))) {
    const begin = Date.parse(at);
    const end = begin + stepS * 1000;
    if (begin > span.until) break;
    if (end > span.from) {
      if (inside.length === 0) inside.push({ x: span.from, y: sum });
      if (begin > inside.at(-1)!.x) inside.push({ x: begin, y: sum });
    }
    sum += count;
    if (end > span.from && end < span.until) inside.push({ x: end, y: sum });
  }
  if (inside.length === 0) inside.push({ x: span.from, y: Math.max(sum, 0) });
  return [...inside, { x: span.until, y: Math.max(total, sum) }];
}

const HOUR = 3_600_000;

/** The hours around the doors; null while they are still far. */
export function nightSpan(doorsAt: string, endsAt: string, now: number): Span | null {
  const from = Date.parse(doorsAt) - 3 * HOUR;
  return now <= from ? null : { from, until: Math.min(now, Date.parse(endsAt) + HOUR) };
}

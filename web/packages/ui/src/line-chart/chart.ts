export interface Series {
  name: string;
  /** `x` ascending. */
  points: readonly { x: number; y: number }[];
  look?: 'ink' | 'accent' | 'past';
}

/** Round steps (1, 2, 5 × 10ⁿ) from zero to at least `top`: at most five. */
export function ticks(top: number): number[] {
  if (!(top > 0)) return [0, 1];
  const rough = top / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough) ?? rough;
  return Array.from({ length: Math.ceil(top / step) + 1 }, (_, i) => i * step);
}

export interface Extent {
  left: number;
  right: number;
  top: number;
}

export function extentOf(series: readonly Series[]): Extent {
  const points = series.flatMap((one) => one.points);
  const xs = points.map((point) => point.x);
  const highest = ticks(Math.max(0, ...points.map((point) => point.y))).at(-1) ?? 1;
  const left = Math.min(...xs);
  return xs.length === 0 ? { left: 0, right: 1, top: 1 } : { left, right: Math.max(...xs, left + 1), top: highest };
}

/** An SVG path of the points within a box. */
export function linePath(points: Series['points'], extent: Extent, width: number, height: number): string {
  const x = (value: number): string => (((value - extent.left) / (extent.right - extent.left)) * width).toFixed(1);
  const y = (value: number): string => (height - (value / extent.top) * height).toFixed(1);
  return points.map((point, i) => `${i === 0 ? 'M' : 'L'}${x(point.x)} ${y(point.y)}`).join('');
}

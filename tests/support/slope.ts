/** A straight line through points, by least squares. */
export interface Slope {
  /** Per unit of x. */
  readonly perUnit: number;
  /** The slope's standard error: what chance alone does to it. */
  readonly standardError: number;
  readonly mean: number;
}

/** At least three points, not all at one x. */
export function slopeOf(points: ReadonlyArray<readonly [x: number, y: number]>): Slope {
  const n = points.length;
  if (n < 3) throw new Error("a slope with its error takes three points");
  const meanX = points.reduce((sum, [x]) => sum + x, 0) / n;
  const mean = points.reduce((sum, [, y]) => sum + y, 0) / n;
  const sxx = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  const perUnit = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - mean), 0) / sxx;
  const residual = points.reduce((sum, [x, y]) => sum + (y - mean - perUnit * (x - meanX)) ** 2, 0);
  return { perUnit, standardError: Math.sqrt(residual / (n - 2) / sxx), mean };
}

/** Standard errors beyond which a slope is not chance any more. Ours: one in some hundred flat lines seems to rise. */
const CHANCE = 3;

/** By how much it rose from first to last, where that is more than chance; 0 where it is not, or where it fell. */
export function rise(points: ReadonlyArray<readonly [x: number, y: number]>): number {
  const { perUnit, standardError } = slopeOf(points);
  if (perUnit <= CHANCE * standardError) return 0;
  const xs = points.map(([x]) => x);
  return perUnit * (Math.max(...xs) - Math.min(...xs));
}

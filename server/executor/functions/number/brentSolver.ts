import { TrinoError } from '../../../../spi/trinoError.ts';

const STEPS_MAX = 1_000;
const RELATIVE_ACCURACY = 1e-14;
const VALUE_ACCURACY = 1e-15;

/** A point and the function's value there. */
interface Point {
  readonly x: number;
  readonly y: number;
}

/**
 * A zero of a function of different signs at `low` and `high`, by Brent's method ("Algorithms for Minimization without Derivatives", 1973) from the middle
 * on. It stops within `accuracy`, where Trino does too.
 */
export function brentZero(f: (x: number) => number, low: number, high: number, accuracy: number): number {
  const at = (x: number): Point => ({ x, y: f(x) });
  const isZero = ({ y }: Point): boolean => Math.abs(y) <= VALUE_ACCURACY;
  const middle = at(low + 0.5 * (high - low));
  if (isZero(middle)) return middle.x;
  const first = at(low);
  if (isZero(first)) return first.x;
  if (middle.y * first.y < 0) return search(at, first, middle, accuracy);
  const last = at(high);
  return isZero(last) ? last.x : search(at, middle, last, accuracy);
}

function search(at: (x: number) => Point, low: Point, high: Point, accuracy: number): number {
  let [a, b, c] = [low, high, low];
  let step = b.x - a.x;
  let before = step;
  for (let i = 0; i < STEPS_MAX; i++) {
    if (Math.abs(c.y) < Math.abs(b.y)) [a, b, c] = [b, c, b];
    const tolerance = 2 * RELATIVE_ACCURACY * Math.abs(b.x) + accuracy;
    const half = 0.5 * (c.x - b.x);
    if (Math.abs(half) <= tolerance || Math.abs(b.y) <= Number.MIN_VALUE) return b.x;
    if (Math.abs(before) < tolerance || Math.abs(a.y) <= Math.abs(b.y)) [step, before] = [half, half];
    else {
      const { p, q } = interpolated(a, b, c, half);
      if (p >= 1.5 * half * q - Math.abs(tolerance * q) || p >= Math.abs(0.5 * before * q)) [step, before] = [half, half];
      else [step, before] = [p / q, step];
    }
    a = b;
    b = at(b.x + (Math.abs(step) > tolerance ? step : half > 0 ? tolerance : -tolerance));
    if ((b.y > 0 && c.y > 0) || (b.y <= 0 && c.y <= 0)) {
      c = a;
      step = b.x - a.x;
      before = step;
    }
  }
  throw new TrinoError('NOT_SUPPORTED', undefined, 'No zero was found');
}

/** The next step p / q, by a line through two points or a parabola on its side through three. */
function interpolated(a: Point, b: Point, c: Point, half: number): { readonly p: number; readonly q: number } {
  const s = b.y / a.y;
  let [p, q] = [2 * half * s, 1 - s];
  if (a.x !== c.x) {
    const [u, r] = [a.y / c.y, b.y / c.y];
    p = s * (2 * half * u * (u - r) - (b.x - a.x) * (r - 1));
    q = (u - 1) * (r - 1) * (s - 1);
  }
  return p > 0 ? { p, q: -q } : { p: -p, q };
}

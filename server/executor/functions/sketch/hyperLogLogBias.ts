import { BIAS_CURVES } from './hyperLogLogBiasCurves.ts';

const parsed = new Map<number, readonly (readonly [estimate: number, bias: number])[]>();

function curve(indexBits: number): readonly (readonly [estimate: number, bias: number])[] {
  let corners = parsed.get(indexBits);
  if (corners === undefined) {
    const numbers = (BIAS_CURVES[indexBits] ?? '').split(/\s/).map(Number);
    corners = Array.from({ length: Math.floor(numbers.length / 2) }, (_, i) => [numbers[2 * i] ?? 0, numbers[2 * i + 1] ?? 0]);
    parsed.set(indexBits, corners);
  }
  return corners;
}

/** By how much Trino's raw estimate is too high; nothing beyond the curve's end. */
export function estimatedBias(indexBits: number, estimate: number): number {
  const corners = curve(indexBits);
  const next = corners.findIndex(([corner]) => corner > estimate);
  if (next < 0) return 0;
  const [x0, y0] = corners[Math.max(next - 1, 0)] ?? [0, 0];
  const [x1, y1] = corners[Math.max(next, 1)] ?? [1, 0];
  return y0 + ((estimate - x0) * (y1 - y0)) / (x1 - x0);
}

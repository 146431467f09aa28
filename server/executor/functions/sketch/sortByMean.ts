const INSERTION_SORT_MAX = 16;
const THREE_SAMPLES_MAX = 128;

/**
 * The positions 0 … count-1 in the order of their values, by the quicksort of Bentley and McIlroy ("Engineering a sort function", 1993). Which of
 * equal values comes first matters: their weights differ, and Trino orders them so.
 */
export function sortedPositions(values: Float64Array, count: number): Int32Array {
  const positions = Int32Array.from({ length: count }, (_, i) => i);
  sortRange(positions, values, 0, count);
  return positions;
}

/** -0 before 0. */
function compare(a: number, b: number): number {
  if (a < b) return -1;
  if (a > b) return 1;
  return a === 0 ? Number(Object.is(b, -0)) - Number(Object.is(a, -0)) : 0;
}

function sortRange(positions: Int32Array, values: Float64Array, from: number, to: number): void {
  const at = (i: number): number => values[positions[i] ?? 0] ?? 0;
  const swap = (i: number, j: number): void => {
    const kept = positions[i] ?? 0;
    positions[i] = positions[j] ?? 0;
    positions[j] = kept;
  };
  const swapBlocks = (i: number, j: number, length: number): void => {
    for (let k = 0; k < length; k++) swap(i + k, j + k);
  };
  const length = to - from;
  if (length < INSERTION_SORT_MAX) {
    for (let i = from + 1; i < to; i++) for (let j = i; j > from && compare(at(j), at(j - 1)) < 0; j--) swap(j, j - 1);
    return;
  }
  const pivot = at(pivotPosition(at, from, length));
  let [equalLeft, left] = [from, from];
  let [equalRight, right] = [to - 1, to - 1];
  for (;;) {
    for (let order = 0; left <= right; left++) {
      order = compare(at(left), pivot);
      if (order > 0) break;
      if (order === 0) swap(equalLeft++, left);
    }
    for (let order = 0; right >= left; right--) {
      order = compare(at(right), pivot);
      if (order < 0) break;
      if (order === 0) swap(right, equalRight--);
    }
    if (left > right) break;
    swap(left++, right--);
  }
  const atLeft = Math.min(equalLeft - from, left - equalLeft);
  swapBlocks(from, left - atLeft, atLeft);
  const atRight = Math.min(equalRight - right, to - equalRight - 1);
  swapBlocks(left, to - atRight, atRight);
  if (left - equalLeft > 1) sortRange(positions, values, from, from + left - equalLeft);
  if (equalRight - right > 1) sortRange(positions, values, to - (equalRight - right), to);
}

function pivotPosition(at: (i: number) => number, from: number, length: number): number {
  const median = (a: number, b: number, c: number): number => {
    const [ab, ac, bc] = [compare(at(a), at(b)), compare(at(a), at(c)), compare(at(b), at(c))];
    if (ab < 0) return bc < 0 ? b : ac < 0 ? c : a;
    return bc > 0 ? b : ac > 0 ? c : a;
  };
  const [low, middle, high] = [from, from + (length >> 1), from + length - 1];
  if (length <= THREE_SAMPLES_MAX) return median(low, middle, high);
  const step = length >> 3;
  return median(median(low, low + step, low + 2 * step), median(middle - step, middle, middle + step), median(high - 2 * step, high - step, high));
}

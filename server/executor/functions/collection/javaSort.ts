/** Up to here Java sorts by binary insertion alone. */
const INSERTION_MAX = 31;

/**
 * The order in which Java's List.sort puts the elements 0 … n-1. Below 32 elements its very steps are taken, so that a comparator that
 * contradicts itself leads where it leads Java; above, undefined for such a one.
 */
export function javaSort(n: number, compare: (a: number, b: number) => number): readonly number[] | undefined {
  const items = Array.from({ length: n }, (_, at) => at);
  if (n < 2) return items;
  if (n <= INSERTION_MAX) return insertionSort(items, compare);
  const sorted = items.toSorted(compare);
  const consistent = sorted.every((a, at) => sorted.slice(at + 1).every((b) => compare(a, b) <= 0 && compare(b, a) >= 0 && (a < b || compare(a, b) !== 0)));
  return consistent ? sorted : undefined;
}

function insertionSort(items: number[], compare: (a: number, b: number) => number): readonly number[] {
  for (let start = firstRun(items, compare); start < items.length; start++) {
    const pivot = items[start] ?? 0;
    let left = 0;
    let right = start;
    while (left < right) {
      const middle = (left + right) >>> 1;
      if (compare(pivot, items[middle] ?? 0) < 0) right = middle;
      else left = middle + 1;
    }
    items.splice(start, 1);
    items.splice(left, 0, pivot);
  }
  return items;
}

/** The length of the run at the beginning; a descending one is turned round. */
function firstRun(items: number[], compare: (a: number, b: number) => number): number {
  const step = (at: number): number => compare(items[at] ?? 0, items[at - 1] ?? 0);
  let end = 2;
  if (step(1) < 0) {
    while (end < items.length && step(end) < 0) end++;
    items.splice(0, end, ...items.slice(0, end).reverse());
  } else while (end < items.length && step(end) >= 0) end++;
  return end;
}

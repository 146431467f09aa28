/** Below zero: `a` is the worse of the two. */
export type Ranking = (a: number, b: number) => number;

const SELECTION_MAX = 16;
const MEDIAN_OF_NINE_MIN = 128;

/**
 * The positions of the best `capacity` rows, with Trino's choice among rows that rank equal: a binary heap whose root is the worst row kept.
 * Of children that rank equal the left one is taken, and a row passes those that it ranks equal with; golden: heaps.jsonl.
 */
export class BoundedHeap {
  readonly #capacity: number;
  readonly #rank: Ranking;
  readonly #onReplace: (worst: number, row: number) => void;
  readonly #rows: number[] = [];

  /** `onReplace` hears of each row that takes the place of the worst one. */
  constructor(capacity: number, rank: Ranking, onReplace: (worst: number, row: number) => void = () => undefined) {
    this.#capacity = capacity;
    this.#rank = rank;
    this.#onReplace = onReplace;
  }

  /** In the order of the heap, which is that in which Trino sends it on. */
  get rows(): readonly number[] {
    return this.#rows;
  }

  add(row: number): void {
    if (this.#rows.length < this.#capacity) {
      this.#rows.push(row);
      this.#rise();
      return;
    }
    if (this.#rank(row, this.#at(0)) <= 0) return;
    this.#onReplace(this.#at(0), row);
    this.#rows[0] = row;
    this.#sink();
  }

  /** The best first. */
  sorted(): readonly number[] {
    const rows = [...this.#rows];
    quickSort(rows, (a, b) => this.#rank(b, a), 0, rows.length);
    return rows;
  }

  #at(position: number): number {
    return this.#rows[position] ?? 0;
  }

  #rise(): void {
    let position = this.#rows.length - 1;
    while (position > 0) {
      const parent = (position - 1) >> 1;
      if (this.#rank(this.#at(position), this.#at(parent)) > 0) return;
      swap(this.#rows, position, parent);
      position = parent;
    }
  }

  #sink(): void {
    let position = 0;
    for (;;) {
      const left = 2 * position + 1;
      if (left >= this.#rows.length) return;
      const right = left + 1;
      const child = right < this.#rows.length && this.#rank(this.#at(left), this.#at(right)) > 0 ? right : left;
      if (this.#rank(this.#at(child), this.#at(position)) > 0) return;
      swap(this.#rows, position, child);
      position = child;
    }
  }
}

function swap(items: number[], a: number, b: number): void {
  [items[a], items[b]] = [items[b] ?? 0, items[a] ?? 0];
}

/**
 * Bentley and McIlroy's quicksort with three parts ("Engineering a sort function", 1993), on `from` ≤ i < `to`. It is not stable: where it
 * puts what ranks equal is a part of Trino's answer, so the choice of the pivot and each exchange must be these.
 */
function quickSort(items: number[], rank: Ranking, from: number, to: number): void {
  const size = to - from;
  if (size < SELECTION_MAX) return selectionSort(items, rank, from, to);
  const pivot = items[pivotPosition(items, rank, from, to)] ?? 0;
  let [a, b, c, d] = [from, from, to - 1, to - 1];
  for (;;) {
    for (; b <= c; b++) {
      const order = rank(items[b] ?? 0, pivot);
      if (order > 0) break;
      if (order === 0) swap(items, a++, b);
    }
    for (; c >= b; c--) {
      const order = rank(items[c] ?? 0, pivot);
      if (order < 0) break;
      if (order === 0) swap(items, c, d--);
    }
    if (b > c) break;
    swap(items, b++, c--);
  }
  const less = b - a;
  const greater = d - c;
  swapRanges(items, from, b, Math.min(a - from, less));
  swapRanges(items, b, to, Math.min(greater, to - d - 1));
  if (less > 1) quickSort(items, rank, from, from + less);
  if (greater > 1) quickSort(items, rank, to - greater, to);
}

/** Exchanges `count` items from `start` on with those before `end`. */
function swapRanges(items: number[], start: number, end: number, count: number): void {
  for (let i = 0; i < count; i++) swap(items, start + i, end - count + i);
}

function selectionSort(items: number[], rank: Ranking, from: number, to: number): void {
  for (let i = from; i < to - 1; i++) {
    let least = i;
    for (let j = i + 1; j < to; j++) if (rank(items[j] ?? 0, items[least] ?? 0) < 0) least = j;
    if (least !== i) swap(items, i, least);
  }
}

function pivotPosition(items: readonly number[], rank: Ranking, from: number, to: number): number {
  const size = to - from;
  const middle = from + (size >> 1);
  const last = to - 1;
  const median = (x: number, y: number, z: number) => medianOf(items, rank, [x, y, z]);
  if (size <= MEDIAN_OF_NINE_MIN) return median(from, middle, last);
  const step = size >> 3;
  return median(median(from, from + step, from + 2 * step), median(middle - step, middle, middle + step), median(last - 2 * step, last - step, last));
}

function medianOf(items: readonly number[], rank: Ranking, [x, y, z]: readonly [number, number, number]): number {
  const [a, b, c] = [items[x] ?? 0, items[y] ?? 0, items[z] ?? 0];
  const [ab, ac, bc] = [rank(a, b), rank(a, c), rank(b, c)];
  if (ab < 0) return bc < 0 ? y : ac < 0 ? z : x;
  return bc > 0 ? y : ac > 0 ? z : x;
}

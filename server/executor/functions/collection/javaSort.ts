/** Below so many elements Java sorts by binary insertion alone. */
const MERGED_MIN = 32;
const GALLOP_MIN = 7;

export type Compare = (a: number, b: number) => number;

/** The comparator contradicts itself, and Java has noticed. */
export class ComparatorContractError extends Error {}

/**
 * The order in which Java's List.sort puts the elements 0 … n-1: the very steps of its merge sort (Tim Peters' listsort), so that a comparator
 * that contradicts itself leads where it leads Java.
 */
export function javaSort(n: number, compare: Compare): readonly number[] {
  const items = Array.from({ length: n }, (_, at) => at);
  if (n < 2) return items;
  if (n < MERGED_MIN) {
    insertionSort(items, compare, { from: 0, sorted: firstRun(items, compare, 0, n), to: n });
    return items;
  }
  const runs = new RunStack(items, compare);
  const runMin = runLengthMin(n);
  for (let from = 0; from < n; ) {
    let length = firstRun(items, compare, from, n);
    if (length < runMin) {
      const forced = Math.min(n - from, runMin);
      insertionSort(items, compare, { from, sorted: from + length, to: from + forced });
      length = forced;
    }
    runs.push({ base: from, length });
    from += length;
  }
  runs.mergeAll();
  return items;
}

/** So long that the number of runs is a power of two, or a little less. */
function runLengthMin(n: number): number {
  let rest = 0;
  let length = n;
  while (length >= MERGED_MIN) {
    rest |= length & 1;
    length >>= 1;
  }
  return length + rest;
}

/** Elements before `sorted` are in order. */
function insertionSort(items: number[], compare: Compare, { from, sorted, to }: { readonly from: number; readonly sorted: number; readonly to: number }): void {
  for (let start = sorted; start < to; start++) {
    const pivot = items[start] ?? 0;
    let left = from;
    let right = start;
    while (left < right) {
      const middle = (left + right) >>> 1;
      if (compare(pivot, items[middle] ?? 0) < 0) right = middle;
      else left = middle + 1;
    }
    items.copyWithin(left + 1, left, start);
    items[left] = pivot;
  }
}

/** The length of the run that begins there; a descending one is turned round. */
function firstRun(items: number[], compare: Compare, from: number, to: number): number {
  if (from + 1 === to) return 1;
  const step = (at: number): number => compare(items[at] ?? 0, items[at - 1] ?? 0);
  let end = from + 2;
  if (step(from + 1) < 0) {
    while (end < to && step(end) < 0) end++;
    items.splice(from, end - from, ...items.slice(from, end).reverse());
  } else while (end < to && step(end) >= 0) end++;
  return end - from;
}

interface Run {
  readonly base: number;
  readonly length: number;
}

/** Elements `from` … of a list, looked at from the place `hint` (of them) on. */
interface Stretch {
  readonly list: readonly number[];
  readonly from: number;
  readonly length: number;
  readonly hint: number;
}

/** The runs that are not yet merged. */
class RunStack {
  readonly #items: number[];
  readonly #compare: Compare;
  readonly #runs: Run[] = [];
  /** So often in a row one run must win before its elements are looked for in bulk. */
  #gallopFrom = GALLOP_MIN;

  constructor(items: number[], compare: Compare) {
    this.#items = items;
    this.#compare = compare;
  }

  /** Each run is kept longer than the two above it together. */
  push(run: Run): void {
    this.#runs.push(run);
    for (let at = this.#runs.length - 2; at >= 0; at = this.#runs.length - 2) {
      const tooShort = at > 0 && this.#length(at - 1) <= this.#length(at) + this.#length(at + 1);
      const tooShortBelow = at > 1 && this.#length(at - 2) <= this.#length(at) + this.#length(at - 1);
      if (tooShort || tooShortBelow) this.#mergeAt(this.#length(at - 1) < this.#length(at + 1) ? at - 1 : at);
      else if (this.#length(at) <= this.#length(at + 1)) this.#mergeAt(at);
      else return;
    }
  }

  mergeAll(): void {
    for (let at = this.#runs.length - 2; at >= 0; at = this.#runs.length - 2) {
      this.#mergeAt(at > 0 && this.#length(at - 1) < this.#length(at + 1) ? at - 1 : at);
    }
  }

  #length(at: number): number {
    return this.#runs[at]?.length ?? 0;
  }

  #at(index: number): number {
    return this.#items[index] ?? 0;
  }

  #mergeAt(at: number): void {
    const [first, second] = this.#runs.slice(at, at + 2);
    if (first === undefined || second === undefined) throw new Error('no two runs');
    this.#runs.splice(at, 2, { base: first.base, length: first.length + second.length });
    const list = this.#items;
    const skipped = this.#placeAfter(this.#at(second.base), { list, from: first.base, length: first.length, hint: 0 });
    const left: Run = { base: first.base + skipped, length: first.length - skipped };
    if (left.length === 0) return;
    const last = this.#at(left.base + left.length - 1);
    const right: Run = { base: second.base, length: this.#placeBefore(last, { list, from: second.base, length: second.length, hint: second.length - 1 }) };
    if (right.length === 0) return;
    if (left.length <= right.length) this.#mergeForwards(left, right);
    else this.#mergeBackwards(left, right);
  }

  /** Before the elements that are equal to it. */
  #placeBefore(key: number, stretch: Stretch): number {
    return this.#gallop(stretch, (item) => this.#compare(key, item) > 0);
  }

  /** After the elements that are equal to it. */
  #placeAfter(key: number, stretch: Stretch): number {
    return this.#gallop(stretch, (item) => this.#compare(key, item) >= 0);
  }

  /** How many of the elements are passed; steps from the hint on double until the place lies between two of them. */
  #gallop({ list, from, length, hint }: Stretch, passes: (item: number) => boolean): number {
    const item = (at: number): number => list[from + at] ?? 0;
    let before = 0;
    let step = 1;
    let low: number;
    let high: number;
    if (passes(item(hint))) {
      const most = length - hint;
      while (step < most && passes(item(hint + step))) [before, step] = [step, 2 * step + 1];
      [low, high] = [hint + before, hint + Math.min(step, most)];
    } else {
      const most = hint + 1;
      while (step < most && !passes(item(hint - step))) [before, step] = [step, 2 * step + 1];
      [low, high] = [hint - Math.min(step, most), hint - before];
    }
    for (low++; low < high; ) {
      const middle = low + ((high - low) >>> 1);
      if (passes(item(middle))) low = middle + 1;
      else high = middle;
    }
    return high;
  }

  /** The left run, which is not the longer one, is set aside. */
  #mergeForwards(left: Run, right: Run): void {
    const items = this.#items;
    const aside = items.slice(left.base, left.base + left.length);
    let [at, lengthLeft] = [0, left.length];
    let [from, lengthRight, to] = [right.base, right.length, left.base];
    const takeLeft = (count: number): void => {
      for (let i = 0; i < count; i++) items[to + i] = aside[at + i] ?? 0;
      [to, at, lengthLeft] = [to + count, at + count, lengthLeft - count];
    };
    const takeRight = (count: number): void => {
      items.copyWithin(to, from, from + count);
      [to, from, lengthRight] = [to + count, from + count, lengthRight - count];
    };
    takeRight(1);
    this.#alternate({
      isRight: () => this.#compare(this.#at(from), aside[at] ?? 0) < 0,
      takeLeft,
      takeRight,
      leftBefore: () => this.#placeAfter(this.#at(from), { list: aside, from: at, length: lengthLeft, hint: 0 }),
      rightBefore: () => this.#placeBefore(aside[at] ?? 0, { list: items, from, length: lengthRight, hint: 0 }),
      isDone: () => lengthRight === 0 || lengthLeft <= 1,
    });
    if (lengthLeft === 0) throw new ComparatorContractError();
    if (lengthLeft === 1) takeRight(lengthRight);
    takeLeft(lengthLeft);
  }

  /** The right run, which is the shorter one, is set aside; the greatest elements come first. */
  #mergeBackwards(left: Run, right: Run): void {
    const items = this.#items;
    const aside = items.slice(right.base, right.base + right.length);
    let [lengthLeft, lengthRight, end] = [left.length, right.length, right.base + right.length];
    const takeLeft = (count: number): void => {
      const from = left.base + lengthLeft - count;
      items.copyWithin(end - count, from, from + count);
      [end, lengthLeft] = [end - count, lengthLeft - count];
    };
    const takeRight = (count: number): void => {
      for (let i = 1; i <= count; i++) items[end - i] = aside[lengthRight - i] ?? 0;
      [end, lengthRight] = [end - count, lengthRight - count];
    };
    takeLeft(1);
    this.#alternate({
      isRight: () => this.#compare(aside[lengthRight - 1] ?? 0, this.#at(left.base + lengthLeft - 1)) >= 0,
      takeLeft,
      takeRight,
      leftBefore: () => lengthLeft - this.#placeAfter(aside[lengthRight - 1] ?? 0, { list: items, from: left.base, length: lengthLeft, hint: lengthLeft - 1 }),
      rightBefore: () =>
        lengthRight - this.#placeBefore(this.#at(left.base + lengthLeft - 1), { list: aside, from: 0, length: lengthRight, hint: lengthRight - 1 }),
      isDone: () => lengthLeft === 0 || lengthRight <= 1,
    });
    if (lengthRight === 0) throw new ComparatorContractError();
    if (lengthRight === 1) takeLeft(lengthLeft);
    takeRight(lengthRight);
  }

  /** One by one, until one of the runs wins so often in a row that its elements are looked for in bulk; then one by one again. */
  #alternate(merge: Merge): void {
    if (merge.isDone()) return;
    let gallopFrom = this.#gallopFrom;
    while (this.#oneByOne(merge, gallopFrom)) {
      const { done, rounds } = inBulk(merge);
      gallopFrom -= rounds;
      if (done) break;
      gallopFrom = Math.max(0, gallopFrom) + 2;
    }
    this.#gallopFrom = Math.max(1, gallopFrom);
  }

  /** False: the merge is done. */
  #oneByOne({ isRight, takeLeft, takeRight, isDone }: Merge, gallopFrom: number): boolean {
    let wins = 0;
    let wasRight: boolean | undefined;
    do {
      const right = isRight();
      wins = right === wasRight ? wins + 1 : 1;
      wasRight = right;
      if (right) takeRight(1);
      else takeLeft(1);
      if (isDone()) return false;
    } while (wins < gallopFrom);
    return true;
  }
}

/** Two runs, of which elements are taken in their order. */
interface Merge {
  /** The next element is one of the right run. */
  isRight(): boolean;
  takeLeft(count: number): void;
  takeRight(count: number): void;
  /** So many of the left run come before the next one of the right run. */
  leftBefore(): number;
  rightBefore(): number;
  /** The rest needs no comparison. */
  isDone(): boolean;
}

/** `rounds`: those after which it went on, or could have. */
function inBulk({ takeLeft, takeRight, leftBefore, rightBefore, isDone }: Merge): { readonly done: boolean; readonly rounds: number } {
  for (let rounds = 0; ; ) {
    const left = leftBefore();
    takeLeft(left);
    if (isDone()) return { done: true, rounds };
    takeRight(1);
    if (isDone()) return { done: true, rounds };
    const right = rightBefore();
    takeRight(right);
    if (isDone()) return { done: true, rounds };
    takeLeft(1);
    if (isDone()) return { done: true, rounds };
    rounds++;
    if (left < GALLOP_MIN && right < GALLOP_MIN) return { done: false, rounds };
  }
}

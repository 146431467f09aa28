import { TrinoError } from '../../../../spi/trinoError.ts';
import type { MapValue } from '../../../../spi/value.ts';

const BUFFERED_ROWS = 100;
const BUCKETS_LIMIT = 2_147_483_647;

interface Bucket {
  value: number;
  weight: number;
}

/** What merging a bucket with the next one costs. The last one has none. */
function penalty(a: Bucket, b: Bucket | undefined): number {
  if (b === undefined) return Number.POSITIVE_INFINITY;
  const weight = a.weight + b.weight;
  return weight * ((a.value - b.value) * (a.value - b.value)) * ((a.weight * b.weight) / (weight * weight));
}

/** NaN is the greatest penalty, and the greatest value; -0 is less than 0. */
function compare(a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
  return a - b || Number(Object.is(b, -0)) - Number(Object.is(a, -0));
}

/** A streaming histogram (Ben-Haim and Yom-Tov) as Trino keeps it: rows gather in a buffer, then the cheapest neighbours merge. */
export class NumericHistogram {
  readonly #bucketsMax: number;
  readonly #capacity: number;
  #buckets: Bucket[] = [];

  constructor(bucketsMax: number) {
    if (bucketsMax > BUCKETS_LIMIT || bucketsMax < -BUCKETS_LIMIT - 1) throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, 'integer overflow');
    if (bucketsMax < 2) throw new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, 'numeric_histogram bucket count must be greater than one');
    this.#bucketsMax = bucketsMax;
    this.#capacity = bucketsMax + BUFFERED_ROWS;
  }

  add(value: number, weight: number): void {
    if (this.#buckets.length === this.#capacity) this.#compact();
    this.#buckets.push({ value, weight });
  }

  toMap(): MapValue {
    this.#compact();
    return { entries: this.#buckets.map(({ value, weight }) => [value, weight]) };
  }

  #compact(): void {
    const merged: Bucket[] = [];
    for (const bucket of this.#buckets.sort((a, b) => compare(a.value, b.value))) {
      const last = merged.at(-1);
      if (last !== undefined && last.value === bucket.value) last.weight += bucket.weight;
      else merged.push(bucket);
    }
    while (merged.length > this.#bucketsMax) mergeCheapest(merged);
    this.#buckets = merged;
  }
}

function mergeCheapest(buckets: Bucket[]): void {
  let at = 0;
  let least = Number.NaN;
  for (const [i, bucket] of buckets.entries()) {
    const cost = penalty(bucket, buckets[i + 1]);
    if (i === 0 || compare(cost, least) < 0) [at, least] = [i, cost];
  }
  const [a, b] = [buckets[at], buckets[at + 1]];
  if (a === undefined || b === undefined) throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, 'Expected right to be != null');
  const weight = a.weight + b.weight;
  buckets.splice(at, 2, { value: (a.value * a.weight + b.value * b.weight) / weight, weight });
}

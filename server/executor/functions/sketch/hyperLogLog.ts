import { estimatedBias } from './hyperLogLogBias.ts';
import { damaged, SliceReader } from './sliceReader.ts';

const SPARSE_V1 = 0;
const DENSE_V1 = 1;
const SPARSE_V2 = 2;
const DENSE_V2 = 3;

/** A sparse entry: 26 bits of the hash, and how many zeros follow them. */
const PREFIX_BITS = 26;
const ZEROS_BITS = 6;
const DENSE_INDEX_BITS_MAX = 16;

/** A bucket's value in four bits above the least of all; what is more goes into the list of overflows. */
const DELTA_MAX = 15;
const EMPTY_SHARE_OF_LINEAR_COUNTING = 0.4;

/** Sizes of Trino's objects in its virtual machine, which decide when a sketch becomes dense. */
const ARRAY_HEADER_BYTES = 16;
const SPARSE_BYTES = 24;
const DENSE_BYTES = 40;
const SPARSE_GROWTH = 10;

/** The buckets' values: the highest number of zeros seen, plus one. */
type Dense = { readonly kind: 'dense'; readonly values: Uint8Array };
/** Entries in the order of their prefix; `capacity` is the length of the array that Trino would hold them in. */
type Sparse = { readonly kind: 'sparse'; readonly entries: number[]; readonly capacity: number };

/** An estimate of how many different hashes were added; its bytes are those of Trino's HyperLogLog. */
export class HyperLogLog {
  readonly indexBits: number;
  #state: Dense | Sparse;

  private constructor(indexBits: number, state: Dense | Sparse) {
    this.indexBits = indexBits;
    this.#state = state;
  }

  static empty(indexBits: number): HyperLogLog {
    return new HyperLogLog(indexBits, { kind: 'sparse', entries: [], capacity: 1 });
  }

  /** GENERIC_INTERNAL_ERROR for bytes that are no sketch. */
  static deserialize(bytes: Uint8Array): HyperLogLog {
    const reader = new SliceReader(bytes);
    const format = reader.int8();
    if (format === SPARSE_V1) throw damaged('Sparse v1 encoding no longer supported');
    if (format !== SPARSE_V2 && format !== DENSE_V1 && format !== DENSE_V2) throw damaged('Cannot deserialize HyperLogLog');
    const indexBits = reader.int8();
    const sparse = format === SPARSE_V2;
    if (indexBits < 1 || indexBits > (sparse ? PREFIX_BITS : DENSE_INDEX_BITS_MAX)) throw damaged('indexBitLength is out of range');
    const state = sparse ? readSparse(reader) : readDense(reader, indexBits, format);
    if (!reader.atEnd) throw damaged('input is too big');
    return new HyperLogLog(indexBits, state);
  }

  /** Of entries as `entryOf` gives them, each once. */
  static ofEntries(indexBits: number, entries: readonly number[]): HyperLogLog {
    // so many are too many for a sparse sketch, even if those of one prefix are taken as one
    if (entries.length > 16 * 2 ** indexBits) return new HyperLogLog(indexBits, { kind: 'dense', values: denseValues(indexBits, entries) });
    const sketch = HyperLogLog.empty(indexBits);
    const grown = 1 + SPARSE_GROWTH * Math.ceil(Math.max(0, entries.length - 1) / SPARSE_GROWTH);
    sketch.#keepSparse(mergedEntries(entries, []), grown);
    return sketch;
  }

  /** A hash of 64 bits. */
  add(hash: bigint): void {
    const high = Number((hash >> 32n) & 0xffff_ffffn);
    const low = Number(hash & 0xffff_ffffn);
    const state = this.#state;
    if (state.kind === 'dense') {
      const rest = (high << this.indexBits) >>> 0;
      const zeros = rest === 0 ? 32 - this.indexBits + Math.clz32(low) : Math.clz32(rest);
      raise(state.values, high >>> (32 - this.indexBits), zeros + 1);
      return;
    }
    const { entries } = state;
    const entry = sparseEntry(high, low);
    const prefix = entry >>> ZEROS_BITS;
    const at = entryPosition(entries, prefix);
    if ((entries[at] ?? -1) >>> ZEROS_BITS === prefix && at < entries.length) {
      entries[at] = Math.max(entries[at] ?? 0, entry);
      return;
    }
    entries.splice(at, 0, entry);
    this.#keepSparse(entries, entries.length > state.capacity ? state.capacity + SPARSE_GROWTH : state.capacity);
  }

  mergeWith(other: HyperLogLog): void {
    const [mine, theirs] = [this.#state, other.#state];
    if (mine.kind === 'sparse' && theirs.kind === 'sparse') {
      const entries = mergedEntries(mine.entries, theirs.entries);
      this.#keepSparse(entries, entries.length);
      return;
    }
    if (this.indexBits !== other.indexBits)
      throw damaged(`Cannot merge HLLs with different number of buckets: ${2 ** this.indexBits} vs ${2 ** other.indexBits}`);
    const values = this.#denseValues().slice();
    const otherValues = other.#denseValues();
    for (let bucket = 0; bucket < values.length; bucket++) raise(values, bucket, otherValues[bucket] ?? 0);
    this.#state = { kind: 'dense', values };
  }

  makeDense(): void {
    this.#state = { kind: 'dense', values: this.#denseValues() };
  }

  cardinality(): bigint {
    const state = this.#state;
    if (state.kind === 'sparse') return javaRound(linearCounting(2 ** PREFIX_BITS - state.entries.length, 2 ** PREFIX_BITS));
    const { values } = state;
    const empty = values.reduce((count, value) => (value === 0 ? count + 1 : count), 0);
    if (empty > EMPTY_SHARE_OF_LINEAR_COUNTING * values.length) return javaRound(linearCounting(empty, values.length));
    let sum = 0;
    for (const value of values) sum += 2 ** -value;
    const estimate = (alpha(this.indexBits) * values.length * values.length) / sum;
    return javaRound(estimate - estimatedBias(this.indexBits, estimate));
  }

  serialize(): Buffer {
    const state = this.#state;
    return state.kind === 'sparse' ? sparseBytes(this.indexBits, state.entries) : denseBytes(this.indexBits, state.values);
  }

  #keepSparse(entries: number[], capacity: number): void {
    this.#state = { kind: 'sparse', entries, capacity };
    const isSmaller = SPARSE_BYTES + ARRAY_HEADER_BYTES + 4 * capacity <= DENSE_BYTES + ARRAY_HEADER_BYTES + 2 ** this.indexBits / 2;
    if (!isSmaller) this.makeDense();
  }

  #denseValues(): Uint8Array {
    if (this.#state.kind === 'dense') return this.#state.values;
    if (this.indexBits > DENSE_INDEX_BITS_MAX) throw damaged('indexBitLength is out of range');
    return denseValues(this.indexBits, this.#state.entries);
  }
}

/** All that a sketch of any size takes from a hash of 64 bits: 26 bits of it and how many zeros follow; unsigned. */
export const entryOf = (hash: bigint): number => sparseEntry(Number((hash >> 32n) & 0xffff_ffffn), Number(hash & 0xffff_ffffn));

function sparseEntry(high: number, low: number): number {
  const rest = (high << PREFIX_BITS) >>> 0;
  const zeros = rest === 0 ? ZEROS_BITS + Math.clz32(low) : Math.clz32(rest);
  return (((high >>> ZEROS_BITS) << ZEROS_BITS) | zeros) >>> 0;
}

function denseValues(indexBits: number, entries: readonly number[]): Uint8Array {
  const values = new Uint8Array(2 ** indexBits);
  const known = PREFIX_BITS - indexBits;
  for (const entry of entries) {
    const zeros = Math.clz32(entry << indexBits);
    raise(values, entry >>> (32 - indexBits), (zeros >= known ? known + (entry & (2 ** ZEROS_BITS - 1)) : zeros) + 1);
  }
  return values;
}

function raise(values: Uint8Array, bucket: number, value: number): void {
  if (value > (values[bucket] ?? 0)) values[bucket] = value;
}

/** Where the entry of a prefix is, or would be. */
function entryPosition(entries: readonly number[], prefix: number): number {
  let [low, high] = [0, entries.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((entries[middle] ?? 0) >>> ZEROS_BITS < prefix) low = middle + 1;
    else high = middle;
  }
  return low;
}

function mergedEntries(left: readonly number[], right: readonly number[]): number[] {
  const merged: number[] = [];
  for (const entry of [...left, ...right].sort((a, b) => a - b)) {
    const last = merged.at(-1);
    if (last !== undefined && last >>> ZEROS_BITS === entry >>> ZEROS_BITS) merged[merged.length - 1] = entry;
    else merged.push(entry);
  }
  return merged;
}

function alpha(indexBits: number): number {
  const small: Readonly<Record<number, number>> = { 4: 0.673, 5: 0.697, 6: 0.709 };
  return small[indexBits] ?? 0.7213 / (1 + 1.079 / 2 ** indexBits);
}

const linearCounting = (empty: number, total: number): number => total * Math.log((total * 1.0) / empty);

const javaRound = (value: number): bigint => BigInt(Math.floor(value + 0.5));

function readSparse(reader: SliceReader): Sparse {
  const count = reader.int16();
  if (count < 0) throw damaged(`${count}`);
  const entries = Array.from({ length: count }, () => reader.uint32());
  return { kind: 'sparse', entries, capacity: count };
}

function readDense(reader: SliceReader, indexBits: number, format: number): Dense {
  const buckets = 2 ** indexBits;
  const baseline = reader.int8();
  const deltas = reader.bytes(buckets / 2);
  const values = new Uint8Array(buckets);
  for (let bucket = 0; bucket < buckets; bucket++) {
    const pair = deltas[bucket >> 1] ?? 0;
    values[bucket] = baseline + (bucket % 2 === 0 ? pair >> 4 : pair & DELTA_MAX);
  }
  const overflows = readOverflows(reader, format, buckets);
  for (const [bucket, value] of overflows) values[bucket] = (values[bucket] ?? 0) + value;
  return { kind: 'dense', values };
}

function readOverflows(reader: SliceReader, format: number, buckets: number): readonly (readonly [bucket: number, value: number])[] {
  if (format === DENSE_V1) {
    const overflow = [reader.int16(), reader.int8()] as const;
    return overflow[0] >= 0 && overflow[1] > 0 ? [overflow] : [];
  }
  const count = reader.uint16();
  if (count > buckets) throw damaged('Overflow entries is greater than actual number of buckets (possibly corrupt input)');
  const positions = Array.from({ length: count }, () => reader.uint16());
  if (positions.some((bucket) => bucket > buckets)) throw damaged('Overflow bucket index is out of range');
  return positions.map((bucket) => {
    const value = reader.int8();
    if (value <= 0) throw damaged('Overflow bucket value must be > 0');
    return [bucket, value];
  });
}

function sparseBytes(indexBits: number, entries: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 + 4 * entries.length);
  bytes.writeInt8(SPARSE_V2, 0);
  bytes.writeInt8(indexBits, 1);
  bytes.writeInt16LE(entries.length, 2);
  for (const [i, entry] of entries.entries()) bytes.writeUInt32LE(entry, 4 + 4 * i);
  return bytes;
}

function denseBytes(indexBits: number, values: Uint8Array): Buffer {
  const baseline = values.reduce((least, value) => Math.min(least, value));
  const head = Buffer.alloc(3 + values.length / 2);
  head.writeInt8(DENSE_V2, 0);
  head.writeInt8(indexBits, 1);
  head.writeInt8(baseline, 2);
  const overflows: (readonly [bucket: number, value: number])[] = [];
  for (let bucket = 0; bucket < values.length; bucket++) {
    const above = (values[bucket] ?? 0) - baseline;
    const delta = Math.min(above, DELTA_MAX);
    if (above > DELTA_MAX) overflows.push([bucket, above - DELTA_MAX]);
    const at = 3 + (bucket >> 1);
    head[at] = (head[at] ?? 0) | (bucket % 2 === 0 ? delta << 4 : delta);
  }
  const tail = Buffer.alloc(2 + 3 * overflows.length);
  tail.writeUInt16LE(overflows.length, 0);
  for (const [i, [bucket, value]] of overflows.entries()) {
    tail.writeUInt16LE(bucket, 2 + 2 * i);
    tail.writeInt8(value, 2 + 2 * overflows.length + i);
  }
  return Buffer.concat([head, tail]);
}

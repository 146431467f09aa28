import { HyperLogLog } from './hyperLogLog.ts';
import { murmur3Hash64 } from './murmur3.ts';
import { damaged, SliceReader } from './sliceReader.ts';

const FORMAT = 1;
const INDEX_BITS = 11;
const HASHES_MAX = 8192;
const COUNT_MAX = 32767;

/** Which values a set may hold: the least of their hashes with how often each was seen; its bytes are those of Trino's SetDigest. */
export class SetDigest {
  readonly hyperLogLog: HyperLogLog;
  readonly #hashesMax: number;
  #counts: Map<bigint, number>;

  private constructor(hyperLogLog: HyperLogLog, hashesMax: number, counts: Map<bigint, number>) {
    this.hyperLogLog = hyperLogLog;
    this.#hashesMax = hashesMax;
    this.#counts = counts;
  }

  static empty(): SetDigest {
    return new SetDigest(HyperLogLog.empty(INDEX_BITS), HASHES_MAX, new Map());
  }

  /** GENERIC_INTERNAL_ERROR for bytes that are no digest. */
  static deserialize(bytes: Uint8Array): SetDigest {
    const reader = new SliceReader(bytes);
    if (reader.int8() !== FORMAT) throw damaged('Unexpected version');
    const hyperLogLog = HyperLogLog.deserialize(reader.bytes(reader.int32()));
    const hashesMax = reader.int32();
    const hashes = Array.from({ length: reader.int32() }, () => reader.int64());
    return new SetDigest(hyperLogLog, hashesMax, new Map(hashes.map((hash) => [hash, reader.int16()])));
  }

  /** The bytes of a value. */
  add(value: Uint8Array): void {
    const hash = murmur3Hash64(value);
    this.hyperLogLog.add(hash);
    this.#count(BigInt.asIntN(64, hash), 1);
    if (this.#counts.size > 2 * this.#hashesMax) this.#keepLeast();
  }

  mergeWith(other: SetDigest): void {
    this.hyperLogLog.mergeWith(other.hyperLogLog);
    for (const [hash, count] of other.#counts) this.#count(hash, count);
    this.#keepLeast();
  }

  cardinality(): bigint {
    return this.#isExact ? BigInt(this.#counts.size) : this.hyperLogLog.cardinality();
  }

  intersectionCardinality(other: SetDigest): bigint {
    if (this.#isExact && other.#isExact) return BigInt([...this.#counts.keys()].filter((hash) => other.#counts.has(hash)).length);
    const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
    const limit = least(this.cardinality(), other.cardinality());
    const index = this.jaccardIndex(other);
    const union = SetDigest.deserialize(this.serialize());
    union.mergeWith(other);
    return least(BigInt(Math.floor(index * Number(union.cardinality()) + 0.5)), limit);
  }

  /** The share of what both hold, judged by as many of the least hashes as the smaller set has. */
  jaccardIndex(other: SetDigest): number {
    this.#keepLeast();
    other.#keepLeast();
    const size = Math.min(this.#counts.size, other.#counts.size);
    const union = ordered(new Set([...this.#counts.keys(), ...other.#counts.keys()]));
    return union.slice(0, Math.max(size, 1)).filter((hash) => this.#counts.has(hash) && other.#counts.has(hash)).length / size;
  }

  hashCounts(): readonly (readonly [bigint, number])[] {
    this.#keepLeast();
    return ordered(this.#counts.keys()).map((hash) => [hash, this.#counts.get(hash) ?? 0]);
  }

  serialize(): Buffer {
    const counts = this.hashCounts();
    const sketch = this.hyperLogLog.serialize();
    const bytes = Buffer.alloc(13 + sketch.length + 10 * counts.length);
    bytes.writeInt8(FORMAT, 0);
    bytes.writeInt32LE(sketch.length, 1);
    sketch.copy(bytes, 5);
    const at = bytes.writeInt32LE(this.#hashesMax, 5 + sketch.length) + 4;
    bytes.writeInt32LE(counts.length, at - 4);
    for (const [i, [hash, count]] of counts.entries()) {
      bytes.writeBigInt64LE(hash, at + 8 * i);
      bytes.writeInt16LE(count, at + 8 * counts.length + 2 * i);
    }
    return bytes;
  }

  get #isExact(): boolean {
    return this.#counts.size < this.#hashesMax;
  }

  #count(hash: bigint, count: number): void {
    this.#counts.set(hash, Math.min((this.#counts.get(hash) ?? 0) + count, COUNT_MAX));
  }

  #keepLeast(): void {
    if (this.#counts.size <= this.#hashesMax) return;
    this.#counts = new Map(
      ordered(this.#counts.keys())
        .slice(0, this.#hashesMax)
        .map((hash) => [hash, this.#counts.get(hash) ?? 0]),
    );
  }
}

const ordered = (hashes: Iterable<bigint>): bigint[] => [...hashes].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));

import type { Type } from '../../../../spi/type.ts';
import type { Value } from '../../../../spi/value.ts';
import { isMapValue } from '../collection/valueKey.ts';
import { PRIME64_1, PRIME64_2, xxHash64, xxHash64OfLong } from './xxHash64.ts';

/** The hash of a value that is not NULL; unsigned. */
export type ValueHash = (value: Value) => bigint;

const MASK = 0xffff_ffff_ffff_ffffn;
const DAY_PICOS = 86_400_000_000_000_000n;

/** Of a 64-bit word. */
type WordHash = (word: bigint) => bigint;

/** Trino's XX_HASH_64 of the values of a type, by which checksum and approx_distinct know them. */
export const xxHashOperator = (type: Type): ValueHash => hashOperator(type, xxHash64OfLong);

/** Trino's HASH_CODE, which the fields of rows go by: another hash for what is one word. */
const hashCodeOperator = (type: Type): ValueHash =>
  hashOperator(type, isWord(type) ? (word) => (rotate((word * PRIME64_2) & MASK) * PRIME64_1) & MASK : xxHash64OfLong);

function isWord(type: Type): boolean {
  switch (type.kind) {
    case 'decimal':
      return type.precision <= 18;
    case 'timestamp':
      return type.precision <= 6;
    case 'timestamp with time zone':
      return type.precision <= 3;
    case 'boolean':
    case 'uuid':
    case 'ipaddress':
      return false;
    default:
      return true;
  }
}

const rotate = (word: bigint): bigint => ((word << 31n) | (word >> 33n)) & MASK;

function hashOperator(type: Type, hashWord: WordHash): ValueHash {
  const ofHalves = (high: bigint, low: bigint): bigint => hashWord(high) ^ hashWord(low);
  switch (type.kind) {
    case 'unknown':
      return () => 0n;
    case 'boolean':
      return (value) => hashWord(value === true ? 1n : 0n);
    case 'real':
      return (value) => hashWord(realBits(Number(value)));
    case 'double':
      return (value) => hashWord(doubleBits(Number(value)));
    case 'decimal':
      return type.precision <= 18 ? (value) => hashWord(integer(value)) : (value) => ofHalves(integer(value) >> 64n, integer(value));
    case 'varbinary':
      return (value) => (value instanceof Uint8Array ? xxHash64(value) : 0n);
    case 'ipaddress':
    case 'uuid':
      return (value) => {
        const data = value instanceof Uint8Array ? Buffer.from(value) : Buffer.from(String(value).replaceAll('-', ''), 'hex');
        return ofHalves(data.readBigInt64LE(0), data.readBigInt64LE(8));
      };
    case 'timestamp':
    case 'timestamp with time zone':
    case 'time with time zone':
      return temporalHash(type, hashWord);
    case 'array':
      return listHash(element(type.element, hashWord));
    case 'row':
      return rowHash(type.fields.map((field) => hashCodeOperator(field.type)));
    case 'map':
      return mapHash(element(type.key, hashWord), element(type.value, hashWord));
    default:
      return (value) => (typeof value === 'string' ? xxHash64(Buffer.from(value, 'utf8')) : hashWord(integer(value)));
  }
}

const integer = (value: Value): bigint => BigInt(String(value));
const element = (type: Type, hashWord: WordHash): ValueHash => (hashWord === xxHash64OfLong ? xxHashOperator(type) : hashCodeOperator(type));

/** -0 as 0, and one NaN. */
function doubleBits(value: number): bigint {
  const data = Buffer.alloc(8);
  data.writeDoubleLE(value === 0 ? 0 : value);
  return data.readBigInt64LE();
}

function realBits(value: number): bigint {
  const data = Buffer.alloc(4);
  data.writeFloatLE(value === 0 ? 0 : value);
  return BigInt(data.readInt32LE());
}

function temporalHash(type: Type & { readonly precision: number }, hashWord: WordHash): ValueHash {
  const ofHalves = (high: bigint, low: bigint): bigint => hashWord(high) ^ hashWord(low);
  return (value) => {
    if (typeof value !== 'object' || value === null) return 0n;
    if ('offsetMinutes' in value) {
      const utc = (value.picos - BigInt(value.offsetMinutes) * 60_000_000_000_000n + DAY_PICOS) % DAY_PICOS;
      return hashWord(type.precision <= 9 ? utc / 1000n : utc);
    }
    if (!('epochMicros' in value)) return 0n;
    if (type.kind === 'timestamp') return type.precision <= 6 ? hashWord(value.epochMicros) : ofHalves(value.epochMicros, BigInt(value.picosOfMicro));
    const micros = ((value.epochMicros % 1000n) + 1000n) % 1000n;
    const millis = (value.epochMicros - micros) / 1000n;
    return type.precision <= 3 ? hashWord(millis) : ofHalves(millis, micros * 1_000_000n + BigInt(value.picosOfMicro));
  };
}

const listOf = (value: Value): readonly Value[] => (Array.isArray(value) ? value : []);
const combine = (hash: bigint, next: bigint): bigint => (hash * 31n + next) & MASK;

function listHash(hashItem: ValueHash): ValueHash {
  return (value) => listOf(value).reduce<bigint>((hash, item) => combine(hash, item === null ? 0n : hashItem(item)), 0n);
}

function rowHash(fields: readonly ValueHash[]): ValueHash {
  return (value) => fields.reduce<bigint>((hash, field, i) => combine(hash, listOf(value)[i] === null ? 0n : field(listOf(value)[i] ?? null)), 1n);
}

function mapHash(key: ValueHash, item: ValueHash): ValueHash {
  return (value) => (isMapValue(value) ? value.entries.reduce<bigint>((sum, [k, v]) => (sum + (key(k) ^ (v === null ? 0n : item(v)))) & MASK, 0n) : 0n);
}

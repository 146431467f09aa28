import { TrinoError } from '../../../../spi/trinoError.ts';
import { type Type, typeId } from '../../../../spi/type.ts';
import type { Value } from '../../../../spi/value.ts';
import { doubleText } from '../../../function/javaNumberText.ts';
import { bytesOf } from '../binary/binary.ts';
import type { AggregateImplementation, AggregateImplementations } from '../implementation.ts';
import { overList, overRows } from '../collection/listAggregates.ts';
import { HyperLogLog } from './hyperLogLog.ts';
import { murmur3Hash64, murmur3Hash64OfLong } from './murmur3.ts';
import { QuantileDigest } from './quantileDigest.ts';
import { SetDigest } from './setDigest.ts';
import { APPROX_SET_INDEX_BITS } from './sketchFunctions.ts';
import { sortableBits } from './sortableBits.ts';
import { TDigest } from './tDigest.ts';

const ACCURACY_DEFAULT = 0.01;

const invalid = (message: string): TrinoError => new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, message);

const overValues = (evaluate: (values: readonly Value[], type: Type) => Value): AggregateImplementation => ({
  mayFail: true,
  emit: (call, context) => overList(call, context, (values) => evaluate(values, call.argumentTypes[0] ?? { kind: 'unknown' })),
});

/** The 64-bit word by which Trino holds a double. */
function doubleBits(value: number): bigint {
  const data = Buffer.alloc(8);
  data.writeDoubleLE(value);
  return data.readBigInt64LE();
}

const approxSet = overValues((values, type) => {
  const sketch = HyperLogLog.empty(APPROX_SET_INDEX_BITS);
  for (const value of values) {
    if (type.kind === 'varchar') sketch.add(murmur3Hash64(Buffer.from(String(value))));
    else sketch.add(murmur3Hash64OfLong(type.kind === 'double' ? doubleBits(Number(value)) : BigInt(String(value))));
  }
  return sketch.serialize();
});

/** The word or the bytes of a value that Trino hashes; it has sets of these types alone. */
function hashedBytes(value: Value, type: Type): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (typeof value === 'string') return Buffer.from(type.kind === 'char' ? value.padEnd(type.length) : value);
  const data = Buffer.alloc(8);
  if (type.kind === 'real') data.writeFloatLE(Number(value));
  else if (typeof value === 'object' && value !== null && 'epochMicros' in value) data.writeBigInt64LE(value.epochMicros);
  else data.writeBigInt64LE(BigInt(String(value)));
  if (type.kind === 'real') data.writeInt32LE(data.readInt32LE() >> 31, 4);
  return data;
}

function isHashable(type: Type): boolean {
  switch (type.kind) {
    case 'boolean':
    case 'double':
    case 'array':
    case 'map':
    case 'row':
    case 'unknown':
    case 'json':
      return false;
    case 'decimal':
      return type.precision <= 18;
    case 'timestamp':
      return type.precision <= 6;
    default:
      return true;
  }
}

const setDigest: AggregateImplementation = {
  mayFail: true,
  emit: (call, context) => {
    const type = call.argumentTypes[0] ?? { kind: 'unknown' };
    if (!isHashable(type))
      throw new TrinoError(
        'FUNCTION_IMPLEMENTATION_MISSING',
        undefined,
        `Unsupported type parameters (system.builtin.make_set_digest(${typeId(type)}):SetDigest) for <T>(t):setdigest`,
      );
    if (type.kind === 'timestamp with time zone' || type.kind === 'time with time zone' || type.kind === 'uuid')
      throw new TrinoError('NOT_SUPPORTED', call.location, `make_set_digest of ${typeId(type)} is not supported`);
    return overList(call, context, (values) => {
      const digest = SetDigest.empty();
      for (const value of values) digest.add(hashedBytes(value, type));
      return digest.serialize();
    });
  },
};

/** The first sketch with the others merged into it. */
function merged<T extends { mergeWith(other: T): void; serialize(): Buffer }>(values: readonly Value[], deserialize: (bytes: Uint8Array) => T): Value {
  const [first, ...others] = values.map((value) => deserialize(bytesOf(value)));
  for (const other of others) first?.mergeWith(other);
  return first?.serialize() ?? null;
}

const merge = overValues((values, type) => {
  switch (type.kind) {
    case 'tdigest':
      return merged(values, TDigest.deserialize);
    case 'qdigest':
      return merged(values, QuantileDigest.deserialize);
    default:
      return merged(values, HyperLogLog.deserialize);
  }
});

export function checkedWeight(weight: number): number {
  if (!Number.isFinite(weight)) throw invalid(`weight must be finite, was ${doubleText(weight)}`);
  if (weight < 1) throw invalid(`weight must be >= 1, was ${doubleText(weight)}`);
  return weight;
}

const tDigest: AggregateImplementation = {
  mayFail: true,
  emit: (call, context) =>
    overRows(call, context, (rows) => {
      const digest = new TDigest();
      for (const [value, weight = 1] of rows) digest.add(Number(value), checkedWeight(Number(weight)));
      return (call.steps === 1 ? digest : digest.sent()).serialize();
    }),
};

const quantileDigest: AggregateImplementation = {
  mayFail: true,
  emit: (call, context) => {
    const type = call.argumentTypes[0] ?? { kind: 'unknown' };
    return overRows(call, context, (rows) => {
      let digest: QuantileDigest | undefined;
      for (const [value = null, weight = 1n, accuracy = ACCURACY_DEFAULT] of rows) {
        digest ??= new QuantileDigest(checkedAccuracy(Number(accuracy)));
        if (BigInt(String(weight)) <= 0n) throw invalid(`Percentile weight must be > 0, was ${String(weight)}`);
        digest.add(sortableBits(value, type), Number(weight));
      }
      return (call.steps === 1 ? digest : digest?.sent())?.serialize() ?? null;
    });
  },
};

function checkedAccuracy(accuracy: number): number {
  if (!(accuracy > 0 && accuracy < 1)) throw invalid(`Percentile accuracy must be exclusively between 0 and 1, was ${doubleText(accuracy)}`);
  return accuracy;
}

export const sketchAggregates: AggregateImplementations = {
  approx_set: approxSet,
  make_set_digest: setDigest,
  merge_set_digest: overValues((values) => merged(values, SetDigest.deserialize)),
  merge,
  tdigest_agg: tDigest,
  qdigest_agg: quantileDigest,
};

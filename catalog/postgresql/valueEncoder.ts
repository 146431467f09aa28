import { TrinoError } from '../../spi/trinoError.ts';
import { type Type, typeId } from '../../spi/type.ts';
import type { MapValue, Timestamp, Value } from '../../spi/value.ts';
import { POSTGRES_EPOCH_DAYS, postgresInstant, postgresTimestamp } from './calendar.ts';
import { NUMERIC_BYTES_MAX, writeNumeric } from './numericFormat.ts';
import { jdbcError } from './remoteError.ts';
import type { RowBuffer } from './rowBuffer.ts';

/** The oid of types that can be elements of an array that is written. */
const ELEMENT_OIDS: Readonly<Record<string, number>> = {
  bool: 16,
  int8: 20,
  int2: 21,
  int4: 23,
  text: 25,
  float4: 700,
  float8: 701,
  bpchar: 1042,
  varchar: 1043,
  date: 1082,
  timestamp: 1114,
  timestamptz: 1184,
  numeric: 1700,
  uuid: 2950,
};

/** Writes one value that is not NULL, without its length, in the binary form of the column's type. */
export type ValueEncoder = (buffer: RowBuffer, value: Value) => void;

const PICOS_PER_MICRO = 1_000_000n;
const DAY_MICROS = 86_400_000_000n;

/** `remoteType` is the name in pg_type. */
export function valueEncoder(type: Type, remoteType: string): ValueEncoder {
  if (remoteType.startsWith('_') && type.kind === 'array') return arrayEncoder(type.element, remoteType.slice(1));
  switch (remoteType) {
    case 'bool':
      return (buffer, value) => {
        buffer.reserve(1);
        buffer.view.setUint8(buffer.length++, value === true ? 1 : 0);
      };
    case 'int2':
      return (buffer, value) => buffer.int16(Number(value));
    case 'int4':
      return (buffer, value) => buffer.int32(Number(value));
    case 'int8':
      return (buffer, value) => int64(buffer, asBigInt(value));
    case 'oid':
      return (buffer, value) => {
        const oid = asBigInt(value);
        if (oid < 0n || oid > 4_294_967_295n) throw jdbcError('Failed to insert data: ERROR: OID out of range');
        buffer.int32(Number(BigInt.asIntN(32, oid)));
      };
    case 'float4':
      return (buffer, value) => {
        buffer.reserve(4);
        buffer.view.setFloat32(buffer.length, Number(value));
        buffer.length += 4;
      };
    case 'float8':
      return (buffer, value) => {
        buffer.reserve(8);
        buffer.view.setFloat64(buffer.length, Number(value));
        buffer.length += 8;
      };
    case 'numeric': {
      const scale = type.kind === 'decimal' ? type.scale : 0;
      return (buffer, value) => {
        buffer.reserve(NUMERIC_BYTES_MAX);
        buffer.length += writeNumeric(buffer.view, buffer.length, asBigInt(value), scale);
      };
    }
    case 'bytea':
      return (buffer, value) => {
        if (value instanceof Uint8Array) buffer.raw(value);
      };
    case 'date':
      return (buffer, value) => buffer.int32(Number(value) - POSTGRES_EPOCH_DAYS);
    case 'time':
      return (buffer, value) => int64(buffer, roundedMicros(asBigInt(value)) % DAY_MICROS);
    case 'timestamp':
      return (buffer, value) => int64(buffer, postgresTimestamp(timestampMicros(value)));
    case 'timestamptz': {
      const precision = type.kind === 'timestamp with time zone' ? type.precision : 6;
      return (buffer, value) => int64(buffer, postgresInstant(timestampMicros(value), precision));
    }
    case 'uuid':
      return (buffer, value) => buffer.raw(Buffer.from(String(value).replaceAll('-', ''), 'hex'));
    case 'jsonb':
      return (buffer, value) => {
        buffer.reserve(1);
        buffer.view.setUint8(buffer.length++, 1);
        buffer.text(String(value));
      };
    case 'hstore':
      return encodeHstore;
    case 'timetz':
      // as a time of UTC, and then the seconds from UTC
      return (buffer, value) => {
        int64(buffer, roundedMicros(asBigInt(value)) % DAY_MICROS);
        buffer.int32(0);
      };
    default:
      return (buffer, value) => buffer.text(String(value));
  }
}

function int64(buffer: RowBuffer, value: bigint): void {
  buffer.reserve(8);
  buffer.view.setBigInt64(buffer.length, value);
  buffer.length += 8;
}

const asBigInt = (value: Value): bigint => (typeof value === 'bigint' ? value : BigInt(Number(value)));

/** Picoseconds to microseconds, halves up, as Trino rounds what a column cannot hold. */
const roundedMicros = (picos: bigint): bigint => (picos + PICOS_PER_MICRO / 2n) / PICOS_PER_MICRO;

function timestampMicros(value: Value): bigint {
  if (!isTimestamp(value)) throw new Error('a timestamp was expected');
  return value.epochMicros + (value.picosOfMicro >= 500_000 ? 1n : 0n);
}

const isTimestamp = (value: Value): value is Timestamp => typeof value === 'object' && value !== null && 'epochMicros' in value;
const isMap = (value: Value): value is MapValue => typeof value === 'object' && value !== null && 'entries' in value && typeof value.entries !== 'function';

function encodeHstore(buffer: RowBuffer, value: Value): void {
  if (!isMap(value)) throw new Error('a map was expected');
  buffer.int32(value.entries.length);
  for (const [key, item] of value.entries) {
    buffer.field(() => buffer.text(String(key)));
    if (item === null) buffer.int32(-1);
    else buffer.field(() => buffer.text(String(item)));
  }
}

function arrayEncoder(element: Type, remoteElement: string): ValueEncoder {
  const { base, depth } = innermost(element);
  const oid = ELEMENT_OIDS[remoteElement];
  if (oid === undefined) throw new TrinoError('NOT_SUPPORTED', undefined, `Unsupported type: ${typeId(base)}`);
  const encode = valueEncoder(base, remoteElement);
  return (buffer, value) => {
    const sizes = sizesOf(value, depth);
    buffer.int32(sizes.length);
    buffer.int32(1);
    buffer.int32(oid);
    for (const size of sizes) {
      buffer.int32(size);
      buffer.int32(1);
    }
    const write = (item: Value, level: number): void => {
      if (level === sizes.length) {
        if (item === null) buffer.int32(-1);
        else buffer.field(() => encode(buffer, item));
        return;
      }
      const items = asArray(item);
      if (items.length !== sizes[level]) {
        throw jdbcError(
          'Failed to insert data: ERROR: malformed array literal\n  Detail: Multidimensional arrays must have sub-arrays with matching dimensions.',
        );
      }
      for (const next of items) write(next, level + 1);
    };
    if (sizes.length > 0) write(value, 0);
  };
}

function innermost(element: Type): { readonly base: Type; readonly depth: number } {
  if (element.kind !== 'array') return { base: element, depth: 1 };
  const { base, depth } = innermost(element.element);
  return { base, depth: depth + 1 };
}

const asArray = (value: Value): readonly Value[] => (Array.isArray(value) ? value : []);

/** An empty array has no dimensions. */
function sizesOf(value: Value, depth: number): readonly number[] {
  const sizes: number[] = [];
  for (let level = value; sizes.length < depth; level = asArray(level)[0] ?? null) {
    const size = asArray(level).length;
    if (size === 0) return [];
    sizes.push(size);
  }
  return sizes;
}

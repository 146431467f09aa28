import duckdb from '@duckdb/node-bindings';
import type { Block } from '../../spi/page.ts';
import { unreachable } from '../../spi/trinoError.ts';
import type { TemporalKind, Type } from '../../spi/type.ts';
import type { Value } from '../../spi/value.ts';
import { bigInt64s, int32s, isPresent, RawStrings, validityOf } from './rawVector.ts';

/** The value of one row. */
export type ValueReader = (row: number) => Value;

/** Reads the rows of a vector as values; valid as long as its chunk is. */
export function valueReader(vector: duckdb.Vector, type: Type, rowCount: number): ValueReader {
  const validity = validityOf(vector, rowCount);
  const read = presentReader(vector, type, rowCount, validity);
  return validity === undefined ? read : (row) => (isPresent(validity, row) ? read(row) : null);
}

function presentReader(vector: duckdb.Vector, type: Type, rowCount: number, validity: Uint8Array | undefined): ValueReader {
  const at =
    <T>(values: ArrayLike<T>, none: T): ValueReader =>
    (row) =>
      (values[row] ?? none) as Value;
  switch (type.kind) {
    case 'unknown':
      return () => null;
    case 'boolean': {
      const data = duckdb.vector_get_data(vector, rowCount);
      return (row) => data[row] !== 0;
    }
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'date':
    case 'interval year to month':
    case 'color':
    case 'real':
    case 'double':
    case 'bigint':
    case 'interval day to second':
    case 'time': {
      const values = fixedArray(vector, type, rowCount);
      return values instanceof BigInt64Array ? at(values, 0n) : at(values, 0);
    }
    case 'decimal':
      return decimalReader(vector, type.precision, rowCount);
    case 'varchar':
    case 'char':
    case 'json':
    case 'json2016':
    case 'JoniRegExp':
    case 'LikePattern':
    case 'JsonPath':
    case 'JsonPath2016':
    case 'CodePoints': {
      const strings = new RawStrings(vector, rowCount, validity);
      return (row) => strings.text(row);
    }
    case 'varbinary':
    case 'ipaddress':
    case 'HyperLogLog':
    case 'P4HyperLogLog':
    case 'SetDigest':
    case 'tdigest':
    case 'qdigest': {
      const strings = new RawStrings(vector, rowCount, validity);
      return (row) => strings.bytes(row);
    }
    case 'uuid':
      return uuidReader(duckdb.vector_get_data(vector, rowCount * 16));
    case 'timestamp':
    case 'timestamp with time zone':
    case 'time with time zone':
      return temporalReader(vector, type, rowCount, validity);
    case 'array':
      return listReader(vector, rowCount, type.element);
    case 'map': {
      const entries = int32s(vector, rowCount * 4);
      const pairs = duckdb.list_vector_get_child(vector);
      const count = duckdb.list_vector_get_size(vector);
      const key = valueReader(duckdb.struct_vector_get_child(pairs, 0), type.key, count);
      const value = valueReader(duckdb.struct_vector_get_child(pairs, 1), type.value, count);
      return (row) => ({ entries: range(entries, row, (i) => [key(i), value(i)] as const) });
    }
    case 'row': {
      const fields = type.fields.map((field, i) => valueReader(duckdb.struct_vector_get_child(vector, i), field.type, rowCount));
      return (row) => fields.map((field) => field(row));
    }
    case 'function':
      throw new Error('a function is no value');
    default:
      return unreachable(type);
  }
}

function fixedArray(vector: duckdb.Vector, type: Type, rowCount: number): Int8Array | Int16Array | Int32Array | BigInt64Array | Float32Array | Float64Array {
  switch (type.kind) {
    case 'tinyint': {
      const { buffer, byteOffset } = duckdb.vector_get_data(vector, rowCount);
      return new Int8Array(buffer, byteOffset, rowCount);
    }
    case 'smallint': {
      const { buffer, byteOffset } = duckdb.vector_get_data(vector, rowCount * 2);
      return new Int16Array(buffer, byteOffset, rowCount);
    }
    case 'real': {
      const { buffer, byteOffset } = duckdb.vector_get_data(vector, rowCount * 4);
      return new Float32Array(buffer, byteOffset, rowCount);
    }
    case 'double': {
      const { buffer, byteOffset } = duckdb.vector_get_data(vector, rowCount * 8);
      return new Float64Array(buffer, byteOffset, rowCount);
    }
    case 'integer':
    case 'date':
    case 'interval year to month':
    case 'color':
      return int32s(vector, rowCount);
    default:
      return bigInt64s(vector, rowCount);
  }
}

function range<T>(entries: Int32Array, row: number, read: (i: number) => T): T[] {
  const start = entries[row * 4] ?? 0;
  return Array.from({ length: entries[row * 4 + 2] ?? 0 }, (_, i) => read(start + i));
}

function listReader(vector: duckdb.Vector, rowCount: number, element: Type): ValueReader {
  const entries = int32s(vector, rowCount * 4);
  const child = valueReader(duckdb.list_vector_get_child(vector), element, duckdb.list_vector_get_size(vector));
  return (row) => range(entries, row, child);
}

function decimalReader(vector: duckdb.Vector, precision: number, rowCount: number): ValueReader {
  if (precision <= 4) {
    const { buffer, byteOffset } = duckdb.vector_get_data(vector, rowCount * 2);
    const values = new Int16Array(buffer, byteOffset, rowCount);
    return (row) => BigInt(values[row] ?? 0);
  }
  if (precision <= 9) {
    const values = int32s(vector, rowCount);
    return (row) => BigInt(values[row] ?? 0);
  }
  if (precision <= 18) {
    const values = bigInt64s(vector, rowCount);
    return (row) => values[row] ?? 0n;
  }
  const words = bigInt64s(vector, rowCount * 2);
  return (row) => ((words[row * 2 + 1] ?? 0n) << 64n) | BigInt.asUintN(64, words[row * 2] ?? 0n);
}

function uuidReader(data: Uint8Array): ValueReader {
  return (row) => {
    const bytes = Buffer.from(data.subarray(row * 16, row * 16 + 16)).reverse();
    bytes[0] = (bytes[0] ?? 0) ^ 0x80;
    const hex = bytes.toString('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  };
}

function temporalReader(
  vector: duckdb.Vector,
  type: { readonly kind: TemporalKind; readonly precision: number },
  rowCount: number,
  validity: Uint8Array | undefined,
): ValueReader {
  const child = (i: number) => duckdb.struct_vector_get_child(vector, i);
  const withZone = type.kind === 'timestamp with time zone';
  if (type.kind === 'time with time zone') {
    const picos = bigInt64s(child(0), rowCount);
    const { buffer, byteOffset } = duckdb.vector_get_data(child(1), rowCount * 2);
    const offsets = new Int16Array(buffer, byteOffset, rowCount);
    return (row) => ({ picos: picos[row] ?? 0n, offsetMinutes: offsets[row] ?? 0 });
  }
  const long = type.precision > 6;
  const micros = bigInt64s(withZone || long ? child(0) : vector, rowCount);
  const picos = long ? int32s(child(1), rowCount) : undefined;
  if (!withZone) return (row) => ({ epochMicros: micros[row] ?? 0n, picosOfMicro: picos?.[row] ?? 0 });
  const zones = new RawStrings(child(long ? 2 : 1), rowCount, validity);
  return (row) => ({ epochMicros: micros[row] ?? 0n, picosOfMicro: picos?.[row] ?? 0, zone: zones.text(row) });
}

/** One column of a chunk as a block, in the layout of spi/page.ts. The memory is the block's own. */
export function readBlock(vector: duckdb.Vector, type: Type, rowCount: number): Block {
  const validity = validityOf(vector, rowCount);
  const nulls = validity === undefined ? {} : { nulls: validity.slice() };
  switch (type.kind) {
    case 'boolean':
      return { kind: 'fixed', data: duckdb.vector_get_data(vector, rowCount).slice(), ...nulls };
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'bigint':
    case 'real':
    case 'double':
    case 'date':
    case 'time':
    case 'interval day to second':
    case 'interval year to month':
      return { kind: 'fixed', data: fixedArray(vector, type, rowCount).slice(), ...nulls };
    case 'timestamp':
      if (type.precision <= 6) return { kind: 'fixed', data: bigInt64s(vector, rowCount).slice(), ...nulls };
      break;
    case 'decimal':
      if (type.precision <= 18) return { kind: 'fixed', data: shortDecimals(vector, type.precision, rowCount), ...nulls };
      break;
    case 'varchar':
    case 'char':
    case 'json':
    case 'varbinary':
      return { ...bytesBlock(new RawStrings(vector, rowCount, validity), rowCount, validity), ...nulls };
    default:
      break;
  }
  const read = valueReader(vector, type, rowCount);
  return { kind: 'values', values: Array.from({ length: rowCount }, (_, row) => read(row)) };
}

function shortDecimals(vector: duckdb.Vector, precision: number, rowCount: number): BigInt64Array {
  if (precision > 9) return bigInt64s(vector, rowCount).slice();
  const read = decimalReader(vector, precision, rowCount);
  return BigInt64Array.from({ length: rowCount }, (_, row) => read(row) as bigint);
}

function bytesBlock(strings: RawStrings, rowCount: number, validity: Uint8Array | undefined): Block {
  const slots = strings.slots.slice();
  let used = 0;
  for (let row = 0; row < rowCount; row++) {
    const length = slots[row * 4] ?? 0;
    if (isPresent(validity, row) && length > 12) used += length;
  }
  const heap = new Uint8Array(used);
  used = 0;
  // texts that lie one after the other are copied at once
  let source: Uint8Array = heap;
  let start = 0;
  let length = 0;
  for (let row = 0; row < rowCount; row++) {
    if (!isPresent(validity, row)) {
      slots.fill(0, row * 4, row * 4 + 4);
      continue;
    }
    strings.locate(row);
    if (strings.length <= 12) continue;
    if (strings.source !== source || strings.start !== start + length) {
      heap.set(source.subarray(start, start + length), used - length);
      source = strings.source;
      start = strings.start;
      length = 0;
    }
    slots[row * 4 + 2] = used;
    slots[row * 4 + 3] = 0;
    used += strings.length;
    length += strings.length;
  }
  heap.set(source.subarray(start, start + length), used - length);
  return { kind: 'bytes', slots, heap };
}

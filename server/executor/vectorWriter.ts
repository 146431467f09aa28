import { isUtf8 } from 'node:buffer';
import duckdb from '@duckdb/node-bindings';
import type { Block, BytesBlock, FixedBlock, NullMask } from '../../spi/page.ts';
import { unreachable } from '../../spi/trinoError.ts';
import type { Type } from '../../spi/type.ts';
import type { MapValue, TimestampWithTimeZone, TimeWithTimeZone, Value } from '../../spi/value.ts';

/** What DuckDB reads in one go. */
export const VECTOR_SIZE = 2048;

type Fixed = FixedBlock['data'];

/** Writes rows `from` … `from + rowCount` of a block into a vector. `from` is a multiple of 8. */
export function writeBlock(vector: duckdb.Vector, type: Type, block: Block, from: number, rowCount: number): void {
  switch (block.kind) {
    case 'fixed':
      writeFixedBlock(vector, type, block, from, rowCount);
      return;
    case 'bytes':
      writeBytesBlock(vector, block, { from, rowCount, binary: type.kind === 'varbinary' });
      return;
    case 'values':
      writeValues(vector, type, from === 0 && block.values.length === rowCount ? block.values : block.values.slice(from, from + rowCount));
      return;
    default:
      unreachable(block);
  }
}

function writeFixedBlock(vector: duckdb.Vector, type: Type, block: FixedBlock, from: number, rowCount: number): void {
  const data = block.data.subarray(from, from + rowCount);
  if (block.zone !== undefined) {
    const [moments, zones] = [duckdb.struct_vector_get_child(vector, 0), duckdb.struct_vector_get_child(vector, 1)];
    copy(moments, data);
    writeBytesBlock(zones, sameTexts(block.zone), { from: 0, rowCount, binary: false });
    for (const part of [vector, moments, zones]) writeNulls(part, block.nulls, from, rowCount);
    return;
  }
  if (type.kind === 'decimal' && type.precision <= 9 && data instanceof BigInt64Array) {
    // DuckDB keeps these in 16 or 32 bits: the low words are the value
    const words = new Int32Array(data.buffer, data.byteOffset, rowCount * 2);
    const narrow = type.precision <= 4 ? new Int16Array(rowCount) : new Int32Array(rowCount);
    for (let i = 0; i < rowCount; i++) narrow[i] = words[i * 2] ?? 0;
    copy(vector, narrow);
  } else copy(vector, data);
  writeNulls(vector, block.nulls, from, rowCount);
}

const SAME_TEXTS_MAX = 64;
const sameTextBlocks = new Map<string, BytesBlock>();

/** One text for each row of a vector. */
function sameTexts(text: string): BytesBlock {
  const known = sameTextBlocks.get(text);
  if (known !== undefined) return known;
  const heap = Buffer.from(text);
  const slot = Buffer.alloc(16);
  slot.writeUInt32LE(heap.length);
  heap.copy(slot, 4, 0, heap.length <= 12 ? 12 : 4);
  const slots = new Uint32Array(VECTOR_SIZE * 4);
  Buffer.from(slots.buffer).fill(slot);
  const block: BytesBlock = { kind: 'bytes', slots, heap };
  if (sameTextBlocks.size >= SAME_TEXTS_MAX) sameTextBlocks.clear();
  sameTextBlocks.set(text, block);
  return block;
}

interface BytesRows {
  readonly from: number;
  readonly rowCount: number;
  /** Of a BLOB vector. */
  readonly binary: boolean;
}

/** One call moves every long text into the vector's own memory; its address is then added to the places. */
function writeBytesBlock(vector: duckdb.Vector, block: BytesBlock, { from, rowCount, binary }: BytesRows): void {
  const slots = block.slots.slice(from * 4, (from + rowCount) * 4);
  let low = Number.POSITIVE_INFINITY;
  let high = 0;
  for (let k = 0; k < slots.length; k += 4) {
    const length = slots[k] ?? 0;
    if (length <= 12) continue;
    const place = slots[k + 2] ?? 0;
    if (place < low) low = place;
    if (place + length > high) high = place + length;
  }
  if (high > 0) {
    // at least 13 bytes long, so never inlined
    const heap = block.heap.subarray(low, high);
    const holder = binary || isUtf8(heap) ? vector : bytesHolder();
    duckdb.vector_assign_string_element_len(holder, 0, heap);
    const slot = duckdb.vector_get_data(holder, 16);
    const at = new DataView(slot.buffer, slot.byteOffset, 16);
    const addressLow = at.getUint32(8, true);
    const addressHigh = at.getUint32(12, true);
    for (let k = 0; k < slots.length; k += 4) {
      if ((slots[k] ?? 0) <= 12) continue;
      const sum = addressLow + (slots[k + 2] ?? 0) - low;
      slots[k + 2] = sum;
      slots[k + 3] = sum > 4294967295 ? addressHigh + 1 : addressHigh;
    }
  }
  copy(vector, slots);
  writeNulls(vector, block.nulls, from, rowCount);
}

const HOLDERS_MAX = 64;
const holders: duckdb.Vector[] = [];

/**
 * A VARCHAR vector takes no bytes that are not UTF-8, though it may point to them: they lie in a vector of bytes. The engine reads a vector until it asks for the
 * next one, and copies what it keeps; the holder is let go long after.
 */
function bytesHolder(): duckdb.Vector {
  const holder = duckdb.create_vector(duckdb.create_logical_type(duckdb.Type.BLOB), 1);
  holders.push(holder);
  if (holders.length > HOLDERS_MAX) holders.shift();
  return holder;
}

function writeNulls(vector: duckdb.Vector, nulls: NullMask | undefined, from: number, rowCount: number): void {
  if (nulls === undefined) return;
  const bytes = new Uint8Array((rowCount + 7) >> 3);
  bytes.set(nulls.subarray(from >> 3, (from + rowCount + 7) >> 3));
  duckdb.vector_ensure_validity_writable(vector);
  duckdb.copy_data_to_vector_validity(vector, 0, bytes.buffer, 0, bytes.length);
}

function copy(vector: duckdb.Vector, data: Fixed | Uint32Array | BigUint64Array): void {
  if (data.byteLength === 0) return;
  if (data.buffer instanceof ArrayBuffer) duckdb.copy_data_to_vector(vector, 0, data.buffer, data.byteOffset, data.byteLength);
  else {
    const own = new Uint8Array(data.byteLength);
    own.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
    duckdb.copy_data_to_vector(vector, 0, own.buffer, 0, own.length);
  }
}

/** Writes values of one type into a vector, which has room for them. */
export function writeValues(vector: duckdb.Vector, type: Type, values: readonly Value[]): void {
  const rowCount = values.length;
  const nulls = nullMask(values);
  writeNulls(vector, nulls, 0, rowCount);
  // the fields of a struct that is NULL are NULL as well: DuckDB reads them without a look at the struct
  if (nulls !== undefined && type.kind !== 'row')
    for (let i = 0; i < fieldCount(type); i++) writeNulls(duckdb.struct_vector_get_child(vector, i), nulls, 0, rowCount);
  writePresent(vector, type, values);
}

function nullMask(values: readonly Value[]): NullMask | undefined {
  if (!values.includes(null)) return undefined;
  const mask = new Uint8Array((values.length + 7) >> 3);
  for (let i = 0; i < values.length; i++) if (values[i] !== null) mask[i >> 3] = (mask[i >> 3] ?? 0) | (1 << (i & 7));
  return mask;
}

/** Of types that are no structs to Trino but are held in one. */
function fieldCount(type: Type): number {
  if (type.kind === 'time with time zone') return 2;
  if (type.kind === 'timestamp') return type.precision > 6 ? 2 : 0;
  if (type.kind === 'timestamp with time zone') return type.precision > 6 ? 3 : 2;
  return 0;
}

function writePresent(vector: duckdb.Vector, type: Type, values: readonly Value[]): void {
  switch (type.kind) {
    case 'unknown':
      return;
    case 'boolean':
      return copy(
        vector,
        Uint8Array.from(values, (v) => (v === true ? 1 : 0)),
      );
    case 'tinyint':
      return copy(vector, Int8Array.from(values, Number));
    case 'smallint':
      return copy(vector, Int16Array.from(values, Number));
    case 'integer':
    case 'date':
    case 'interval year to month':
    case 'color':
      return copy(vector, Int32Array.from(values, Number));
    case 'real':
      return copy(vector, Float32Array.from(values, Number));
    case 'double':
      return copy(vector, Float64Array.from(values, Number));
    case 'bigint':
    case 'interval day to second':
    case 'time':
      return copy(vector, BigInt64Array.from(values, asBigInt));
    case 'decimal':
      return writeDecimals(vector, type.precision, values);
    case 'varchar':
    case 'char':
    case 'json':
    case 'json2016':
    case 'JoniRegExp':
    case 'LikePattern':
    case 'JsonPath':
    case 'JsonPath2016':
    case 'CodePoints':
    case 'varbinary':
    case 'ipaddress':
    case 'HyperLogLog':
    case 'P4HyperLogLog':
    case 'SetDigest':
    case 'tdigest':
    case 'qdigest':
      return writeTexts(vector, values);
    case 'uuid':
      return copy(vector, uuidBytes(values));
    case 'timestamp':
    case 'timestamp with time zone':
      return writeTimestamps(vector, type, values);
    case 'time with time zone': {
      const times = values.map((v) => (v === null ? undefined : (v as TimeWithTimeZone)));
      copy(
        duckdb.struct_vector_get_child(vector, 0),
        BigInt64Array.from(times, (v) => v?.picos ?? 0n),
      );
      return copy(
        duckdb.struct_vector_get_child(vector, 1),
        Int16Array.from(times, (v) => v?.offsetMinutes ?? 0),
      );
    }
    case 'array':
      return writeLists(vector, values.map(asList), (child, all) => writeValues(child, type.element, all));
    case 'map':
      return writeLists(
        vector,
        values.map((v) => (v === null ? [] : (v as MapValue).entries)),
        (child, all) => {
          writeValues(
            duckdb.struct_vector_get_child(child, 0),
            type.key,
            all.map((entry) => entry[0]),
          );
          writeValues(
            duckdb.struct_vector_get_child(child, 1),
            type.value,
            all.map((entry) => entry[1]),
          );
        },
      );
    case 'row':
      type.fields.forEach((field, i) => {
        writeValues(
          duckdb.struct_vector_get_child(vector, i),
          field.type,
          values.map((v) => asList(v)[i] ?? null),
        );
      });
      return;
    case 'function':
      throw new Error('a function is no value');
    default:
      return unreachable(type);
  }
}

function asBigInt(value: Value | undefined): bigint {
  return typeof value === 'bigint' ? value : 0n;
}

function asList(value: Value): readonly Value[] {
  return Array.isArray(value) ? value : [];
}

function writeDecimals(vector: duckdb.Vector, precision: number, values: readonly Value[]): void {
  if (precision <= 4) copy(vector, Int16Array.from(values, Number));
  else if (precision <= 9) copy(vector, Int32Array.from(values, Number));
  else if (precision <= 18) copy(vector, BigInt64Array.from(values, asBigInt));
  else {
    const words = new BigInt64Array(values.length * 2);
    values.forEach((value, i) => {
      const unscaled = asBigInt(value);
      words[i * 2] = BigInt.asIntN(64, unscaled);
      words[i * 2 + 1] = unscaled >> 64n;
    });
    copy(vector, words);
  }
}

function writeTexts(vector: duckdb.Vector, values: readonly Value[]): void {
  values.forEach((value, row) => {
    if (typeof value === 'string') duckdb.vector_assign_string_element_len(vector, row, Buffer.from(value));
    else if (value instanceof Uint8Array) duckdb.vector_assign_string_element_len(vector, row, value);
  });
}

function uuidBytes(values: readonly Value[]): Uint8Array {
  const bytes = Buffer.alloc(values.length * 16);
  values.forEach((value, row) => {
    if (typeof value !== 'string') return;
    const one = Buffer.from(value.replaceAll('-', ''), 'hex');
    one[0] = (one[0] ?? 0) ^ 0x80;
    bytes.set(one.reverse(), row * 16);
  });
  return bytes;
}

function writeTimestamps(vector: duckdb.Vector, type: { readonly kind: string; readonly precision: number }, values: readonly Value[]): void {
  const child = (i: number) => duckdb.struct_vector_get_child(vector, i);
  const withZone = type.kind === 'timestamp with time zone';
  const long = type.precision > 6;
  const moments = values.map((v) => (v === null ? undefined : (v as TimestampWithTimeZone)));
  copy(
    withZone || long ? child(0) : vector,
    BigInt64Array.from(moments, (v) => v?.epochMicros ?? 0n),
  );
  if (long)
    copy(
      child(1),
      Int32Array.from(moments, (v) => v?.picosOfMicro ?? 0),
    );
  if (withZone)
    writeTexts(
      child(long ? 2 : 1),
      moments.map((v) => v?.zone ?? null),
    );
}

function writeLists<T>(vector: duckdb.Vector, lists: readonly (readonly T[])[], writeChild: (child: duckdb.Vector, all: readonly T[]) => void): void {
  const entries = new BigUint64Array(lists.length * 2);
  const all: T[] = [];
  lists.forEach((list, row) => {
    entries[row * 2] = BigInt(all.length);
    entries[row * 2 + 1] = BigInt(list.length);
    for (const element of list) all.push(element);
  });
  duckdb.list_vector_reserve(vector, all.length);
  duckdb.list_vector_set_size(vector, all.length);
  writeChild(duckdb.list_vector_get_child(vector), all);
  copy(vector, entries);
}

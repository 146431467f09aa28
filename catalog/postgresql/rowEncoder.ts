import type { Block, BytesBlock, FixedBlock, Page } from '../../spi/page.ts';
import type { Type } from '../../spi/type.ts';
import type { Value } from '../../spi/value.ts';
import { POSTGRES_EPOCH_DAYS, postgresInstant, postgresTimestamp } from './calendar.ts';
import { NUMERIC_BYTES_MAX, writeNumeric } from './numericFormat.ts';
import type { RowBuffer } from './rowBuffer.ts';
import { type ValueEncoder, valueEncoder } from './valueEncoder.ts';

export interface WrittenColumn {
  readonly type: Type;
  /** The name in pg_type. */
  readonly remoteType: string;
}

/** Writes one field of a row, with its length. */
type FieldWriter = (buffer: RowBuffer, row: number) => void;

const INLINE_BYTES = 12;
const PICOS_PER_MICRO = 1_000_000n;

/** Rows of pages in the binary form of COPY. */
export class RowEncoder {
  readonly #columns: readonly WrittenColumn[];
  readonly #encoders: readonly ValueEncoder[];

  constructor(columns: readonly WrittenColumn[]) {
    this.#columns = columns;
    this.#encoders = columns.map(({ type, remoteType }) => valueEncoder(type, remoteType));
  }

  /** `full` takes a buffer that has come to `bytesMax` and gives the one to go on with. */
  write(page: Page, first: RowBuffer, full: () => RowBuffer, bytesMax: number): void {
    let buffer = first;
    const writers = this.#columns.map((column, i) => this.#writer(column, i, page.columns[i]));
    const width = writers.length;
    for (let row = 0; row < page.rowCount; row++) {
      buffer.int16(width);
      for (const write of writers) write(buffer, row);
      if (buffer.length >= bytesMax) buffer = full();
    }
  }

  #writer(column: WrittenColumn, index: number, block: Block | undefined): FieldWriter {
    const encode = this.#encoders[index];
    if (block === undefined || encode === undefined) throw new Error(`the page has no column ${index}`);
    switch (block.kind) {
      case 'values':
        return valuesWriter(block.values, encode);
      case 'bytes':
        return withNulls(block.nulls, bytesWriter(block, column.remoteType === 'jsonb'));
      case 'fixed':
        return withNulls(block.nulls, fixedWriter(column, block, encode));
    }
  }
}

function valuesWriter(values: readonly Value[], encode: ValueEncoder): FieldWriter {
  return (buffer, row) => {
    const value = values[row] ?? null;
    if (value === null) buffer.int32(-1);
    else buffer.field(() => encode(buffer, value));
  };
}

function withNulls(nulls: Uint8Array | undefined, write: FieldWriter): FieldWriter {
  if (nulls === undefined) return write;
  return (buffer, row) => {
    if (((nulls[row >> 3] ?? 0) & (1 << (row & 7))) === 0) buffer.int32(-1);
    else write(buffer, row);
  };
}

function bytesWriter({ slots, heap }: BytesBlock, versioned: boolean): FieldWriter {
  const heapView = new DataView(heap.buffer, heap.byteOffset, heap.byteLength);
  const extra = versioned ? 1 : 0;
  return (buffer, row) => {
    const length = slots[row * 4] ?? 0;
    buffer.reserve(Math.max(length, INLINE_BYTES) + 5);
    const { view } = buffer;
    view.setInt32(buffer.length, length + extra);
    buffer.length += 4;
    if (versioned) view.setUint8(buffer.length++, 1);
    const at = buffer.length;
    if (length <= INLINE_BYTES) {
      // all that there can be: the next field overwrites what is too much
      for (let word = 0; word < 3; word++) view.setUint32(at + word * 4, slots[row * 4 + 1 + word] ?? 0, true);
    } else copyText(heapView, slots[row * 4 + 2] ?? 0, view, at, length);
    buffer.length = at + length;
  };
}

/** At least 4 bytes, as words: the last one overlaps the one before. */
function copyText(source: DataView, from: number, target: DataView, to: number, length: number): void {
  const last = length - 4;
  for (let i = 0; i < last; i += 4) target.setInt32(to + i, source.getInt32(from + i, true), true);
  target.setInt32(to + last, source.getInt32(from + last, true), true);
}

function fixedWriter({ type, remoteType }: WrittenColumn, block: FixedBlock, encode: ValueEncoder): FieldWriter {
  const { data } = block;
  if (data instanceof BigInt64Array) return wordsWriter(type, remoteType, data);
  const dateShift = type.kind === 'date' ? POSTGRES_EPOCH_DAYS : 0;
  switch (remoteType) {
    case 'int4':
    case 'date':
      return (buffer, row) => {
        buffer.reserve(8);
        buffer.view.setInt32(buffer.length, 4);
        buffer.view.setInt32(buffer.length + 4, (data[row] ?? 0) - dateShift);
        buffer.length += 8;
      };
    case 'int2':
      return (buffer, row) => {
        buffer.reserve(6);
        buffer.view.setInt32(buffer.length, 2);
        buffer.view.setInt16(buffer.length + 4, data[row] ?? 0);
        buffer.length += 6;
      };
    case 'float8':
      return (buffer, row) => {
        buffer.reserve(12);
        buffer.view.setInt32(buffer.length, 8);
        buffer.view.setFloat64(buffer.length + 4, data[row] ?? 0);
        buffer.length += 12;
      };
    default: {
      const isBoolean = type.kind === 'boolean';
      return (buffer, row) => buffer.field(() => encode(buffer, isBoolean ? data[row] === 1 : (data[row] ?? 0)));
    }
  }
}

/** 64-bit values by their words: a bigint for each would cost more than all the rest. */
function wordsWriter(type: Type, remoteType: string, data: BigInt64Array): FieldWriter {
  const words = new Int32Array(data.buffer, data.byteOffset, data.length * 2);
  switch (type.kind) {
    case 'timestamp':
      return (buffer, row) => int64Field(buffer, postgresTimestamp(data[row] ?? 0n));
    case 'timestamp with time zone': {
      const { precision } = type;
      return (buffer, row) => int64Field(buffer, postgresInstant(data[row] ?? 0n, precision));
    }
    case 'time':
      if (remoteType !== 'time') break;
      return (buffer, row) => int64Field(buffer, ((data[row] ?? 0n) + PICOS_PER_MICRO / 2n) / PICOS_PER_MICRO);
    case 'decimal': {
      const { scale } = type;
      return (buffer, row) => {
        buffer.reserve(NUMERIC_BYTES_MAX + 4);
        const length = writeNumeric(buffer.view, buffer.length + 4, data[row] ?? 0n, scale);
        buffer.view.setInt32(buffer.length, length);
        buffer.length += 4 + length;
      };
    }
    default:
      break;
  }
  if (remoteType !== 'int8') {
    const encode = valueEncoder(type, remoteType);
    return (buffer, row) => buffer.field(() => encode(buffer, data[row] ?? 0n));
  }
  return (buffer, row) => {
    buffer.reserve(12);
    buffer.view.setInt32(buffer.length, 8);
    buffer.view.setInt32(buffer.length + 4, words[row * 2 + 1] ?? 0);
    buffer.view.setInt32(buffer.length + 8, words[row * 2] ?? 0);
    buffer.length += 12;
  };
}

function int64Field(buffer: RowBuffer, value: bigint): void {
  buffer.reserve(12);
  buffer.view.setInt32(buffer.length, 8);
  buffer.view.setBigInt64(buffer.length + 4, value);
  buffer.length += 12;
}

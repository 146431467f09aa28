import type { Block, FixedBlock } from '../../../spi/page.ts';
import { type Type, typeId } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';

export const PAGE_ROWS = 2048;
const HEAP_BYTES_PER_ROW = 24;
const INLINE_BYTES = 12;
/** Below this a loop beats the call into native code. */
const COPY_LOOP_BYTES = 64;

const NO_BYTES = Buffer.alloc(0);

export type Layout = 'boolean' | 'int8' | 'int16' | 'int32' | 'int64' | 'float32' | 'float64' | 'bytes' | 'values';

function layoutOf(type: Type): Layout {
  switch (type.kind) {
    case 'boolean':
      return 'boolean';
    case 'tinyint':
      return 'int8';
    case 'smallint':
      return 'int16';
    case 'integer':
    case 'date':
      return 'int32';
    case 'bigint':
    case 'time':
      return 'int64';
    case 'timestamp':
      return type.precision <= 6 ? 'int64' : 'values';
    case 'decimal':
      return type.precision <= 18 ? 'int64' : 'values';
    case 'real':
      return 'float32';
    case 'double':
      return 'float64';
    case 'varchar':
    case 'varbinary':
    case 'json':
      return 'bytes';
    default:
      return 'values';
  }
}

/** Fills one column of the page under construction, in the layout of spi/page.ts. Rows are named by their place in the page. */
export class ColumnBuilder {
  readonly layout: Layout;
  readonly type: Type;
  private int8 = new Int8Array(0);
  private int16 = new Int16Array(0);
  private int32 = new Int32Array(0);
  private int64 = new BigInt64Array(0);
  /** Two halves of each 64-bit value, so that no bigint need be made. */
  private halves = new Int32Array(0);
  private float32 = new Float32Array(0);
  private float64 = new Float64Array(0);
  private slots = new Uint32Array(0);
  private heap: Buffer = NO_BYTES;
  private used = 0;
  private marked = 0;
  private values: Value[] = [];
  private nulls: Uint8Array | undefined;

  constructor(type: Type) {
    this.type = type;
    this.layout = layoutOf(type);
    this.reset();
  }

  setNull(row: number): void {
    if (this.layout === 'values') this.values[row] = null;
    this.nulls ??= new Uint8Array(PAGE_ROWS / 8).fill(255);
    const byte = this.nulls[row >> 3] ?? 0;
    this.nulls[row >> 3] = byte & ~(1 << (row & 7));
  }

  /** Rows of the page are NULL unless they are cleared of it: for what is hardly ever there. */
  nullAll(): void {
    this.nulls = new Uint8Array(PAGE_ROWS / 8);
  }

  /** For a row that is written anew after it was set to NULL. */
  clearNull(row: number): void {
    if (this.nulls !== undefined) this.nulls[row >> 3] = (this.nulls[row >> 3] ?? 0) | (1 << (row & 7));
  }

  /** Before a row that may be taken back. */
  mark(): void {
    this.marked = this.used;
  }

  /** The row is none: the next one takes its place. */
  takeBack(row: number): void {
    this.used = this.marked;
    this.clearNull(row);
  }

  putBoolean(row: number, value: boolean): void {
    this.int8[row] = value ? 1 : 0;
  }

  /** For every integer layout; the value is known to fit and below 2^53. */
  putInteger(row: number, value: number): void {
    switch (this.layout) {
      case 'int64':
        this.halves[row * 2] = value | 0;
        this.halves[row * 2 + 1] = Math.floor(value / 4294967296);
        return;
      case 'int32':
        this.int32[row] = value;
        return;
      case 'int16':
        this.int16[row] = value;
        return;
      default:
        this.int8[row] = value;
    }
  }

  putBigint(row: number, value: bigint): void {
    if (this.layout === 'int64') this.int64[row] = value;
    else this.putInteger(row, Number(value));
  }

  putDouble(row: number, value: number): void {
    if (this.layout === 'float64') this.float64[row] = value;
    else this.float32[row] = value;
  }

  putBytes(row: number, source: Uint8Array, start: number, end: number): void {
    const length = end - start;
    const slots = this.slots;
    const slot = row * 4;
    slots[slot] = length;
    if (length <= INLINE_BYTES) {
      let first = 0;
      let second = 0;
      let third = 0;
      for (let i = 0; i < length; i++) {
        const byte = source[start + i] ?? 0;
        if (i < 4) first |= byte << (8 * i);
        else if (i < 8) second |= byte << (8 * i - 32);
        else third |= byte << (8 * i - 64);
      }
      slots[slot + 1] = first;
      slots[slot + 2] = second;
      slots[slot + 3] = third;
      return;
    }
    const heap = this.room(length);
    const at = this.used;
    slots[slot + 1] = (source[start] ?? 0) | ((source[start + 1] ?? 0) << 8) | ((source[start + 2] ?? 0) << 16) | ((source[start + 3] ?? 0) << 24);
    slots[slot + 2] = at;
    slots[slot + 3] = 0;
    if (length < COPY_LOOP_BYTES) for (let i = start, to = at; i < end; i++) heap[to++] = source[i] ?? 0;
    else heap.set(source.subarray(start, end), at);
    this.used = at + length;
  }

  putText(row: number, text: string): void {
    const bytes = Buffer.from(text, 'utf8');
    this.putBytes(row, bytes, 0, bytes.length);
  }

  /** Any value of the column's type: the slow way. */
  put(row: number, value: Value): void {
    if (value === null) return this.setNull(row);
    this.clearNull(row);
    if (this.layout === 'values') {
      this.values[row] = value;
      return;
    }
    if (typeof value === 'boolean') return this.putBoolean(row, value);
    if (typeof value === 'bigint') return this.putBigint(row, value);
    if (typeof value === 'number') {
      if (this.layout === 'float64' || this.layout === 'float32') this.putDouble(row, value);
      else this.putInteger(row, value);
      return;
    }
    if (typeof value === 'string') return this.putText(row, value);
    if (value instanceof Uint8Array) return this.putBytes(row, value, 0, value.length);
    if (typeof value === 'object' && 'epochMicros' in value) return this.putBigint(row, value.epochMicros);
    throw new Error(`a value of type ${typeId(this.type)} cannot be a ${typeof value}`);
  }

  /** The block of the first `rows` rows; the builder then starts afresh with memory of its own. */
  finish(rows: number): Block {
    const block = this.block(rows);
    this.reset();
    return block;
  }

  private block(rows: number): Block {
    if (this.layout === 'values') {
      const values = this.values;
      values.length = rows;
      for (let i = 0; i < rows; i++) values[i] ??= null;
      return { kind: 'values', values };
    }
    const nulls = this.nulls === undefined ? {} : { nulls: this.nulls };
    if (this.layout === 'bytes') return { kind: 'bytes', slots: this.slots.subarray(0, rows * 4), heap: this.heap.subarray(0, this.used), ...nulls };
    return { kind: 'fixed', data: this.fixed(this.layout, rows), ...nulls };
  }

  private fixed(layout: Exclude<Layout, 'bytes' | 'values'>, rows: number): FixedBlock['data'] {
    switch (layout) {
      case 'boolean':
        return new Uint8Array(this.int8.buffer, 0, rows);
      case 'int8':
        return this.int8.subarray(0, rows);
      case 'int16':
        return this.int16.subarray(0, rows);
      case 'int32':
        return this.int32.subarray(0, rows);
      case 'int64':
        return this.int64.subarray(0, rows);
      case 'float32':
        return this.float32.subarray(0, rows);
      case 'float64':
        return this.float64.subarray(0, rows);
    }
  }

  private reset(): void {
    this.nulls = undefined;
    this.used = 0;
    switch (this.layout) {
      case 'boolean':
      case 'int8':
        this.int8 = new Int8Array(PAGE_ROWS);
        return;
      case 'int16':
        this.int16 = new Int16Array(PAGE_ROWS);
        return;
      case 'int32':
        this.int32 = new Int32Array(PAGE_ROWS);
        return;
      case 'int64':
        this.int64 = new BigInt64Array(PAGE_ROWS);
        this.halves = new Int32Array(this.int64.buffer);
        return;
      case 'float32':
        this.float32 = new Float32Array(PAGE_ROWS);
        return;
      case 'float64':
        this.float64 = new Float64Array(PAGE_ROWS);
        return;
      case 'bytes':
        this.slots = new Uint32Array(PAGE_ROWS * 4);
        this.heap = Buffer.allocUnsafeSlow(Math.max(this.heap.length >> 1, PAGE_ROWS * HEAP_BYTES_PER_ROW));
        return;
      case 'values':
        this.values = [];
    }
  }

  private room(length: number): Buffer {
    const needed = this.used + length;
    if (needed > this.heap.length) {
      if (needed > 0xffffffff) throw new Error('a page with more than 4 GB of text');
      const larger = Buffer.allocUnsafeSlow(Math.max(this.heap.length * 2, needed));
      this.heap.copy(larger, 0, 0, this.used);
      this.heap = larger;
    }
    return this.heap;
  }
}

import type { Block, Page } from '../../spi/page.ts';
import type { Value } from '../../spi/value.ts';
import { POSTGRES_EPOCH_MICROS, trinoDate, trinoMillisWithTimeZone, trinoTime, trinoTimestamp, trinoTimestampWithTimeZone } from './calendar.ts';
import { checkPrecision, readNumeric } from './numericFormat.ts';
import type { ReadForm } from './readForm.ts';
import { decodeBit, decodeJson, decodeValue, type Wire } from './valueDecoder.ts';

const PAGE_ROWS = 2048;
const EXACT_DECIMAL_PRECISION = 15;

/** Where the fields of some rows lie: `places[row * width + column]` is the place of a field's length. */
export interface Fields extends Wire {
  readonly places: Int32Array;
  readonly width: number;
}

/** Gathers one column of a page from the binary fields of rows. */
export interface ColumnReader {
  append(fields: Fields, column: number, from: number, to: number): void;
  /** Bytes of long texts gathered so far. */
  readonly heapBytes: number;
  take(): Block;
}

function columnReader(form: ReadForm): ColumnReader {
  switch (form.kind) {
    case 'boolean':
      return new FixedReader(Uint8Array, ({ view }, at, target, row) => (target[row] = view.getUint8(at)));
    case 'bit':
      return new FixedReader(Uint8Array, (wire, at, target, row) => (target[row] = decodeBit(wire, at) ? 1 : 0));
    case 'int2':
      return new FixedReader(Int16Array, ({ view }, at, target, row) => (target[row] = view.getInt16(at)));
    case 'int4':
      return new FixedReader(Int32Array, ({ view }, at, target, row) => (target[row] = view.getInt32(at)));
    case 'date':
      return new FixedReader(Int32Array, ({ view }, at, target, row) => (target[row] = trinoDate(view.getInt32(at))));
    case 'float4':
      return new FixedReader(Float32Array, ({ view }, at, target, row) => (target[row] = view.getFloat32(at)));
    case 'float8':
      return new FixedReader(Float64Array, ({ view }, at, target, row) => (target[row] = view.getFloat64(at)));
    case 'int8':
      return new WordsReader(({ view }, at, words, row) => {
        words[row * 2] = view.getInt32(at + 4);
        words[row * 2 + 1] = view.getInt32(at);
      });
    case 'oid':
      return new WordsReader(({ view }, at, words, row) => {
        words[row * 2] = view.getInt32(at);
        words[row * 2 + 1] = 0;
      });
    case 'tid':
      return new WordsReader(({ view }, at, words, row) => storeNumber(words, row, view.getUint32(at) * 65_536 + view.getUint16(at + 4)));
    case 'timestamp':
      return new WordsReader(readTimestamp);
    case 'timestamptz':
      return new WordsReader(readTimestampWithTimeZone, 'UTC');
    case 'timestamptzMillis':
      return new WordsReader(readMillisWithTimeZone, 'UTC');
    case 'time':
      return new WordsReader(({ view }, at, words, row) => storeBigInt(words, row, trinoTime(view.getBigInt64(at), form.precision)));
    case 'numeric':
      return form.precision <= 18 ? decimalReader(form) : new ValuesReader(form);
    case 'text':
    case 'bytea':
      return new BytesReader((_wire, _at, length) => length);
    case 'char':
      return new BytesReader(({ bytes }, at, length) => {
        let end = length;
        while (end > 0 && bytes[at + end - 1] === 0x20) end--;
        return end;
      });
    case 'json':
      return new TextReader((bytes, at, length) => decodeJson(bytes.toString('utf8', at, at + length)));
    case 'jsonb':
      return new TextReader((bytes, at, length) => decodeJson(bytes.toString('utf8', at + 1, at + length)));
    case 'arrayJson':
    case 'timetz':
    case 'uuid':
    case 'hstore':
    case 'array':
      return new ValuesReader(form);
  }
}

abstract class PageColumn implements ColumnReader {
  protected rows = 0;
  #nulls: Uint8Array | undefined;

  get heapBytes(): number {
    return 0;
  }

  append(fields: Fields, column: number, from: number, to: number): void {
    const { places, width, view } = fields;
    for (let i = from; i < to; i++) {
      const at = places[i * width + column] ?? 0;
      const length = view.getInt32(at);
      if (length < 0) this.#setNull();
      else this.read(fields, at + 4, length);
      this.rows++;
    }
  }

  protected abstract read(wire: Wire, at: number, length: number): void;
  protected abstract block(rows: number): Block;

  take(): Block {
    const rows = this.rows;
    const nulls = this.#nulls;
    this.rows = 0;
    this.#nulls = undefined;
    const block = this.block(rows);
    if (nulls === undefined || block.kind === 'values') return block;
    return { ...block, nulls: nulls.subarray(0, (rows + 7) >> 3) };
  }

  #setNull(): void {
    const nulls = (this.#nulls ??= new Uint8Array(PAGE_ROWS >> 3).fill(255));
    const at = this.rows >> 3;
    nulls[at] = (nulls[at] ?? 0) & ~(1 << (this.rows & 7));
    this.skip();
  }

  /** What stands in the place of a NULL. */
  protected skip(): void {}
}

type Numbers = Uint8Array | Int16Array | Int32Array | Float32Array | Float64Array;

class FixedReader<T extends Numbers> extends PageColumn {
  readonly #make: new (
    length: number,
  ) => T;
  readonly #store: (wire: Wire, at: number, target: T, row: number) => void;
  #target: T;

  constructor(make: new (length: number) => T, store: (wire: Wire, at: number, target: T, row: number) => void) {
    super();
    this.#make = make;
    this.#store = store;
    this.#target = new make(PAGE_ROWS);
  }

  protected read(wire: Wire, at: number): void {
    this.#store(wire, at, this.#target, this.rows);
  }

  protected block(rows: number): Block {
    const data = this.#target.subarray(0, rows);
    this.#target = new this.#make(PAGE_ROWS);
    return { kind: 'fixed', data };
  }
}

/** 64-bit values, written as their low and high words. */
class WordsReader extends PageColumn {
  readonly #store: (wire: Wire, at: number, words: Int32Array, row: number) => void;
  readonly #zone: { readonly zone?: string };
  #words = new Int32Array(PAGE_ROWS * 2);

  constructor(store: (wire: Wire, at: number, words: Int32Array, row: number) => void, zone?: string) {
    super();
    this.#store = store;
    this.#zone = zone === undefined ? {} : { zone };
  }

  protected read(wire: Wire, at: number): void {
    this.#store(wire, at, this.#words, this.rows);
  }

  protected block(rows: number): Block {
    const data = new BigInt64Array(this.#words.buffer, 0, rows);
    this.#words = new Int32Array(PAGE_ROWS * 2);
    return { kind: 'fixed', data, ...this.#zone };
  }
}

function storeBigInt(words: Int32Array, row: number, value: bigint): void {
  words[row * 2] = Number(BigInt.asIntN(32, value));
  words[row * 2 + 1] = Number(BigInt.asIntN(32, value >> 32n));
}

function storeNumber(words: Int32Array, row: number, value: number): void {
  words[row * 2] = value | 0;
  words[row * 2 + 1] = Math.floor(value / 4_294_967_296);
}

const EPOCH_LOW = Number(BigInt.asUintN(32, POSTGRES_EPOCH_MICROS));
const EPOCH_HIGH = Number(POSTGRES_EPOCH_MICROS >> 32n);
/** Beyond it lie the moments that wrap around, and infinity. */
const ORDINARY_HIGH_BOUND = 0x7000_0000;

/** Beyond it Trino's instants overflow. */
const ORDINARY_INSTANT_HIGH_BOUND = 0x1f00_0000;
/** In 1589, after the Gregorian calendar's first day. */
const GREGORIAN_HIGH_BOUND = -0x2e_0000;

function readTimestamp({ view }: Wire, at: number, words: Int32Array, row: number): void {
  const high = view.getInt32(at);
  if (high > ORDINARY_HIGH_BOUND || high < -ORDINARY_HIGH_BOUND) storeBigInt(words, row, trinoTimestamp(view.getBigInt64(at)));
  else storeMoment(view, at, words, row);
}

function readTimestampWithTimeZone({ view }: Wire, at: number, words: Int32Array, row: number): void {
  const high = view.getInt32(at);
  if (high > ORDINARY_INSTANT_HIGH_BOUND || high < -ORDINARY_INSTANT_HIGH_BOUND) storeBigInt(words, row, trinoTimestampWithTimeZone(view.getBigInt64(at)));
  else storeMoment(view, at, words, row);
}

function readMillisWithTimeZone({ view }: Wire, at: number, words: Int32Array, row: number): void {
  const high = view.getInt32(at);
  if (high > ORDINARY_INSTANT_HIGH_BOUND || high < GREGORIAN_HIGH_BOUND) storeBigInt(words, row, trinoMillisWithTimeZone(view.getBigInt64(at)));
  else storeMoment(view, at, words, row);
}

function storeMoment(view: DataView, at: number, words: Int32Array, row: number): void {
  const low = view.getUint32(at + 4) + EPOCH_LOW;
  words[row * 2] = low | 0;
  words[row * 2 + 1] = view.getInt32(at) + EPOCH_HIGH + (low > 4_294_967_295 ? 1 : 0);
}

function decimalReader(form: Extract<ReadForm, { kind: 'numeric' }>): ColumnReader {
  return new WordsReader(({ view }, at, words, row) => {
    const small = form.precision <= EXACT_DECIMAL_PRECISION ? smallDecimal(view, at, form.scale) : undefined;
    if (small !== undefined) storeNumber(words, row, small);
    else storeBigInt(words, row, checkPrecision(readNumeric(view, at, form.scale, form.rounding), form.precision));
  });
}

/** Up to 15 digits, exactly; undefined where it takes more than shifting. */
function smallDecimal(view: DataView, at: number, scale: number): number | undefined {
  const count = view.getInt16(at);
  const sign = view.getUint16(at + 4);
  const exponent = (view.getInt16(at + 2) - count + 1) * 4 + scale;
  if (count > 4 || sign > 0x4000) return undefined;
  let value = 0;
  for (let i = 0; i < count; i++) value = value * 10_000 + view.getInt16(at + 8 + i * 2);
  if (exponent < 0) {
    const divisor = 10 ** -exponent;
    if (value > Number.MAX_SAFE_INTEGER || value % divisor !== 0) return undefined;
    value /= divisor;
  } else value *= 10 ** exponent;
  return sign === 0 ? value : -value;
}

const INLINE_BYTES = 12;
/** Up to here a loop is faster than a call into the runtime. */
const LOOP_BYTES = 40;

/** Texts and bytes as they come; `lengthOf` may leave bytes off at the end. */
class BytesReader extends PageColumn {
  readonly #lengthOf: (wire: Wire, at: number, length: number) => number;
  #slots = new Uint32Array(PAGE_ROWS * 4);
  #inline = new Uint8Array(this.#slots.buffer);
  #heap: Uint8Array = new Uint8Array(0);
  #used = 0;
  /** What the last page needed: most pages of a column are alike. */
  #expected = 4096;

  constructor(lengthOf: (wire: Wire, at: number, length: number) => number) {
    super();
    this.#lengthOf = lengthOf;
  }

  override get heapBytes(): number {
    return this.#used;
  }

  protected read(wire: Wire, at: number, sent: number): void {
    const { bytes } = wire;
    const length = this.#lengthOf(wire, at, sent);
    const slot = this.rows * 4;
    this.#slots[slot] = length;
    const inline = this.#inline;
    const start = slot * 4 + 4;
    if (length <= INLINE_BYTES) {
      for (let i = 0; i < length; i++) inline[start + i] = bytes[at + i] ?? 0;
      return;
    }
    for (let i = 0; i < 4; i++) inline[start + i] = bytes[at + i] ?? 0;
    this.#slots[slot + 2] = this.#used;
    const heap = this.#room(length);
    const used = this.#used;
    if (length <= LOOP_BYTES) for (let i = 0; i < length; i++) heap[used + i] = bytes[at + i] ?? 0;
    else heap.set(bytes.subarray(at, at + length), used);
    this.#used = used + length;
  }

  protected block(): Block {
    const slots = this.#slots;
    const heap = this.#heap.subarray(0, this.#used);
    this.#expected = Math.max(1024, this.#used + (this.#used >> 3));
    this.#slots = new Uint32Array(PAGE_ROWS * 4);
    this.#inline = new Uint8Array(this.#slots.buffer);
    // never one that pages share: they are handed over to another thread
    this.#heap = new Uint8Array(0);
    this.#used = 0;
    return { kind: 'bytes', slots, heap };
  }

  #room(length: number): Uint8Array {
    if (this.#used + length <= this.#heap.length) return this.#heap;
    const heap = new Uint8Array(Math.max(this.#expected, this.#heap.length * 2, this.#used + length));
    heap.set(this.#heap.subarray(0, this.#used));
    this.#heap = heap;
    return heap;
  }
}

/** Texts that are made from what comes: JSON in canonical form. */
class TextReader implements ColumnReader {
  readonly #convert: (bytes: Buffer, at: number, length: number) => string;
  readonly #bytes = new BytesReader((_wire, _at, length) => length);

  constructor(convert: (bytes: Buffer, at: number, length: number) => string) {
    this.#convert = convert;
  }

  get heapBytes(): number {
    return this.#bytes.heapBytes;
  }

  append({ bytes, view, places, width }: Fields, column: number, from: number, to: number): void {
    for (let i = from; i < to; i++) {
      const at = places[i * width + column] ?? 0;
      const length = view.getInt32(at);
      this.#bytes.append(length < 0 ? NULL_FIELD : textField(this.#convert(bytes, at + 4, length)), 0, 0, 1);
    }
  }

  take(): Block {
    return this.#bytes.take();
  }
}

const NULL_FIELD = field(Buffer.from([255, 255, 255, 255]));

function textField(text: string): Fields {
  const length = Buffer.byteLength(text);
  const bytes = Buffer.allocUnsafe(4 + length);
  bytes.writeInt32BE(length);
  bytes.write(text, 4, length, 'utf8');
  return field(bytes);
}

function field(bytes: Buffer): Fields {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length), places: new Int32Array(1), width: 1 };
}

class ValuesReader extends PageColumn {
  readonly #form: ReadForm;
  #values: Value[] = [];

  constructor(form: ReadForm) {
    super();
    this.#form = form;
  }

  protected read(wire: Wire, at: number, length: number): void {
    this.#values.push(decodeValue(this.#form, wire, at, length));
  }

  protected override skip(): void {
    this.#values.push(null);
  }

  protected block(): Block {
    const values = this.#values;
    this.#values = [];
    return { kind: 'values', values };
  }
}

/** Rows into pages. */
export class PageReader {
  readonly #columns: readonly ColumnReader[];
  #rows = 0;

  constructor(forms: readonly ReadForm[]) {
    this.#columns = forms.map(columnReader);
  }

  get width(): number {
    return this.#columns.length;
  }

  /** Takes rows and hands on every page that is full. */
  append(fields: Fields, rowCount: number, emit: (page: Page) => void): void {
    for (let from = 0; from < rowCount; ) {
      const to = Math.min(rowCount, from + PAGE_ROWS - this.#rows);
      for (const [i, column] of this.#columns.entries()) column.append(fields, i, from, to);
      this.#rows += to - from;
      from = to;
      if (this.#rows === PAGE_ROWS || this.#columns.some((column) => column.heapBytes > HEAP_BYTES_MAX)) emit(this.#take());
    }
  }

  /** The rows that fill no page. */
  flush(emit: (page: Page) => void): void {
    if (this.#rows > 0) emit(this.#take());
  }

  #take(): Page {
    const rowCount = this.#rows;
    this.#rows = 0;
    return { rowCount, columns: this.#columns.map((column) => column.take()) };
  }
}

/** A page of long texts ends early. */
const HEAP_BYTES_MAX = 4 << 20;

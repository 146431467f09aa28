import type { Block, Page } from '../../../spi/page.ts';

export const PAGE_ROWS = 2048;
const TWO_32 = 4294967296;
const INLINE_BYTES = 12;
const encoder = new TextEncoder();

interface ColumnWriter {
  /** The rows written since the last call; the writer goes on with fresh memory. */
  take(rowCount: number): Block;
}

class BigintColumn implements ColumnWriter {
  private data = new BigInt64Array(PAGE_ROWS);
  private words = new Int32Array(this.data.buffer);

  set(row: number, value: number): void {
    this.words[row * 2] = value | 0;
    this.words[row * 2 + 1] = Math.floor(value / TWO_32);
  }

  take(rowCount: number): Block {
    const data = rowCount === PAGE_ROWS ? this.data : this.data.slice(0, rowCount);
    this.data = new BigInt64Array(PAGE_ROWS);
    this.words = new Int32Array(this.data.buffer);
    return { kind: 'fixed', data };
  }
}

class IntegerColumn implements ColumnWriter {
  private data = new Int32Array(PAGE_ROWS);

  set(row: number, value: number): void {
    this.data[row] = value;
  }

  take(rowCount: number): Block {
    const data = rowCount === PAGE_ROWS ? this.data : this.data.slice(0, rowCount);
    this.data = new Int32Array(PAGE_ROWS);
    return { kind: 'fixed', data };
  }
}

/** Hundredths, given as whole numbers. */
export interface MoneyColumn extends ColumnWriter {
  set(row: number, cents: number): void;
}

class DoubleColumn implements MoneyColumn {
  private data = new Float64Array(PAGE_ROWS);

  set(row: number, cents: number): void {
    this.data[row] = cents / 100;
  }

  take(rowCount: number): Block {
    const data = rowCount === PAGE_ROWS ? this.data : this.data.slice(0, rowCount);
    this.data = new Float64Array(PAGE_ROWS);
    return { kind: 'fixed', data };
  }
}

/** Strings of up to `bytesMax` bytes, written one after the other. */
export class TextColumn implements ColumnWriter {
  private slots = new Uint32Array(PAGE_ROWS * 4);
  private readonly heap: Uint8Array;
  private readonly view: DataView;
  private source: Uint8Array;
  private sourceView: DataView;
  private used = 0;

  constructor(bytesMax: number) {
    this.heap = new Uint8Array(PAGE_ROWS * bytesMax);
    this.view = viewOf(this.heap);
    this.source = this.heap;
    this.sourceView = this.view;
  }

  set(row: number, from: Uint8Array, start: number, length: number): void {
    const { slots } = this;
    const at = row * 4;
    slots[at] = length;
    if (length <= INLINE_BYTES) {
      slots[at + 1] = word(from, start, length);
      slots[at + 2] = length > 4 ? word(from, start + 4, length - 4) : 0;
      slots[at + 3] = length > 8 ? word(from, start + 8, length - 8) : 0;
      return;
    }
    slots[at + 1] = word(from, start, 4);
    slots[at + 2] = this.used;
    slots[at + 3] = 0;
    this.copy(from, start, length);
  }

  /** At least 4 bytes, as words: the last one overlaps the one before. */
  private copy(from: Uint8Array, start: number, length: number): void {
    if (from !== this.source) {
      this.source = from;
      this.sourceView = viewOf(from);
    }
    const { view, sourceView, used } = this;
    const last = length - 4;
    for (let i = 0; i < last; i += 4) view.setInt32(used + i, sourceView.getInt32(start + i, true), true);
    view.setInt32(used + last, sourceView.getInt32(start + last, true), true);
    this.used = used + length;
  }

  take(rowCount: number): Block {
    const block: Block = { kind: 'bytes', slots: this.slots.slice(0, rowCount * 4), heap: this.heap.slice(0, this.used) };
    this.used = 0;
    return block;
  }
}

/** One of a few fixed strings, named by its place in the list. */
class DictionaryColumn implements ColumnWriter {
  private readonly slots = new Uint32Array(PAGE_ROWS * 4);
  private readonly wordSlots: Uint32Array;
  private readonly heap: Uint8Array;

  constructor(words: readonly string[]) {
    const column = new TextColumn(Math.max(...words.map((w) => w.length)));
    for (const [i, text] of words.entries()) {
      const bytes = encoder.encode(text);
      column.set(i, bytes, 0, bytes.length);
    }
    const block = column.take(words.length);
    if (block.kind !== 'bytes') throw new Error('a text column gives a bytes block');
    this.wordSlots = block.slots;
    this.heap = block.heap;
  }

  set(row: number, index: number): void {
    const to = row * 4;
    const from = index * 4;
    const { slots, wordSlots } = this;
    slots[to] = wordSlots[from] ?? 0;
    slots[to + 1] = wordSlots[from + 1] ?? 0;
    slots[to + 2] = wordSlots[from + 2] ?? 0;
    slots[to + 3] = wordSlots[from + 3] ?? 0;
  }

  take(rowCount: number): Block {
    return { kind: 'bytes', slots: this.slots.slice(0, rowCount * 4), heap: this.heap.slice() };
  }
}

const viewOf = ({ buffer, byteOffset, byteLength }: Uint8Array): DataView => new DataView(buffer, byteOffset, byteLength);

function word(from: Uint8Array, start: number, length: number): number {
  const a = from[start] ?? 0;
  const b = length > 1 ? (from[start + 1] ?? 0) : 0;
  const c = length > 2 ? (from[start + 2] ?? 0) : 0;
  const d = length > 3 ? (from[start + 3] ?? 0) : 0;
  return (a | (b << 8) | (c << 16) | (d << 24)) >>> 0;
}

/** The columns that a scan asks for. A generator asks for the writer of each column it knows; undefined = nobody wants it. */
export class PageColumns {
  private readonly names: readonly string[];
  private readonly doubleAsDecimal: boolean;
  private readonly writers = new Map<string, ColumnWriter>();

  constructor(names: readonly string[], doubleAsDecimal: boolean) {
    this.names = names;
    this.doubleAsDecimal = doubleAsDecimal;
  }

  bigint(name: string): BigintColumn | undefined {
    return this.add(name, () => new BigintColumn());
  }

  integer(name: string): IntegerColumn | undefined {
    return this.add(name, () => new IntegerColumn());
  }

  money(name: string): MoneyColumn | undefined {
    return this.add<MoneyColumn>(name, () => (this.doubleAsDecimal ? new BigintColumn() : new DoubleColumn()));
  }

  text(name: string, bytesMax: number): TextColumn | undefined {
    return this.add(name, () => new TextColumn(bytesMax));
  }

  dictionary(name: string, words: readonly string[]): DictionaryColumn | undefined {
    return this.add(name, () => new DictionaryColumn(words));
  }

  take(rowCount: number): Page {
    return {
      rowCount,
      columns: this.names.map((name) => {
        const writer = this.writers.get(name);
        if (writer === undefined) throw new Error(`TPC-H table without column ${name}`);
        return writer.take(rowCount);
      }),
    };
  }

  private add<T extends ColumnWriter>(name: string, make: () => T): T | undefined {
    if (!this.names.includes(name)) return undefined;
    const writer = make();
    this.writers.set(name, writer);
    return writer;
  }
}

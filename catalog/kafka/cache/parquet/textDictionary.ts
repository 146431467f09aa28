import { ByteBuffer } from './byteBuffer.ts';

const ENTRIES_MAX = 1 << 16;
const ENTRY_BYTES_MAX = 1 << 20;
const FIRST_TABLE = 1 << 10;
/** A longer value is not worth a search. */
const VALUE_BYTES_MAX = 256;
/** So many values tell whether they repeat. */
const TRIED_VALUES = 4096;
const FNV_PRIME = 0x01000193;

/** The distinct values of a row group, and for each of its values which one it is. */
export class TextDictionary {
  private readonly entries = new ByteBuffer();
  private starts = new Int32Array(FIRST_TABLE);
  private size = 0;
  /** By hash, linear probing: a number of an entry plus one. */
  private table = new Int32Array(FIRST_TABLE);
  private indexes = new Uint16Array(FIRST_TABLE);
  private values = 0;

  get bytes(): number {
    return this.entries.used + this.values * 2;
  }

  /** Whether the values are better written out. */
  get poor(): boolean {
    return this.values >= TRIED_VALUES && this.size * 2 > this.values;
  }

  /** 'new': an entry that was not there before. 'full': not added, there is no room for such an entry. */
  add(source: Uint8Array, from: number, length: number): 'known' | 'new' | 'full' {
    if (length > VALUE_BYTES_MAX) return 'full';
    const mask = this.table.length - 1;
    let slot = hash(source, from, length) & mask;
    for (;;) {
      const number = this.table[slot] ?? 0;
      if (number === 0) break;
      if (this.equals(number - 1, source, from, length)) {
        this.addIndex(number - 1);
        return 'known';
      }
      slot = (slot + 1) & mask;
    }
    if (this.size === ENTRIES_MAX || this.entries.used + length + 4 > ENTRY_BYTES_MAX) return 'full';
    this.starts[this.size] = this.entries.used;
    this.entries.addValue(source, from, length);
    this.table[slot] = ++this.size;
    this.addIndex(this.size - 1);
    if (this.size * 2 > this.table.length) this.enlarge();
    return 'new';
  }

  /** The entries as a dictionary page has them, PLAIN. */
  page(): { readonly entries: number; readonly data: Buffer } {
    return { entries: this.size, data: this.entries.written() };
  }

  /** The values of a data page in RLE_DICTIONARY: the width, and one run of bits of that width, all of them in whole bytes. */
  indexPage(): readonly Uint8Array[] {
    const bytes = this.size > 256 ? 2 : 1;
    const groups = Math.ceil(this.values / 8);
    const data = new Uint8Array(groups * 8 * bytes);
    if (bytes === 1) data.set(this.indexes.subarray(0, this.values));
    else data.set(new Uint8Array(this.indexes.buffer, 0, this.values * 2));
    return [Uint8Array.of(bytes * 8, ...varint(groups * 2 + 1)), data];
  }

  /** Appends all values, in their order. */
  writeOut(to: ByteBuffer): void {
    for (let i = 0; i < this.values; i++) {
      const start = this.starts[this.indexes[i] ?? 0] ?? 0;
      to.addValue(this.entries.data, start + 4, this.entries.data.readInt32LE(start));
    }
  }

  clear(): void {
    this.entries.clear();
    this.table.fill(0);
    this.size = 0;
    this.values = 0;
  }

  private addIndex(entry: number): void {
    if (this.values === this.indexes.length) {
      const larger = new Uint16Array(this.values * 2);
      larger.set(this.indexes);
      this.indexes = larger;
    }
    this.indexes[this.values++] = entry;
  }

  private equals(entry: number, source: Uint8Array, from: number, length: number): boolean {
    const { data } = this.entries;
    const start = this.starts[entry] ?? 0;
    if (data[start] !== (length & 255) || data.readInt32LE(start) !== length) return false;
    for (let i = 0, at = start + 4; i < length; i++, at++) if (data[at] !== source[from + i]) return false;
    return true;
  }

  private enlarge(): void {
    const starts = new Int32Array(this.starts.length * 2);
    starts.set(this.starts);
    this.starts = starts;
    this.table = new Int32Array(this.table.length * 2);
    const { data } = this.entries;
    const mask = this.table.length - 1;
    for (let entry = 0; entry < this.size; entry++) {
      const start = starts[entry] ?? 0;
      let slot = hash(data, start + 4, data.readInt32LE(start)) & mask;
      while (this.table[slot] !== 0) slot = (slot + 1) & mask;
      this.table[slot] = entry + 1;
    }
  }
}

/** FNV-1a, mixed once more: its low bits alone would lie close together. */
function hash(source: Uint8Array, from: number, length: number): number {
  let value = length;
  for (let at = from; at < from + length; at++) value = Math.imul(value ^ (source[at] ?? 0), FNV_PRIME);
  return value ^ (value >>> 15);
}

export function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  bytes.push(rest);
  return bytes;
}

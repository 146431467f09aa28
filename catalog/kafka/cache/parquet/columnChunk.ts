import { isUtf8 } from 'node:buffer';
import type { Block, BytesBlock, FixedBlock } from '../../../../spi/page.ts';
import type { ParquetType } from './parquetType.ts';

const FIRST_BYTES = 1 << 16;
const INLINE_BYTES = 12;

/** The values of one column of the row group under construction. Its memory serves the next row group as well. */
export class ColumnChunk {
  readonly type: ParquetType;
  private data = Buffer.allocUnsafeSlow(FIRST_BYTES);
  private used = 0;
  private present = new Uint8Array(FIRST_BYTES >> 3);
  private rows = 0;
  private nullCount = 0;

  constructor(type: ParquetType) {
    this.type = type;
  }

  get bytes(): number {
    return this.used;
  }

  /** false: text that is not UTF-8, which the engine would not read back. */
  add(block: Block, rowCount: number): boolean {
    if (block.kind === 'values') throw new Error('a column of values is not kept');
    this.addPresence(block.nulls, rowCount);
    if (block.kind === 'bytes') return this.addBytes(block, rowCount);
    const { width } = this.type;
    if (width === 'bits') this.addBits(block, rowCount);
    else if (width !== 'bytes') this.addFixed(block, rowCount, width);
    else throw new Error('a block of fixed width for a column of texts');
    return true;
  }

  /** The parts of a data page: definition levels, then values. They are good until the next row is added. */
  page(): readonly Uint8Array[] {
    return [this.levels(), this.type.width === 'bits' ? this.packedBits() : this.data.subarray(0, this.used)];
  }

  clear(): void {
    this.used = 0;
    this.rows = 0;
    this.nullCount = 0;
  }

  private levels(): Uint8Array {
    const runs = this.nullCount === 0 ? [...varint(this.rows * 2), 1] : varint(((this.rows + 7) >> 3) * 2 + 1);
    const bits = this.nullCount === 0 ? new Uint8Array(0) : this.present.subarray(0, (this.rows + 7) >> 3);
    const levels = Buffer.allocUnsafe(4 + runs.length + bits.length);
    levels.writeUInt32LE(runs.length + bits.length, 0);
    levels.set(runs, 4);
    levels.set(bits, 4 + runs.length);
    return levels;
  }

  /** The bits begin with the first NULL. */
  private addPresence(nulls: Uint8Array | undefined, rowCount: number): void {
    const before = this.rows;
    this.rows += rowCount;
    if (nulls === undefined && this.nullCount === 0) return;
    const needed = (this.rows + 7) >> 3;
    if (needed > this.present.length) {
      const larger = new Uint8Array(Math.max(this.present.length * 2, needed));
      larger.set(this.present);
      this.present = larger;
    }
    const { present } = this;
    if (this.nullCount === 0) present.fill(255, 0, (before + 7) >> 3);
    for (let i = 0, at = before; i < rowCount; i++, at++) {
      if ((at & 7) === 0) present[at >> 3] = 255;
      if (nulls === undefined || isPresent(nulls, i)) continue;
      present[at >> 3] = (present[at >> 3] ?? 0) & ~(1 << (at & 7));
      this.nullCount++;
    }
  }

  private addFixed({ data, nulls }: FixedBlock, rowCount: number, width: 4 | 8): void {
    this.room(rowCount * width);
    if (nulls === undefined && data.BYTES_PER_ELEMENT === width) {
      this.data.set(new Uint8Array(data.buffer, data.byteOffset, rowCount * width), this.used);
      this.used += rowCount * width;
      return;
    }
    const source = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    for (let i = 0; i < rowCount; i++) {
      if (nulls !== undefined && !isPresent(nulls, i)) continue;
      if (data.BYTES_PER_ELEMENT < width) this.data.writeInt32LE(Number(data[i] ?? 0), this.used);
      else source.copy(this.data, this.used, i * width, (i + 1) * width);
      this.used += width;
    }
  }

  /** One byte each for now: packed when the page is made. */
  private addBits({ data, nulls }: FixedBlock, rowCount: number): void {
    this.room(rowCount);
    for (let i = 0; i < rowCount; i++) if (nulls === undefined || isPresent(nulls, i)) this.data[this.used++] = Number(data[i] ?? 0);
  }

  private packedBits(): Uint8Array {
    const packed = new Uint8Array((this.used + 7) >> 3);
    for (let i = 0; i < this.used; i++) packed[i >> 3] = (packed[i >> 3] ?? 0) | ((this.data[i] ?? 0) << (i & 7));
    return packed;
  }

  private addBytes({ slots, heap, nulls }: BytesBlock, rowCount: number): boolean {
    const inline = Buffer.from(slots.buffer, slots.byteOffset, slots.byteLength);
    let sound = !this.type.utf8 || isUtf8(heap);
    for (let i = 0; i < rowCount; i++) {
      if (nulls !== undefined && !isPresent(nulls, i)) continue;
      const length = slots[i * 4] ?? 0;
      this.room(length + 4);
      const { data } = this;
      let to = this.used;
      data[to++] = length;
      data[to++] = length >>> 8;
      data[to++] = length >>> 16;
      data[to++] = length >>> 24;
      const long = length > INLINE_BYTES;
      const source = long ? heap : inline;
      const from = long ? (slots[i * 4 + 2] ?? 0) : i * 16 + 4;
      if (length < 64) for (let at = from; at < from + length; at++) data[to++] = source[at] ?? 0;
      else data.set(source.subarray(from, from + length), to);
      if (this.type.utf8 && sound)
        sound = long ? !isContinuation(heap[from]) && !isContinuation(heap[from + length]) : isUtf8(inline.subarray(from, from + length));
      this.used += length + 4;
    }
    return sound;
  }

  private room(bytes: number): void {
    if (this.used + bytes <= this.data.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.data.length * 2, this.used + bytes));
    this.data.copy(larger, 0, 0, this.used);
    this.data = larger;
  }
}

const isPresent = (nulls: Uint8Array, row: number): boolean => ((nulls[row >> 3] ?? 0) & (1 << (row & 7))) !== 0;

/** A text that begins so, or is followed so, can make a heap sound as a whole that is not so in each of its parts. */
const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest >>>= 7) bytes.push((rest & 0x7f) | 0x80);
  bytes.push(rest);
  return bytes;
}

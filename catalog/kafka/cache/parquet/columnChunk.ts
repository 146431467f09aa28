import { isUtf8 } from 'node:buffer';
import type { Block, BytesBlock, FixedBlock } from '../../../../spi/page.ts';
import { ByteBuffer } from './byteBuffer.ts';
import type { ParquetType } from './parquetType.ts';
import { TextDictionary, varint } from './textDictionary.ts';

const PRESENCE_BYTES = 1 << 13;
const INLINE_BYTES = 12;

/** The values of one column of the row group under construction. Its memory serves the next row group as well. */
export class ColumnChunk {
  readonly type: ParquetType;
  private readonly values = new ByteBuffer();
  /** Of texts, as long as they have been found to repeat. */
  private dictionary: TextDictionary | undefined;
  private present = new Uint8Array(PRESENCE_BYTES);
  private rows = 0;
  private nullCount = 0;

  constructor(type: ParquetType) {
    this.type = type;
    if (type.width === 'bytes') this.dictionary = new TextDictionary();
  }

  get bytes(): number {
    return this.values.used + (this.dictionary?.bytes ?? 0);
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

  /** The parts of a data page: definition levels, then values (those of `dictionaryPage`, if there is one). They are good until the next row is added. */
  page(): readonly Uint8Array[] {
    if (this.dictionary !== undefined) return [this.levels(), ...this.dictionary.indexPage()];
    return [this.levels(), this.type.width === 'bits' ? this.packedBits() : this.values.written()];
  }

  dictionaryPage(): { readonly entries: number; readonly data: Uint8Array } | undefined {
    return this.dictionary?.page();
  }

  clear(): void {
    this.values.clear();
    this.dictionary?.clear();
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
    const { values } = this;
    values.room(rowCount * width);
    if (nulls === undefined && data.BYTES_PER_ELEMENT === width) {
      values.data.set(new Uint8Array(data.buffer, data.byteOffset, rowCount * width), values.used);
      values.used += rowCount * width;
      return;
    }
    const source = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
    for (let i = 0; i < rowCount; i++) {
      if (nulls !== undefined && !isPresent(nulls, i)) continue;
      if (data.BYTES_PER_ELEMENT < width) values.data.writeInt32LE(Number(data[i] ?? 0), values.used);
      else source.copy(values.data, values.used, i * width, (i + 1) * width);
      values.used += width;
    }
  }

  /** One byte each for now: packed when the page is made. */
  private addBits({ data, nulls }: FixedBlock, rowCount: number): void {
    const { values } = this;
    values.room(rowCount);
    for (let i = 0; i < rowCount; i++) if (nulls === undefined || isPresent(nulls, i)) values.data[values.used++] = Number(data[i] ?? 0);
  }

  private packedBits(): Uint8Array {
    const { data, used } = this.values;
    const packed = new Uint8Array((used + 7) >> 3);
    for (let i = 0; i < used; i++) packed[i >> 3] = (packed[i >> 3] ?? 0) | ((data[i] ?? 0) << (i & 7));
    return packed;
  }

  private addBytes(block: BytesBlock, rowCount: number): boolean {
    const { slots, heap, nulls } = block;
    const inline = Buffer.from(slots.buffer, slots.byteOffset, slots.byteLength);
    for (let i = 0; i < rowCount; i++) {
      const { dictionary } = this;
      if (dictionary === undefined) return this.addPlain(block, i, rowCount);
      if (nulls !== undefined && !isPresent(nulls, i)) continue;
      const length = slots[i * 4] ?? 0;
      const source = length > INLINE_BYTES ? heap : inline;
      const from = length > INLINE_BYTES ? (slots[i * 4 + 2] ?? 0) : i * 16 + 4;
      const added = dictionary.add(source, from, length);
      if (added === 'new' && this.type.utf8 && !isUtf8(source.subarray(from, from + length))) return false;
      if (added !== 'full' && !dictionary.poor) continue;
      dictionary.writeOut(this.values);
      if (added === 'full') i--;
      this.dictionary = undefined;
    }
    return true;
  }

  private addPlain({ slots, heap, nulls }: BytesBlock, firstRow: number, rowCount: number): boolean {
    const inline = Buffer.from(slots.buffer, slots.byteOffset, slots.byteLength);
    let sound = !this.type.utf8 || isUtf8(heap);
    for (let i = firstRow; i < rowCount; i++) {
      if (nulls !== undefined && !isPresent(nulls, i)) continue;
      const length = slots[i * 4] ?? 0;
      const long = length > INLINE_BYTES;
      const source = long ? heap : inline;
      const from = long ? (slots[i * 4 + 2] ?? 0) : i * 16 + 4;
      this.values.addValue(source, from, length);
      if (this.type.utf8 && sound)
        sound = long ? !isContinuation(heap[from]) && !isContinuation(heap[from + length]) : isUtf8(inline.subarray(from, from + length));
    }
    return sound;
  }
}

const isPresent = (nulls: Uint8Array, row: number): boolean => ((nulls[row >> 3] ?? 0) & (1 << (row & 7))) !== 0;

/** A text that begins so, or is followed so, can make a heap sound as a whole that is not so in each of its parts. */
const isContinuation = (byte: number | undefined): boolean => byte !== undefined && (byte & 0xc0) === 0x80;

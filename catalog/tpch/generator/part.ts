import type { Page } from '../../../spi/page.ts';
import { PAGE_ROWS, type PageColumns } from './pageColumns.ts';
import { RandomStream } from './randomStream.ts';
import { partPrice } from './scale.ts';
import { CommentStream, textBytesMax } from './streams.ts';
import { type AcceptedValues, type RowRange, streamsOf } from './tableRows.ts';
import { PART_COLORS, PART_CONTAINERS, PART_TYPES } from './words.ts';

const COMMENT_LENGTH = 14;
const NAME_WORDS = 5;
const MANUFACTURERS = [1, 2, 3, 4, 5].map((n) => `Manufacturer#${n}`);
const BRANDS = [1, 2, 3, 4, 5].flatMap((m) => [1, 2, 3, 4, 5].map((b) => `Brand#${m}${b}`));

export function* partPages(range: RowRange, columns: PageColumns, accepted: AcceptedValues): Generator<Page> {
  const rowNumber = columns.bigint('row_number');
  const partkey = columns.bigint('partkey');
  const name = columns.text('name', 64);
  const mfgr = columns.dictionary('mfgr', MANUFACTURERS);
  const brand = columns.dictionary('brand', BRANDS);
  const type = columns.dictionary('type', PART_TYPES);
  const size = columns.integer('size');
  const container = columns.dictionary('container', PART_CONTAINERS);
  const retailprice = columns.money('retailprice');
  const comment = columns.text('comment', textBytesMax(COMMENT_LENGTH));

  const acceptedTypes = accepted.get('type');
  const acceptedContainers = accepted.get('container');
  const keepType = acceptedTypes && PART_TYPES.map((t) => acceptedTypes.has(t));
  const keepContainer = acceptedContainers && PART_CONTAINERS.map((t) => acceptedContainers.has(t));

  const names = name && new PartNames();
  const manufacturers = (mfgr ?? brand) && new RandomStream(1);
  const brands = brand && new RandomStream(46831694);
  const types = (type ?? keepType) && new RandomStream(1841581359);
  const sizes = size && new RandomStream(1193163244);
  const containers = (container ?? keepContainer) && new RandomStream(727633698);
  const comments = comment && new CommentStream(804159733, COMMENT_LENGTH);
  const streams = [names, manufacturers, brands, types, sizes, containers, comments];
  streamsOf(range.start, streams);
  const running = streams.filter((stream) => stream !== undefined);

  let row = 0;
  for (let index = range.start; index < range.end; index++) {
    const typeIndex = types?.next(0, PART_TYPES.length - 1) ?? 0;
    const containerIndex = containers?.next(0, PART_CONTAINERS.length - 1) ?? 0;
    if (keepType?.[typeIndex] !== false && keepContainer?.[containerIndex] !== false) {
      const manufacturer = manufacturers?.next(1, 5) ?? 1;
      rowNumber?.set(row, index + 1);
      partkey?.set(row, index + 1);
      if (name) names?.write(name, row);
      mfgr?.set(row, manufacturer - 1);
      if (brands) brand?.set(row, (manufacturer - 1) * 5 + brands.next(1, 5) - 1);
      type?.set(row, typeIndex);
      if (sizes) size?.set(row, sizes.next(1, 50));
      container?.set(row, containerIndex);
      retailprice?.set(row, partPrice(index + 1));
      if (comment) comments?.write(comment, row);
      row++;
    }
    for (const stream of running) stream.finishRow();
    if (row === PAGE_ROWS) {
      yield columns.take(row);
      row = 0;
    }
  }
  if (row > 0) yield columns.take(row);
}

/** Five different colours: the head of a shuffle. */
class PartNames {
  private readonly stream = new RandomStream(709314158, PART_COLORS.length);
  private readonly words = PART_COLORS.map((color) => new TextEncoder().encode(color));
  private readonly order = Uint8Array.from(PART_COLORS.keys());
  private readonly swaps = new Uint8Array(NAME_WORDS);
  private readonly buffer = new Uint8Array(64);

  write(column: { set(row: number, from: Uint8Array, start: number, length: number): void }, row: number): void {
    const { order, buffer, swaps } = this;
    let length = 0;
    for (let i = 0; i < NAME_WORDS; i++) {
      const other = this.stream.next(i, order.length - 1);
      swaps[i] = other;
      this.swap(i, other);
      const word = this.words[order[i] ?? 0];
      if (word === undefined) throw new Error('colour out of range');
      if (i > 0) buffer[length++] = 0x20;
      buffer.set(word, length);
      length += word.length;
    }
    for (let i = NAME_WORDS - 1; i >= 0; i--) this.swap(i, swaps[i] ?? 0);
    column.set(row, buffer, 0, length);
  }

  finishRow(): void {
    this.stream.finishRow();
  }

  skipRows(rows: number): void {
    this.stream.skipRows(rows);
  }

  private swap(a: number, b: number): void {
    const { order } = this;
    const kept = order[a] ?? 0;
    order[a] = order[b] ?? 0;
    order[b] = kept;
  }
}

import type { TextColumn } from './pageColumns.ts';
import { RandomStream } from './randomStream.ts';
import { TEXT_POOL_BYTES, type TextPool, textPool } from './textPool.ts';

const LOW_LENGTH = 0.4;
const HIGH_LENGTH = 1.6;
const ALPHA_NUMERIC = new TextEncoder().encode('0123456789abcdefghijklmnopqrstuvwxyz ABCDEFGHIJKLMNOPQRSTUVWXYZ,');
const ZERO = 0x30;
/** What a word that begins or ends outside of a comment may need. */
const COMMENT_MARGIN = 32;

export const textBytesMax = (averageLength: number): number => Math.trunc(averageLength * HIGH_LENGTH);

/** Comments: a random piece of the text pool. */
export class CommentStream {
  private readonly stream: RandomStream;
  private readonly pool: TextPool;
  private readonly lengthMin: number;
  private readonly lengthMax: number;
  /** The comment drawn last: `length` bytes from `start`. */
  readonly bytes: Uint8Array;
  readonly start = COMMENT_MARGIN;
  length = 0;
  private readonly view: DataView;

  constructor(seed: number, averageLength: number, commentsPerRow = 1) {
    this.stream = new RandomStream(seed, 2 * commentsPerRow);
    this.pool = textPool();
    this.lengthMin = Math.trunc(averageLength * LOW_LENGTH);
    this.lengthMax = textBytesMax(averageLength);
    this.bytes = new Uint8Array(COMMENT_MARGIN + this.lengthMax + COMMENT_MARGIN);
    this.view = new DataView(this.bytes.buffer);
  }

  draw(): void {
    const place = this.stream.next(0, TEXT_POOL_BYTES - this.lengthMax);
    this.length = this.stream.next(this.lengthMin, this.lengthMax);
    this.pool.copy(place, this.length, this.view, COMMENT_MARGIN);
  }

  write(column: TextColumn, row: number): void {
    this.draw();
    column.set(row, this.bytes, this.start, this.length);
  }

  finishRow(): void {
    this.stream.finishRow();
  }

  skipRows(rows: number): void {
    this.stream.skipRows(rows);
  }
}

/** Addresses: letters and digits, five from each draw. */
export class AddressStream {
  private readonly stream: RandomStream;
  private readonly lengthMin: number;
  private readonly lengthMax: number;
  private readonly buffer: Uint8Array;

  constructor(seed: number, averageLength: number) {
    this.stream = new RandomStream(seed, 9);
    this.lengthMin = Math.trunc(averageLength * LOW_LENGTH);
    this.lengthMax = textBytesMax(averageLength);
    this.buffer = new Uint8Array(this.lengthMax);
  }

  write(column: TextColumn, row: number): void {
    const length = this.stream.next(this.lengthMin, this.lengthMax);
    let bits = 0;
    for (let i = 0; i < length; i++) {
      if (i % 5 === 0) bits = this.stream.nextBits();
      this.buffer[i] = ALPHA_NUMERIC[bits & 0x3f] ?? 0;
      bits >>= 6;
    }
    column.set(row, this.buffer, 0, length);
    this.stream.finishRow();
  }

  skipRows(rows: number): void {
    this.stream.skipRows(rows);
  }
}

/** Telephone numbers: the country from the nation, then 3, 3 and 4 digits. */
export class PhoneStream {
  private readonly stream: RandomStream;
  private readonly buffer = new TextEncoder().encode('00-000-000-0000');

  constructor(seed: number) {
    this.stream = new RandomStream(seed, 3);
  }

  write(column: TextColumn, row: number, nation: number): void {
    writeDigits(this.buffer, 0, 2, 10 + (nation % 90));
    writeDigits(this.buffer, 3, 3, this.stream.next(100, 999));
    writeDigits(this.buffer, 7, 3, this.stream.next(100, 999));
    writeDigits(this.buffer, 11, 4, this.stream.next(1000, 9999));
    column.set(row, this.buffer, 0, 15);
    this.stream.finishRow();
  }

  skipRows(rows: number): void {
    this.stream.skipRows(rows);
  }
}

/** Names such as `Customer#000000001`: at least nine digits. */
export class NumberedName {
  private readonly buffer: Uint8Array;
  private readonly prefixBytes: number;

  constructor(prefix: string) {
    this.buffer = new TextEncoder().encode(`${prefix}${'0'.repeat(16)}`);
    this.prefixBytes = prefix.length;
  }

  write(column: TextColumn, row: number, key: number): void {
    let digits = 9;
    for (let rest = Math.floor(key / 1e9); rest > 0; rest = Math.floor(rest / 10)) digits++;
    writeDigits(this.buffer, this.prefixBytes, digits, key);
    column.set(row, this.buffer, 0, this.prefixBytes + digits);
  }
}

function writeDigits(target: Uint8Array, start: number, digits: number, value: number): void {
  let rest = value;
  for (let at = start + digits - 1; at >= start; at--) {
    const next = Math.floor(rest / 10);
    target[at] = ZERO + (rest - next * 10);
    rest = next;
  }
}

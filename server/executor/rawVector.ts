import duckdb from '@duckdb/node-bindings';

/** DuckDB's own memory of one vector, copied out: fixed-width values as typed arrays, text as string_t slots. */
export function validityOf(vector: duckdb.Vector, rowCount: number): Uint8Array | undefined {
  const bytes: Uint8Array | null = duckdb.vector_get_validity(vector, Math.ceil(rowCount / 64) * 8);
  return bytes === null || bytes.length === 0 ? undefined : bytes;
}

export function isPresent(validity: Uint8Array | undefined, row: number): boolean {
  return validity === undefined || (((validity[row >> 3] ?? 0) >> (row & 7)) & 1) === 1;
}

export function int32s(vector: duckdb.Vector, count: number): Int32Array {
  const data = duckdb.vector_get_data(vector, count * 4);
  return new Int32Array(data.buffer, data.byteOffset, count);
}

export function bigInt64s(vector: duckdb.Vector, count: number): BigInt64Array {
  const data = duckdb.vector_get_data(vector, count * 8);
  return new BigInt64Array(data.buffer, data.byteOffset, count);
}

const NEAR = 4000;
const INLINE_BYTES = 12;
const pointer = new ArrayBuffer(8);
const pointerWords = new Uint32Array(pointer);

/**
 * The texts of a VARCHAR or BLOB vector. Those longer than 12 bytes lie elsewhere: their memory is read in runs of neighbours. A gap
 * within a run is shorter than a page of memory, so that nothing unmapped is ever touched.
 */
export class RawStrings {
  readonly slots: Uint32Array;
  readonly #inline: Uint8Array;
  readonly #run: Uint16Array;
  readonly #heaps: Uint8Array[] = [];
  readonly #starts: number[] = [];
  /** Set by `locate`. */
  source: Uint8Array;
  start = 0;
  length = 0;

  constructor(vector: duckdb.Vector, rowCount: number, validity: Uint8Array | undefined) {
    this.#inline = duckdb.vector_get_data(vector, rowCount * 16);
    this.slots = new Uint32Array(this.#inline.buffer, this.#inline.byteOffset, rowCount * 4);
    this.#run = new Uint16Array(rowCount);
    this.source = this.#inline;
    this.#readHeaps(rowCount, validity);
  }

  locate(row: number): void {
    const length = this.slots[4 * row] ?? 0;
    this.length = length;
    if (length <= 12) {
      this.source = this.#inline;
      this.start = 16 * row + 4;
      return;
    }
    const run = this.#run[row] ?? 0;
    this.source = this.#heaps[run] ?? this.#inline;
    this.start = address(this.slots, row) - (this.#starts[run] ?? 0);
  }

  /** The text of `row` and of those after it that follow it in memory, up to about `bytesMax`: how many. None of them is NULL. */
  locateRun(row: number, end: number, bytesMax: number): number {
    this.locate(row);
    if (this.length <= INLINE_BYTES) return 1;
    const { slots } = this;
    const run = this.#run[row];
    const first = address(slots, row);
    let length = this.length;
    let next = row + 1;
    while (next < end && length < bytesMax && this.#run[next] === run && (slots[4 * next] ?? 0) > INLINE_BYTES && address(slots, next) === first + length) {
      length += slots[4 * next] ?? 0;
      next++;
    }
    this.length = length;
    return next - row;
  }

  bytes(row: number): Uint8Array {
    this.locate(row);
    return this.source.slice(this.start, this.start + this.length);
  }

  text(row: number): string {
    this.locate(row);
    return Buffer.from(this.source.buffer, this.source.byteOffset + this.start, this.length).toString('utf8');
  }

  #readHeaps(rowCount: number, validity: Uint8Array | undefined): void {
    const { slots } = this;
    const ends: number[] = [];
    let low = 0;
    let high = 0;
    let run = -1;
    for (let row = 0; row < rowCount; row++) {
      if (validity !== undefined && !isPresent(validity, row)) continue;
      const length = slots[4 * row] ?? 0;
      if (length <= 12) continue;
      const at = address(slots, row);
      if (run < 0 || at > high + NEAR || at + length < low - NEAR) {
        if (run >= 0) {
          this.#starts[run] = low;
          ends[run] = high;
        }
        run++;
        low = at;
        high = at + length;
      } else {
        if (at < low) low = at;
        if (at + length > high) high = at + length;
      }
      this.#run[row] = run;
    }
    if (run < 0) return;
    this.#starts[run] = low;
    ends[run] = high;
    this.#starts.forEach((start, i) => {
      pointerWords[0] = start % 4294967296;
      pointerWords[1] = Math.floor(start / 4294967296);
      this.#heaps.push(duckdb.get_data_from_pointer(pointer, 0, (ends[i] ?? start) - start));
    });
  }
}

function address(slots: Uint32Array, row: number): number {
  return (slots[4 * row + 3] ?? 0) * 4294967296 + (slots[4 * row + 2] ?? 0);
}

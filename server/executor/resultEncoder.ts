import duckdb from '@duckdb/node-bindings';
import { columnEncoder, type RowWriter } from './columnEncoder.ts';
import { JsonWriter } from './jsonWriter.ts';
import { RawStrings, validityOf } from './rawVector.ts';
import type { RowPiece } from './rowText.ts';

/** Rows as JSON arrays joined by commas, without the outer brackets. */
export interface EncodedRows {
  readonly rowCount: number;
  /** They follow each other; a value may begin in one and end in the next. */
  readonly parts: readonly Uint8Array[];
  /** Of all parts. */
  readonly byteCount: number;
}

/** Texts of the engine from this size on are handed on as they are; a part of its own is not worth it for less. */
const PART_BYTES_MIN = 8_192;

/** Turns chunks of DuckDB into the rows of the protocol, straight from the engine's memory. */
export class ResultEncoder {
  readonly #pieces: readonly RowPiece[];
  readonly #parametricDatetime: boolean;
  readonly #capacity: number;
  readonly #out: JsonWriter;
  #parts: Uint8Array[] = [];
  #partBytes = 0;
  #rowCount = 0;
  #rows: { readonly chunk: duckdb.DataChunk; readonly texts: RawStrings } | undefined;
  /** Of the chunk that was last begun and is not yet written to its end. */
  #open: { readonly chunk: duckdb.DataChunk; readonly columns: readonly RowWriter[] } | undefined;

  constructor(pieces: readonly RowPiece[], options: { readonly parametricDatetime: boolean; readonly expectedBytes: number }) {
    this.#pieces = pieces;
    this.#parametricDatetime = options.parametricDatetime;
    this.#capacity = options.expectedBytes;
    this.#out = new JsonWriter(4096);
  }

  get byteCount(): number {
    return this.#partBytes + this.#out.position;
  }

  get rowCount(): number {
    return this.#rowCount;
  }

  /** Appends rows `from` … until the chunk ends or `byteLimit` is reached; the first row that is not yet written. */
  append(chunk: duckdb.DataChunk, from: number, byteLimit: number): number {
    const out = this.#out;
    const size = duckdb.data_chunk_get_size(chunk);
    if (this.#pieces[0]?.kind === 'row') return this.#appendRows(chunk, size, from, byteLimit);
    const [first, ...rest] = this.#columns(chunk, size);
    let row = from;
    for (; row < size && out.position < byteLimit; row++) {
      out.ascii(this.#rowCount > 0 ? ',[' : '[');
      this.#rowCount++;
      first?.(row);
      for (let i = 0; i < rest.length; i++) {
        out.byte(44);
        rest[i]?.(row);
      }
      out.byte(93);
    }
    if (row >= size) this.#open = undefined;
    return row;
  }

  /** Rows that lie side by side in the engine's memory are taken at once, and not copied again. */
  #appendRows(chunk: duckdb.DataChunk, size: number, from: number, byteLimit: number): number {
    const out = this.#out;
    this.#rows = this.#rows?.chunk === chunk ? this.#rows : { chunk, texts: textsOf(duckdb.data_chunk_get_vector(chunk, 0), size) };
    const { texts } = this.#rows;
    let row = from;
    while (row < size && this.byteCount < byteLimit) {
      const taken = texts.locateRun(row, size, byteLimit - this.byteCount);
      const comma = this.#rowCount === 0 ? 1 : 0;
      const [start, length] = [texts.start + comma, texts.length - comma];
      if (length < PART_BYTES_MIN) out.bytes(texts.source, start, length);
      else this.#addPart(texts.source.subarray(start, start + length));
      this.#rowCount += taken;
      row += taken;
    }
    if (row >= size) this.#rows = undefined;
    return row;
  }

  #columns(chunk: duckdb.DataChunk, size: number): readonly RowWriter[] {
    if (this.#open?.chunk === chunk) return this.#open.columns;
    const options = { out: this.#out, parametricDatetime: this.#parametricDatetime };
    const columns = this.#pieces.map((piece, i) => {
      const vector = duckdb.data_chunk_get_vector(chunk, i);
      return piece.kind === 'value' ? columnEncoder(vector, piece.type, size, options) : copier(vector, size, this.#out);
    });
    this.#open = { chunk, columns };
    return columns;
  }

  /** What was written since the last take. */
  take(): EncodedRows {
    if (this.#out.position > 0) this.#addWritten();
    const page = { rowCount: this.#rowCount, parts: this.#parts, byteCount: this.#partBytes };
    this.#rowCount = 0;
    this.#parts = [];
    this.#partBytes = 0;
    return page;
  }

  #addPart(bytes: Uint8Array): void {
    if (this.#out.position > 0) this.#addWritten();
    this.#parts.push(bytes);
    this.#partBytes += bytes.length;
  }

  #addWritten(): void {
    const bytes = this.#out.take(this.#capacity);
    this.#parts.push(bytes);
    this.#partBytes += bytes.length;
  }
}

function copier(vector: duckdb.Vector, size: number, out: JsonWriter): RowWriter {
  const texts = textsOf(vector, size);
  return (row) => {
    texts.locate(row);
    out.bytes(texts.source, texts.start, texts.length);
  };
}

const textsOf = (vector: duckdb.Vector, size: number): RawStrings => new RawStrings(vector, size, validityOf(vector, size));

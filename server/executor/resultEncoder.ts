import duckdb from '@duckdb/node-bindings';
import { columnEncoder, type RowWriter } from './columnEncoder.ts';
import { JsonWriter } from './jsonWriter.ts';
import { RawStrings, validityOf } from './rawVector.ts';
import type { RowPiece } from './rowText.ts';

/** Rows as JSON arrays joined by commas, without the outer brackets. */
export interface EncodedRows {
  readonly rowCount: number;
  readonly bytes: Uint8Array;
}

/** Turns chunks of DuckDB into the rows of the protocol, straight from the engine's memory. */
export class ResultEncoder {
  readonly #pieces: readonly RowPiece[];
  readonly #parametricDatetime: boolean;
  readonly #capacity: number;
  readonly #out: JsonWriter;
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
    return this.#out.position;
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

  /** Rows that lie side by side in the engine's memory are taken at once. */
  #appendRows(chunk: duckdb.DataChunk, size: number, from: number, byteLimit: number): number {
    const out = this.#out;
    this.#rows = this.#rows?.chunk === chunk ? this.#rows : { chunk, texts: textsOf(duckdb.data_chunk_get_vector(chunk, 0), size) };
    const { texts } = this.#rows;
    let row = from;
    while (row < size && out.position < byteLimit) {
      const taken = texts.locateRun(row, size, byteLimit - out.position);
      const comma = this.#rowCount === 0 ? 1 : 0;
      out.bytes(texts.source, texts.start + comma, texts.length - comma);
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
    const rowCount = this.#rowCount;
    this.#rowCount = 0;
    return { rowCount, bytes: this.#out.take(this.#capacity) };
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

import type { TrinoError } from '../../../spi/trinoError.ts';
import { isDecodingError } from './decodingError.ts';
import type { DecodedColumn, RowDecoder } from './rowDecoder.ts';

const NONE: ReadonlyMap<DecodedColumn, TrinoError> = new Map();

/** Tells which columns of a row cannot be decoded, and why, in place of raising it. A message that cannot be read at all still fails. */
export class DeferringDecoder implements RowDecoder {
  /** Of the row decoded last. */
  errors = NONE;
  private readonly all: RowDecoder;
  private readonly columns: readonly DecodedColumn[];
  private readonly create: (columns: readonly DecodedColumn[]) => RowDecoder;
  private singles: readonly { readonly column: DecodedColumn; readonly decoder: RowDecoder }[] | undefined;
  private nothing: RowDecoder | undefined;

  constructor(columns: readonly DecodedColumn[], create: (columns: readonly DecodedColumn[]) => RowDecoder) {
    this.columns = columns;
    this.create = create;
    this.all = create(columns);
  }

  decode(data: Buffer, start: number, end: number, row: number): boolean {
    this.errors = NONE;
    try {
      return this.all.decode(data, start, end, row);
    } catch (error) {
      if (!isDecodingError(error)) throw error;
      return this.decodeSingly(data, start, end, row);
    }
  }

  private decodeSingly(data: Buffer, start: number, end: number, row: number): boolean {
    const { columns, create } = this;
    this.nothing ??= create([]);
    const intact = this.nothing.decode(data, start, end, row);
    this.singles ??= columns.map((column) => ({ column, decoder: create([column]) }));
    const errors = new Map<DecodedColumn, TrinoError>();
    for (const { column, decoder } of this.singles) {
      column.builder.clearNull(row);
      try {
        decoder.decode(data, start, end, row);
      } catch (error) {
        if (!isDecodingError(error)) throw error;
        column.builder.setNull(row);
        errors.set(column, error);
      }
    }
    this.errors = errors;
    return intact;
  }
}

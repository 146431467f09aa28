import { isDecodingError } from './decodingError.ts';
import type { DecodedColumn, RowDecoder } from './rowDecoder.ts';

/** Values that do not fit their column are NULL (`"decodeError": "null"`); a message that cannot be read at all is corrupt. */
export function lenientDecoder(columns: readonly DecodedColumn[], create: (columns: readonly DecodedColumn[]) => RowDecoder): RowDecoder {
  const all = create(columns);
  const nothing = create([]);
  let singles: readonly { readonly column: DecodedColumn; readonly decoder: RowDecoder }[] | undefined;
  return {
    decode(data, start, end, row) {
      const whole = attempt(() => all.decode(data, start, end, row));
      if (whole !== undefined) return whole;
      singles ??= columns.map((column) => ({ column, decoder: create([column]) }));
      for (const { column, decoder } of singles) {
        column.builder.clearNull(row);
        if (attempt(() => decoder.decode(data, start, end, row)) === undefined) column.builder.setNull(row);
      }
      return attempt(() => nothing.decode(data, start, end, row)) ?? false;
    },
  };
}

/** undefined: a value does not fit. */
function attempt(decode: () => boolean): boolean | undefined {
  try {
    return decode();
  } catch (error) {
    if (isDecodingError(error)) return undefined;
    throw error;
  }
}

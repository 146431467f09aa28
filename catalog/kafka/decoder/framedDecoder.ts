import { readFrame } from '../registry/wireFormat.ts';
import type { DecodedColumn, RowDecoder } from './rowDecoder.ts';

/** Messages behind the header of Confluent's serializers that need no schema to be read; without the header they are corrupt. */
export function framedDecoder(columns: readonly DecodedColumn[], decoder: RowDecoder): RowDecoder {
  return {
    decode(data, start, end, row) {
      const frame = readFrame(data, start, end);
      if (frame !== undefined) return decoder.decode(data, frame.start, end, row);
      for (const { builder } of columns) builder.setNull(row);
      return false;
    },
  };
}

import { isDecodingError } from './decodingError.ts';
import type { RowDecoder } from './rowDecoder.ts';

/** Tells why a key or a message cannot be decoded (`"decodeError": "dead-letter"`) in place of raising it. */
export class JudgingDecoder implements RowDecoder {
  /** Of the row decoded last; undefined: it could be. */
  error: string | undefined;
  private readonly decoder: RowDecoder;
  private readonly corrupt: string;

  constructor(decoder: RowDecoder, dataFormat: string) {
    this.decoder = decoder;
    this.corrupt = `the bytes are not ${dataFormat}`;
  }

  decode(data: Buffer, start: number, end: number, row: number): boolean {
    try {
      const intact = this.decoder.decode(data, start, end, row);
      this.error = intact ? undefined : this.corrupt;
      return intact;
    } catch (error) {
      if (!isDecodingError(error)) throw error;
      this.error = error.message;
      return false;
    }
  }
}

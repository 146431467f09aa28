import { TrinoError } from '../../../../spi/trinoError.ts';

/** What Trino reports of a damaged sketch. */
export const damaged = (message: string): TrinoError => new TrinoError('GENERIC_INTERNAL_ERROR', undefined, message);

/** Little-endian fields of a serialized sketch, one after the other. */
export class SliceReader {
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get atEnd(): boolean {
    return this.#at === this.#view.byteLength;
  }

  int8(): number {
    return this.#view.getInt8(this.#advance(1));
  }

  uint8(): number {
    return this.#view.getUint8(this.#advance(1));
  }

  int16(): number {
    return this.#view.getInt16(this.#advance(2), true);
  }

  uint16(): number {
    return this.#view.getUint16(this.#advance(2), true);
  }

  int32(): number {
    return this.#view.getInt32(this.#advance(4), true);
  }

  uint32(): number {
    return this.#view.getUint32(this.#advance(4), true);
  }

  int64(): bigint {
    return this.#view.getBigInt64(this.#advance(8), true);
  }

  float64(): number {
    return this.#view.getFloat64(this.#advance(8), true);
  }

  bytes(length: number): Uint8Array {
    return new Uint8Array(this.#view.buffer, this.#view.byteOffset + this.#advance(length), length);
  }

  #advance(length: number): number {
    const at = this.#at;
    if (at + length > this.#view.byteLength) throw damaged(`Range [${at}, ${at} + ${length}) out of bounds for length ${this.#view.byteLength}`);
    this.#at = at + length;
    return at;
  }
}

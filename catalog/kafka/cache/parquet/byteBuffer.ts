const FIRST_BYTES = 1 << 16;

/** Bytes that are appended; the memory serves again after `clear`. */
export class ByteBuffer {
  data = Buffer.allocUnsafeSlow(FIRST_BYTES);
  used = 0;

  /** Makes room for so many more. */
  room(bytes: number): void {
    if (this.used + bytes <= this.data.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.data.length * 2, this.used + bytes));
    this.data.copy(larger, 0, 0, this.used);
    this.data = larger;
  }

  /** A value with its length in front, as PLAIN has it. */
  addValue(source: Uint8Array, from: number, length: number): void {
    this.room(length + 4);
    const { data } = this;
    let to = this.used;
    data[to++] = length;
    data[to++] = length >>> 8;
    data[to++] = length >>> 16;
    data[to++] = length >>> 24;
    if (length < 64) for (let at = from; at < from + length; at++) data[to++] = source[at] ?? 0;
    else data.set(source.subarray(from, from + length), to);
    this.used += length + 4;
  }

  written(): Buffer {
    return this.data.subarray(0, this.used);
  }

  clear(): void {
    this.used = 0;
  }
}

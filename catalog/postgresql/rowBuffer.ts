/** A buffer that grows: the rows of a COPY on their way to the server. */
export class RowBuffer {
  bytes: Buffer;
  view: DataView;
  length = 0;

  constructor(capacity: number) {
    this.bytes = Buffer.allocUnsafeSlow(capacity);
    this.view = new DataView(this.bytes.buffer);
  }

  /** Makes room for so many more bytes. */
  reserve(more: number): void {
    if (this.length + more <= this.bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(this.bytes.length * 2, this.length + more));
    this.bytes.copy(grown, 0, 0, this.length);
    this.bytes = grown;
    this.view = new DataView(grown.buffer);
  }

  int16(value: number): void {
    this.reserve(2);
    this.view.setInt16(this.length, value);
    this.length += 2;
  }

  int32(value: number): void {
    this.reserve(4);
    this.view.setInt32(this.length, value);
    this.length += 4;
  }

  /** Writes a field with its length in front. */
  field(write: () => void): void {
    const start = this.length;
    this.int32(0);
    write();
    this.view.setInt32(start, this.length - start - 4);
  }

  text(value: string): void {
    const length = Buffer.byteLength(value);
    this.reserve(length);
    this.bytes.write(value, this.length, length, 'utf8');
    this.length += length;
  }

  raw(value: Uint8Array): void {
    this.reserve(value.length);
    this.bytes.set(value, this.length);
    this.length += value.length;
  }
}

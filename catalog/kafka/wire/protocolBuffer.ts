/** Writes a request body in Kafka's protocol types; `flexible` chooses the compact forms with tagged fields. */
export class RequestWriter {
  private buffer: Buffer;
  private position = 0;
  private readonly flexible: boolean;

  /** `bytesExpected`: of what is large in it. */
  constructor(flexible = false, bytesExpected = 0) {
    this.flexible = flexible;
    this.buffer = Buffer.allocUnsafe(512 + bytesExpected);
  }

  int8(value: number): this {
    this.reserve(1);
    this.position = this.buffer.writeInt8(value, this.position);
    return this;
  }
  boolean(value: boolean): this {
    return this.int8(value ? 1 : 0);
  }
  int16(value: number): this {
    this.reserve(2);
    this.position = this.buffer.writeInt16BE(value, this.position);
    return this;
  }
  int32(value: number): this {
    this.reserve(4);
    this.position = this.buffer.writeInt32BE(value, this.position);
    return this;
  }
  int64(value: bigint): this {
    this.reserve(8);
    this.position = this.buffer.writeBigInt64BE(value, this.position);
    return this;
  }
  uuid(value: string): this {
    const bytes = Buffer.from(value, 'hex');
    this.reserve(16);
    bytes.copy(this.buffer, this.position);
    this.position += 16;
    return this;
  }
  string(value: string | null): this {
    const length = value === null ? -1 : Buffer.byteLength(value);
    if (this.flexible) this.unsignedVarint(length + 1);
    else this.int16(length);
    if (value !== null) {
      this.reserve(length);
      this.position += this.buffer.write(value, this.position);
    }
    return this;
  }
  bytes(value: Buffer): this {
    if (this.flexible) this.unsignedVarint(value.length + 1);
    else this.int32(value.length);
    this.reserve(value.length);
    value.copy(this.buffer, this.position);
    this.position += value.length;
    return this;
  }
  array<T>(items: readonly T[], write: (item: T) => void): this {
    if (this.flexible) this.unsignedVarint(items.length + 1);
    else this.int32(items.length);
    for (const item of items) write(item);
    return this;
  }
  /** Ends a structure of a flexible version: no tagged fields. */
  noTags(): this {
    return this.flexible ? this.unsignedVarint(0) : this;
  }
  unsignedVarint(value: number): this {
    this.reserve(5);
    let rest = value >>> 0;
    while (rest > 0x7f) {
      this.buffer[this.position++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.buffer[this.position++] = rest;
    return this;
  }
  finish(): Buffer {
    return this.buffer.subarray(0, this.position);
  }

  private reserve(size: number): void {
    if (this.position + size <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.position + size));
    this.buffer.copy(larger, 0, 0, this.position);
    this.buffer = larger;
  }
}

/** Reads a response body; a message that ends too early raises a RangeError, which the connection reports as a broken answer. */
export class ResponseReader {
  readonly buffer: Buffer;
  position: number;
  private readonly flexible: boolean;

  constructor(buffer: Buffer, flexible = false, position = 0) {
    this.buffer = buffer;
    this.flexible = flexible;
    this.position = position;
  }

  int8(): number {
    return this.buffer.readInt8(this.take(1));
  }
  boolean(): boolean {
    return this.int8() !== 0;
  }
  int16(): number {
    return this.buffer.readInt16BE(this.take(2));
  }
  int32(): number {
    return this.buffer.readInt32BE(this.take(4));
  }
  int64(): bigint {
    return this.buffer.readBigInt64BE(this.take(8));
  }
  uuid(): string {
    const start = this.take(16);
    return this.buffer.toString('hex', start, start + 16);
  }
  string(): string | null {
    const length = this.flexible ? this.unsignedVarint() - 1 : this.int16();
    if (length < 0) return null;
    const start = this.take(length);
    return this.buffer.toString('utf8', start, start + length);
  }
  /** The length of a byte sequence; the caller reads it from `position`. */
  bytesLength(): number {
    return this.flexible ? this.unsignedVarint() - 1 : this.int32();
  }
  bytes(): Buffer {
    const length = Math.max(this.bytesLength(), 0);
    const start = this.take(length);
    return this.buffer.subarray(start, start + length);
  }
  array<T>(read: () => T): T[] {
    const length = this.flexible ? this.unsignedVarint() - 1 : this.int32();
    if (length > this.buffer.length - this.position) throw new RangeError('array longer than its message');
    const items: T[] = [];
    for (let i = 0; i < length; i++) items.push(read());
    return items;
  }
  skipTags(): void {
    if (!this.flexible) return;
    for (let n = this.unsignedVarint(); n > 0; n--) {
      this.unsignedVarint();
      const size = this.unsignedVarint();
      this.take(size);
    }
  }
  unsignedVarint(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.buffer.readUInt8(this.take(1));
      value |= (byte & 0x7f) << shift;
      if (byte < 0x80) return value >>> 0;
    }
    throw new RangeError('varint too long');
  }

  private take(size: number): number {
    const start = this.position;
    if (size < 0 || start + size > this.buffer.length) throw new RangeError('message ends too early');
    this.position = start + size;
    return start;
  }
}

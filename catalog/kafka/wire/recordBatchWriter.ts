import { crc32c } from '@node-rs/crc32';

export interface RecordToWrite {
  readonly key?: Buffer;
  readonly value?: Buffer;
  readonly headers?: ReadonlyMap<Buffer, Buffer | undefined>;
}

/** Who writes a batch, and the number of its first record in that partition. */
export interface BatchProducer {
  readonly producerId: bigint;
  readonly producerEpoch: number;
  readonly sequence: number;
}

const HEADER_BYTES = 61;
const FIRST_BYTES = 64 << 10;
const TRANSACTIONAL = 0x10;
/** Length, attributes, timestamp, offset, lengths of key and value, number of headers: never more. */
const RECORD_OVERHEAD = 32;

/** Builds one transactional record batch (format 2) after the other, in the same memory. */
export class RecordBatchWriter {
  private buffer = Buffer.allocUnsafeSlow(FIRST_BYTES);
  private position = HEADER_BYTES;
  private records = 0;
  private timestamp = 0n;

  get count(): number {
    return this.records;
  }

  get bytes(): number {
    return this.position;
  }

  /** How large the batch is at most with this record in it. */
  bytesWith(record: RecordToWrite): number {
    return this.position + this.length(record) + RECORD_OVERHEAD;
  }

  add(record: RecordToWrite): void {
    const { key, value, headers } = record;
    if (this.records === 0) this.timestamp = BigInt(Date.now());
    const length = this.length(record);
    this.reserve(length + RECORD_OVERHEAD);
    this.varint(length);
    this.buffer[this.position++] = 0;
    this.varint(0);
    this.varint(this.records++);
    this.field(key);
    this.field(value);
    this.varint(headers?.size ?? 0);
    for (const [name, content] of headers ?? []) {
      this.field(name);
      this.field(content);
    }
  }

  /** The batch, valid until the next record is added. */
  finish({ producerId, producerEpoch, sequence }: BatchProducer): Buffer {
    const { buffer, position, records } = this;
    buffer.writeBigInt64BE(0n, 0);
    buffer.writeInt32BE(position - 12, 8);
    buffer.writeInt32BE(-1, 12); // leader epoch: the broker's business
    buffer.writeInt8(2, 16);
    buffer.writeInt16BE(TRANSACTIONAL, 21);
    buffer.writeInt32BE(records - 1, 23);
    buffer.writeBigInt64BE(this.timestamp, 27);
    buffer.writeBigInt64BE(this.timestamp, 35);
    buffer.writeBigInt64BE(producerId, 43);
    buffer.writeInt16BE(producerEpoch, 51);
    buffer.writeInt32BE(sequence, 53);
    buffer.writeInt32BE(records, 57);
    buffer.writeUInt32BE(crc32c(buffer.subarray(21, position)), 17);
    this.position = HEADER_BYTES;
    this.records = 0;
    return buffer.subarray(0, position);
  }

  private length({ key, value, headers }: RecordToWrite): number {
    const headersBytes = headers === undefined ? 1 : headersLength(headers);
    // attributes and the difference to the batch's timestamp take a byte each
    return 2 + varintLength(this.records) + fieldLength(key) + fieldLength(value) + headersBytes;
  }

  private field(bytes: Buffer | undefined): void {
    if (bytes === undefined) return this.varint(-1);
    this.varint(bytes.length);
    bytes.copy(this.buffer, this.position);
    this.position += bytes.length;
  }

  private varint(value: number): void {
    let rest = zigzag(value);
    while (rest > 0x7f) {
      this.buffer[this.position++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    this.buffer[this.position++] = rest;
  }

  private reserve(bytes: number): void {
    if (this.position + bytes <= this.buffer.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.buffer.length * 2, this.position + bytes));
    this.buffer.copy(larger, 0, 0, this.position);
    this.buffer = larger;
  }
}

const zigzag = (value: number): number => ((value << 1) ^ (value >> 31)) >>> 0;

function varintLength(value: number): number {
  const bits = zigzag(value);
  return bits < 0x80 ? 1 : bits < 0x4000 ? 2 : bits < 0x200000 ? 3 : bits < 0x10000000 ? 4 : 5;
}

const fieldLength = (bytes: Buffer | undefined): number => (bytes === undefined ? 1 : varintLength(bytes.length) + bytes.length);

function headersLength(headers: ReadonlyMap<Buffer, Buffer | undefined>): number {
  let length = varintLength(headers.size);
  for (const [name, content] of headers) length += fieldLength(name) + fieldLength(content);
  return length;
}

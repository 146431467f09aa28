import { crc32 } from '@node-rs/crc32';
import { decompress } from './compression.ts';
import { CorruptDataError } from './kafkaError.ts';
import { withHeaderChecksum } from './lz4Header.ts';
import type { BatchReading, RecordView } from './recordBatch.ts';

const LZ4 = 3;

/** One message of the formats before Kafka 0.11 (magic 0 and 1), which may wrap a compressed set of others. */
export function readMessageSet(buffer: Buffer, at: number, end: number, reading: BatchReading, view: RecordView): void {
  const message = parse(buffer, at, end);
  const codec = message.attributes & 7;
  if (codec === 0) return deliver(message, message.offset, message.timestamp, reading, view);
  if (message.valueLength < 0) throw new CorruptDataError(`a compressed message without content at offset ${message.offset}`);
  const wrapped = buffer.subarray(message.valueStart, message.valueStart + message.valueLength);
  const inner = decompress(codec, message.magic === 0 && codec === LZ4 ? withHeaderChecksum(wrapped) : wrapped);
  const messages: Message[] = [];
  for (let place = 0; place + 12 <= inner.length; ) {
    const next = place + 12 + inner.readInt32BE(place + 8);
    if (next <= place + 12 || next > inner.length) break;
    messages.push(parse(inner, place, next));
    place = next;
  }
  // with magic 1 the inner offsets count from 0 and the wrapper has that of the last one
  const shift = message.magic === 1 ? message.offset - (messages.at(-1)?.offset ?? 0) : 0;
  const logAppendTime = (message.attributes & 8) !== 0;
  for (const item of messages) deliver(item, item.offset + shift, logAppendTime ? message.timestamp : item.timestamp, reading, view);
}

interface Message {
  readonly buffer: Buffer;
  readonly offset: number;
  readonly magic: number;
  readonly attributes: number;
  readonly timestamp: number;
  readonly keyStart: number;
  readonly keyLength: number;
  readonly valueStart: number;
  readonly valueLength: number;
}

function parse(buffer: Buffer, at: number, end: number): Message {
  const offset = Number(buffer.readBigInt64BE(at));
  const magic = end - at < 26 ? 2 : buffer.readInt8(at + 16);
  if (magic !== 0 && magic !== 1) throw new CorruptDataError(`a message of unknown format at offset ${offset}`);
  if (crc32(buffer.subarray(at + 16, end)) !== buffer.readUInt32BE(at + 12)) throw new CorruptDataError(`wrong checksum of the message at offset ${offset}`);
  const keyAt = at + (magic === 1 ? 26 : 18);
  const keyLength = buffer.readInt32BE(keyAt);
  const valueAt = keyAt + 4 + Math.max(keyLength, 0);
  if (valueAt + 4 > end) throw new CorruptDataError(`a message that ends too early at offset ${offset}`);
  const valueLength = buffer.readInt32BE(valueAt);
  if (valueAt + 4 + Math.max(valueLength, 0) > end) throw new CorruptDataError(`a message that ends too early at offset ${offset}`);
  const timestamp = magic === 1 ? Number(buffer.readBigInt64BE(at + 18)) : -1;
  return { buffer, offset, magic, attributes: buffer.readInt8(at + 17), timestamp, keyStart: keyAt + 4, keyLength, valueStart: valueAt + 4, valueLength };
}

function deliver(message: Message, offset: number, timestamp: number, reading: BatchReading, view: RecordView): void {
  if (offset < reading.from || offset >= reading.to) return;
  if (reading.count !== undefined) return reading.count(1);
  view.buffer = message.buffer;
  view.offset = offset;
  view.timestamp = timestamp;
  view.keyStart = message.keyStart;
  view.keyLength = message.keyLength;
  view.valueStart = message.valueStart;
  view.valueLength = message.valueLength;
  view.headersAt = -1;
  reading.visit(view);
}

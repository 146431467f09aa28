import zlib from 'node:zlib';
import { crc32 } from '@node-rs/crc32';
import { decompress } from '../../wire/compression.ts';
import { AvroCursor, AvroDataError } from './avroReader.ts';

const MAGIC = 0x4f626a01;
const SYNC_BYTES = 16;
const UNPACKED_BYTES_MAX = 1 << 30;

export interface AvroContainer {
  /** The writer's schema, as text. */
  readonly schema: string;
  readonly record: Buffer;
}

interface Header {
  /** From the magic word to the end of the metadata. */
  readonly bytes: Buffer;
  readonly schema: string;
  readonly codec: string;
}

/** Messages of one writer begin with the same bytes. */
let lastHeader: Header | undefined;

/** An object container file with exactly one record: what Trino expects of a message without a schema registry. */
export function openAvroContainer(message: Buffer): AvroContainer {
  if (message.length < 4 || message.readUInt32BE(0) !== MAGIC) throw new AvroDataError('Not an Avro data file.');
  const header = headerOf(message);
  const cursor = new AvroCursor(message, header.bytes.length);
  const sync = message.subarray(cursor.take(SYNC_BYTES), cursor.at);
  if (cursor.at >= message.length) throw new AvroDataError('No avro record found');
  const records = cursor.long();
  const block = cursor.bytes();
  if (!message.subarray(cursor.take(SYNC_BYTES), cursor.at).equals(sync)) throw new AvroDataError('Invalid sync!');
  if (records !== 1n || cursor.at < message.length) throw new AvroDataError('Unexpected extra record found');
  return { schema: header.schema, record: unpack(header.codec, block) };
}

function headerOf(message: Buffer): Header {
  const length = lastHeader?.bytes.length ?? 0;
  if (lastHeader !== undefined && message.length >= length && message.compare(lastHeader.bytes, 0, length, 0, length) === 0) return lastHeader;
  const cursor = new AvroCursor(message, 4);
  const meta = new Map<string, Buffer>();
  for (let count = Number(cursor.long()); count !== 0; count = Number(cursor.long())) {
    if (count < 0) cursor.long();
    for (let i = Math.abs(count); i > 0; i--) meta.set(cursor.bytes().toString('utf8'), cursor.bytes());
  }
  const codec = meta.get('avro.codec')?.toString('latin1') ?? 'null';
  lastHeader = { bytes: Buffer.from(message.subarray(0, cursor.at)), schema: meta.get('avro.schema')?.toString('utf8') ?? '', codec };
  return lastHeader;
}

function unpack(codec: string, block: Buffer): Buffer {
  switch (codec) {
    case 'null':
      return block;
    case 'deflate':
      return zlib.inflateRawSync(block, { maxOutputLength: UNPACKED_BYTES_MAX });
    case 'zstandard':
      return zlib.zstdDecompressSync(block, { maxOutputLength: UNPACKED_BYTES_MAX });
    case 'snappy': {
      const data = decompress(2, block.subarray(0, block.length - 4));
      if (crc32(data) !== block.readUInt32BE(block.length - 4)) throw new AvroDataError('Checksum failure');
      return data;
    }
    default:
      throw new AvroDataError(`Unrecognized codec: ${codec}`);
  }
}

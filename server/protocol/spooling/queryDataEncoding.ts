import { promisify } from 'node:util';
import zlib from 'node:zlib';
import lz4 from 'lz4-napi';
import type { QueryDataEncoding } from '../../config/spoolingConfig.ts';

const zstd = promisify(zlib.zstdCompress);

/** Each piece of output costs a turn of the thread pool. */
const OUTPUT_PIECE_BYTES = 1 << 20;
/** Less is not worth compressing; the missing `uncompressedSize` tells clients. */
const COMPRESS_MIN_BYTES = 8_192;
/** lz4-napi puts the length in front; the protocol wants the bare block. */
const LZ4_LENGTH_BYTES = 4;

/** The first encoding in the client's list that is offered. */
export function chosenEncoding(header: string | string[] | undefined, offered: readonly QueryDataEncoding[]): QueryDataEncoding | undefined {
  const wanted = (Array.isArray(header) ? header.join(',') : (header ?? '')).split(',').map((item) => item.trim().toLowerCase());
  return wanted.map((name) => offered.find((known) => known === name)).find((found) => found !== undefined);
}

export interface EncodedData {
  readonly bytes: Buffer;
  /** Absent: the bytes are not compressed. */
  readonly uncompressedSize?: number;
}

export async function encodeData(encoding: QueryDataEncoding, json: Buffer): Promise<EncodedData> {
  if (encoding === 'json' || json.length < COMPRESS_MIN_BYTES) return { bytes: json };
  const bytes =
    encoding === 'json+zstd'
      ? await zstd(json, { chunkSize: OUTPUT_PIECE_BYTES, pledgedSrcSize: json.length, params: { [zlib.constants.ZSTD_c_compressionLevel]: 1 } })
      : (await lz4.compress(json)).subarray(LZ4_LENGTH_BYTES);
  return { bytes, uncompressedSize: json.length };
}

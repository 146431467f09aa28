import { createRequire } from 'node:module';
import zlib from 'node:zlib';
import { CorruptDataError } from './kafkaError.ts';
import { errorMessage } from '../../../spi/trinoError.ts';

const require = createRequire(import.meta.url);
/** A compressed batch says nothing of its size: this stops one that would unfold without end. */
const UNCOMPRESSED_BYTES_MAX = 1 << 30;
/** What is unpacked comes in pieces of this size, which are put together if there are several: one is best. */
const PIECE_BYTES_MAX = 512 << 10;
const PIECE_BYTES_MIN = 16 << 10;
const RATIO = 32;
const XERIAL_MAGIC = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0]);

interface Snappy {
  uncompressSync(input: Buffer, options: { asBuffer: true }): Buffer;
}
interface Lz4 {
  decompressFrameSync(input: Buffer): Buffer;
}
let snappy: Snappy | undefined;
let lz4: Lz4 | undefined;

/** Codecs by the low three bits of a batch's attributes. The native ones are loaded when first met. */
export function decompress(codec: number, input: Buffer): Buffer {
  try {
    switch (codec) {
      case 1:
        return zlib.gunzipSync(input, unpacking(input));
      case 2:
        return unsnappy(input);
      case 3:
        lz4 ??= require('lz4-napi') as Lz4;
        return lz4.decompressFrameSync(input);
      case 4:
        return zlib.zstdDecompressSync(input, unpacking(input));
    }
  } catch (cause) {
    throw new CorruptDataError(`compressed data (codec ${codec}) cannot be read: ${errorMessage(cause)}`, { cause });
  }
  throw new CorruptDataError(`unknown compression codec ${codec}`);
}

function unpacking({ length }: Buffer): { readonly maxOutputLength: number; readonly chunkSize: number } {
  return { maxOutputLength: UNCOMPRESSED_BYTES_MAX, chunkSize: Math.max(PIECE_BYTES_MIN, Math.min(PIECE_BYTES_MAX, length * RATIO)) };
}

/**
 * Nobody looks at what was unpacked any more. What is not of zlib is left to the garbage collector, and so is what is small: it lies in the
 * pool that Node shares between buffers.
 */
export function freeUnpacked({ buffer }: Buffer): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength > Buffer.poolSize && !buffer.detached) buffer.transfer(0);
}

/** Java clients wrap snappy in blocks with a header of their own; others send one bare block. */
function unsnappy(input: Buffer): Buffer {
  snappy ??= require('snappy') as Snappy;
  if (input.length < 16 || !input.subarray(0, 8).equals(XERIAL_MAGIC)) return snappy.uncompressSync(input, { asBuffer: true });
  const blocks: Buffer[] = [];
  for (let at = 16; at + 4 <= input.length; ) {
    const size = input.readInt32BE(at);
    at += 4;
    if (size < 0 || at + size > input.length) throw new CorruptDataError('a snappy block ends too early');
    blocks.push(snappy.uncompressSync(input.subarray(at, at + size), { asBuffer: true }));
    at += size;
  }
  return blocks.length === 1 && blocks[0] !== undefined ? blocks[0] : Buffer.concat(blocks);
}

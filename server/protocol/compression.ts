import { promisify } from 'node:util';
import zlib from 'node:zlib';

const gzip = promisify(zlib.gzip);
const zstd = promisify(zlib.zstdCompress);

const MIN_BYTES = 32;
/** Up to this size the way to another thread costs more than the work. */
const SYNCHRONOUS_BYTES_MAX = 16_384;

export interface Body {
  /** They follow each other. */
  readonly parts: readonly Uint8Array[];
  readonly encoding?: string;
}

/** Compresses off the JS thread when the client asks for it; small answers are not worth it. */
export async function compressed(parts: readonly Uint8Array[], acceptEncoding: string | undefined): Promise<Body> {
  if (acceptEncoding === undefined || byteCountOf(parts) < MIN_BYTES) return { parts };
  const accepted = new Set(
    acceptEncoding
      .split(',')
      .map((item) => item.trim().toLowerCase())
      .filter((item) => !/;\s*q=0(?:\.0*)?$/.test(item))
      .map((item) => item.replace(/\s*;.*$/, '')),
  );
  if (accepted.has('zstd')) {
    const body = Buffer.concat(parts);
    const options = { params: { [zlib.constants.ZSTD_c_compressionLevel]: 1 } };
    return { parts: [body.length > SYNCHRONOUS_BYTES_MAX ? await zstd(body, options) : zlib.zstdCompressSync(body, options)], encoding: 'zstd' };
  }
  if (accepted.has('gzip')) {
    const body = Buffer.concat(parts);
    const options = { level: 1 };
    return { parts: [body.length > SYNCHRONOUS_BYTES_MAX ? await gzip(body, options) : zlib.gzipSync(body, options)], encoding: 'gzip' };
  }
  return { parts };
}

export const byteCountOf = (parts: readonly Uint8Array[]): number => parts.reduce((sum, part) => sum + part.length, 0);

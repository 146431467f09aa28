import { promisify } from 'node:util';
import zlib from 'node:zlib';

const gzip = promisify(zlib.gzip);
const zstd = promisify(zlib.zstdCompress);

const MIN_BYTES = 32;
/** Up to this size the way to another thread costs more than the work. */
const SYNCHRONOUS_BYTES_MAX = 16_384;

/** Compresses off the JS thread when the client asks for it; small answers are not worth it. */
export async function compressed(body: Buffer, acceptEncoding: string | undefined): Promise<{ body: Buffer; encoding?: string }> {
  if (body.length < MIN_BYTES || acceptEncoding === undefined) return { body };
  const accepted = new Set(
    acceptEncoding
      .split(',')
      .map((item) => item.trim().toLowerCase())
      .filter((item) => !/;\s*q=0(?:\.0*)?$/.test(item))
      .map((item) => item.replace(/\s*;.*$/, '')),
  );
  if (accepted.has('zstd')) {
    const options = { params: { [zlib.constants.ZSTD_c_compressionLevel]: 1 } };
    return { body: body.length > SYNCHRONOUS_BYTES_MAX ? await zstd(body, options) : zlib.zstdCompressSync(body, options), encoding: 'zstd' };
  }
  if (accepted.has('gzip')) {
    const options = { level: 1 };
    return { body: body.length > SYNCHRONOUS_BYTES_MAX ? await gzip(body, options) : zlib.gzipSync(body, options), encoding: 'gzip' };
  }
  return { body };
}

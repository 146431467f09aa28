import { promisify } from 'node:util';
import zlib from 'node:zlib';

const gzip = promisify(zlib.gzip);
const zstd = promisify(zlib.zstdCompress);

const MIN_BYTES = 1_024;

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
  if (accepted.has('zstd')) return { body: await zstd(body, { params: { [zlib.constants.ZSTD_c_compressionLevel]: 1 } }), encoding: 'zstd' };
  if (accepted.has('gzip')) return { body: await gzip(body, { level: 1 }), encoding: 'gzip' };
  return { body };
}

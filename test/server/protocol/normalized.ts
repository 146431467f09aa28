import { hash } from 'node:crypto';
import { promisify } from 'node:util';
import zlib from 'node:zlib';
import { uncompressSync } from 'lz4-napi';
import type { RawAnswer } from './exchange.ts';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
export type JsonObject = { readonly [key: string]: Json };

/** What differs from run to run, from server to server, and says nothing. */
const UNCOMPARED_HEADERS = new Set(['date', 'content-length', 'connection', 'keep-alive', 'transfer-encoding']);
const ROWS_SHOWN_MAX = 30;

export const isObject = (value: Json | undefined): value is JsonObject => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Ids, secrets, hosts and instants by name. */
export function anonymous(text: string): string {
  return text
    .replaceAll(/\b\d{8}_\d{6}_\d{5}_[a-z0-9]{5}\b/g, '<query>')
    .replaceAll(/\/y[0-9a-f]{40}\//g, '/<slug>/')
    .replaceAll(/\/partialCancel\/<query>\/\d+\//g, '/partialCancel/<query>/<stage>/')
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, '<uuid>')
    .replaceAll(/\b(?:localhost|127\.0\.0\.1):\d+/g, '<host>')
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d+(?:Z|\b)/g, '<time>');
}

export function anonymousJson(value: JsonObject): JsonObject {
  const named: Json = JSON.parse(anonymous(JSON.stringify(value)));
  return isObject(named) ? named : value;
}

export function normalizedHeaders({ headers }: RawAnswer): JsonObject {
  const names = Object.keys(headers).filter((name) => !UNCOMPARED_HEADERS.has(name));
  return Object.fromEntries(names.toSorted().map((name) => [name, anonymous(headers[name] ?? '')]));
}

/** Figures that depend on the machine are told by their type, progress (known at some time) and the stages below the root not at all. */
export function normalizedStats(stats: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.keys(stats)
      .filter((key) => key !== 'progressPercentage' && key !== 'runningPercentage')
      .toSorted()
      .map((key): [string, Json] => {
        const value = stats[key] ?? null;
        if (key === 'rootStage') return [key, isObject(value) ? normalizedStats(value) : value];
        return [key, Array.isArray(value) ? 'array' : typeof value];
      }),
  );
}

/** Stacks are those of the program. */
export function normalizedError(error: JsonObject): JsonObject {
  const { failureInfo, ...rest } = error;
  if (!isObject(failureInfo)) return error;
  const { stack: _stack, cause: _cause, ...told } = failureInfo;
  return anonymousJson({ ...rest, failureInfo: told });
}

/** A few rows as they are, many as their number and a digest. */
export function normalizedRows(rows: readonly Json[], unordered: boolean): Json {
  const sorted = unordered ? rows.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1)) : rows;
  return sorted.length <= ROWS_SHOWN_MAX ? sorted : { rows: sorted.length, sha1: hash('sha1', JSON.stringify(sorted)) };
}

const zstdDecompress = promisify(zlib.zstdDecompress);

/** The bytes of a segment as the rows that they hold. */
export async function segmentRows(bytes: Buffer, encoding: string, uncompressedSize: number | undefined): Promise<readonly Json[]> {
  let plain = bytes;
  if (uncompressedSize !== undefined) {
    if (encoding === 'json+zstd') plain = await zstdDecompress(bytes);
    else {
      const sized = Buffer.alloc(4 + bytes.length);
      sized.writeUInt32LE(uncompressedSize);
      bytes.copy(sized, 4);
      plain = uncompressSync(sized);
    }
  }
  const rows: Json = JSON.parse(plain.toString('utf8'));
  if (!Array.isArray(rows)) throw new Error('a segment holds no rows');
  return rows;
}

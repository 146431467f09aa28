import { open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';
import type { IsolationLevel } from '../wire/clusterOptions.ts';

const VERSION = 2;
const CHECKED_BYTES = 1 << 20;
const ISOLATIONS: readonly unknown[] = ['read_committed', 'read_uncommitted'];

/** Decoded messages of one partition, all from one offset to another, as a file holds them. */
export interface SegmentDescription {
  readonly topic: string;
  readonly partition: number;
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
  /** Messages in it; fewer than offsets where there are control records. */
  readonly rows: number;
  readonly isolation: IsolationLevel;
  /** Names those of its messages that are in it; absent: all. */
  readonly messages?: string;
  /** Ids of the columns that the file has; none: there is no file, the messages were counted. */
  readonly columns: readonly string[];
  readonly bytes: number;
  readonly crc: number;
  /** The epoch of the leader that wrote its last batch; -1: not known. */
  readonly leaderEpoch: number;
  /** The cache that had it written; what it has written itself it need not check. */
  readonly writer: string;
  /** When the data was written (milliseconds; 0: there is none). */
  readonly writtenMs: number;
}

/** A segment is a Parquet file `NAME.parquet` and, written last, its description `NAME.json`. */
export const DESCRIPTION = '.json';
export const DATA = '.parquet';
export const UNFINISHED = '.tmp';

/** Where the description cannot be written, as on a disk that is full, the data goes too. */
export async function writeDescription(dir: string, name: string, segment: SegmentDescription): Promise<void> {
  const unfinished = path.join(dir, `${name}${UNFINISHED}`);
  try {
    await writeFile(unfinished, JSON.stringify({ version: VERSION, ...segment }), { flag: 'wx' });
    await rename(unfinished, path.join(dir, `${name}${DESCRIPTION}`));
  } catch (error) {
    await rm(unfinished, { force: true });
    await removeSegment(dir, name);
    throw error;
  }
}

/** undefined: missing, or none of ours. */
export async function readDescription(dir: string, name: string): Promise<SegmentDescription | undefined> {
  const text = await unlessMissing(readFile(path.join(dir, `${name}${DESCRIPTION}`), 'utf8'));
  if (text === undefined) return undefined;
  try {
    const parsed: unknown = JSON.parse(text);
    return isDescription(parsed) ? parsed : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isDescription(value: unknown): value is SegmentDescription {
  if (typeof value !== 'object' || value === null) return false;
  const json: { readonly [key: string]: unknown } = { ...value };
  const numbers = [json.partition, json.start, json.end, json.rows, json.bytes, json.crc, json.leaderEpoch];
  return (
    json.version === VERSION &&
    typeof json.topic === 'string' &&
    typeof json.writer === 'string' &&
    typeof json.writtenMs === 'number' &&
    numbers.every((number) => Number.isSafeInteger(number)) &&
    ISOLATIONS.includes(json.isolation) &&
    (json.messages === undefined || typeof json.messages === 'string') &&
    Array.isArray(json.columns) &&
    json.columns.every((id) => typeof id === 'string')
  );
}

/**
 * When the data was last written (milliseconds; 0: there is none), if it is there to the last bit; data that has not changed since
 * `verifiedMs` is not read again.
 */
export async function intactSince(dir: string, name: string, segment: SegmentDescription, verifiedMs: number | undefined): Promise<number | undefined> {
  if (segment.columns.length === 0) return 0;
  const file = path.join(dir, `${name}${DATA}`);
  const found = await unlessMissing(stat(file));
  if (found?.size !== segment.bytes) return undefined;
  if (found.mtimeMs === verifiedMs) return verifiedMs;
  try {
    return (await checksum(file)) === segment.crc ? found.mtimeMs : undefined;
  } catch {
    return undefined; // what cannot be read is not there
  }
}

/** One buffer for the whole file: a stream leaves a megabyte behind with each read, faster than it is collected. */
async function checksum(file: string): Promise<number> {
  const handle = await open(file);
  try {
    const buffer = Buffer.allocUnsafeSlow(CHECKED_BYTES);
    let crc = 0;
    for (;;) {
      const { bytesRead } = await handle.read(buffer, 0, buffer.length);
      if (bytesRead === 0) return crc;
      crc = crc32(buffer.subarray(0, bytesRead), crc);
    }
  } finally {
    await handle.close();
  }
}

/** undefined: there is no such file. */
export async function unlessMissing<T>(found: Promise<T>): Promise<T | undefined> {
  try {
    return await found;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
}

/** The description goes first: without it the data is nobody's. */
export async function removeSegment(dir: string, name: string): Promise<void> {
  await rm(path.join(dir, `${name}${DESCRIPTION}`), { force: true });
  await rm(path.join(dir, `${name}${DATA}`), { force: true });
}

import type { Session } from '../../../spi/session.ts';
import { parseDataSizeBytes } from '../../config/units.ts';
import type { Query } from '../../query/query.ts';
import { toTrinoError } from '../../query/queryState.ts';
import type { QueryDataEncoding } from '../../config/spoolingConfig.ts';
import { byteCountOf } from '../compression.ts';
import { encodeData } from './queryDataEncoding.ts';
import type { DirectLink } from './segmentStorage.ts';
import type { SegmentStore } from './segmentStore.ts';

/** What travels in `data` for a client that takes segments. */
export interface SegmentJson {
  readonly type: 'inline' | 'spooled';
  readonly data?: string;
  readonly uri?: string;
  readonly ackUri?: string;
  readonly headers?: DirectLink['headers'];
  readonly metadata: Readonly<Record<string, number | string>>;
}

export interface SpooledResultsOptions {
  readonly query: Query;
  readonly encoding: QueryDataEncoding;
  readonly store: SegmentStore;
  /** Where this client reaches the server. */
  readonly baseUri: string;
}

/** From the session: how much goes inline, and how large spooled segments begin and become. */
interface SpoolingLimits {
  readonly inlineRowsMax: number;
  readonly inlineBytesMax: number;
  readonly segmentBytesInitial: number;
  readonly segmentBytesMax: number;
}

function limitsOf({ systemProperties }: Session): SpoolingLimits {
  const size = (name: string): number => {
    const bytes = parseDataSizeBytes(String(systemProperties.get(name)));
    if (bytes === undefined) throw new Error(`the session has no ${name}`);
    return bytes;
  };
  const inlining = systemProperties.get('spooling_inlining_enabled') === true;
  const segmentBytesMax = size('spooling_max_segment_size');
  return {
    inlineRowsMax: inlining ? Number(systemProperties.get('spooling_inlining_max_rows')) : 0,
    inlineBytesMax: inlining ? size('spooling_inlining_max_size') : 0,
    segmentBytesInitial: Math.min(size('spooling_initial_segment_size'), segmentBytesMax),
    segmentBytesMax,
  };
}

const PULL_WAIT_MS = 1_000;
/** From the last stored row to the end of the query: its transaction ends in between. */
const ENDING_MS_MAX = 10 * 60_000;
/** Segments that may wait for the client in memory as their few words of JSON. */
const WAITING_MAX = 10_000;

/**
 * Reads the query's pages on, whether or not the client comes for them: first as inline segments, then into the store. The
 * query ends, and frees its slot, as soon as its last row is stored.
 */
export class SpooledResults {
  readonly #options: SpooledResultsOptions;
  readonly #waiting: SegmentJson[] = [];
  readonly #limits: SpoolingLimits;
  #segmentBytes: number;
  #rowOffset = 0;
  #inlinedBytes = 0;
  /** What comes after something that was spooled is spooled too. */
  #inlining = true;
  #done = false;
  #wake: () => void = () => {};
  #scratch: Buffer = Buffer.alloc(0);

  constructor(options: SpooledResultsOptions) {
    this.#options = options;
    this.#limits = limitsOf(options.query.session);
    this.#segmentBytes = this.#limits.segmentBytesInitial;
    const { query } = options;
    const stored = this.#run();
    query.finishAfter(stored);
    const end = () => {
      this.#done = true;
      this.#wake();
    };
    const ended = () => query.states.wait(() => query.states.done, ENDING_MS_MAX);
    stored.then(ended, ended).then(end, end);
  }

  get encoding(): QueryDataEncoding {
    return this.#options.encoding;
  }

  /** Everything is stored and was taken. */
  get finished(): boolean {
    return this.#done && this.#waiting.length === 0;
  }

  /** Segments that are ready, or none after `waitMs`. */
  async take(waitMs: number): Promise<readonly SegmentJson[]> {
    if (this.#waiting.length === 0 && !this.#done) {
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        timer = setTimeout(resolve, waitMs);
      });
      clearTimeout(timer);
    }
    return this.#waiting.splice(0);
  }

  /** Until all rows are stored; fails when they cannot be. One segment is compressed and stored while the rows of the next are read. */
  async #run(): Promise<void> {
    const { query } = this.#options;
    let storing: Promise<void> = Promise.resolve();
    try {
      let parts: Uint8Array[] = [];
      let bytes = 0;
      let rows = 0;
      while (!query.pagesEnded) {
        const page = await query.takePage(PULL_WAIT_MS);
        if (page === undefined || page.rowCount === 0) continue;
        if (parts.length > 0) parts.push(COMMA);
        parts.push(...page.parts);
        bytes += page.byteCount;
        rows += page.rowCount;
        this.#inlining &&= this.#rowOffset + rows <= this.#limits.inlineRowsMax && this.#inlinedBytes + bytes <= this.#limits.inlineBytesMax;
        if (!this.#inlining && bytes < this.#segmentBytes && !query.pagesEnded) continue;
        await storing;
        storing = this.#emit(parts, rows);
        storing.catch((error: unknown) => this.#stop(error));
        parts = [];
        bytes = 0;
        rows = 0;
      }
      await storing;
      if (rows > 0 && query.states.state !== 'FAILED') await this.#emit(parts, rows);
    } catch (error) {
      await storing.catch(() => undefined); // it is this error, or comes after it
      await this.#stop(error);
      throw error;
    }
  }

  /**
   * In memory that serves all compressed segments of this query, one after the other: what is large and dies young makes V8 collect its whole heap. An
   * uncompressed segment is kept by the store as it is.
   */
  #joined(parts: readonly Uint8Array[]): Buffer {
    const length = byteCountOf(parts);
    if (this.#options.encoding === 'json') return Buffer.concat(parts, length);
    if (this.#scratch.length < length) this.#scratch = Buffer.allocUnsafeSlow(length + (length >> 3));
    let end = 0;
    for (const part of parts) {
      this.#scratch.set(part, end);
      end += part.length;
    }
    return this.#scratch.subarray(0, length);
  }

  async #stop(error: unknown): Promise<void> {
    const { query } = this.#options;
    if (!query.pagesEnded) await query.cancel(toTrinoError(error));
  }

  async #emit(parts: readonly Uint8Array[], rowsCount: number): Promise<void> {
    const { encoding, store, baseUri } = this.#options;
    const json = this.#joined([OPEN, ...parts, CLOSE]);
    const inline = this.#inlining;
    const rowOffset = this.#rowOffset;
    this.#rowOffset += rowsCount;
    if (inline) this.#inlinedBytes += json.length;
    else this.#segmentBytes = Math.min(this.#segmentBytes * 2, this.#limits.segmentBytesMax);
    const { bytes, uncompressedSize } = await encodeData(encoding, json);
    const sizes = { segmentSize: bytes.length, ...(uncompressedSize === undefined ? {} : { uncompressedSize }), rowsCount, rowOffset };
    if (this.#waiting.length >= WAITING_MAX) throw new Error('too many segments wait for the client');
    if (inline) {
      this.#waiting.push({ type: 'inline', data: bytes.toString('base64'), metadata: sizes });
    } else {
      const { id, expiresMs, directUri, headers } = await store.write(bytes);
      const expiresAt = new Date(expiresMs).toISOString().replace('Z', '');
      const uri = (what: string) => `${baseUri}/v1/spooled/${what}/${id}`;
      this.#waiting.push({
        type: 'spooled',
        uri: directUri ?? uri('download'),
        ackUri: uri('ack'),
        metadata: { ...sizes, expiresAt },
        ...(Object.keys(headers).length === 0 ? {} : { headers }),
      });
    }
    this.#wake();
  }
}

const OPEN = Buffer.from('[');
const COMMA = Buffer.from(',');
const CLOSE = Buffer.from(']');

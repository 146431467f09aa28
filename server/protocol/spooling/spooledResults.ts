import type { Query } from '../../query/query.ts';
import { toTrinoError } from '../../query/queryState.ts';
import { type QueryDataEncoding, encodeData } from './queryDataEncoding.ts';
import type { SegmentStore } from './segmentStore.ts';

/** What travels in `data` for a client that takes segments. */
export interface SegmentJson {
  readonly type: 'inline' | 'spooled';
  readonly data?: string;
  readonly uri?: string;
  readonly ackUri?: string;
  readonly metadata: Readonly<Record<string, number | string>>;
}

export interface SpooledResultsOptions {
  readonly query: Query;
  readonly encoding: QueryDataEncoding;
  readonly store: SegmentStore;
  /** Where this client reaches the server. */
  readonly baseUri: string;
}

const INLINE_TOTAL_BYTES = 2 * 1024 * 1024;
const SEGMENT_BYTES = 8 * 1024 * 1024;
const PULL_WAIT_MS = 1_000;
/** Segments that may wait for the client in memory as their few words of JSON. */
const WAITING_MAX = 10_000;

/**
 * Reads the query's pages on, whether or not the client comes for them: first as inline segments, then into the store. The
 * query ends, and frees its slot, as soon as its last row is stored.
 */
export class SpooledResults {
  readonly #options: SpooledResultsOptions;
  readonly #waiting: SegmentJson[] = [];
  #rowOffset = 0;
  #inlined = 0;
  #done = false;
  #wake: () => void = () => {};

  constructor(options: SpooledResultsOptions) {
    this.#options = options;
    void this.#run();
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

  async #run(): Promise<void> {
    const { query } = this.#options;
    try {
      let parts: Uint8Array[] = [];
      let bytes = 0;
      let rows = 0;
      while (!query.states.done) {
        const page = await query.takePage(PULL_WAIT_MS);
        if (page === undefined || page.rowCount === 0) continue;
        parts.push(page.bytes);
        bytes += page.bytes.length;
        rows += page.rowCount;
        if (this.#inlined >= INLINE_TOTAL_BYTES && bytes < SEGMENT_BYTES && !query.states.done) continue;
        await this.#emit(parts, rows);
        parts = [];
        bytes = 0;
        rows = 0;
      }
      if (rows > 0 && query.states.state === 'FINISHED') await this.#emit(parts, rows);
    } catch (error) {
      await query.cancel(toTrinoError(error));
    }
    this.#done = true;
    this.#wake();
  }

  async #emit(parts: readonly Uint8Array[], rowsCount: number): Promise<void> {
    const { encoding, store, baseUri } = this.#options;
    const json = Buffer.concat([OPEN, ...parts.flatMap((part, at) => (at === 0 ? [part] : [COMMA, part])), CLOSE]);
    const { bytes, uncompressedSize } = await encodeData(encoding, json);
    const sizes = { segmentSize: bytes.length, ...(uncompressedSize === undefined ? {} : { uncompressedSize }), rowsCount, rowOffset: this.#rowOffset };
    this.#rowOffset += rowsCount;
    if (this.#waiting.length >= WAITING_MAX) throw new Error('too many segments wait for the client');
    if (this.#inlined < INLINE_TOTAL_BYTES) {
      this.#inlined += json.length;
      this.#waiting.push({ type: 'inline', data: bytes.toString('base64'), metadata: sizes });
    } else {
      const { id, expiresMs } = await store.write(bytes);
      const expiresAt = new Date(expiresMs).toISOString().replace('Z', '');
      const uri = (what: string) => `${baseUri}/v1/spooled/${what}/${id}`;
      this.#waiting.push({ type: 'spooled', uri: uri('download'), ackUri: uri('ack'), metadata: { ...sizes, expiresAt } });
    }
    this.#wake();
  }
}

const OPEN = Buffer.from('[');
const COMMA = Buffer.from(',');
const CLOSE = Buffer.from(']');

import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Readable } from 'node:stream';
import type { Logger } from '../../../spi/connector.ts';
import { errorMessage, TrinoError } from '../../../spi/trinoError.ts';
import type { RetrievalMode } from '../../config/spoolingConfig.ts';
import type { DirectLink, SegmentStorage } from './segmentStorage.ts';

export interface SegmentStoreOptions {
  readonly storage: SegmentStorage;
  readonly retrievalMode: RetrievalMode;
  readonly ttlMs: number;
  readonly directTtlMs: number;
  readonly sizeMaxBytes: number;
  /** An acknowledged segment is removed; else it stays until it expires. */
  readonly explicitAck: boolean;
  /** How often to look for what was left by a server that is gone; undefined: never. */
  readonly pruningIntervalMs: number | undefined;
  /** Signs the ids that clients get. */
  readonly secret: Buffer;
  readonly now: () => number;
  readonly log: Logger;
}

interface Segment {
  readonly name: string;
  readonly key: Buffer;
  readonly bytes: number;
  readonly expiresMs: number;
}

export interface StoredSegment {
  readonly id: string;
  readonly expiresMs: number;
  /** Where the client reads it by itself; undefined: from this server. */
  readonly directUri: string | undefined;
  /** What the client must send when it reads the segment, here or where it is pointed to. */
  readonly headers: DirectLink['headers'];
}

const ID_BYTES = 16;
const KEY_BYTES = 32;
const SWEEP_MS = 60_000;

/** Spooled result segments and who may read them. Ids are random and signed: who has none reads nothing. */
export class SegmentStore {
  readonly #options: SegmentStoreOptions;
  readonly #segments = new Map<string, Segment>();
  readonly #timers: readonly NodeJS.Timeout[];
  #bytes = 0;

  constructor(options: SegmentStoreOptions) {
    this.#options = options;
    const timers = [setInterval(() => this.#removeExpired(), SWEEP_MS)];
    if (options.pruningIntervalMs !== undefined) timers.push(setInterval(() => void this.prune(), options.pruningIntervalMs));
    for (const timer of timers) timer.unref();
    this.#timers = timers;
  }

  get bytes(): number {
    return this.#bytes;
  }

  async write(data: Buffer): Promise<StoredSegment> {
    const { storage, now, sizeMaxBytes, ttlMs } = this.#options;
    if (this.#bytes + data.length > sizeMaxBytes) {
      throw new TrinoError(
        'GENERIC_INSUFFICIENT_RESOURCES',
        undefined,
        `Spooled results exceed the maximum size of ${sizeMaxBytes} bytes (lepton.spooling.max-size)`,
      );
    }
    this.#bytes += data.length;
    const id = randomBytes(ID_BYTES);
    const segment = { name: id.toString('hex'), key: randomBytes(KEY_BYTES), bytes: data.length, expiresMs: now() + ttlMs };
    try {
      await storage.write(segment.name, data, segment.key);
    } catch (error) {
      this.#bytes -= data.length;
      throw error;
    }
    const signed = Buffer.concat([id, this.#signature(id)]).toString('base64url');
    this.#segments.set(signed, segment);
    const { retrievalMode } = this.#options;
    const link = retrievalMode === 'STORAGE' || retrievalMode === 'COORDINATOR_STORAGE_REDIRECT' ? await this.#directLink(segment) : undefined;
    return { id: signed, expiresMs: segment.expiresMs, directUri: retrievalMode === 'STORAGE' ? link?.uri : undefined, headers: link?.headers ?? {} };
  }

  /** undefined: no such segment, or a forged id. */
  async read(id: string): Promise<{ readonly stream: Readable; readonly bytes: number } | { readonly redirect: DirectLink } | undefined> {
    const segment = this.#verified(id);
    if (segment === undefined) return undefined;
    const redirect = this.#options.retrievalMode === 'COORDINATOR_STORAGE_REDIRECT' ? await this.#directLink(segment) : undefined;
    if (redirect !== undefined) return { redirect };
    return { stream: await this.#options.storage.read(segment.name, segment.key), bytes: segment.bytes };
  }

  async acknowledge(id: string): Promise<boolean> {
    const segment = this.#verified(id);
    if (segment === undefined) return false;
    if (this.#options.explicitAck) await this.#remove(id, segment);
    return true;
  }

  /** Removes what servers that are gone have left, a little longer than a segment lives. */
  async prune(): Promise<void> {
    const { storage, now, ttlMs, log } = this.#options;
    try {
      const count = (await storage.prune?.(now() - ttlMs)) ?? 0;
      if (count > 0) log.info('expired segments removed', { count });
    } catch (error) {
      log.warn('expired segments are not removed', { error: errorMessage(error) });
    }
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#segments.clear();
    await this.#options.storage.close();
  }

  async #directLink(segment: Segment): Promise<DirectLink | undefined> {
    return this.#options.storage.directLink?.(segment.name, segment.key, Math.min(this.#options.directTtlMs, this.#options.ttlMs));
  }

  #verified(id: string): Segment | undefined {
    const raw = Buffer.from(id, 'base64url');
    const signature = this.#signature(raw.subarray(0, ID_BYTES));
    const given = raw.subarray(ID_BYTES);
    if (given.length !== signature.length || !timingSafeEqual(given, signature)) return undefined;
    const segment = this.#segments.get(id);
    return segment !== undefined && segment.expiresMs > this.#options.now() ? segment : undefined;
  }

  #signature(id: Buffer): Buffer {
    return createHmac('sha256', this.#options.secret).update(id).digest();
  }

  async #remove(id: string, segment: Segment): Promise<void> {
    this.#segments.delete(id);
    this.#bytes -= segment.bytes;
    await this.#options.storage.remove(segment.name);
  }

  #removeExpired(): void {
    const { now, log } = this.#options;
    for (const [id, segment] of this.#segments) {
      if (segment.expiresMs > now()) continue;
      this.#remove(id, segment).catch((error: unknown) => log.warn('an expired segment is not removed', { segment: segment.name, error: String(error) }));
    }
  }
}

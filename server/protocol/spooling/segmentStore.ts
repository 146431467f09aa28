import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { mkdir, rm, stat, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { TrinoError } from '../../../spi/trinoError.ts';

export interface SegmentStoreOptions {
  readonly dir: string;
  readonly ttlMs: number;
  readonly sizeMaxBytes: number;
  /** Signs the ids that clients get. */
  readonly secret: Buffer;
  readonly now: () => number;
}

interface Segment {
  readonly file: string;
  readonly bytes: number;
  readonly expiresMs: number;
}

export interface StoredSegment {
  readonly id: string;
  readonly expiresMs: number;
}

const ID_BYTES = 16;
const SWEEP_MS = 60_000;

/** Spooled result segments as files. Ids are random and signed: who has none reads nothing. */
export class SegmentStore {
  readonly #options: SegmentStoreOptions;
  readonly #segments = new Map<string, Segment>();
  readonly #sweep: NodeJS.Timeout;
  #bytes = 0;
  #ready: Promise<unknown> | undefined;

  constructor(options: SegmentStoreOptions) {
    this.#options = options;
    this.#sweep = setInterval(() => void this.#sweepNow(), SWEEP_MS);
    this.#sweep.unref();
  }

  get bytes(): number {
    return this.#bytes;
  }

  async write(data: Buffer): Promise<StoredSegment> {
    const { dir, now, sizeMaxBytes, ttlMs } = this.#options;
    if (this.#bytes + data.length > sizeMaxBytes) {
      throw new TrinoError(
        'GENERIC_INSUFFICIENT_RESOURCES',
        undefined,
        `Spooled results exceed the maximum size of ${sizeMaxBytes} bytes (lepton.spooling.max-size)`,
      );
    }
    this.#bytes += data.length;
    this.#ready ??= rm(dir, { recursive: true, force: true }).then(() => mkdir(dir, { recursive: true, mode: 0o700 }));
    await this.#ready;
    const id = randomBytes(ID_BYTES);
    const file = path.join(dir, id.toString('hex'));
    await writeFile(file, data, { mode: 0o600 });
    const expiresMs = now() + ttlMs;
    const signed = Buffer.concat([id, this.#signature(id)]).toString('base64url');
    this.#segments.set(signed, { file, bytes: data.length, expiresMs });
    return { id: signed, expiresMs };
  }

  /** undefined: no such segment, or a forged id. */
  async read(id: string): Promise<{ readonly stream: ReadStream; readonly bytes: number } | undefined> {
    const segment = this.#verified(id);
    if (segment === undefined) return undefined;
    await stat(segment.file);
    return { stream: createReadStream(segment.file), bytes: segment.bytes };
  }

  async acknowledge(id: string): Promise<boolean> {
    const segment = this.#verified(id);
    if (segment === undefined) return false;
    await this.#remove(id, segment);
    return true;
  }

  async close(): Promise<void> {
    clearInterval(this.#sweep);
    this.#segments.clear();
    if (this.#ready !== undefined) await rm(this.#options.dir, { recursive: true, force: true });
  }

  #verified(id: string): Segment | undefined {
    const raw = Buffer.from(id, 'base64url');
    const signature = this.#signature(raw.subarray(0, ID_BYTES));
    const given = raw.subarray(ID_BYTES);
    if (given.length !== signature.length || !timingSafeEqual(given, signature)) return undefined;
    return this.#segments.get(id);
  }

  #signature(id: Buffer): Buffer {
    return createHmac('sha256', this.#options.secret).update(id).digest();
  }

  async #remove(id: string, segment: Segment): Promise<void> {
    this.#segments.delete(id);
    this.#bytes -= segment.bytes;
    await unlink(segment.file);
  }

  async #sweepNow(): Promise<void> {
    const now = this.#options.now();
    const expired = [...this.#segments].filter(([, segment]) => segment.expiresMs < now);
    await Promise.allSettled(expired.map(([id, segment]) => this.#remove(id, segment)));
  }
}

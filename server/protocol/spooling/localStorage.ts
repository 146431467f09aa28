import { createReadStream } from 'node:fs';
import { mkdir, rm, stat, unlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Readable } from 'node:stream';
import type { SegmentStorage } from './segmentStorage.ts';

/** Each piece costs a turn of the thread pool. */
const READ_BYTES = 1 << 18;

/** Segments as files of one folder, which is empty when the server starts and gone when it ends. */
export class LocalStorage implements SegmentStorage {
  readonly #dir: string;
  #ready: Promise<unknown> | undefined;

  constructor(dir: string) {
    this.#dir = dir;
  }

  async write(name: string, data: Buffer): Promise<void> {
    this.#ready ??= rm(this.#dir, { recursive: true, force: true }).then(() => mkdir(this.#dir, { recursive: true, mode: 0o700 }));
    await this.#ready;
    await writeFile(path.join(this.#dir, name), data, { mode: 0o600 });
  }

  async read(name: string): Promise<Readable> {
    const file = path.join(this.#dir, name);
    await stat(file);
    return createReadStream(file, { highWaterMark: READ_BYTES });
  }

  async remove(name: string): Promise<void> {
    await unlink(path.join(this.#dir, name));
  }

  async close(): Promise<void> {
    if (this.#ready !== undefined) await rm(this.#dir, { recursive: true, force: true });
  }
}

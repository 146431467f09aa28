import type pg from 'pg';
import type { Connection, Submittable } from 'pg';
import type { Page } from '../../spi/page.ts';
import { type Fields, PageReader } from './columnReader.ts';
import { cancelOnServer, destroyConnection } from './connection.ts';
import type { ReadForm } from './readForm.ts';
import { jdbcError, remoteError } from './remoteError.ts';

const QUEUED_PAGES_MAX = 8;
const HEADER_BYTES = 5;
/** `PGCOPY\n\xff\r\n\0`, flags, length of the extension. */
const SIGNATURE_BYTES = 19;
const COPY_DATA = 0x64;
const COPY_DONE = 0x63;
const COPY_OUT_RESPONSE = 0x48;
const READY_FOR_QUERY = 0x5a;

/**
 * Runs `COPY (…) TO STDOUT (FORMAT binary)` and reads its rows. A consumer that does not pull stops the server's sending
 * after a few pages. When the signal or the consumer ends the reading early, the statement ends on the server too and the
 * connection is closed.
 */
export async function* copyOut(
  client: pg.Client,
  options: { readonly sql: string; readonly forms: readonly ReadForm[]; readonly signal: AbortSignal },
): AsyncGenerator<Page> {
  const { signal } = options;
  signal.throwIfAborted();
  const query = new CopyOutQuery(options.sql, options.forms);
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopped ??= cancelOnServer(client).finally(() => destroyConnection(client)));
  const abort = (): void => {
    query.fail(signal.reason);
    // a reader that still holds the last page may be long in coming back
    if (query.ready) destroyConnection(client);
    else void stop();
  };
  signal.addEventListener('abort', abort, { once: true });
  client.query(query);
  try {
    for (let page = await query.next(); page !== undefined; page = await query.next()) yield page;
  } finally {
    signal.removeEventListener('abort', abort);
    if (!query.ready) await stop();
  }
}

class CopyOutQuery implements Submittable {
  /** The server has answered to the end: the connection takes the next statement. */
  ready = false;
  readonly #sql: string;
  readonly #reader: PageReader;
  readonly #pages: Page[] = [];
  #stream: Connection['stream'] | undefined;
  #listeners: readonly ((chunk: Buffer) => void)[] = [];
  #rest: Buffer[] = [];
  #restBytes = 0;
  #needed = HEADER_BYTES;
  #started = false;
  #places = new Int32Array(4096);
  #failure: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;

  constructor(sql: string, forms: readonly ReadForm[]) {
    this.#sql = sql;
    this.#reader = new PageReader(forms);
  }

  async next(): Promise<Page | undefined> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure.error;
      const page = this.#pages.shift();
      if (page !== undefined) {
        if (this.#pages.length < QUEUED_PAGES_MAX / 2 && this.#stream?.isPaused() === true) this.#stream.resume();
        return page;
      }
      if (this.ready) return undefined;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  fail(error: unknown): void {
    this.#failure ??= { error };
    this.#wakeUp();
  }

  submit(connection: Connection): void {
    const stream = connection.stream;
    this.#stream = stream;
    // pg would make an object and an event of each row
    this.#listeners = stream.listeners('data').map((listener) => listener as (chunk: Buffer) => void);
    stream.removeAllListeners('data');
    stream.on('data', this.#onData);
    connection.query(this.#sql);
  }

  handleError(error: unknown): void {
    this.fail(remoteError(error));
  }

  handleReadyForQuery(): void {
    this.ready = true;
    this.#wakeUp();
  }

  handleCommandComplete(): void {}
  handleRowDescription(): void {}
  handleEmptyQuery(): void {}

  readonly #onData = (chunk: Buffer): void => {
    this.#rest.push(chunk);
    this.#restBytes += chunk.length;
    if (this.#restBytes < this.#needed) return;
    const bytes = this.#rest.length === 1 ? chunk : Buffer.concat(this.#rest, this.#restBytes);
    try {
      this.#read(bytes);
    } catch (error) {
      this.fail(error);
      // what follows is of no use; the connection is closed by the reader
      this.#stream?.off('data', this.#onData);
    }
    this.#wakeUp();
  };

  #read(bytes: Buffer): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const { width } = this.#reader;
    let at = 0;
    let rows = 0;
    let needed = HEADER_BYTES;
    while (at + HEADER_BYTES <= bytes.length) {
      const type = bytes[at];
      const end = at + 1 + view.getInt32(at + 1);
      if (end > bytes.length) {
        needed = end - at;
        break;
      }
      if (type === COPY_DATA) {
        if (this.#readRow(view, at + HEADER_BYTES, end, rows * width)) rows++;
      } else if (type !== COPY_OUT_RESPONSE && type !== COPY_DONE) {
        if (rows > 0) this.#emit({ bytes, view, places: this.#places, width }, rows);
        rows = 0;
        if (type === READY_FOR_QUERY) this.#giveBack();
        for (const listener of this.#listeners) listener(bytes.subarray(at, end));
      }
      at = end;
    }
    if (rows > 0) this.#emit({ bytes, view, places: this.#places, width }, rows);
    this.#rest = at === bytes.length ? [] : [bytes.subarray(at)];
    this.#restBytes = bytes.length - at;
    this.#needed = needed;
  }

  /** The server sends each row in a message of its own, the signature in front of the first. */
  #readRow(view: DataView, start: number, end: number, place: number): boolean {
    let at = start;
    if (!this.#started) {
      this.#started = true;
      at += SIGNATURE_BYTES + view.getInt32(start + SIGNATURE_BYTES - 4);
      if (at === end) return false;
    }
    const width = view.getInt16(at);
    at += 2;
    if (width === -1) return false;
    if (width !== this.#reader.width) throw jdbcError(`COPY sent ${width} columns instead of ${this.#reader.width}`);
    if (place + width > this.#places.length) this.#growPlaces();
    for (let i = 0; i < width; i++) {
      this.#places[place + i] = at;
      const length = view.getInt32(at);
      at += length < 0 ? 4 : 4 + length;
    }
    if (at !== end) throw jdbcError('COPY sent a row that does not end with its message');
    return true;
  }

  #growPlaces(): void {
    const places = new Int32Array(this.#places.length * 2);
    places.set(this.#places);
    this.#places = places;
  }

  #emit(fields: Fields, rows: number): void {
    this.#reader.append(fields, rows, (page) => this.#pages.push(page));
    if (this.#pages.length >= QUEUED_PAGES_MAX) this.#stream?.pause();
  }

  #giveBack(): void {
    this.#reader.flush((page) => this.#pages.push(page));
    const stream = this.#stream;
    if (stream === undefined) return;
    stream.off('data', this.#onData);
    for (const listener of this.#listeners) stream.on('data', listener);
    stream.resume();
  }

  #wakeUp(): void {
    const wake = this.#wake;
    this.#wake = undefined;
    wake?.();
  }
}

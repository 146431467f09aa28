import type pg from 'pg';
import type { Connection, Submittable } from 'pg';
import type { Page } from '../../spi/page.ts';
import { cancelOnServer, destroyConnection } from './connection.ts';
import { jdbcError, LOST_CONNECTION, remoteError } from './remoteError.ts';
import { RowBuffer } from './rowBuffer.ts';
import { RowEncoder, type WrittenColumn } from './rowEncoder.ts';

const MESSAGE_BYTES = 128 << 10;
const HEADER_BYTES = 5;
const COPY_DATA = 0x64;
const COPY_DONE = Buffer.from([0x63, 0, 0, 0, 4]);
/** `PGCOPY\n\xff\r\n\0`, no flags, no extension. */
const SIGNATURE = Buffer.from('5047434f50590aff0d0a000000000000000000', 'hex');
const END_OF_ROWS = -1;

/** A `COPY … FROM STDIN (FORMAT binary)` in progress. */
export class CopyIn {
  readonly #client: pg.Client;
  readonly #query: CopyInQuery;
  readonly #encoder: RowEncoder;
  #buffer = new RowBuffer(MESSAGE_BYTES + 65_536);
  /** Sent: their memory serves again. */
  readonly #free: RowBuffer[] = [];
  readonly #full: RowBuffer[] = [];
  #ended = false;
  #rows = 0n;

  private constructor(client: pg.Client, query: CopyInQuery, columns: readonly WrittenColumn[]) {
    this.#client = client;
    this.#query = query;
    this.#encoder = new RowEncoder(columns);
    this.#startMessage();
    this.#buffer.raw(SIGNATURE);
  }

  static async start(client: pg.Client, sql: string, columns: readonly WrittenColumn[]): Promise<CopyIn> {
    const query = new CopyInQuery(sql);
    const copy = new CopyIn(client, query, columns);
    client.query(query);
    await query.started;
    return copy;
  }

  /** Resolves when the server has taken enough for more to come. */
  async append(page: Page): Promise<void> {
    this.#rows += BigInt(page.rowCount);
    this.#encoder.write(page, this.#buffer, () => this.#endMessage(), MESSAGE_BYTES);
    await this.#sendFull();
  }

  /** The number of rows that the server has been given; what its triggers make of them is theirs. */
  async finish(): Promise<bigint> {
    this.#buffer.int16(END_OF_ROWS);
    this.#endMessage();
    await this.#sendFull();
    await this.#query.send(COPY_DONE);
    this.#ended = true;
    await this.#query.done;
    return this.#rows;
  }

  /** Ends the statement and the connection: nothing of it stays. */
  async abort(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    this.#query.done.catch(() => {
      // it was meant to fail
    });
    await cancelOnServer(this.#client);
    destroyConnection(this.#client);
  }

  async #sendFull(): Promise<void> {
    for (const buffer of this.#full.splice(0)) await this.#query.send(buffer.bytes.subarray(0, buffer.length), () => this.#free.push(buffer));
  }

  #startMessage(): void {
    this.#buffer.length = HEADER_BYTES;
  }

  #endMessage(): RowBuffer {
    const { bytes, length } = this.#buffer;
    bytes[0] = COPY_DATA;
    bytes.writeInt32BE(length - 1, 1);
    this.#full.push(this.#buffer);
    // the socket may still hold what was sent
    this.#buffer = this.#free.pop() ?? new RowBuffer(MESSAGE_BYTES + 65_536);
    this.#startMessage();
    return this.#buffer;
  }
}

class CopyInQuery implements Submittable {
  readonly started: Promise<void>;
  readonly done: Promise<void>;
  readonly #sql: string;
  #connection: Connection | undefined;
  #failure: { readonly error: unknown } | undefined;
  #wake: (() => void) | undefined;
  readonly #start: PromiseWithResolvers<void>;
  readonly #end: PromiseWithResolvers<void>;

  constructor(sql: string) {
    this.#sql = sql;
    this.#start = Promise.withResolvers();
    this.#end = Promise.withResolvers();
    this.started = this.#start.promise;
    this.done = this.#end.promise;
    // who sends learns of it there; who has not asked yet, later
    this.done.catch(() => {});
  }

  /** `sent`: the memory of the message is free again. */
  async send(message: Buffer, sent?: () => void): Promise<void> {
    this.#throwFailure();
    const stream = this.#connection?.stream;
    if (stream === undefined || !stream.writable) throw jdbcError(LOST_CONNECTION);
    if (stream.write(message, sent)) return;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      stream.once('drain', resolve);
    });
    this.#throwFailure();
  }

  #throwFailure(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  submit(connection: Connection): void {
    this.#connection = connection;
    connection.query(this.#sql);
  }

  handleCopyInResponse(): void {
    this.#start.resolve();
  }

  handleCommandComplete(): void {}

  handleError(error: unknown): void {
    const failure = remoteError(error);
    this.#failure ??= { error: failure };
    this.#start.reject(failure);
    this.#end.reject(failure);
    this.#wake?.();
  }

  handleReadyForQuery(): void {
    this.#end.resolve();
  }

  handleRowDescription(): void {}
  handleEmptyQuery(): void {}
}

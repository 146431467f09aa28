import duckdb from '@duckdb/node-bindings';
import { boundTo, type RaisedErrors } from './raisedErrors.ts';

/** True when a statement runs. While it is prepared it is unknown; when tables are read it is planned once more, with the value. */
export const RUNNING = 'CAST($1 AS BOOLEAN)';

/**
 * True, and never known while a statement is planned: what depends on it is evaluated for rows alone. A function with a volatile lambda is
 * not folded, and TRY, which refuses what is volatile, takes it. Within another lambda that is not seen: there the parameter stands in
 * (docs/decisions/0011).
 */
export const FOR_A_ROW = `(${RUNNING} AND list_transform([true], lambda _row: random() < 2)[1])`;

/** One connection, one statement at a time. After `interrupt` nothing more is started, and what runs ends soon. */
export class EngineConnection {
  readonly handle: duckdb.Connection;
  readonly raised: RaisedErrors;
  /** The engine's number of this connection. */
  readonly #id: number;
  /** Disconnects the handle, or keeps it for the next query when nothing is left of this one. */
  readonly #onClose: (connection: EngineConnection, reusable: boolean) => void;
  #interrupted = false;
  #closed = false;
  #streaming = false;
  #busy = false;
  #holdsSnapshot = false;
  /** What runs on the native side just now; settled before the connection is closed. */
  #running: Promise<unknown> = Promise.resolve();

  constructor(handle: duckdb.Connection, raised: RaisedErrors, onClose: (connection: EngineConnection, reusable: boolean) => void) {
    this.handle = handle;
    this.raised = raised;
    this.#id = boundTo(duckdb.connection_get_client_context(handle)).connection;
    this.#onClose = onClose;
  }

  /** Runs statements of the engine's own to their end; the number of rows that the last one changed. */
  async run(sql: string): Promise<number> {
    const result = await this.#native(() => duckdb.query(this.handle, sql));
    return duckdb.rows_changed(result);
  }

  /** Runs a query's INSERT to its end; the number of rows. */
  async insert(sql: string): Promise<number> {
    const result = await this.#complete(sql);
    return duckdb.rows_changed(result);
  }

  /** The rows of a small result, chunk by chunk. */
  async query(sql: string): Promise<readonly duckdb.DataChunk[]> {
    const result = await this.#complete(sql);
    return Array.from({ length: duckdb.result_chunk_count(result) }, (_, i) => duckdb.result_get_chunk(result, i));
  }

  /** What follows on this connection sees one moment of the engine's tables. It ends with the connection, and so does what is written. */
  async holdSnapshot(): Promise<void> {
    this.#holdsSnapshot = true;
    await this.run('BEGIN TRANSACTION');
  }

  /** Starts a statement whose rows are made as they are asked for. */
  async stream(sql: string): Promise<ChunkStream> {
    const prepared = await this.#native(() => duckdb.prepare(this.handle, sql));
    try {
      this.#begin(prepared);
      const result = await this.#native(() => duckdb.execute_prepared_streaming(prepared));
      this.#streaming = true;
      return new ChunkStream(result, {
        fetch: async () => {
          const chunk = await this.#native(() => duckdb.fetch_chunk(result));
          this.#throwUnforgiven();
          return chunk;
        },
        interrupted: () => this.#interrupted,
        raised: () => this.raised.last(this.#id),
        onEnd: () => {
          this.#streaming = false;
        },
      });
    } finally {
      if (!this.#closed) duckdb.destroy_prepare_sync(prepared);
    }
  }

  interrupt(): void {
    this.#interrupted = true;
    if (this.#closed) return;
    this.raised.interrupt(this.#id);
    duckdb.interrupt(this.handle);
  }

  /** 0–1, undefined while it cannot be told. */
  progress(): number | undefined {
    if (this.#closed) return undefined;
    const { percentage } = duckdb.query_progress(this.handle);
    return percentage < 0 ? undefined : Math.min(1, percentage / 100);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    const reusable = !this.#holdsSnapshot && !this.#interrupted && !this.#streaming && !this.#busy;
    if (!reusable) this.interrupt();
    await this.#running.catch(() => undefined); // whoever asked for it has its error
    if (this.#closed) return;
    // the handle of an unread stream would keep its memory until it is garbage collected: a new statement ends the stream
    if (this.#streaming) await duckdb.query(this.handle, 'SELECT 1').catch(() => undefined); // the connection goes away in any case
    if (this.#closed) return;
    this.#closed = true;
    this.raised.forget(this.#id);
    this.#onClose(this, reusable);
  }

  async #complete(sql: string): Promise<duckdb.Result> {
    const prepared = await this.#native(() => duckdb.prepare(this.handle, sql));
    try {
      this.#begin(prepared);
      const result = await this.#native(() => duckdb.execute_prepared(prepared));
      this.#throwUnforgiven();
      return result;
    } finally {
      if (!this.#closed) duckdb.destroy_prepare_sync(prepared);
    }
  }

  #begin(prepared: duckdb.PreparedStatement): void {
    this.raised.begin(this.#id);
    if (duckdb.nparams(prepared) > 0) duckdb.bind_boolean(prepared, 1, true);
  }

  /** What TRY hides in the engine, and does not in Trino. */
  #throwUnforgiven(): void {
    const text = this.raised.unforgiven(this.#id);
    if (text !== undefined) throw new Error(text);
  }

  #native<T>(start: () => Promise<T>): Promise<T> {
    // an interrupt between two steps leaves no trace on the native side
    if (this.#interrupted) return Promise.reject(new Error('INTERRUPT Error: Interrupted!'));
    const promise = start();
    this.#running = promise;
    this.#busy = true;
    const settled = (): void => {
      this.#busy = false;
    };
    promise.then(settled, settled);
    return promise;
  }
}

interface StreamControl {
  fetch(): Promise<duckdb.DataChunk | null>;
  interrupted(): boolean;
  /** What functions raised last. */
  raised(): string | undefined;
  onEnd(): void;
}

/** The engine failed in the midst of a stream, and does not say why: what a function raised last is the likely reason. */
class BrokenStreamError extends Error {
  constructor(raised: string | undefined) {
    super(raised ?? 'The engine failed while rows were being sent');
    this.name = 'BrokenStreamError';
  }
}

export class ChunkStream {
  readonly #result: duckdb.Result;
  readonly #control: StreamControl;
  #ended = false;

  constructor(result: duckdb.Result, control: StreamControl) {
    this.#result = result;
    this.#control = control;
  }

  get columnCount(): number {
    return duckdb.column_count(this.#result);
  }

  /** undefined at the end. An interrupted stream ends without an error of the engine, so it is raised here. */
  async next(): Promise<duckdb.DataChunk | undefined> {
    if (this.#ended) return undefined;
    const chunk = await this.#control.fetch();
    if (this.#control.interrupted()) throw new Error('INTERRUPT Error: Interrupted!');
    if (chunk === null || duckdb.data_chunk_get_size(chunk) === 0) {
      this.#ended = true;
      this.#control.onEnd();
      // a stream that fails after its first rows also just ends; its error is not to be had, but the result is no stream any more
      if (!duckdb.result_is_streaming(this.#result)) throw new BrokenStreamError(this.#control.raised());
      return undefined;
    }
    return chunk;
  }
}

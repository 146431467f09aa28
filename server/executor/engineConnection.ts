import duckdb from '@duckdb/node-bindings';

/** One connection, one statement at a time. After `interrupt` every wait ends soon with an error or an early end of the stream. */
export class EngineConnection {
  readonly handle: duckdb.Connection;
  readonly #onClose: (connection: EngineConnection) => void;
  #interrupted = false;
  #closed = false;
  /** What runs on the native side just now; settled before the connection is closed. */
  #running: Promise<unknown> = Promise.resolve();

  constructor(handle: duckdb.Connection, onClose: (connection: EngineConnection) => void) {
    this.handle = handle;
    this.#onClose = onClose;
  }

  /** Runs a statement to its end; the number of rows that it changed. */
  async run(sql: string): Promise<number> {
    const result = await this.#track(duckdb.query(this.handle, sql));
    return duckdb.rows_changed(result);
  }

  /** The rows of a small result, chunk by chunk. */
  async query(sql: string): Promise<readonly duckdb.DataChunk[]> {
    const result = await this.#track(duckdb.query(this.handle, sql));
    return Array.from({ length: duckdb.result_chunk_count(result) }, (_, i) => duckdb.result_get_chunk(result, i));
  }

  /** Starts a statement whose rows are made as they are asked for. */
  async stream(sql: string): Promise<ChunkStream> {
    const { extracted_statements, statement_count } = await this.#track(duckdb.extract_statements(this.handle, sql));
    if (statement_count !== 1) throw new Error(`expected one statement: ${duckdb.extract_statements_error(extracted_statements)}`);
    const prepared = await this.#track(duckdb.prepare_extracted_statement(this.handle, extracted_statements, 0));
    try {
      const result = await this.#track(duckdb.execute_prepared_streaming(prepared));
      return new ChunkStream(result, (promise) => this.#track(promise), () => this.#interrupted);
    } finally {
      duckdb.destroy_prepare_sync(prepared);
    }
  }

  interrupt(): void {
    this.#interrupted = true;
    if (!this.#closed) duckdb.interrupt(this.handle);
  }

  get interrupted(): boolean {
    return this.#interrupted;
  }

  /** 0–1, undefined while it cannot be told. */
  progress(): number | undefined {
    if (this.#closed) return undefined;
    const { percentage } = duckdb.query_progress(this.handle);
    return percentage < 0 ? undefined : Math.min(1, percentage / 100);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.interrupt();
    await this.#running.catch(() => undefined); // whoever asked for it has its error
    if (this.#closed) return;
    this.#closed = true;
    duckdb.disconnect_sync(this.handle);
    this.#onClose(this);
  }

  #track<T>(promise: Promise<T>): Promise<T> {
    this.#running = promise;
    return promise;
  }
}

export class ChunkStream {
  readonly #result: duckdb.Result;
  readonly #track: <T>(promise: Promise<T>) => Promise<T>;
  readonly #interrupted: () => boolean;
  #ended = false;

  constructor(result: duckdb.Result, track: <T>(promise: Promise<T>) => Promise<T>, interrupted: () => boolean) {
    this.#result = result;
    this.#track = track;
    this.#interrupted = interrupted;
  }

  get columnCount(): number {
    return duckdb.column_count(this.#result);
  }

  /** undefined at the end. An interrupted stream ends without an error of the engine, so it is raised here. */
  async next(): Promise<duckdb.DataChunk | undefined> {
    if (this.#ended) return undefined;
    const chunk = await this.#track(duckdb.fetch_chunk(this.#result));
    if (this.#interrupted()) throw new Error('INTERRUPT Error: Interrupted!');
    if (chunk === null || duckdb.data_chunk_get_size(chunk) === 0) {
      this.#ended = true;
      return undefined;
    }
    return chunk;
  }
}

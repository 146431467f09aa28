import path from 'node:path';
import duckdb from '@duckdb/node-bindings';
import { BIGINT } from '../../spi/type.ts';
import { EngineConnection } from './engineConnection.ts';
import { RaisedErrors } from './raisedErrors.ts';
import { valueReader } from './vectorReader.ts';

export interface EngineConfig {
  readonly memoryLimitBytes?: number;
  /** Where operators spill; undefined: they do not. */
  readonly tempDirectory?: string;
  readonly threads?: number;
  /** For streams from sources that are waited for: see docs/decisions/0005. */
  readonly live?: boolean;
  /** The only folders that SQL may read (parquet files). */
  readonly allowedDirectories?: readonly string[];
}

const OPERATOR_MEMORY = `SELECT coalesce(sum(memory_usage_bytes), 0)::BIGINT FROM duckdb_memory() WHERE tag NOT IN ('BASE_TABLE', 'IN_MEMORY_TABLE', 'METADATA', 'ART_INDEX')`;
// texts count as little there: 256 KB are some 2 MB of rows that wait for a client, the default is four times as much and no faster
const STREAM_SETTINGS = `SET enable_progress_bar = true; SET enable_progress_bar_print = false; SET streaming_buffer_size = '256KB'`;
// every row goes out as soon as it is known: none waits for a buffer or for a chunk to be full
const LIVE_SETTINGS = `SET streaming_buffer_size = '1B'; SET enable_caching_operators = false`;
/** Connections that ended in order serve again: a new one costs three trips to the thread pool. */
const IDLE_CONNECTIONS_MAX = 16;

/** Runs on the first connection, before anything that a user asked for. */
export type EngineSetup = (connection: EngineConnection) => Promise<void>;

/** The one DuckDB of this process, in memory. It is made on first use: an idle server should not pay for it. */
export class Engine {
  readonly #config: EngineConfig;
  readonly #setup: EngineSetup;
  readonly #raised = new RaisedErrors();
  readonly #open = new Set<EngineConnection>();
  readonly #idle: duckdb.Connection[] = [];
  readonly #connecting = new Set<Promise<EngineConnection>>();
  #database: Promise<duckdb.Database> | undefined;
  #system: EngineConnection | undefined;
  #closed = false;
  readonly #directories: string[];

  constructor(config: EngineConfig, setup: EngineSetup) {
    this.#config = config;
    this.#setup = setup;
    this.#directories = [...(config.allowedDirectories ?? [])];
  }

  /** Files of this folder may be used from now on; the engine takes new folders only until its first use. False: it is too late. */
  allowDirectory(directory: string): boolean {
    if (this.#directories.some((allowed) => directory === allowed || directory.startsWith(allowed + path.sep))) return true;
    if (this.#database !== undefined) return false;
    this.#directories.push(directory);
    return true;
  }

  /** A query's own connection: a second statement on it would silently end a stream in progress. */
  connect(): Promise<EngineConnection> {
    const connecting = this.#connect();
    this.#connecting.add(connecting);
    const settled = (): void => {
      this.#connecting.delete(connecting);
    };
    connecting.then(settled, settled);
    return connecting;
  }

  /** The connection on which functions are registered: they are seen on every other one. */
  async system(): Promise<EngineConnection> {
    await this.#start();
    if (this.#system === undefined) throw new Error('the engine is closed');
    return this.#system;
  }

  /** What operators hold in memory now; tables are not counted. */
  async memoryUsedBytes(): Promise<number> {
    if (this.#database === undefined || this.#closed) return 0;
    const connection = await this.connect();
    try {
      const [chunk] = await connection.query(OPERATOR_MEMORY);
      const value = chunk === undefined ? 0n : valueReader(duckdb.data_chunk_get_vector(chunk, 0), BIGINT, 1)(0);
      return typeof value === 'bigint' ? Number(value) : 0;
    } finally {
      await connection.close();
    }
  }

  /** Interrupts what runs, waits until it has settled, then closes: in another order the native side hangs or never answers. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    const database = await this.#database?.catch(() => undefined);
    // a connect that is under way when the database goes away is a crash
    await Promise.allSettled(this.#connecting);
    await Promise.all([...this.#open].map((connection) => connection.close()));
    for (const handle of this.#idle.splice(0)) duckdb.disconnect_sync(handle);
    await this.#system?.close();
    this.#system = undefined;
    if (database !== undefined) duckdb.close_sync(database);
  }

  async #connect(): Promise<EngineConnection> {
    const database = await this.#start();
    if (this.#closed) throw new Error('the engine is closed');
    const idle = this.#idle.pop();
    const connection = new EngineConnection(idle ?? (await duckdb.connect(database)), this.#raised, (it, reusable) => this.#release(it, reusable));
    this.#open.add(connection);
    if (idle === undefined) await connection.run(this.#config.live === true ? LIVE_SETTINGS : STREAM_SETTINGS);
    return connection;
  }

  #release(connection: EngineConnection, reusable: boolean): void {
    this.#open.delete(connection);
    if (!reusable || this.#closed || this.#idle.length >= IDLE_CONNECTIONS_MAX) duckdb.disconnect_sync(connection.handle);
    else this.#idle.push(connection.handle);
  }

  #start(): Promise<duckdb.Database> {
    if (this.#closed) throw new Error('the engine is closed');
    this.#database ??= this.#create().catch((error: unknown) => {
      this.#database = undefined;
      throw error;
    });
    return this.#database;
  }

  async #create(): Promise<duckdb.Database> {
    const database = await duckdb.open(':memory:', this.#openOptions());
    const system = new EngineConnection(await duckdb.connect(database), this.#raised, (it) => duckdb.disconnect_sync(it.handle));
    for (const statement of this.#settings()) await system.run(statement);
    await this.#setup(system);
    this.#system = system;
    return database;
  }

  #openOptions(): duckdb.Config {
    const options = duckdb.create_config();
    const { memoryLimitBytes, tempDirectory, threads } = this.#config;
    if (memoryLimitBytes !== undefined) duckdb.set_config(options, 'memory_limit', `${Math.floor(memoryLimitBytes / 1024)}KiB`);
    duckdb.set_config(options, 'temp_directory', tempDirectory ?? '');
    if (threads !== undefined) duckdb.set_config(options, 'threads', String(threads));
    duckdb.set_config(options, 'autoinstall_known_extensions', 'false');
    duckdb.set_config(options, 'autoload_known_extensions', 'false');
    return options;
  }

  #settings(): readonly string[] {
    const directories = this.#directories;
    return [
      `SET GLOBAL TimeZone = 'UTC'`,
      `SET GLOBAL default_null_order = 'nulls_last'`,
      // it reads the rows of `sum(x) OVER (PARTITION BY k)` twice: a scan can be read once
      `SET GLOBAL disabled_optimizers = 'window_self_join'`,
      ...(directories.length > 0 ? [`SET allowed_directories = [${directories.map((d) => `'${d.replaceAll("'", "''")}'`).join(', ')}]`] : []),
      // all files are local: the system keeps what is read often, and outside of this process
      `SET GLOBAL enable_external_file_cache = false`,
      `SET enable_external_access = false`,
    ];
  }
}

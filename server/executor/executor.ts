import { mkdirSync } from 'node:fs';
import path from 'node:path';
import type { EngineTables, Logger } from '../../spi/connector.ts';
import type { Plan } from '../plan/plan.ts';
import { Engine } from './engine.ts';
import type { EngineConnection } from './engineConnection.ts';
import { DuckDbEngineTables } from './engineTables.ts';
import { ErrorLedger } from './errors.ts';
import { FeedPool } from './feed/feedPool.ts';
import { OpenScans } from './openScans.ts';
import { type ExecuteOptions, QueryExecution } from './queryExecution.ts';
import { ScanTable } from './scanTable.ts';
import { UdfRegistry } from './udfRegistry.ts';

const FEED_WORKERS = 1;

export interface ExecutorOptions {
  readonly config: { readonly memoryBytesMax: number | undefined; readonly threads: number | undefined };
  /** Spilled data goes to a folder below. */
  readonly dataDir: string;
  readonly log: Logger;
  /** Folders of which parquet files may be read. */
  readonly parquetDirectories?: readonly string[];
}

/** What the parts of an execution share. */
export interface Services {
  readonly errors: ErrorLedger;
  readonly udfs: UdfRegistry;
  readonly executions: Set<QueryExecution>;
  /** Registers the functions that emitted SQL has asked for. */
  registerPending(): void;
}

export class Executor {
  readonly engineTables: EngineTables;
  readonly #engine: Engine;
  readonly #errors = new ErrorLedger();
  readonly #udfs = new UdfRegistry(this.#errors);
  readonly #scanTable = new ScanTable(this.#errors);
  readonly #feeds = new FeedPool(FEED_WORKERS);
  readonly #executions = new Set<QueryExecution>();
  #system: EngineConnection | undefined;

  constructor(options: ExecutorOptions) {
    const tempDirectory = path.join(options.dataDir, 'spill');
    const { memoryBytesMax, threads } = options.config;
    this.#engine = new Engine(
      {
        tempDirectory,
        ...(memoryBytesMax === undefined ? {} : { memoryLimitBytes: memoryBytesMax }),
        ...(threads === undefined ? {} : { threads }),
        ...(options.parquetDirectories === undefined ? {} : { allowedDirectories: options.parquetDirectories }),
      },
      async (connection) => {
        mkdirSync(tempDirectory, { recursive: true });
        this.#scanTable.register(connection);
        this.#udfs.registerRaise(connection);
      },
    );
    this.engineTables = new DuckDbEngineTables(this.#engine);
  }

  /** Opens the scans and starts the statement. The caller closes the execution, also after an error of `nextPage`. */
  async execute(plan: Plan, options: ExecuteOptions): Promise<QueryExecution> {
    this.#system = await this.#engine.system();
    const scans = new OpenScans({ table: this.#scanTable, feeds: this.#feeds, signal: options.signal });
    try {
      await scans.open(plan.root);
      const connection = await this.#engine.connect();
      const execution = new QueryExecution(plan, this.#services(), options, { scans, connection });
      this.#executions.add(execution);
      return execution;
    } catch (error) {
      await scans.close();
      throw this.#errors.read(error);
    }
  }

  /** Ends every execution, then the engine. */
  async close(): Promise<void> {
    await Promise.all([...this.#executions].map((execution) => execution.close()));
    await this.#feeds.close();
    await this.#engine.close();
  }

  #services(): Services {
    return {
      errors: this.#errors,
      udfs: this.#udfs,
      executions: this.#executions,
      registerPending: () => {
        if (this.#system !== undefined && this.#udfs.hasPending) this.#udfs.flush(this.#system);
      },
    };
  }
}

import { mkdirSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import path from 'node:path';
import type { EngineTables, Logger } from '../../spi/connector.ts';
import type { Plan } from '../plan/plan.ts';
import { applyDynamicFilters } from './applyDynamicFilters.ts';
import { Engine } from './engine.ts';
import type { EngineConnection } from './engineConnection.ts';
import { DuckDbEngineTables } from './engineTables.ts';
import { ErrorLedger } from './errors.ts';
import { FeedPool } from './feed/feedPool.ts';
import { OpenScans } from './openScans.ts';
import { type AnalyzedExecution, type ExecuteOptions, QueryExecution } from './queryExecution.ts';
import { ScanTable } from './scanTable.ts';
import { UdfRegistry } from './udfRegistry.ts';
import { writerOf } from './writer.ts';

/** Threads that fetch and decode; the engine takes no more than these bring. */
const FEED_WORKERS_MAX = 4;
const LIVE_MEMORY_SHARE = 0.5;

export interface ExecutorOptions {
  readonly config: { readonly memoryBytesMax: number | undefined; readonly threads: number | undefined };
  /** Spilled data goes to a folder below. */
  readonly dataDir: string;
  readonly log: Logger;
  /** Folders of which parquet files may be read. */
  readonly parquetDirectories?: readonly string[];
}

export interface EngineSession {
  readonly connection: EngineConnection;
  /** Registers the functions that emitted SQL has asked for; before the SQL runs. */
  registerFunctions(): void;
}

/** What the parts of an execution share. */
export interface Services {
  readonly errors: ErrorLedger;
  readonly udfs: UdfRegistry;
  readonly executions: Set<QueryExecution>;
  /** `live`: for what waits for its sources. */
  connect(live: boolean): Promise<EngineSession>;
}

/** Of the machine's memory, when nothing is configured. */
const DEFAULT_MEMORY_SHARE = 0.8;

export class Executor {
  readonly engineTables: EngineTables;
  /** What the engine may hold: as configured, or its own default. */
  readonly memoryBytesMax: number;
  readonly #engine: Engine;
  /** One thread: with more, one of them spins while the other waits for a source (docs/decisions/0005). */
  readonly #liveEngine: Engine;
  readonly #errors = new ErrorLedger();
  readonly #udfs = new UdfRegistry(this.#errors);
  readonly #scanTable = new ScanTable(this.#errors);
  readonly #feeds = new FeedPool(Math.min(availableParallelism(), FEED_WORKERS_MAX));
  readonly #executions = new Set<QueryExecution>();

  constructor(options: ExecutorOptions) {
    const tempDirectory = path.join(options.dataDir, 'spill');
    const { memoryBytesMax, threads } = options.config;
    this.memoryBytesMax = memoryBytesMax ?? totalmem() * DEFAULT_MEMORY_SHARE;
    const setup = async (connection: EngineConnection): Promise<void> => {
      mkdirSync(tempDirectory, { recursive: true });
      this.#scanTable.register(connection);
      this.#udfs.registerRaise(connection);
      this.#udfs.registerCheckpoint(connection);
    };
    const shared = { tempDirectory, ...(options.parquetDirectories === undefined ? {} : { allowedDirectories: options.parquetDirectories }) };
    const limit = (share: number) => (memoryBytesMax === undefined ? {} : { memoryLimitBytes: memoryBytesMax * share });
    this.#engine = new Engine({ ...shared, ...limit(1), ...(threads === undefined ? {} : { threads }) }, setup);
    this.#liveEngine = new Engine({ ...shared, ...limit(LIVE_MEMORY_SHARE), threads: 1, live: true }, setup);
    this.engineTables = new DuckDbEngineTables(this.#engine, [this.#engine, this.#liveEngine]);
  }

  /** Opens the scans and starts the statement. The caller closes the execution, also after an error of `nextPage`. */
  async execute(plan: Plan, options: ExecuteOptions): Promise<QueryExecution> {
    const services = this.#services();
    const openScans = () => new OpenScans({ table: this.#scanTable, feeds: this.#feeds, signal: options.signal });
    const scans = openScans();
    let held: EngineSession | undefined;
    try {
      const writesIntoEngine = writerOf(plan.root) !== undefined;
      const { root, engine } = await applyDynamicFilters(plan.root, { ...options, ...services, openScans, writesIntoEngine });
      held = engine;
      await scans.open(root);
      const execution = new QueryExecution({ ...plan, root }, services, options, { scans, engine });
      this.#executions.add(execution);
      return execution;
    } catch (error) {
      await held?.connection.close();
      await scans.close();
      throw this.#errors.read(error);
    }
  }

  /** Runs the plan to its end, throws its rows away, and says what each node cost. */
  async explainAnalyze(plan: Plan, options: ExecuteOptions): Promise<AnalyzedExecution> {
    const execution = await this.execute(plan, options);
    try {
      return await execution.analyze();
    } finally {
      await execution.close();
    }
  }

  /** What queries hold in memory now; tables are not counted. */
  async memoryUsedBytes(): Promise<number> {
    const [used, live] = await Promise.all([this.#engine.memoryUsedBytes(), this.#liveEngine.memoryUsedBytes()]);
    return used + live;
  }

  /** Ends every execution, then the engine. */
  async close(): Promise<void> {
    await Promise.all([...this.#executions].map((execution) => execution.close()));
    await this.#feeds.close();
    await Promise.all([this.#engine.close(), this.#liveEngine.close()]);
  }

  #services(): Services {
    return {
      errors: this.#errors,
      udfs: this.#udfs,
      executions: this.#executions,
      connect: async (live) => {
        const engine = live ? this.#liveEngine : this.#engine;
        const [connection, system] = [await engine.connect(), await engine.system()];
        return { connection, registerFunctions: () => this.#udfs.flush(system) };
      },
    };
  }
}

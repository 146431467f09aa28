import type { Logger } from '../../spi/connector.ts';
import type { Session } from '../../spi/session.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import type { QueryConfig } from '../config/serverConfig.ts';
import { Query, type StatementRun } from './query.ts';
import { toTrinoError } from './queryState.ts';
import { exceededLimit } from './queryLimits.ts';
import type { ResourceGroupManager } from './resourceGroups/resourceGroupManager.ts';
import { UsageShares } from './usageShares.ts';

export interface QueryManagerOptions {
  readonly config: QueryConfig;
  readonly now: () => number;
  readonly log: Logger;
  readonly run: (query: Query) => Promise<StatementRun>;
  readonly groups: ResourceGroupManager<Query>;
  /** What kind of statement a text is; raises what is wrong with it. */
  readonly queryTypeOf: (session: Session, sql: string) => string;
  /** What the engine's operators hold now. */
  readonly engineMemoryBytes: () => Promise<number>;
}

const SWEEP_MS = 1_000;

/** All queries of the server: how many run at once, how long each may take, which of the ended ones are kept. */
export class QueryManager {
  readonly #options: QueryManagerOptions;
  readonly #queries = new Map<string, Query>();
  readonly #groups: ResourceGroupManager<Query>;
  readonly #shares = new UsageShares();
  #engineMemoryBytes = 0;
  #askingMemory = false;
  readonly #sweep: NodeJS.Timeout;
  readonly #listeners: ((query: Query) => void)[] = [];
  #draining = false;

  constructor(options: QueryManagerOptions) {
    this.#options = options;
    this.#groups = options.groups;
    this.#sweep = setInterval(() => this.#sweepNow(), SWEEP_MS);
    this.#sweep.unref();
  }

  get draining(): boolean {
    return this.#draining;
  }

  /** Called once for each query, when it has ended. */
  onEnd(listener: (query: Query) => void): void {
    this.#listeners.push(listener);
  }

  all(): readonly Query[] {
    return [...this.#queries.values()];
  }

  get(id: string): Query | undefined {
    return this.#queries.get(id);
  }

  get groups(): ResourceGroupManager<Query> {
    return this.#groups;
  }

  counts(): { readonly queued: number; readonly running: number } {
    return this.#groups.counts();
  }

  /** `failure`: the session could not be made, so the query fails at once. */
  submit(session: Session, sql: string, failure?: unknown): Query {
    const { now, run } = this.#options;
    const query = new Query({ session, sql, now, run, onEnd: (ended) => this.#ended(ended) });
    this.#queries.set(query.id, query);
    // after the answer to POST, which always tells of a query that waits
    queueMicrotask(() => this.#admit(query, failure));
    return query;
  }

  #admit(query: Query, failure: unknown): void {
    const { session, sql } = query;
    if (query.states.done) return;
    try {
      if (failure !== undefined) throw failure;
      const refusal = this.#refusal(sql);
      if (refusal !== undefined) throw refusal;
      this.#charge();
      this.#groups.submit(query, () => this.#options.queryTypeOf(session, sql));
    } catch (error) {
      void query.cancel(toTrinoError(error));
    }
  }

  /** Ends a running query; false: there is none of that id. */
  async kill(id: string, error: TrinoError): Promise<boolean> {
    const query = this.#queries.get(id);
    if (query === undefined) return false;
    await query.cancel(error);
    return true;
  }

  /** No new queries; resolves when the last one has ended. */
  async drain(): Promise<void> {
    this.#draining = true;
    await Promise.all(this.all().map((query) => query.states.wait(() => query.states.done, 2 ** 31 - 1)));
  }

  /** Ends every query now. */
  async close(): Promise<void> {
    clearInterval(this.#sweep);
    this.#draining = true;
    const open = this.all().filter((query) => !query.states.done);
    await Promise.all(open.map((query) => query.cancel(new TrinoError('SERVER_SHUTTING_DOWN', undefined, 'Server is shutting down. Query was canceled'))));
  }

  #refusal(sql: string): TrinoError | undefined {
    const { config } = this.#options;
    if (this.#draining) return new TrinoError('SERVER_SHUTTING_DOWN', undefined, 'Server is shutting down');
    if (sql.length > config.lengthMax) {
      return new TrinoError('QUERY_TEXT_TOO_LARGE', undefined, `Query text length (${sql.length}) exceeds the maximum length (${config.lengthMax})`);
    }
    return undefined;
  }

  #ended(query: Query): void {
    this.#charge();
    this.#logQuery(query);
    for (const listener of this.#listeners) listener(query);
    this.#groups.ended(query);
  }

  /** Charges the running queries with what was used since the last time. */
  #charge(): void {
    const running = this.#groups.running();
    const share = this.#shares.charge(running, this.#engineMemoryBytes);
    for (const query of running) this.#groups.addCpu(query, share);
  }

  #logQuery(query: Query): void {
    const { error } = query.states;
    const statistics = query.statistics();
    this.#options.log.info('query', {
      queryId: query.id,
      state: query.states.state,
      user: query.session.user,
      source: query.session.source,
      catalog: query.session.catalog,
      schema: query.session.schema,
      elapsedMs: Math.round(query.states.elapsedMs()),
      cpuMs: Math.round(statistics.cpuTimeMs),
      inputRows: statistics.processedRows,
      outputRows: query.outputRows,
      ...(error === undefined ? {} : { errorName: error.errorName, error: error.message }),
      ...(error?.errorType === 'INTERNAL_ERROR' ? { stack: causeStack(error) } : {}),
      sql: query.sql.length > 1_000 ? `${query.sql.slice(0, 1_000)}…` : query.sql,
    });
  }

  #sweepNow(): void {
    const { config, now } = this.#options;
    const time = now();
    this.#charge();
    this.#groups.tick();
    for (const query of this.#queries.values()) {
      if (query.states.done) continue;
      const exceeded = exceededLimit(query, config, time);
      if (exceeded !== undefined) void query.cancel(exceeded);
    }
    void this.#askMemory();
    const ended = this.all()
      .filter((query) => query.states.done)
      .sort((a, b) => (a.states.endedMs ?? 0) - (b.states.endedMs ?? 0));
    for (const query of ended.slice(0, Math.max(0, ended.length - config.historyMax))) {
      if ((query.states.endedMs ?? 0) + config.expireAgeMinMs < time) this.#queries.delete(query.id);
    }
  }

  async #askMemory(): Promise<void> {
    if (this.#askingMemory) return;
    this.#askingMemory = true;
    try {
      this.#engineMemoryBytes = this.#groups.running().length === 0 ? 0 : await this.#options.engineMemoryBytes();
    } catch (error) {
      this.#options.log.warn('the memory of the engine is not known', { error: String(error) });
    } finally {
      this.#askingMemory = false;
    }
  }
}

function causeStack(error: TrinoError): string | undefined {
  return error.cause instanceof Error ? error.cause.stack : error.stack;
}

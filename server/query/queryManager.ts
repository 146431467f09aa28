import type { Logger } from '../../spi/connector.ts';
import type { Session } from '../../spi/session.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import type { QueryConfig } from '../config/serverConfig.ts';
import { formatDuration } from '../config/units.ts';
import { Query, type StatementRun } from './query.ts';
import { toTrinoError } from './queryState.ts';
import { limitMs } from './sessionProperties.ts';

export interface QueryManagerOptions {
  readonly config: QueryConfig;
  readonly now: () => number;
  readonly log: Logger;
  readonly run: (query: Query) => Promise<StatementRun>;
}

const SWEEP_MS = 1_000;

/** All queries of the server: how many run at once, how long each may take, which of the ended ones are kept. */
export class QueryManager {
  readonly #options: QueryManagerOptions;
  readonly #queries = new Map<string, Query>();
  readonly #waiting: Query[] = [];
  readonly #running = new Set<Query>();
  readonly #sweep: NodeJS.Timeout;
  readonly #listeners: ((query: Query) => void)[] = [];
  #draining = false;

  constructor(options: QueryManagerOptions) {
    this.#options = options;
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

  counts(): { readonly queued: number; readonly running: number } {
    return { queued: this.#waiting.length, running: this.#running.size };
  }

  /** `failure`: the session could not be made, so the query fails at once. */
  submit(session: Session, sql: string, failure?: unknown): Query {
    const { now, run } = this.#options;
    const query = new Query({ session, sql, now, run, onEnd: (ended) => this.#ended(ended) });
    this.#queries.set(query.id, query);
    const refusal = failure === undefined ? this.#refusal(sql) : toTrinoError(failure);
    if (refusal !== undefined) void query.cancel(refusal);
    else {
      this.#waiting.push(query);
      this.#dispatch();
    }
    return query;
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
    if (this.#waiting.length >= config.queueMax) {
      return new TrinoError('QUERY_QUEUE_FULL', undefined, `Too many queued queries for "global"`);
    }
    return undefined;
  }

  #dispatch(): void {
    while (this.#running.size < this.#options.config.concurrencyMax) {
      const query = this.#waiting.shift();
      if (query === undefined) return;
      if (query.states.done) continue;
      this.#running.add(query);
      void query.start();
    }
  }

  #ended(query: Query): void {
    this.#running.delete(query);
    const waiting = this.#waiting.indexOf(query);
    if (waiting >= 0) this.#waiting.splice(waiting, 1);
    this.#logQuery(query);
    for (const listener of this.#listeners) listener(query);
    this.#dispatch();
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
    for (const query of this.#queries.values()) {
      if (query.states.done) continue;
      const timeout = this.#timeout(query, time);
      if (timeout !== undefined) void query.cancel(timeout);
    }
    const ended = this.all()
      .filter((query) => query.states.done)
      .sort((a, b) => (a.states.endedMs ?? 0) - (b.states.endedMs ?? 0));
    for (const query of ended.slice(0, Math.max(0, ended.length - config.historyMax))) {
      if ((query.states.endedMs ?? 0) + config.expireAgeMinMs < time) this.#queries.delete(query.id);
    }
  }

  #timeout(query: Query, time: number): TrinoError | undefined {
    const { config } = this.#options;
    const { systemProperties } = query.session;
    if (time - query.lastContactMs > config.clientTimeoutMs) {
      const last = new Date(query.lastContactMs).toISOString();
      return new TrinoError(
        'ABANDONED_QUERY',
        undefined,
        `Query ${query.id} was abandoned by the client, as it may have exited or stopped checking for query results. Query results have not been accessed since ${last}: currentTime ${new Date(time).toISOString()}`,
      );
    }
    const exceeded = (what: string, ms: number) =>
      new TrinoError('EXCEEDED_TIME_LIMIT', undefined, `Query exceeded the maximum ${what} time limit of ${formatDuration(ms)}`);
    const runMs = limitMs(systemProperties, 'query_max_run_time', config.runTimeMaxMs);
    if (time - query.states.createdMs > runMs) return exceeded('run', runMs);
    const planning = query.states.timeOf('PLANNING');
    const running = query.states.timeOf('RUNNING');
    const planningMs = limitMs(systemProperties, 'query_max_planning_time', config.planningTimeMaxMs);
    if (planning !== undefined && running === undefined && time - planning > planningMs) return exceeded('planning', planningMs);
    const executionMs = limitMs(systemProperties, 'query_max_execution_time', config.executionTimeMaxMs);
    if (running !== undefined && time - running > executionMs) return exceeded('execution', executionMs);
    return undefined;
  }
}

function causeStack(error: TrinoError): string | undefined {
  return error.cause instanceof Error ? error.cause.stack : error.stack;
}

import type { Session } from '../../spi/session.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import { endedExecution, type Execution, type ExecutionStatistics, NO_STATISTICS, type OutputColumn, type ResultPage } from './execution.ts';
import type { PlanTables } from './planTables.ts';
import { QueryStateMachine } from './queryState.ts';
import type { SessionEffects } from './sessionEffects.ts';

export interface QueryWarning {
  readonly name: string;
  readonly code: number;
  readonly message: string;
}

/** What running the statement of a query comes to. */
export interface StatementRun {
  readonly execution: Execution;
  readonly effects: SessionEffects;
  readonly warnings: readonly QueryWarning[];
  readonly info: StatementInfo;
  /** Ends the transaction of the statement; called once, after the last page or a failure. */
  end(success: boolean): Promise<void>;
}

/** For the history and the list of queries. */
export interface StatementInfo {
  readonly queryType: string;
  readonly updateType?: string;
  /** Absent: a statement without a plan. */
  readonly tables?: PlanTables;
  readonly preparedQuery?: string;
}

export interface QueryOptions {
  readonly session: Session;
  readonly sql: string;
  readonly now: () => number;
  readonly run: (query: Query) => Promise<StatementRun>;
  readonly onEnd: (query: Query) => void;
}

/** A result of one page is common: a moment's wait for its end saves the client a round trip. */
const LAST_PAGE_WAIT_MS = 2;

type Pull = { readonly page: ResultPage | undefined } | { readonly error: unknown };

/** One query from POST to its last page. Rows are pulled one page ahead of the client and no further. */
export class Query {
  readonly session: Session;
  readonly sql: string;
  readonly states: QueryStateMachine;
  readonly #options: QueryOptions;
  readonly #abort = new AbortController();
  #lastContactMs: number;
  #run: StatementRun | undefined;
  #pull: Promise<Pull> | undefined;
  #ready: Pull | undefined;
  #statistics: ExecutionStatistics = NO_STATISTICS;
  #outputRows = 0;
  #outputBytes = 0;
  #closing: Promise<void> | undefined;
  #kept: Promise<void> | undefined;
  #started = false;
  #cpuTimeMs = 0;
  #memoryBytes = 0;
  #peakMemoryBytes = 0;
  /** Known once the query was put into a group. */
  resourceGroupId: readonly string[] | undefined;

  constructor(options: QueryOptions) {
    this.#options = options;
    this.session = options.session;
    this.sql = options.sql;
    this.states = new QueryStateMachine(options.now);
    this.#lastContactMs = options.now();
  }

  get id(): string {
    return this.session.queryId;
  }

  /** Aborts when the query is cancelled, killed or out of time. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  get lastContactMs(): number {
    return this.#lastContactMs;
  }

  get columns(): readonly OutputColumn[] | undefined {
    return this.#run?.execution.columns;
  }

  get effects(): SessionEffects {
    return this.#run?.effects ?? {};
  }

  get warnings(): readonly QueryWarning[] {
    return this.#run?.warnings ?? [];
  }

  get info(): StatementInfo | undefined {
    return this.#run?.info;
  }

  get updateType(): string | undefined {
    return this.#run?.execution.updateType;
  }

  updateCount(): bigint | undefined {
    return this.#run?.execution.updateCount();
  }

  get outputRows(): number {
    return this.#outputRows;
  }

  get outputBytes(): number {
    return this.#outputBytes;
  }

  /** The session property: of waiting queries the higher goes first where the group says so. */
  get priority(): number {
    const value = this.session.systemProperties.get('query_priority');
    return typeof value === 'number' ? value : 1;
  }

  /** Processor time that the query was charged with. */
  get cpuTimeMs(): number {
    return this.#cpuTimeMs;
  }

  memoryBytes(): number {
    return this.states.done ? 0 : this.#memoryBytes;
  }

  addUsage(cpuMs: number, memoryBytes: number): void {
    this.#cpuTimeMs += cpuMs;
    this.#memoryBytes = memoryBytes;
    this.#peakMemoryBytes = Math.max(this.#peakMemoryBytes, memoryBytes);
  }

  /** The client was heard of. */
  touch(): void {
    this.#lastContactMs = this.#options.now();
  }

  statistics(): ExecutionStatistics {
    if (this.#run !== undefined && !this.states.done) this.#statistics = this.#run.execution.statistics();
    return { ...this.#statistics, peakMemoryBytes: Math.max(this.#statistics.peakMemoryBytes, Math.round(this.#peakMemoryBytes)) };
  }

  /** Runs the statement up to its first page. */
  async start(): Promise<void> {
    if (this.#started) return;
    this.#started = true;
    this.states.advance('PLANNING');
    try {
      const run = await this.#options.run(this);
      if (this.states.done) return await abandon(run);
      this.#run = run;
      this.states.advance('RUNNING');
      this.#pullNext(run);
    } catch (error) {
      await this.#end(error);
    }
  }

  /**
   * The next page, or undefined when none is ready within `waitMs` or the query has ended. The query is FINISHED as soon
   * as its last page was taken.
   */
  async takePage(waitMs: number): Promise<ResultPage | undefined> {
    const run = this.#run;
    if (run === undefined || this.states.done) return undefined;
    if (this.#ready === undefined) await this.#waitForPull(waitMs);
    const ready = this.#ready;
    if (ready === undefined || 'error' in ready || ready.page === undefined || this.states.done) return undefined;
    this.#ready = undefined;
    this.#outputRows += ready.page.rowCount;
    this.#outputBytes += ready.page.byteCount;
    this.#pullNext(run);
    await this.#waitForPull(LAST_PAGE_WAIT_MS);
    return ready.page;
  }

  /** The query is FINISHED when its rows are also kept elsewhere, and FAILED when they cannot be. */
  finishAfter(kept: Promise<void>): void {
    this.#kept = kept;
    kept.catch(() => undefined); // told by #endOnce, or the query has failed before
  }

  /** No more pages will come. */
  get pagesEnded(): boolean {
    return this.states.done || this.states.state === 'FINISHING';
  }

  /** Ends the query from outside: the remote sides are told, the rows that nobody took are dropped. */
  async cancel(error: TrinoError): Promise<void> {
    await this.#end(error);
  }

  /** Trino's partial cancel: the query finishes with what it has read so far. */
  stopReading(): void {
    this.#run?.execution.stopReading();
  }

  async #waitForPull(waitMs: number): Promise<void> {
    if (this.#pull === undefined || waitMs <= 0) return;
    let timer: NodeJS.Timeout | undefined;
    const timeout = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, waitMs);
    });
    const ended = this.#kept === undefined ? [] : [this.states.wait(() => this.pagesEnded, waitMs)];
    await Promise.race([this.#pull, timeout, ...ended]);
    clearTimeout(timer);
  }

  #pullNext(run: StatementRun): void {
    this.#pull = run.execution.nextPage().then(
      async (page): Promise<Pull> => {
        const pull = { page };
        if (page === undefined) await this.#end(undefined);
        else this.#ready = pull;
        return pull;
      },
      async (error: unknown): Promise<Pull> => {
        await this.#end(error);
        return { error };
      },
    );
  }

  async #end(error: unknown): Promise<void> {
    if (this.#closing === undefined) this.#closing = this.#endOnce(error);
    await this.#closing;
  }

  async #endOnce(error: unknown): Promise<void> {
    const run = this.#run;
    if (error !== undefined) {
      this.statistics();
      this.states.fail(error);
      this.#abort.abort(error);
    } else this.states.advance('FINISHING');
    let failure = error;
    try {
      if (run !== undefined) {
        this.#statistics = run.execution.statistics();
        await run.execution.close();
      }
    } catch (closing) {
      failure ??= closing;
    }
    try {
      await run?.end(failure === undefined);
      if (failure === undefined) await this.#kept;
    } catch (ending) {
      failure ??= ending;
    }
    if (failure === undefined) this.states.advance('FINISHED');
    else this.states.fail(failure);
    // it is remembered for a while: not with its plan, its scans and its buffers
    if (run !== undefined) this.#run = { ...run, execution: endedExecution(run.execution), end: () => Promise.resolve() };
    this.#pull = undefined;
    this.#options.onEnd(this);
  }
}

/** The query had ended before its statement came to run. */
async function abandon(run: StatementRun): Promise<void> {
  await run.execution.close();
  await run.end(false);
}

export const userCanceled = (): TrinoError => new TrinoError('USER_CANCELED', undefined, 'Query was canceled');

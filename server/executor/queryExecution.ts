import duckdb from '@duckdb/node-bindings';
import type { Session } from '../../spi/session.ts';
import { type Type, VARCHAR } from '../../spi/type.ts';
import type { Plan, PlanNode, Symbol } from '../plan/plan.ts';
import type { NodeFigures } from '../plan/planPrinter.ts';
import type { ChunkStream, EngineConnection } from './engineConnection.ts';
import type { EngineSession, Services } from './executor.ts';
import { abortError, type OpenScans } from './openScans.ts';
import { nodeFigures, parseProfile } from './operatorFigures.ts';
import { PlanEmitter } from './planEmitter.ts';
import { type EncodedRows, ResultEncoder } from './resultEncoder.ts';
import type { RowPiece } from './rowText.ts';
import { valueReader } from './vectorReader.ts';
import { write, writerOf } from './writer.ts';

/** A page ends at about this size, and sooner when no row has come for a while. The first one must not keep the client waiting; the next ones grow. */
const PAGE_BYTES = 1 << 20;
const FIRST_PAGE_BYTES = 16 << 10;
const PAGE_GROWTH = 8;
const PAGE_PATIENCE_MS = 50;

export interface ExecuteOptions {
  readonly session: Session;
  /** Aborting it cancels the query; a TrinoError as its reason is the query's error. */
  readonly signal: AbortSignal;
}

export interface ExecutionColumn {
  readonly name: string;
  readonly type: Type;
}

export interface ExecutionFigures {
  /** Read from the sources. */
  readonly processedRows: number;
  readonly processedBytes: number;
  /** Of the whole process while the query ran: the engine does not account by query. */
  readonly cpuTimeMs: number;
  readonly peakMemoryBytes: number;
  /** 0–1, when it can be told. */
  readonly progress?: number;
}

/** What EXPLAIN ANALYZE shows. */
export interface AnalyzedExecution {
  readonly cpuNanos: number;
  readonly peakMemoryBytes: number;
  /** By plan node id; a node that the engine has merged into another has none. */
  readonly nodes: ReadonlyMap<string, NodeFigures>;
  /** By plan node id. */
  readonly scanDetails: ReadonlyMap<string, readonly string[]>;
}

/** A plan being executed. Nothing is read from the engine but what `nextPage` asks for. */
export class QueryExecution {
  readonly columns: readonly ExecutionColumn[];
  readonly updateType?: string;
  readonly #plan: Plan;
  readonly #services: Services;
  readonly #options: ExecuteOptions;
  readonly #scans: OpenScans;
  #encoder: ResultEncoder;
  #pageBytes = FIRST_PAGE_BYTES;
  readonly #symbols: readonly Symbol[];
  readonly #cpuAtStart = process.cpuUsage();
  #cpuMs: number | undefined;
  #engine: EngineSession | undefined;
  #stream: ChunkStream | undefined;
  #pending: Promise<duckdb.DataChunk | undefined> | undefined;
  #chunk: duckdb.DataChunk | undefined;
  #offset = 0;
  #ended = false;
  #updateCount: bigint | undefined;
  #writtenRows = 0;
  #closing: Promise<void> | undefined;
  readonly #onAbort = (): void => this.#engine?.connection.interrupt();

  constructor(plan: Plan, services: Services, options: ExecuteOptions, opened: { readonly scans: OpenScans; readonly engine: EngineSession | undefined }) {
    this.#plan = plan;
    this.#services = services;
    this.#options = options;
    this.#scans = opened.scans;
    this.#engine = opened.engine;
    const { root } = plan;
    this.#symbols = root.outputs;
    this.columns = root.columnNames.map((name, i) => ({ name, type: root.outputs[i]?.type ?? { kind: 'unknown' } }));
    if (plan.updateType !== undefined) this.updateType = plan.updateType;
    // CREATE TABLE IF NOT EXISTS of a table that is there
    if (plan.updateType !== undefined && writerOf(root) === undefined) this.#updateCount = 0n;
    this.#encoder = this.#encoderOf(root.outputs.map((symbol) => ({ kind: 'value', type: symbol.type })));
    options.signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  updateCount(): bigint | undefined {
    return this.#updateCount;
  }

  /** undefined: the end. Raises TrinoError. */
  async nextPage(): Promise<EncodedRows | undefined> {
    try {
      return await this.#next();
    } catch (error) {
      throw this.#readError(error);
    }
  }

  /** Runs the plan to its end without its rows, for EXPLAIN ANALYZE. */
  async analyze(): Promise<AnalyzedExecution> {
    try {
      return writerOf(this.#plan.root) === undefined ? await this.#profile() : await this.#writeAnalyzed();
    } catch (error) {
      throw this.#readError(error);
    }
  }

  stopReading(): void {
    this.#scans.stopReading();
  }

  statistics(): ExecutionFigures {
    const scanned = this.#scans.progress();
    const progress = this.#ended ? 1 : (scanned.fraction ?? this.#engine?.connection.progress());
    return {
      processedRows: scanned.rows,
      processedBytes: scanned.bytes,
      cpuTimeMs: this.#cpuMs ?? this.#cpuSoFar(),
      peakMemoryBytes: 0,
      ...(progress === undefined ? {} : { progress }),
    };
  }

  #cpuSoFar(): number {
    const { user, system } = process.cpuUsage(this.#cpuAtStart);
    return (user + system) / 1000;
  }

  /** Interrupts what runs and frees everything. */
  close(): Promise<void> {
    this.#closing ??= this.#close();
    return this.#closing;
  }

  async #close(): Promise<void> {
    this.#options.signal.removeEventListener('abort', this.#onAbort);
    this.#cpuMs ??= this.#cpuSoFar();
    this.#pending?.catch(() => undefined); // an interrupted read that nobody waits for
    await this.#engine?.connection.close();
    await this.#scans.close();
    this.#services.executions.delete(this);
  }

  async #next(): Promise<EncodedRows | undefined> {
    if (this.#options.signal.aborted) throw abortError(this.#options.signal);
    if (this.#ended) return undefined;
    const writer = writerOf(this.#plan.root);
    if (writer !== undefined) return this.#write(writer);
    if (this.#stream === undefined) {
      const connection = await this.#connect(true);
      this.#stream = await connection.stream(this.#rowsSql());
    }
    for (;;) {
      if (this.#chunk === undefined) {
        if (!(await this.#fetch())) return this.#encoder.take();
        if (this.#chunk === undefined) {
          this.#end();
          return this.#encoder.rowCount > 0 ? this.#encoder.take() : undefined;
        }
      }
      this.#offset = this.#encoder.append(this.#chunk, this.#offset, this.#pageBytes);
      if (this.#offset >= duckdb.data_chunk_get_size(this.#chunk)) this.#chunk = undefined;
      if (this.#encoder.byteCount >= this.#pageBytes) {
        this.#pageBytes = Math.min(PAGE_BYTES, this.#pageBytes * PAGE_GROWTH);
        return this.#encoder.take();
      }
    }
  }

  async #profile(): Promise<AnalyzedExecution> {
    const { root } = this.#plan;
    const connection = await this.#connect(false);
    const [chunk] = await connection.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${this.#sql(root, this.#symbols)}`);
    if (chunk === undefined) throw new Error('the engine gave no profile');
    const text = valueReader(duckdb.data_chunk_get_vector(chunk, 1), VARCHAR, 1)(0);
    const profile = parseProfile(String(text));
    this.#end();
    return {
      cpuNanos: profile.cpuSeconds * 1e9,
      peakMemoryBytes: profile.peakMemoryBytes,
      nodes: nodeFigures(root, profile.root, (node) => this.#scans.figures(node)),
      scanDetails: this.#scans.details(),
    };
  }

  /** The engine does not profile what streams into a sink: only the totals and the scans are known. */
  async #writeAnalyzed(): Promise<AnalyzedExecution> {
    while ((await this.#next()) !== undefined);
    return { cpuNanos: this.statistics().cpuTimeMs * 1e6, peakMemoryBytes: 0, nodes: new Map(), scanDetails: this.#scans.details() };
  }

  /** The next chunk; false when none came in time and the rows at hand should go out. */
  async #fetch(): Promise<boolean> {
    this.#pending ??= this.#stream?.next();
    const pending = this.#pending;
    if (this.#encoder.rowCount > 0 && pending !== undefined && (await isSlow(pending))) return false;
    this.#chunk = await pending;
    this.#offset = 0;
    this.#pending = undefined;
    return true;
  }

  async #write(writer: NonNullable<ReturnType<typeof writerOf>>): Promise<EncodedRows> {
    const count = await write(writer, {
      connect: (streamed) => this.#connect(streamed),
      signal: this.#options.signal,
      select: (node, symbols) => this.#sql(node, symbols),
      onRows: (rowCount) => {
        this.#writtenRows += rowCount;
      },
    });
    this.#updateCount = count;
    this.#end();
    const row = count === undefined ? '[null]' : `[${count}]`;
    return { rowCount: 1, parts: [Buffer.from(row)], byteCount: row.length };
  }

  async #connect(streamed: boolean): Promise<EngineConnection> {
    this.#engine ??= await this.#services.connect(streamed && this.#scans.isLive());
    // the cancel may have come while there was nothing to interrupt
    if (this.#options.signal.aborted || this.#closing !== undefined) {
      await this.#engine.connection.close();
      throw abortError(this.#options.signal);
    }
    return this.#engine.connection;
  }

  /** Of what is read from tables the engine writes as much as it can; a few constants are not worth it. */
  #rowsSql(): string {
    const { root } = this.#plan;
    if (this.#scans.isEmpty) return this.#sql(root, this.#symbols);
    const options = { parametricDatetime: this.#parametricDatetime, uncheckedText: this.#scans.hasUncheckedText };
    const { sql, pieces } = this.#emitter().selectRowText(root, this.#symbols, options);
    this.#engine?.registerFunctions();
    this.#encoder = this.#encoderOf(pieces);
    return sql;
  }

  #emitter(): PlanEmitter {
    return new PlanEmitter(this.#options.session, this.#scans, this.#services.udfs);
  }

  #encoderOf(pieces: readonly RowPiece[]): ResultEncoder {
    return new ResultEncoder(pieces, { parametricDatetime: this.#parametricDatetime, expectedBytes: PAGE_BYTES + (PAGE_BYTES >> 3) });
  }

  get #parametricDatetime(): boolean {
    return this.#options.session.clientCapabilities.has('PARAMETRIC_DATETIME');
  }

  #sql(node: PlanNode, symbols: readonly Symbol[]): string {
    const sql = this.#emitter().select(node, symbols);
    this.#engine?.registerFunctions();
    return sql;
  }

  #end(): void {
    this.#ended = true;
    this.#cpuMs = this.#cpuSoFar();
  }

  #readError(error: unknown): unknown {
    // whatever the engine says after a cancel, the cancel is why
    if (this.#options.signal.aborted) return abortError(this.#options.signal);
    return this.#services.errors.read(error);
  }
}

async function isSlow(pending: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(true), PAGE_PATIENCE_MS);
  });
  try {
    return await Promise.race([
      pending.then(
        () => false,
        () => false,
      ),
      late,
    ]);
  } finally {
    clearTimeout(timer);
  }
}

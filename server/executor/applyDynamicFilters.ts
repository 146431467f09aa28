import duckdb from '@duckdb/node-bindings';
import type { Expression } from '../../spi/expression.ts';
import type { Session } from '../../spi/session.ts';
import { BOOLEAN } from '../../spi/type.ts';
import type { Value } from '../../spi/value.ts';
import { type DynamicFilter, dynamicFiltersOf } from '../plan/dynamicFilters.ts';
import type { OutputNode, PlanNode, TableScanNode } from '../plan/plan.ts';
import { mapSources } from '../plan/planNodes.ts';
import { optimizerContext } from '../planner/optimizerContext.ts';
import { pruneColumns } from '../planner/rules/pruneColumns.ts';
import type { EngineConnection } from './engineConnection.ts';
import type { EngineSession } from './executor.ts';
import { abortError, type OpenScans } from './openScans.ts';
import { PlanEmitter } from './planEmitter.ts';
import type { UdfRegistry } from './udfRegistry.ts';
import { valueReader } from './vectorReader.ts';

/** Reading more of the small side twice would cost more than what the large side saves. */
const SOURCE_ROWS_MAX = 200_000;

export interface DynamicFilterContext {
  readonly session: Session;
  readonly signal: AbortSignal;
  readonly udfs: UdfRegistry;
  /** Whether the statement writes into the engine's own tables, which a held snapshot would lose. */
  readonly writesIntoEngine: boolean;
  openScans(): OpenScans;
  connect(live: boolean): Promise<EngineSession>;
}

export interface FilteredPlan {
  readonly root: OutputNode;
  /** To be used for the statement itself: it holds the moment of the engine's tables at which the values were read. */
  readonly engine?: EngineSession;
}

/**
 * Reads the values that a join takes from its small side first, and has the source of the large side send only their rows. The same rows would
 * be dropped by the join, so where it does not pay (too many rows or values) nothing is changed.
 */
export async function applyDynamicFilters(root: OutputNode, context: DynamicFilterContext): Promise<FilteredPlan> {
  const filters = dynamicFiltersOf(root, context.session);
  if (filters.length === 0) return { root };
  const gathering = new Gathering(context);
  try {
    const scans = new Map<TableScanNode, TableScanNode>();
    for (const filter of filters) {
      const values = await gathering.values(filter);
      const filtered = values === undefined ? undefined : filteredScan(filter, values);
      if (filtered !== undefined) scans.set(filter.scan, filtered);
    }
    const engine = scans.size > 0 ? gathering.takeEngine() : undefined;
    return { root: scans.size === 0 ? root : replaceScans(root, scans), ...(engine === undefined ? {} : { engine }) };
  } finally {
    await gathering.close();
  }
}

function replaceScans<T extends PlanNode>(node: T, scans: ReadonlyMap<TableScanNode, TableScanNode>): T {
  const change = (inner: PlanNode): PlanNode => (inner.kind === 'tableScan' ? (scans.get(inner) ?? inner) : mapSources(inner, change));
  return mapSources(node, change) as T;
}

function filteredScan({ scan, column }: DynamicFilter, values: readonly Value[]): TableScanNode | undefined {
  const { table, assignments } = scan;
  const constants: readonly Expression[] = values.map((value) => ({ kind: 'constant', type: column.type, value }));
  const none: Expression = { kind: 'constant', type: BOOLEAN, value: false };
  const predicate: Expression =
    constants.length === 0 ? none : { kind: 'in', value: { kind: 'reference', name: column.name, type: column.type }, list: constants, type: BOOLEAN };
  const result = table.transaction.applyFilter?.(table.session, table.handle, { conjuncts: [predicate], assignments });
  if (result === undefined || result.residual.length > 0) return undefined;
  return { ...scan, table: { ...table, handle: result.table } };
}

/** Runs the small sides, one after the other. */
class Gathering {
  readonly #context: DynamicFilterContext;
  #held: EngineSession | undefined;

  constructor(context: DynamicFilterContext) {
    this.#context = context;
  }

  /** undefined: not to be had cheaply. NULL is none. */
  async values({ source, key, valuesMax }: DynamicFilter): Promise<readonly Value[] | undefined> {
    const { session, udfs, signal } = this.#context;
    const scans = this.#context.openScans();
    let engine: EngineSession | undefined;
    try {
      const keys: PlanNode = { kind: 'project', id: source.id, source, assignments: [{ symbol: key, expression: { kind: 'reference', ...key } }] };
      const plan = pruneColumns(keys, optimizerContext(keys, session));
      await scans.open(plan);
      if (scans.readsEngineTables && this.#context.writesIntoEngine) return undefined;
      engine = await this.#engineFor(scans);
      const { connection } = engine;
      const interrupt = (): void => connection.interrupt();
      signal.addEventListener('abort', interrupt, { once: true });
      try {
        if (signal.aborted) throw abortError(signal);
        const sql = new PlanEmitter(session, scans, udfs).select(plan, [key]);
        engine.registerFunctions();
        return await readValues(connection, `SELECT c0, count(*) FROM (SELECT c0 FROM (${sql}) LIMIT ${SOURCE_ROWS_MAX + 1}) GROUP BY c0`, key, valuesMax);
      } finally {
        signal.removeEventListener('abort', interrupt);
      }
    } finally {
      if (engine !== this.#held) await engine?.connection.close();
      await scans.close();
    }
  }

  takeEngine(): EngineSession | undefined {
    const held = this.#held;
    this.#held = undefined;
    return held;
  }

  async close(): Promise<void> {
    await this.#held?.connection.close();
  }

  async #engineFor(scans: OpenScans): Promise<EngineSession> {
    if (this.#held !== undefined && !scans.isLive()) return this.#held;
    const engine = await this.#context.connect(scans.isLive());
    if (!scans.readsEngineTables) return engine;
    this.#held = engine;
    await engine.connection.holdSnapshot();
    return engine;
  }
}

async function readValues(connection: EngineConnection, sql: string, key: DynamicFilter['key'], valuesMax: number): Promise<readonly Value[] | undefined> {
  const values: Value[] = [];
  let rows = 0;
  for (const chunk of await connection.query(sql)) {
    const size = duckdb.data_chunk_get_size(chunk);
    const value = valueReader(duckdb.data_chunk_get_vector(chunk, 0), key.type, size);
    const counts = valueReader(duckdb.data_chunk_get_vector(chunk, 1), { kind: 'bigint' }, size);
    for (let row = 0; row < size; row++) {
      rows += Number(counts(row));
      const item = value(row);
      if (item !== null) values.push(item);
    }
    if (values.length > valuesMax || rows > SOURCE_ROWS_MAX) return undefined;
  }
  return values;
}

import type {
  ColumnHandle,
  ColumnMetadata,
  ConnectorTransaction,
  FilterPushdown,
  FilterPushdownResult,
  Scan,
  SchemaTableName,
  TableHandle,
  TableMetadata,
  TableStatistics,
} from '../../spi/connector.ts';
import type { ConnectorSession } from '../../spi/session.ts';
import { BIGINT, decimal, type Type } from '../../spi/type.ts';
import { accepts } from './acceptedValues.ts';
import { generateTable, type TableRequest } from './generator/generateTable.ts';
import { ORDER_STATUSES } from './generator/orders.ts';
import { textPool } from './generator/textPool.ts';
import { PART_CONTAINERS, PART_TYPES } from './generator/words.ts';
import { tpchStatistics } from './tpchStatistics.ts';
import { isTpchTable, LISTED_SCHEMAS, ROW_NUMBER, STANDARD_PREFIX, scaleFactorOf, TPCH_TABLES, type TpchTableHandle } from './tpchTables.ts';

export interface TpchOptions {
  readonly standardNaming: boolean;
  readonly doubleAsDecimal: boolean;
  readonly predicatePushdown: boolean;
}

interface TpchColumnHandle extends ColumnHandle {
  readonly simplifiedName: string;
}

const DECIMAL = decimal(12, 2);
const EXPLAINED_VALUES_MAX = 32;
const TABLE_NAMES = Object.keys(TPCH_TABLES).filter(isTpchTable);

/** The columns whose few values can be filtered while generating, as in Trino. */
const FILTERABLE: Readonly<Record<string, readonly { readonly column: string; readonly values: readonly string[] }[]>> = {
  orders: [{ column: 'orderstatus', values: ORDER_STATUSES }],
  part: [
    { column: 'type', values: [...PART_TYPES].sort() },
    { column: 'container', values: [...PART_CONTAINERS].sort() },
  ],
};

export class TpchTransaction implements ConnectorTransaction {
  private readonly options: TpchOptions;

  constructor(options: TpchOptions) {
    this.options = options;
  }

  async listSchemas(): Promise<readonly string[]> {
    return LISTED_SCHEMAS;
  }

  async schemaExists(_session: ConnectorSession, schema: string): Promise<boolean> {
    return scaleFactorOf(schema) !== undefined;
  }

  async listTables(_session: ConnectorSession, schema: string | undefined) {
    const schemas = schema === undefined ? LISTED_SCHEMAS : scaleFactorOf(schema) === undefined ? [] : [schema];
    return schemas.flatMap((s) => TABLE_NAMES.map((table) => ({ name: { schema: s, table }, type: 'TABLE' as const })));
  }

  async getTable(_session: ConnectorSession, name: SchemaTableName): Promise<TableMetadata | undefined> {
    const scaleFactor = scaleFactorOf(name.schema);
    if (scaleFactor === undefined || !isTpchTable(name.table)) return undefined;
    const table = name.table;
    const prefix = this.options.standardNaming ? STANDARD_PREFIX[table] : '';
    const handle: TpchTableHandle = {
      kind: 'tpch',
      schema: name.schema,
      table,
      scaleFactor,
      accepted: this.options.predicatePushdown ? (FILTERABLE[table] ?? []) : [],
    };
    const columns = TPCH_TABLES[table].map(({ simplifiedName, type }) => column(`${prefix}${simplifiedName}`, simplifiedName, this.typeOf(type)));
    return { name, handle, columns: [...columns, { ...column(ROW_NUMBER, ROW_NUMBER, BIGINT), hidden: true }] };
  }

  async getStatistics(_session: ConnectorSession, table: TableHandle, columns: readonly ColumnHandle[]): Promise<TableStatistics> {
    const statistics = tpchStatistics(own(table));
    const found = columns.flatMap((c) => {
      const known = statistics.columns.get(simplifiedName(c));
      return known === undefined ? [] : [[c.name, known] as const];
    });
    return { ...statistics, columns: new Map(found) };
  }

  applyFilter(_session: ConnectorSession, table: TableHandle, filter: FilterPushdown): FilterPushdownResult | undefined {
    const handle = own(table);
    let accepted = handle.accepted;
    const residual = filter.conjuncts.filter((conjunct) => {
      for (const [symbol, columnHandle] of filter.assignments) {
        const target = accepted.find(({ column: name }) => name === simplifiedName(columnHandle));
        if (target === undefined) continue;
        const answers = target.values.map((value) => accepts(conjunct, symbol, value));
        if (answers.length > 0 && !answers.includes('unknown form')) {
          const values = target.values.filter((_, i) => answers[i] === true);
          accepted = accepted.map((entry) => (entry === target ? { column: entry.column, values } : entry));
          return false;
        }
      }
      return true;
    });
    if (residual.length === filter.conjuncts.length) return undefined;
    const filtered: TpchTableHandle = { ...handle, accepted };
    return { table: filtered, residual };
  }

  async scan(_session: ConnectorSession, table: TableHandle, columns: readonly ColumnHandle[], signal: AbortSignal): Promise<Scan> {
    const handle = own(table);
    const names = columns.map(simplifiedName);
    const request: TableRequest = {
      table: handle.table,
      scaleFactor: handle.scaleFactor,
      columns: names,
      ...(names.includes('comment') ? { textMemory: textPool().memory } : {}),
      doubleAsDecimal: this.options.doubleAsDecimal,
      accepted: handle.accepted.filter(
        ({ column: name, values }) => values.length < (FILTERABLE[handle.table]?.find((f) => f.column === name)?.values.length ?? 0),
      ),
    };
    if (handle.accepted.some(({ values }) => values.length === 0)) return { kind: 'pages', pages: (async function* () {})() };
    if (handle.table === 'nation' || handle.table === 'region') return { kind: 'pages', pages: pagesOf(request, signal) };
    return { kind: 'rawMessages', module: new URL('./feed.ts', import.meta.url).href, argument: request };
  }

  tableName(table: TableHandle): string {
    const { schema, table: name } = own(table);
    return `tpch:${schema}:${name}`;
  }

  columnName(columnHandle: ColumnHandle): string {
    return `tpch:${columnHandle.name}`;
  }

  explainConstraints(table: TableHandle): ReadonlyMap<string, string> {
    const handle = own(table);
    const prefix = this.options.standardNaming ? STANDARD_PREFIX[handle.table] : '';
    return new Map(
      handle.accepted.map(({ column: name, values }) => [
        `${prefix}${name}`,
        values.length > EXPLAINED_VALUES_MAX ? `[[${values[0]}, ${values.at(-1)}]]` : `[${values.map((value) => `[${value}]`).join(', ')}]`,
      ]),
    );
  }

  async commit(): Promise<void> {}

  async rollback(): Promise<void> {}

  private typeOf(type: Type): Type {
    return type.kind === 'double' && this.options.doubleAsDecimal ? DECIMAL : type;
  }
}

function column(name: string, simplified: string, type: Type): ColumnMetadata {
  const handle: TpchColumnHandle = { name, simplifiedName: simplified };
  return { name, type, handle, nullable: false };
}

async function* pagesOf(request: TableRequest, signal: AbortSignal) {
  for (const page of generateTable(request)) {
    signal.throwIfAborted();
    yield page;
  }
}

function own(table: TableHandle): TpchTableHandle {
  if (!isTpchHandle(table)) throw new Error(`not a tpch table: ${table.kind}`);
  return table;
}

const isTpchHandle = (table: TableHandle): table is TpchTableHandle => table.kind === 'tpch';

function simplifiedName(columnHandle: ColumnHandle): string {
  if (!isTpchColumn(columnHandle)) throw new Error(`not a tpch column: ${columnHandle.name}`);
  return columnHandle.simplifiedName;
}

const isTpchColumn = (columnHandle: ColumnHandle): columnHandle is TpchColumnHandle => 'simplifiedName' in columnHandle;

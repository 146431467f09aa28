import type {
  ColumnHandle,
  ColumnMetadata,
  ConnectorTransaction,
  FilterPushdown,
  FilterPushdownResult,
  PagesScan,
  SchemaTableName,
  TableHandle,
  TableMetadata,
} from '../../spi/connector.ts';
import type { Expression } from '../../spi/expression.ts';
import type { Page } from '../../spi/page.ts';
import type { ConnectorSession } from '../../spi/session.ts';

import { BIGINT, BOOLEAN, DOUBLE, type Type, VARCHAR, array, map, timestampWithTimeZone } from '../../spi/type.ts';
import type { Value } from '../../spi/value.ts';

/** A table whose rows are made on demand: information_schema and system. */
export interface RowsTable {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: Type; readonly hidden?: boolean }[];
  /** May leave out rows that `filter` excludes (allowed values by column); the engine filters again. */
  rows(session: ConnectorSession, filter: ColumnFilter, signal: AbortSignal): Promise<readonly (readonly Value[])[]>;
}

/** For a column: the only values that can matter. */
export type ColumnFilter = ReadonlyMap<string, ReadonlySet<string>>;

const COLUMN_TYPES = new Map<string, Type>([
  ['varchar', VARCHAR],
  ['bigint', BIGINT],
  ['boolean', BOOLEAN],
  ['double', DOUBLE],
  ['timestamp(3) with time zone', timestampWithTimeZone(3)],
  ['timestamp(9) with time zone', timestampWithTimeZone(9)],
  ['array(varchar)', array(VARCHAR)],
  ['map(double, double)', map(DOUBLE, DOUBLE)],
]);

/** `a, b: bigint, c!` → columns a varchar, b bigint, c varchar and hidden. */
export function columnList(text: string): RowsTable['columns'] {
  return text.split(/,\s*(?![^(]*\))/).map((item) => {
    const [name = '', typeName = 'varchar'] = item.trim().split(/:\s*/);
    const type = COLUMN_TYPES.get(typeName);
    if (type === undefined) throw new Error(`no such column type: ${typeName}`);
    return name.endsWith('!') ? { name: name.slice(0, -1), type, hidden: true } : { name, type };
  });
}

interface RowsTableHandle extends TableHandle {
  readonly kind: 'rows';
  readonly schema: string;
  readonly table: string;
  readonly filter: ColumnFilter;
}

const PAGE_ROWS = 2048;

/** Serves RowsTables through the connector contract. Nothing is read before the scan is pulled. */
export class RowsTransaction implements ConnectorTransaction {
  readonly #tables: ReadonlyMap<string, RowsTable>;
  readonly #catalog: string;

  constructor(catalog: string, tables: readonly RowsTable[]) {
    this.#catalog = catalog;
    this.#tables = new Map(tables.map((table) => [`${table.schema}.${table.name}`, table]));
  }

  listSchemas(): Promise<readonly string[]> {
    return Promise.resolve([...new Set([...this.#tables.values()].map((table) => table.schema))]);
  }

  listTables(_session: ConnectorSession, schema: string | undefined): ReturnType<ConnectorTransaction['listTables']> {
    const names = [...this.#tables.values()].filter((table) => schema === undefined || table.schema === schema);
    return Promise.resolve(names.map((table) => ({ name: { schema: table.schema, table: table.name }, type: 'TABLE' as const })));
  }

  getTable(_session: ConnectorSession, name: SchemaTableName): Promise<TableMetadata | undefined> {
    const table = this.#tables.get(`${name.schema}.${name.table}`);
    if (table === undefined) return Promise.resolve(undefined);
    const handle: RowsTableHandle = { kind: 'rows', schema: table.schema, table: table.name, filter: new Map() };
    const columns: ColumnMetadata[] = table.columns.map((column) => ({ ...column, handle: { name: column.name } }));
    return Promise.resolve({ name, handle, columns });
  }

  applyFilter(_session: ConnectorSession, handle: TableHandle, filter: FilterPushdown): FilterPushdownResult | undefined {
    const { filter: known, ...rest } = rowsHandle(handle);
    const narrowed = new Map(known);
    for (const conjunct of filter.conjuncts) {
      const allowed = allowedValues(conjunct);
      const column = allowed === undefined ? undefined : filter.assignments.get(allowed.reference)?.name;
      if (allowed === undefined || column === undefined) continue;
      const before = narrowed.get(column);
      narrowed.set(column, before === undefined ? allowed.values : new Set([...before].filter((value) => allowed.values.has(value))));
    }
    const changed = narrowed.size !== known.size || [...narrowed].some(([column, values]) => values.size !== known.get(column)?.size);
    return changed ? { table: { ...rest, filter: narrowed } as RowsTableHandle, residual: filter.conjuncts } : undefined;
  }

  scan(session: ConnectorSession, handle: TableHandle, columns: readonly ColumnHandle[], signal: AbortSignal): Promise<PagesScan> {
    const { schema, table: name, filter } = rowsHandle(handle);
    const table = this.#tables.get(`${schema}.${name}`);
    if (table === undefined) throw new Error(`table is gone: ${schema}.${name}`);
    const positions = columns.map((column) => table.columns.findIndex(({ name: candidate }) => candidate === column.name));
    return Promise.resolve({ kind: 'pages', pages: pagesOf(() => table.rows(session, filter, signal), positions) });
  }

  tableName(handle: TableHandle): string {
    const { schema, table } = rowsHandle(handle);
    return `${this.#catalog}:${schema}.${table}`;
  }

  commit(): Promise<void> {
    return Promise.resolve();
  }

  rollback(): Promise<void> {
    return Promise.resolve();
  }
}

function rowsHandle(handle: TableHandle): RowsTableHandle {
  if (handle.kind !== 'rows') throw new Error(`not a table of this catalog: ${handle.kind}`);
  return handle as RowsTableHandle;
}

async function* pagesOf(make: () => Promise<readonly (readonly Value[])[]>, positions: readonly number[]): AsyncIterable<Page> {
  const rows = await make();
  for (let from = 0; from < rows.length; from += PAGE_ROWS) {
    const part = rows.slice(from, from + PAGE_ROWS);
    yield { rowCount: part.length, columns: positions.map((at) => ({ kind: 'values', values: part.map((row) => row[at] ?? null) })) };
  }
}

/** `column = 'text'` and `column IN ('a', 'b')`. */
function allowedValues(conjunct: Expression): { reference: string; values: ReadonlySet<string> } | undefined {
  if (conjunct.kind === 'comparison' && conjunct.operator === '=') {
    const reference = referenceName(conjunct.left) ?? referenceName(conjunct.right);
    const text = constantText(conjunct.right) ?? constantText(conjunct.left);
    return reference === undefined || text === undefined ? undefined : { reference, values: new Set([text]) };
  }
  if (conjunct.kind === 'in') {
    const reference = referenceName(conjunct.value);
    const texts = conjunct.list.map(constantText);
    if (reference === undefined || texts.some((text) => text === undefined)) return undefined;
    return { reference, values: new Set(texts.filter((text) => text !== undefined)) };
  }
  return undefined;
}

function referenceName(expression: Expression): string | undefined {
  const inner = expression.kind === 'cast' && expression.value.type.kind === 'varchar' && expression.type.kind === 'varchar' ? expression.value : expression;
  return inner.kind === 'reference' ? inner.name : undefined;
}

function constantText(expression: Expression): string | undefined {
  const inner = expression.kind === 'cast' && expression.value.type.kind === 'varchar' && expression.type.kind === 'varchar' ? expression.value : expression;
  return inner.kind === 'constant' && typeof inner.value === 'string' ? inner.value : undefined;
}

/** true when the filter leaves this value possible. */
export function admits(filter: ColumnFilter, column: string, value: string): boolean {
  return filter.get(column)?.has(value) ?? true;
}

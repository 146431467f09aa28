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
import type { Page } from '../../spi/page.ts';
import type { ConnectorSession } from '../../spi/session.ts';
import { BIGINT, BOOLEAN, DOUBLE, type Type, VARCHAR, array, map, timestampWithTimeZone } from '../../spi/type.ts';
import type { Value } from '../../spi/value.ts';
import { type ColumnFilter, narrowed } from './columnFilter.ts';

/** A table whose rows are made on demand: information_schema and system. */
export interface RowsTable {
  readonly schema: string;
  readonly name: string;
  readonly columns: readonly { readonly name: string; readonly type: Type; readonly hidden?: boolean }[];
  /** May leave out rows that `filter` excludes; the engine filters again. */
  rows(session: ConnectorSession, filter: ColumnFilter, signal: AbortSignal): Promise<readonly (readonly Value[])[]>;
}

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
    const known = rowsHandle(handle);
    const further = narrowed(known.filter, filter);
    if (further === undefined) return undefined;
    const table: RowsTableHandle = { ...known, filter: further };
    return { table, residual: filter.conjuncts };
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

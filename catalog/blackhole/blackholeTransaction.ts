import type {
  ColumnDefinition,
  ColumnHandle,
  ColumnMetadata,
  ColumnStatistics,
  ConnectorTransaction,
  PageSink,
  SaveMode,
  Scan,
  SchemaTableName,
  TableDefinition,
  TableHandle,
  TableMetadata,
  TableStatistics,
  ViewDefinition,
} from '../../spi/connector.ts';
import type { Block, Page } from '../../spi/page.ts';
import type { ConnectorSession } from '../../spi/session.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import { BIGINT, type Type, typeId } from '../../spi/type.ts';
import { type BlackholeCatalog, keyOf, nameOf } from './blackholeCatalog.ts';
import { durationMs } from './blackholeProperties.ts';
import {
  type BlackholeColumn,
  type BlackholeColumnHandle,
  type BlackholeTable,
  type BlackholeTableHandle,
  blackholeColumn,
  blackholeTable,
  ownColumn,
  ownTable,
  rowCount,
} from './blackholeTable.ts';
import { constantPages } from './constantPages.ts';

const NUMERIC = new Set<Type['kind']>(['tinyint', 'smallint', 'integer', 'bigint', 'real', 'double', 'decimal']);
const ROW_ID: ColumnMetadata = columnOf({ name: 'row_id', type: BIGINT });

/** All that is written vanishes; what is read is made up from the table's properties. */
export class BlackholeTransaction implements ConnectorTransaction {
  private readonly catalog: BlackholeCatalog;

  constructor(catalog: BlackholeCatalog) {
    this.catalog = catalog;
  }

  async listSchemas(): Promise<readonly string[]> {
    return [...this.catalog.schemas];
  }

  async listTables(_session: ConnectorSession, schema: string | undefined) {
    const list = (keys: Iterable<string>, type: 'TABLE' | 'VIEW') => [...keys].map((key) => ({ name: nameOf(key), type }));
    const all = [...list(this.catalog.tables.keys(), 'TABLE'), ...list(this.catalog.views.keys(), 'VIEW')];
    return all.filter(({ name }) => schema === undefined || name.schema === schema);
  }

  async getTable(_session: ConnectorSession, name: SchemaTableName): Promise<TableMetadata | undefined> {
    const table = this.catalog.tables.get(keyOf(name));
    if (table === undefined) return undefined;
    const handle: BlackholeTableHandle = { kind: 'blackhole', name, table };
    return { name, handle, columns: table.columns.map(columnOf) };
  }

  async getView(_session: ConnectorSession, name: SchemaTableName): Promise<ViewDefinition | undefined> {
    return this.catalog.views.get(keyOf(name));
  }

  async getStatistics(_session: ConnectorSession, handle: TableHandle, columns: readonly ColumnHandle[]): Promise<TableStatistics> {
    const known = (type: Type): ColumnStatistics => ({ distinctValues: 1, nullsFraction: 0, ...(NUMERIC.has(type.kind) ? { low: 0, high: 0 } : {}) });
    return { rowCount: rowCount(ownTable(handle).table), columns: new Map(columns.map((column) => [column.name, known(ownColumn(column).type)])) };
  }

  async scan(_session: ConnectorSession, handle: TableHandle, columns: readonly ColumnHandle[], signal: AbortSignal): Promise<Scan> {
    const { table } = ownTable(handle);
    const types = columns.map((column) => ownColumn(column).type);
    return { kind: 'pages', pages: constantPages(table, types, signal) };
  }

  tableName(handle: TableHandle): string {
    const { name } = ownTable(handle);
    return `blackhole:${name.schema}:${name.table}`;
  }

  columnName(column: ColumnHandle): string {
    return `${column.name}:${typeId(ownColumn(column).type)}`;
  }

  async createSchema(_session: ConnectorSession, schema: string): Promise<void> {
    if (this.catalog.schemas.has(schema)) throw new TrinoError('ALREADY_EXISTS', undefined, `Schema [${schema}] already exists`);
    this.catalog.schemas.add(schema);
  }

  async createTable(_session: ConnectorSession, definition: TableDefinition, mode: SaveMode): Promise<void> {
    const table = this.define(definition);
    if (mode === 'ignore' && this.catalog.tables.has(keyOf(definition.name))) return;
    this.catalog.tables.set(keyOf(definition.name), table);
  }

  async dropTable(_session: ConnectorSession, handle: TableHandle): Promise<void> {
    this.catalog.tables.delete(keyOf(ownTable(handle).name));
  }

  async renameTable(_session: ConnectorSession, handle: TableHandle, to: SchemaTableName): Promise<void> {
    this.catalog.requireSchema(to.schema);
    const { name } = ownTable(handle);
    const table = this.catalog.table(name);
    this.catalog.tables.delete(keyOf(name));
    this.catalog.tables.set(keyOf(to), table);
  }

  async addColumn(_session: ConnectorSession, handle: TableHandle, column: ColumnDefinition): Promise<void> {
    this.changeColumns(handle, (columns) => [...columns, blackholeColumn(column)]);
  }

  async dropColumn(_session: ConnectorSession, handle: TableHandle, { name }: ColumnHandle): Promise<void> {
    this.changeColumns(handle, (columns) => columns.filter((c) => c.name !== name));
  }

  async renameColumn(_session: ConnectorSession, handle: TableHandle, { name }: ColumnHandle, to: string): Promise<void> {
    this.changeColumns(handle, (columns) => columns.map((c) => (c.name === name ? { ...c, name: to } : c)));
  }

  async setColumnType(_session: ConnectorSession, handle: TableHandle, { name }: ColumnHandle, type: Type): Promise<void> {
    this.changeColumns(handle, (columns) => columns.map((c) => (c.name === name ? { ...c, type } : c)));
  }

  async truncateTable(): Promise<void> {}

  async createView(_session: ConnectorSession, name: SchemaTableName, view: ViewDefinition, replace: boolean): Promise<void> {
    if (!replace && this.catalog.views.has(keyOf(name))) throw new TrinoError('ALREADY_EXISTS', undefined, `View already exists: ${name.schema}.${name.table}`);
    this.catalog.views.set(keyOf(name), view);
  }

  async dropView(_session: ConnectorSession, name: SchemaTableName): Promise<void> {
    this.catalog.view(name);
    this.catalog.views.delete(keyOf(name));
  }

  async setViewComment(_session: ConnectorSession, name: SchemaTableName, comment: string | undefined): Promise<void> {
    const { comment: _, ...view } = this.catalog.view(name);
    this.catalog.views.set(keyOf(name), { ...view, ...(comment === undefined ? {} : { comment }) });
  }

  async beginCreateTable(_session: ConnectorSession, definition: TableDefinition, _mode: SaveMode): Promise<PageSink> {
    const table = this.define(definition);
    return countingSink(() => void this.catalog.tables.set(keyOf(definition.name), table));
  }

  async beginInsert(): Promise<PageSink> {
    return countingSink();
  }

  rowIdColumn(): ColumnMetadata {
    return ROW_ID;
  }

  /** Its rows are all the same one: what is met twice cannot be told. */
  async beginMerge(): Promise<PageSink> {
    return countingSink(() => {}, operationCount);
  }

  async commit(): Promise<void> {}

  async rollback(): Promise<void> {}

  private define({ name, columns, properties }: TableDefinition): BlackholeTable {
    this.catalog.requireSchema(name.schema);
    return blackholeTable(columns, properties, durationMs);
  }

  private changeColumns(handle: TableHandle, step: (columns: BlackholeTable['columns']) => BlackholeTable['columns']): void {
    const { name } = ownTable(handle);
    const table = this.catalog.table(name);
    this.catalog.tables.set(keyOf(name), { ...table, columns: step(table.columns) });
  }
}

function columnOf({ name, type }: BlackholeColumn): ColumnMetadata {
  const handle: BlackholeColumnHandle = { name, type };
  return { name, type, handle };
}

/** Of the rows of a merge those that do something. */
function operationCount({ rowCount: rows, columns }: Page): number {
  const [operation] = columns;
  let count = 0;
  for (let row = 0; row < rows; row++) if (operation !== undefined && !isNullAt(operation, row)) count++;
  return count;
}

function isNullAt(block: Block, row: number): boolean {
  if (block.kind === 'values') return (block.values[row] ?? null) === null;
  return block.nulls !== undefined && ((block.nulls[row >> 3] ?? 0) & (1 << (row & 7))) === 0;
}

function countingSink(publish: () => void = () => {}, countOf: (page: Page) => number = (page) => page.rowCount): PageSink {
  let rows = 0n;
  return {
    kind: 'pages',
    append: async (page: Page) => {
      rows += BigInt(countOf(page));
    },
    finish: async () => {
      publish();
      return rows;
    },
    abort: async () => {},
  };
}

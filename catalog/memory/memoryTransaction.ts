import { randomUUID } from 'node:crypto';
import type {
  ColumnDefinition,
  ColumnHandle,
  ConnectorTransaction,
  SaveMode,
  Scan,
  SchemaTableName,
  Sink,
  TableDefinition,
  TableHandle,
  TableMetadata,
  TableStatistics,
  ViewDefinition,
} from '../../spi/connector.ts';
import type { LanguageFunction } from '../../spi/languageFunction.ts';
import type { ConnectorSession } from '../../spi/session.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import { engineNames, type MemoryCatalog, requireFree, requireSchema, tableById, withTable } from './memoryCatalog.ts';
import { columnMetadata, ENGINE_ROW_ID, type MemoryColumnHandle, ownColumn, ownTable, ROW_ID, tableHandle } from './memoryHandles.ts';
import { createTableSink, insertSink, mergeSink } from './memorySinks.ts';
import { functionKeyOf, keyOf, type MemoryColumn, type MemoryState, type MemoryTable, nameOf, withEntry } from './memoryState.ts';

/** One query over the catalog: it reads the state that it found, and its changes are visible to all at once. */
export class MemoryTransaction implements ConnectorTransaction {
  private readonly catalog: MemoryCatalog;
  private state: MemoryState;

  constructor(catalog: MemoryCatalog) {
    this.catalog = catalog;
    this.state = catalog.enter(this);
  }

  async listSchemas(): Promise<readonly string[]> {
    return [...this.state.schemas];
  }

  async listTables(_session: ConnectorSession, schema: string | undefined) {
    const list = (keys: Iterable<string>, type: 'TABLE' | 'VIEW') => [...keys].map((key) => ({ name: nameOf(key), type }));
    const all = [...list(this.state.tables.keys(), 'TABLE'), ...list(this.state.views.keys(), 'VIEW')];
    return all.filter(({ name }) => schema === undefined || name.schema === schema);
  }

  async getTable(_session: ConnectorSession, name: SchemaTableName): Promise<TableMetadata | undefined> {
    const table = this.state.tables.get(keyOf(name));
    if (table === undefined) return undefined;
    return {
      name,
      handle: tableHandle(table),
      columns: table.columns.map(columnMetadata),
      ...(table.comment === undefined ? {} : { comment: table.comment }),
    };
  }

  async getView(_session: ConnectorSession, name: SchemaTableName): Promise<ViewDefinition | undefined> {
    return this.state.views.get(keyOf(name));
  }

  async getDataVersion(_session: ConnectorSession, table: TableHandle): Promise<string> {
    return ownTable(table).dataVersion;
  }

  async getStatistics(_session: ConnectorSession, table: TableHandle): Promise<TableStatistics> {
    return { rowCount: Number(await this.catalog.rowCount(ownTable(table))), columns: new Map() };
  }

  async scan(_session: ConnectorSession, table: TableHandle, columns: readonly ColumnHandle[]): Promise<Scan> {
    const { engineTable, engineColumns } = ownTable(table);
    const engineColumn = ({ columnId }: MemoryColumnHandle) => (columnId === undefined ? ENGINE_ROW_ID : (engineNames(engineColumns, [columnId])[0] ?? ''));
    return { kind: 'engineTable', table: engineTable, columns: columns.map((column) => engineColumn(ownColumn(column))) };
  }

  tableName(table: TableHandle): string {
    return `memory:${ownTable(table).id}`;
  }

  columnName(column: ColumnHandle): string {
    return String(ownColumn(column).ordinal);
  }

  // --- schemas

  createSchema(_session: ConnectorSession, schema: string): Promise<void> {
    return this.change((state) => {
      if (state.schemas.has(schema)) throw new TrinoError('ALREADY_EXISTS', undefined, `Schema [${schema}] already exists`);
      return { ...state, schemas: new Set([...state.schemas, schema]) };
    });
  }

  dropSchema(_session: ConnectorSession, schema: string, cascade: boolean): Promise<void> {
    return this.change((state) => {
      requireSchema(state, schema);
      const outside = <T>(entries: ReadonlyMap<string, T>) => new Map([...entries].filter(([key]) => nameOf(key).schema !== schema));
      const [tables, views] = [outside(state.tables), outside(state.views)];
      if (!cascade && (tables.size < state.tables.size || views.size < state.views.size)) {
        throw new TrinoError('SCHEMA_NOT_EMPTY', undefined, `Schema not empty: ${schema}`);
      }
      return { ...state, schemas: new Set([...state.schemas].filter((name) => name !== schema)), tables, views };
    });
  }

  renameSchema(_session: ConnectorSession, from: string, to: string): Promise<void> {
    return this.change((state) => {
      requireSchema(state, from);
      if (state.schemas.has(to)) throw new TrinoError('ALREADY_EXISTS', undefined, `Schema [${to}] already exists`);
      const moved = <T>(entries: ReadonlyMap<string, T>) =>
        new Map(
          [...entries].map(([key, entry]): [string, T] => {
            const name = nameOf(key);
            return [name.schema === from ? keyOf({ schema: to, table: name.table }) : key, entry];
          }),
        );
      const schemas = new Set([...state.schemas].map((name) => (name === from ? to : name)));
      return { ...state, schemas, tables: moved(state.tables), views: moved(state.views) };
    });
  }

  // --- tables

  async createTable(_session: ConnectorSession, definition: TableDefinition, mode: SaveMode): Promise<void> {
    refuseReplace(mode);
    requireSchema(this.catalog.state, definition.name.schema);
    if (mode === 'ignore' && this.catalog.state.tables.has(keyOf(definition.name))) return;
    const sink = await createTableSink(this.catalog, definition.name, this.newTable(definition));
    await sink.finish();
    this.refresh();
  }

  dropTable(_session: ConnectorSession, table: TableHandle): Promise<void> {
    return this.change((state) => withTable(state, tableById(state, ownTable(table).id).key, undefined));
  }

  renameTable(_session: ConnectorSession, handle: TableHandle, to: SchemaTableName): Promise<void> {
    return this.change((state) => {
      requireSchema(state, to.schema);
      requireFree(state, to);
      const { key, table } = tableById(state, ownTable(handle).id);
      return withTable(withTable(state, key, undefined), keyOf(to), table);
    });
  }

  setTableComment(_session: ConnectorSession, handle: TableHandle, comment: string | undefined): Promise<void> {
    return this.changeTable(handle, (table) => ({ ...table, comment }));
  }

  setColumnComment(_session: ConnectorSession, handle: TableHandle, column: ColumnHandle, comment: string | undefined): Promise<void> {
    return this.changeColumn(handle, column, (c) => ({ ...c, comment }));
  }

  renameColumn(_session: ConnectorSession, handle: TableHandle, column: ColumnHandle, to: string): Promise<void> {
    return this.changeColumn(handle, column, (c) => ({ ...c, name: to }));
  }

  dropNotNull(_session: ConnectorSession, handle: TableHandle, column: ColumnHandle): Promise<void> {
    return this.changeColumn(handle, column, (c) => ({ ...c, nullable: true }));
  }

  async addColumn(_session: ConnectorSession, handle: TableHandle, definition: ColumnDefinition): Promise<void> {
    await this.catalog.change(async (state) => {
      const { key, table } = tableById(state, ownTable(handle).id);
      const { generation } = table;
      if (!definition.nullable && (await this.catalog.rowCount(generation)) > 0n) {
        const { schema, table: name } = nameOf(key);
        throw new TrinoError('NOT_SUPPORTED', undefined, `Unable to add NOT NULL column '${definition.name}' for non-empty table: ${schema}.${name}`);
      }
      const columns = [...table.columns, this.newColumn(definition)];
      const wider = await this.catalog.createGeneration(columns);
      try {
        await this.catalog.append(wider, generation);
      } catch (error) {
        await this.catalog.drop(wider);
        throw error;
      }
      return {
        state: withTable(state, key, { ...table, columns, generation: wider, rowsVersion: table.rowsVersion + 1, dataVersion: randomUUID() }),
        result: undefined,
      };
    });
    this.refresh();
  }

  async truncateTable(_session: ConnectorSession, handle: TableHandle): Promise<void> {
    await this.empty(handle);
  }

  // --- views

  createView(_session: ConnectorSession, name: SchemaTableName, view: ViewDefinition, replace: boolean): Promise<void> {
    return this.change((state) => {
      requireSchema(state, name.schema);
      if (!replace || state.tables.has(keyOf(name))) requireFree(state, name);
      return { ...state, views: withEntry(state.views, keyOf(name), view) };
    });
  }

  dropView(_session: ConnectorSession, name: SchemaTableName): Promise<void> {
    return this.change((state) => {
      requireView(state, name);
      return { ...state, views: withEntry(state.views, keyOf(name), undefined) };
    });
  }

  renameView(_session: ConnectorSession, from: SchemaTableName, to: SchemaTableName): Promise<void> {
    return this.change((state) => {
      requireSchema(state, to.schema);
      requireFree(state, to);
      const view = requireView(state, from);
      return { ...state, views: withEntry(withEntry(state.views, keyOf(from), undefined), keyOf(to), view) };
    });
  }

  setViewComment(_session: ConnectorSession, name: SchemaTableName, comment: string | undefined): Promise<void> {
    return this.change((state) => {
      const { comment: _, ...view } = requireView(state, name);
      return { ...state, views: withEntry(state.views, keyOf(name), { ...view, ...(comment === undefined ? {} : { comment }) }) };
    });
  }

  setViewColumnComment(_session: ConnectorSession, name: SchemaTableName, column: string, comment: string | undefined): Promise<void> {
    return this.change((state) => {
      const view = requireView(state, name);
      const columns = view.columns.map((c) => (c.name === column ? { name: c.name, type: c.type, ...(comment === undefined ? {} : { comment }) } : c));
      return { ...state, views: withEntry(state.views, keyOf(name), { ...view, columns }) };
    });
  }

  // --- rows

  beginCreateTable(_session: ConnectorSession, definition: TableDefinition, mode: SaveMode): Promise<Sink> {
    refuseReplace(mode);
    return createTableSink(this.catalog, definition.name, this.newTable(definition));
  }

  beginInsert(_session: ConnectorSession, table: TableHandle, columns: readonly ColumnHandle[]): Promise<Sink> {
    const ids = columns.map((column) => ownColumn(column).columnId).filter((id) => id !== undefined);
    return insertSink(this.catalog, ownTable(table), ids);
  }

  rowIdColumn() {
    return ROW_ID;
  }

  beginMerge(_session: ConnectorSession, table: TableHandle): Promise<Sink> {
    return mergeSink(this.catalog, ownTable(table));
  }

  /** The handle filters nothing: all rows go. */
  executeDelete(_session: ConnectorSession, table: TableHandle): Promise<bigint> {
    return this.empty(table);
  }

  async commit(): Promise<void> {
    await this.catalog.leave(this);
  }

  async rollback(): Promise<void> {
    await this.catalog.leave(this);
  }

  private async empty(handle: TableHandle): Promise<bigint> {
    const removed = await this.catalog.change(async (state) => {
      const { key, table } = tableById(state, ownTable(handle).id);
      const result = await this.catalog.rowCount(table.generation);
      const generation = await this.catalog.createGeneration(table.columns);
      return {
        state: withTable(state, key, { ...table, generation, maybeEmpty: true, rowsVersion: table.rowsVersion + 1, dataVersion: randomUUID() }),
        result,
      };
    });
    this.refresh();
    return removed;
  }

  private newTable(definition: TableDefinition): Omit<MemoryTable, 'generation'> {
    return {
      id: this.catalog.newId(),
      columns: definition.columns.map((c) => this.newColumn(c)),
      comment: definition.comment,
      maybeEmpty: true,
      rowsVersion: 0,
      dataVersion: randomUUID(),
    };
  }

  private newColumn({ name, type, nullable, comment }: ColumnDefinition): MemoryColumn {
    return { id: this.catalog.newId(), name, type, nullable, comment };
  }

  private changeTable(handle: TableHandle, step: (table: MemoryTable) => MemoryTable): Promise<void> {
    return this.change((state) => {
      const { key, table } = tableById(state, ownTable(handle).id);
      return withTable(state, key, step(table));
    });
  }

  // --- functions

  async listFunctions(_session: ConnectorSession, schema?: string): Promise<readonly LanguageFunction[]> {
    return [...this.state.functions.values()].filter((definition) => schema === undefined || definition.schema === schema);
  }

  createFunction(_session: ConnectorSession, definition: LanguageFunction, replace: boolean): Promise<void> {
    return this.change((state) => {
      const key = functionKeyOf(definition);
      if (!replace && state.functions.has(key)) throw new TrinoError('ALREADY_EXISTS', undefined, 'Function already exists');
      return { ...state, functions: withEntry(state.functions, key, definition) };
    });
  }

  dropFunction(_session: ConnectorSession, definition: LanguageFunction): Promise<void> {
    return this.change((state) => ({ ...state, functions: withEntry(state.functions, functionKeyOf(definition), undefined) }));
  }

  private changeColumn(handle: TableHandle, column: ColumnHandle, step: (column: MemoryColumn) => MemoryColumn): Promise<void> {
    const { columnId } = ownColumn(column);
    return this.changeTable(handle, (table) => ({ ...table, columns: table.columns.map((c) => (c.id === columnId ? step(c) : c)) }));
  }

  private async change(step: (state: MemoryState) => MemoryState): Promise<void> {
    await this.catalog.change(async (state) => ({ state: step(state), result: undefined }));
    this.refresh();
  }

  /** A transaction sees its own changes. */
  private refresh(): void {
    this.state = this.catalog.state;
  }
}

function refuseReplace(mode: SaveMode): void {
  if (mode === 'replace') throw new TrinoError('NOT_SUPPORTED', undefined, 'This connector does not support replacing tables');
}

function requireView(state: MemoryState, name: SchemaTableName): ViewDefinition {
  const view = state.views.get(keyOf(name));
  if (view === undefined) throw new TrinoError('NOT_FOUND', undefined, `View '${name.schema}.${name.table}' not found`);
  return view;
}

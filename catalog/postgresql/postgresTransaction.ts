import type pg from 'pg';
import type {
  AggregationPushdown,
  ColumnDefinition,
  ColumnHandle,
  ColumnMetadata,
  ConnectorTransaction,
  FilterPushdown,
  JoinPushdown,
  ListedTable,
  ListingFilter,
  ProjectionPushdown,
  SaveMode,
  Scan,
  SchemaTableName,
  Sink,
  TableDefinition,
  TableHandle,
  TableMetadata,
  TableStatistics,
  TopNPushdown,
  UpdateAssignment,
} from '../../spi/connector.ts';
import type { ConnectorSession } from '../../spi/session.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import { type Type, typeId } from '../../spi/type.ts';
import { applyAggregation } from './aggregation.ts';
import { execute } from './connectionLease.ts';
import type { ConnectionPool } from './connectionPool.ts';
import * as ddl from './ddl.ts';
import { describeQuery } from './describeQuery.ts';
import { applyUpdate } from './applyUpdate.ts';
import { fromClause, ownColumn, ownTable, type RemoteTable, updateSql } from './handles.ts';
import { applyJoin } from './joinPushdown.ts';
import { listColumns } from './listColumns.ts';
import type { ListingCache } from './listingCache.ts';
import { mergeSink, rowIdColumn } from './mergeSink.ts';
import { connectParametersFor, type PostgresConfig } from './postgresConfig.ts';
import { applyFilter, applyLimit, applyProjection, applyTopN } from './pushdown.ts';
import { sqlState } from './remoteError.ts';
import { remoteSchemaName, remoteTableName } from './remoteNames.ts';
import { findTable, listSchemaNames, listTableNames, type MetadataOptions } from './remoteTables.ts';
import { isSmall, openScan } from './scan.ts';
import { propertiesOf } from './sessionProperties.ts';
import { createTableSink, insertSink, requireWritable } from './sinks.ts';
import { importSnapshot, SnapshotSession } from './snapshotSession.ts';
import { tableStatistics } from './tableStatistics.ts';

/** The server hashes a list of any length; past this the text of the query costs more than it saves. */
const DYNAMIC_FILTER_VALUES_MAX = 10_000;
const DUPLICATE_SCHEMA = '42P06';
const UNDEFINED_SCHEMA = '3F000';

/** One query's view of the database, and what it writes. */
export class PostgresTransaction implements ConnectorTransaction {
  /** They have defaults, identities and triggers there. */
  readonly supportsMissingColumnsOnInsert = true;
  readonly #config: PostgresConfig;
  readonly #pool: ConnectionPool;
  readonly #listings: ListingCache;
  #session: SnapshotSession | undefined;
  #wrote = false;

  constructor({ config, pool, listings }: { readonly config: PostgresConfig; readonly pool: ConnectionPool; readonly listings: ListingCache }) {
    this.#config = config;
    this.#pool = pool;
    this.#listings = listings;
  }

  listSchemas(session: ConnectorSession): Promise<readonly string[]> {
    return this.#listings.schemas.get(session, undefined, () => this.#read(session, listSchemaNames));
  }

  async listTables(session: ConnectorSession, schema: string | undefined) {
    const names = await this.#listings.tables.get(session, schema, () => this.#read(session, (options) => listTableNames(options, schema)));
    return names.map((name) => ({ name, type: 'TABLE' as const }));
  }

  getTable(session: ConnectorSession, name: SchemaTableName): Promise<TableMetadata | undefined> {
    return this.#read(session, (options) => findTable(options, name));
  }

  listColumns(session: ConnectorSession, filter: ListingFilter): Promise<readonly ListedTable[]> {
    return this.#listings.columns.get(session, [filter, this.#properties(session)], () => this.#read(session, (options) => listColumns(options, filter)));
  }

  async getStatistics(session: ConnectorSession, table: TableHandle, columns: readonly ColumnHandle[]): Promise<TableStatistics> {
    if (!this.#config.statistics) return { columns: new Map() };
    return this.#read(session, ({ client }) => tableStatistics(client, ownTable(table), columns.map(ownColumn)));
  }

  describeQuery(session: ConnectorSession, query: string): Promise<TableMetadata> {
    const properties = propertiesOf(session, this.#config.sessionDefaults);
    return this.#sessionOf(session).attempt((client) => describeQuery(client, query, properties), session.signal);
  }

  // --- pushdown

  applyFilter(_session: ConnectorSession, table: TableHandle, filter: FilterPushdown) {
    return applyFilter(ownTable(table), filter, this.#config.complexExpressionPushdown);
  }

  applyLimit(_session: ConnectorSession, table: TableHandle, limit: bigint) {
    return applyLimit(ownTable(table), limit);
  }

  applyTopN(session: ConnectorSession, table: TableHandle, topN: TopNPushdown) {
    return this.#properties(session).topNPushdown ? applyTopN(ownTable(table), topN) : undefined;
  }

  applyAggregation(session: ConnectorSession, table: TableHandle, aggregation: AggregationPushdown) {
    return this.#properties(session).aggregationPushdown ? applyAggregation(ownTable(table), aggregation) : undefined;
  }

  applyProjection(_session: ConnectorSession, table: TableHandle, projection: ProjectionPushdown) {
    return this.#config.complexExpressionPushdown ? applyProjection(ownTable(table), projection) : undefined;
  }

  applyJoin(session: ConnectorSession, join: JoinPushdown) {
    return applyJoin(join, ownTable(join.left), ownTable(join.right), this.#properties(session));
  }

  dynamicFilterValuesMax(session: ConnectorSession, table: TableHandle): number | undefined {
    return this.#properties(session).dynamicFiltering && !isSmall(ownTable(table)) ? DYNAMIC_FILTER_VALUES_MAX : undefined;
  }

  // --- reading

  /** PostgreSQL tells which transactions a snapshot sees, not which tables they changed: equal means unchanged, another one may be unchanged too. */
  async getDataVersion(session: ConnectorSession, table: TableHandle): Promise<string | undefined> {
    const { table: remote, database } = ownTable(table);
    const isOwnRows = remote !== undefined && (remote.relationKind === 'r' || remote.relationKind === 'm') && !remote.hasRules && !remote.hasChildren;
    if (!isOwnRows) return undefined; // rows of a view, a partition or a foreign table may come from elsewhere
    return this.#sessionOf(session).run(async (client) => {
      const { rows } = await client.query<{ snapshot: string }>('SELECT txid_current_snapshot()::text AS snapshot');
      return JSON.stringify([database, remote.oid, rows[0]?.snapshot]);
    }, session.signal);
  }

  scan(session: ConnectorSession, table: TableHandle, columns: readonly ColumnHandle[], signal: AbortSignal): Promise<Scan> {
    return openScan(ownTable(table), columns.map(ownColumn), {
      pool: this.#pool,
      parameters: connectParametersFor(this.#config, session),
      session: this.#sessionOf(session),
      signal,
    });
  }

  tableName(table: TableHandle): string {
    const handle = ownTable(table);
    const { schemaTable, table: remote } = handle;
    if (schemaTable === undefined || remote === undefined) return `postgresql:Query[SELECT * ${fromClause(handle)}]`;
    const parts = [`postgresql:${schemaTable.schema}.${schemaTable.table} ${handle.database}.${remote.schema}.${remote.name}`];
    if (handle.constrained.length > 0) parts.push(`constraint on [${handle.constrained.join(', ')}]`);
    if (handle.orderBy.length > 0) parts.push(`sortOrder=[${handle.orderBy.map(({ shown }) => shown).join(', ')}]`);
    if (handle.limit !== undefined) parts.push(`limit=${handle.limit}`);
    return parts.join(' ');
  }

  columnName(column: ColumnHandle): string {
    const { name, mapping, remoteType } = ownColumn(column);
    return `${name}:${typeId(mapping.type)}:${remoteType}`;
  }

  explainTable(table: TableHandle): readonly string[] {
    const handle = ownTable(table);
    if (handle.assignments !== undefined) return [`Remote query: ${updateSql(handle, handle.assignments)}`];
    return [`Remote query: SELECT … ${fromClause(handle)}`];
  }

  // --- DDL

  async createSchema(session: ConnectorSession, schema: string): Promise<void> {
    const named = { [DUPLICATE_SCHEMA]: () => new TrinoError('SCHEMA_ALREADY_EXISTS', undefined, `Schema '${schema}' already exists`) };
    await this.#execute(session, ddl.createSchemaSql(await this.#remoteSchema(session, schema)), this.#hasOwnNames() ? {} : named);
  }

  async dropSchema(session: ConnectorSession, schema: string, cascade: boolean): Promise<void> {
    await this.#execute(session, ddl.dropSchemaSql(await this.#remoteSchema(session, schema), cascade));
  }

  async renameSchema(session: ConnectorSession, from: string, to: string): Promise<void> {
    await this.#execute(session, ddl.renameSchemaSql(await this.#remoteSchema(session, from), await this.#remoteSchema(session, to)));
  }

  async createTable(session: ConnectorSession, table: TableDefinition, mode: SaveMode): Promise<void> {
    refuseReplace(mode);
    const named = this.#hasOwnNames() ? {} : { [UNDEFINED_SCHEMA]: () => schemaNotFound(table.name) };
    const definition = await this.#remoteDefinition(session, table);
    await this.#execute(session, ddl.createTableSql(definition, this.#properties(session)).join('; '), named);
  }

  async dropTable(session: ConnectorSession, table: TableHandle): Promise<void> {
    await this.#execute(session, ddl.dropTableSql(remote(table)));
  }

  async renameTable(session: ConnectorSession, table: TableHandle, to: SchemaTableName): Promise<void> {
    ddl.requireSameSchema(ownTable(table).schemaTable, to);
    const target = await this.#read(session, (options) => remoteTableName(options, to));
    await this.#execute(session, ddl.renameTableSql(remote(table), target.table));
  }

  async setTableComment(session: ConnectorSession, table: TableHandle, comment: string | undefined): Promise<void> {
    await this.#execute(session, ddl.tableCommentSql(remote(table), comment));
  }

  async setColumnComment(session: ConnectorSession, table: TableHandle, column: ColumnHandle, comment: string | undefined): Promise<void> {
    await this.#execute(session, ddl.columnCommentSql(remote(table), ownColumn(column).remoteName, comment));
  }

  async addColumn(session: ConnectorSession, table: TableHandle, column: ColumnDefinition): Promise<void> {
    await this.#execute(session, ddl.addColumnSql(remote(table), column, this.#properties(session)));
  }

  async dropColumn(session: ConnectorSession, table: TableHandle, column: ColumnHandle): Promise<void> {
    await this.#execute(session, ddl.dropColumnSql(remote(table), ownColumn(column).remoteName));
  }

  async renameColumn(session: ConnectorSession, table: TableHandle, column: ColumnHandle, to: string): Promise<void> {
    await this.#execute(session, ddl.renameColumnSql(remote(table), ownColumn(column).remoteName, to));
  }

  async setColumnType(session: ConnectorSession, table: TableHandle, column: ColumnHandle, type: Type): Promise<void> {
    await this.#execute(session, ddl.setColumnTypeSql(remote(table), ownColumn(column).remoteName, type, this.#properties(session)));
  }

  async dropNotNull(session: ConnectorSession, table: TableHandle, column: ColumnHandle): Promise<void> {
    await this.#execute(session, ddl.dropNotNullSql(remote(table), ownColumn(column).remoteName));
  }

  async truncateTable(session: ConnectorSession, table: TableHandle): Promise<void> {
    await this.#execute(session, ddl.truncateSql(remote(table)));
  }

  // --- DML

  async beginCreateTable(session: ConnectorSession, table: TableDefinition, mode: SaveMode): Promise<Sink> {
    refuseReplace(mode);
    try {
      return await createTableSink(this.#sinkSource(session), await this.#remoteDefinition(session, table), this.#properties(session));
    } catch (error) {
      throw sqlState(error) === UNDEFINED_SCHEMA && !this.#hasOwnNames() ? schemaNotFound(table.name) : error;
    }
  }

  async beginInsert(session: ConnectorSession, table: TableHandle, columns: readonly ColumnHandle[]): Promise<Sink> {
    return insertSink(this.#sinkSource(session), ownTable(table), columns);
  }

  rowIdColumn(_session: ConnectorSession, table: TableHandle): ColumnMetadata {
    return rowIdColumn(ownTable(table));
  }

  async beginMerge(session: ConnectorSession, table: TableHandle): Promise<Sink> {
    const handle = ownTable(table);
    const found = handle.schemaTable === undefined ? undefined : await this.getTable(session, handle.schemaTable);
    if (found === undefined) throw new TrinoError('NOT_SUPPORTED', undefined, 'This connector does not support modifying table rows');
    const begin = importSnapshot(await this.#sessionOf(session).snapshot(session.signal));
    return mergeSink(this.#sinkSource(session), handle, { columns: found.columns.map((column) => ownColumn(column.handle)), begin });
  }

  async executeDelete(session: ConnectorSession, table: TableHandle): Promise<bigint | undefined> {
    const handle = ownTable(table);
    if (handle.table === undefined || handle.limit !== undefined || handle.orderBy.length > 0) return undefined;
    const result = await this.#execute(session, `DELETE ${fromClause(handle)}`);
    return BigInt(result.rowCount ?? 0);
  }

  applyUpdate(_session: ConnectorSession, table: TableHandle, assignments: readonly UpdateAssignment[]): TableHandle | undefined {
    return applyUpdate(ownTable(table), assignments);
  }

  async executeUpdate(session: ConnectorSession, table: TableHandle): Promise<bigint> {
    const handle = ownTable(table);
    const result = await this.#execute(session, updateSql(handle, handle.assignments ?? []));
    return BigInt(result.rowCount ?? 0);
  }

  async commit(): Promise<void> {
    if (this.#wrote) this.#listings.clear();
    await this.#session?.end();
  }

  async rollback(): Promise<void> {
    if (this.#wrote) this.#listings.clear();
    await this.#session?.abandon();
  }

  #properties(session: ConnectorSession) {
    return propertiesOf(session, this.#config.sessionDefaults);
  }

  #lease(session: ConnectorSession) {
    return { pool: this.#pool, parameters: connectParametersFor(this.#config, session), signal: session.signal };
  }

  #sinkSource(session: ConnectorSession) {
    this.#wrote = true;
    return this.#lease(session);
  }

  #sessionOf(session: ConnectorSession): SnapshotSession {
    this.#session ??= new SnapshotSession(this.#pool, connectParametersFor(this.#config, session));
    return this.#session;
  }

  /** Names must be looked up before they are made. */
  #hasOwnNames(): boolean {
    const { caseInsensitive, mapping } = this.#config.names;
    return caseInsensitive || mapping() !== undefined;
  }

  #remoteSchema(session: ConnectorSession, name: string): Promise<string> {
    return this.#hasOwnNames() ? this.#read(session, (options) => remoteSchemaName(options, name)) : Promise.resolve(name);
  }

  async #remoteDefinition(session: ConnectorSession, table: TableDefinition): Promise<TableDefinition> {
    if (!this.#hasOwnNames()) return table;
    return this.#read(session, async (options) => {
      const name = await remoteTableName(options, table.name);
      if (!(await listSchemaNames(options)).includes(table.name.schema)) throw schemaNotFound(table.name);
      return { ...table, name };
    });
  }

  #read<T>(session: ConnectorSession, work: (options: MetadataOptions) => Promise<T>): Promise<T> {
    const properties = this.#properties(session);
    return this.#sessionOf(session).run((client) => work({ client, config: this.#config, properties }), session.signal);
  }

  async #execute(session: ConnectorSession, sql: string, named: Readonly<Record<string, () => TrinoError>> = {}): Promise<pg.QueryResult> {
    this.#wrote = true;
    try {
      return await execute(this.#lease(session), sql);
    } catch (error) {
      throw named[sqlState(error) ?? '']?.() ?? error;
    } finally {
      this.#listings.clear();
    }
  }
}

const remote = (table: TableHandle): RemoteTable => requireWritable(ownTable(table));

const schemaNotFound = ({ schema }: SchemaTableName): TrinoError => new TrinoError('NOT_FOUND', undefined, `Schema ${schema} not found`);

function refuseReplace(mode: SaveMode): void {
  if (mode === 'replace') throw new TrinoError('NOT_SUPPORTED', undefined, 'This connector does not support replacing tables');
}

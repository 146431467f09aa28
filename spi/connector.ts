import type { Expression } from './expression.ts';
import type { LanguageFunction } from './languageFunction.ts';
import type { MaterializedViewDefinition } from './materializedView.ts';
import type { Page } from './page.ts';
import type { ConnectorSession } from './session.ts';
import type { Type } from './type.ts';
import type { NullableValue, Value } from './value.ts';

/** Makes the connectors of one `connector.name`. */
export interface ConnectorFactory {
  readonly name: string;
  /** Reads its keys from `config`; keys that it never asked for stop the start. Must not wait for the remote side: a catalog whose server is down still loads. */
  create(context: ConnectorContext): Connector | Promise<Connector>;
}

export interface ConnectorContext {
  readonly catalogName: string;
  readonly config: ConnectorConfig;
  /** The folder of config.properties; relative file names in the configuration are resolved against the working folder, as in Trino. */
  readonly etcDir: string;
  /** A folder of this catalog's own for caches and state; made on first use. */
  readonly dataDir: string;
  readonly engine: EngineTables;
  readonly log: Logger;
}

/** Typed reading of a catalog's properties. Every getter marks its key as used and raises CONFIGURATION_INVALID with key, file and what was expected. */
export interface ConnectorConfig {
  string(key: string): string | undefined;
  string(key: string, fallback: string): string;
  required(key: string): string;
  boolean(key: string, fallback: boolean): boolean;
  integer(key: string, fallback: number, bounds?: { min?: number; max?: number }): number;
  /** Trino's duration syntax (`5m`, `1.5s`); milliseconds. */
  durationMs(key: string, fallback: number): number;
  /** Trino's data-size syntax (`16MB`); bytes. */
  dataSizeBytes(key: string, fallback: number): number;
  list(key: string): readonly string[];
  oneOf<T extends string>(key: string, values: readonly T[], fallback: T): T;
  /** Takes a key that has no meaning here but is Trino's own: accepted, ignored. */
  accept(key: string): void;
  /** All keys with this prefix, without the prefix; marks them used. */
  withPrefix(prefix: string): ReadonlyMap<string, string>;
}

export interface Logger {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

export interface Connector {
  /** Starts the connector's part of one query (or of one explicit transaction). Its first look at a source fixes what the whole query sees. */
  begin(options: TransactionOptions): ConnectorTransaction;
  /** The strictest isolation that it offers; absent: any. */
  readonly isolation?: IsolationLevel;
  readonly sessionProperties?: readonly PropertyMetadata[];
  readonly tableProperties?: readonly PropertyMetadata[];
  readonly schemaProperties?: readonly PropertyMetadata[];
  readonly columnProperties?: readonly PropertyMetadata[];
  readonly analyzeProperties?: readonly PropertyMetadata[];
  readonly materializedViewProperties?: readonly PropertyMetadata[];
  readonly procedures?: readonly Procedure[];
  readonly tableFunctions?: readonly ConnectorTableFunction[];
  /** Columns can be NOT NULL; without it CREATE TABLE and ADD COLUMN refuse the constraint. */
  readonly notNullColumns?: boolean;
  /** Tables can be read FOR VERSION or TIMESTAMP AS OF; without it getTable is never asked for a version. */
  readonly versionedTables?: boolean;
  /** Several writes can share an explicit transaction; without it a write outside of autocommit is refused. */
  readonly multiStatementWrites?: boolean;
  /** ANALYZE reads the table's rows and counts them; without it ANALYZE is refused. */
  readonly analyzesTables?: boolean;
  /** What is written may go away by itself: no place for the rows of a materialized view. */
  readonly discardsRows?: boolean;
  /** Figures for /metrics, beside the engine's own; each gets the catalog's name as a label. */
  metrics?(): readonly ConnectorMetric[];
  close(): Promise<void>;
}

export interface ConnectorMetric {
  /** In snake case, without unit suffixes of counters: `lepton_kafka_cache_bytes`. */
  readonly name: string;
  readonly help: string;
  readonly kind: 'gauge' | 'counter';
  readonly value: number;
}

/** From the loosest to the strictest. */
export const ISOLATION_LEVELS = ['READ UNCOMMITTED', 'READ COMMITTED', 'REPEATABLE READ', 'SERIALIZABLE'] as const;
export type IsolationLevel = (typeof ISOLATION_LEVELS)[number];

export interface TransactionOptions {
  readonly readOnly: boolean;
  readonly isolation: IsolationLevel;
  readonly autoCommit: boolean;
}

export interface PropertyMetadata {
  readonly name: string;
  readonly description: string;
  readonly type: Type;
  readonly defaultValue: Value;
  readonly hidden?: boolean;
  /** Checks a value: throws a TrinoError that names the reason, or a plain Error whose message is the reason why it is no value of the property at all. */
  readonly validate?: (value: Value) => void;
}

export interface Procedure {
  readonly schema: string;
  readonly name: string;
  readonly arguments: readonly { readonly name: string; readonly type: Type; readonly defaultValue?: Value }[];
  call(session: ConnectorSession, values: readonly Value[], signal: AbortSignal): Promise<void>;
}

/** A table function such as `system.query`: its arguments are scalars; the answer is a table handle with its columns. */
export interface ConnectorTableFunction {
  readonly schema: string;
  readonly name: string;
  readonly arguments: readonly { readonly name: string; readonly type: Type; readonly defaultValue?: Value; readonly required: boolean }[];
  analyze(transaction: ConnectorTransaction, session: ConnectorSession, values: readonly Value[]): Promise<TableMetadata>;
}

export interface SchemaTableName {
  readonly schema: string;
  readonly table: string;
}

/** Opaque to the engine but for `kind`: plain data that only its connector reads. */
export interface TableHandle {
  readonly kind: string;
}

/** Opaque to the engine but for its name. */
export interface ColumnHandle {
  readonly name: string;
}

export interface ColumnMetadata {
  readonly name: string;
  readonly type: Type;
  readonly handle: ColumnHandle;
  readonly nullable?: boolean;
  readonly comment?: string;
  readonly hidden?: boolean;
  /** Though hidden, INSERT may name it; it is then written. */
  readonly insertable?: boolean;
  /** What DESCRIBE shows beside the comment, such as 'partition key'. */
  readonly extraInfo?: string;
  readonly properties?: ReadonlyMap<string, Value>;
}

export interface TableMetadata {
  readonly name: SchemaTableName;
  readonly handle: TableHandle;
  readonly columns: readonly ColumnMetadata[];
  readonly comment?: string;
  readonly properties?: ReadonlyMap<string, NullableValue>;
  /** Visible to the user with each query that reads the table. */
  readonly warnings?: readonly string[];
}

/** What listings show of a table. */
export interface ListedTable {
  readonly name: SchemaTableName;
  readonly columns: readonly Omit<ColumnMetadata, 'handle'>[];
  readonly comment?: string;
}

/** Names in lower case; absent: all. */
export interface ListingFilter {
  readonly schemas?: readonly string[];
  readonly tables?: readonly string[];
}

export interface ViewDefinition {
  readonly originalSql: string;
  readonly catalog?: string;
  readonly schema?: string;
  readonly columns: readonly { readonly name: string; readonly type: Type; readonly comment?: string }[];
  readonly comment?: string;
  /** Absent: security INVOKER. */
  readonly owner?: string;
  readonly path?: readonly string[];
}

export interface ColumnDefinition {
  readonly name: string;
  readonly type: Type;
  readonly nullable: boolean;
  readonly comment?: string;
  readonly properties: ReadonlyMap<string, Value>;
}

export interface TableDefinition {
  readonly name: SchemaTableName;
  readonly columns: readonly ColumnDefinition[];
  readonly comment?: string;
  readonly properties: ReadonlyMap<string, Value>;
}

/** FOR VERSION AS OF / FOR TIMESTAMP AS OF. */
export interface TableVersion {
  readonly kind: 'version' | 'timestamp';
  readonly value: NullableValue;
}

export type SaveMode = 'fail' | 'ignore' | 'replace';

/**
 * The connector's side of one query. Optional members are capabilities: what is absent answers NOT_SUPPORTED in Trino's
 * words ("This connector does not support creating tables").
 */
export interface ConnectorTransaction {
  listSchemas(session: ConnectorSession): Promise<readonly string[]>;
  schemaExists?(session: ConnectorSession, schema: string): Promise<boolean>;
  /** Tables and views; without a schema those of all schemas. */
  listTables(
    session: ConnectorSession,
    schema: string | undefined,
  ): Promise<readonly { readonly name: SchemaTableName; readonly type: 'TABLE' | 'VIEW' | 'MATERIALIZED VIEW' }[]>;
  /** undefined: no such table. `name.table` is in lower case. */
  getTable(session: ConnectorSession, name: SchemaTableName, version?: TableVersion): Promise<TableMetadata | undefined>;
  /** Columns of many tables at once, for listings; the default asks getTable for each. Tables that cannot be read are left out. */
  listColumns?(session: ConnectorSession, filter: ListingFilter): Promise<readonly ListedTable[]>;
  /** Views alone, where they can be listed without the tables; the default picks them from listTables. */
  listViews?(session: ConnectorSession, schema: string | undefined): Promise<readonly SchemaTableName[]>;
  getView?(session: ConnectorSession, name: SchemaTableName): Promise<ViewDefinition | undefined>;
  getMaterializedView?(session: ConnectorSession, name: SchemaTableName): Promise<MaterializedViewDefinition | undefined>;
  /** Equal versions: the table has not changed; undefined: cannot be told now. Taken before the rows are read. */
  getDataVersion?(session: ConnectorSession, table: TableHandle): Promise<string | undefined>;
  /** The table without the rows that it had at an earlier version; a text says why it cannot be told. */
  rowsSince?(session: ConnectorSession, table: TableHandle, version: string): Promise<TableHandle | string>;
  getStatistics?(session: ConnectorSession, table: TableHandle, columns: readonly ColumnHandle[]): Promise<TableStatistics>;

  // --- pushdown: plain data in, plain data out; undefined = nothing changed
  applyFilter?(session: ConnectorSession, table: TableHandle, filter: FilterPushdown): FilterPushdownResult | undefined;
  applyLimit?(session: ConnectorSession, table: TableHandle, limit: bigint): LimitPushdownResult | undefined;
  applyTopN?(session: ConnectorSession, table: TableHandle, topN: TopNPushdown): LimitPushdownResult | undefined;
  applyAggregation?(session: ConnectorSession, table: TableHandle, aggregation: AggregationPushdown): AggregationPushdownResult | undefined;
  /** Projections such as a field of a row, or an expression that the source can compute. */
  applyProjection?(session: ConnectorSession, table: TableHandle, projection: ProjectionPushdown): ProjectionPushdownResult | undefined;
  applyJoin?(session: ConnectorSession, join: JoinPushdown): JoinPushdownResult | undefined;
  /** How many values of a column, known only when the query runs, are worth waiting for and handing to applyFilter as an IN; undefined: none. */
  dynamicFilterValuesMax?(session: ConnectorSession, table: TableHandle): number | undefined;

  /** Opens the scan of exactly these columns, in this order. Reading starts when the executor pulls. */
  scan(session: ConnectorSession, table: TableHandle, columns: readonly ColumnHandle[], signal: AbortSignal): Promise<Scan>;
  /**
   * A further column for a scan of these columns, a text as `readErrorsText` writes it, or NULL: with it a value that cannot be read is NULL in
   * place of failing the scan, and fails the query where it is asked for. `fallible`: the places of the columns that this may happen to.
   * undefined: it happens to none.
   */
  readErrors?(table: TableHandle, columns: readonly ColumnHandle[]): { readonly column: ColumnHandle; readonly fallible: ReadonlySet<number> } | undefined;
  /** The lines that EXPLAIN prints under a TableScan of these columns (`constraint on [x]`, offset ranges, remote SQL). */
  explainTable?(table: TableHandle, columns: readonly ColumnHandle[]): readonly string[];
  /** What a query's info and history tell of the table as it was read, beside its name: plain data. undefined: nothing. */
  inputInfo?(table: TableHandle): Readonly<Record<string, string>> | undefined;
  /** The table's name in EXPLAIN: `kafka:demo:clicks`; default: the handle's JSON. */
  tableName?(table: TableHandle): string;
  /** The column's name in EXPLAIN, behind `:=`; default: its name. */
  columnName?(column: ColumnHandle): string;
  /** What the handle guarantees of its columns, as EXPLAIN prints it behind `::`: column name → `[[F], [O]]`. */
  explainConstraints?(table: TableHandle): ReadonlyMap<string, string>;

  // --- DDL
  createSchema?(session: ConnectorSession, schema: string, properties: ReadonlyMap<string, Value>): Promise<void>;
  dropSchema?(session: ConnectorSession, schema: string, cascade: boolean): Promise<void>;
  renameSchema?(session: ConnectorSession, from: string, to: string): Promise<void>;
  createTable?(session: ConnectorSession, table: TableDefinition, mode: SaveMode): Promise<void>;
  dropTable?(session: ConnectorSession, table: TableHandle): Promise<void>;
  renameTable?(session: ConnectorSession, table: TableHandle, to: SchemaTableName): Promise<void>;
  setTableProperties?(session: ConnectorSession, table: TableHandle, properties: ReadonlyMap<string, Value | undefined>): Promise<void>;
  setTableComment?(session: ConnectorSession, table: TableHandle, comment: string | undefined): Promise<void>;
  setColumnComment?(session: ConnectorSession, table: TableHandle, column: ColumnHandle, comment: string | undefined): Promise<void>;
  addColumn?(session: ConnectorSession, table: TableHandle, column: ColumnDefinition): Promise<void>;
  dropColumn?(session: ConnectorSession, table: TableHandle, column: ColumnHandle): Promise<void>;
  renameColumn?(session: ConnectorSession, table: TableHandle, column: ColumnHandle, to: string): Promise<void>;
  setColumnType?(session: ConnectorSession, table: TableHandle, column: ColumnHandle, type: Type): Promise<void>;
  dropNotNull?(session: ConnectorSession, table: TableHandle, column: ColumnHandle): Promise<void>;
  truncateTable?(session: ConnectorSession, table: TableHandle): Promise<void>;
  createView?(session: ConnectorSession, name: SchemaTableName, view: ViewDefinition, replace: boolean): Promise<void>;
  dropView?(session: ConnectorSession, name: SchemaTableName): Promise<void>;
  renameView?(session: ConnectorSession, name: SchemaTableName, to: SchemaTableName): Promise<void>;
  setViewComment?(session: ConnectorSession, name: SchemaTableName, comment: string | undefined): Promise<void>;
  /** Functions of the user's own; all of them, or those of a schema. */
  listFunctions?(session: ConnectorSession, schema?: string): Promise<readonly LanguageFunction[]>;
  createFunction?(session: ConnectorSession, definition: LanguageFunction, replace: boolean): Promise<void>;
  dropFunction?(session: ConnectorSession, definition: LanguageFunction): Promise<void>;
  setViewColumnComment?(session: ConnectorSession, name: SchemaTableName, column: string, comment: string | undefined): Promise<void>;
  setViewOwner?(session: ConnectorSession, name: SchemaTableName, owner: string): Promise<void>;
  createMaterializedView?(session: ConnectorSession, name: SchemaTableName, view: MaterializedViewDefinition, mode: SaveMode): Promise<void>;
  dropMaterializedView?(session: ConnectorSession, name: SchemaTableName): Promise<void>;
  renameMaterializedView?(session: ConnectorSession, name: SchemaTableName, to: SchemaTableName): Promise<void>;
  setMaterializedViewProperties?(session: ConnectorSession, name: SchemaTableName, properties: ReadonlyMap<string, Value | undefined>): Promise<void>;
  setMaterializedViewColumnComment?(session: ConnectorSession, name: SchemaTableName, column: string, comment: string | undefined): Promise<void>;

  // --- DML
  /** Creates the table and gives the sink of its rows; the table is visible to others only after finish(). */
  beginCreateTable?(session: ConnectorSession, table: TableDefinition, mode: SaveMode): Promise<Sink>;
  /** Rows arrive with exactly these columns in this order; columns left out take their default. */
  beginInsert?(session: ConnectorSession, table: TableHandle, columns: readonly ColumnHandle[]): Promise<Sink>;
  /** The source itself decides about columns that INSERT leaves out, NOT NULL ones too; without it those are refused as NULL. */
  readonly supportsMissingColumnsOnInsert?: boolean;
  /** The hidden column that names a row for DELETE, UPDATE and MERGE. */
  rowIdColumn?(session: ConnectorSession, table: TableHandle): ColumnMetadata;
  /**
   * Rows arrive as: operation (tinyint: 1 insert, 2 delete, 3 update, NULL nothing), row id, then every visible column. finish() counts the
   * operations, and raises MERGE_TARGET_ROW_MULTIPLE_MATCHES for a row id that comes twice with an operation, or twice without.
   */
  beginMerge?(session: ConnectorSession, table: TableHandle): Promise<Sink>;
  /** Deletes what the handle (with its pushed filter) selects at the source; undefined = not possible for this handle. The count may be unknown. */
  executeDelete?(session: ConnectorSession, table: TableHandle): Promise<bigint | undefined>;

  /** The handle that executeUpdate sets these constants in all of its rows by; undefined: not possible for this handle or these values. */
  applyUpdate?(session: ConnectorSession, table: TableHandle, assignments: readonly UpdateAssignment[]): TableHandle | undefined;
  /** Changes at the source what the handle (of applyUpdate) selects; the number of rows. */
  executeUpdate?(session: ConnectorSession, table: TableHandle): Promise<bigint>;

  commit(): Promise<void>;
  rollback(): Promise<void>;
}

export interface UpdateAssignment {
  readonly column: ColumnHandle;
  readonly value: Value;
}

// --- pushdown

/** Conjuncts in source order; references name columns through `assignments`. */
export interface FilterPushdown {
  readonly conjuncts: readonly Expression[];
  readonly assignments: ReadonlyMap<string, ColumnHandle>;
}
export interface FilterPushdownResult {
  readonly table: TableHandle;
  /** What the engine must still evaluate: everything that the handle does not now filter exactly. */
  readonly residual: readonly Expression[];
}
export interface LimitPushdownResult {
  readonly table: TableHandle;
  /** The source never sends more; else the engine limits again. */
  readonly guaranteed: boolean;
}
export interface SortItem {
  readonly column: ColumnHandle;
  readonly ascending: boolean;
  readonly nullsFirst: boolean;
}
export interface TopNPushdown {
  readonly count: bigint;
  readonly sort: readonly SortItem[];
}
export interface AggregateFunction {
  readonly name: string;
  readonly arguments: readonly Expression[];
  readonly distinct: boolean;
  readonly filter?: Expression;
  readonly type: Type;
}
export interface AggregationPushdown {
  readonly aggregates: readonly AggregateFunction[];
  readonly groupBy: readonly ColumnHandle[];
  readonly assignments: ReadonlyMap<string, ColumnHandle>;
}
/** `columns`: one new column for each aggregate, in order; the grouping columns keep their handles. */
export interface AggregationPushdownResult {
  readonly table: TableHandle;
  readonly columns: readonly ColumnHandle[];
}
export interface ProjectionPushdown {
  readonly expressions: readonly Expression[];
  readonly assignments: ReadonlyMap<string, ColumnHandle>;
}
/** One entry for each expression: the column that now holds it, or undefined. */
export interface ProjectionPushdownResult {
  readonly table: TableHandle;
  readonly columns: readonly (ColumnHandle | undefined)[];
}
export interface JoinPushdown {
  readonly type: 'INNER' | 'LEFT' | 'RIGHT' | 'FULL';
  readonly left: TableHandle;
  readonly right: TableHandle;
  readonly conjuncts: readonly Expression[];
  readonly leftAssignments: ReadonlyMap<string, ColumnHandle>;
  readonly rightAssignments: ReadonlyMap<string, ColumnHandle>;
}
/** Both maps: old column name → handle in the joined table. */
export interface JoinPushdownResult {
  readonly table: TableHandle;
  readonly leftColumns: ReadonlyMap<string, ColumnHandle>;
  readonly rightColumns: ReadonlyMap<string, ColumnHandle>;
}

export interface TableStatistics {
  /** undefined: unknown. */
  readonly rowCount?: number;
  readonly columns: ReadonlyMap<string, ColumnStatistics>;
}
export interface ColumnStatistics {
  readonly distinctValues?: number;
  readonly nullsFraction?: number;
  readonly dataSizeBytes?: number;
  /** As Trino's StatsUtil puts a value on the double axis. */
  readonly low?: number;
  readonly high?: number;
}

// --- reading

/** How the rows of a table come into the engine. */
export type Scan = PagesScan | RawMessagesScan | ParquetFilesScan | EngineTableScan | ConcatenatedScan;

/** Column batches, pulled one at a time: a page that is not pulled costs nothing but its own memory. */
export interface PagesScan {
  readonly kind: 'pages';
  readonly pages: AsyncIterable<Page>;
  readonly progress?: () => ScanProgress;
  /** Whether texts may hold bytes that are no UTF-8. */
  readonly uncheckedText?: boolean;
}
/** A scan that fills pages in a worker thread; the executor waits for them without an await. See executor/feed. */
export interface RawMessagesScan {
  readonly kind: 'rawMessages';
  /** The module (file URL) whose default export is a FeedSource, and its plain-data argument. */
  readonly module: string;
  readonly argument: unknown;
  /** Up to so many runs of the feed at once, each given the same argument: they share the work among themselves. Default 1. */
  readonly runsMax?: number;
  readonly progress?: () => ScanProgress;
  /** Whether texts may hold bytes that are no UTF-8. */
  readonly uncheckedText?: boolean;
  /** Lines that EXPLAIN ANALYZE adds when all is read. */
  readonly details?: () => readonly string[];
}
/** Row filters and deletes are already resolved to file names and positions. */
export interface ParquetFilesScan {
  readonly kind: 'parquetFiles';
  readonly files: readonly ParquetFileScan[];
}
export interface ParquetFileScan {
  readonly path: string;
  readonly deletedPositions?: readonly bigint[];
  /** By scanned column: the value of one that the file does not hold (a partition key). */
  readonly constants?: readonly (Value | undefined)[];
  /** By scanned column: its name in the file; absent: the handle's name. */
  readonly columns?: readonly string[];
  /** Rows outside are no rows of the table. */
  readonly bounds?: readonly ParquetBounds[];
}
/** Inclusive bounds of a column of the file, which need not be scanned. */
export interface ParquetBounds {
  readonly column: string;
  readonly type: Type;
  readonly min?: Value;
  readonly max?: Value;
}
/** All rows of the parts, in any order. */
export interface ConcatenatedScan {
  readonly kind: 'concatenated';
  readonly parts: readonly (ParquetFilesScan | RawMessagesScan)[];
  /** Rows of the files, as far as the source knows. */
  readonly fileRows?: number;
  /** Rows without columns, beside those of the parts: for scans of no columns. */
  readonly countedRows?: number;
  /** No more rows than this. */
  readonly limit?: number;
  readonly details?: () => readonly string[];
}
/** The rows are already in the engine: a table named by EngineTables, and the engine's column for each scanned column. */
export interface EngineTableScan {
  readonly kind: 'engineTable';
  readonly table: string;
  readonly columns: readonly string[];
}
export interface ScanProgress {
  readonly rows: number;
  readonly bytes: number;
  /** 0–1, when it can be told. */
  readonly fraction?: number;
}

/** What a feed module's default export is: runs in the feed worker. `push` returns when there is room for more. */
export type FeedSource = (argument: unknown, sink: { push(page: Page): Promise<void>; readonly signal: AbortSignal }) => Promise<void>;

// --- writing

/** Where the rows of a CTAS, INSERT or MERGE go. Nothing is visible before finish(); abort() leaves nothing behind. */
export type Sink = PageSink | EngineTableSink;

export interface PageSink {
  readonly kind: 'pages';
  /** Types of the columns as the sink wants them, in order. */
  append(page: Page): Promise<void>;
  /** Makes all rows visible; the number of rows written. */
  finish(): Promise<bigint>;
  abort(): Promise<void>;
}
/** The engine writes the rows itself into this table, then calls finish(). */
export interface EngineTableSink {
  readonly kind: 'engineTable';
  readonly table: string;
  readonly columns: readonly string[];
  finish(): Promise<bigint | undefined>;
  abort(): Promise<void>;
}

/** The engine's own tables, for connectors that keep their data in it (memory). Names are quoted, ready for use in SQL. */
export interface EngineTables {
  create(columns: readonly { readonly name: string; readonly type: Type }[]): Promise<{ readonly table: string; readonly columns: readonly string[] }>;
  drop(table: string): Promise<void>;
  /** Of a table, or of a query in parentheses. */
  rowCount(relation: string): Promise<bigint>;
  /** Estimated bytes in memory. */
  sizeBytes(table: string): Promise<number>;
  /** Runs an engine statement that changes tables made by create(); the number of rows changed. */
  execute(sql: string): Promise<bigint>;
  /** From now until the answer is called the engine moves no row of the tables: a row id that was read names the same row. */
  keepRowIds(table: string): Promise<() => Promise<void>>;
  /** Runs statements as one engine transaction. */
  transaction(statements: readonly string[]): Promise<void>;
  /** Tables in a file in this folder: they outlive the server, also one that is killed. The file has one user at a time. */
  openFile(directory: string): Promise<EngineFile>;
  /** Scans may name files in this folder, which is made unless it is there. Outside of the data directory it must be known when the server starts. */
  allowFilesIn(directory: string): void;
}

export interface EngineFile extends EngineTables {
  /** With which the names of its tables begin; another one each time that the file is opened. */
  readonly prefix: string;
  /** What the file said when it was opened. */
  readonly text: string | undefined;
  /** The statement that changes the text, for transaction(): text and rows change at once. */
  setText(text: string): string;
  /** Drops all other tables: those of work that a server has not finished. */
  keepOnly(tables: ReadonlySet<string>): Promise<void>;
  closeFile(): Promise<void>;
}

import type { ColumnHandle, TableHandle } from '../../spi/connector.ts';
import type { ColumnMapping } from './columnMapping.ts';
import type { ReadForm } from './readForm.ts';
import { quoteIdentifier } from './sql.ts';

/** A relation of PostgreSQL, by the names that PostgreSQL knows. */
export interface RemoteTable {
  readonly schema: string;
  readonly name: string;
  readonly oid: number;
  /** pg_class.relkind: r table, p partitioned, v view, m materialized view, f foreign table. */
  readonly relationKind: string;
  /** Of 8 kB; 0 when unknown. */
  readonly pages: number;
  /** undefined: never analyzed. */
  readonly rows: number | undefined;
  /** Rules or row security: COPY goes past the one and is refused by the other. */
  readonly hasRules: boolean;
  /** Other tables inherit from it: its rows lie in several places. */
  readonly hasChildren: boolean;
}

/** What is read: a relation, or a query that has come of pushing down. Later steps wrap earlier ones. */
export interface PostgresTableHandle extends TableHandle {
  readonly kind: 'postgresql';
  readonly database: string;
  readonly schemaTable: { readonly schema: string; readonly table: string } | undefined;
  /** As long as `from` is nothing but this relation. */
  readonly table: RemoteTable | undefined;
  readonly from: string;
  /** Columns that the source computes: name → SQL over `from`. */
  readonly expressions: Readonly<Record<string, string>>;
  readonly where: readonly string[];
  /** Columns of `where`, for EXPLAIN. */
  readonly constrained: readonly string[];
  readonly orderBy: readonly { readonly sql: string; readonly shown: string }[];
  readonly limit: string | undefined;
  /** `column = value` of an UPDATE of the rows. */
  readonly assignments?: readonly string[];
  /** Of this many rows or fewer; undefined: unknown. */
  readonly rowEstimate: number | undefined;
  readonly nextName: number;
}

export interface PostgresColumnHandle extends ColumnHandle {
  readonly remoteName: string;
  readonly remoteType: string;
  /** In place of the name. */
  readonly sql?: string;
  readonly mapping: ColumnMapping;
  /** The column's collation sorts by code point, as Trino does. */
  readonly codePointOrder: boolean;
  /** A collation of the column's own, by its oid. */
  readonly collation?: string;
  /** Equal texts are the same bytes. */
  readonly deterministic: boolean;
  /** No two rows have the same value. */
  readonly unique: boolean;
  /** Not written: `a` identity GENERATED ALWAYS, `s` generated column. */
  readonly generated: '' | 'identity' | 'stored';
  readonly dimensions: number;
}

export function ownTable(table: TableHandle): PostgresTableHandle {
  if (!isPostgresTable(table)) throw new Error(`not a PostgreSQL table: ${table.kind}`);
  return table;
}

const isPostgresTable = (table: TableHandle): table is PostgresTableHandle => table.kind === 'postgresql';

export function ownColumn(column: ColumnHandle): PostgresColumnHandle {
  if (!isPostgresColumn(column)) throw new Error(`not a PostgreSQL column: ${column.name}`);
  return column;
}

const isPostgresColumn = (column: ColumnHandle): column is PostgresColumnHandle => 'remoteName' in column && 'mapping' in column;

/** A column that exists only in a generated query. */
export function derivedColumn(name: string, mapping: ColumnMapping, remoteType: string): PostgresColumnHandle {
  return { name, remoteName: name, remoteType, mapping, codePointOrder: true, deterministic: true, unique: false, generated: '', dimensions: 0 };
}

/** A text of which nothing is known but its bytes. */
export const withoutCollation = (column: PostgresColumnHandle): PostgresColumnHandle =>
  column.mapping.type.kind === 'varchar' ? { ...column, codePointOrder: false, deterministic: false } : column;

/** The column as an expression over the handle's FROM. */
export const columnSql = (table: PostgresTableHandle, column: PostgresColumnHandle): string =>
  table.expressions[column.name] ?? column.sql ?? quoteIdentifier(column.remoteName);

/** The UPDATE of a relation, perhaps with a filter. */
export function updateSql(table: PostgresTableHandle, assignments: readonly string[]): string {
  const where = table.where.length === 0 ? '' : ` WHERE ${table.where.join(' AND ')}`;
  return `UPDATE ${table.from} SET ${assignments.join(', ')}${where}`;
}

/** The tail of a SELECT: everything from FROM on. */
export function fromClause(table: PostgresTableHandle): string {
  const where = table.where.length === 0 ? '' : ` WHERE ${table.where.join(' AND ')}`;
  const order = table.orderBy.length === 0 ? '' : ` ORDER BY ${table.orderBy.map(({ sql }) => sql).join(', ')}`;
  const limit = table.limit === undefined ? '' : ` LIMIT ${table.limit}`;
  return `FROM ${table.from}${where}${order}${limit}`;
}

/** The query that reads these columns in their binary form. */
export function scanSql(table: PostgresTableHandle, columns: readonly PostgresColumnHandle[], from = fromClause(table)): string {
  return `SELECT ${columns.map((column) => readExpression(table, column)).join(', ')} ${from}`;
}

function readExpression(table: PostgresTableHandle, column: PostgresColumnHandle): string {
  const sql = columnSql(table, column);
  return column.mapping.asText === true ? asText(sql, column.mapping.read) : sql;
}

/** As the type's own output function writes it: a cast to text may say something else (`10.0.0.1/32`). */
function asText(sql: string, read: ReadForm): string {
  if (read.kind === 'array' || read.kind === 'arrayJson') return `${sql}::text::text[]`;
  return `CASE WHEN ${sql} IS NOT NULL THEN format('%s', ${sql}) END`;
}

/** The handle as a subquery, with its computed columns as columns: the start of a further step. */
export function wrapped(table: PostgresTableHandle): PostgresTableHandle {
  const computed = Object.entries(table.expressions).map(([name, sql]) => `, ${sql} AS ${quoteIdentifier(name)}`);
  return {
    ...table,
    table: undefined,
    from: `(SELECT *${computed.join('')} ${fromClause(table)}) o`,
    expressions: {},
    where: [],
    constrained: [],
    orderBy: [],
    limit: undefined,
  };
}

/** Nothing but a relation, perhaps with a filter. */
export const isFiltered = (table: PostgresTableHandle): boolean => table.where.length > 0;
export const isLimited = (table: PostgresTableHandle): boolean => table.limit !== undefined || table.orderBy.length > 0;

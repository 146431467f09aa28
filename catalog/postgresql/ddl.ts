import type { ColumnDefinition, SchemaTableName, TableDefinition } from '../../spi/connector.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import { type Type, typeId } from '../../spi/type.ts';
import { remoteTypeFor } from './columnMapping.ts';
import type { RemoteTable } from './handles.ts';
import type { PostgresProperties } from './sessionProperties.ts';
import { qualifiedName, quoteIdentifier, quoteLiteral } from './sql.ts';

const NAME_LENGTH_MAX = 63;

const refuse = (message: string): TrinoError => new TrinoError('NOT_SUPPORTED', undefined, message);

export function requireShortName(what: 'Schema' | 'Table' | 'Column', name: string): void {
  if (name.length <= NAME_LENGTH_MAX) return;
  const text = `${what} name must be shorter than or equal to '${NAME_LENGTH_MAX}' characters but got '${name.length}'`;
  throw refuse(what === 'Column' ? `${text}: '${name}'` : text);
}

export function columnTypeSql(type: Type, properties: PostgresProperties): string {
  const remote = remoteTypeFor(type, properties);
  if (remote === undefined) throw refuse(`Unsupported column type: ${typeId(type)}`);
  return remote;
}

function columnSql({ name, type, nullable }: ColumnDefinition, properties: PostgresProperties): string {
  requireShortName('Column', name);
  return `${quoteIdentifier(name)} ${columnTypeSql(type, properties)}${nullable ? '' : ' NOT NULL'}`;
}

/** The statements that make a table, to be run together. */
export function createTableSql(table: TableDefinition, properties: PostgresProperties): readonly string[] {
  if (table.columns.some(({ comment }) => comment !== undefined)) throw refuse('This connector does not support creating tables with column comment');
  requireShortName('Table', table.name.table);
  const name = qualifiedName(table.name.schema, table.name.table);
  const create = `CREATE TABLE ${name} (${table.columns.map((column) => columnSql(column, properties)).join(', ')})`;
  return table.comment === undefined ? [create] : [create, `COMMENT ON TABLE ${name} IS ${commentLiteral(table.comment)}`];
}

const nameOf = (table: RemoteTable): string => qualifiedName(table.schema, table.name);

export const dropTableSql = (table: RemoteTable): string => `DROP TABLE ${nameOf(table)}`;

export const truncateSql = (table: RemoteTable): string => `TRUNCATE TABLE ${nameOf(table)}`;

export function requireSameSchema(from: SchemaTableName | undefined, to: SchemaTableName): void {
  if (from?.schema !== to.schema) throw refuse('This connector does not support renaming tables across schemas');
}

export function renameTableSql(table: RemoteTable, to: string): string {
  requireShortName('Table', to);
  return `ALTER TABLE ${nameOf(table)} RENAME TO ${quoteIdentifier(to)}`;
}

export function addColumnSql(table: RemoteTable, column: ColumnDefinition, properties: PostgresProperties): string {
  if (column.comment !== undefined) throw refuse('This connector does not support adding columns with comments');
  return `ALTER TABLE ${nameOf(table)} ADD ${columnSql(column, properties)}`;
}

export const dropColumnSql = (table: RemoteTable, column: string): string => `ALTER TABLE ${nameOf(table)} DROP COLUMN ${quoteIdentifier(column)}`;

export function renameColumnSql(table: RemoteTable, column: string, to: string): string {
  requireShortName('Column', to);
  return `ALTER TABLE ${nameOf(table)} RENAME COLUMN ${quoteIdentifier(column)} TO ${quoteIdentifier(to)}`;
}

export function setColumnTypeSql(table: RemoteTable, column: string, type: Type, properties: PostgresProperties): string {
  return `ALTER TABLE ${nameOf(table)} ALTER COLUMN ${quoteIdentifier(column)} SET DATA TYPE ${columnTypeSql(type, properties)}`;
}

export const dropNotNullSql = (table: RemoteTable, column: string): string =>
  `ALTER TABLE ${nameOf(table)} ALTER COLUMN ${quoteIdentifier(column)} DROP NOT NULL`;

/** Of tables only, as in Trino: for a view PostgreSQL refuses. */
export const tableCommentSql = (table: RemoteTable, comment: string | undefined): string => `COMMENT ON TABLE ${nameOf(table)} IS ${commentLiteral(comment)}`;

export function columnCommentSql(table: RemoteTable, column: string, comment: string | undefined): string {
  return `COMMENT ON COLUMN ${nameOf(table)}.${quoteIdentifier(column)} IS ${commentLiteral(comment)}`;
}

const commentLiteral = (comment: string | undefined): string => (comment === undefined ? 'NULL' : quoteLiteral(comment));

export function createSchemaSql(schema: string): string {
  requireShortName('Schema', schema);
  return `CREATE SCHEMA ${quoteIdentifier(schema)}`;
}

export const dropSchemaSql = (schema: string, cascade: boolean): string => `DROP SCHEMA ${quoteIdentifier(schema)}${cascade ? ' CASCADE' : ''}`;

export function renameSchemaSql(from: string, to: string): string {
  requireShortName('Schema', to);
  return `ALTER SCHEMA ${quoteIdentifier(from)} RENAME TO ${quoteIdentifier(to)}`;
}

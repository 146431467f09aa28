import type { PropertyMetadata, TableMetadata, ViewDefinition } from '../../../spi/connector.ts';
import type { MaterializedViewDefinition } from '../../../spi/materializedView.ts';
import { TrinoError, unreachable } from '../../../spi/trinoError.ts';
import { VARCHAR } from '../../../spi/type.ts';
import type { MapValue, NullableValue, Value } from '../../../spi/value.ts';
import { sqlTypeName } from '../../function/sqlTypeName.ts';
import { type QualifiedObjectName, qualifiedNameText } from '../../metadata/metadata.ts';
import type { StatementOf } from '../../sql/ast.ts';
import { findRelation, type Relation } from '../tasks/tableLookup.ts';
import { catalogPart, schemaExists, schemaName, type TaskContext } from '../tasks/task.ts';
import { showCreateFunction } from './showFunctions.ts';
import { valuesQuery } from './sqlText.ts';

export async function showCreate(context: TaskContext, statement: StatementOf<'showCreate'>): Promise<string> {
  switch (statement.type) {
    case 'SCHEMA': {
      const { catalog, schema } = schemaName(context, statement.name.parts, statement.location);
      if (!(await schemaExists(catalogPart(context, catalog, statement.location), schema))) {
        throw new TrinoError('SCHEMA_NOT_FOUND', statement.location, `Schema '${catalog}.${schema}' does not exist`);
      }
      return valuesQuery(['Create Schema'], [[`CREATE SCHEMA ${name(catalog)}.${name(schema)}`]]);
    }
    case 'FUNCTION':
      return showCreateFunction(context, statement);
    case 'TABLE': {
      const relation = await findRelation(context, statement.name, statement.location);
      if (relation.materialized !== undefined) throw wrongKind(relation, statement, 'materialized view', 'table');
      if (relation.view !== undefined) throw wrongKind(relation, statement, 'view', 'table');
      if (relation.table === undefined)
        throw new TrinoError('TABLE_NOT_FOUND', statement.location, `Table '${qualifiedNameText(relation.name)}' does not exist`);
      return valuesQuery(['Create Table'], [[createTableText(relation.name, relation.table, relation.part.connector.columnProperties ?? [])]]);
    }
    case 'VIEW': {
      const relation = await findRelation(context, statement.name, statement.location);
      if (relation.view !== undefined) return valuesQuery(['Create View'], [[createViewText(relation.name, relation.view)]]);
      if (relation.materialized !== undefined) throw wrongKind(relation, statement, 'materialized view', 'view');
      if (relation.table !== undefined) throw wrongKind(relation, statement, 'table', 'view');
      throw new TrinoError('TABLE_NOT_FOUND', statement.location, `View '${qualifiedNameText(relation.name)}' does not exist`);
    }
    case 'MATERIALIZED VIEW': {
      const relation = await findRelation(context, statement.name, statement.location);
      const { materialized } = relation;
      if (materialized !== undefined) return valuesQuery(['Create Materialized View'], [[createMaterializedViewText(relation.name, materialized)]]);
      if (relation.view !== undefined) throw wrongKind(relation, statement, 'view', 'materialized view');
      if (relation.table !== undefined) throw wrongKind(relation, statement, 'table', 'materialized view');
      throw new TrinoError('TABLE_NOT_FOUND', statement.location, `Materialized view '${qualifiedNameText(relation.name)}' does not exist`);
    }
    default:
      return unreachable(statement.type);
  }
}

function wrongKind(relation: Relation, statement: StatementOf<'showCreate'>, is: string, isNot: string): TrinoError {
  return new TrinoError('NOT_SUPPORTED', statement.location, `Relation '${qualifiedNameText(relation.name)}' is a ${is}, not a ${isNot}`);
}

const name = (identifier: string): string => (/^[a-z_][a-z0-9_]*$/.test(identifier) ? identifier : `"${identifier.replaceAll('"', '""')}"`);
const string = (value: string): string => `'${value.replaceAll("'", "''")}'`;

function createTableText({ catalog, schema, object }: QualifiedObjectName, table: TableMetadata, columnProperties: readonly PropertyMetadata[]): string {
  const columns = table.columns
    .filter((column) => column.hidden !== true)
    .map((column) => {
      const properties = new Map(
        [...(column.properties ?? [])].flatMap(([key, value]) => {
          const type = columnProperties.find((property) => property.name === key)?.type;
          return type === undefined || value === null ? [] : [[key, { type, value }] as const];
        }),
      );
      const parts = [name(column.name), sqlTypeName(column.type, { parametricDatetime: true, row: 'ROW' })];
      if (column.nullable === false) parts.push('NOT NULL');
      if (column.comment !== undefined) parts.push(`COMMENT ${string(column.comment)}`);
      if (properties.size > 0) parts.push(`WITH (${propertyList(properties).join(', ')})`);
      return `   ${parts.join(' ')}`;
    });
  const comment = table.comment === undefined ? '' : `\nCOMMENT ${string(table.comment)}`;
  const properties = propertiesText(table.properties ?? new Map());
  return `CREATE TABLE ${name(catalog)}.${name(schema)}.${name(object)} (\n${columns.join(',\n')}\n)${comment}${properties}`;
}

function propertiesText(properties: ReadonlyMap<string, NullableValue>): string {
  if (properties.size === 0) return '';
  const lines = propertyList(properties).map((line) => `   ${line}`);
  return `\nWITH (\n${lines.join(',\n')}\n)`;
}

function propertyList(properties: ReadonlyMap<string, NullableValue>): string[] {
  return [...properties]
    .filter(([, { value }]) => value !== null)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, { value }]) => `${name(key)} = ${propertyText(value)}`);
}

function propertyText(value: Value): string {
  if (typeof value === 'string') return string(value);
  if (Array.isArray(value)) return `ARRAY[${value.map((item: Value) => propertyText(item)).join(',')}]`;
  if (isMap(value)) return `MAP(${propertyText(value.entries.map(([key]) => key))}, ${propertyText(value.entries.map(([, item]) => item))})`;
  return String(value);
}

const isMap = (value: Value): value is MapValue => value !== null && typeof value === 'object' && Object.hasOwn(value, 'entries');

function createViewText({ catalog, schema, object }: QualifiedObjectName, view: ViewDefinition): string {
  const comment = view.comment === undefined ? '' : ` COMMENT ${string(view.comment)}`;
  return `CREATE VIEW ${name(catalog)}.${name(schema)}.${name(object)}${comment} SECURITY ${view.owner === undefined ? 'INVOKER' : 'DEFINER'} AS\n${view.originalSql.trimEnd()}`;
}

/** Trino leaves the grace period out. */
function createMaterializedViewText({ catalog, schema, object }: QualifiedObjectName, view: MaterializedViewDefinition): string {
  const comment = view.comment === undefined ? '' : `\nCOMMENT ${string(view.comment)}`;
  const properties = propertiesText(new Map([...view.properties].map(([key, value]) => [key, { type: VARCHAR, value }])));
  return `CREATE MATERIALIZED VIEW ${name(catalog)}.${name(schema)}.${name(object)}${comment}${properties} AS\n${view.originalSql.trimEnd()}`;
}

import { TrinoError, unreachable } from '../../../spi/trinoError.ts';
import { typeId } from '../../../spi/type.ts';
import type { FunctionListing } from '../../function/functionListing.ts';
import { qualifiedNameText } from '../../metadata/metadata.ts';
import { formatPropertyValue } from '../../metadata/propertyValue.ts';
import type { OutputNode } from '../../plan/plan.ts';
import type { Statement } from '../../sql/ast.ts';
import { checkGrantsOn, refuseCatalogRoles } from '../tasks/securityTasks.ts';
import { findRelation } from '../tasks/tableLookup.ts';
import { catalogPart, schemaExists, type TaskContext } from '../tasks/task.ts';
import { showCreate } from './showCreate.ts';
import { showFunctions } from './showFunctions.ts';
import { showStats } from './showStats.ts';
import { likeClause, literal, quoted, valuesQuery } from './sqlText.ts';

export type ShowStatement = Extract<Statement, { readonly kind: `show${string}` }>;

export interface ShowContext extends TaskContext {
  listFunctions(): readonly FunctionListing[];
  /** With its constants folded, and nothing pushed down. */
  unoptimizedPlan(query: Statement): Promise<OutputNode>;
}

/** The query that answers a SHOW statement, as Trino rewrites it too. */
export async function rewriteShow(context: ShowContext, statement: ShowStatement): Promise<string> {
  switch (statement.kind) {
    case 'showCatalogs':
      return valuesQuery(
        ['Catalog'],
        context.catalogs.names().map((name) => [name]),
        `${where('"Catalog"', statement)} ORDER BY "Catalog"`,
      );
    case 'showSchemas':
      return showSchemas(context, statement);
    case 'showTables':
      return showTables(context, statement);
    case 'showColumns':
      return showColumns(context, statement);
    case 'showFunctions':
      return showFunctions(context, statement);
    case 'showSession':
      return showSession(context, statement);
    case 'showStats':
      return showStats(context, statement);
    case 'showCreate':
      return showCreate(context, statement);
    case 'showRoles':
      refuseCatalogRoles(context, statement.catalog, statement.location);
      return valuesQuery(['Role'], []);
    case 'showRoleGrants':
      refuseCatalogRoles(context, statement.catalog, statement.location);
      return valuesQuery(['Role Grants'], []);
    case 'showGrants':
      await checkGrantsOn(context, statement);
      return valuesQuery(['Grantor', 'Grantor Type', 'Grantee', 'Grantee Type', 'Catalog', 'Schema', 'Table', 'Privilege', 'Grantable', 'With Hierarchy'], []);
    case 'showBranches':
      throw new TrinoError('NOT_SUPPORTED', undefined, 'This connector does not support branches');
    default:
      return unreachable(statement);
  }
}

const where = (column: string, { like, escape }: { readonly like?: string; readonly escape?: string }): string =>
  like === undefined ? '' : ` WHERE ${column}${likeClause(like, escape)}`;

function showSchemas(context: ShowContext, statement: Extract<ShowStatement, { kind: 'showSchemas' }>): string {
  const catalog = statement.catalog?.value.toLowerCase() ?? context.session.catalog;
  if (catalog === undefined) throw new TrinoError('MISSING_CATALOG_NAME', statement.location, 'Catalog must be specified when session catalog is not set');
  if (!context.transaction.catalogExists(catalog)) throw new TrinoError('CATALOG_NOT_FOUND', undefined, `Catalog '${catalog}' not found`);
  return `SELECT schema_name AS "Schema" FROM ${quoted(catalog)}.information_schema.schemata${where('schema_name', statement)} ORDER BY schema_name`;
}

async function showTables(context: ShowContext, statement: Extract<ShowStatement, { kind: 'showTables' }>): Promise<string> {
  const [schema = context.session.schema, catalog = context.session.catalog] = (statement.schema?.parts ?? [])
    .map((part) => part.value.toLowerCase())
    .reverse();
  if (catalog === undefined) throw new TrinoError('MISSING_CATALOG_NAME', statement.location, 'Catalog must be specified when session catalog is not set');
  if (schema === undefined) throw new TrinoError('MISSING_SCHEMA_NAME', statement.location, 'Schema must be specified when session schema is not set');
  const part = catalogPart(context, catalog, statement.location);
  if (!(await schemaExists(part, schema))) throw new TrinoError('SCHEMA_NOT_FOUND', statement.location, `Schema '${schema}' does not exist`);
  const like = statement.like === undefined ? '' : ` AND table_name${likeClause(statement.like, statement.escape)}`;
  return `SELECT table_name AS "Table" FROM ${quoted(catalog)}.information_schema.tables WHERE table_schema = ${literal(schema)}${like} ORDER BY table_name`;
}

const COLUMN_TYPES = ['varchar', 'varchar', 'varchar', 'varchar'];

async function showColumns(context: ShowContext, statement: Extract<ShowStatement, { kind: 'showColumns' }>): Promise<string> {
  const { name, part, table, view, materialized } = await findRelation(context, statement.table, statement.location);
  const columns =
    table?.columns ?? (materialized ?? view)?.columns.map((column) => ({ ...column, name: column.name.toLowerCase(), handle: { name: column.name } }));
  if (columns === undefined) {
    if (!(await schemaExists(part, name.schema))) throw new TrinoError('SCHEMA_NOT_FOUND', statement.location, `Schema '${name.schema}' does not exist`);
    throw new TrinoError('TABLE_NOT_FOUND', statement.location, `Table '${qualifiedNameText(name)}' does not exist`);
  }
  const rows = columns
    .filter((column) => !('hidden' in column) || column.hidden !== true)
    .map((column, at) => [column.name, typeId(column.type), 'extraInfo' in column ? (column.extraInfo ?? '') : '', column.comment ?? '', at]);
  const names = ['Column', 'Type', 'Extra', 'Comment'];
  if (rows.length === 0) return valuesQuery(names, [], '', COLUMN_TYPES);
  const inner = rows.map((row) => `(${row.map(literal).join(', ')})`).join(', ');
  const casts = names.map((column) => `CAST(${quoted(column)} AS varchar) AS ${quoted(column)}`).join(', ');
  return `SELECT ${casts} FROM (VALUES ${inner}) AS t ("Column", "Type", "Extra", "Comment", at)${where('"Column"', statement)} ORDER BY at`;
}

function showSession(context: ShowContext, statement: Extract<ShowStatement, { kind: 'showSession' }>): string {
  const rows: (readonly (string | null)[])[] = [];
  const system = [...context.systemProperties.values()].filter((property) => property.hidden !== true);
  for (const property of system) {
    const value = context.session.systemProperties.get(property.name) ?? property.defaultValue;
    rows.push([
      property.name,
      formatPropertyValue(property.type, value),
      formatPropertyValue(property.type, property.defaultValue),
      typeId(property.type),
      property.description,
    ]);
  }
  for (const catalog of [...context.catalogs.catalogs()].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const set = context.session.catalogProperties.get(catalog.name);
    for (const property of catalog.connector.sessionProperties ?? []) {
      if (property.hidden === true) continue;
      const fallback = formatPropertyValue(property.type, property.defaultValue);
      rows.push([`${catalog.name}.${property.name}`, set?.get(property.name) ?? fallback, fallback, typeId(property.type), property.description]);
    }
  }
  return valuesQuery(['Name', 'Value', 'Default', 'Type', 'Description'], rows, where('"Name"', statement));
}

import type { ConnectorTransaction, ListedTable, ListingFilter, SchemaTableName } from '../../spi/connector.ts';
import type { ConnectorSession } from '../../spi/session.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import { type Allowed, type ColumnFilter, isAllowed, singleValue, valuesOf } from './columnFilter.ts';

/** Which tables a listing is about. */
export interface NameFilter {
  readonly schema: Allowed | undefined;
  readonly table: Allowed | undefined;
}

/** So many schemas are asked one by one; for more the source is asked once for all. */
const SCHEMAS_ASKED_SINGLY_MAX = 20;
/** So many names are sent along with the question for columns. */
const NAMES_SENT_MAX = 1_000;

export function nameFilter(filter: ColumnFilter, schemaColumn: string, tableColumn: string): NameFilter {
  return { schema: filter.get(schemaColumn), table: filter.get(tableColumn) };
}

/** The one table that the filter leaves. */
export function singleName({ schema, table }: NameFilter): SchemaTableName | undefined {
  const [schemaName, tableName] = [singleValue(schema), singleValue(table)];
  return schemaName === undefined || tableName === undefined ? undefined : { schema: schemaName, table: tableName };
}

/** Tables and views with their kind. */
export async function listNames(
  transaction: ConnectorTransaction,
  session: ConnectorSession,
  names: NameFilter,
): Promise<Awaited<ReturnType<ConnectorTransaction['listTables']>>> {
  const schemas = valuesOf(names.schema);
  const asked = schemas === undefined || schemas.size > SCHEMAS_ASKED_SINGLY_MAX ? [undefined] : [...schemas];
  const found = await Promise.all(asked.map((schema) => transaction.listTables(session, schema)));
  return found.flat().filter(({ name }) => isAllowed(names.schema, name.schema) && isAllowed(names.table, name.table));
}

/** Views without materialized ones. */
export async function listViews(transaction: ConnectorTransaction, session: ConnectorSession, names: NameFilter): Promise<readonly SchemaTableName[]> {
  if (transaction.listViews === undefined) return (await listNames(transaction, session, names)).filter(({ type }) => type === 'VIEW').map(({ name }) => name);
  const views = await transaction.listViews(session, singleValue(names.schema));
  return views.filter(({ schema, table }) => isAllowed(names.schema, schema) && isAllowed(names.table, table));
}

/** Tables and views with their columns and comments: views first. */
export async function listColumns(transaction: ConnectorTransaction, session: ConnectorSession, names: NameFilter): Promise<readonly ListedTable[]> {
  const single = singleName(names);
  if (single !== undefined) {
    const found = (await viewColumns(transaction, session, single)) ?? (await transaction.getTable(session, single));
    return found === undefined ? [] : [found];
  }
  const listed = await listNames(transaction, session, names);
  const result: ListedTable[] = [];
  for (const { name, type } of listed) {
    const view = type === 'TABLE' ? undefined : await viewColumns(transaction, session, name);
    if (view !== undefined) result.push(view);
  }
  const tables = listed.filter(({ type }) => type === 'TABLE').map(({ name }) => name);
  return [...result, ...(await tableColumns(transaction, session, { tables, all: names.schema === undefined && names.table === undefined }))];
}

async function tableColumns(
  transaction: ConnectorTransaction,
  session: ConnectorSession,
  { tables, all }: { readonly tables: readonly SchemaTableName[]; readonly all: boolean },
): Promise<readonly ListedTable[]> {
  if (tables.length === 0) return [];
  if (transaction.listColumns === undefined) {
    const result: ListedTable[] = [];
    for (const name of tables) {
      const found = await transaction.getTable(session, name);
      if (found !== undefined) result.push(found);
    }
    return result;
  }
  const wanted = new Set(tables.map(nameKey));
  const found = await transaction.listColumns(session, all ? {} : listingFilter(tables));
  return found.filter(({ name }) => wanted.has(nameKey(name)));
}

function listingFilter(tables: readonly SchemaTableName[]): ListingFilter {
  const schemas = [...new Set(tables.map(({ schema }) => schema))];
  const names = [...new Set(tables.map(({ table }) => table))];
  return { ...(schemas.length <= NAMES_SENT_MAX && { schemas }), ...(names.length <= NAMES_SENT_MAX && { tables: names }) };
}

async function viewColumns(transaction: ConnectorTransaction, session: ConnectorSession, name: SchemaTableName): Promise<ListedTable | undefined> {
  const view = (await transaction.getMaterializedView?.(session, name)) ?? (await transaction.getView?.(session, name));
  // a view remembers how its columns were written; a listing does not show it
  const columns = view?.columns.map((column) => ({ ...column, name: column.name.toLowerCase() }));
  return view && columns && { name, columns, ...(view.comment === undefined ? {} : { comment: view.comment }) };
}

const nameKey = ({ schema, table }: SchemaTableName): string => `${schema.length}.${schema}${table}`;

export type Listed = 'schemas' | 'tables' | 'table columns';

/** What a source says when it cannot be listed, as Trino says it: with the catalog's name. */
export async function listing<T>(catalog: string, what: Listed, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (!(cause instanceof TrinoError)) throw cause;
    const code = { name: cause.errorName, code: cause.errorCode, type: cause.errorType };
    throw new TrinoError(code, undefined, `Error listing ${what} for catalog ${catalog}: ${cause.message}`, { cause });
  }
}

/** Trino leaves a table out that was named and cannot be looked at. */
export async function orNothing<T>(work: () => Promise<readonly T[]>): Promise<readonly T[]> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof TrinoError) return [];
    throw cause;
  }
}

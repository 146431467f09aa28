import type { ConnectorTransaction, TableMetadata } from '../../spi/connector.ts';
import type { ConnectorSession } from '../../spi/session.ts';
import { typeId } from '../../spi/type.ts';
import type { Value } from '../../spi/value.ts';
import { admits, type ColumnFilter, columnList, type RowsTable, RowsTransaction } from './rowsTables.ts';

export const INFORMATION_SCHEMA = 'information_schema';

/** The catalog's information_schema, as Trino has it: read through the catalog's own transaction. */
export function informationSchema(catalog: string, transaction: ConnectorTransaction): ConnectorTransaction {
  return new RowsTransaction(catalog, informationSchemaTables(catalog, transaction));
}

const BUILT_IN = 'information_schema';

function informationSchemaTables(catalog: string, transaction: ConnectorTransaction): readonly RowsTable[] {
  const empty = (name: string, columns: string): RowsTable => ({ schema: BUILT_IN, name, columns: columnList(columns), rows: () => Promise.resolve([]) });
  const tables: RowsTable[] = [
    {
      schema: BUILT_IN,
      name: 'columns',
      columns: columnList(
        'table_catalog, table_schema, table_name, column_name, ordinal_position: bigint, column_default, is_nullable, data_type, comment!, extra_info!, column_comment!',
      ),
      rows: async (session, filter) => (admits(filter, 'table_catalog', catalog) ? columnRows(catalog, tables, transaction, session, filter) : []),
    },
    {
      schema: BUILT_IN,
      name: 'tables',
      columns: columnList('table_catalog, table_schema, table_name, table_type, table_comment!'),
      rows: async (session, filter) => (admits(filter, 'table_catalog', catalog) ? tableRows(catalog, tables, transaction, session, filter) : []),
    },
    {
      schema: BUILT_IN,
      name: 'views',
      columns: columnList('table_catalog, table_schema, table_name, view_definition'),
      rows: async (session, filter) => (admits(filter, 'table_catalog', catalog) ? viewRows(catalog, transaction, session, filter) : []),
    },
    {
      schema: BUILT_IN,
      name: 'schemata',
      columns: columnList('catalog_name, schema_name'),
      rows: async (session) => [...new Set([...(await transaction.listSchemas(session)), BUILT_IN])].map((schema) => [catalog, schema]),
    },
    empty(
      'table_privileges',
      'grantor, grantor_type, grantee, grantee_type, table_catalog, table_schema, table_name, privilege_type, is_grantable, with_hierarchy',
    ),
    empty('roles', 'role_name'),
    empty('applicable_roles', 'grantee, grantee_type, role_name, is_grantable'),
    empty('enabled_roles', 'role_name'),
  ];
  return tables;
}

type Rows = (readonly Value[])[];

async function columnRows(
  catalog: string,
  builtIn: readonly RowsTable[],
  transaction: ConnectorTransaction,
  session: ConnectorSession,
  filter: ColumnFilter,
): Promise<Rows> {
  const rows: Rows = [];
  if (admits(filter, 'table_schema', BUILT_IN)) {
    for (const table of builtIn) {
      if (!admits(filter, 'table_name', table.name)) continue;
      const visible = table.columns.filter((column) => column.hidden !== true);
      for (const [at, column] of visible.entries())
        rows.push([catalog, BUILT_IN, table.name, column.name, BigInt(at + 1), null, 'YES', typeId(column.type), null, null, null]);
    }
  }
  for (const table of await tableMetadata(transaction, session, filter)) {
    const visible = table.columns.filter((column) => column.hidden !== true);
    const { schema, table: name } = table.name;
    for (const [at, { name: column, nullable, type, comment = null, extraInfo = null }] of visible.entries()) {
      rows.push([catalog, schema, name, column, BigInt(at + 1), null, nullable === false ? 'NO' : 'YES', typeId(type), comment, extraInfo, comment]);
    }
  }
  return rows;
}

/** Tables and views that the filter on table_schema and table_name leaves, with their columns. */
export async function tableMetadata(transaction: ConnectorTransaction, session: ConnectorSession, filter: ColumnFilter): Promise<TableMetadata[]> {
  const schemas = filter.get('table_schema');
  const names = filter.get('table_name');
  const single = <T>(values: ReadonlySet<T> | undefined): T | undefined => (values?.size === 1 ? [...values][0] : undefined);
  const schema = single(schemas);
  const table = single(names);
  const views = await viewMetadata(transaction, session, schema, table);
  if (schema !== undefined && table !== undefined) {
    const found = views.length === 0 ? await transaction.getTable(session, { schema, table }) : undefined;
    return found === undefined ? views : [found];
  }
  if (transaction.listColumns !== undefined) {
    const found = await transaction.listColumns(session, { ...(schema === undefined ? {} : { schema }), ...(table === undefined ? {} : { table }) });
    const named = new Set(views.map(({ name }) => JSON.stringify(name)));
    const tables = found.filter(({ name }) => !named.has(JSON.stringify(name)));
    return [...views, ...tables].filter((item) => admits(filter, 'table_schema', item.name.schema) && admits(filter, 'table_name', item.name.table));
  }
  const result: TableMetadata[] = [...views];
  for (const { name, type } of await transaction.listTables(session, schema)) {
    if (type !== 'TABLE' || !admits(filter, 'table_schema', name.schema) || !admits(filter, 'table_name', name.table)) continue;
    const found = await transaction.getTable(session, name);
    if (found !== undefined) result.push(found);
  }
  return result;
}

async function viewMetadata(
  transaction: ConnectorTransaction,
  session: ConnectorSession,
  schema: string | undefined,
  table: string | undefined,
): Promise<TableMetadata[]> {
  if (transaction.getView === undefined && transaction.getMaterializedView === undefined) return [];
  const result: TableMetadata[] = [];
  const names =
    schema !== undefined && table !== undefined
      ? [{ schema, table }]
      : (await transaction.listTables(session, schema)).filter(({ type }) => type !== 'TABLE').map(({ name }) => name);
  for (const name of names) {
    const view = (await transaction.getMaterializedView?.(session, name)) ?? (await transaction.getView?.(session, name));
    if (view === undefined) continue;
    const columns = view.columns.map((column) => ({ ...column, handle: { name: column.name } }));
    result.push({ name, handle: { kind: 'view' }, columns, ...(view.comment === undefined ? {} : { comment: view.comment }) });
  }
  return result;
}

async function tableRows(
  catalog: string,
  builtIn: readonly RowsTable[],
  transaction: ConnectorTransaction,
  session: ConnectorSession,
  filter: ColumnFilter,
): Promise<Rows> {
  const rows: Rows = [];
  if (admits(filter, 'table_schema', BUILT_IN)) for (const table of builtIn) rows.push([catalog, BUILT_IN, table.name, 'BASE TABLE']);
  const schemas = filter.get('table_schema');
  const only = schemas?.size === 1 ? [...schemas][0] : undefined;
  if (only === BUILT_IN) return rows;
  for (const { name, type } of await transaction.listTables(session, only))
    rows.push([catalog, name.schema, name.table, type === 'VIEW' ? 'VIEW' : 'BASE TABLE']);
  return rows;
}

async function viewRows(catalog: string, transaction: ConnectorTransaction, session: ConnectorSession, filter: ColumnFilter): Promise<Rows> {
  const rows: Rows = [];
  if (transaction.getView === undefined) return rows;
  const schemas = filter.get('table_schema');
  for (const { name, type } of await transaction.listTables(session, schemas?.size === 1 ? [...schemas][0] : undefined)) {
    if (type !== 'VIEW' || !admits(filter, 'table_name', name.table)) continue;
    const view = await transaction.getView(session, name);
    if (view !== undefined) rows.push([catalog, name.schema, name.table, view.originalSql]);
  }
  return rows;
}

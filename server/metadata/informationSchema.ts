import type { ConnectorTransaction } from '../../spi/connector.ts';
import type { ConnectorSession } from '../../spi/session.ts';
import { typeId } from '../../spi/type.ts';
import type { Value } from '../../spi/value.ts';
import { admits, type ColumnFilter, singleValue, valuesOf } from './columnFilter.ts';
import { type Listed, listColumns, listing, listNames, listViews, type NameFilter, nameFilter, orNothing } from './listing.ts';
import { columnList, type RowsTable, RowsTransaction } from './rowsTables.ts';

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
      rows: async (session) => {
        const schemas = await listing(catalog, 'schemas', () => transaction.listSchemas(session));
        return [...new Set([...schemas, BUILT_IN])].map((schema) => [catalog, schema]);
      },
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
  const names = nameFilter(filter, 'table_schema', 'table_name');
  if (singleValue(names.schema) === BUILT_IN) return rows;
  const listed = () => namedCatalog(catalog, 'table columns', names, () => listColumns(transaction, session, names));
  const isNamed = valuesOf(names.schema) !== undefined && valuesOf(names.table) !== undefined;
  for (const table of await (isNamed ? orNothing(listed) : listed())) {
    const visible = table.columns.filter((column) => column.hidden !== true);
    const { schema, table: name } = table.name;
    for (const [at, { name: column, nullable, type, comment = null, extraInfo = null }] of visible.entries()) {
      rows.push([catalog, schema, name, column, BigInt(at + 1), null, nullable === false ? 'NO' : 'YES', typeId(type), comment, extraInfo, comment]);
    }
  }
  return rows;
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
  const names = nameFilter(filter, 'table_schema', 'table_name');
  if (singleValue(names.schema) === BUILT_IN) return rows;
  for (const { name, type } of await namedCatalog(catalog, 'tables', names, () => listNames(transaction, session, names)))
    rows.push([catalog, name.schema, name.table, type === 'VIEW' ? 'VIEW' : 'BASE TABLE']);
  return rows;
}

/** Trino looks for the schemas itself where they are not named, and then tells of a failure in the source's own words. */
function namedCatalog<T>(catalog: string, what: Listed, { schema, table }: NameFilter, work: () => Promise<T>): Promise<T> {
  const isOwn = valuesOf(schema) === undefined && (schema !== undefined || table !== undefined);
  return isOwn ? work() : listing(catalog, what, work);
}

async function viewRows(catalog: string, transaction: ConnectorTransaction, session: ConnectorSession, filter: ColumnFilter): Promise<Rows> {
  const rows: Rows = [];
  if (transaction.getView === undefined) return rows;
  const names = nameFilter(filter, 'table_schema', 'table_name');
  if (singleValue(names.schema) === BUILT_IN) return rows;
  for (const name of await listViews(transaction, session, names)) {
    const view = await transaction.getView(session, name);
    if (view !== undefined) rows.push([catalog, name.schema, name.table, view.originalSql]);
  }
  return rows;
}

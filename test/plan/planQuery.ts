import { readFileSync } from 'node:fs';
import type { ColumnMetadata, ConnectorTransaction, TableHandle, TableStatistics } from '../../spi/connector.ts';
import type { Session } from '../../spi/session.ts';
import { tpchConnectorFactory } from '../../catalog/tpch/index.ts';
import { analyze } from '../../server/analyzer/index.ts';
import { toType } from '../../server/function/dataType.ts';
import { functionResolver } from '../../server/function/resolver.ts';
import type { Metadata, ResolvedTable } from '../../server/metadata/metadata.ts';
import type { Plan } from '../../server/plan/plan.ts';
import { optimize } from '../../server/planner/optimizer.ts';
import { parseStatement, parseType } from '../../server/sql/parser/parser.ts';
import { connectorContext, SESSION } from '../connector/connectorContext.ts';
import { fakeConnector, session as plannerSession } from '../server/planner/samples.ts';

const TPCH_TABLES = ['nation', 'region', 'orders', 'lineitem', 'customer', 'supplier', 'part', 'partsupp'];

/** Statements start in tpch.tiny; `ds` is TPC-DS without statistics; `able` and `some` are sources with many and few capabilities. */
export const session: Session = { ...plannerSession, catalog: 'tpch', schema: 'tiny', timeZone: 'UTC' };

const tables = new Map<string, ResolvedTable>();

interface Registration {
  readonly catalog: string;
  readonly schema: string;
  readonly table: string;
  readonly columns: readonly ColumnMetadata[];
  readonly handle: TableHandle;
  readonly transaction: ConnectorTransaction;
  readonly statistics?: TableStatistics;
}

function register({ catalog, schema, table, columns, handle, transaction, statistics }: Registration): void {
  tables.set(`${catalog}.${schema}.${table}`, {
    kind: 'table',
    name: { catalog, schema, object: table },
    table: { catalog, schema, table, handle, transaction, session: SESSION, ...(statistics === undefined ? {} : { statistics }) },
    metadata: { name: { schema, table }, handle, columns },
    columns,
  });
}

const tpch = (await tpchConnectorFactory.create(connectorContext('tpch').context)).begin({ readOnly: true, isolation: 'READ UNCOMMITTED', autoCommit: true });
for (const table of TPCH_TABLES) {
  const found = await tpch.getTable(SESSION, { schema: 'tiny', table });
  if (found === undefined) throw new Error(`no tpch table ${table}`);
  const statistics = await tpch.getStatistics?.(
    SESSION,
    found.handle,
    found.columns.map(({ handle }) => handle),
  );
  register({
    catalog: 'tpch',
    schema: 'tiny',
    table,
    columns: found.columns,
    handle: found.handle,
    transaction: tpch,
    ...(statistics === undefined ? {} : { statistics }),
  });
}

const tpcds: Record<string, [string, string][]> = JSON.parse(readFileSync(new URL('tpcdsColumns.json', import.meta.url), 'utf8'));
registerAll('ds', 'tiny', fakeConnector(), tpcds);
const plain: Record<string, [string, string][]> = {
  events: [
    ['id', 'bigint'],
    ['name', 'varchar'],
    ['at', 'timestamp(3)'],
    ['day', 'date'],
    ['place', 'row(x double, y double)'],
    ['tags', 'array(varchar)'],
  ],
  users: [
    ['id', 'bigint'],
    ['name', 'varchar'],
    ['country', 'varchar(2)'],
  ],
};
registerAll('able', 's', fakeConnector('filter', 'guaranteedLimit', 'topN', 'aggregation', 'join', 'fields', 'delete'), plain);
registerAll('some', 's', fakeConnector('filter', 'limit'), plain);

function registerAll(catalog: string, schema: string, transaction: ConnectorTransaction, definitions: Record<string, [string, string][]>): void {
  for (const [table, columns] of Object.entries(definitions)) {
    const handle = { kind: 'fake', text: `${catalog}:${table}` };
    register({
      catalog,
      schema,
      table,
      handle,
      transaction,
      columns: columns.map(([name, type]) => ({ name, type: toType(parseType(type)), handle: { name } })),
    });
  }
}

const metadata: Metadata = {
  catalogExists: (catalog) => ['tpch', 'ds', 'able', 'some'].includes(catalog),
  schemaExists: (catalog, schema) => [...tables.keys()].some((name) => name.startsWith(`${catalog}.${schema}.`)),
  resolve: ({ catalog, schema, object }) => tables.get(`${catalog}.${schema}.${object}`),
};

export function initialPlan(sql: string, own: Session = session): Plan {
  return analyze(parseStatement(sql), { session: own, metadata, functions: functionResolver });
}

export function planQuery(sql: string, own: Session = session): Plan {
  return optimize(initialPlan(sql, own), own);
}

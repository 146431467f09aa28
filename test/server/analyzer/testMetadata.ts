import type { Metadata, QualifiedObjectName, ResolvedTable, ResolvedView } from '../../../server/metadata/metadata.ts';
import type { ColumnMetadata, ConnectorTransaction } from '../../../spi/connector.ts';
import type { Session } from '../../../spi/session.ts';
import { BIGINT, DATE, DOUBLE, INTEGER, type Type, varchar } from '../../../spi/type.ts';

type Columns = readonly (readonly [name: string, type: Type])[];

const TPCH: Readonly<Record<string, Columns>> = {
  nation: [
    ['nationkey', BIGINT],
    ['name', varchar(25)],
    ['regionkey', BIGINT],
    ['comment', varchar(152)],
  ],
  region: [
    ['regionkey', BIGINT],
    ['name', varchar(25)],
    ['comment', varchar(152)],
  ],
  customer: [
    ['custkey', BIGINT],
    ['name', varchar(25)],
    ['address', varchar(40)],
    ['nationkey', BIGINT],
    ['phone', varchar(15)],
    ['acctbal', DOUBLE],
    ['mktsegment', varchar(10)],
    ['comment', varchar(117)],
  ],
  orders: [
    ['orderkey', BIGINT],
    ['custkey', BIGINT],
    ['orderstatus', varchar(1)],
    ['totalprice', DOUBLE],
    ['orderdate', DATE],
    ['orderpriority', varchar(15)],
    ['clerk', varchar(15)],
    ['shippriority', INTEGER],
    ['comment', varchar(79)],
  ],
  lineitem: [
    ['orderkey', BIGINT],
    ['partkey', BIGINT],
    ['suppkey', BIGINT],
    ['linenumber', INTEGER],
    ['quantity', DOUBLE],
    ['extendedprice', DOUBLE],
    ['discount', DOUBLE],
    ['tax', DOUBLE],
    ['returnflag', varchar(1)],
    ['linestatus', varchar(1)],
    ['shipdate', DATE],
    ['commitdate', DATE],
    ['receiptdate', DATE],
    ['shipinstruct', varchar(25)],
    ['shipmode', varchar(10)],
    ['comment', varchar(44)],
  ],
  part: [
    ['partkey', BIGINT],
    ['name', varchar(55)],
    ['mfgr', varchar(25)],
    ['brand', varchar(10)],
    ['type', varchar(25)],
    ['size', INTEGER],
    ['container', varchar(10)],
    ['retailprice', DOUBLE],
    ['comment', varchar(23)],
  ],
  partsupp: [
    ['partkey', BIGINT],
    ['suppkey', BIGINT],
    ['availqty', INTEGER],
    ['supplycost', DOUBLE],
    ['comment', varchar(199)],
  ],
  supplier: [
    ['suppkey', BIGINT],
    ['name', varchar(25)],
    ['address', varchar(40)],
    ['nationkey', BIGINT],
    ['phone', varchar(15)],
    ['acctbal', DOUBLE],
    ['comment', varchar(101)],
  ],
};

const rowId: ColumnMetadata = { name: '$row_id', type: BIGINT, handle: { name: '$row_id' }, hidden: true };

/** A connector that knows its tables and nothing else. */
export function fakeTransaction(writable: boolean): ConnectorTransaction {
  const refuse = (): never => {
    throw new Error('the analyzer asks nothing of a connector but its names');
  };
  return {
    listSchemas: refuse,
    listTables: refuse,
    getTable: refuse,
    scan: refuse,
    commit: refuse,
    rollback: refuse,
    ...(writable && { beginInsert: refuse, beginMerge: refuse, beginCreateTable: refuse, rowIdColumn: () => rowId }),
  };
}

export const SESSION: Session = {
  queryId: 'test',
  user: 'golden',
  originalUser: 'golden',
  groups: [],
  source: undefined,
  catalog: 'tpch',
  schema: 'tiny',
  path: undefined,
  timeZone: 'UTC',
  language: 'en',
  clientInfo: undefined,
  clientTags: [],
  clientCapabilities: new Set(),
  traceToken: undefined,
  remoteAddress: undefined,
  userAgent: undefined,
  startMicros: 1_700_000_000_123_456n,
  transactionId: undefined,
  preparedStatements: new Map(),
  enabledRoles: new Map(),
  resourceEstimates: {},
  extraCredentials: new Map(),
  systemProperties: new Map(),
  catalogProperties: new Map(),
};

export interface FakeTables {
  /** By `catalog.schema.table`, beside those of tpch. */
  readonly tables?: Readonly<Record<string, Columns>>;
  readonly views?: Readonly<Record<string, ResolvedView['definition']>>;
  readonly schemas?: readonly string[];
}

export function fakeMetadata({ tables = {}, views = {}, schemas = [] }: FakeTables = {}): Metadata {
  const all = [...Object.keys(tables), ...Object.keys(views)].map((name) => name.split('.'));
  const knownSchemas = new Set(['tpch.tiny', 'tpch.sf1', 'memory.default', ...schemas, ...all.map(([catalog, schema]) => `${catalog}.${schema}`)]);
  return {
    catalogExists: (catalog) => [...knownSchemas].some((schema) => schema.startsWith(`${catalog}.`)),
    schemaExists: (catalog, schema) => knownSchemas.has(`${catalog}.${schema}`),
    resolve: (name) => {
      const key = `${name.catalog}.${name.schema}.${name.object}`;
      const view = views[key];
      if (view !== undefined) return { kind: 'view', name, definition: view };
      const tpch = name.catalog === 'tpch' && knownSchemas.has(`tpch.${name.schema}`);
      const columns = tables[key] ?? (tpch ? TPCH[name.object] : undefined);
      return columns && fakeTable(name, columns, tpch);
    },
  };
}

function fakeTable(name: QualifiedObjectName, columns: Columns, readOnly: boolean): ResolvedTable {
  const visible: readonly ColumnMetadata[] = columns.map(([column, type]) => ({ name: column, type, handle: { name: column } }));
  const all: readonly ColumnMetadata[] = readOnly ? [...visible, { name: 'row_number', type: BIGINT, handle: { name: 'row_number' }, hidden: true }] : visible;
  const handle = { kind: 'fake' };
  const session = { queryId: 'test', user: 'golden', source: undefined, timeZone: 'UTC', startMicros: 0n, extraCredentials: new Map(), properties: new Map() };
  return {
    kind: 'table',
    name,
    table: { catalog: name.catalog, schema: name.schema, table: name.object, handle, transaction: fakeTransaction(!readOnly), session },
    metadata: { name: { schema: name.schema, table: name.object }, handle, columns: all },
    columns: all,
  };
}

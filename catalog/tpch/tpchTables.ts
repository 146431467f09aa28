import { BIGINT, DATE, DOUBLE, INTEGER, type Type, varchar } from '../../spi/type.ts';
import type { TpchTableName } from './generator/generateTable.ts';

export interface TpchColumn {
  readonly simplifiedName: string;
  readonly type: Type;
}

const columns = (list: Readonly<Record<string, Type>>): readonly TpchColumn[] =>
  Object.entries(list).map(([simplifiedName, type]) => ({ simplifiedName, type }));

export const TPCH_TABLES: Readonly<Record<TpchTableName, readonly TpchColumn[]>> = {
  customer: columns({
    custkey: BIGINT,
    name: varchar(25),
    address: varchar(40),
    nationkey: BIGINT,
    phone: varchar(15),
    acctbal: DOUBLE,
    mktsegment: varchar(10),
    comment: varchar(117),
  }),
  lineitem: columns({
    orderkey: BIGINT,
    partkey: BIGINT,
    suppkey: BIGINT,
    linenumber: INTEGER,
    quantity: DOUBLE,
    extendedprice: DOUBLE,
    discount: DOUBLE,
    tax: DOUBLE,
    returnflag: varchar(1),
    linestatus: varchar(1),
    shipdate: DATE,
    commitdate: DATE,
    receiptdate: DATE,
    shipinstruct: varchar(25),
    shipmode: varchar(10),
    comment: varchar(44),
  }),
  nation: columns({ nationkey: BIGINT, name: varchar(25), regionkey: BIGINT, comment: varchar(152) }),
  orders: columns({
    orderkey: BIGINT,
    custkey: BIGINT,
    orderstatus: varchar(1),
    totalprice: DOUBLE,
    orderdate: DATE,
    orderpriority: varchar(15),
    clerk: varchar(15),
    shippriority: INTEGER,
    comment: varchar(79),
  }),
  part: columns({
    partkey: BIGINT,
    name: varchar(55),
    mfgr: varchar(25),
    brand: varchar(10),
    type: varchar(25),
    size: INTEGER,
    container: varchar(10),
    retailprice: DOUBLE,
    comment: varchar(23),
  }),
  partsupp: columns({ partkey: BIGINT, suppkey: BIGINT, availqty: INTEGER, supplycost: DOUBLE, comment: varchar(199) }),
  region: columns({ regionkey: BIGINT, name: varchar(25), comment: varchar(152) }),
  supplier: columns({
    suppkey: BIGINT,
    name: varchar(25),
    address: varchar(40),
    nationkey: BIGINT,
    phone: varchar(15),
    acctbal: DOUBLE,
    comment: varchar(101),
  }),
};

/** What the standard naming puts before each column. */
export const STANDARD_PREFIX: Readonly<Record<TpchTableName, string>> = {
  customer: 'c_',
  lineitem: 'l_',
  nation: 'n_',
  orders: 'o_',
  part: 'p_',
  partsupp: 'ps_',
  region: 'r_',
  supplier: 's_',
};

/** Hidden; it has the same name in both namings. */
export const ROW_NUMBER = 'row_number';

export const LISTED_SCHEMAS: readonly string[] = ['tiny', 'sf1', 'sf100', 'sf300', 'sf1000', 'sf3000', 'sf10000', 'sf30000', 'sf100000'];
const TINY_SCALE_FACTOR = 0.01;

/** The numbers that Java's Double.parseDouble takes, as `sf1.`, `sf.5` and `sf1e1` show. */
const JAVA_NUMBER = /^[+]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?[fd]?$/;

export function scaleFactorOf(schema: string): number | undefined {
  if (schema === 'tiny') return TINY_SCALE_FACTOR;
  const text = schema.startsWith('sf') ? schema.slice(2).trim() : '';
  if (!JAVA_NUMBER.test(text)) return undefined;
  const scaleFactor = Number.parseFloat(text);
  return scaleFactor > 0 ? scaleFactor : undefined;
}

export function isTpchTable(name: string): name is TpchTableName {
  return Object.hasOwn(TPCH_TABLES, name);
}

export interface TpchTableHandle {
  readonly kind: 'tpch';
  readonly schema: string;
  readonly table: TpchTableName;
  readonly scaleFactor: number;
  /** The values that a pushed filter lets through, by simplified column name; sorted. */
  readonly accepted: readonly { readonly column: string; readonly values: readonly string[] }[];
}

import pg from 'pg';

/** What a column's values may be compared with, and what may be computed of it. */
export type Kind =
  | 'boolean'
  | 'integer'
  | 'decimal'
  | 'floating'
  | 'text'
  | 'char'
  | 'bytes'
  | 'date'
  | 'time'
  | 'timestamp'
  | 'instant'
  | 'uuid'
  | 'json'
  | 'array';

export interface FuzzColumn {
  readonly name: string;
  /** Of PostgreSQL. */
  readonly type: string;
  /** Of Trino. */
  readonly trinoType: string;
  readonly kind: Kind;
  /** Literals of PostgreSQL: what the rows hold. */
  readonly values: readonly string[];
  /** Literals of Trino, beside those that are common to the kind. */
  readonly literals: readonly string[];
}

const INTEGERS = ['0', '1', '-1', '2', '3', '7', '100'];
const TEXTS = [
  "''",
  "' '",
  "'a'",
  "'A'",
  "'b'",
  "'B'",
  "'ä'",
  "'Z'",
  "'a '",
  "'ab'",
  "'aB'",
  "'_'",
  "'%'",
  "'ß'",
  "'ss'",
  "'😀'",
  "'\uffee'",
  "'1'",
  "'10'",
  "'9'",
  "E'\\\\'",
];
const DAYS = [
  '2020-02-29',
  '1970-01-01',
  '1969-12-31',
  '2024-03-31',
  '2024-12-31',
  '2025-01-01',
  '0001-01-01',
  '1582-10-10',
  '1582-10-15',
  '9999-12-31',
  '2024-01-29',
];
const BC = ['0044-03-15 BC', '0001-12-31 BC'];
const CLOCKS = ['00:00:00', '23:59:59.999999', '01:30:00', '12:34:56.789012', '02:30:00.5'];

const quoted = (items: readonly string[]): string[] => items.map((item) => `'${item}'`);
const moments = (days: readonly string[]): string[] =>
  days.flatMap((day, i) => {
    const [date = '', era] = day.split(' ');
    return [`'${date} ${CLOCKS[i % CLOCKS.length]}${era === undefined ? '' : ` ${era}`}'`];
  });
const trinoDays = [...DAYS, '-0043-03-15', '0000-12-31', '10000-01-01'];
const timestamps = (precision: number): string[] => trinoDays.flatMap((day, i) => [`CAST('${day} ${CLOCKS[i % CLOCKS.length]}' AS timestamp(${precision}))`]);

const text = (name: string, type: string, trinoType = 'varchar'): FuzzColumn => ({
  name,
  type,
  trinoType,
  kind: 'text',
  values: type.startsWith('varchar(') ? TEXTS.filter((value) => value.length < 8) : TEXTS,
  literals: [],
});

/** Every type that Trino maps, and values that are alike to one side but not to the other. */
export const COLUMNS: readonly FuzzColumn[] = [
  { name: 'b', type: 'boolean', trinoType: 'boolean', kind: 'boolean', values: ['true', 'false'], literals: ['true', 'false'] },
  { name: 'i2', type: 'smallint', trinoType: 'smallint', kind: 'integer', values: [...INTEGERS, '32767', '-32768'], literals: ["SMALLINT '32767'"] },
  {
    name: 'i4',
    type: 'integer',
    trinoType: 'integer',
    kind: 'integer',
    values: [...INTEGERS, '2147483647', '-2147483648'],
    literals: ['2147483647', '-2147483648'],
  },
  {
    name: 'i8',
    type: 'bigint',
    trinoType: 'bigint',
    kind: 'integer',
    values: [...INTEGERS, '9223372036854775807', '-9223372036854775808', '9007199254740993'],
    literals: ['9223372036854775807', '9007199254740993'],
  },
  {
    name: 'f4',
    type: 'real',
    trinoType: 'real',
    kind: 'floating',
    values: ["'NaN'", "'Infinity'", "'-Infinity'", '-0.0', '0.0', '1.5', '0.1', '-1', '16777216'],
    literals: ["REAL '0.1'", "REAL '1.5'", "REAL '-0.0'"],
  },
  {
    name: 'f8',
    type: 'double precision',
    trinoType: 'double',
    kind: 'floating',
    values: ["'NaN'", "'Infinity'", "'-Infinity'", "'-0.0'", '0.0', '1.5', '0.1', '-1', '1e300', '9007199254740992'],
    literals: ['1e300', '-0e0', '0.1e0'],
  },
  {
    name: 'n52',
    type: 'numeric(5,2)',
    trinoType: 'decimal(5,2)',
    kind: 'decimal',
    values: ['0', '1', '1.50', '-0.01', '999.99', '-999.99', '0.10'],
    literals: ['999.99', '1.500', '0.001'],
  },
  {
    name: 'n20',
    type: 'numeric(20,4)',
    trinoType: 'decimal(20,4)',
    kind: 'decimal',
    values: ['0', '1', '1.5', '9999999999999999.9999', '-9999999999999999.9999', '0.0001'],
    literals: ['9999999999999999.9999', '0.00005'],
  },
  {
    name: 'n38',
    type: 'numeric(38,0)',
    trinoType: 'decimal(38,0)',
    kind: 'decimal',
    values: ['0', '1', '-1', '99999999999999999999999999999999999999', '12345678901234567890'],
    literals: ['12345678901234567890'],
  },
  {
    name: 'nu',
    type: 'numeric',
    trinoType: 'decimal(38,3)',
    kind: 'decimal',
    values: ['0', '1', '1.5', '1.5000', '1.4999', '1.5004', '-0.0001', '123.4567891'],
    literals: ['1.500', '1.499'],
  },
  {
    name: 'c3',
    type: 'char(3)',
    trinoType: 'char(3)',
    kind: 'char',
    values: ["''", "'a'", "'a  '", "'ab'", "'abc'", "'A'", "'ä'", "' a'"],
    literals: ["CHAR 'a'", "CAST('ab' AS char(3))", "CHAR ''"],
  },
  text('vc', 'varchar(5)', 'varchar(5)'),
  text('t', 'text'),
  text('tc', 'text COLLATE "C"'),
  text('ti', 'text COLLATE "und-x-icu"'),
  text('tn', 'text COLLATE "SCHEMA".blind'),
  { name: 'en', type: '"SCHEMA".mood', trinoType: 'varchar', kind: 'text', values: ["'sad'", "'ok'", "'happy'"], literals: ["'ok'", "'happy'"] },
  { name: 'nm', type: 'name', trinoType: 'varchar', kind: 'text', values: ["'a'", "'B'", "''"], literals: [] },
  {
    name: 'ba',
    type: 'bytea',
    trinoType: 'varbinary',
    kind: 'bytes',
    values: ["'\\x'", "'\\x00'", "'\\xff'", "'\\x00ff'", "'\\x61'"],
    literals: ["X''", "X'00'", "X'FF'", "X'61'", "X'0000'"],
  },
  { name: 'd', type: 'date', trinoType: 'date', kind: 'date', values: quoted([...DAYS, ...BC]), literals: trinoDays.map((day) => `DATE '${day}'`) },
  { name: 't0', type: 'time(0)', trinoType: 'time(0)', kind: 'time', values: quoted(CLOCKS), literals: ["TIME '01:30:00'", "TIME '12:34:56'"] },
  {
    name: 't6',
    type: 'time',
    trinoType: 'time(6)',
    kind: 'time',
    values: quoted(CLOCKS),
    literals: ["TIME '01:30:00'", "TIME '12:34:56.789012'", "TIME '12:34:56.789012345'"],
  },
  { name: 'ts0', type: 'timestamp(0)', trinoType: 'timestamp(0)', kind: 'timestamp', values: moments([...DAYS, ...BC]), literals: timestamps(0) },
  { name: 'ts3', type: 'timestamp(3)', trinoType: 'timestamp(3)', kind: 'timestamp', values: moments([...DAYS, ...BC]), literals: timestamps(3) },
  {
    name: 'ts6',
    type: 'timestamp',
    trinoType: 'timestamp(6)',
    kind: 'timestamp',
    values: moments([...DAYS, ...BC]),
    literals: [...timestamps(6), "TIMESTAMP '2020-02-29 00:00:00.0000001'"],
  },
  { name: 'tz3', type: 'timestamptz(3)', trinoType: 'timestamp(3) with time zone', kind: 'instant', values: moments([...DAYS, ...BC]), literals: [] },
  { name: 'tz6', type: 'timestamptz', trinoType: 'timestamp(6) with time zone', kind: 'instant', values: moments([...DAYS, ...BC]), literals: [] },
  {
    name: 'u',
    type: 'uuid',
    trinoType: 'uuid',
    kind: 'uuid',
    values: quoted([
      '00000000-0000-0000-0000-000000000000',
      '12151fd2-7586-11e9-8f9e-2a86e4085a59',
      'ffffffff-ffff-ffff-ffff-ffffffffffff',
      '80000000-0000-4000-8000-000000000001',
    ]),
    literals: ["UUID '12151fd2-7586-11e9-8f9e-2a86e4085a59'", "UUID '80000000-0000-4000-8000-000000000001'"],
  },
  {
    name: 'j',
    type: 'json',
    trinoType: 'json',
    kind: 'json',
    values: quoted(['{"a":1}', '{"a":1.0}', '{"a":"x"}', '{"a":"1"}', '{"a":null}', '[1,2]', '"x"', 'null', '{"a":{"b":"x"}}', '{"a":true}']),
    literals: [],
  },
  {
    name: 'jb',
    type: 'jsonb',
    trinoType: 'json',
    kind: 'json',
    values: quoted([
      '{"a":1}',
      '{"a":1.0}',
      '{"a":"x"}',
      '{"a":"1"}',
      '{"a":null}',
      '[1,2]',
      '"x"',
      'null',
      '{"a":{"b":"x"}}',
      '{"a":true}',
      '{"a":1e1}',
      '{"a":"10"}',
      '{"a":""}',
      '{"a":[1]}',
      '{"b":"a"}',
    ]),
    literals: [],
  },
  {
    name: 'ai',
    type: 'integer[]',
    trinoType: 'array(integer)',
    kind: 'array',
    values: quoted(['{}', '{1}', '{1,NULL}', '{NULL}', '{1,2,3}', '{3,1}']),
    literals: ['1', '2', 'NULL'],
  },
  {
    name: 'at',
    type: 'text[]',
    trinoType: 'array(varchar)',
    kind: 'array',
    values: quoted(['{}', '{a}', '{"a",NULL}', '{A,b}', '{""}', '{"a\\"b"}']),
    literals: ["'a'", "'A'", "''", "'a\"b'"],
  },
];

const ROWS = 48;

/** Row i of a column: values in turn, each column at a pace of its own, NULL now and then. */
function valueAt({ values }: FuzzColumn, column: number, row: number): string {
  const step = row * (2 * column + 1) + Math.floor(row / values.length) + column;
  const at = step % (values.length + 1);
  return values[at] ?? 'NULL';
}

const INSTANT_ZONE = "SET TimeZone = 'UTC'";

/** The schema, as one script: `many`, `few` with the same columns, and `wild` with what Trino cannot read. */
function seedSql(schema: string): string {
  const quotedSchema = `"${schema}"`;
  const columns = COLUMNS.map(({ name, type }) => `${name} ${type.replace('"SCHEMA"', quotedSchema)}`).join(', ');
  const insert = (table: string, rows: readonly number[]): string => {
    const tuples = rows.map((row) => `(${row}, ${COLUMNS.map((column, at) => valueAt(column, at, row)).join(', ')})`);
    return `INSERT INTO ${quotedSchema}.${table} VALUES ${tuples.join(',\n')}`;
  };
  return [
    INSTANT_ZONE,
    `DROP SCHEMA IF EXISTS ${quotedSchema} CASCADE`,
    `CREATE SCHEMA ${quotedSchema}`,
    `CREATE COLLATION ${quotedSchema}.blind (provider = icu, locale = 'und-u-ks-level2', deterministic = false)`,
    `CREATE TYPE ${quotedSchema}.mood AS ENUM ('sad', 'ok', 'happy')`,
    `CREATE TABLE ${quotedSchema}.many (id integer PRIMARY KEY, ${columns})`,
    `CREATE TABLE ${quotedSchema}.few (id integer PRIMARY KEY, ${columns})`,
    insert(
      'many',
      Array.from({ length: ROWS }, (_, row) => row),
    ),
    insert('few', [1, 4, 9, 16, 25, 36, 47, 60, 61]),
    `CREATE TABLE ${quotedSchema}.wild (id integer PRIMARY KEY, d date, ts6 timestamp, tz6 timestamptz, n52 numeric(5,2), t6 time)`,
    `INSERT INTO ${quotedSchema}.wild VALUES (1, 'infinity', 'infinity', '2020-01-01 00:00:00+00', 1, '24:00'), (2, '-infinity', '-infinity', '2020-06-01 12:00:00+00', 2.5, '23:59:59.999999'),
      (3, '2020-02-29', '2020-02-29 12:00:00', 'infinity', 3, '00:00'), (4, '4713-01-01 BC', '4713-01-01 00:00:00 BC', '-infinity', 4, '12:00'),
      (5, '5874897-12-31', '294276-12-31 23:59:59.999999', '294276-12-31 23:59:59.999999+00', 'NaN', '12:00:00.000001'), (6, NULL, NULL, NULL, NULL, NULL),
      (7, '1999-12-31', '1999-12-31 23:59:59.999999', '1999-12-31 23:59:59.999999+00', 0, '01:00')`,
    `ANALYZE ${quotedSchema}.many, ${quotedSchema}.few, ${quotedSchema}.wild`,
  ].join(';\n');
}

export async function seed(url: string, schema: string): Promise<void> {
  await run(url, seedSql(schema));
}

export async function drop(url: string, schema: string): Promise<void> {
  await run(url, `DROP SCHEMA "${schema}" CASCADE`);
}

async function run(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}

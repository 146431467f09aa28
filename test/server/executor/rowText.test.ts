import { afterAll, beforeAll, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../rig/server.ts';
import { run } from '../../rig/statementClient.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(() => server.close());

const TEXTS = ["''", "'plain'", "'é漢😀'", String.raw`'"quoted" back\slash /'`, "U&'\\0001\\0008\\0009\\000a\\000c\\000d\\001f\\007f\\2028'", "U&'\\0000nul'"];

const CASES: Readonly<Record<string, readonly string[]>> = {
  boolean: ['true', 'false'],
  tinyint: ['-128', '127'],
  smallint: ['-32768'],
  integer: ['-2147483648', '0'],
  bigint: ['-9223372036854775808', '9223372036854775807', '9007199254740993'],
  'decimal(2,2)': ['0.5', '-0.05'],
  'decimal(4,1)': ['-0.1', '999.9'],
  'decimal(18,0)': ['999999999999999999'],
  'decimal(38,10)': ["DECIMAL '-1234567890123456789012345678.0123456789'", '0'],
  'decimal(38,38)': ["DECIMAL '0.00000000000000000000000000000000000001'"],
  varchar: TEXTS,
  'varchar(7)': ["'plain'"],
  'char(5)': ["'é'", "''"],
  json: [`JSON '{"a": ["\\u00e9", null, "\\\\"]}'`, "JSON 'null'"],
  varbinary: ["X''", "X'00ff10'", "X'0102'", "X'01'"],
  uuid: ["UUID '12151fd2-7586-11e9-8f9e-2a86e4085a59'", "UUID 'ffffffff-ffff-ffff-ffff-ffffffffffff'"],
  date: ["DATE '1970-01-01'", "DATE '0001-01-01'", "DATE '0000-12-31'", "DATE '-0043-03-15'", "DATE '9999-12-31'", "DATE '+10000-01-01'"],
  'timestamp(0)': ["TIMESTAMP '2020-02-29 23:59:59'", "TIMESTAMP '0999-01-01 00:00:00'"],
  'timestamp(1)': ["TIMESTAMP '2020-02-29 23:59:59.9'", "TIMESTAMP '2020-02-29 23:59:59'"],
  'timestamp(3)': [
    "TIMESTAMP '1969-12-31 23:59:59.999'",
    "TIMESTAMP '0001-01-01 00:00:00'",
    "TIMESTAMP '2020-01-01 00:00:00.1'",
    "TIMESTAMP '2020-01-01 00:00:00.01'",
    "TIMESTAMP '-0043-03-15 01:02:03.5'",
    "TIMESTAMP '+12000-03-15 01:02:03'",
  ],
  'timestamp(5)': ["TIMESTAMP '2020-02-29 23:59:59.99999'", "TIMESTAMP '0999-12-31 00:00:00.1'"],
  'timestamp(6)': ["TIMESTAMP '0000-12-31 00:00:00.000001'", "TIMESTAMP '2020-01-01 00:00:00'"],
  'timestamp(9)': ["TIMESTAMP '2020-01-01 00:00:00.123456789'"],
  'timestamp(3) with time zone': ["TIMESTAMP '2020-07-01 00:00:00 Europe/Berlin'"],
  'time(6)': ["TIME '23:59:59.999999'"],
  double: [
    '0.1',
    '1e300',
    'nan()',
    '-infinity()',
    '-0e0',
    '0e0',
    '9999999.999999998',
    '1e7',
    '-12345678.9',
    '1e15',
    '1.5e22',
    '0.001',
    '-9.999e-4',
    '1e-5',
    '1.25e-300',
  ],
  'double precision': ['4.9e-324', '9.9e-324', '1.5e-323', '5e-323', '9e-323', '1e-322', '1.1e-322', '1.7976931348623157e308', '123456789012345680e0'],
  real: ['1.5'],
  'array(varchar)': ["ARRAY['a', NULL]"],
  'map(varchar, integer)': ["MAP(ARRAY['k'], ARRAY[1])"],
  'row(x integer, y varchar)': ["ROW(1, '\"')"],
};

it.each(Object.entries(CASES))('%s reads the same from a table as from constants', async (type, values) => {
  const rows = ['NULL', ...values].map((value) => `CAST(${value} AS ${type})`);
  const table = `memory.default."${type}"`;
  await run({ url: server.url }, `CREATE TABLE ${table} AS SELECT 1 before, x, 2 after FROM (VALUES ${rows.map((row) => `ROW(${row})`).join(', ')}) t (x)`);
  const read = await run({ url: server.url }, `SELECT * FROM ${table}`);
  const constants = await Promise.all(rows.map((row) => run({ url: server.url }, `SELECT 1 before, ${row} x, 2 after`)));
  expect(read.rows.map((row) => JSON.stringify(row)).sort()).toEqual(constants.flatMap((answer) => answer.rows.map((row) => JSON.stringify(row))).sort());
  expect(read.columns.map((column) => column.type)).toEqual(constants[0]?.columns.map((column) => column.type));
});

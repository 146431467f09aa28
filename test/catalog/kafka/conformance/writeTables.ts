import { oddColumns, oddSchemas } from './oddWrites.ts';
import type { Question, World, WorldTable, WorldTopic } from './world.ts';
import { type WrittenColumn, writtenColumn } from './writtenColumn.ts';

/** Values of a type, as SQL. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  boolean: ['true', 'false'],
  tinyint: ["tinyint '1'", "tinyint '-128'"],
  smallint: ["smallint '1'", "smallint '-32768'"],
  integer: ['7', '-2147483648'],
  bigint: ["bigint '7'", "bigint '-9223372036854775808'"],
  real: ["real '0.1'", "real '-3.4028235E38'", 'CAST(nan() AS real)'],
  double: ['1e0', '-1e-7', '1e300', 'nan()', '-infinity()'],
  varchar: ["'text'", "'a\"b,c\\d'", "'ä日😀'", "''", "U&'\\0001\\000a\\007f\\2028<&>/'"],
  'varchar(3)': ["'abc'", "''"],
  'char(3)': ["CAST('a' AS char(3))"],
  varbinary: ["X'00ff'", "X''"],
  'decimal(5,2)': ["decimal '1.50'"],
  'decimal(30,2)': ["decimal '1.50'"],
  json: ['json \'{"a":1}\''],
  uuid: ["uuid '12151fd2-7586-11e9-8f9e-2a86e4085a59'"],
  date: ["date '2024-02-29'", "date '1969-12-31'", "date '0001-01-01'"],
  'time(3)': ["time '12:34:56.789'", "time '00:00:00.000'", "time '12:34:00.000'"],
  'time(6)': ["time '12:34:56.789123'"],
  'time(3) with time zone': ["time '12:34:56.789+02:00'", "time '00:00:00.000+00:00'"],
  'timestamp(3)': ["timestamp '2024-02-29 12:34:56.789'", "timestamp '1969-12-31 23:59:59.999'", "timestamp '2024-01-01 00:00:00.000'"],
  'timestamp(6)': ["timestamp '2024-02-29 12:34:56.789123'"],
  'timestamp(0)': ["timestamp '2024-02-29 12:34:56'"],
  'timestamp(3) with time zone': [
    "timestamp '2024-02-29 12:34:56.789 Europe/Paris'",
    "timestamp '2024-02-29 12:34:56.000 UTC'",
    "timestamp '2024-02-29 12:34:56.000 -05:30'",
  ],
  'timestamp(6) with time zone': ["timestamp '2024-02-29 12:34:56.789123 UTC'"],
  'array(bigint)': ['ARRAY[1, NULL]'],
  'map(varchar,bigint)': ["MAP(ARRAY['a'], ARRAY[1])"],
  'row(b bigint)': ['CAST(ROW(1) AS row(b bigint))'],
};
const PLAIN = Object.keys(VALUES);
const TEMPORAL = PLAIN.filter((type) => /^(date|time)/.test(type));
const TEMPORAL_FORMATS = ['iso8601', 'rfc2822', 'milliseconds-since-epoch', 'seconds-since-epoch', 'custom-date-time'];
const RAW_FORMATS = ['BYTE', 'SHORT', 'INT', 'LONG', 'FLOAT', 'DOUBLE', 'nonsense'];
const RAW_TYPES = ['boolean', 'tinyint', 'smallint', 'integer', 'bigint', 'real', 'double', 'varchar'];

const AVRO_TYPES: Readonly<Record<string, unknown>> = {
  boolean: 'boolean',
  integer: 'int',
  bigint: 'long',
  real: 'float',
  double: 'double',
  varchar: 'string',
  varbinary: 'bytes',
  'varchar(3)': 'string',
  tinyint: 'int',
  smallint: 'int',
  date: 'int',
  'timestamp(3)': 'long',
  'decimal(5,2)': 'bytes',
  'array(bigint)': { type: 'array', items: ['null', 'long'] },
  'map(varchar,bigint)': { type: 'map', values: 'long' },
  'row(b bigint)': { type: 'record', name: 'inner', fields: [{ name: 'b', type: 'long' }] },
};
const PROTOBUF_TYPES: Readonly<Record<string, string>> = {
  boolean: 'bool c = 1;',
  integer: 'int32 c = 1;',
  bigint: 'int64 c = 1;',
  real: 'float c = 1;',
  double: 'double c = 1;',
  varchar: 'string c = 1;',
  'varchar(3)': 'string c = 1;',
  varbinary: 'bytes c = 1;',
  tinyint: 'int32 c = 1;',
  smallint: 'int32 c = 1;',
  'timestamp(6)': 'google.protobuf.Timestamp c = 1;',
  'timestamp(3)': 'google.protobuf.Timestamp c = 1;',
  date: 'int32 c = 1;',
  'decimal(5,2)': 'string c = 1;',
  'array(bigint)': 'repeated int64 c = 1;',
  'map(varchar,bigint)': 'map<string, int64> c = 1;',
  'row(b bigint)': 'Inner c = 1; message Inner { int64 b = 1; }',
};

function writtenColumns(): readonly WrittenColumn[] {
  return [
    ...PLAIN.map((type) => writtenColumn('json', type, { mapping: 'a/b' })),
    ...TEMPORAL.flatMap((type) =>
      TEMPORAL_FORMATS.map((dataFormat) =>
        writtenColumn('json', type, {
          mapping: 'c',
          dataFormat,
          ...(dataFormat === 'custom-date-time' ? { formatHint: /^date/.test(type) ? 'dd/MM/yyyy' : 'HH:mm:ss.SSS' } : {}),
        }),
      ),
    ),
    writtenColumn('json', 'varchar', { mapping: 'c', dataFormat: 'iso8601' }),
    writtenColumn('json', 'timestamp(3)', { mapping: 'c', dataFormat: 'nonsense' }),
    writtenColumn('json', 'varchar'),
    ...PLAIN.map((type) => writtenColumn('csv', type, { mapping: '0' })),
    writtenColumn('csv', 'varchar', { mapping: '3' }),
    writtenColumn('csv', 'varchar', { mapping: '0', dataFormat: 'iso8601' }),
    ...PLAIN.map((type) => writtenColumn('raw', type, { mapping: '0' })),
    ...RAW_TYPES.flatMap((type) => RAW_FORMATS.map((dataFormat) => writtenColumn('raw', type, { mapping: '0', dataFormat }))),
    ...['varchar', 'bigint'].map((type) => writtenColumn('raw', type)),
    ...['0:4', '4:8', '1', 'x'].flatMap((mapping) =>
      ['varchar', 'integer'].map((type) => writtenColumn('raw', type, { mapping, ...(type === 'integer' ? { dataFormat: 'INT' } : {}) })),
    ),
    ...PLAIN.map((type, i) => writtenColumn('avro', type, { mapping: 'c' }, `write${i}.avsc`)),
    ...PLAIN.map((type, i) => writtenColumn('protobuf', type, { mapping: 'c' }, `write${i}.proto`)),
  ];
}

function schemas(): ReadonlyMap<string, string> {
  const made = new Map<string, string>();
  for (const [i, type] of PLAIN.entries()) {
    made.set(`write${i}.avsc`, JSON.stringify({ type: 'record', name: 'written', fields: [{ name: 'c', type: ['null', AVRO_TYPES[type] ?? 'string'] }] }));
    made.set(`write${i}.proto`, `syntax = "proto3"; import "google/protobuf/timestamp.proto"; message schema { ${PROTOBUF_TYPES[type] ?? 'string c = 1;'} }`);
  }
  return made;
}

/** Rows of every type written in every format: the messages, or why there are none. */
export function writeTables(): Partial<World> {
  const tables: WorldTable[] = [];
  const questions: Question[] = [];
  const topics: WorldTopic[] = [];
  for (const [i, { type, group, ...of }] of [...writtenColumns(), ...oddColumns()].entries()) {
    const name = `written_${group.dataFormat}_${i}`;
    topics.push({ name, messages: [] });
    // Trino writes no table without a key
    tables.push({ name, topic: name, key: { dataFormat: 'csv', fields: [{ name: 'k', type: 'varchar', mapping: '0' }] }, message: group });
    // a container file ends with a mark that is made at random
    const shown = group.dataFormat === 'avro' ? 'c, _message_length' : 'to_utf8(_message), _message_length';
    const values = of.values ?? VALUES[type] ?? [];
    for (const value of [values.join("), ('k', "), 'NULL']) questions.push({ catalog: 'files', sql: `INSERT INTO ${name} VALUES ('k', ${value})` });
    questions.push({ catalog: 'files', sql: `SELECT DISTINCT ${shown} FROM ${name}` });
  }
  const pair: WorldTable = {
    name: 'written_pair',
    topic: 'written_pair',
    key: { dataFormat: 'json', fields: [{ name: 'k', type: 'bigint', mapping: 'k' }] },
    message: {
      dataFormat: 'json',
      fields: ['a', 'b', 'x/y'].map((mapping, i) => ({ name: `c${i}`, type: ['bigint', 'varchar', 'double'][i], mapping })),
    },
  };
  const pairSql = [
    "INSERT INTO written_pair VALUES (1, 2, 'x', 1.5)",
    "INSERT INTO written_pair (c1, k) VALUES ('only', 3)",
    'INSERT INTO written_pair (c0) VALUES (4)',
    'INSERT INTO written_pair (k) VALUES (NULL)',
    "INSERT INTO written_pair VALUES ('x', 2, 'x', 1.5)",
    "INSERT INTO written_pair VALUES (1, 2, 'x')",
    'SELECT DISTINCT _key, _message, k, c0, c1, c2 FROM written_pair',
  ];
  return {
    topics: [...topics, { name: 'written_pair', messages: [] }],
    tables: [...tables, pair],
    schemas: new Map([...schemas(), ...oddSchemas()]),
    questions: [...questions, ...pairSql.map((sql): Question => ({ catalog: 'files', sql }))],
  };
}

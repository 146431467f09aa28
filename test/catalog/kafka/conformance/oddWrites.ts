import { type WrittenColumn, writtenColumn } from './writtenColumn.ts';

/** Columns declared with too much, too little, or what does not fit. */
export const oddColumns = (): readonly WrittenColumn[] => [
  ...rawColumns(),
  ...jsonColumns(),
  ...csvColumns(),
  ...schemaColumns('protobuf'),
  ...schemaColumns('avro'),
  ...furtherMoments(),
  ...fittingValues(),
];

function rawColumns(): readonly WrittenColumn[] {
  const declared: readonly (readonly [type: string, mapping?: string | undefined, dataFormat?: string])[] = [
    ...['0:8', '0:2', '0:3', '4:0', '1', '1:2:3', 'x'].map((mapping) => ['integer', mapping, 'INT'] as const),
    ...['0:8', '0:2', '0:4', '4:0', '0:0', '0:', '-1', ' 0', '', 'x'].map((mapping) => ['varchar', mapping] as const),
    ...['0:1', '0:2', '0:4', '0:8', '0:9'].flatMap((mapping) =>
      ['tinyint', 'smallint', 'integer', 'bigint', 'real', 'double'].map((type) => [type, mapping] as const),
    ),
    ['integer', '0:2', 'SHORT'],
    ['bigint', '0:8', 'BYTE'],
    ['double', '0:8', 'FLOAT'],
    ['double', '0:4', 'DOUBLE'],
    ['integer', '1', 'DOUBLE'],
    ['integer', 'x', 'DOUBLE'],
    ['integer', 'x', 'nonsense'],
    ['integer', '1', 'nonsense'],
    ['integer', undefined, 'nonsense'],
    ['integer', undefined, 'INT'],
    ['integer', '0', 'int'],
    ['char(3)'],
    ['char(3)', 'x'],
    ['char(3)', '0', 'nonsense'],
    ['date', '0', 'iso8601'],
  ];
  return [
    ...declared.map(([type, mapping, dataFormat]) =>
      writtenColumn('raw', type, { ...(mapping === undefined ? {} : { mapping }), ...(dataFormat === undefined ? {} : { dataFormat }) }),
    ),
    writtenColumn('raw', 'integer', { mapping: '0', dataFormat: 'INT', formatHint: 'hint' }),
    writtenColumn('raw', 'integer', { dataFormat: 'nonsense', formatHint: 'hint' }),
  ];
}

function jsonColumns(): readonly WrittenColumn[] {
  const hinted = (type: string, formatHint: string): WrittenColumn => writtenColumn('json', type, { mapping: 'c', dataFormat: 'custom-date-time', formatHint });
  const temporal = ['date', 'time(3)', 'time(3) with time zone', 'timestamp(3)', 'timestamp(3) with time zone'];
  const dates = ["date '9999-12-31'", "date '0000-01-01'"];
  return [
    ...['HH:mm:ss.SSS', 'dd/MM/yyyy', 'Z', 'ZZ', 'ZZZ', 'HHZ', 'qq', ''].flatMap((hint) => temporal.map((type) => hinted(type, hint))),
    ...temporal.map((type) => writtenColumn('json', type, { mapping: 'c', dataFormat: 'custom-date-time' })),
    ...temporal.map((type) => writtenColumn('json', type, { mapping: 'c', dataFormat: 'iso8601', formatHint: 'yyyy' })),
    ...temporal.map((type) => writtenColumn('json', type, { dataFormat: 'iso8601' })),
    ...['date', 'real', 'varchar'].map((type) => writtenColumn('json', type, { formatHint: 'yyyy' })),
    writtenColumn('json', 'varchar', { mapping: 'c', formatHint: 'yyyy' }),
    writtenColumn('json', 'varchar', { mapping: 'c', dataFormat: 'nonsense' }),
    writtenColumn('json', 'real', { mapping: 'c', dataFormat: 'iso8601' }),
    writtenColumn('json', 'varchar', { mapping: '' }),
    writtenColumn('json', 'date', { mapping: 'c', dataFormat: 'ISO8601' }),
    writtenColumn('json', 'timestamp(3)', { mapping: 'c', dataFormat: 'Seconds-Since-Epoch' }),
    ...['milliseconds-since-epoch', 'seconds-since-epoch'].map((dataFormat) => ({
      ...writtenColumn('json', 'time(3)', { mapping: 'c', dataFormat }),
      values: ["time '23:59:59.999'", "time '00:00:00.500'", "time '00:00:01.499'", "time '00:00:00.499'"],
    })),
    { ...writtenColumn('json', 'date', { mapping: 'c', dataFormat: 'iso8601' }), values: dates },
    {
      ...writtenColumn('json', 'time(3) with time zone', { mapping: 'c', dataFormat: 'iso8601' }),
      values: ["time '12:34:00.000-05:30'", "time '12:00:00.010+14:00'", "time '12:00:01.000-00:01'"],
    },
    ...['iso8601', 'rfc2822', 'milliseconds-since-epoch', 'seconds-since-epoch'].map((dataFormat) => ({
      ...writtenColumn('json', 'timestamp(3)', { mapping: 'c', dataFormat }),
      values: [
        "timestamp '0001-01-01 00:00:00.000'",
        "timestamp '1969-12-31 23:59:59.500'",
        "timestamp '9999-12-31 23:59:59.999'",
        "timestamp '2024-03-05 01:02:03.004'",
      ],
    })),
    {
      ...writtenColumn('json', 'timestamp(3) with time zone', { mapping: 'c', dataFormat: 'rfc2822' }),
      values: ["timestamp '2024-07-01 01:02:03.004 America/New_York'", "timestamp '1969-12-31 23:59:59.500 +14:00'", "timestamp '9999-12-31 23:59:59.999 UTC'"],
    },
  ];
}

function csvColumns(): readonly WrittenColumn[] {
  return [
    writtenColumn('csv', 'varchar'),
    writtenColumn('csv', 'varchar', { mapping: 'x' }),
    writtenColumn('csv', 'varchar', { mapping: '0', formatHint: 'hint' }),
    writtenColumn('csv', 'date', { mapping: '0', dataFormat: 'iso8601' }),
    writtenColumn('csv', 'varchar', { dataFormat: 'iso8601' }),
    {
      ...writtenColumn('csv', 'real', { mapping: '0' }),
      values: ["real '1e10'", "real '123456.789'", '-infinity()', "real '0'", "real '-0'", "real '1.4E-45'"].map(asReal),
    },
  ];
}

const asReal = (value: string): string => `CAST(${value} AS real)`;

/** Every type to every kind of field. */
function schemaColumns(format: 'avro' | 'protobuf'): readonly WrittenColumn[] {
  const types = ['boolean', 'integer', 'bigint', 'real', 'double', 'varchar', ...(format === 'avro' ? [] : [...PROTOBUF_ONLY])];
  const fields = Object.keys(format === 'avro' ? AVRO_FIELDS : PROTOBUF_FIELDS);
  const plain = `odd_${format === 'avro' ? 'string.avsc' : 'string.proto'}`;
  const end = format === 'avro' ? 'avsc' : 'proto';
  return [
    ...fields.flatMap((field) => types.map((type) => writtenColumn(format, type, { mapping: 'c' }, `odd_${field}.${end}`))),
    writtenColumn(format, 'varchar', {}, plain),
    writtenColumn(format, 'varchar', { mapping: 'other' }, plain),
    writtenColumn(format, 'varchar', { mapping: 'c', dataFormat: 'iso8601' }, plain),
    writtenColumn(format, 'varchar', { mapping: 'c', formatHint: 'hint' }, plain),
    writtenColumn(format, 'date', { dataFormat: 'iso8601', formatHint: 'hint' }, plain),
    writtenColumn(format, 'varchar', { dataFormat: 'iso8601', formatHint: 'hint' }, plain),
    writtenColumn(format, 'varchar', { mapping: 'c/d' }, plain),
  ];
}

const PROTOBUF_ONLY = ['varbinary', 'timestamp(3)', 'array(bigint)', 'map(varchar,bigint)', 'row(b bigint)'];
const PROTOBUF_FIELDS: Readonly<Record<string, string>> = {
  bool: 'bool c = 1;',
  int32: 'int32 c = 1;',
  int64: 'int64 c = 1;',
  float: 'float c = 1;',
  double: 'double c = 1;',
  string: 'string c = 1;',
  bytes: 'bytes c = 1;',
  enum: 'E c = 1; enum E { text = 0; other = 1; }',
  timestamp: 'google.protobuf.Timestamp c = 1;',
  list: 'repeated string c = 1;',
  map: 'map<string, string> c = 1;',
  message: 'Inner c = 1; message Inner { string b = 1; }',
};
const AVRO_FIELDS: Readonly<Record<string, unknown>> = {
  boolean: 'boolean',
  int: 'int',
  long: 'long',
  float: 'float',
  double: 'double',
  string: 'string',
  bytes: 'bytes',
};

export function oddSchemas(): ReadonlyMap<string, string> {
  return new Map([
    ...Object.entries(PROTOBUF_FIELDS).map(
      ([name, field]) => [`odd_${name}.proto`, `syntax = "proto3"; import "google/protobuf/timestamp.proto"; message schema { ${field} }`] as const,
    ),
    ...Object.entries(AVRO_FIELDS).map(
      ([name, type]) => [`odd_${name}.avsc`, JSON.stringify({ type: 'record', name: 'odd', fields: [{ name: 'c', type }] })] as const,
    ),
  ]);
}

function furtherMoments(): readonly WrittenColumn[] {
  const formats = ['iso8601', 'rfc2822', 'milliseconds-since-epoch', 'seconds-since-epoch'];
  const zoned = (dataFormat: string): WrittenColumn => ({
    ...writtenColumn('json', 'timestamp(3) with time zone', { mapping: 'c', dataFormat }),
    values: ["timestamp '2024-01-01 00:00:00.000 UTC'", "timestamp '2024-01-01 12:30:00.010 Asia/Kolkata'", "timestamp '1800-01-01 12:30:05.100 Europe/Paris'"],
  });
  const hints = ['yyyy-MM-dd HH:mm:ss.SSS ZZ', "EEE, d MMM yy h:mm a 'o''clock'", 'xxxx-ww-e DDD GG YYYY CC', 'SSSSSS K k', 'HH:mm z', 'HH:mm zzzz'];
  const types = ['date', 'timestamp(3)', 'timestamp(3) with time zone'];
  return [
    ...formats.map(zoned),
    ...['iso8601', 'rfc2822'].map((dataFormat) => ({
      ...writtenColumn('json', 'timestamp(3)', { mapping: 'c', dataFormat }),
      values: ["timestamp '0000-06-01 00:00:00.000'", "timestamp '2024-01-01 00:00:00.100'", "timestamp '2024-01-01 00:00:01.010'"],
    })),
    ...['CUSTOM-DATE-TIME', 'Custom-Date-Time'].map((dataFormat) => writtenColumn('json', 'date', { mapping: 'c', dataFormat, formatHint: 'yyyy' })),
    ...hints.flatMap((formatHint) => types.map((type) => writtenColumn('json', type, { mapping: 'c', dataFormat: 'custom-date-time', formatHint }))),
    {
      ...writtenColumn('json', 'double', { mapping: 'c' }),
      values: ['1e-5', '123456789e0', '1e7', '0e0', '-0e0', 'infinity()', '4.9e-324', '1.7976931348623157e308'],
    },
    { ...writtenColumn('csv', 'double', { mapping: '0' }), values: ['1e-5', '123456789e0', '1e7', '0e0', '-0e0', 'infinity()', '4.9e-324', '2e-3'] },
  ];
}

/** What does not lose anything in another kind of field, or is empty. */
function fittingValues(): readonly WrittenColumn[] {
  const avro = (type: string, field: string, values: readonly string[]): WrittenColumn => ({
    ...writtenColumn('avro', type, { mapping: 'c' }, `odd_${field}.avsc`),
    values,
  });
  const protobuf = (type: string, field: string, values: readonly string[]): WrittenColumn => ({
    ...writtenColumn('protobuf', type, { mapping: 'c' }, `odd_${field}.proto`),
    values,
  });
  return [
    avro('bigint', 'int', ["bigint '7'", "bigint '-2147483648'"]),
    avro('bigint', 'float', ["bigint '7'", "bigint '16777216'"]),
    avro('integer', 'double', ['7', '-2147483648']),
    avro('double', 'float', ['1e0', '-5e-1', 'nan()', '-infinity()', '-0e0']),
    avro('real', 'double', ["real '0.5'", "real '0.1'"]),
    avro('double', 'long', ['1e0', '-3e0']),
    protobuf('timestamp(3)', 'timestamp', [
      "timestamp '1970-01-01 00:00:00.000'",
      "timestamp '1970-01-01 00:00:00.001'",
      "timestamp '1969-12-31 23:59:59.000'",
    ]),
    protobuf('array(bigint)', 'string', ['ARRAY[1]', 'ARRAY[]']),
    protobuf('array(bigint)', 'message', ['ARRAY[1]']),
    protobuf('array(bigint)', 'list', ['ARRAY[1]', 'ARRAY[]']),
    protobuf('array(varchar)', 'list', ["ARRAY['a', '']", 'ARRAY[]']),
    protobuf('map(varchar,varchar)', 'map', ["MAP(ARRAY['a', 'b'], ARRAY['x', ''])", 'MAP()']),
    protobuf('map(varchar,varchar)', 'message', ["MAP(ARRAY['a'], ARRAY['x'])"]),
    protobuf('map(varchar,varchar)', 'map', ["MAP(ARRAY['a'], ARRAY[NULL])"]),
    protobuf('row(b varchar)', 'message', ["CAST(ROW('') AS row(b varchar))", "CAST(ROW('x') AS row(b varchar))"]),
    protobuf('row(b varchar)', 'message', ['CAST(ROW(NULL) AS row(b varchar))']),
    protobuf('row(b varchar, d varchar)', 'message', ["CAST(ROW('x', 'y') AS row(b varchar, d varchar))"]),
    protobuf('varchar', 'enum', ["'text'", "'other'"]),
    protobuf('double', 'double', ['0e0', '-0e0', 'nan()']),
    protobuf('real', 'float', ["real '0'", "real '-0'"]),
    protobuf('integer', 'int32', ['0', '-1']),
  ];
}

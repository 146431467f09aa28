/** A table with PostgreSQL's other types, and what a connector makes of them in each of its modes. */

/** How a connector writes what it can write in several ways. */
export interface Mode {
  readonly name: string;
  readonly connector: Readonly<Record<string, string>>;
  /** The name of the way in each column. */
  readonly decimals: 'precise' | 'double' | 'text';
  readonly times: 'adaptive' | 'milliseconds' | 'microseconds' | 'nanoseconds' | 'iso';
  readonly bytes: 'bytes' | 'base64' | 'base64-url-safe' | 'hex';
  readonly interval: 'numeric' | 'string';
  readonly hstore: 'json' | 'map';
  readonly schemas: boolean;
  /** Rows without an envelope, and how it says that one is deleted. */
  readonly flattened?: 'tombstone' | 'rewrite-with-tombstone';
  readonly unavailableValue?: string;
}

const UNTOLD = {
  'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
  'value.converter.schemas.enable': 'false',
  'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
  'key.converter.schemas.enable': 'false',
} as const;
const flatten = (how: string, fields: string): Readonly<Record<string, string>> => ({
  transforms: 'flat',
  'transforms.flat.type': 'io.debezium.transforms.ExtractNewRecordState',
  'transforms.flat.delete.tombstone.handling.mode': how,
  'transforms.flat.add.fields': fields,
});

const PLAIN = { decimals: 'precise', times: 'adaptive', bytes: 'bytes', interval: 'numeric', hstore: 'json' } as const;

export const MODES: readonly Mode[] = [
  { name: 'adaptive', connector: {}, ...PLAIN, schemas: true },
  {
    name: 'connect',
    connector: {
      'time.precision.mode': 'connect',
      'decimal.handling.mode': 'double',
      'interval.handling.mode': 'string',
      'hstore.handling.mode': 'map',
      'binary.handling.mode': 'base64',
      'tombstones.on.delete': 'false',
    },
    decimals: 'double',
    times: 'milliseconds',
    bytes: 'base64',
    interval: 'string',
    hstore: 'map',
    schemas: true,
  },
  {
    name: 'iso',
    connector: {
      ...UNTOLD,
      'time.precision.mode': 'isostring',
      'decimal.handling.mode': 'string',
      'interval.handling.mode': 'string',
      'hstore.handling.mode': 'map',
      'binary.handling.mode': 'hex',
    },
    decimals: 'text',
    times: 'iso',
    bytes: 'hex',
    interval: 'string',
    hstore: 'map',
    schemas: false,
  },
  {
    name: 'nanos',
    connector: { 'time.precision.mode': 'nanoseconds', 'unavailable.value.placeholder': 'hex:e288852d6c656674' },
    ...PLAIN,
    times: 'nanoseconds',
    schemas: true,
    unavailableValue: 'hex:e288852d6c656674',
  },
  {
    name: 'micros',
    connector: { ...UNTOLD, 'time.precision.mode': 'microseconds', 'binary.handling.mode': 'base64-url-safe', 'unavailable.value.placeholder': '-left out-' },
    ...PLAIN,
    times: 'microseconds',
    bytes: 'base64-url-safe',
    schemas: false,
    unavailableValue: '-left out-',
  },
  { name: 'flat', connector: flatten('tombstone', 'op'), ...PLAIN, schemas: true, flattened: 'tombstone' },
  {
    name: 'marked',
    connector: { ...UNTOLD, ...flatten('rewrite-with-tombstone', 'op,lsn'), 'time.precision.mode': 'isostring' },
    ...PLAIN,
    times: 'iso',
    schemas: false,
    flattened: 'rewrite-with-tombstone',
  },
];

export interface KindColumn {
  readonly name: string;
  readonly postgres: string;
  /** SQL of a value. */
  readonly value: string;
  /** How its field is described; undefined: a connector in this mode loses the value. */
  described(mode: Mode): { readonly type: string; readonly dataFormat?: string } | undefined;
  /** SQL of a text, the same on both sides. */
  lepton(name: string, mode: Mode): string;
  expected(name: string, mode: Mode): string;
}

const TEXT_OF = { lepton: (name: string) => `CAST(${name} AS varchar)`, expected: (name: string) => `${name}::text` };
const plain = (name: string, postgres: string, value: string, type = 'VARCHAR'): KindColumn => ({
  name,
  postgres,
  value,
  described: () => ({ type }),
  ...TEXT_OF,
});

function decimal(column: { readonly name: string; readonly postgres: string; readonly value: string }, type: string, scaleIsKnown: boolean): KindColumn {
  const format = ({ schemas, decimals }: Mode) => (schemas ? {} : decimals === 'text' ? { dataFormat: 'text' } : scaleIsKnown ? { dataFormat: 'base64' } : {});
  return {
    ...column,
    described: (mode) => (mode.decimals === 'double' ? { type: 'DOUBLE' } : { type, ...format(mode) }),
    lepton: (name) => `CAST(CAST(${name} AS ${type}) AS varchar)`,
    expected: (name) => `${name}::numeric::${type.replace('DECIMAL', 'numeric')}::text`,
  };
}

/** Digits of what a number counts, and how it is told where no schema does. */
const UNITS = {
  milliseconds: { digits: 3, dataFormat: 'milliseconds-since-epoch' },
  microseconds: { digits: 6, dataFormat: 'microseconds-since-epoch' },
  nanoseconds: { digits: 9, dataFormat: 'nanoseconds-since-epoch' },
} as const;

function temporal(column: { readonly name: string; readonly postgres: string; readonly value: string }, type: 'TIME' | 'TIMESTAMP', digits: 3 | 6): KindColumn {
  const pattern = type === 'TIME' ? 'HH24:MI:SS.US' : 'YYYY-MM-DD HH24:MI:SS.US';
  const written = ({ times }: Mode) =>
    times === 'adaptive' ? (digits === 3 ? UNITS.milliseconds : UNITS.microseconds) : times === 'iso' ? undefined : UNITS[times];
  const isArray = column.postgres.endsWith('[]');
  const target = (precision: number): string => (isArray ? `ARRAY(${type}(${precision}))` : `${type}(${precision})`);
  const kept = (name: string, mode: Mode): string =>
    mode.times === 'milliseconds' ? `date_trunc('milliseconds', ${name}::${type === 'TIME' ? 'interval' : 'timestamp'})` : name;
  return {
    ...column,
    described: (mode) => {
      const unit = written(mode);
      return { type: target(unit?.digits ?? 6), ...(mode.schemas || unit === undefined ? {} : { dataFormat: unit.dataFormat }) };
    },
    lepton: (name) =>
      isArray ? `json_format(CAST(CAST(CAST(${name} AS ${target(6)}) AS array(varchar)) AS json))` : `CAST(CAST(${name} AS ${target(6)}) AS varchar)`,
    expected: (name, mode) =>
      isArray
        ? `CASE WHEN ${name} IS NOT NULL THEN to_json(ARRAY(SELECT to_char(${kept('e', mode)}, '${pattern}') FROM unnest(${name}) e))::text END`
        : `to_char(${kept(name, mode)}, '${pattern}')`,
  };
}

const JSON_OF = { lepton: (name: string) => `json_format(CAST(${name} AS json))`, expected: (name: string) => `to_json(${name})::text` };
const JSON_OF_TEXTS = {
  lepton: (name: string) => `json_format(CAST(CAST(${name} AS array(varchar)) AS json))`,
  expected: (name: string) => `to_json(${name}::text[])::text`,
};
/** A value that is kept out of line: its digest is compared. */
const far = (name: string, postgres: string, value: string, type: string, texts: Pick<KindColumn, 'lepton' | 'expected'> = TEXT_OF): KindColumn => ({
  name,
  postgres,
  value: `(SELECT ${value} FROM generate_series(1, 300) i)`,
  described: () => ({ type }),
  lepton: (column, mode) => `lower(to_hex(md5(to_utf8(${texts.lepton(column, mode)}))))`,
  expected: (column, mode) => `md5(${texts.expected(column, mode)})`,
});

const encoded = ({ bytes }: Mode) => (bytes === 'bytes' ? {} : { dataFormat: bytes });
const HEX_OF = { lepton: (name: string) => `lower(to_hex(${name}))`, expected: (name: string) => `encode(${name}, 'hex')` };
const UTC = `'YYYY-MM-DD HH24:MI:SS.US'`;
const SECONDS = (name: string): string => `rtrim(rtrim(extract(second FROM ${name})::text, '0'), '.')`;

export const KINDS: readonly KindColumn[] = [
  decimal({ name: 'any_number', postgres: 'numeric', value: '12345.678901' }, 'DECIMAL(38,6)', false),
  decimal({ name: 'price', postgres: 'numeric(10,2)', value: '-99999999.99' }, 'DECIMAL(10,2)', true),
  decimal({ name: 'cash', postgres: 'money', value: `'-12.34'` }, 'DECIMAL(19,2)', true),
  { ...plain('fixed', 'char(5)', `'ab'`, 'CHAR(5)'), expected: (name) => `rpad(${name}::text, 5)` },
  plain('markup', 'xml', `'<a/>'`),
  plain('text_json', 'json', `'{"a": 1.50}'`),
  plain('binary_json', 'jsonb', `'{"a":[1,2],"ä":"😀"}'`),
  { name: 'data', postgres: 'bytea', value: `'\\x00ff10fbffab'`, described: (mode) => ({ type: 'VARBINARY', ...encoded(mode) }), ...HEX_OF },
  { ...plain('one_bit', 'bit(1)', `B'1'`, 'BOOLEAN'), expected: (name) => `(${name} = B'1')::text` },
  {
    ...plain('bits', 'bit(12)', `B'101010101111'`, 'VARBINARY'),
    lepton: HEX_OF.lepton,
    expected: (name) => `substr(lpad(to_hex(${name}::integer), 4, '0'), 3) || substr(lpad(to_hex(${name}::integer), 4, '0'), 1, 2)`,
  },
  {
    ...plain('zoned_clock', 'timetz', `'12:34:56.789123+02'`, 'TIME(6) WITH TIME ZONE'),
    expected: (name) => `to_char((${name} AT TIME ZONE 'UTC')::time, 'HH24:MI:SS.US') || '+00:00'`,
  },
  temporal({ name: 'clock3', postgres: 'time(3)', value: `'12:34:56.789'` }, 'TIME', 3),
  temporal({ name: 'clock', postgres: 'time', value: `'12:34:56.789123'` }, 'TIME', 6),
  plain('day', 'date', `'1969-12-31'`, 'DATE'),
  temporal({ name: 'moment3', postgres: 'timestamp(3)', value: `'2020-02-29 12:34:56.789'` }, 'TIMESTAMP', 3),
  temporal({ name: 'moment', postgres: 'timestamp', value: `'1965-01-01 00:00:00.123456'` }, 'TIMESTAMP', 6),
  {
    ...plain('instant', 'timestamptz', `'2020-06-01 12:00:00.123456+02'`, 'TIMESTAMP(6) WITH TIME ZONE'),
    lepton: (name) => `CAST(CAST(${name} AT TIME ZONE 'UTC' AS timestamp(6)) AS varchar)`,
    expected: (name) => `to_char(${name} AT TIME ZONE 'UTC', ${UTC})`,
  },
  {
    name: 'span',
    postgres: 'interval',
    value: `'-3 days 04:05:06.789'`,
    described: ({ interval }) => ({ type: interval === 'numeric' ? 'BIGINT' : 'VARCHAR' }),
    lepton: TEXT_OF.lepton,
    expected: (name, { interval }) =>
      interval === 'numeric'
        ? `(extract(epoch FROM ${name}) * 1000000)::bigint::text`
        : `'P' || extract(year FROM ${name}) || 'Y' || extract(month FROM ${name}) || 'M' || extract(day FROM ${name}) || 'DT' || extract(hour FROM ${name}) || 'H' || extract(minute FROM ${name}) || 'M' || ${SECONDS(name)} || 'S'`,
  },
  plain('address', 'inet', `'10.0.0.1/8'`),
  plain('network', 'cidr', `'10.0.0.0/8'`),
  plain('hardware', 'macaddr', `'08:00:2b:01:02:03'`),
  plain('range', 'int4range', `'[1,5)'`),
  plain('days', 'daterange', `'[2020-01-01,2020-01-03)'`),
  plain('words_found', 'tsvector', `'a fat cat'`),
  plain('mood', 'mood', `'ok'`),
  plain('careless', 'citext', `'Ab'`),
  plain('tree', 'ltree', `'a.b'`),
  plain('token', 'uuid', `'123e4567-e89b-12d3-a456-426614174000'`, 'UUID'),
  plain('object', 'oid', '4000000000', 'BIGINT'),
  {
    ...plain('place', 'point', `'(1.5,-2)'`, 'ROW(x DOUBLE, y DOUBLE)'),
    lepton: (name) => `CAST(CAST(${name}.x AS decimal(9,2)) AS varchar) || ',' || CAST(CAST(${name}.y AS decimal(9,2)) AS varchar)`,
    expected: (name) => `${name}[0]::numeric(9,2)::text || ',' || ${name}[1]::numeric(9,2)::text`,
  },
  {
    name: 'pairs',
    postgres: 'hstore',
    value: `'a=>1, b=>NULL'`,
    described: ({ hstore }) => ({ type: hstore === 'map' ? 'MAP(VARCHAR, VARCHAR)' : 'VARCHAR' }),
    lepton: (name, { hstore }) => (hstore === 'map' ? `element_at(${name}, 'a')` : `json_extract_scalar(${name}, '$.a')`),
    expected: (name) => `${name} -> 'a'`,
  },
  { ...plain('numbers', 'integer[]', `'{1,NULL,3}'`, 'ARRAY(INTEGER)'), ...JSON_OF },
  { ...plain('long_numbers', 'bigint[]', `'{9223372036854775807}'`, 'ARRAY(BIGINT)'), ...JSON_OF },
  { ...plain('words', 'text[]', `'{a,"b c",NULL,""}'`, 'ARRAY(VARCHAR)'), ...JSON_OF },
  { ...plain('flags', 'boolean[]', `'{t,f}'`, 'ARRAY(BOOLEAN)'), ...JSON_OF },
  { ...plain('fractions', 'float8[]', `'{1.5}'`, 'ARRAY(DOUBLE)'), ...JSON_OF },
  { ...plain('dates', 'date[]', `'{2020-01-01}'`, 'ARRAY(DATE)'), ...JSON_OF_TEXTS },
  { ...plain('tokens', 'uuid[]', `'{123e4567-e89b-12d3-a456-426614174000}'`, 'ARRAY(UUID)'), ...JSON_OF_TEXTS },
  { ...plain('documents', 'jsonb[]', `ARRAY['{"a":1}'::jsonb]`, 'ARRAY(VARCHAR)'), ...JSON_OF_TEXTS },
  temporal({ name: 'moments', postgres: 'timestamp[]', value: `'{2020-01-01 00:00:00.5}'` }, 'TIMESTAMP', 6),
  far('far_text', 'text', `string_agg(md5(i::text), '')`, 'VARCHAR'),
  far('far_json', 'jsonb', 'to_jsonb(array_agg(md5(i::text)))', 'VARCHAR'),
  far('far_words', 'text[]', 'array_agg(md5(i::text))', 'ARRAY(VARCHAR)', JSON_OF),
  far('far_numbers', 'integer[]', 'array_agg(i)', 'ARRAY(INTEGER)', JSON_OF),
  far('far_tokens', 'uuid[]', 'array_agg(md5(i::text)::uuid)', 'ARRAY(UUID)', JSON_OF_TEXTS),
  {
    ...far('far_data', 'bytea', `string_agg(decode(md5(i::text), 'hex'), '')`, 'VARBINARY', HEX_OF),
    // Debezium writes NULL for bytes that an update left out, where it makes texts of bytes
    described: ({ bytes }) => (bytes === 'bytes' ? { type: 'VARBINARY' } : undefined),
  },
  {
    ...far('far_pairs', 'hstore', `hstore(array_agg('k' || i), array_agg(md5(i::text)))`, ''),
    described: ({ hstore }) => ({ type: hstore === 'map' ? 'MAP(VARCHAR, VARCHAR)' : 'VARCHAR' }),
    lepton: (name, { hstore }) => (hstore === 'map' ? `element_at(${name}, 'k300')` : `json_extract_scalar(${name}, '$.k300')`),
    expected: (name) => `${name} -> 'k300'`,
  },
];

const names = KINDS.map((c) => `"${c.name}"`).join(', ');
export const CREATE_KINDS: readonly string[] = [
  'CREATE EXTENSION hstore',
  'CREATE EXTENSION citext',
  'CREATE EXTENSION ltree',
  `CREATE TYPE mood AS ENUM ('sad', 'ok')`,
  `CREATE TABLE kinds (id integer PRIMARY KEY, small integer, ${KINDS.map((c) => `"${c.name}" ${c.postgres}`).join(', ')})`,
  `ALTER TABLE kinds ${KINDS.filter((c) => c.name.startsWith('far_'))
    .map((c) => `ALTER ${c.name} SET STORAGE EXTERNAL`)
    .join(', ')}`,
];
export const FULL_KINDS = (id: number): string => `INSERT INTO kinds (id, small, ${names}) VALUES (${id}, 1, ${KINDS.map((c) => c.value).join(', ')})`;
export const NULL_KINDS = (id: number): string => `INSERT INTO kinds (id) VALUES (${id})`;

/** The description of the table, as a connector in this mode writes it. */
export function describeKinds(mode: Mode): object {
  const fields = KINDS.flatMap((column) => {
    const described = column.described(mode);
    return described === undefined ? [] : [{ name: column.name, mapping: column.name, ...described }];
  });
  const id = { name: 'id', mapping: 'id', type: 'INTEGER' };
  const small = { name: 'small', mapping: 'small', type: 'INTEGER' };
  const flattened = mode.flattened !== undefined;
  return {
    tableName: mode.name,
    schemaName: 'kinds',
    topicName: `${mode.name}.public.kinds`,
    upsert: {
      key: ['id'],
      envelope: flattened ? 'flattened' : 'debezium',
      ...(mode.flattened === 'rewrite-with-tombstone' ? { orderBy: '__lsn' } : {}),
      ...(mode.unavailableValue === undefined ? {} : { unavailableValue: mode.unavailableValue }),
    },
    ...(flattened ? { key: { dataFormat: 'json', fields: [id] } } : {}),
    message: { dataFormat: 'json', fields: [...(flattened ? [] : [id]), small, ...fields] },
  };
}

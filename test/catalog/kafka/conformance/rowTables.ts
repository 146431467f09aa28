import { avroContainer } from '../oracle/avroCases.ts';
import type { TestMessage } from '../kafkaTopics.ts';
import type { FieldGroup, Question, World, WorldTable } from './world.ts';

const T0 = 1_704_067_200_000;
const hex = (text: string): Buffer => Buffer.from(text.replaceAll(' ', ''), 'hex');
const JSON_FIELDS = [
  { name: 'id', mapping: 'id', type: 'BIGINT' },
  { name: 'name', mapping: 'name', type: 'VARCHAR' },
];
const group = (dataFormat: string, ...fields: object[]): FieldGroup => ({ dataFormat, fields });

/** Keys, values, headers and times of every kind, in one partition. */
const MESSAGES: readonly TestMessage[] = [
  { key: '{"k":1}', value: '{"id":1,"name":"one"}', timestamp: 0 },
  { key: '{"k":2,"n":"two"}', value: '{"id":2}', timestamp: T0 + 1, headers: [['h', 'v']] },
  { value: '{"id":3,"name":null}', timestamp: T0 + 2 },
  { key: '', value: '', timestamp: T0 + 3 },
  { key: '{"k":5}', timestamp: T0 + 4 },
  { timestamp: T0 + 5 },
  { key: 'no json', value: '{"id":7,"name":"seven"}', timestamp: T0 + 6 },
  { key: '{"k":8}', value: 'no json', timestamp: T0 + 7 },
  { key: '[]', value: '[]', timestamp: T0 + 8 },
  { key: hex('ff00'), value: hex('7b226e616d65223a22c3227d'), timestamp: T0 + 9 },
  {
    key: '{"k":11}',
    value: '{"id":11,"name":"h"}',
    timestamp: T0 + 10,
    headers: [
      ['a', '1'],
      ['b', ''],
      ['a', '2'],
      ['', 'x'],
      ['ä', 'ÿ'],
    ],
  },
  { key: '{"k":12}', value: '{"id":12,"id":13,"name":"twice"}', timestamp: T0 + 11 },
  { key: '{"k":13}', value: ' {"id":"14","name":15} ', timestamp: T0 + 12 },
  { key: '{"k":14}', value: '{"id":16,"name":"日本語😀"}', timestamp: T0 + 13 },
  { key: '{"k":15}', value: '{"id":17}', timestamp: T0 + 3_600_000 },
];

const KEY_FIELDS = [
  { name: 'k', mapping: 'k', type: 'BIGINT' },
  { name: 'kn', mapping: 'n', type: 'VARCHAR' },
];
const BOTH: WorldTable = { name: 'both', topic: 'rows', key: group('json', ...KEY_FIELDS), message: group('json', ...JSON_FIELDS) };
const INTERNAL = '_partition_id, _partition_offset, _timestamp, _key_corrupt, _key, _key_length, _message_corrupt, _message, _message_length, _headers';

const BOTH_QUESTIONS = [
  'SELECT * FROM both WHERE _partition_offset < 13',
  `SELECT ${INTERNAL} FROM both`,
  `SELECT k, id, ${INTERNAL} FROM both`,
  'SELECT count(*) FROM both',
  'SELECT count(*), count(k), count(id), count(name) FROM both',
  'SELECT _partition_offset FROM both WHERE k IS NULL',
  'SELECT _partition_offset, k FROM both WHERE _key_corrupt',
  'SELECT _partition_offset, id FROM both WHERE _message_corrupt',
  'SELECT _partition_offset FROM both WHERE NOT _message_corrupt AND NOT _key_corrupt',
  'SELECT _message_corrupt, count(*) FROM both GROUP BY 1',
  'SELECT _key_corrupt, count(*) FROM both GROUP BY 1',
  'SELECT id FROM both WHERE _partition_offset = 0',
  'SELECT id FROM both WHERE _partition_offset IN (0, 1, 10)',
  'SELECT id FROM both WHERE _partition_offset > 9 AND _partition_offset <= 12',
  'SELECT id FROM both WHERE _partition_offset < 0 OR _partition_offset > 100',
  'SELECT id FROM both WHERE _partition_id = 0 AND _partition_offset <> 3',
  'SELECT id FROM both WHERE _partition_id = 1',
  "SELECT _partition_offset FROM both WHERE _timestamp >= TIMESTAMP '2024-01-01 00:00:00.004'",
  "SELECT _partition_offset FROM both WHERE _timestamp = TIMESTAMP '2024-01-01 00:00:00.004'",
  "SELECT _partition_offset FROM both WHERE _timestamp BETWEEN TIMESTAMP '2024-01-01 00:00:00.002' AND TIMESTAMP '2024-01-01 00:00:00.005'",
  "SELECT _partition_offset FROM both WHERE _timestamp < TIMESTAMP '2024-01-01 00:00:00'",
  "SELECT _partition_offset FROM both WHERE _key = 'no json'",
  "SELECT _partition_offset FROM both WHERE _message = '[]' OR _message_length = 0",
  'SELECT _partition_offset, cardinality(_headers) FROM both',
  "SELECT _partition_offset, _headers['a'] FROM both WHERE cardinality(_headers) > 1",
  "SELECT element_at(_headers, 'h') FROM both",
  "SELECT id FROM both WHERE name = 'one'",
  'SELECT id, name FROM both WHERE id > 10 OR id IS NULL',
  'SELECT max(_timestamp), min(_partition_offset), max(_partition_offset) FROM both',
  'SELECT length(_message), _message_length, length(_key), _key_length FROM both',
  'SELECT id FROM both ORDER BY _partition_offset DESC LIMIT 3',
  'SELECT "$path" FROM both',
  'SELECT no_such_column FROM both',
  'DESCRIBE both',
  'SHOW COLUMNS FROM both',
  'SHOW CREATE TABLE both',
  'SELECT * FROM both WHERE _partition_offset = 1',
  'SELECT upper(_key), lower(_message), reverse(_key), substr(_message, 2, 5) FROM both',
  "SELECT _partition_offset, split(_key, '\"'), replace(_message, 'n', 'm'), _key LIKE '_k%', _message || _key FROM both",
  'SELECT to_utf8(_key), to_utf8(_message), length(_key), length(_message) FROM both',
  'SELECT _key, _message, count(*) FROM both GROUP BY 1, 2',
  'SELECT min(_key), max(_message), count(DISTINCT _key) FROM both',
];

const TABLES: readonly WorldTable[] = [
  BOTH,
  { name: 'only_key', topic: 'rows', key: group('json', ...KEY_FIELDS) },
  { name: 'only_message', topic: 'rows', message: group('json', ...JSON_FIELDS) },
  { name: 'no_fields', topic: 'rows', message: group('json') },
  { name: 'neither', topic: 'rows' },
  { name: 'raw_both', topic: 'rows', key: group('raw', { name: 'k', type: 'VARCHAR' }), message: group('raw', { name: 'm', type: 'VARCHAR' }) },
  { name: 'raw_first', topic: 'rows', key: group('raw', { name: 'k', type: 'TINYINT', dataFormat: 'BYTE', mapping: '0' }) },
  {
    name: 'csv_both',
    topic: 'rows',
    key: group('csv', { name: 'k', type: 'VARCHAR', mapping: '0' }),
    message: group('csv', { name: 'm', type: 'VARCHAR', mapping: '1' }),
  },
  {
    name: 'dummy_both',
    topic: 'rows',
    key: group('dummy', { name: 'k', type: 'VARCHAR' }),
    message: group('dummy', { name: 'm', type: 'BIGINT', mapping: 'x' }),
  },
  {
    name: 'hidden_fields',
    topic: 'rows',
    key: group('json', { ...KEY_FIELDS[0], hidden: true }),
    message: group(
      'json',
      { ...JSON_FIELDS[0], hidden: true, comment: 'number' },
      { ...JSON_FIELDS[1], comment: 'text' },
      { name: 'again', mapping: 'name', type: 'VARCHAR(2)' },
    ),
  },
  {
    name: 'same_mapping',
    topic: 'rows',
    message: group('json', ...['BIGINT', 'VARCHAR', 'INTEGER', 'DECIMAL(10,2)'].map((type, i) => ({ name: `c${i}`, mapping: 'id', type }))),
  },
  { name: 'same_name', topic: 'rows', key: group('json', { name: 'id', mapping: 'k', type: 'BIGINT' }), message: group('json', ...JSON_FIELDS) },
  {
    name: 'upper_name',
    topic: 'rows',
    message: group('json', { name: 'ID', mapping: 'id', type: 'bigint' }, { name: 'Na Me', mapping: 'name', type: 'varchar' }),
  },
  { name: 'no_format', topic: 'rows', message: group('nonsense', ...JSON_FIELDS) },
  { name: 'upper_format', topic: 'rows', message: group('JSON', ...JSON_FIELDS) },
  { name: 'avro_without_schema', topic: 'rows', message: group('avro', ...JSON_FIELDS) },
  { name: 'avro_lost_schema', topic: 'rows', message: { ...group('avro', ...JSON_FIELDS), dataSchema: '/no/such/file.avsc' } },
  { name: 'avro_bad_schema', topic: 'rows', message: { ...group('avro', ...JSON_FIELDS), dataSchema: '@schemas@/bad.avsc' } },
  { name: 'protobuf_without_schema', topic: 'rows', message: group('protobuf', ...JSON_FIELDS) },
  { name: 'protobuf_lost_schema', topic: 'rows', message: { ...group('protobuf', ...JSON_FIELDS), dataSchema: '/no/such/file.proto' } },
  {
    name: 'avro_rows',
    topic: 'avro_rows',
    key: { ...group('avro', ...JSON_FIELDS), dataSchema: '@schemas@/pair.avsc' },
    message: {
      ...group('avro', { name: 'vid', mapping: 'id', type: 'BIGINT' }, { name: 'vname', mapping: 'name', type: 'VARCHAR' }),
      dataSchema: '@schemas@/pair.avsc',
    },
  },
  {
    name: 'protobuf_rows',
    topic: 'protobuf_rows',
    key: { ...group('protobuf', { name: 'id', mapping: 'id', type: 'BIGINT' }), dataSchema: '@schemas@/pair.proto' },
    message: {
      ...group('protobuf', { name: 'vid', mapping: 'id', type: 'BIGINT' }, { name: 'vname', mapping: 'name', type: 'VARCHAR' }),
      dataSchema: '@schemas@/pair.proto',
    },
  },
  { name: 'spread', topic: 'spread', message: group('json', ...JSON_FIELDS) },
  { name: 'empty_topic', topic: 'empty_topic', message: group('json', ...JSON_FIELDS) },
];

const PAIR = '{"type":"record","name":"pair","fields":[{"name":"id","type":"long"},{"name":"name","type":["null","string"],"default":null}]}';
const pair = (...ids: readonly bigint[]): Buffer =>
  avroContainer(
    JSON.parse(PAIR),
    ids.map((id) => ({ id, name: id % 2n === 0n ? null : `n${id}` })),
  );

const AVRO_MESSAGES: readonly TestMessage[] = [
  { key: pair(1n), value: pair(2n) },
  { key: pair(3n) },
  { value: pair(4n) },
  { key: '', value: '' },
  { key: 'x', value: pair(5n) },
  { key: pair(6n), value: 'Obj\u0001' },
  { key: pair(7n), value: pair(7n).subarray(0, 40) },
  { key: pair(8n), value: pair(9n).subarray(0, -18) },
  { key: pair(10n), value: pair(11n, 12n) },
  { key: pair(13n), value: pair() },
  { key: pair(14n), value: Buffer.concat([pair(15n).subarray(0, -1), hex('00')]) },
];

const PROTO = 'syntax = "proto3"; message schema { int64 id = 1; string name = 2; }';
const PROTOBUF_MESSAGES: readonly TestMessage[] = [
  { key: hex('0801'), value: hex('0802 1203616263') },
  { key: hex('0803') },
  { value: hex('0804') },
  { key: '', value: '' },
  { key: hex('08'), value: hex('0805') },
  { key: hex('0806'), value: hex('08') },
  { key: hex('0807'), value: hex('1203616263') },
];

/** Tables whose rows are judged whole: both parts of a message, the internal columns, predicates, and descriptions that are wrong. */
export function rowTables(): Partial<World> {
  const questions: Question[] = [
    ...BOTH_QUESTIONS.flatMap((sql) => (['files', 'shown'] as const).map((catalog) => ({ catalog, sql }))),
    ...TABLES.slice(1).flatMap(({ name }) => [
      ...[`SELECT * FROM ${name}`, `DESCRIBE ${name}`, `SELECT count(*) FROM ${name}`].map((sql) => ({ catalog: 'files' as const, sql })),
      { catalog: 'shown' as const, sql: `SELECT * FROM ${name}` },
    ]),
    ...['avro_rows', 'protobuf_rows'].flatMap((name) =>
      [...AVRO_MESSAGES.keys()].flatMap((at) =>
        ['*', '_key_corrupt, _message_corrupt', 'id', 'vid, _message_corrupt', '_message_length'].map((what) => ({
          catalog: 'files' as const,
          sql: `SELECT ${what} FROM ${name} WHERE _partition_offset = ${at}`,
        })),
      ),
    ),
    ...[
      'SELECT upper(_key), substr(_message, 1, 25) FROM avro_rows',
      'SELECT to_utf8(_key), to_utf8(_message) FROM avro_rows',
      'SELECT _partition_offset, length(_message), _message FROM avro_rows ORDER BY _message DESC',
      'SELECT k FROM raw_first WHERE _partition_offset = 0 OR _partition_offset = 1',
      'SELECT k FROM raw_first WHERE _partition_offset IN (0, 4)',
      'SELECT id, k, again FROM hidden_fields WHERE _partition_offset < 9',
      'SELECT c1 FROM same_mapping WHERE _partition_offset < 9',
      'SELECT _partition_id, _partition_offset, id FROM spread',
      'SELECT _partition_id, count(*), min(_partition_offset), max(_partition_offset) FROM spread GROUP BY 1',
      'SELECT id FROM spread WHERE _partition_id IN (0, 2) AND _partition_offset = 0',
      "SELECT id FROM spread WHERE _timestamp > TIMESTAMP '2024-01-01 00:00:00.002'",
      'SELECT k, _message FROM only_key WHERE _key_corrupt',
      'SELECT _message_corrupt, _key_corrupt FROM only_key',
      'SELECT _message_corrupt, _key_corrupt FROM neither',
      'SELECT _message_corrupt, _key_corrupt FROM raw_both',
      'SELECT _message_corrupt, _key_corrupt FROM csv_both',
      'SELECT _message_corrupt, _key_corrupt FROM no_fields',
      'SELECT k, _partition_offset FROM raw_first WHERE _partition_offset IN (0, 1)',
      'SELECT k, _key_corrupt FROM raw_first WHERE _partition_offset = 2',
      'SELECT k, _key_corrupt FROM raw_first WHERE _partition_offset = 3',
      'SELECT 1 FROM no_such_table',
      "SHOW TABLES LIKE '%both'",
      "SELECT table_name, column_name, data_type, is_nullable FROM information_schema.columns WHERE table_name IN ('both', 'neither', 'hidden_fields')",
    ].map((sql) => ({ catalog: 'files' as const, sql })),
  ];
  return {
    topics: [
      { name: 'rows', messages: MESSAGES },
      { name: 'avro_rows', messages: AVRO_MESSAGES.map((m) => ({ ...m, timestamp: T0 })) },
      { name: 'protobuf_rows', messages: PROTOBUF_MESSAGES.map((m) => ({ ...m, timestamp: T0 })) },
      { name: 'spread', partitions: 3, messages: Array.from({ length: 9 }, (_, i) => ({ partition: i % 3, value: `{"id":${i}}`, timestamp: T0 + i })) },
      { name: 'empty_topic', messages: [] },
    ],
    tables: TABLES,
    schemas: new Map([
      ['pair.avsc', PAIR],
      ['pair.proto', PROTO],
      ['bad.avsc', '{"type":"record"}'],
    ]),
    questions,
  };
}

import type { TestMessage } from '../kafkaTopics.ts';

/** What a scan reads, and which values of it, is asked of one topic: times out of order, tombstones, broken messages, fields of several kinds. */
export const PUSHDOWN_TOPIC = 'pushdown';
const T0 = Date.UTC(2024, 0, 1);
const COUNT = 600;

export const PUSHDOWN_DESCRIPTION = {
  tableName: PUSHDOWN_TOPIC,
  schemaName: 'default',
  topicName: PUSHDOWN_TOPIC,
  key: { dataFormat: 'raw', fields: [{ name: 'kk', type: 'VARCHAR' }] },
  message: {
    dataFormat: 'json',
    fields: [
      { name: 'id', mapping: 'id', type: 'BIGINT' },
      { name: 'kind', mapping: 'kind', type: 'VARCHAR' },
      { name: 'value', mapping: 'value', type: 'BIGINT' },
      { name: 'price', mapping: 'price', type: 'DOUBLE' },
    ],
  },
};

export const pushdownMessages = (): TestMessage[] => Array.from({ length: COUNT }, (_, i) => ({ ...content(i), partition: i % 3, timestamp: timestampOf(i) }));

const timestampOf = (i: number): number => T0 + i * 1000 + (i % 11 === 0 ? 90_500 : 0) - (i % 17 === 0 ? 77_250 : 0);

/** The value of kind b is no number. */
function content(i: number): TestMessage {
  const key = i % 4 === 0 ? {} : { key: `k${i % 10}` };
  if (i % 40 === 3) return key;
  if (i % 50 === 7) return { ...key, value: `{"id": ${i}, ` };
  const kind = ['a', 'b', 'c', undefined][i % 4];
  return { ...key, value: JSON.stringify({ id: i, kind, value: kind === 'b' ? 'n/a' : i * 2, price: i / 4 }) };
}

const CLEAN = 'SELECT _partition_id, _partition_offset, id FROM t WHERE';
const moment = (seconds: number): string => `TIMESTAMP '${new Date(T0 + seconds * 1000).toISOString().replace('T', ' ').slice(0, -1)}'`;

/** `t` stands for the topic's table. */
export const PUSHDOWN_STATEMENTS: readonly string[] = [
  ...[
    '_partition_id = 1',
    '_partition_id <> 1',
    '_partition_id IN (0, 2, 0)',
    '_partition_id NOT IN (0, 2)',
    '_partition_id > 0 AND _partition_id < 2',
    '_partition_id = 1 OR _partition_id = 2',
    '_partition_id = 7',
    '_partition_id IS NULL',
    '_partition_offset = 5',
    '_partition_offset IN (5, 17, 100000)',
    '_partition_offset NOT IN (5, 17) AND _partition_offset < 20',
    '_partition_offset BETWEEN 12 AND 10',
    '_partition_offset < 3 OR _partition_offset > 196',
    '_partition_offset IN (3, 4) OR _partition_offset BETWEEN 190 AND 192',
    '_partition_offset > 9223372036854775807',
    '_partition_offset > 9223372036854775808',
    '_partition_offset < -9223372036854775808',
    '_partition_offset < 1e30 AND _partition_offset > 195',
    '_partition_offset > 195.5',
    "_partition_offset < DECIMAL '3.5'",
    '_partition_offset IS DISTINCT FROM 5 AND _partition_offset < 8',
    '(_partition_id = 0 AND _partition_offset > 195) OR (_partition_id = 1 AND _partition_offset > 190)',
    '(_partition_id = 0 AND _partition_offset < 5) OR (_partition_id = 0 AND _partition_offset > 190)',
    '_partition_id = 0 AND (_partition_offset = 3 OR _partition_offset BETWEEN 7 AND 9)',
    '(_partition_offset < 5 OR kk IS NULL) AND _partition_offset < 10',
    '_partition_offset < 5 OR NULL',
    "CAST(_partition_offset AS varchar) = '5'",
    '_partition_offset = _partition_id',
    '_partition_offset = id',
    `_timestamp > ${moment(300)}`,
    `_timestamp <= ${moment(40)}`,
    `_timestamp BETWEEN ${moment(100)} AND ${moment(120)}`,
    `_timestamp < ${moment(10)} OR _timestamp > ${moment(620)}`,
    `(_timestamp < ${moment(10)} AND _partition_id = 0) OR _timestamp = ${moment(100)}`,
    `NOT (_timestamp BETWEEN ${moment(20)} AND ${moment(580)})`,
    `_timestamp IN (${moment(100)}, ${moment(200)}, ${moment(1e9)})`,
    `_timestamp = ${moment(100).slice(0, -1)}123456'`,
    `_timestamp > ${moment(300).slice(0, -1)} Europe/Berlin'`,
    `_timestamp < ${moment(300).slice(0, -1)} UTC' AND _timestamp > ${moment(280)}`,
    `CAST(_timestamp AS date) = DATE '2023-12-31'`,
    `date_trunc('minute', _timestamp) = ${moment(60)}`,
    `_timestamp > ${moment(300)} AND _partition_id = 1 AND _partition_offset < 150`,
  ].map((predicate) => `${CLEAN} ${predicate}`),
  ...[
    "SELECT value FROM t WHERE kind = 'a'",
    "SELECT sum(value), count(*) FROM t WHERE kind <> 'b'",
    "SELECT value FROM t WHERE kind = 'b'",
    'SELECT value FROM t',
    'SELECT value FROM t WHERE id < 3',
    'SELECT value FROM t WHERE _partition_offset = 1 AND _partition_id = 1',
    'SELECT id FROM t WHERE value > 1190',
    "SELECT id FROM t WHERE kind = 'a' AND value > 1100",
    "SELECT id FROM t WHERE kind <> 'b' OR value > 3",
    "SELECT id FROM t WHERE kind = 'b' OR value > 1190",
    "SELECT id FROM t WHERE price > 140 AND (kind = 'c' OR kind = 'a' AND value > 1100)",
    "SELECT CASE WHEN kind = 'b' THEN 0 ELSE value END FROM t",
    "SELECT id, IF(kind = 'a', value), coalesce(id, value) FROM t",
    'SELECT coalesce(kind, CAST(value AS varchar)) FROM t WHERE _partition_offset < 100',
    'SELECT TRY(value) FROM t',
    'SELECT value + 1 FROM t',
    'SELECT value IS NULL FROM t',
    "SELECT value, count(*) FROM t WHERE kind = 'a' GROUP BY value HAVING count(*) > 1",
    "SELECT row_number() OVER (ORDER BY value) FROM t WHERE kind = 'c'",
    "SELECT transform(ARRAY[1, 2], x -> x + value) FROM t WHERE kind = 'c'",
    "SELECT a.value FROM t a JOIN t b ON a.id = b.id + 4 WHERE a.kind = 'a' AND b.kind = 'a'",
    "SELECT value FROM t WHERE kind = 'a' UNION SELECT id FROM t WHERE kind = 'c' AND value < 5",
    "SELECT a.value FROM (SELECT id, value FROM t WHERE kind = 'c') a WHERE a.value > 1000",
    "SELECT (SELECT max(b.value) FROM t b WHERE b.kind = 'a' AND b.id < 50)",
    "SELECT id FROM t WHERE kind = 'a' AND value IN (SELECT value FROM t WHERE kind = 'c')",
    "SELECT * FROM (SELECT kind, value FROM t LIMIT 100000) WHERE kind = 'a'",
    "SELECT count(value), count(_key), count(kk), count(*) FROM t WHERE NOT _message_corrupt AND kind = 'c'",
    'SELECT max(_partition_offset), min(_partition_offset) FROM t',
    "SELECT value FROM t WHERE kind = 'c' ORDER BY value DESC LIMIT 3",
  ],
];

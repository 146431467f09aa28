import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type KafkaRig, startKafka } from '../../rig/kafka.ts';
import { begin, drain, type KafkaCatalog, kafkaCatalog, tableOf } from './kafkaCatalog.ts';
import { KafkaTopics } from './kafkaTopics.ts';

const dir = mkdtempSync(path.join(os.tmpdir(), 'lepton-changes-'));
let rig: KafkaRig;
let topics: KafkaTopics;

beforeAll(async () => {
  rig = await startKafka({ dataDir: dir });
  topics = new KafkaTopics(rig.nodes);
}, 180_000);

afterAll(async () => {
  await topics.close();
  await rig.stop();
  rmSync(dir, { recursive: true, force: true });
});

const FIELDS = [
  { name: 'id', type: 'BIGINT', mapping: 'id' },
  { name: 'name', type: 'VARCHAR', mapping: 'name' },
];
const debezium = (topic: string) => ({
  tableName: topic,
  topicName: topic,
  upsert: { key: ['id'], envelope: 'debezium' },
  message: { dataFormat: 'json', fields: FIELDS },
});

interface Row {
  readonly id: number;
  readonly name?: string;
}
const change = (op: string, before: Row | null, after: Row | null) => ({ before, after, op, ts_ms: 1 });
/** Insert, update, delete, and a new primary key, as Debezium tells it: a deletion and an insertion. */
const CHANGES = [
  [1, change('r', null, { id: 1, name: 'one' })],
  [2, change('c', null, { id: 2, name: 'two' })],
  [3, change('c', null, { id: 3, name: 'three' })],
  [2, change('u', { id: 2 }, { id: 2, name: 'zwei' })],
  [3, change('d', { id: 3, name: 'three' }, null)],
  [3, undefined],
  [1, change('d', { id: 1 }, null)],
  [1, undefined],
  [9, change('c', null, { id: 9, name: 'one' })],
] as const;

async function catalog(topic: string, description: object): Promise<KafkaCatalog> {
  return kafkaCatalog({ 'kafka.nodes': rig.nodes, 'kafka.table-names': topic }, { 't.json': description });
}

async function rowsOf({ connector }: KafkaCatalog, table: string, columns: readonly string[]): Promise<unknown[][]> {
  const transaction = begin(connector);
  return (await drain(transaction, await tableOf(transaction, table), columns)).rows;
}

const byFirst = (rows: unknown[][]): unknown[][] => rows.toSorted((a, b) => Number(a[0]) - Number(b[0]));

const byOffset = (rows: unknown[][]): unknown[][] => rows.toSorted((a, b) => Number(a[1]) - Number(b[1]));

describe('a topic of changes', () => {
  test.each([
    ['without a schema part', (envelope: object) => envelope],
    ['with a schema part', (envelope: object) => ({ schema: { type: 'struct', fields: [] }, payload: envelope })],
  ])('Debezium JSON %s: what is there now, and how it came about', async (title, wrap) => {
    const topic = `dbz_${title.length}`;
    await topics.create(topic, 3);
    await topics.produce(
      topic,
      CHANGES.map(([id, envelope]) => ({
        partition: id % 3,
        key: JSON.stringify({ id }),
        ...(envelope === undefined ? {} : { value: JSON.stringify(wrap(envelope)) }),
      })),
    );
    const made = await catalog(topic, debezium(topic));
    const current = await tableOf(begin(made.connector), `${topic}$current`);
    expect(current.columns.map((c) => c.name)).toEqual(['id', 'name']);
    expect(byFirst(await rowsOf(made, `${topic}$current`, ['id', 'name']))).toEqual([
      [2n, 'zwei'],
      [9n, 'one'],
    ]);
    expect(await rowsOf(made, `${topic}$current`, [])).toHaveLength(2);
    const history = await rowsOf(made, `${topic}$changes`, ['id', '_operation', 'name', '_partition_id', '_partition_offset']);
    expect(history.filter((r) => r[0] === 3n)).toEqual([
      [3n, 'insert', 'three', 0n, 0n],
      [3n, 'delete', 'three', 0n, 1n],
    ]);
    expect(history.filter((r) => r[0] === 1n).map((r) => r[1])).toEqual(['snapshot', 'delete']);
    expect(history).toHaveLength(7);
    await made.connector.close();
  });

  test('what is no change of a row fails with its place', async () => {
    await topics.create('odd');
    await topics.produce('odd', [{ value: JSON.stringify(change('c', null, { id: 1 })) }, { value: '{"op":"m"}' }]);
    const made = await catalog('odd', debezium('odd'));
    await expect(rowsOf(made, 'odd$current', ['id'])).rejects.toMatchObject({
      errorName: 'NOT_SUPPORTED',
      message: "The message of topic 'odd' at partition 0, offset 1 is not a change of one row",
    });
    await expect(tableOf(begin(made.connector), 'odd$other')).rejects.toThrow();
    await made.connector.close();
  });

  test('values as Debezium writes them: by the schema beside the payload, or by what the description says', async () => {
    const columns = [
      { name: 'id', type: 'BIGINT', connect: { type: 'int64' }, value: 1 },
      {
        name: 'price',
        type: 'DECIMAL(10,2)',
        connect: { type: 'bytes', name: 'org.apache.kafka.connect.data.Decimal', parameters: { scale: '1' } },
        value: 'AP8=',
      },
      { name: 'any', type: 'DECIMAL(38,21)', connect: { type: 'struct', fields: [] }, value: { scale: 21, value: 'Qu0SOwvYIDoU' } },
      { name: 'day', type: 'DATE', connect: { type: 'int32', name: 'io.debezium.time.Date' }, value: 18321 },
      { name: 'clock', type: 'TIME(6)', connect: { type: 'int64', name: 'io.debezium.time.MicroTime' }, value: 45296123456 },
      { name: 'moment', type: 'TIMESTAMP(6)', connect: { type: 'int64', name: 'io.debezium.time.MicroTimestamp' }, value: 1577836800123456 },
      { name: 'instant', type: 'TIMESTAMP(6) WITH TIME ZONE', connect: { type: 'string' }, value: '2019-12-31T22:00:00.123456Z' },
      { name: 'data', type: 'VARBINARY', connect: { type: 'bytes' }, value: 'AP8=' },
      {
        name: 'prices',
        type: 'ARRAY(DECIMAL(4,1))',
        connect: { type: 'array', items: { name: 'org.apache.kafka.connect.data.Decimal', parameters: { scale: 1 } } },
        value: ['AP8=', null],
      },
    ];
    const after = Object.fromEntries(columns.map((c) => [c.name, c.value]));
    const schema = { type: 'struct', fields: [{ field: 'after', type: 'struct', fields: columns.map((c) => ({ ...c.connect, field: c.name })) }] };
    const names = columns.map((c) => c.name);
    const told = [
      1n,
      2550n,
      1234567890123456789012n,
      18321,
      45296123456000000n,
      1577836800123456n,
      { epochMicros: 1577829600123456n, picosOfMicro: 0, zone: 'UTC' },
      { hex: '00ff' },
      [255n, null],
    ];
    await topics.create('told');
    await topics.produce('told', [{ value: JSON.stringify({ schema, payload: { op: 'c', before: null, after } }) }]);
    const fields = columns.map(({ name, type }) => ({ name, type, mapping: name }));
    const made = await catalog('told', { ...debezium('told'), message: { dataFormat: 'json', fields } });
    expect(await rowsOf(made, 'told$current', names)).toEqual([told]);
    await made.connector.close();

    await topics.create('untold');
    await topics.produce('untold', [{ value: JSON.stringify({ op: 'c', before: null, after }) }]);
    const silent = await catalog('untold', { ...debezium('untold'), message: { dataFormat: 'json', fields } });
    expect(await rowsOf(silent, 'untold$current', ['id', 'any', 'day', 'instant', 'data'])).toEqual([[1n, told[2], 18321, told[6], told[7]]]);
    await expect(rowsOf(silent, 'untold$current', ['price'])).rejects.toThrow(`the messages do not tell of column 'price' how its decimals are written`);
    await expect(rowsOf(silent, 'untold$current', ['moment'])).rejects.toThrow(`the messages do not tell of column 'moment' the unit of its times`);
    await silent.connector.close();
    const formats: Readonly<Record<string, string>> = { price: 'base64', clock: 'microseconds-since-epoch', moment: 'nanoseconds-since-epoch' };
    const spelled = fields.map((f) => ({ ...f, ...(formats[f.name] === undefined ? {} : { dataFormat: formats[f.name] }) }));
    const declared = await catalog('untold', { ...debezium('untold'), message: { dataFormat: 'json', fields: spelled } });
    expect(await rowsOf(declared, 'untold$current', ['price', 'clock'])).toEqual([[255n, told[4]]]);
    await expect(rowsOf(declared, 'untold$current', ['moment'])).rejects.toMatchObject({
      errorName: 'DECODER_CONVERSION_NOT_SUPPORTED',
      message: `could not parse value '1577836800123456' as 'timestamp(6)' for column 'moment'`,
    });
    await declared.connector.close();
  });

  const LONG = 'x'.repeat(3000);
  const UNCHANGED = '__debezium_unavailable_value';
  test('a value that an update left out is that of the row before; where there is none the query fails', async () => {
    await topics.create('toast');
    await topics.produce('toast', [
      { value: JSON.stringify(change('c', null, { id: 1, name: LONG })) },
      { value: JSON.stringify(change('u', null, { id: 1, name: UNCHANGED })) },
      { value: JSON.stringify(change('d', { id: 2 }, null)) },
    ]);
    const made = await catalog('toast', debezium('toast'));
    expect(await rowsOf(made, 'toast$current', ['id', 'name'])).toEqual([[1n, LONG]]);
    expect((await rowsOf(made, 'toast$changes', ['name', '_operation']))[1]).toEqual([LONG, 'update']);
    await topics.produce('toast', [{ value: JSON.stringify(change('u', null, { id: 2, name: UNCHANGED })) }]);
    for (const table of ['toast$current', 'toast$changes']) {
      const again = await catalog('toast', debezium('toast'));
      await expect(rowsOf(again, table, ['id', 'name'])).rejects.toMatchObject({
        errorName: 'NOT_SUPPORTED',
        message: expect.stringMatching(/leaves out a value/),
      });
      await again.connector.close();
    }
    const lenient = await catalog('toast', { ...debezium('toast'), decodeError: 'null' });
    expect(await rowsOf(lenient, 'toast$current', ['id', 'name'])).toEqual([
      [1n, LONG],
      [2n, null],
    ]);
    await lenient.connector.close();
    await made.connector.close();
  });

  test('ordered by the source: across partitions, with TRUNCATE and what updates left out', async () => {
    await topics.create('lsn', 2);
    const at = (lsn: number, partition: number, ...[op, before, after]: Parameters<typeof change>) => ({
      partition,
      value: JSON.stringify({ ...change(op, before, after), source: { lsn } }),
    });
    await topics.produce('lsn', [
      at(10, 1, 'c', null, { id: 1, name: 'gone' }),
      at(20, 0, 't', null, null),
      at(33, 0, 'u', null, { id: 2, name: UNCHANGED }),
      at(31, 1, 'c', null, { id: 2, name: LONG }),
      at(32, 1, 'u', null, { id: 2, name: `${LONG}!` }),
      at(42, 0, 'd', { id: 3 }, null),
      at(41, 1, 'c', null, { id: 3, name: 'late' }),
    ]);
    const ordered = await catalog('lsn', { ...debezium('lsn'), upsert: { key: ['id'], envelope: 'debezium', orderBy: 'source.lsn' } });
    expect(await rowsOf(ordered, 'lsn$current', ['id', 'name'])).toEqual([[2n, `${LONG}!`]]);
    const operations = (await rowsOf(ordered, 'lsn$changes', ['id', '_operation'])).filter((r) => r[0] === null);
    expect(operations).toEqual([[null, 'truncate']]);
    await ordered.connector.close();
    const unordered = await catalog('lsn', debezium('lsn'));
    await expect(rowsOf(unordered, 'lsn$current', ['id'])).rejects.toMatchObject({
      message: `The message of topic 'lsn' at partition 0, offset 0 is a TRUNCATE: in a topic of several partitions it needs "orderBy": "source.lsn"`,
    });
    await unordered.connector.close();
    await expect(catalog('lsn', { ...debezium('lsn'), upsert: { key: ['id'], orderBy: 'source.lsn' } })).rejects.toThrow('"orderBy" is expected to name');
  });

  test('ordered by the source: what an update left out is never that of a row that was deleted before it, and is found wherever it lies', async () => {
    await topics.create('late', 2);
    const at = (lsn: number, partition: number, ...[op, before, after]: Parameters<typeof change>) => ({
      partition,
      value: JSON.stringify({ payload: { ...change(op, before, after), source: { lsn } } }),
    });
    await topics.produce('late', [
      at(10, 0, 'c', null, { id: 1, name: `${LONG} of another row` }),
      at(20, 1, 'd', { id: 1 }, null),
      at(30, 1, 'c', null, { id: 1, name: LONG }),
      at(40, 0, 'u', null, { id: 1, name: UNCHANGED }),
      at(50, 0, 'd', { id: 1 }, null),
      at(60, 1, 'c', null, { id: 1, name: `${LONG}!` }),
      at(70, 0, 'u', null, { id: 1, name: UNCHANGED }),
    ]);
    const ordered = await catalog('late', { ...debezium('late'), upsert: { key: ['id'], envelope: 'debezium', orderBy: 'source.lsn' } });
    expect(await rowsOf(ordered, 'late$current', ['id', 'name'])).toEqual([[1n, `${LONG}!`]]);
    const updates = (await rowsOf(ordered, 'late$changes', ['_operation', '_partition_offset', 'name'])).filter((r) => r[0] === 'update');
    expect(byOffset(updates)).toEqual([
      ['update', 1n, LONG],
      ['update', 3n, `${LONG}!`],
    ]);
    await ordered.connector.close();
  });

  test('a placeholder of its own for what updates left out', async () => {
    await topics.create('placeholder');
    const left = '\u2205 left out';
    await topics.produce('placeholder', [
      { value: JSON.stringify(change('c', null, { id: 1, name: LONG })) },
      { value: JSON.stringify(change('u', null, { id: 1, name: left })) },
      { value: JSON.stringify(change('c', null, { id: 2, name: UNCHANGED })) },
    ]);
    const upsert = { key: ['id'], envelope: 'debezium' };
    for (const unavailableValue of [left, `hex:${Buffer.from(left).toString('hex')}`]) {
      const made = await catalog('placeholder', { ...debezium('placeholder'), upsert: { ...upsert, unavailableValue } });
      expect(await rowsOf(made, 'placeholder$current', ['id', 'name'])).toEqual([
        [1n, LONG],
        [2n, UNCHANGED],
      ]);
      await made.connector.close();
    }
    await expect(catalog('placeholder', { ...debezium('placeholder'), upsert: { ...upsert, unavailableValue: 'hex:0' } })).rejects.toThrow(
      '"unavailableValue"',
    );
  });

  test('TRUNCATE empties a topic of one partition; a change without a key is refused', async () => {
    await topics.create('emptied');
    await topics.produce('emptied', [
      { value: JSON.stringify(change('c', null, { id: 1 })) },
      { value: JSON.stringify(change('t', null, null)) },
      { value: JSON.stringify(change('c', null, { id: 2 })) },
    ]);
    const made = await catalog('emptied', debezium('emptied'));
    expect(await rowsOf(made, 'emptied$current', ['id'])).toEqual([[2n]]);
    await made.connector.close();
    await topics.produce('emptied', [{ value: JSON.stringify(change('d', null, null)) }]);
    const keyless = await catalog('emptied', debezium('emptied'));
    await expect(rowsOf(keyless, 'emptied$current', ['id'])).rejects.toThrow('at partition 0, offset 3 does not tell the key of its row');
    await keyless.connector.close();
  });

  test.each([
    ['without a schema part', (row: object | null) => row],
    ['with a schema part', (row: object | null) => ({ schema: { type: 'struct', fields: [] }, payload: row })],
  ])('rows without an envelope, %s: marked as deleted, deleted by a tombstone, or both', async (title, wrap) => {
    const topic = `flat_${title.length}`;
    await topics.create(topic, 2);
    const row = (id: number, name: string | null, more: object = {}) => ({
      partition: id % 2,
      key: JSON.stringify(wrap({ id })),
      value: JSON.stringify(wrap({ id, name, schema: 'a column', ...more })),
    });
    const tombstone = (id: number) => ({ partition: id % 2, key: JSON.stringify(wrap({ id })) });
    await topics.produce(topic, [
      row(1, LONG, { __op: 'r', __deleted: 'false' }),
      row(2, 'two', { __op: 'c' }),
      row(3, 'three'),
      row(1, UNCHANGED, { __op: 'u' }),
      row(2, 'two', { __op: 'd', __deleted: 'true' }),
      tombstone(2),
      row(4, 'four'),
      tombstone(3),
      { ...tombstone(4), value: JSON.stringify({ schema: { type: 'struct' }, payload: null }) },
      row(5, null),
    ]);
    const made = await catalog(topic, {
      tableName: topic,
      topicName: topic,
      upsert: { key: ['id'], envelope: 'flattened' },
      key: { dataFormat: 'json', fields: FIELDS.slice(0, 1) },
      message: { dataFormat: 'json', fields: FIELDS.slice(1) },
    });
    expect(byFirst(await rowsOf(made, `${topic}$current`, ['id', 'name']))).toEqual([
      [1n, LONG],
      [5n, null],
    ]);
    const history = await rowsOf(made, `${topic}$changes`, ['id', '_partition_offset', '_operation', 'name']);
    const of = (id: bigint) => byOffset(history.filter((r) => r[0] === id)).map((r) => r.slice(2));
    expect([1n, 2n, 3n, 4n, 5n].map(of)).toEqual([
      [
        ['snapshot', LONG],
        ['update', LONG],
      ],
      [
        ['insert', 'two'],
        ['delete', 'two'],
      ],
      [
        ['upsert', 'three'],
        ['delete', null],
      ],
      [
        ['upsert', 'four'],
        ['delete', null],
      ],
      [['upsert', null]],
    ]);
    await made.connector.close();
  });

  test.each([
    [
      'debezium',
      (row: { readonly id: number }) => JSON.stringify(change('u', null, row)),
      { key: undefined, message: [...FIELDS, { name: 'n', type: 'BIGINT', mapping: 'n' }] },
    ],
    ['flattened', JSON.stringify, { key: FIELDS.slice(0, 1), message: [...FIELDS.slice(1), { name: 'n', type: 'BIGINT', mapping: 'n' }] }],
    ['none', JSON.stringify, { key: FIELDS.slice(0, 1), message: [...FIELDS.slice(1), { name: 'n', type: 'BIGINT', mapping: 'n' }] }],
  ])('changes that cannot be decoded are left out, and stand in a table of their own: %s', async (envelope, wrap, { key, message }) => {
    const topic = `dead_${envelope}`;
    await topics.create(topic);
    const row = (id: number, name: string, n: unknown) => ({ key: JSON.stringify({ id }), value: wrap({ id, name, n } as { readonly id: number }) });
    await topics.produce(topic, [
      row(1, 'one', 1),
      { key: JSON.stringify({ id: 1 }), value: 'no json' },
      row(1, 'uno', 'no number'),
      row(2, 'two', 2),
      row(2, 'zwei', 3),
      row(3, 'three', true),
    ]);
    const made = await catalog(topic, {
      tableName: topic,
      topicName: topic,
      decodeError: 'dead-letter',
      upsert: { key: ['id'], envelope },
      ...(key === undefined ? {} : { key: { dataFormat: 'json', fields: key } }),
      message: { dataFormat: 'json', fields: message },
    });
    expect(byFirst(await rowsOf(made, `${topic}$current`, ['id', 'name']))).toEqual([
      [1n, 'one'],
      [2n, 'zwei'],
    ]);
    expect(byFirst(await rowsOf(made, `${topic}$changes`, ['_partition_offset']))).toEqual([[0n], [3n], [4n]]);
    expect(byFirst(await rowsOf(made, topic, ['_partition_offset']))).toEqual([[0n], [3n], [4n]]);
    const dead = byFirst(await rowsOf(made, `${topic}$dead_letters`, ['_partition_offset', '_message_error']));
    expect(dead.map(([offset]) => offset)).toEqual([1n, 2n, 5n]);
    expect(dead.map(([, error]) => error)).toEqual([
      'the bytes are not json',
      "could not parse value 'no number' as 'bigint' for column 'n'",
      expect.stringMatching(/'true'|true/),
    ]);
    await made.connector.close();
  });

  test('keyed messages without an envelope: the last one of a key, unless it is a tombstone', async () => {
    await topics.create('keyed', 1, { 'cleanup.policy': 'compact' });
    await topics.produce('keyed', [
      { key: 'a', value: '{"n":1}' },
      { key: 'b', value: '{"n":2}' },
      { key: 'a', value: '{"n":3}' },
      { key: 'b' },
      { key: 'c', value: '{"n":null}' },
    ]);
    const keyed = {
      tableName: 'keyed',
      topicName: 'keyed',
      upsert: { key: ['k'] },
      key: { dataFormat: 'raw', fields: [{ name: 'k', type: 'VARCHAR' }] },
      message: { dataFormat: 'json', fields: [{ name: 'n', type: 'BIGINT', mapping: 'n' }] },
    };
    const made = await catalog('keyed', keyed);
    expect(await rowsOf(made, 'keyed$current', ['k', 'n'])).toEqual([
      ['a', 3n],
      ['c', null],
    ]);
    expect((await rowsOf(made, 'keyed$changes', ['k', 'n', '_operation'])).at(3)).toEqual(['b', null, 'delete']);
    await made.connector.close();
    const wrong = await catalog('keyed', { ...keyed, upsert: { key: ['n'] } });
    await expect(tableOf(begin(wrong.connector), 'keyed$current')).rejects.toMatchObject({ errorName: 'CONFIGURATION_INVALID' });
    await wrong.connector.close();
  });
});

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ColumnHandle, TableMetadata } from '../../../spi/connector.ts';
import type { Expression } from '../../../spi/expression.ts';
import { BIGINT, BOOLEAN, timestamp, VARCHAR } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import { type KafkaRig, startKafka } from '../../rig/kafka.ts';
import { begin, drain, type KafkaCatalog, kafkaCatalog, SESSION, tableOf } from './kafkaCatalog.ts';
import { KafkaTopics } from './kafkaTopics.ts';
import { avroContainer } from './oracle/avroCases.ts';

const START_MS = 180_000;
const T0 = 1_704_067_200_000;

let rig: KafkaRig;
let topics: KafkaTopics;
let dir: string;
const opened: KafkaCatalog[] = [];

async function catalog(tables: string, properties: Record<string, string> = {}, descriptions: Record<string, unknown> = {}): Promise<KafkaCatalog> {
  const made = await kafkaCatalog({ 'kafka.nodes': rig.nodes, 'kafka.table-names': tables, ...properties }, descriptions);
  opened.push(made);
  return made;
}

beforeAll(async () => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'lepton-broker-'));
  rig = await startKafka({ dataDir: dir, properties: { 'log.cleaner.enable': 'true', 'log.retention.check.interval.ms': '1000' } });
  topics = new KafkaTopics(rig.nodes);
}, START_MS);

afterAll(async () => {
  for (const { connector } of opened) await connector.close();
  await topics?.close();
  await rig?.stop();
  rmSync(dir, { recursive: true, force: true });
}, START_MS);

function conjunct(table: TableMetadata, column: string, operator: '=' | '<' | '<=' | '>' | '>=', value: Value): Expression {
  const type = table.columns.find((c) => c.name === column)?.type ?? BIGINT;
  return { kind: 'comparison', operator, left: { kind: 'reference', name: column, type }, right: { kind: 'constant', type, value }, type: BOOLEAN };
}

function assignments(table: TableMetadata): ReadonlyMap<string, ColumnHandle> {
  return new Map(table.columns.map((c) => [c.name, c.handle]));
}

describe('tables', () => {
  const EVENTS = {
    tableName: 'Events',
    schemaName: 'Demo',
    topicName: 'described',
    comment: 'what happened',
    key: { dataFormat: 'raw', fields: [{ name: 'k', type: 'VARCHAR', comment: 'the key' }] },
    message: {
      dataFormat: 'json',
      fields: [
        { name: 'ID', mapping: 'id', type: 'BIGINT' },
        { name: 'secret', mapping: 'id', type: 'VARCHAR', hidden: 'true' },
      ],
    },
  };

  test('keys, message fields and internal columns come in this order; internal ones are hidden unless asked for', async () => {
    const { connector } = await catalog('Demo.events,plain', {}, { 'events.json': EVENTS });
    const transaction = begin(connector);
    expect(await transaction.listSchemas(SESSION)).toEqual(['demo', 'default']);
    expect(await transaction.listTables(SESSION, 'demo')).toEqual([{ name: { schema: 'demo', table: 'events' }, type: 'TABLE' }]);
    const table = await tableOf(transaction, 'events', 'demo');
    expect(table.columns.filter((c) => c.hidden !== true).map((c) => c.name)).toEqual(['k', 'id']);
    expect(table.columns.map((c) => c.name)).toEqual([
      ...[
        'k',
        'id',
        'secret',
        '_partition_id',
        '_partition_offset',
        '_message_corrupt',
        '_message',
        '_headers',
        '_message_length',
        '_key_corrupt',
        '_key',
        '_key_length',
        '_timestamp',
      ],
    ]);
    expect(table.comment).toBe('what happened');
    const shown = await catalog('plain', { 'kafka.hide-internal-columns': 'false', 'kafka.internal-column-prefix': 'kafka_' });
    expect((await tableOf(begin(shown.connector), 'plain')).columns[0]).toMatchObject({ name: 'kafka_partition_id', hidden: false, comment: 'Partition Id' });
    expect(await begin(connector).getTable(SESSION, { schema: 'demo', table: 'nothing' })).toBeUndefined();
  });

  test('a description that changes is seen by the next query, not by one under way', async () => {
    const { connector, dir: folder } = await catalog('Demo.events,Demo.other', {}, { 'events.json': EVENTS });
    const before = begin(connector);
    expect((await tableOf(before, 'events', 'demo')).columns.some((c) => c.name === 'added')).toBe(false);
    const fields = [...EVENTS.message.fields, { name: 'added', mapping: 'x', type: 'DOUBLE' }];
    writeFileSync(path.join(folder, 'events.json'), JSON.stringify({ ...EVENTS, message: { ...EVENTS.message, fields } }));
    expect((await tableOf(before, 'events', 'demo')).columns.some((c) => c.name === 'added')).toBe(false);
    expect((await tableOf(begin(connector), 'events', 'demo')).columns.some((c) => c.name === 'added')).toBe(true);
    writeFileSync(path.join(folder, 'events.json'), '{\n "tableName": "events",\n "schemaName": "demo",\n "topicName" }');
    await expect(tableOf(begin(connector), 'events', 'demo')).rejects.toMatchObject({
      errorName: 'CONFIGURATION_INVALID',
      message: expect.stringMatching(/events\.json, line 4: \} where ':' is expected/),
    });
    // the others are listed all the same
    writeFileSync(path.join(folder, 'other.json'), JSON.stringify({ ...EVENTS, tableName: 'other' }));
    const listed = await begin(connector).listColumns?.(SESSION, {});
    expect(listed?.map(({ name }) => name.table)).toEqual(['other']);
  });

  test.each([
    ['{', /x\.json, line 1: the file ends where a field name/],
    ['{"tableName": "x"}', /line 1: "topicName" is null or is empty/],
    ['{"tableName": "", "topicName": "x"}', /line 1: "tableName" is null or is empty/],
    ['{"tableName": "x", "topicName": "x",\n"message": {"fields": []}}', /line 2: "dataFormat" is null or is empty/],
    ['{"tableName": "x", "topicName": "x",\n"message": {"dataFormat": "json"}}', /line 2: "message" needs "fields"/],
    ['{"tableName": "x", "topicName": "x",\n"message": {"dataFormat": "json", "fields": [\n{"name": "a", "type": "BOGUS"}]}}', /line 3: Unknown type: BOGUS/],
    ['{"tableName": "x", "topicName": "x"} trailing', /line 1: unexpected "trailing"/],
    ['[]', /line 1: a table description is expected to be an object/],
  ])('the malformed description %j stops the start and names its place', async (text, message) => {
    await expect(catalog('x', {}, { 'x.json': text })).rejects.toMatchObject({ errorName: 'CONFIGURATION_INVALID', message: expect.stringMatching(message) });
  });

  test('a column named like an internal one is refused as in Trino', async () => {
    const { connector } = await catalog(
      'x',
      {},
      { 'x.json': { tableName: 'x', topicName: 'x', message: { dataFormat: 'json', fields: [{ name: '_message', type: 'BIGINT', mapping: 'id' }] } } },
    );
    await expect(tableOf(begin(connector), 'x')).rejects.toMatchObject({
      errorName: 'DUPLICATE_COLUMN_NAME',
      message:
        'Internal Kafka column names conflict with column names from the table. Consider changing kafka.internal-column-prefix configuration property. topic=default.x, Conflicting names=[_message]',
    });
  });
});

describe('reading', () => {
  test('internal columns, headers, NULL keys and tombstones', async () => {
    await topics.create('internal', 2);
    await topics.produce('internal', [
      {
        partition: 0,
        key: 'k0',
        value: '{"id":0}',
        timestamp: T0,
        headers: [
          ['h', '1'],
          ['g', ''],
        ],
      },
      { partition: 0, key: 'k2', timestamp: T0 + 2 },
      { partition: 1, value: '{"id":1}', timestamp: T0 + 1 },
      { partition: 1, key: '', value: '', timestamp: T0 + 3 },
      { partition: 1, key: 'k', value: 'nonsense', timestamp: T0 + 4 },
    ]);
    const { connector } = await catalog(
      'internal',
      {},
      { 'i.json': { tableName: 'internal', topicName: 'internal', message: { dataFormat: 'json', fields: [{ name: 'id', type: 'BIGINT', mapping: 'id' }] } } },
    );
    const transaction = begin(connector);
    const table = await tableOf(transaction, 'internal');
    const { rows } = await drain(transaction, table, [
      '_partition_id',
      '_partition_offset',
      'id',
      '_message',
      '_message_corrupt',
      '_message_length',
      '_key',
      '_key_corrupt',
      '_key_length',
      '_timestamp',
    ]);
    const at = (ms: number): bigint => BigInt(T0 + ms) * 1000n;
    expect(rows.toSorted((a, b) => Number(a[9]) - Number(b[9]))).toEqual([
      [0n, 0n, 0n, '{"id":0}', false, 8n, 'k0', false, 2n, at(0)],
      [1n, 0n, 1n, '{"id":1}', false, 8n, null, false, 0n, at(1)],
      [0n, 1n, null, null, true, 0n, 'k2', false, 2n, at(2)],
      [1n, 1n, null, null, false, 0n, null, false, 0n, at(3)],
      [1n, 2n, null, 'nonsense', true, 8n, 'k', false, 1n, at(4)],
    ]);
    const headers = await drain(transaction, table, ['_headers', '_partition_id', '_partition_offset']);
    expect(headers.rows.find((r) => r[1] === 0n && r[2] === 0n)?.[0]).toEqual({
      entries: [
        ['h', [Buffer.from('1')]],
        ['g', [Buffer.from('')]],
      ],
    });
    expect((await drain(transaction, table, [])).rows).toHaveLength(5);
  });

  test.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const)('%s batches of many pages', async (compression) => {
    const topic = `packed-${compression}`;
    await topics.create(topic, 3);
    const messages = Array.from({ length: 9_000 }, (_, i) => ({ partition: i % 3, value: JSON.stringify({ id: i, text: `text ${i} ${'x'.repeat(i % 50)}` }) }));
    for (let i = 0; i < messages.length; i += 3_000) await topics.produce(topic, messages.slice(i, i + 3_000), compression);
    const { connector } = await catalog(
      topic,
      {},
      {
        't.json': {
          tableName: topic,
          topicName: topic,
          message: {
            dataFormat: 'json',
            fields: [
              { name: 'id', type: 'BIGINT', mapping: 'id' },
              { name: 'text', type: 'VARCHAR', mapping: 'text' },
            ],
          },
        },
      },
    );
    const transaction = begin(connector);
    const { rows } = await drain(transaction, await tableOf(transaction, topic), ['id', 'text']);
    expect(rows.length).toBe(9_000);
    const byId = new Map(rows.map(([id, text]) => [Number(id), text]));
    expect(byId.size).toBe(9_000);
    for (let i = 0; i < 9_000; i += 97) expect(byId.get(i)).toBe(`text ${i} ${'x'.repeat(i % 50)}`);
  });

  test('one query sees one moment, whatever is produced meanwhile', async () => {
    await topics.create('moving', 2);
    const put = (n: number) =>
      topics.produce(
        'moving',
        Array.from({ length: n }, (_, i) => ({ partition: i % 2, value: `${i}` })),
      );
    await put(100);
    const { connector } = await catalog('moving');
    const transaction = begin(connector);
    const first = await tableOf(transaction, 'moving');
    await put(50);
    const again = await tableOf(transaction, 'moving');
    expect((await drain(transaction, first, ['_message'])).rows).toHaveLength(100);
    expect((await drain(transaction, again, ['_message'])).rows).toHaveLength(100);
    expect(transaction.explainTable?.(first.handle, [])).toEqual(['topic = moving', 'offsets = 0: [0, 50), 1: [0, 50)']);
    const next = begin(connector);
    expect((await drain(next, await tableOf(next, 'moving'), ['_message'])).rows).toHaveLength(150);
  });

  test('time travel: to a moment, or to the offsets that a plan showed', async () => {
    await topics.create('past', 2);
    await topics.produce(
      'past',
      Array.from({ length: 40 }, (_, i) => ({ partition: i % 2, value: `${i}`, timestamp: T0 + i * 1000 })),
    );
    const { connector } = await catalog('past');
    const transaction = begin(connector);
    const read = async (kind: 'timestamp' | 'version', value: Value): Promise<number> => {
      const table = await transaction.getTable(
        SESSION,
        { schema: 'default', table: 'past' },
        { kind, value: { type: kind === 'version' ? VARCHAR : timestamp(3), value } },
      );
      return table === undefined ? -1 : (await drain(transaction, table, ['_message'])).rows.length;
    };
    expect(await read('timestamp', { epochMicros: BigInt(T0 + 9_000) * 1000n, picosOfMicro: 0 })).toBe(10);
    expect(await read('timestamp', { epochMicros: BigInt(T0 + 99_000) * 1000n, picosOfMicro: 0, zone: 'UTC' })).toBe(40);
    expect(await read('version', '0:3, 1:4')).toBe(7);
    await expect(read('version', 'yesterday')).rejects.toMatchObject({ errorName: 'INVALID_FUNCTION_ARGUMENT' });
  });

  test('transactions: control records are no rows; read_committed leaves aborted ones out', async () => {
    await topics.create('transacted');
    await topics.transact('transacted', [
      { messages: [{ value: 'a' }, { value: 'b' }], commit: true },
      { messages: [{ value: 'x' }], commit: false },
      { messages: [{ value: 'c' }], commit: true },
    ]);
    const plain = await catalog('transacted');
    const all = begin(plain.connector);
    expect((await drain(all, await tableOf(all, 'transacted'), ['_message'])).rows.flat()).toEqual(['a', 'b', 'x', 'c']);
    expect((await drain(all, await tableOf(all, 'transacted'), [])).rows).toHaveLength(4);
    const resources = path.join(plain.dir, 'client.properties');
    writeFileSync(resources, '# reads what is committed\nisolation.level = read_committed\n');
    const committed = await catalog('transacted', { 'kafka.config.resources': resources });
    const transaction = begin(committed.connector);
    expect((await drain(transaction, await tableOf(transaction, 'transacted'), ['_message'])).rows.flat()).toEqual(['a', 'b', 'c']);
    expect((await drain(transaction, await tableOf(transaction, 'transacted'), [])).rows).toHaveLength(3);
  });

  test('a message larger than a Fetch asks for', async () => {
    await topics.create('large', 1, { 'max.message.bytes': '6000000' });
    await topics.produce('large', [{ value: 'small' }]);
    await topics.produce('large', [{ value: 'y'.repeat(5_000_000) }], 'zstd');
    await topics.produce('large', [{ value: 'last' }]);
    const { connector } = await catalog('large');
    const transaction = begin(connector);
    const { rows } = await drain(transaction, await tableOf(transaction, 'large'), ['_message_length']);
    expect(rows.flat()).toEqual([5n, 5_000_000n, 4n]);
  });

  test('Avro messages with their schema inside, read by the schema of a file', async () => {
    const schema = {
      type: 'record',
      name: 'Click',
      fields: [
        { name: 'id', type: 'long' },
        { name: 'page', type: ['null', 'string'] },
      ],
    };
    await topics.create('avro');
    await topics.produce('avro', [
      { value: avroContainer(schema, [{ id: 5n, page: '/home' }]) },
      { value: 'nonsense' },
      { value: avroContainer(schema, [{ id: -1n, page: null }], 'deflate') },
    ]);
    const fields = [
      { name: 'id', type: 'BIGINT', mapping: 'id' },
      { name: 'page', type: 'VARCHAR', mapping: 'page' },
    ];
    const { connector, dir: folder } = await catalog('avro');
    const file = path.join(folder, 'click.avsc');
    writeFileSync(
      path.join(folder, 'avro.json'),
      JSON.stringify({ tableName: 'avro', topicName: 'avro', message: { dataFormat: 'avro', dataSchema: file, fields } }),
    );
    const transaction = begin(connector);
    const table = await tableOf(transaction, 'avro');
    await expect(drain(transaction, table, ['id'])).rejects.toMatchObject({
      errorName: 'GENERIC_INTERNAL_ERROR',
      message: expect.stringContaining('Could not parse the Avro schema at: Optional['),
    });
    writeFileSync(file, JSON.stringify(schema));
    const { rows } = await drain(transaction, table, ['id', 'page', '_message_corrupt']);
    expect(rows).toEqual([
      [5n, '/home', false],
      [null, null, true],
      [-1n, null, false],
    ]);
  });

  test('an ill-typed value fails the query as in Trino', async () => {
    await topics.create('illtyped');
    await topics.produce('illtyped', [{ value: '{"id":1}' }, { value: '{"id":"x"}' }]);
    const { connector } = await catalog(
      'illtyped',
      {},
      { 'i.json': { tableName: 'illtyped', topicName: 'illtyped', message: { dataFormat: 'json', fields: [{ name: 'id', type: 'BIGINT', mapping: 'id' }] } } },
    );
    const transaction = begin(connector);
    await expect(drain(transaction, await tableOf(transaction, 'illtyped'), ['id'])).rejects.toMatchObject({
      errorName: 'DECODER_CONVERSION_NOT_SUPPORTED',
      errorCode: 16842752,
      message: "could not parse value 'x' as 'bigint' for column 'id'",
    });
  });
});

describe('pushdown', () => {
  async function numbers(): Promise<{ readonly connector: KafkaCatalog['connector'] }> {
    const known = (await topics.admin.listTopics()).includes('numbers');
    if (!known) {
      await topics.create('numbers', 3);
      // the third partition's clock runs backwards
      await topics.produce(
        'numbers',
        Array.from({ length: 300 }, (_, i) => ({ partition: i % 3, value: `${i}`, timestamp: i % 3 === 2 ? T0 + (300 - i) * 1000 : T0 + i * 1000 })),
      );
    }
    return catalog('numbers');
  }
  const stamp = (ms: number): Value => ({ epochMicros: BigInt(ms) * 1000n, picosOfMicro: 0 });

  test.each([
    [
      'partition and offsets',
      [
        ['_partition_id', '=', 1n],
        ['_partition_offset', '>=', 10n],
        ['_partition_offset', '<', 13n],
      ],
      ['31', '34', '37'],
    ],
    ['offset beyond the end', [['_partition_offset', '>', 10_000n]], []],
    ['a partition that is not there', [['_partition_id', '=', 7n]], []],
    ['time from', [['_timestamp', '>=', stamp(T0 + 296_000)]], ['2', '297', '298']],
    [
      'time until, out of order',
      [
        ['_timestamp', '<', stamp(T0 + 5_000)],
        ['_partition_id', '>', 0n],
      ],
      ['1', '4', '296', '299'],
    ],
  ] as const)('%s', async (_, terms, expected) => {
    const { connector } = await numbers();
    const transaction = begin(connector);
    const table = await tableOf(transaction, 'numbers');
    const conjuncts = terms.map(([column, operator, value]) => conjunct(table, column, operator, value));
    const pushed = transaction.applyFilter?.(SESSION, table.handle, { conjuncts, assignments: assignments(table) });
    expect(pushed?.residual).toEqual([]);
    const { rows } = await drain(transaction, table, ['_message'], { handle: pushed?.table ?? table.handle });
    expect(rows.flat().toSorted((a, b) => Number(a) - Number(b))).toEqual(expected);
  });

  test('other conjuncts stay, in their order', async () => {
    const { connector } = await numbers();
    const transaction = begin(connector);
    const table = await tableOf(transaction, 'numbers');
    const other = conjunct(table, '_message_length', '=', 3n);
    const pushed = transaction.applyFilter?.(SESSION, table.handle, {
      conjuncts: [other, conjunct(table, '_partition_id', '=', 0n)],
      assignments: assignments(table),
    });
    expect(pushed?.residual).toEqual([other]);
    expect(transaction.applyFilter?.(SESSION, table.handle, { conjuncts: [other], assignments: assignments(table) })).toBeUndefined();
  });

  test('a moment compared with the timestamp in the zone of the session narrows the scan and stays', async () => {
    const { connector } = await numbers();
    const transaction = begin(connector);
    const table = await tableOf(transaction, 'numbers');
    const moment: Expression = {
      kind: 'comparison',
      operator: '>=',
      left: {
        kind: 'cast',
        value: { kind: 'reference', name: '_timestamp', type: timestamp(3) },
        type: { kind: 'timestamp with time zone', precision: 3 },
        safe: false,
      },
      right: {
        kind: 'constant',
        type: { kind: 'timestamp with time zone', precision: 3 },
        value: { epochMicros: BigInt(T0 + 296_000 - 3_600_000) * 1000n, picosOfMicro: 0, zone: 'UTC' },
      },
      type: BOOLEAN,
    };
    const session = { ...SESSION, timeZone: 'Europe/Paris' };
    const pushed = transaction.applyFilter?.(session, table.handle, { conjuncts: [moment], assignments: assignments(table) });
    expect(pushed?.residual).toEqual([moment]);
    const { rows } = await drain(transaction, table, ['_message'], { handle: pushed?.table ?? table.handle, session });
    expect(rows.flat().toSorted((a, b) => Number(a) - Number(b))).toEqual(['2', '297', '298']);
  });

  test('LIMIT gives exactly so many rows', async () => {
    const { connector } = await numbers();
    const transaction = begin(connector);
    const table = await tableOf(transaction, 'numbers');
    const limited = transaction.applyLimit?.(SESSION, table.handle, 7n);
    expect(limited?.guaranteed).toBe(true);
    expect((await drain(transaction, table, ['_message'], { handle: limited?.table ?? table.handle })).rows).toHaveLength(7);
    expect((await drain(transaction, table, [], { handle: limited?.table ?? table.handle })).rows).toHaveLength(7);
  });

  test.each([
    ['_partition_offset', ['297', '298', '299'], 9],
    // of the partition whose clock runs backwards the first message is the newest: it is read whole
    ['_timestamp', ['2', '297', '298'], 106],
  ])('the newest by %s come from the tails alone where the clocks allow it', async (column, expected, rowsRead) => {
    const { connector } = await numbers();
    const transaction = begin(connector);
    const table = await tableOf(transaction, 'numbers');
    const handle = assignments(table).get(column);
    if (handle === undefined) throw new Error(column);
    const top = transaction.applyTopN?.(SESSION, table.handle, { count: 3n, sort: [{ column: handle, ascending: false, nullsFirst: false }] });
    expect(top?.guaranteed).toBe(false);
    const { rows } = await drain(transaction, table, ['_message', column], { handle: top?.table ?? table.handle });
    expect(rows.length).toBe(rowsRead);
    const best = rows.toSorted((a, b) => Number(b[1]) - Number(a[1])).slice(0, 3);
    expect(best.map((r) => r[0]).toSorted((a, b) => Number(a) - Number(b))).toEqual(expected);
  });
});

describe('INSERT', () => {
  const TABLE = {
    tableName: 'written',
    topicName: 'written',
    key: { dataFormat: 'raw', fields: [{ name: 'k', type: 'VARCHAR' }] },
    message: {
      dataFormat: 'json',
      fields: [
        { name: 'b', type: 'BOOLEAN', mapping: 'b' },
        { name: 'bi', type: 'BIGINT', mapping: 'bi' },
        { name: 'dbl', type: 'DOUBLE', mapping: 'dbl' },
        { name: 'v', type: 'VARCHAR', mapping: 'v' },
        { name: 'ti', type: 'TIMESTAMP(3)', mapping: 'ti', dataFormat: 'iso8601' },
        { name: 'tm', type: 'TIMESTAMP(3)', mapping: 'tm', dataFormat: 'milliseconds-since-epoch' },
        { name: 'di', type: 'DATE', mapping: 'di', dataFormat: 'iso8601' },
        { name: 'mi', type: 'TIME(3)', mapping: 'mi', dataFormat: 'iso8601' },
      ],
    },
  };

  test('rows are written as Trino writes them, all in one transaction', async () => {
    await topics.create('written');
    const { connector, dir: folder } = await catalog('written', {}, { 'w.json': TABLE });
    const write = begin(connector);
    const table = await tableOf(write, 'written');
    const columns = ['k', 'b', 'bi', 'dbl', 'v', 'ti', 'tm', 'di', 'mi'].map((name) => assignments(table).get(name) ?? { name });
    const moment: Value = { epochMicros: 1_709_210_096_789_000n, picosOfMicro: 0 };
    const before: Value = { epochMicros: -1_000n, picosOfMicro: 0 };
    const rows: readonly (readonly Value[])[] = [
      ['k1', true, 4n, 5.5, 'x', moment, moment, 19782, 45_296_789_000_000_000n],
      [null, false, 9_223_372_036_854_775_807n, 1e300, '\u00e9"\\\n\u0001', before, before, -1, 0n],
      ['', null, null, Number.NaN, null, null, null, null, null],
    ];
    const sink = await write.beginInsert?.(SESSION, table.handle, columns);
    if (sink?.kind !== 'pages') throw new Error('no sink');
    await sink.append({ rowCount: rows.length, columns: columns.map((_, c) => ({ kind: 'values', values: rows.map((r) => r[c] ?? null) })) });
    expect(await sink.finish()).toBe(3n);
    const resources = path.join(folder, 'client.properties');
    writeFileSync(resources, 'isolation.level=read_committed\n');
    const committed = await catalog('written', { 'kafka.config.resources': resources }, { 'w.json': TABLE });
    const read = begin(committed.connector);
    const found = await drain(read, await tableOf(read, 'written'), ['_message', '_key']);
    expect(found.rows).toEqual([
      ['{"b":true,"bi":4,"dbl":5.5,"v":"x","ti":"2024-02-29T12:34:56.789","tm":"1709210096789","di":"2024-02-29","mi":"12:34:56.789"}', 'k1'],
      [
        '{"b":false,"bi":9223372036854775807,"dbl":1.0E300,"v":"\u00e9\\"\\\\\\n\\u0001","ti":"1969-12-31T23:59:59.999","tm":"-1","di":"1969-12-31","mi":"00:00"}',
        null,
      ],
      ['{"b":null,"bi":null,"dbl":"NaN","v":null,"ti":null,"tm":null,"di":null,"mi":null}', null],
    ]);

    const aborted = await write.beginInsert?.(SESSION, table.handle, columns);
    if (aborted?.kind !== 'pages') throw new Error('no sink');
    const many = Array.from({ length: 2_500 }, () => 'lost');
    await aborted.append({
      rowCount: many.length,
      columns: columns.map((_, c) => ({ kind: 'values', values: many.map((v) => (c === 0 || c === 4 ? v : null)) })),
    });
    await aborted.abort();
    const after = begin(committed.connector);
    expect((await drain(after, await tableOf(after, 'written'), ['_key'])).rows).toHaveLength(3);
  });
});

describe('trouble', () => {
  test('a broker that is down does not stop the catalog; its queries say so', async () => {
    const { connector } = await kafkaCatalog({ 'kafka.nodes': '127.0.0.1:1', 'kafka.table-names': 'a' });
    const transaction = begin(connector);
    const table = await tableOf(transaction, 'a');
    expect(table.columns).toHaveLength(10);
    await expect(drain(transaction, table, ['_message'])).rejects.toMatchObject({
      errorName: 'KAFKA_SPLIT_ERROR',
      errorCode: 16908288,
      message: expect.stringContaining("Cannot list splits for table 'a' reading topic 'a'"),
    });
    await connector.close();
  });

  test('a topic that is not there is not created by asking', async () => {
    const { connector } = await catalog('absent');
    const transaction = begin(connector);
    await expect(drain(transaction, await tableOf(transaction, 'absent'), ['_message'])).rejects.toMatchObject({
      errorName: 'KAFKA_SPLIT_ERROR',
      message: expect.stringContaining('UNKNOWN_TOPIC_OR_PARTITION'),
    });
    expect(await topics.admin.listTopics()).not.toContain('absent');
  });

  test('messages removed before they are read are an error, never a gap', async () => {
    await topics.create('trimmed');
    await topics.produce(
      'trimmed',
      Array.from({ length: 100 }, (_, i) => ({ value: `${i}` })),
    );
    const { connector } = await catalog('trimmed');
    const transaction = begin(connector);
    const table = await tableOf(transaction, 'trimmed');
    await topics.admin.deleteRecords({ topics: [{ name: 'trimmed', partitions: [{ partition: 0, offset: 40n }] }] });
    await expect(drain(transaction, table, ['_message'])).rejects.toMatchObject({
      errorName: 'KAFKA_SPLIT_ERROR',
      message: expect.stringMatching(/from offset 0 to 40 were removed/),
    });
    const next = begin(connector);
    expect((await drain(next, await tableOf(next, 'trimmed'), ['_message'])).rows).toHaveLength(60);
  });

  test('a topic deleted and made anew is not taken for the old one', async () => {
    await topics.create('reborn');
    await topics.produce('reborn', [{ value: 'old' }]);
    const { connector } = await catalog('reborn');
    const transaction = begin(connector);
    const table = await tableOf(transaction, 'reborn');
    await topics.admin.deleteTopics({ topics: ['reborn'] });
    await expect(drain(transaction, table, ['_message'])).rejects.toMatchObject({
      errorName: 'KAFKA_SPLIT_ERROR',
      message: expect.stringMatching(/was deleted/),
    });
    await topics.create('reborn');
    await topics.produce('reborn', [{ value: 'new' }]);
    await expect(drain(transaction, table, ['_message'])).rejects.toMatchObject({
      errorName: 'KAFKA_SPLIT_ERROR',
      message: expect.stringMatching(/was deleted/),
    });
  });

  test('a scan that is cancelled ends at once', async () => {
    await topics.create('cancelled', 2);
    await topics.produce(
      'cancelled',
      Array.from({ length: 20_000 }, (_, i) => ({ partition: i % 2, value: `${i}` })),
    );
    const { connector } = await catalog('cancelled');
    const transaction = begin(connector);
    const table = await tableOf(transaction, 'cancelled');
    let pages = 0;
    await expect(
      drain(transaction, table, ['_message'], {
        onPage: (_, stop) => {
          pages++;
          stop.abort(new Error('enough'));
          throw new Error('enough');
        },
      }),
    ).rejects.toThrow('enough');
    expect(pages).toBe(1);
  });
});

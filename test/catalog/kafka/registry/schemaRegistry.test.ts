import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import avro from 'avsc';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { typeId } from '../../../../spi/type.ts';
import { type KafkaRig, startKafka } from '../../../rig/kafka.ts';
import { begin, drain, kafkaCatalog, SESSION, tableOf } from '../kafkaCatalog.ts';
import { KafkaTopics } from '../kafkaTopics.ts';
import { GIVEN_REGISTRY, type RegistryServer, startRegistry } from './registryServer.ts';

const dir = mkdtempSync(path.join(os.tmpdir(), 'lepton-registry-'));
let rig: KafkaRig;
let registry: RegistryServer;
let topics: KafkaTopics;

const EVENT_1 = {
  type: 'record',
  name: 'Ev',
  fields: [
    { name: 'a', type: 'int' },
    { name: 'gone', type: 'string' },
  ],
} as const;
const EVENT_2 = {
  type: 'record',
  name: 'Ev',
  fields: [
    { name: 'a', type: 'long' },
    { name: 'added', type: ['null', 'string'], default: null },
    { name: 'Num', type: 'int', default: 7 },
  ],
} as const;
/** Every kind of field that Trino has a type for; the types and errors below are those that its connector answers. */
const FIELDS: readonly (readonly [string, unknown, string])[] = [
  ['ill', ['int', 'long'], 'bigint'],
  ['fd', ['float', 'double'], 'double'],
  ['se', ['string', { type: 'enum', name: 'E', symbols: ['A'] }], 'varchar'],
  ['bf', ['bytes', { type: 'fixed', name: 'F', size: 2 }], 'varbinary'],
  ['nrec', ['null', { type: 'record', name: 'R1', fields: [{ name: 'A', type: 'int' }] }], 'row(A integer)'],
  ['umap', ['null', { type: 'map', values: ['null', 'string'] }], 'map(varchar, varchar)'],
  ['unull', ['null'], 'bigint'],
  ['ts', { type: 'long', logicalType: 'timestamp-millis' }, 'bigint'],
  [
    'emptyin',
    {
      type: 'record',
      name: 'O',
      fields: [
        { name: 'x', type: 'int' },
        { name: 'e', type: { type: 'record', name: 'N', fields: [] } },
      ],
    },
    'row(x integer)',
  ],
];
const REFUSED: readonly (readonly [string, unknown, string])[] = [
  ['null', 'null', 'Type NULL not supported'],
  ['intfl', ['int', 'float'], 'Incompatible UNION type: \'[ "int", "float" ]\''],
  ['strbytes', ['string', 'bytes'], 'Incompatible UNION type: \'[ "string", "bytes" ]\''],
];

const record = (type: unknown) => ({ type: 'record', name: 'Top', fields: [{ name: 'c', type }] });

function decimalOf(precision: number, scale: number): object {
  const parameters = { scale: String(scale), 'connect.decimal.precision': String(precision) };
  return { type: 'bytes', 'connect.name': 'org.apache.kafka.connect.data.Decimal', 'connect.parameters': parameters };
}

/** As Debezium's, less what is not read of it. */
function envelope(fields: readonly unknown[]): object {
  const row = { type: 'record', name: 'Value', namespace: 'dbz', fields };
  const state = (name: string, type: unknown) => ({ name, type: ['null', type], default: null });
  return { type: 'record', name: 'Envelope', namespace: 'dbz', fields: [state('before', row), state('after', 'dbz.Value'), { name: 'op', type: 'string' }] };
}

function framed(id: number, data: Buffer): Buffer {
  const header = Buffer.alloc(5);
  header.writeInt32BE(id, 1);
  return Buffer.concat([header, data]);
}

beforeAll(async () => {
  rig = await startKafka({ dataDir: dir });
  topics = new KafkaTopics(rig.nodes);
  registry = await startRegistry('reader:secret');
}, 180_000);

afterAll(async () => {
  await topics.close();
  await registry.stop();
  await rig.stop();
  rmSync(dir, { recursive: true, force: true });
});

const catalog = (more: Readonly<Record<string, string>> = {}) =>
  kafkaCatalog({
    'kafka.nodes': rig.nodes,
    'kafka.table-description-supplier': 'CONFLUENT',
    'kafka.confluent-schema-registry-url': registry.url.replace('//', '//reader:secret@'),
    'kafka.confluent-subjects-cache-refresh-interval': '0s',
    'kafka.hide-internal-columns': 'false',
    ...more,
  });

describe('tables from a schema registry', () => {
  test('avro: the columns of the latest version, each message read by the version that it was written with', async () => {
    await topics.create('reg_Events');
    const one = await registry.register('reg_Events-value', EVENT_1);
    const two = await registry.register('reg_Events-value', EVENT_2);
    const key = await registry.register('reg_Events-key', '"string"');
    const keyOf = (text: string): Buffer => framed(key, avro.Type.forSchema('string').toBuffer(text));
    const messages = [
      { key: keyOf('k1'), value: framed(one, avro.Type.forSchema(structuredClone(EVENT_1) as never).toBuffer({ a: 1, gone: 'x' })) },
      {
        key: keyOf('k2'),
        value: framed(two, avro.Type.forSchema(structuredClone(EVENT_2) as never, { wrapUnions: true }).toBuffer({ a: 2, added: { string: 'new' }, Num: 8 })),
      },
      { key: keyOf('k3') },
      { value: framed(999, Buffer.from([2])) },
      { value: Buffer.from([0, 0]) },
      { value: framed(key, avro.Type.forSchema('string').toBuffer('no record')) },
    ];
    await topics.produce('reg_Events', messages);
    const { connector } = await catalog();
    const transaction = begin(connector);
    const table = await tableOf(transaction, 'reg_events');
    expect(table.columns.slice(0, 4).map((c) => `${c.name} ${typeId(c.type)}`)).toEqual(['reg_events-key varchar', 'a bigint', 'added varchar', 'num integer']);
    const { rows } = await drain(transaction, table, ['reg_events-key', 'a', 'added', 'num', '_message_corrupt', '_key_corrupt']);
    expect(rows).toEqual([
      ['k1', 1n, null, 7, false, false],
      ['k2', 2n, 'new', 8, false, false],
      ['k3', null, null, null, true, false],
      [null, null, null, null, true, true],
      [null, null, null, null, true, true],
      [null, null, null, null, true, true],
    ]);
    await connector.close();
  });

  test('protobuf: imports by reference, a oneof as JSON, messages within the file by their place', async () => {
    await topics.create('reg_orders');
    await registry.register('dep.proto', 'syntax = "proto3"; package dep; message Dep { string x = 1; }', 'PROTOBUF');
    const file = `syntax = "proto3"; package shop; import "dep.proto"; import "google/protobuf/timestamp.proto";
message Order { int32 id = 1; dep.Dep dep = 2; oneof choice { string a = 3; int64 b = 4; } google.protobuf.Timestamp at = 5; Color color = 6; }
enum Color { RED = 0; BLUE = 5; } message Other { int32 skipped = 9; int32 id = 1; }`;
    const id = await registry.register('reg_orders-value', file, 'PROTOBUF', [{ name: 'dep.proto', subject: 'dep.proto', version: 1 }]);
    const message = (path: string, data: string): Buffer => framed(id, Buffer.from(`${path}${data}`.replaceAll(' ', ''), 'hex'));
    await topics.produce('reg_orders', [
      { value: message('00', '0807 12030a0178 1a0161 2a020805 3005') },
      { value: message('0200', '2005 3009') },
      { value: message('0202', '0803') },
      {},
    ]);
    const { connector } = await catalog();
    const transaction = begin(connector);
    const table = await tableOf(transaction, 'reg_orders');
    expect(table.columns.slice(0, 5).map((c) => `${c.name} ${typeId(c.type)}`)).toEqual([
      'id integer',
      'dep row(x varchar)',
      'at timestamp(6)',
      'color varchar',
      'choice json',
    ]);
    const { rows } = await drain(transaction, table, ['id', 'dep', 'at', 'color', 'choice', '_message_corrupt']);
    expect(rows).toEqual([
      [7, ['x'], 5_000_000n, 'BLUE', '{"a":"a"}', false],
      [0, [''], 0n, 'UNKNOWN_ENUM_VALUE_Color_9', '{"b":"5"}', false],
      [3, null, null, null, null, false],
      [null, null, null, null, null, true],
    ]);
    await connector.close();
  });

  test('JSON Schema: the properties of the object, by reference and by choice; unframed messages are corrupt', async () => {
    await topics.create('reg_json');
    await registry.register('address', { $id: 'http://x/address', type: 'object', properties: { city: { type: 'string' }, zip: { type: 'integer' } } }, 'JSON');
    const schema = {
      type: 'object',
      allOf: [{ $ref: 'address.json' }],
      properties: {
        Id: { type: 'integer' },
        price: { oneOf: [{ type: 'null' }, { type: 'number' }] },
        sure: { type: ['null', 'boolean'] },
        either: { type: ['integer', 'string'] },
        tags: { type: 'array', items: { type: 'string' } },
        home: { $ref: '#/definitions/short' },
      },
      definitions: { short: { type: 'string' } },
    };
    const id = await registry.register('reg_json-value', schema, 'JSON', [{ name: 'address.json', subject: 'address', version: 1 }]);
    const message = '{"Id": 1, "price": 1.5, "sure": true, "either": "x", "tags": ["a", 2], "home": "h", "city": "c", "zip": 12}';
    await topics.produce('reg_json', [{ value: framed(id, Buffer.from(message)) }, { value: message }, { value: framed(id, Buffer.from('{"Id"')) }]);
    const { connector } = await catalog();
    const transaction = begin(connector);
    const table = await tableOf(transaction, 'reg_json');
    const columns = table.columns.filter((c) => !c.name.startsWith('_'));
    const shown = columns.map((c) => `${c.name} ${typeId(c.type)}`).join(', ');
    expect(shown).toBe('id bigint, price double, sure boolean, either varchar, tags varchar, home varchar, city varchar, zip bigint');
    const nothing = Array.from({ length: 8 }, () => null);
    expect((await drain(transaction, table, [...columns.map((c) => c.name), '_message_corrupt'])).rows).toEqual([
      [1n, 1.5, true, 'x', '["a",2]', 'h', 'c', 12n, false],
      [...nothing, true],
      [...nothing, true],
    ]);
    await connector.close();
  });

  const ROW_1 = [
    { name: 'Id', type: 'int' },
    { name: 'small', type: ['null', { type: 'int', 'connect.type': 'int16' }], default: null },
    { name: 'price', type: ['null', decimalOf(4, 2)], default: null },
    { name: 'moment', type: ['null', { type: 'long', 'connect.name': 'io.debezium.time.Timestamp' }], default: null },
    { name: 'gone', type: ['null', 'string'], default: null },
  ];
  const ROW_2 = [
    ...ROW_1.slice(0, 2),
    { name: 'price', type: ['null', decimalOf(6, 3)], default: null },
    { name: 'moment', type: ['null', { type: 'long', 'connect.name': 'io.debezium.time.MicroTimestamp' }], default: null },
    { name: 'added', type: 'string', default: 'new' },
  ];

  test('Avro envelopes: rows typed by `after`, each read as its writer meant it, with a description and without', async () => {
    const topic = 'dbz.public.Rows';
    await topics.create(topic);
    const key = { type: 'record', name: 'Key', namespace: topic, fields: [{ name: 'Id', type: 'int' }] };
    const keyId = await registry.register(`${topic}-key`, key);
    const message = async (fields: readonly unknown[], op: string, before: object | null, after: object | null) => {
      const schema = envelope(fields);
      const id = await registry.register(`${topic}-value`, schema);
      const named = (row: object | null) => (row === null ? null : { 'dbz.Value': row });
      const value = avro.Type.forSchema(structuredClone(schema) as never, { wrapUnions: true }).toBuffer({ before: named(before), after: named(after), op });
      const { Id } = { Id: 0, ...(before ?? after) };
      return { key: framed(keyId, avro.Type.forSchema(structuredClone(key) as never).toBuffer({ Id })), value: framed(id, value) };
    };
    const none = { small: null, price: null, moment: null, gone: null };
    const deleted = await message(ROW_1, 'd', { Id: 3, ...none }, null);
    const first = [
      await message(ROW_1, 'r', null, { Id: 1, small: null, price: { bytes: Buffer.from([255, 133]) }, moment: { long: 1_500 }, gone: { string: 'g' } }),
      await message(ROW_1, 'c', null, { Id: 2, ...none }),
      await message(ROW_1, 'c', null, { Id: 3, ...none }),
    ];
    const last = await message(ROW_2, 'u', null, {
      Id: 2,
      small: { int: -7 },
      price: { bytes: Buffer.from([4, 210]) },
      moment: { long: 1_000_001 },
      added: 'x',
    });
    await topics.produce(topic, [...first, deleted, { key: deleted.key }, last]);
    const rows = [
      [1, null, -1230n, 1_500_000n, 'new'],
      [2, -7, 1234n, 1_000_001n, 'x'],
    ];
    const columns = ['id', 'small', 'price', 'moment', 'added'];
    const undeclared = await catalog();
    const declared = await kafkaCatalog(
      {
        'kafka.nodes': rig.nodes,
        'kafka.table-names': 'rows',
        'kafka.confluent-schema-registry-url': registry.url.replace('//', '//reader:secret@'),
      },
      {
        'rows.json': {
          tableName: 'rows',
          topicName: topic,
          upsert: { key: ['id'], envelope: 'debezium' },
          message: { dataFormat: 'avro', subject: `${topic}-value`, fields: [] },
        },
      },
    );
    for (const [{ connector }, name] of [
      [undeclared, topic.toLowerCase()],
      [declared, 'rows'],
    ] as const) {
      const transaction = begin(connector);
      const current = await tableOf(transaction, `${name}$current`);
      const shown = current.columns.map((c) => `${c.name} ${typeId(c.type)}`).join(', ');
      expect(shown).toBe('id integer, small smallint, price decimal(6,3), moment timestamp(6), added varchar');
      expect((await drain(transaction, current, columns)).rows).toEqual(rows);
      const history = await drain(transaction, await tableOf(transaction, `${name}$changes`), ['_operation', 'id']);
      expect(history.rows.map((r) => r[0])).toEqual(['snapshot', 'insert', 'insert', 'delete', 'update']);
      await connector.close();
    }
  });

  test('rows without an envelope in Avro: typed as their schema means them, the key by its own', async () => {
    const topic = 'flat.public.rows';
    await topics.create(topic);
    const optional = (name: string, type: unknown) => ({ name, type: ['null', type], default: null });
    const key = { type: 'record', name: 'Key', fields: [{ name: 'Id', type: 'int' }] };
    const row = {
      type: 'record',
      name: 'Value',
      fields: [
        { name: 'Id', type: 'int' },
        optional('price', decimalOf(4, 2)),
        optional('moment', { type: 'long', 'connect.name': 'io.debezium.time.MicroTimestamp' }),
        optional('__deleted', 'string'),
      ],
    };
    const [keyId, valueId] = [await registry.register(`${topic}-key`, key), await registry.register(`${topic}-value`, row)];
    const keyOf = (Id: number) => framed(keyId, avro.Type.forSchema(structuredClone(key) as never).toBuffer({ Id }));
    const message = (Id: number, deleted: boolean, price: number) => {
      const value = { Id, price: { bytes: Buffer.from([price]) }, moment: { long: 1_000_001 }, __deleted: { string: String(deleted) } };
      return { key: keyOf(Id), value: framed(valueId, avro.Type.forSchema(structuredClone(row) as never, { wrapUnions: true }).toBuffer(value)) };
    };
    await topics.produce(topic, [message(1, false, 5), message(2, false, 6), message(3, false, 7), message(2, true, 6), { key: keyOf(2) }, { key: keyOf(3) }]);
    const { connector } = await kafkaCatalog(
      { 'kafka.nodes': rig.nodes, 'kafka.table-names': 'flat', 'kafka.confluent-schema-registry-url': registry.url.replace('//', '//reader:secret@') },
      {
        'flat.json': {
          tableName: 'flat',
          topicName: topic,
          upsert: { key: ['id'], envelope: 'flattened' },
          key: { dataFormat: 'avro', subject: `${topic}-key`, fields: [] },
          message: { dataFormat: 'avro', subject: `${topic}-value`, fields: [] },
        },
      },
    );
    const transaction = begin(connector);
    const current = await tableOf(transaction, 'flat$current');
    const shown = current.columns.map((c) => `${c.name} ${typeId(c.type)}`).join(', ');
    expect(shown).toBe('id integer, price decimal(4,2), moment timestamp(6), __deleted varchar');
    expect((await drain(transaction, current, ['id', 'price', 'moment'])).rows).toEqual([[1, 5n, 1_000_001n]]);
    const history = await drain(transaction, await tableOf(transaction, 'flat$changes'), ['id', '_operation']);
    expect(history.rows.filter(([, operation]) => operation === 'delete')).toEqual([
      [2, 'delete'],
      [3, 'delete'],
    ]);
    await connector.close();
  });

  test('a compacted topic of keyed Avro messages: the latest of each key', async () => {
    const topic = 'keyed_avro';
    await topics.create(topic, 1, { 'cleanup.policy': 'compact' });
    const key = { type: 'record', name: 'K', fields: [{ name: 'k', type: 'string' }] };
    const value = { type: 'record', name: 'V', fields: [{ name: 'n', type: ['null', 'long'], default: null }] };
    const keyId = await registry.register(`${topic}-key`, key);
    const valueId = await registry.register(`${topic}-value`, value);
    const message = (k: string, n: number | undefined) => ({
      key: framed(keyId, avro.Type.forSchema(structuredClone(key) as never).toBuffer({ k })),
      ...(n === undefined ? {} : { value: framed(valueId, avro.Type.forSchema(structuredClone(value) as never).toBuffer({ n })) }),
    });
    await topics.produce(topic, [message('a', 1), message('b', 2), message('a', 3), message('b', undefined), message('c', 4)]);
    const { connector } = await kafkaCatalog(
      {
        'kafka.nodes': rig.nodes,
        'kafka.table-names': topic,
        'kafka.confluent-schema-registry-url': registry.url.replace('//', '//reader:secret@'),
      },
      {
        'keyed.json': {
          tableName: topic,
          topicName: topic,
          upsert: { key: ['k'] },
          key: { dataFormat: 'avro', subject: `${topic}-key`, fields: [] },
          message: { dataFormat: 'avro', subject: `${topic}-value`, fields: [] },
        },
      },
    );
    const transaction = begin(connector);
    const read = async (table: string, ...columns: string[]) => (await drain(transaction, await tableOf(transaction, table), columns)).rows;
    expect(await read(`${topic}$current`, 'k', 'n')).toEqual([
      ['a', 3n],
      ['c', 4n],
    ]);
    expect(await read(`${topic}$changes`, 'k', '_operation')).toContainEqual(['b', 'delete']);
    expect(await read(topic, 'k', 'n')).toHaveLength(5);
    await connector.close();
  });

  test.each(FIELDS)('an avro field %s', async (name, type, shown) => {
    await registry.register(`col_${name}-value`, record(type));
    const { connector } = await catalog();
    const [column] = (await tableOf(begin(connector), `col_${name}`)).columns;
    expect(column === undefined ? undefined : `${column.name} ${typeId(column.type)}`).toBe(`c ${shown}`);
    await connector.close();
  });

  test.each(REFUSED)('an avro field %s is refused in Trino’s words', async (name, type, message) => {
    await registry.register(`bad_${name}-value`, record(type));
    const { connector } = await catalog();
    await expect(tableOf(begin(connector), `bad_${name}`)).rejects.toMatchObject({ errorName: 'GENERIC_INTERNAL_ERROR', message });
    await connector.close();
  });

  test('records without fields: left out, marked or refused', async () => {
    await registry.register('void-value', record({ type: 'record', name: 'N', fields: [] }));
    const marked = await catalog({ 'kafka.empty-field-strategy': 'MARK' });
    const session = { ...SESSION, properties: new Map([['empty_field_strategy', 'MARK']]) };
    const table = await begin(marked.connector).getTable(session, { schema: 'default', table: 'void' });
    expect(table?.columns[0]?.type).toEqual({ kind: 'row', fields: [{ name: '$empty_field_marker', type: { kind: 'boolean' } }] });
    expect(marked.connector.sessionProperties?.find((p) => p.name === 'empty_field_strategy')?.defaultValue).toBe('MARK');
    await expect(tableOf(begin(marked.connector), 'void')).rejects.toMatchObject({ message: expect.stringMatching(/^Schema has no valid fields/) });
    await marked.connector.close();
  });

  test('topics that nothing describes, but whose messages name a schema', async () => {
    const id = await registry.register('guessed-value', EVENT_2);
    await topics.create('guessed');
    const value = framed(id, avro.Type.forSchema(structuredClone(EVENT_2) as never, { wrapUnions: true }).toBuffer({ a: 1, added: { string: 'x' }, Num: 8 }));
    await topics.produce('guessed', [{ value, key: 'k' }, { value: framed(999, Buffer.from([2])) }, { value }]);
    const properties = {
      'kafka.nodes': rig.nodes,
      'kafka.table-names': 'guessed',
      'kafka.confluent-schema-registry-url': registry.url.replace('//', '//reader:secret@'),
      'kafka.schema-inference': 'true',
    };
    const inferring = await kafkaCatalog(properties);
    const names = (table: Awaited<ReturnType<typeof tableOf>>) => table.columns.filter((c) => c.hidden !== true).map((c) => [c.name, typeId(c.type)]);
    const COLUMNS = [
      ['key', 'varchar'],
      ['a', 'bigint'],
      ['added', 'varchar'],
      ['num', 'integer'],
    ];
    const transaction = begin(inferring.connector);
    const table = await tableOf(transaction, 'guessed');
    expect(names(table)).toEqual(COLUMNS);
    expect((await drain(transaction, table, ['key', 'a', 'added', 'num', '_message_corrupt'])).rows).toEqual([
      ['k', 1n, 'x', 8, false],
      [null, null, null, null, true],
      [null, 1n, 'x', 8, false],
    ]);
    const procedure = inferring.connector.procedures?.find(({ name }) => name === 'infer_schema');
    await procedure?.call(SESSION, ['default', 'guessed', 100n, null, false], new AbortController().signal);
    expect(JSON.parse(readFileSync(path.join(inferring.dir, 'default.guessed.json'), 'utf8'))).toMatchObject({
      key: { dataFormat: 'raw' },
      message: { dataFormat: 'avro', subject: 'guessed-value', fields: [] },
    });
    expect(names(await tableOf(begin(inferring.connector), 'guessed'))).toEqual(COLUMNS);
    await inferring.connector.close();
  });

  test('subjects in the name of the table, references, and what cannot be told apart', async () => {
    await registry.register('sub_dep', { type: 'record', name: 'Dep', namespace: 'z', fields: [{ name: 'q', type: 'int' }] });
    await registry.register('sub_other', { type: 'record', name: 'V', fields: [{ name: 'd', type: 'z.Dep' }] }, 'AVRO', [
      { name: 'z.Dep', subject: 'sub_dep', version: 1 },
    ]);
    await registry.register('Amb-value', '"int"');
    await registry.register('AMB-value', '"int"');
    await registry.register('js-value', { $schema: 'http://json-schema.org/draft-07/schema#', type: 'object' }, 'JSON');
    const { connector } = await catalog({ 'kafka.default-schema': 'Shop' });
    const transaction = begin(connector);
    const table = await tableOf(transaction, 'sub_topic&key-subject=sub_dep&value-subject=sub_other', 'shop');
    expect(table.columns.slice(0, 2).map((c) => `${c.name} ${typeId(c.type)}`)).toEqual(['q integer', 'd row(q integer)']);
    expect(table.handle).toMatchObject({ topic: 'sub_topic' });
    const failure = (name: string) => tableOf(transaction, name, 'shop');
    await expect(failure('amb')).rejects.toMatchObject({
      errorName: 'SCHEMA_REGISTRY_AMBIGUOUS_SUBJECT',
      // in the registry's order
      message: expect.stringMatching(/^Unable to access 'amb' table. Subject is ambiguous, and may refer to one of the following: (?:Amb, AMB|AMB, Amb)$/),
    });
    await expect(failure('x&value-subject=nothing')).rejects.toMatchObject({ message: "Subject 'nothing' not found" });
    await expect(failure('x&bogus=1')).rejects.toMatchObject({
      message: "Unexpected parameter 'bogus=1', should be key-subject=<key subject>' or value-subject=<value subject>",
    });
    await expect(failure('js')).rejects.toMatchObject({ errorName: 'KAFKA_SCHEMA_ERROR', message: "The JSON Schema of subject 'js-value' has no properties" });
    expect((await transaction.listTables(SESSION, 'shop')).map((t) => t.name.table)).toContain('amb');
    expect(await transaction.listSchemas(SESSION)).toEqual(['shop']);
    await connector.close();
  });

  test.skipIf(GIVEN_REGISTRY !== undefined)('a registry that refuses the password is an error, not an empty catalog', async () => {
    const { connector } = await catalog({
      'kafka.confluent-schema-registry-url': registry.url,
      'kafka.confluent-schema-registry-user': 'reader',
      'kafka.confluent-schema-registry-password': 'wrong',
    });
    await expect(begin(connector).listTables(SESSION, undefined)).rejects.toMatchObject({
      errorName: 'KAFKA_SCHEMA_ERROR',
      message: expect.stringMatching(/HTTP status 401/),
    });
    await connector.close();
  });
});

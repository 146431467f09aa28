import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type KafkaRig, startKafka } from '../../rig/kafka.ts';
import { begin, drain, kafkaCatalog, SESSION, tableOf } from './kafkaCatalog.ts';
import { KafkaTopics } from './kafkaTopics.ts';

const dir = mkdtempSync(path.join(os.tmpdir(), 'lepton-tables-'));
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

describe('kafka.table-names with patterns', () => {
  test('topics that match are tables, by their own name or by the description that names them', async () => {
    for (const topic of ['clicks.eu', 'clicks.us', 'other', 'orders_v2']) await topics.create(topic);
    const orders = {
      tableName: 'orders',
      schemaName: 'shop',
      topicName: 'orders_v2',
      message: { dataFormat: 'json', fields: [{ name: 'id', type: 'BIGINT', mapping: 'id' }] },
    };
    const list = async (names: string): Promise<string[]> => {
      const { connector } = await kafkaCatalog({ 'kafka.nodes': rig.nodes, 'kafka.table-names': names }, { 'orders.json': orders });
      const tables = await begin(connector).listTables(SESSION, undefined);
      await connector.close();
      return tables.map((t) => `${t.name.schema}.${t.name.table}`).toSorted();
    };
    expect(await list('clicks.*')).toEqual(['clicks.eu', 'clicks.us']);
    expect(await list('shop.*,other')).toEqual(['default.other', 'shop.orders']);
    expect(await list('*')).toEqual(['clicks.eu', 'clicks.us', 'default.other', 'shop.orders']);
    expect(await list('nothing*')).toEqual([]);
    expect(await list('clicks.eu')).toEqual(['clicks.eu']);
  });

  test('a topic that is made later is seen by the next query', async () => {
    const { connector } = await kafkaCatalog({ 'kafka.nodes': rig.nodes, 'kafka.table-names': 'later*' });
    expect(await begin(connector).getTable(SESSION, { schema: 'default', table: 'later_1' })).toBeUndefined();
    await topics.create('later_1');
    await topics.produce('later_1', [{ value: 'x' }]);
    const transaction = begin(connector);
    expect((await drain(transaction, await tableOf(transaction, 'later_1'), ['_message'])).rows).toEqual([['x']]);
    await connector.close();
  });
});

describe('decodeError', () => {
  const table = (decodeError: string) => ({
    tableName: 'torn',
    topicName: 'torn',
    decodeError,
    message: {
      dataFormat: 'json',
      fields: [
        { name: 'a', type: 'BIGINT', mapping: 'a' },
        { name: 'b', type: 'VARCHAR', mapping: 'b' },
        { name: 'c', type: 'DOUBLE', mapping: 'c' },
      ],
    },
  });

  test('null: values that do not fit are NULL, the others are there; fail: as Trino', async () => {
    await topics.create('torn');
    const messages = ['{"a":1,"b":"x","c":1.5}', '{"a":"no number","b":"kept","c":2}', '{"a":{"x":1},"b":"y","c":"bad"}', 'no json', '{"a":4}'];
    await topics.produce(
      'torn',
      messages.map((value) => ({ value })),
    );
    const read = async (decodeError: string): Promise<unknown[][]> => {
      const { connector } = await kafkaCatalog({ 'kafka.nodes': rig.nodes, 'kafka.table-names': 'torn' }, { 'torn.json': table(decodeError) });
      const transaction = begin(connector);
      try {
        return (await drain(transaction, await tableOf(transaction, 'torn'), ['a', 'b', 'c', '_message_corrupt'])).rows;
      } finally {
        await connector.close();
      }
    };
    expect(await read('null')).toEqual([
      [1n, 'x', 1.5, false],
      [null, 'kept', 2, false],
      [null, 'y', null, false],
      [null, null, null, true],
      [4n, null, null, false],
    ]);
    await expect(read('fail')).rejects.toMatchObject({ errorName: 'DECODER_CONVERSION_NOT_SUPPORTED' });
    await expect(read('forget')).rejects.toMatchObject({
      errorName: 'CONFIGURATION_INVALID',
      message: expect.stringMatching(/"decodeError" is expected to be "fail", "null" or "dead-letter"/),
    });
  });
});

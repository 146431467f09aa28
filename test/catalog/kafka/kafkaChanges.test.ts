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
    await topics.produce('odd', [{ value: JSON.stringify(change('c', null, { id: 1 })) }, { value: '{"op":"t"}' }]);
    const made = await catalog('odd', debezium('odd'));
    await expect(rowsOf(made, 'odd$current', ['id'])).rejects.toMatchObject({
      errorName: 'NOT_SUPPORTED',
      message: "The message of topic 'odd' at partition 0, offset 1 is not a change of one row",
    });
    await expect(tableOf(begin(made.connector), 'odd$other')).rejects.toThrow();
    await made.connector.close();
  });

  test('keyed messages without an envelope: the last one of a key, unless it is a tombstone', async () => {
    await topics.create('keyed');
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

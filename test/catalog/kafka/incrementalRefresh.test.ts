import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type KafkaRig, startKafka } from '../../rig/kafka.ts';
import { startTestServer, type TestServer } from '../../rig/server.ts';
import { run, type WireRow } from '../../rig/statementClient.ts';
import { KafkaTopics } from './kafkaTopics.ts';

const START_MS = 180_000;
const topic = `refresh_${process.pid}`;
const compacted = `compacted_${process.pid}`;
let dir: string;
let rig: KafkaRig;
let topics: KafkaTopics;
let server: TestServer;

const description = (name: string) =>
  JSON.stringify({
    schemaName: 'default',
    tableName: name,
    topicName: name,
    message: {
      dataFormat: 'json',
      fields: [
        { name: 'id', mapping: 'id', type: 'BIGINT' },
        { name: 'amount', mapping: 'amount', type: 'DOUBLE' },
      ],
    },
  });

beforeAll(async () => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'lepton-refresh-'));
  rig = await startKafka({ dataDir: dir });
  topics = new KafkaTopics(rig.nodes);
  await topics.create(topic, 2);
  await topics.create(compacted, 1, { 'cleanup.policy': 'compact' });
  const properties = `kafka.nodes=${rig.nodes}\nkafka.table-names=${topic},${compacted}\nkafka.table-description-dir=@etc@/kafka\n`;
  server = await startTestServer({
    catalogs: { kafka: `connector.name=kafka\n${properties}` },
    files: { [`kafka/${topic}.json`]: description(topic), [`kafka/${compacted}.json`]: description(compacted) },
  });
}, START_MS);
afterAll(async () => {
  await server?.close();
  await topics?.close();
  await rig?.stop();
  rmSync(dir, { recursive: true, force: true });
}, START_MS);

const rows = async (sql: string): Promise<readonly WireRow[]> => (await run({ url: server.url, catalog: 'kafka', schema: 'default' }, sql)).rows;
const produce = (name: string, ...ids: readonly number[]) =>
  topics.produce(
    name,
    ids.map((id) => ({ partition: name === topic ? id % 2 : 0, key: String(id), value: JSON.stringify({ id, amount: id / 2 }) })),
  );
const how = async (view: string) => /Refresh: .*/.exec(String((await rows(`EXPLAIN REFRESH MATERIALIZED VIEW ${view}`))[0]?.[0]))?.[0];
const STORED = "WITH (storage_catalog = 'memory', storage_schema = 'default')";

test('filters and projections of a topic are refreshed by the new messages alone', async () => {
  await produce(topic, 1, 2, 3, 4);
  await rows(`CREATE VIEW positive AS SELECT id, amount FROM ${topic} WHERE id > 0`);
  await rows(`CREATE MATERIALIZED VIEW appended ${STORED} AS SELECT id, amount * 10 AS tens FROM positive WHERE id <> 3`);
  expect(await how('appended')).toBe('Refresh: whole (first refresh)');
  expect(await rows('REFRESH MATERIALIZED VIEW appended')).toEqual([[3]]);
  expect(await how('appended')).toBe('Refresh: nothing (no source has changed)');
  await produce(topic, 5, 6);
  expect(await rows("SELECT freshness FROM system.metadata.materialized_views WHERE name = 'appended'")).toEqual([['STALE']]);
  expect(await how('appended')).toBe('Refresh: append (filters and projections of one append-only source)');
  expect(await rows('REFRESH MATERIALIZED VIEW appended')).toEqual([[2]]);
  expect(await rows('SELECT * FROM appended ORDER BY id')).toEqual([
    [1, 5],
    [2, 10],
    [4, 20],
    [5, 25],
    [6, 30],
  ]);
  expect(await rows("SELECT freshness FROM system.metadata.materialized_views WHERE name = 'appended'")).toEqual([['FRESH']]);
});

test('an append that fails leaves no row and no offset behind: the next one reads the messages again', async () => {
  await rows(`CREATE MATERIALIZED VIEW inverse ${STORED} AS SELECT id, 1000 / (id - 7) q FROM ${topic}`);
  expect(await rows('REFRESH MATERIALIZED VIEW inverse')).toEqual([[6]]);
  await produce(topic, 7, 8);
  await expect(rows('REFRESH MATERIALIZED VIEW inverse')).rejects.toThrow('DIVISION_BY_ZERO');
  expect(await rows('SELECT count(*) FROM inverse')).toEqual([[6]]);
  expect(await how('inverse')).toBe('Refresh: append (filters and projections of one append-only source)');
});

test('what is not filters and projections of one topic is read as a whole, and says why', async () => {
  const because = async (name: string, query: string): Promise<string | undefined> => {
    await rows(`CREATE MATERIALIZED VIEW ${name} ${STORED} AS ${query}`);
    await rows(`REFRESH MATERIALIZED VIEW ${name}`);
    await produce(topic, 100);
    return how(name);
  };
  expect(await because('a', `SELECT count(*) c FROM ${topic}`)).toBe('Refresh: whole (the query is more than filters and projections (aggregation))');
  expect(await because('b', `SELECT x.id FROM ${topic} x JOIN ${topic} y ON x.id = y.id`)).toBe(
    'Refresh: whole (the query is more than filters and projections (join))',
  );
  expect(await because('c', `SELECT id FROM ${topic} WHERE _timestamp < now()`)).toBe('Refresh: whole (the query has functions whose value changes)');
  expect(await because('d', `SELECT id FROM ${topic}, tpch.tiny.region`)).toBe('Refresh: whole (the query reads not exactly one table)');
  expect(await because('e', `SELECT id FROM ${topic} LIMIT 5`)).toBe('Refresh: whole (the query is more than filters and projections (limit))');
  await produce(compacted, 1);
  await rows(`CREATE MATERIALIZED VIEW f ${STORED} AS SELECT id FROM ${compacted}`);
  await rows('REFRESH MATERIALIZED VIEW f');
  await produce(compacted, 2);
  expect(await how('f')).toBe('Refresh: whole (the topic is compacted)');
});

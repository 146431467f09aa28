import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type KafkaRig, startKafka } from '../../rig/kafka.ts';
import { startTestServer, type TestServer } from '../../rig/server.ts';
import { run } from '../../rig/statementClient.ts';
import { asKafkaTable, type KafkaTableHandle } from '../../../catalog/kafka/kafkaHandle.ts';
import { begin, drain, kafkaCatalog, tableOf } from './kafkaCatalog.ts';
import { KafkaTopics } from './kafkaTopics.ts';

const START_MS = 180_000;
vi.setConfig({ testTimeout: START_MS });

let rig: KafkaRig;
let topics: KafkaTopics;
let server: TestServer;
let dir: string;

beforeAll(async () => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'lepton-broker-'));
  rig = await startKafka({ dataDir: dir });
  topics = new KafkaTopics(rig.nodes);
  server = await startTestServer({
    catalogs: { kafka: `connector.name=kafka\nkafka.nodes=${rig.nodes}\nkafka.table-names=*\nkafka.cache.min-segment-messages=10\n` },
  });
}, START_MS);

afterAll(async () => {
  await server?.close();
  await topics?.close();
  await rig?.stop();
  rmSync(dir, { recursive: true, force: true });
}, START_MS);

const session = () => ({ url: server.url, catalog: 'kafka', schema: 'default' });
const count = async (table: string): Promise<unknown> => (await run(session(), `SELECT count(*), sum(_message_length) FROM ${table}`)).rows[0];

interface QueryInfo {
  readonly queryId: string;
  readonly inputs?: readonly { readonly connectorInfo?: { readonly version: string } }[];
}

const info = async (url: string): Promise<unknown> => (await fetch(`${server.url}${url}`, { headers: { 'X-Trino-User': 'lepton' } })).json();

/** What the info of the last query that mentions the text tells of its first table. */
async function versionReadBy(text: string): Promise<string> {
  const [last] = (await info(`/v1/query?search=${encodeURIComponent(text)}&limit=1`)) as readonly QueryInfo[];
  const found = (await info(`/v1/query/${last?.queryId}`)) as QueryInfo;
  const version = found.inputs?.[0]?.connectorInfo?.version;
  if (version === undefined) throw new Error(`no version in ${JSON.stringify(found)}`);
  return version;
}

/** The history has a query soon after its client has the answer. */
const told = (text: string) => vi.waitFor(() => versionReadBy(text), { timeout: 60_000 });

const messages = (count: number) => Array.from({ length: count }, (_, i) => ({ partition: i % 2, value: `message ${i}` }));

test('a query tells the version that it read, which can be read again until messages of it are gone', async () => {
  await topics.create('told', 3);
  await topics.produce('told', messages(101));
  await topics.create('other', 2);
  await topics.produce('other', messages(500));
  const before = await count('told');
  const version = await told('FROM told');
  expect(version).toMatch(/^[0-9a-f]{32};0:0-51,1:0-50$/);
  await topics.produce('told', messages(60));
  for (let i = 0; i < 2; i++) expect(await count(`told FOR VERSION AS OF '${version}'`)).toEqual(before);
  expect(await told('FROM told FOR VERSION')).toBe(version);
  expect(await count('told')).not.toEqual(before);
  await expect(count(`other FOR VERSION AS OF '${version}'`)).rejects.toThrow(/INVALID_ARGUMENTS: The version is one of another topic than 'other' is now/);
  await topics.admin.deleteRecords({ topics: [{ name: 'told', partitions: [{ partition: 1, offset: 7n }] }] });
  await expect(count(`told FOR VERSION AS OF '${version}'`)).rejects.toThrow(
    /INVALID_ARGUMENTS: The version has messages of partition 1 of topic 'told' that were removed: it begins at offset 7/,
  );
});

test('ends given by hand must be there', async () => {
  await topics.create('ends', 2);
  await topics.produce('ends', messages(20));
  const version = (text: string) => count(`ends FOR VERSION AS OF '${text}'`);
  expect(await version('0:10, 1:4')).toEqual([14, expect.anything()]);
  expect(await version('1:4')).toEqual([4, expect.anything()]);
  expect(await version('1:2-4')).toEqual([2, expect.anything()]);
  await expect(version('0:11')).rejects.toThrow(/INVALID_ARGUMENTS: The version ends at offset 11 of partition 0 of topic 'ends', which ends at 10/);
  await expect(version('2:1')).rejects.toThrow(/INVALID_ARGUMENTS: Topic 'ends' has no partition 2/);
  await expect(version('0:1,0:2')).rejects.toThrow(/INVALID_ARGUMENTS: FOR VERSION AS OF names a partition more than once/);
  for (const text of ['', 'x', '0', '0:1,', '0:-1', 'abc;0:1']) await expect(version(text), text).rejects.toThrow(/INVALID_FUNCTION_ARGUMENT/);
  await topics.admin.deleteRecords({ topics: [{ name: 'ends', partitions: [{ partition: 0, offset: 5n }] }] });
  await expect(version('0:3')).rejects.toThrow(/INVALID_ARGUMENTS: .* were removed: it begins at offset 5/);
  expect(await version('0:8')).toEqual([3, expect.anything()]);
});

test('a moment may be reckoned, or be a day, and must have passed', async () => {
  const now = Date.now();
  await topics.create('moments', 1);
  await topics.produce('moments', [
    { value: 'yesterday', timestamp: now - 36 * 3_600_000 },
    { value: 'an hour ago', timestamp: now - 3_600_000 },
  ]);
  const at = async (moment: string) => (await run(session(), `SELECT count(*) FROM moments FOR TIMESTAMP AS OF ${moment}`)).rows[0]?.[0];
  expect(await at("current_timestamp - INTERVAL '2' HOUR")).toBe(1);
  expect(await at("localtimestamp - INTERVAL '1' SECOND")).toBe(2);
  expect(await at("DATE '2020-01-01'")).toBe(0);
  await expect(at("TIMESTAMP '2099-01-01 00:00:00'")).rejects.toThrow("INVALID_ARGUMENTS: line 1:30: Pointer value '2099-01-01 00:00:00' is not in the past");
  await expect(at("DATE '2099-01-01'")).rejects.toThrow("INVALID_ARGUMENTS: line 1:30: Pointer value '2099-01-01' is not in the past");
  await expect(at('current_timestamp')).rejects.toThrow(/INVALID_ARGUMENTS: line 1:30: Pointer value '.* UTC' is not in the past/);
});

test('a topic made anew between planning and reading is not taken for the one that was planned', async () => {
  await topics.create('anew', 1);
  await topics.produce(
    'anew',
    messages(20).map((message) => ({ ...message, partition: 0 })),
  );
  const { connector } = await kafkaCatalog({ 'kafka.nodes': rig.nodes, 'kafka.table-names': 'anew', 'kafka.hide-internal-columns': 'false' });
  const transaction = begin(connector);
  const table = await tableOf(transaction, 'anew');
  // the first offset of a time is asked of the topic by its name: nothing is there now
  const handle: KafkaTableHandle = { ...asKafkaTable(table.handle), constraint: { timestampMin: 1 } };
  expect((await drain(transaction, table, ['_partition_offset'], { handle })).rows).toHaveLength(20);
  await topics.admin.deleteTopics({ topics: ['anew'] });
  const created = () =>
    topics.create('anew', 1).then(
      () => true,
      () => false,
    );
  await expect.poll(created, { timeout: 60_000 }).toBe(true);
  await expect(drain(transaction, table, ['_partition_offset'], { handle })).rejects.toThrow(/topic 'anew' was deleted and created anew while it was read/);
  await connector.close();
});

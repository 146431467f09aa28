import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { KafkaCluster } from '../../../catalog/kafka/wire/kafkaCluster.ts';
import { LATEST } from '../../../catalog/kafka/wire/listOffsetsApi.ts';
import { findCoordinator, initProducerId } from '../../../catalog/kafka/wire/transactionApi.ts';
import type { PageSink } from '../../../spi/connector.ts';
import { type LeptonProcess, startLepton } from '../../clients/leptonProcess.ts';
import { type KafkaRig, startKafka } from '../../rig/kafka.ts';
import { run, type WireRow } from '../../rig/statementClient.ts';
import { begin, type KafkaCatalog, kafkaCatalog, SESSION, tableOf } from './kafkaCatalog.ts';
import { KafkaTopics } from './kafkaTopics.ts';

const START_MS = 180_000;
const WAIT = { timeout: 90_000, interval: 100 };
vi.setConfig({ testTimeout: 300_000 });

const dir = mkdtempSync(path.join(os.tmpdir(), 'lepton-transactions-'));
let rig: KafkaRig;
let port: number;
let topics: KafkaTopics;
let cluster: KafkaCluster;
let server: LeptonProcess;

const startBroker = (onPort?: number): Promise<KafkaRig> =>
  startKafka({
    dataDir: path.join(dir, 'kafka'),
    ...(onPort === undefined ? {} : { port: onPort }),
    properties: { 'transaction.abort.timed.out.transaction.cleanup.interval.ms': '500' },
  });
const startServer = (): Promise<LeptonProcess> => {
  const nodes = `connector.name=kafka\nkafka.nodes=${rig.nodes}\nkafka.table-names=*\nkafka.table-description-dir=${dir}/tables\n`;
  return startLepton(dir, { kafka: nodes, committed: `${nodes}kafka.isolation-level=read_committed\nkafka.allow-drop-table=true\n` });
};

beforeAll(async () => {
  rig = await startBroker();
  port = Number(rig.nodes.split(':')[1]);
  topics = new KafkaTopics(rig.nodes);
  cluster = new KafkaCluster({
    nodes: [{ host: '127.0.0.1', port }],
    clientId: 'test',
    connectTimeoutMs: 5_000,
    requestTimeoutMs: 5_000,
    recoveryTimeoutMs: 10_000,
  });
  server = await startServer();
}, START_MS);

afterAll(async () => {
  await server?.kill();
  await topics?.close();
  cluster?.close();
  await rig?.stop();
  rmSync(dir, { recursive: true, force: true });
}, START_MS);

const session = (catalog: string) => ({ url: `http://127.0.0.1:${server.port}`, catalog, schema: 'default' });
const rows = async (sql: string, catalog = 'kafka'): Promise<readonly WireRow[]> => (await run(session(catalog), sql)).rows;
const topicNames = (): Promise<string[]> => topics.admin.listTopics();
const unfinished = (): string[] => ['kafka', 'committed'].flatMap((name) => filesIn(path.join(dir, 'data', 'catalog', name, 'unfinished')));
function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // nothing was ever written
  }
}

/** How far a topic of one partition goes, and how far readers of committed messages get. */
async function ends(topic: string): Promise<{ readonly all: bigint; readonly stable: bigint }> {
  const end = async (isolation: 'read_committed' | 'read_uncommitted') =>
    (await cluster.offsets(topic, isolation, LATEST, [0], AbortSignal.timeout(10_000))).get(0) ?? -1n;
  return { all: await end('read_uncommitted'), stable: await end('read_committed') };
}
const isOpen = async (topic: string): Promise<boolean> => {
  const { all, stable } = await ends(topic);
  return all > stable;
};
/** Until something of a statement's transaction is in the topic. */
const untilOpen = (topic: string) => expect.poll(() => isOpen(topic), WAIT).toBe(true);
const untilClosed = (topic: string) => expect.poll(() => isOpen(topic), WAIT).toBe(false);

const MANY = 'SELECT a.orderkey, a.comment FROM tpch.sf1.lineitem a CROSS JOIN tpch.tiny.nation b';

/** A statement of a client that asks on in the background. */
async function startStatement(sql: string): Promise<{ readonly ended: Promise<string>; cancel(): Promise<void> }> {
  const headers = { 'X-Trino-User': 'lepton', 'X-Trino-Catalog': 'kafka', 'X-Trino-Schema': 'default' };
  type Answer = { readonly nextUri?: string; readonly error?: { readonly message: string } };
  const answerOf = async (response: Response): Promise<Answer> => (await response.json()) as Answer;
  let answer = await answerOf(await fetch(`http://127.0.0.1:${server.port}/v1/statement`, { method: 'POST', body: sql, headers }));
  const follow = async (): Promise<string> => {
    try {
      while (answer.nextUri !== undefined) answer = await answerOf(await fetch(answer.nextUri, { headers }));
      return answer.error?.message ?? 'finished';
    } catch (error) {
      return `the server is gone: ${String(error)}`;
    }
  };
  const ended = follow();
  return { ended, cancel: async () => void (await fetch(String(answer.nextUri), { method: 'DELETE', headers })) };
}

test('a server that is killed while it writes leaves nothing: the next one ends its transactions and takes away its topics', async () => {
  await rows('CREATE TABLE killed_insert (id bigint, text varchar) WITH (partitions = 1)');
  await rows("INSERT INTO killed_insert VALUES (1, 'before')");
  const statements = [
    await startStatement(`INSERT INTO killed_insert ${MANY}`),
    await startStatement(`CREATE TABLE killed_table (id, text) WITH (partitions = 1, message_format = 'avro') AS ${MANY}`),
  ];
  await untilOpen('killed_insert');
  await expect.poll(async () => (await topicNames()).includes('killed_table'), WAIT).toBe(true);
  await untilOpen('killed_table');
  await server.kill();
  for (const { ended } of statements) expect(await ended).toContain('the server is gone');
  expect(filesIn(path.join(dir, 'tables')).some((name) => name.includes('killed_table'))).toBe(true);
  expect(await isOpen('killed_insert')).toBe(true);
  server = await startServer();
  await expect.poll(unfinished, WAIT).toEqual([]);
  expect(await topicNames()).not.toContain('killed_table');
  expect(filesIn(path.join(dir, 'tables'))).toEqual(['default.killed_insert.json']);
  await untilClosed('killed_insert');
  expect(await rows('SELECT count(*) FROM killed_insert', 'committed')).toEqual([[1]]);
  await rows('CREATE TABLE killed_table (id, text) WITH (partitions = 1) AS SELECT nationkey, name FROM tpch.tiny.nation');
  expect(await rows('SELECT count(*) FROM killed_table', 'committed')).toEqual([[25]]);
});

test('what is cancelled in the midst is over at once for readers of committed messages', async () => {
  await rows('CREATE TABLE cancelled (id bigint, text varchar) WITH (partitions = 1)');
  const statement = await startStatement(`INSERT INTO cancelled ${MANY}`);
  await untilOpen('cancelled');
  await statement.cancel();
  await untilClosed('cancelled');
  await expect.poll(unfinished, WAIT).toEqual([]);
  expect(await rows('SELECT count(*) FROM cancelled', 'committed')).toEqual([[0]]);
  await rows("INSERT INTO cancelled VALUES (1, 'after')");
  expect(await rows('SELECT id FROM cancelled', 'committed')).toEqual([[1]]);
});

test('what is cancelled while the broker is away is ended, and taken away, when it is back', async () => {
  await rows('CREATE TABLE away (id bigint, text varchar) WITH (partitions = 1)');
  const statements = [
    await startStatement(`INSERT INTO away ${MANY}`),
    await startStatement(`CREATE TABLE away_table (id, text) WITH (partitions = 1, message_format = 'avro') AS ${MANY}`),
  ];
  await untilOpen('away');
  await expect.poll(async () => (await topicNames()).includes('away_table'), WAIT).toBe(true);
  await untilOpen('away_table');
  await rig.kill();
  for (const statement of statements) {
    await statement.cancel();
    await statement.ended;
  }
  rig = await startBroker(port);
  await untilClosed('away');
  await expect.poll(unfinished, WAIT).toEqual([]);
  expect(await topicNames()).not.toContain('away_table');
  expect(filesIn(path.join(dir, 'tables')).filter((name) => name.includes('away_table'))).toEqual([]);
  expect(await rows('SELECT count(*) FROM away', 'committed')).toEqual([[0]]);
});

test('batches are as small as the topic wants them, and a message that it does not take fails the statement', async () => {
  await rows("CREATE TABLE narrow (id bigint, text varchar) WITH (partitions = 1, topic_config = MAP(ARRAY['max.message.bytes'], ARRAY['20000']))");
  await rows(`INSERT INTO narrow SELECT n, rpad('', 3000, 'x') FROM UNNEST(sequence(1, 500)) t (n)`);
  await rows(`INSERT INTO narrow VALUES (501, rpad('', 19000, 'x'))`);
  await expect(rows(`INSERT INTO narrow SELECT n, rpad('', n * 1000, 'x') FROM UNNEST(sequence(1, 25)) t (n)`)).rejects.toThrow(
    /KAFKA_PRODUCER_ERROR: Cannot write to topic 'narrow': MESSAGE_TOO_LARGE \(10\) from the broker: partition 0 of topic 'narrow' \(max.message.bytes = 20000\)/,
  );
  expect(await rows('SELECT count(*), max(id) FROM narrow', 'committed')).toEqual([[501, 501]]);
  expect(await isOpen('narrow')).toBe(false);
  await rows('CREATE TABLE wide (id bigint, text varchar) WITH (partitions = 1)');
  await rows(`INSERT INTO wide SELECT n, rpad('', if(n % 2 = 0, 900000, 400000), 'x') FROM UNNEST(sequence(1, 6)) t (n)`);
  expect(await rows('SELECT count(*), sum(length(text)) FROM wide', 'committed')).toEqual([[6, 3_900_000]]);
});

const FIELDS = [{ name: 'id', mapping: 'id', type: 'BIGINT' }];

/** A sink in this process, with a first row in the topic. */
async function writing(
  topic: string,
): Promise<{ readonly made: KafkaCatalog; readonly sink: PageSink; append(id: bigint): Promise<void>; done(): Promise<void> }> {
  await topics.create(topic);
  const description = { tableName: topic, topicName: topic, message: { dataFormat: 'json', fields: FIELDS } };
  const made = await kafkaCatalog(
    { 'kafka.nodes': rig.nodes, 'kafka.table-names': topic, 'kafka.config.resources': path.join(dir, 'client.properties') },
    { 't.json': description },
  );
  const transaction = begin(made.connector);
  const table = await tableOf(transaction, topic);
  const columns = table.columns.filter(({ name }) => name === 'id').map(({ handle }) => handle);
  const sink = await transaction.beginInsert?.(SESSION, table.handle, columns);
  if (sink?.kind !== 'pages') throw new Error('a sink of pages was expected');
  // enough for a first batch to be sent
  const append = (id: bigint) => sink.append({ rowCount: 60_000, columns: [{ kind: 'values', values: Array.from({ length: 60_000 }, () => id) }] });
  const done = async (): Promise<void> => {
    await transaction.commit();
    await made.connector.close();
  };
  return { made, sink, append, done };
}

test('a transaction that takes longer than it may is ended by the broker, and the statement says so', async () => {
  writeFileSync(path.join(dir, 'client.properties'), 'transaction.timeout.ms=1000\n');
  const { made, sink, append, done } = await writing('slow');
  await append(1n);
  await untilOpen('slow');
  await untilClosed('slow');
  await expect(append(2n).then(() => sink.finish())).rejects.toMatchObject({
    errorName: 'KAFKA_PRODUCER_ERROR',
    message: expect.stringMatching(
      /^Cannot write to topic 'slow': the brokers have ended the transaction: it took longer than transaction.timeout.ms \(1000 ms\)/,
    ),
  });
  await sink.abort();
  expect(await isOpen('slow')).toBe(false);
  expect(filesIn(path.join(made.dir, '../data/unfinished'))).toEqual([]);
  await done();
});

test('who takes the id of a transaction ends it', async () => {
  writeFileSync(path.join(dir, 'client.properties'), '');
  const { made, sink, append, done } = await writing('fenced');
  await append(1n);
  await untilOpen('fenced');
  const folder = path.join(made.dir, '../data/unfinished');
  const [file = ''] = filesIn(folder);
  const { transactionalId } = JSON.parse(readFileSync(path.join(folder, file), 'utf8')) as { transactionalId: string };
  const signal = AbortSignal.timeout(30_000);
  await cluster.metadata([], signal);
  const coordinator = await cluster.withBroker(undefined, signal, (connection) => findCoordinator(connection, transactionalId, signal));
  const takeOver = () => cluster.withBroker(coordinator, signal, (connection) => initProducerId(connection, { transactionalId, timeoutMs: 10_000 }, signal));
  await expect.poll(() => takeOver().then(() => 'taken', String), WAIT).toBe('taken');
  await expect(append(2n).then(() => sink.finish())).rejects.toThrow(/the brokers have ended the transaction: another producer took its id/);
  await sink.abort();
  await untilClosed('fenced');
  expect(filesIn(folder)).toEqual([]);
  await done();
});

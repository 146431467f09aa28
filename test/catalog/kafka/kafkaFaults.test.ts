import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type KafkaRig, startKafka } from '../../rig/kafka.ts';
import { begin, drain, kafkaCatalog, SESSION, tableOf } from './kafkaCatalog.ts';
import { KafkaTopics } from './kafkaTopics.ts';

const START_MS = 180_000;
const MESSAGES = 60_000;
const BATCH = 2_000;

let rig: KafkaRig;
let dir: string;
let port: number;

beforeAll(async () => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'lepton-broker-'));
  // an empty list of properties asks for a broker of our own: this test kills it
  rig = await startKafka({ dataDir: dir, properties: {} });
  port = Number(rig.nodes.split(':')[1]);
}, START_MS);

afterAll(async () => {
  await rig?.stop();
  rmSync(dir, { recursive: true, force: true });
}, START_MS);

test(
  'a broker that dies in mid-scan and comes back costs time, not rows',
  async () => {
    const topics = new KafkaTopics(rig.nodes);
    await topics.create('survivor', 2);
    for (let i = 0; i < MESSAGES; i += BATCH) {
      await topics.produce(
        'survivor',
        Array.from({ length: BATCH }, (_, j) => ({ partition: (i / BATCH) % 2, value: `${i + j} ${'x'.repeat(100)}` })),
      );
    }
    await topics.close();
    const { connector } = await kafkaCatalog({ 'kafka.nodes': rig.nodes, 'kafka.table-names': 'survivor' });
    const transaction = begin(connector);
    const table = await tableOf(transaction, 'survivor');
    let pages = 0;
    const { rows } = await drain(transaction, table, ['_partition_id', '_partition_offset'], {
      onPage: async () => {
        if (++pages !== 3) return;
        await rig.kill();
        rig = await startKafka({ dataDir: dir, port, properties: {} });
      },
    });
    expect(rows.length).toBe(MESSAGES);
    expect(new Set(rows.map(([p, o]) => `${p} ${o}`)).size).toBe(MESSAGES);
    await connector.close();
  },
  START_MS,
);

test(
  'a broker that dies in the midst of an INSERT and comes back: every row is written once',
  async () => {
    const topics = new KafkaTopics(rig.nodes);
    await topics.create('written', 2);
    await topics.close();
    const fields = ['id', 'text'].map((name) => ({ name, mapping: name, type: name === 'id' ? 'BIGINT' : 'VARCHAR' }));
    const { connector } = await kafkaCatalog(
      { 'kafka.nodes': rig.nodes, 'kafka.table-names': 'written' },
      { 'written.json': { tableName: 'written', topicName: 'written', message: { dataFormat: 'json', fields } } },
    );
    const writing = begin(connector);
    const table = await tableOf(writing, 'written');
    const columns = table.columns.filter(({ name }) => name === 'id' || name === 'text').map(({ handle }) => handle);
    const sink = await writing.beginInsert?.(SESSION, table.handle, columns);
    if (sink?.kind !== 'pages') throw new Error('a sink of pages was expected');
    const [pages, rowCount] = [30, 1_000];
    const text = 'x'.repeat(300);
    for (let page = 0; page < pages; page++) {
      const ids = Array.from({ length: rowCount }, (_, i) => BigInt(page * rowCount + i));
      await sink.append({
        rowCount,
        columns: [
          { kind: 'values', values: ids },
          { kind: 'values', values: ids.map(() => text) },
        ],
      });
      if (page !== 10) continue;
      await rig.kill();
      rig = await startKafka({ dataDir: dir, port, properties: {} });
    }
    expect(await sink.finish()).toBe(BigInt(pages * rowCount));
    await writing.commit();
    const reading = begin(connector);
    const { rows } = await drain(reading, await tableOf(reading, 'written'), ['id']);
    expect(rows.length).toBe(pages * rowCount);
    expect(new Set(rows.map(([id]) => String(id))).size).toBe(pages * rowCount);
    await connector.close();
  },
  START_MS,
);

test(
  'a catalog whose broker was away recovers by itself',
  async () => {
    const { connector } = await kafkaCatalog({ 'kafka.nodes': rig.nodes, 'kafka.table-names': 'survivor' });
    const read = async (): Promise<number> => {
      const transaction = begin(connector);
      return (await drain(transaction, await tableOf(transaction, 'survivor'), [])).rows.length;
    };
    expect(await read()).toBe(MESSAGES);
    await rig.kill();
    await expect(read()).rejects.toMatchObject({ errorName: 'KAFKA_SPLIT_ERROR' });
    rig = await startKafka({ dataDir: dir, port, properties: {} });
    expect(await read()).toBe(MESSAGES);
    await connector.close();
  },
  START_MS,
);

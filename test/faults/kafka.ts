/**
 * `npm run test:faults:kafka [KILLS]`: a scan of a topic on three brokers while one of them, leader of a third of the partitions, is killed and
 * started again, over and over (20 times unless said otherwise), with the segment cache and without. An error is an answer; a wrong count is not.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Admin, Producer } from '@platformatic/kafka';
import { type KafkaClusterRig, startKafkaCluster } from '../rig/kafkaCluster.ts';
import { startTestServer } from '../rig/server.ts';
import { run } from '../rig/statementClient.ts';

const KILLS = Number(process.argv[2] ?? 20);
const MESSAGES = 400_000;
const BATCH = 4_000;
const PARTITIONS = 6;
const TOPIC = 'survivor';
const EXPECTED = [MESSAGES, MESSAGES, String((BigInt(MESSAGES) * BigInt(MESSAGES - 1)) / 2n)].join(' ');

const print = (line: string): void => void process.stdout.write(`${line}\n`);

async function fill(nodes: string): Promise<void> {
  const bootstrapBrokers = nodes.split(',');
  const admin = new Admin({ clientId: 'faults', bootstrapBrokers });
  await admin.createTopics({ topics: [TOPIC], partitions: PARTITIONS, replicas: 3, configs: [{ name: 'min.insync.replicas', value: '2' }] });
  await admin.close();
  await delay(2_000); // until every partition has a leader
  const producer = new Producer({ clientId: 'faults', bootstrapBrokers, idempotent: true });
  for (let i = 0; i < MESSAGES; i += BATCH) {
    const messages = Array.from({ length: BATCH }, (_, j) => ({
      topic: TOPIC,
      partition: (i / BATCH) % PARTITIONS,
      value: Buffer.from(`{"id":${i + j},"text":"${'x'.repeat(100)}"}`),
    }));
    await producer.send({ messages, acks: -1 });
  }
  await producer.close();
}

interface Tally {
  exact: number;
  errors: number;
  wrong: number;
}

/** Asks until told to stop. */
async function ask(url: string, catalog: string, stopped: AbortSignal): Promise<Tally> {
  const tally: Tally = { exact: 0, errors: 0, wrong: 0 };
  const sql = `SELECT count(*), count(DISTINCT id), CAST(sum(id) AS varchar) FROM ${catalog}.default.${TOPIC}`;
  while (!stopped.aborted) {
    try {
      const { rows } = await run({ url }, sql);
      const answer = rows.map((row) => row.join(' ')).join();
      if (answer === EXPECTED) tally.exact++;
      else {
        tally.wrong++;
        print(`WRONG on ${catalog}: ${answer}`);
      }
      // what was kept would leave nothing to fetch
      if (catalog === 'kept') await run({ url }, 'CALL kept.system.drop_cache()');
    } catch (error) {
      tally.errors++;
      print(`  ${catalog}: ${String(error).split('\n')[0]}`);
    }
  }
  return tally;
}

async function killOften(cluster: KafkaClusterRig): Promise<void> {
  for (let kill = 0; kill < KILLS; kill++) {
    const id = 2 + (kill % 2);
    await delay(500 + ((kill * 997) % 1_500));
    await cluster.broker(id).kill();
    await delay(((kill * 631) % 5) * 1_000);
    await cluster.restart(id);
    print(`kill ${kill + 1} of ${KILLS}: broker ${id} is back`);
  }
}

async function main(): Promise<number> {
  const dir = mkdtempSync(path.join(os.tmpdir(), 'lepton-faults-'));
  const cluster = await startKafkaCluster(dir, print);
  try {
    await fill(cluster.nodes);
    const description = {
      tableName: TOPIC,
      schemaName: 'default',
      topicName: TOPIC,
      message: { dataFormat: 'json', fields: [{ name: 'id', mapping: 'id', type: 'BIGINT' }] },
    };
    const catalog = `connector.name=kafka\nkafka.nodes=${cluster.nodes}\nkafka.table-names=${TOPIC}\nkafka.table-description-dir=@etc@/tables\n`;
    const server = await startTestServer({
      catalogs: { fresh: `${catalog}kafka.cache.enabled=false\n`, kept: `${catalog}kafka.cache.min-segment-messages=1000\n` },
      files: { 'tables/t.json': JSON.stringify(description) },
    });
    try {
      const stop = new AbortController();
      const asking = Promise.all(['fresh', 'kept'].map((name) => ask(server.url, name, stop.signal)));
      await killOften(cluster).finally(() => stop.abort());
      const tallies = await asking;
      for (const [i, tally] of tallies.entries()) print(`${['fresh', 'kept'][i]}: ${JSON.stringify(tally)}`);
      const sound = tallies.every(({ exact, wrong }) => wrong === 0 && exact > 0);
      print(sound ? 'no wrong count' : 'FAILED');
      return sound ? 0 : 1;
    } finally {
      await server.close();
    }
  } finally {
    await cluster.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

process.exitCode = await main();

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { type KafkaRig, startKafka } from '../../rig/kafka.ts';
import { startTestServer, type TestServer } from '../../rig/server.ts';
import { run } from '../../rig/statementClient.ts';
import { KafkaTopics } from './kafkaTopics.ts';
import { PUSHDOWN_DESCRIPTION, PUSHDOWN_STATEMENTS, PUSHDOWN_TOPIC, pushdownMessages } from './oracle/pushdownCases.ts';

const START_MS = 180_000;
vi.setConfig({ testTimeout: START_MS });

interface Recorded {
  readonly sql: string;
  readonly rows?: readonly string[];
  readonly error?: string;
}
const recorded = JSON.parse(readFileSync(path.join(import.meta.dirname, 'fixtures', 'pushdown.json'), 'utf8')) as readonly Recorded[];

let rig: KafkaRig;
let server: TestServer;
let dir: string;

beforeAll(async () => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'lepton-broker-'));
  rig = await startKafka({ dataDir: dir });
  const topics = new KafkaTopics(rig.nodes);
  await topics.create(PUSHDOWN_TOPIC, 3);
  await topics.produce(PUSHDOWN_TOPIC, pushdownMessages());
  await topics.close();
  const catalog = `connector.name=kafka\nkafka.nodes=${rig.nodes}\nkafka.table-names=${PUSHDOWN_TOPIC}\nkafka.hide-internal-columns=false\nkafka.table-description-dir=@etc@/tables\n`;
  server = await startTestServer({
    catalogs: { fresh: `${catalog}kafka.cache.enabled=false\n`, kept: `${catalog}kafka.cache.min-segment-messages=1\n` },
    files: { 'tables/t.json': JSON.stringify(PUSHDOWN_DESCRIPTION) },
  });
}, START_MS);

afterAll(async () => {
  await server?.close();
  await rig?.stop();
  rmSync(dir, { recursive: true, force: true });
}, START_MS);

async function answer(catalog: string, sql: string): Promise<Omit<Recorded, 'sql'>> {
  try {
    const { rows } = await run({ url: server.url, catalog, schema: 'default' }, sql.replaceAll(/\bt\b(?= |$)/g, PUSHDOWN_TOPIC));
    return { rows: rows.map((row) => JSON.stringify(row)).toSorted() };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return { error: error.message.split('\n')[0] ?? '' };
  }
}

test('every statement is recorded', () => {
  expect(recorded.map(({ sql }) => sql)).toEqual(PUSHDOWN_STATEMENTS);
});

test.each(recorded)('as Trino: $sql', async ({ sql, ...expected }) => {
  expect(await answer('fresh', sql)).toEqual(expected);
  expect(await answer('kept', sql), 'with a cache').toEqual(expected);
  expect(await answer('kept', sql), 'out of the cache').toEqual(expected);
});

test.each([
  ['_partition_offset IN (5, 17, 9)', '0: [5, 18), 1: [5, 18), 2: [5, 18)'],
  ['_partition_offset < 5 OR _partition_offset = 9', '0: [0, 10), 1: [0, 10), 2: [0, 10)'],
  ['(_partition_id = 0 AND _partition_offset > 190) OR (_partition_id = 1 AND _partition_offset BETWEEN 150 AND 160)', '0: [150, 200), 1: [150, 200)'],
  ['_partition_offset < 5 OR id = 9', '0: [0, 200), 1: [0, 200), 2: [0, 200)'],
  ['_partition_id = 2 AND (_partition_offset IN (3, 4) OR _partition_offset IN (8, NULL))', '2: [0, 200)'],
])('no message beyond what a predicate can let through is read: %s', async (predicate, offsets) => {
  const { rows } = await run({ url: server.url, catalog: 'fresh', schema: 'default' }, `EXPLAIN SELECT id FROM ${PUSHDOWN_TOPIC} WHERE ${predicate}`);
  expect(/offsets = (.*)/.exec(String(rows[0]?.[0]))?.[1]).toBe(offsets);
});

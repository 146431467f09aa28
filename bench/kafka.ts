import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startKafka } from '../test/rig/kafka.ts';
import { type Answer, pages, run } from '../test/rig/statementClient.ts';
import { difference } from './compareAnswers.ts';
import { FIELDS, fill, lastHour } from './kafkaTopic.ts';
import { atLeast, atMost, line, note, title, usage, usageLine } from './report.ts';
import { type MeasuredServer, peakBytes } from './servers.ts';
import { measured, type Rig, takeTurns } from './turns.ts';

const MESSAGES = Number(process.env.MESSAGES ?? 1_000_000);
const CODECS = ['none', 'zstd'] as const;
const ROUNDS = Number(process.env.ROUNDS ?? 4);
const FIRST = { cpu: 0.6, wall: 0.4 };
const REPEATED = { cpu: 0.02, wall: 0.1 };
const SMALL_MS = 50;
const FIRST_ROW_MS = 100;
const PEAK_MEGABYTES = 512;
const INSERTED = 300_000;
const INSERTED_PER_CPU_SECOND = 100_000;
const INSERT_TOPIC = 'bench-inserted';

const SCANS: readonly (readonly [string, string])[] = [
  ['count(*), sum', 'SELECT count(*), sum(amount) FROM @'],
  ['group by, six columns', 'SELECT status, count(*), sum(amount), max(qty), count(distinct customer_id), max(order_id), bool_or(express) FROM @ GROUP BY 1'],
  ['filter on a field', "SELECT count(*) FROM @ WHERE city = 'city-77' AND qty > 3"],
];
const TAILS: readonly (readonly [string, string])[] = [
  ['LIMIT 100', 'SELECT * FROM @ LIMIT 100'],
  ['last 1,000', 'SELECT order_id, status, amount FROM @ ORDER BY _partition_offset DESC LIMIT 1000'],
];

interface Table {
  readonly rig: Rig;
  readonly name: string;
}

/**
 * Topics of JSON messages, plain and compressed, asked by both servers over HTTP, on the broker that TRINO_KAFKA or KAFKA_NODES names or on one
 * that is started for it. MESSAGES=10000000 is the large one. The servers must be able to make catalogs.
 */
export async function kafka(rig: Rig, dir: string): Promise<void> {
  const given = process.env.TRINO_KAFKA ?? process.env.KAFKA_NODES;
  const broker = given === undefined || given === '' ? await startKafka({ dataDir: path.join(dir, 'kafka'), heapMegabytes: 512, log: note }) : undefined;
  const nodes = broker?.nodes ?? given ?? '';
  const servers = [rig.lepton, rig.trino].filter((server) => server !== undefined);
  const topics = CODECS.map((codec) => `bench-${MESSAGES}-${codec}-36ms`);
  try {
    for (const [i, codec] of CODECS.entries()) await fill(nodes, topics[i] ?? '', MESSAGES, codec);
    await fill(nodes, INSERT_TOPIC, 0, 'none');
    for (const server of servers) await createCatalog(server, nodes, [...topics, INSERT_TOPIC], dir);
    try {
      for (const topic of topics) await compareTopic({ rig, name: `bench_kafka.default."${topic}"` });
      await insert(rig.lepton);
    } finally {
      for (const server of servers) await run({ url: server.url }, 'DROP CATALOG bench_kafka');
    }
  } finally {
    await broker?.stop();
  }
}

async function compareTopic(table: Table): Promise<void> {
  const { rig, name } = table;
  title(`Kafka: ${name}, ${MESSAGES} JSON messages, over HTTP, best of ${ROUNDS}`);
  for (const [what, sql] of SCANS) {
    await compare(table, `${what}: first`, sql, FIRST, forget);
    await compare(table, `${what}: again`, sql, REPEATED);
  }
  await compare(table, 'last hour: first', `SELECT status, count(*), sum(amount) FROM @ WHERE ${lastHour(MESSAGES)} GROUP BY 1`, FIRST, forget);
  for (const [what, sql] of TAILS) await tail(table, what, sql);
  await firstRow(table);
  const peak = peakBytes(rig.lepton.pid) / 1e6;
  line('peak resident', `${Math.round(peak)} MB`, undefined, undefined, atMost('peak', peak, PEAK_MEGABYTES, ' MB'));
  for (const server of [rig.lepton, rig.trino]) if (server !== undefined) await requireAllMessages(server, name);
}

/** Nothing is left of earlier reads. */
async function forget(server: MeasuredServer): Promise<void> {
  if (server.name === 'Lepton') await run({ url: server.url }, 'CALL bench_kafka.system.drop_cache()');
}

/** A broker that has dropped messages meanwhile makes every figure worthless. */
async function requireAllMessages(server: MeasuredServer, table: string): Promise<void> {
  const { rows } = await run({ url: server.url }, `SELECT count(*) FROM ${table}`);
  if (Number(rows[0]?.[0]) !== MESSAGES) throw new Error(`${server.name} counts ${rows[0]?.[0]} of ${MESSAGES} messages`);
}

async function compare(
  { rig, name }: Table,
  what: string,
  sql: string,
  most: typeof FIRST,
  prepare?: (server: MeasuredServer) => Promise<void>,
): Promise<void> {
  const answers = new Map<MeasuredServer, Answer>();
  const ask = async (server: MeasuredServer): Promise<unknown> => answers.set(server, await run({ url: server.url }, sql.replace('@', name)));
  const { lepton, trino } = await takeTurns(rig, ROUNDS, ask, prepare);
  usageLine(what, lepton, trino, most);
  const [ours, theirs] = [answers.get(rig.lepton), rig.trino === undefined ? undefined : answers.get(rig.trino)];
  if (ours === undefined || theirs === undefined) return;
  const different = difference(ours, theirs);
  if (different !== undefined) throw new Error(`${what}: ${different}`);
}

/** What must not depend on the topic's size. */
async function tail({ rig, name }: Table, what: string, sql: string): Promise<void> {
  const { lepton, trino } = await takeTurns(rig, ROUNDS, (server) => run({ url: server.url }, sql.replace('@', name)), forget);
  line(what, usage(lepton), trino === undefined ? undefined : usage(trino), undefined, atMost('wall', lepton.wallSeconds * 1000, SMALL_MS, ' ms'));
}

async function firstRow({ rig, name }: Table): Promise<void> {
  await forget(rig.lepton);
  const start = performance.now();
  let firstMs: number | undefined;
  for await (const { rows } of pages({ url: rig.lepton.url }, `SELECT order_id FROM ${name}`)) {
    if (firstMs === undefined && rows.length > 0) firstMs = performance.now() - start;
  }
  line('first row of all', `${Math.round(firstMs ?? Number.NaN)} ms`, undefined, undefined, atMost('wall', firstMs ?? Number.NaN, FIRST_ROW_MS, ' ms'));
}

async function insert(lepton: MeasuredServer): Promise<void> {
  title(`Kafka: INSERT of ${INSERTED} JSON messages`);
  const columns = FIELDS.filter(({ name }) => name !== 'created_at').map(({ name }) => name);
  const values = "n, n % 50000, 'PAID', n / 1e2, CAST(n % 17 AS integer), n % 5 = 0, 'city-77', 'lorem ipsum dolor sit amet, consectetur'";
  const source = `SELECT i * 1000 + j AS n FROM UNNEST(sequence(1, ${INSERTED / 1000})) AS a (i) CROSS JOIN UNNEST(sequence(1, 1000)) AS b (j)`;
  const sql = `INSERT INTO bench_kafka.default."${INSERT_TOPIC}" (${columns.join(', ')}) SELECT ${values} FROM (${source})`;
  let best = 0;
  for (let round = 0; round < ROUNDS; round++) {
    const { cpuSeconds } = await measured(lepton, (server) => run({ url: server.url }, sql));
    best = Math.max(best, INSERTED / cpuSeconds);
  }
  line('INSERT', `${Math.round(best / 1000)}k rows per CPU-s`, undefined, undefined, atLeast('rows per CPU-s', best, INSERTED_PER_CPU_SECOND, ''));
}

async function createCatalog(server: MeasuredServer, nodes: string, topics: readonly string[], dir: string): Promise<void> {
  const descriptions = path.join(dir, 'kafka-tables');
  mkdirSync(descriptions, { recursive: true });
  for (const topic of topics) {
    const description = { tableName: topic, schemaName: 'default', topicName: topic, message: { dataFormat: 'json', fields: FIELDS } };
    writeFileSync(path.join(descriptions, `${topic}.json`), JSON.stringify(description));
  }
  await run(
    { url: server.url },
    `CREATE CATALOG bench_kafka USING kafka WITH ("kafka.nodes" = '${nodes}', "kafka.table-names" = '${topics.join(',')}', "kafka.table-description-dir" = '${descriptions}')`,
  );
}

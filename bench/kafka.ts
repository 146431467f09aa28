import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { startKafka } from '../test/rig/kafka.ts';
import { type Answer, run } from '../test/rig/statementClient.ts';
import { difference } from './compareAnswers.ts';
import { FIELDS, fill } from './kafkaTopic.ts';
import { note, title, usageLine } from './report.ts';
import type { MeasuredServer } from './servers.ts';
import { type Rig, takeTurns } from './turns.ts';

const MESSAGES = Number(process.env.MESSAGES ?? 1_000_000);
const ROUNDS = 4;
const MOST = { cpu: 0.7, wall: 0.7 };
const TOPIC = `bench-${MESSAGES}-none`;

const STATEMENTS: readonly (readonly [string, string, typeof MOST | undefined])[] = [
  ['count(*), sum', 'SELECT count(*), sum(amount) FROM @', MOST],
  [
    'group by, six columns',
    'SELECT status, count(*), sum(amount), max(qty), count(distinct customer_id), max(order_id), bool_or(express) FROM @ GROUP BY 1',
    MOST,
  ],
  ['filter on a field', "SELECT count(*) FROM @ WHERE city = 'city-77' AND qty > 3", undefined],
  ['LIMIT 100', 'SELECT order_id, status, amount FROM @ LIMIT 100', undefined],
  ['last 1,000', 'SELECT order_id, status, amount FROM @ ORDER BY _partition_offset DESC LIMIT 1000', undefined],
];

/**
 * One topic of JSON messages, asked by both servers over HTTP, on the broker that TRINO_KAFKA or KAFKA_NODES names or on one that is started for it.
 * A Trino that cannot make catalogs must have the table already: TRINO_KAFKA_TABLE says its name.
 */
export async function kafka(rig: Rig, dir: string): Promise<void> {
  title(`Kafka: ${MESSAGES} JSON messages, over HTTP, best of ${ROUNDS}`);
  const given = process.env.TRINO_KAFKA ?? process.env.KAFKA_NODES;
  const broker = given === undefined || given === '' ? await startKafka({ dataDir: path.join(dir, 'kafka'), heapMegabytes: 512, log: note }) : undefined;
  const nodes = broker?.nodes ?? given ?? '';
  try {
    await fill(nodes, TOPIC, MESSAGES, 'none');
    const tables = new Map<MeasuredServer, string>();
    for (const server of [rig.lepton, rig.trino]) if (server !== undefined) tables.set(server, await tableOn(server, nodes, dir));
    try {
      for (const [name, sql, most] of STATEMENTS) await compare(rig, name, (server) => sql.replace('@', tables.get(server) ?? ''), most);
      for (const [server, table] of tables) await requireAllMessages(server, table);
    } finally {
      for (const [server, table] of tables) if (table.startsWith('bench_kafka')) await run({ url: server.url }, 'DROP CATALOG bench_kafka');
    }
  } finally {
    await broker?.stop();
  }
}

/** A broker that has dropped messages meanwhile makes every figure worthless. */
async function requireAllMessages(server: MeasuredServer, table: string): Promise<void> {
  const { rows } = await run({ url: server.url }, `SELECT count(*) FROM ${table}`);
  if (Number(rows[0]?.[0]) !== MESSAGES) throw new Error(`${server.name} counts ${rows[0]?.[0]} of ${MESSAGES} messages`);
}

async function compare(rig: Rig, name: string, sqlFor: (server: MeasuredServer) => string, most: typeof MOST | undefined): Promise<void> {
  const answers = new Map<MeasuredServer, Answer>();
  const { lepton, trino } = await takeTurns(rig, ROUNDS, async (server) => answers.set(server, await run({ url: server.url }, sqlFor(server))));
  usageLine(name, lepton, trino, most);
  const [ours, theirs] = [answers.get(rig.lepton), rig.trino === undefined ? undefined : answers.get(rig.trino)];
  if (ours === undefined || theirs === undefined || most === undefined) return;
  const different = difference(ours, theirs);
  if (different !== undefined) throw new Error(`${name}: ${different}`);
}

async function tableOn(server: MeasuredServer, nodes: string, dir: string): Promise<string> {
  const existing = process.env.TRINO_KAFKA_TABLE;
  if (server.name === 'Trino' && !server.own && existing !== undefined) return existing;
  const descriptions = path.join(dir, 'kafka-tables');
  mkdirSync(descriptions, { recursive: true });
  const description = { tableName: TOPIC, schemaName: 'default', topicName: TOPIC, message: { dataFormat: 'json', fields: FIELDS } };
  writeFileSync(path.join(descriptions, 'bench.json'), JSON.stringify(description));
  await run(
    { url: server.url },
    `CREATE CATALOG bench_kafka USING kafka WITH ("kafka.nodes" = '${nodes}', "kafka.table-names" = '${TOPIC}', "kafka.table-description-dir" = '${descriptions}')`,
  );
  return `bench_kafka.default."${TOPIC}"`;
}

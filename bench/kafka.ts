import { type Answer, pages, run } from '../test/rig/statementClient.ts';
import { difference } from './compareAnswers.ts';
import { benchBroker, CACHE_SEGMENTS, createKafkaCatalogs, DROP_CACHE, dropKafkaCatalogs, topicTable } from './kafkaCatalog.ts';
import { copyTopic, type Format } from './kafkaFormats.ts';
import { create, FIELDS, fill, jsonTopic, lastHour } from './kafkaTopic.ts';
import { atLeast, atMost, line, title, usage, usageLine } from './report.ts';
import { type MeasuredServer, peakBytes, resetPeak } from './servers.ts';
import { type BenchOptions, measured, type Rig, takeTurns } from './turns.ts';

const CODECS = ['none', 'zstd'] as const;
const FORMATS = ['avro', 'protobuf'] as const;
const FIRST = { cpu: 0.6, wall: 0.4 };
const REPEATED = { cpu: 0.02, wall: 0.1 };
const SMALL_MS = 50;
const FIRST_ROW_MS = 100;
const PEAK_MEGABYTES = 512;
/** Ten times the messages may take so many times the memory. */
const PEAK_GROWTH = 1.2;
const SMALL_TOPIC = 1_000_000;
const CACHE_MEGABYTES = 512;
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
  readonly options: BenchOptions;
}

/**
 * Topics of JSON messages, plain and compressed, and of Avro and Protobuf, asked by both servers over HTTP, on the broker that TRINO_KAFKA or
 * KAFKA_NODES names or on one that is started for it. They are filled once and stay. The servers must be able to make catalogs.
 */
export async function kafka(rig: Rig, dir: string, options: BenchOptions): Promise<void> {
  const broker = await benchBroker(dir);
  const { nodes } = broker;
  const servers = [rig.lepton, rig.trino].filter((server) => server !== undefined);
  const { messages } = options;
  const topicOf = (format: Format): string => `bench-${messages}-${format}`;
  const plain = jsonTopic(messages, 'none');
  const small = jsonTopic(Math.min(messages, SMALL_TOPIC), 'none');
  const table = (name: string): Table => ({ rig, name: topicTable(name), options });
  try {
    await fill(nodes, small, Math.min(messages, SMALL_TOPIC), 'none');
    for (const codec of CODECS) await fill(nodes, jsonTopic(messages, codec), messages, codec);
    for (const name of [INSERT_TOPIC, ...FORMATS.map(topicOf)]) await create(nodes, name);
    const json = [...new Set([small, ...CODECS.map((codec) => jsonTopic(messages, codec))]), INSERT_TOPIC];
    const topics = [...json.map((name) => ({ topic: name, format: 'json' as const })), ...FORMATS.map((format) => ({ topic: topicOf(format), format }))];
    await createKafkaCatalogs(servers, { nodes, dir, cacheMegabytes: CACHE_MEGABYTES }, topics);
    try {
      const allowed = messages > SMALL_TOPIC ? await peakOf(table(small), SMALL_TOPIC) : undefined;
      for (const codec of CODECS) await compareTopic(table(jsonTopic(messages, codec)), codec, allowed);
      await insert(rig.lepton, options);
      for (const format of FORMATS) {
        await copyTopic(rig.lepton.url, { from: topicTable(plain), to: topicTable(topicOf(format)), messages });
        await compareTopic(table(topicOf(format)), format, allowed);
      }
    } finally {
      await dropKafkaCatalogs(servers);
    }
  } finally {
    await broker.stop();
  }
}

/** `allowed`: megabytes that the small topic took. */
async function compareTopic(table: Table, kind: string, allowed: number | undefined): Promise<void> {
  const { rig, name, options } = table;
  title(`Kafka: ${name}, ${options.messages} messages (${kind}), over HTTP, best of ${options.rounds}`);
  resetPeak(rig.lepton.pid);
  for (const [what, sql] of SCANS) {
    await compare(table, `${what}: first`, sql, FIRST, forget);
    await compare(table, `${what}: again`, sql, REPEATED);
  }
  await cacheSize(rig.lepton);
  if (kind === 'none' || kind === 'zstd') {
    const lately = `SELECT status, count(*), sum(amount) FROM @ WHERE ${lastHour(options.messages)} GROUP BY 1`;
    await compare(table, 'last hour: first', lately, FIRST, forget);
  }
  for (const [what, sql] of TAILS) await tail(table, what, sql);
  await firstRow(table);
  const peak = peakBytes(rig.lepton.pid) / 1e6;
  const bounds = allowed === undefined ? [] : [atMost('of one million', peak / allowed, PEAK_GROWTH, 'x')];
  line('peak resident', `${Math.round(peak)} MB`, undefined, undefined, atMost('peak', peak, PEAK_MEGABYTES, ' MB'), ...bounds);
  for (const server of [rig.lepton, rig.trino]) if (server !== undefined) await requireAllMessages(server, name, options.messages);
}

/** Megabytes that the server has when it has read all of a topic in every way. */
async function peakOf({ rig, name, options }: Table, messages: number): Promise<number> {
  title(`Kafka: ${name}, ${messages} messages, for the memory`);
  resetPeak(rig.lepton.pid);
  for (let round = 0; round < options.rounds; round++)
    for (const [, sql] of SCANS) {
      await forget(rig.lepton);
      for (const read of [sql, sql]) await run({ url: rig.lepton.url }, read.replace('@', name));
    }
  const peak = peakBytes(rig.lepton.pid) / 1e6;
  line('peak resident', `${Math.round(peak)} MB`, undefined, undefined, atMost('peak', peak, PEAK_MEGABYTES, ' MB'));
  return peak;
}

/** After every scan has been kept. */
async function cacheSize(lepton: MeasuredServer): Promise<void> {
  for (const [, bytes] of (await run({ url: lepton.url }, `SELECT count(*), coalesce(sum(bytes), 0) FROM ${CACHE_SEGMENTS}`)).rows)
    line(
      'segment cache',
      `${Math.round(Number(bytes) / 1e6)} MB`,
      undefined,
      undefined,
      atMost('on disk', Number(bytes) / 1e6, CACHE_MEGABYTES * 1.048576, ' MB'),
    );
}

/** Nothing is left of earlier reads. */
async function forget(server: MeasuredServer): Promise<void> {
  if (server.name === 'Lepton') await run({ url: server.url }, DROP_CACHE);
}

/** A broker that has dropped messages meanwhile makes every figure worthless. */
async function requireAllMessages(server: MeasuredServer, table: string, messages: number): Promise<void> {
  const { rows } = await run({ url: server.url }, `SELECT count(*) FROM ${table}`);
  if (Number(rows[0]?.[0]) !== messages) throw new Error(`${server.name} counts ${rows[0]?.[0]} of ${messages} messages`);
}

async function compare(
  { rig, name, options }: Table,
  what: string,
  sql: string,
  most: typeof FIRST,
  prepare?: (server: MeasuredServer) => Promise<void>,
): Promise<void> {
  const answers = new Map<MeasuredServer, Answer>();
  const ask = async (server: MeasuredServer): Promise<unknown> => answers.set(server, await run({ url: server.url }, sql.replace('@', name)));
  const { lepton, trino } = await takeTurns(rig, options.rounds, ask, prepare);
  usageLine(what, lepton, trino, most);
  const [ours, theirs] = [answers.get(rig.lepton), rig.trino === undefined ? undefined : answers.get(rig.trino)];
  if (ours === undefined || theirs === undefined) return;
  const different = difference(ours, theirs);
  if (different !== undefined) throw new Error(`${what}: ${different}`);
}

/** What must not depend on the topic's size. */
async function tail({ rig, name, options }: Table, what: string, sql: string): Promise<void> {
  const { lepton, trino } = await takeTurns(rig, options.rounds, (server) => run({ url: server.url }, sql.replace('@', name)), forget);
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

async function insert(lepton: MeasuredServer, { rounds }: BenchOptions): Promise<void> {
  title(`Kafka: INSERT of ${INSERTED} JSON messages`);
  const columns = FIELDS.filter(({ name }) => name !== 'created_at').map(({ name }) => name);
  const values = "n, n % 50000, 'PAID', n / 1e2, CAST(n % 17 AS integer), n % 5 = 0, 'city-77', 'lorem ipsum dolor sit amet, consectetur'";
  const source = `SELECT i * 1000 + j AS n FROM UNNEST(sequence(1, ${INSERTED / 1000})) AS a (i) CROSS JOIN UNNEST(sequence(1, 1000)) AS b (j)`;
  const sql = `INSERT INTO ${topicTable(INSERT_TOPIC)} (${columns.join(', ')}) SELECT ${values} FROM (${source})`;
  let best = 0;
  for (let round = 0; round < rounds; round++) {
    const { cpuSeconds } = await measured(lepton, (server) => run({ url: server.url }, sql));
    best = Math.max(best, INSERTED / cpuSeconds);
  }
  line('INSERT', `${Math.round(best / 1000)}k rows per CPU-s`, undefined, undefined, atLeast('rows per CPU-s', best, INSERTED_PER_CPU_SECOND, ''));
}

// Reads a topic of JSON messages through the Kafka feed alone, and through a real Trino when TRINO_URL names one; the two take turns.
//   KAFKA_NODES=host:port [MESSAGES=1000000] [TRINO_URL=http://…] node bench/kafkaFeed.ts
// The Trino must run on this machine with catalog.management=dynamic. Without KAFKA_NODES it starts a broker of its own. Prints CPU-seconds of the reader and wall seconds; the best of RUNS runs.
import { mkdtempSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { startKafka } from '../test/rig/kafka.ts';
import { FIELDS, fill } from './kafkaTopic.ts';
import { cpuSeconds, processListeningOn } from './processCpu.ts';
import { begin, type KafkaCatalog, kafkaCatalog, SESSION, tableOf } from '../test/catalog/kafka/kafkaCatalog.ts';
import type { ConnectorTransaction, FeedSource, TableHandle, TableMetadata } from '../spi/connector.ts';

const MESSAGES = Number(process.env.MESSAGES ?? 1_000_000);
const RUNS = Number(process.env.RUNS ?? 3);

interface Measured {
  readonly rows: number;
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly firstPageMs: number;
}

async function read(transaction: ConnectorTransaction, table: TableMetadata, columns: readonly string[], handle: TableHandle): Promise<Measured> {
  const handles = columns.map((name) => {
    const column = table.columns.find((c) => c.name === name);
    if (column === undefined) throw new Error(name);
    return column.handle;
  });
  const cpu = process.cpuUsage();
  const start = performance.now();
  const { signal } = new AbortController();
  const scan = await transaction.scan(SESSION, handle, handles, signal);
  if (scan.kind !== 'rawMessages') throw new Error(scan.kind);
  const feed: { default: FeedSource } = await import(scan.module);
  let rows = 0;
  let firstPageMs = 0;
  const push = (page: { readonly rowCount: number }): Promise<void> => {
    if (rows === 0) firstPageMs = performance.now() - start;
    rows += page.rowCount;
    return Promise.resolve();
  };
  await feed.default(scan.argument, { push, signal });
  const used = process.cpuUsage(cpu);
  return { rows, cpuSeconds: (used.user + used.system) / 1e6, wallSeconds: (performance.now() - start) / 1000, firstPageMs };
}

async function measure(
  catalog: KafkaCatalog,
  topic: string,
  columns: readonly string[],
  options: { readonly limit?: number; readonly newest?: number },
): Promise<Measured> {
  const runs: Measured[] = [];
  for (let i = 0; i < RUNS; i++) {
    const transaction = begin(catalog.connector);
    const table = await tableOf(transaction, topic);
    let { handle } = table;
    if (options.limit !== undefined) handle = transaction.applyLimit?.(SESSION, handle, BigInt(options.limit))?.table ?? handle;
    const offset = table.columns.find((c) => c.name === '_partition_offset');
    if (options.newest !== undefined && offset !== undefined) {
      const sort = [{ column: offset.handle, ascending: false, nullsFirst: false }];
      handle = transaction.applyTopN?.(SESSION, handle, { count: BigInt(options.newest), sort })?.table ?? handle;
    }
    runs.push(await read(transaction, table, columns, handle));
    await transaction.commit();
  }
  return runs.toSorted((a, b) => a.cpuSeconds - b.cpuSeconds)[0] ?? { rows: 0, cpuSeconds: 0, wallSeconds: 0, firstPageMs: 0 };
}

interface TrinoAnswer {
  readonly nextUri?: string;
  readonly error?: { readonly message: string };
}

/** Runs a statement to its end; the error's text is raised. */
async function trino(url: string, sql: string): Promise<void> {
  let answer = (await (await fetch(`${url}/v1/statement`, { method: 'POST', body: sql, headers: { 'X-Trino-User': 'bench' } })).json()) as TrinoAnswer;
  while (answer.nextUri !== undefined) answer = (await (await fetch(answer.nextUri)).json()) as TrinoAnswer;
  if (answer.error !== undefined) throw new Error(`${sql}: ${answer.error.message}`);
}

async function measureTrino(url: string, nodes: string, topic: string, dir: string): Promise<void> {
  const catalog = `bench_${process.pid}_${topic.replaceAll('-', '_')}`;
  await trino(
    url,
    `CREATE CATALOG ${catalog} USING kafka WITH ("kafka.nodes" = '${nodes}', "kafka.table-names" = '${topic}', "kafka.table-description-dir" = '${dir}')`,
  );
  const pid = processListeningOn(Number(new URL(url).port));
  const table = `${catalog}.default."${topic}"`;
  const statements: readonly (readonly [string, string])[] = [
    ['count, sum', `SELECT count(*), sum(amount) FROM ${table}`],
    [
      'group by, six columns',
      `SELECT status, count(*), sum(amount), max(qty), count(distinct customer_id), max(order_id), bool_or(express) FROM ${table} GROUP BY 1`,
    ],
    ['limit 100', `SELECT * FROM ${table} LIMIT 100`],
    ['last 1,000', `SELECT * FROM ${table} ORDER BY _partition_offset DESC LIMIT 1000`],
  ];
  for (const [name, sql] of statements) {
    let best = { cpu: Number.POSITIVE_INFINITY, wall: 0 };
    for (let i = 0; i < RUNS; i++) {
      const before = cpuSeconds(pid);
      const start = performance.now();
      await trino(url, sql);
      const cpu = cpuSeconds(pid) - before;
      if (cpu < best.cpu) best = { cpu, wall: (performance.now() - start) / 1000 };
    }
    process.stdout.write(`Trino ${name.padEnd(26)} ${best.cpu.toFixed(2).padStart(21)} CPU-s ${best.wall.toFixed(2).padStart(6)} s\n`);
  }
  await trino(url, `DROP CATALOG ${catalog}`);
}

const broker = await startKafka({
  dataDir: mkdtempSync(path.join(os.tmpdir(), 'lepton-bench-')),
  heapMegabytes: 512,
  log: (line) => process.stdout.write(`${line}\n`),
});
try {
  for (const compression of ['none', 'zstd'] as const) {
    const topic = `bench-${MESSAGES}-${compression}`;
    await fill(broker.nodes, topic, MESSAGES, compression);
    const catalog = await kafkaCatalog(
      { 'kafka.nodes': broker.nodes, 'kafka.table-names': topic },
      { 'bench.json': { tableName: topic, topicName: topic, message: { dataFormat: 'json', fields: FIELDS } } },
    );
    const all = FIELDS.map((f) => f.name);
    const cases: readonly (readonly [string, readonly string[], { readonly limit?: number; readonly newest?: number }])[] = [
      ['no column (count)', [], {}],
      ['one number (count, sum)', ['amount'], {}],
      ['six columns (group by)', ['status', 'amount', 'qty', 'customer_id', 'order_id', 'express'], {}],
      ['all nine columns', all, {}],
      ['_message', ['_message'], {}],
      ['limit 100', all, { limit: 100 }],
      ['last 1,000', all, { newest: 1_000 }],
    ];
    for (const [name, columns, options] of cases) {
      const m = await measure(catalog, topic, columns, options);
      process.stdout.write(
        `${compression.padEnd(5)} ${name.padEnd(26)} ${String(m.rows).padStart(9)} rows ${m.cpuSeconds.toFixed(2).padStart(6)} CPU-s ${m.wallSeconds.toFixed(2).padStart(6)} s, first page ${m.firstPageMs.toFixed(0).padStart(4)} ms\n`,
      );
    }
    await catalog.connector.close();
    const url = process.env.TRINO_URL;
    if (url !== undefined) await measureTrino(url, broker.nodes, topic, catalog.dir);
  }
  process.stdout.write(`peak memory ${Math.round(process.resourceUsage().maxRSS / 1024)} MB\n`);
} finally {
  await broker.stop();
}

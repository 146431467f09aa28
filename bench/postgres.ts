/**
 * Loads and scans of PostgreSQL tables, beside a real Trino on the same database, the two taking turns:
 *   TRINO_URL=http://localhost:8080 PG_URL=postgresql://postgres@localhost:5432/app node bench/postgres.ts [rows]
 * Trino's catalog of that database is `postgresql`, and it has `tpch`. Without TRINO_URL only Lepton is measured.
 */
import pg from 'pg';
import { postgresqlConnectorFactory } from '../catalog/postgresql/index.ts';
import type { FeedSource, Scan } from '../spi/connector.ts';
import type { Block, Page } from '../spi/page.ts';
import { BIGINT, char, DATE, DOUBLE, decimal, INTEGER, type Type, timestamp, VARCHAR, varchar } from '../spi/type.ts';
import { connectorContext, SESSION } from '../test/connector/connectorContext.ts';
import { inTransaction, requireTable } from '../test/connector/rows.ts';
import { startTestServer } from '../test/rig/server.ts';
import { StatementAsker } from '../test/sql/askServer.ts';
import { cpuSeconds, processListeningOn } from './processCpu.ts';

const { TRINO_URL, PG_URL = 'postgresql://postgres@localhost:5432/postgres' } = process.env;
const ROWS = Number(process.argv[2] ?? 1_000_000);
const ROUNDS = 3;
const SCHEMA = 'lepton_bench';
const PAGE_ROWS = 2048;

const LOADED: readonly (readonly [string, Type])[] = [
  ['orderkey', BIGINT],
  ['custkey', BIGINT],
  ['orderstatus', char(1)],
  ['totalprice', decimal(12, 2)],
  ['discount', DOUBLE],
  ['orderdate', DATE],
  ['priority', INTEGER],
  ['clerk', varchar(15)],
  ['at', timestamp(3)],
  ['comment', VARCHAR],
];

const ownCpu = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

const database = new URL(PG_URL);
const url = `jdbc:postgresql://${database.host}${database.pathname}`;
const credentials = {
  'connection-url': url,
  'connection-user': decodeURIComponent(database.username),
  'connection-password': decodeURIComponent(database.password),
};
const admin = new pg.Client({ connectionString: PG_URL });
await admin.connect();
await admin.query(`DROP SCHEMA IF EXISTS ${SCHEMA} CASCADE; CREATE SCHEMA ${SCHEMA};
  CREATE TABLE ${SCHEMA}.orders AS SELECT g::bigint AS orderkey, (g * 7 % 150000)::bigint AS custkey, (ARRAY['F', 'O', 'P'])[1 + g % 3]::char(1) AS orderstatus,
    (g * 1.25)::numeric(12, 2) AS totalprice, g * 1.5::float8 AS discount, date '1992-01-01' + g % 2400 AS orderdate, (g % 5)::int AS priority,
    ('Clerk#' || lpad((g % 1000)::text, 9, '0'))::varchar(15) AS clerk, (timestamp '2020-01-01' + g * interval '1 second')::timestamp(3) AS at,
    'comment about the order number ' || g || ' quickly' AS comment FROM generate_series(1, ${ROWS}) g;
  GRANT ALL ON SCHEMA ${SCHEMA} TO PUBLIC; GRANT ALL ON ALL TABLES IN SCHEMA ${SCHEMA} TO PUBLIC;
  ANALYZE ${SCHEMA}.orders`);
const connector = await postgresqlConnectorFactory.create(connectorContext('postgresql', credentials).context);

try {
  await measure('scan alone, 10 columns', ROWS, scanAlone);
  await measure('load alone, 10 columns', ROWS, loadAlone);
  await sideBySide();
} finally {
  await connector.close();
  await admin.query(`DROP SCHEMA ${SCHEMA} CASCADE`);
  await admin.end();
}

interface Measured {
  readonly seconds: number;
  readonly cpuSeconds: number;
}

async function measure(what: string, rows: number, work: () => Promise<unknown>, cpuClock = ownCpu): Promise<Measured> {
  let seconds = Number.POSITIVE_INFINITY;
  let cpu = Number.POSITIVE_INFINITY;
  for (let round = 0; round < ROUNDS; round++) {
    const [start, startCpu] = [performance.now(), cpuClock()];
    await work();
    seconds = Math.min(seconds, (performance.now() - start) / 1000);
    cpu = Math.min(cpu, cpuClock() - startCpu);
  }
  console.log(`${what.padEnd(48)} ${seconds.toFixed(2)} s  ${Math.round(rows / seconds).toLocaleString('en')} rows/s  ${cpu.toFixed(2)} CPU-s`);
  return { seconds, cpuSeconds: cpu };
}

async function drain(scan: Scan): Promise<number> {
  let rows = 0;
  const push = async (page: Page): Promise<void> => {
    rows += page.rowCount;
  };
  if (scan.kind === 'rawMessages') {
    const source: { default: FeedSource } = await import(scan.module);
    await source.default(scan.argument, { push, signal: new AbortController().signal });
  } else if (scan.kind === 'pages') for await (const page of scan.pages) await push(page);
  return rows;
}

async function scanAlone(): Promise<void> {
  await inTransaction(connector, async (t) => {
    const table = await requireTable(t, { schema: SCHEMA, table: 'orders' });
    const scan = await t.scan(
      SESSION,
      table.handle,
      table.columns.map((column) => column.handle),
      new AbortController().signal,
    );
    const rows = await drain(scan);
    if (rows !== ROWS) throw new Error(`${rows} rows instead of ${ROWS}`);
  });
}

async function loadAlone(): Promise<void> {
  await admin.query(`DROP TABLE IF EXISTS ${SCHEMA}.loaded`);
  await inTransaction(connector, async (t) => {
    const columns = LOADED.map(([name, type]) => ({ name, type, nullable: true, properties: new Map() }));
    const sink = await t.beginCreateTable?.(SESSION, { name: { schema: SCHEMA, table: 'loaded' }, columns, properties: new Map() }, 'fail');
    if (sink?.kind !== 'pages') throw new Error('no sink');
    const page = loadedPage();
    for (let written = 0; written < ROWS; written += PAGE_ROWS) await sink.append(page);
    await sink.finish();
  });
}

function loadedPage(): Page {
  const numbers = Array.from({ length: PAGE_ROWS }, (_, i) => i);
  const columns: Block[] = [
    { kind: 'fixed', data: BigInt64Array.from(numbers, BigInt) },
    { kind: 'fixed', data: BigInt64Array.from(numbers, (i) => BigInt(i * 7)) },
    textBlock(numbers.map((i) => 'FOP'[i % 3] ?? '')),
    { kind: 'fixed', data: BigInt64Array.from(numbers, (i) => BigInt(i * 12_345)) },
    { kind: 'fixed', data: Float64Array.from(numbers, (i) => i * 1.5) },
    { kind: 'fixed', data: Int32Array.from(numbers, (i) => 8035 + i) },
    { kind: 'fixed', data: Int32Array.from(numbers, (i) => i % 5) },
    textBlock(numbers.map((i) => `Clerk#${String(i % 1000).padStart(9, '0')}`)),
    { kind: 'fixed', data: BigInt64Array.from(numbers, (i) => 1_577_836_800_000_000n + BigInt(i) * 1_000_000n) },
    textBlock(numbers.map((i) => `comment about the order number ${i} quickly`)),
  ];
  return { rowCount: PAGE_ROWS, columns };
}

function textBlock(texts: readonly string[]): Block {
  const slots = new Uint32Array(texts.length * 4);
  const inline = new Uint8Array(slots.buffer);
  const parts: Buffer[] = [];
  let used = 0;
  texts.forEach((text, row) => {
    const bytes = Buffer.from(text);
    slots[row * 4] = bytes.length;
    inline.set(bytes.subarray(0, bytes.length <= 12 ? 12 : 4), row * 16 + 4);
    if (bytes.length <= 12) return;
    slots[row * 4 + 2] = used;
    parts.push(bytes);
    used += bytes.length;
  });
  return { kind: 'bytes', slots, heap: Buffer.concat(parts) };
}

/** Whole statements, over the clients' protocol. */
async function sideBySide(): Promise<void> {
  const server = await startTestServer({
    catalogs: {
      postgresql: `connector.name=postgresql\n${Object.entries(credentials)
        .map(([key, value]) => `${key}=${value}\n`)
        .join('')}`,
    },
  });
  const lepton = new StatementAsker(server.url);
  const trino = TRINO_URL === undefined ? undefined : new StatementAsker(TRINO_URL);
  const scanAll = `SELECT count(*), sum(orderkey), sum(custkey), max(orderstatus), sum(totalprice), max(discount), max(orderdate), sum(priority), max(clerk), max(at), max(comment) FROM ${SCHEMA}.orders WHERE rand() < 2`;
  const statements = [
    ['full scan to an aggregate', ROWS, scanAll],
    ['filtered scan', ROWS, `SELECT count(*), max(comment) FROM ${SCHEMA}.orders WHERE custkey % 10 = 3 AND length(comment) > 5`],
    ['aggregation that is pushed down', ROWS, `SELECT priority, count(*), sum(totalprice) FROM ${SCHEMA}.orders GROUP BY priority`],
    [
      'join with 1,000 keys',
      ROWS,
      `SELECT count(*), sum(totalprice) FROM ${SCHEMA}.orders o JOIN (SELECT orderkey k FROM tpch.tiny.orders WHERE orderkey < 4000) t ON o.orderkey = t.k`,
    ],
    ['CREATE TABLE AS, 10 columns', 100_000, `CREATE TABLE ${SCHEMA}.made_@ AS SELECT * FROM ${SCHEMA}.orders WHERE orderkey <= 100000`],
  ] as const;
  const trinoPid = TRINO_URL === undefined ? 0 : processListeningOn(Number(new URL(TRINO_URL).port));
  try {
    for (const [what, rows, sql] of statements) {
      const run = (name: string, asker: StatementAsker, cpuClock: () => number) =>
        measure(
          `${what}: ${name}`,
          rows,
          async () => {
            await admin.query(`DROP TABLE IF EXISTS ${SCHEMA}.made_${name.toLowerCase()}`);
            const { error } = await asker.ask(sql.replace('@', name.toLowerCase()), { catalog: 'postgresql', schema: SCHEMA, tz: 'UTC' });
            if (error !== undefined) throw new Error(`${name}: ${error.message}`);
          },
          cpuClock,
        );
      const theirs = trino === undefined ? undefined : await run('Trino', trino, () => cpuSeconds(trinoPid));
      const mine = await run('Lepton', lepton, ownCpu);
      if (theirs === undefined) continue;
      console.log(
        `${what.padEnd(48)} ${(theirs.seconds / mine.seconds).toFixed(1)} × Trino's rate at ${(mine.cpuSeconds / theirs.cpuSeconds).toFixed(2)} × its CPU`,
      );
    }
  } finally {
    lepton.close();
    trino?.close();
    await server.close();
  }
}

import { chmodSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { createPostgresCatalogSql, startPostgres } from '../test/rig/postgres.ts';
import { type Answer, run } from '../test/rig/statementClient.ts';
import { difference } from './compareAnswers.ts';
import { benchBroker, createKafkaCatalogs, dropKafkaCatalogs, topicTable } from './kafkaCatalog.ts';
import { FIELDS, fill as fillTopic, jsonTopic } from './kafkaTopic.ts';
import { atLeast, atMost, line, note, title, usage } from './report.ts';
import type { MeasuredServer } from './servers.ts';
import { type Rig, takeTurns } from './turns.ts';

const ROWS = Number(process.env.ROWS ?? 1_000_000);
const INSERTED = 100_000;
const ROUNDS = 2;
const SCHEMA = 'bench';
const CATALOG = 'bench_postgresql';
const TOPIC = jsonTopic(ROWS, 'none');

const DROP_LOADED = `DROP TABLE IF EXISTS ${SCHEMA}.loaded_lepton, ${SCHEMA}.loaded_trino`;

interface Statement {
  readonly name: string;
  readonly rows: number;
  /** `@`: a name of the server's own. */
  readonly sql: string;
  /** Run before each turn at the database. */
  readonly reset?: string;
  readonly least?: { readonly rowsTimes: number; readonly rowsPerSecond?: number };
  readonly cpuMost?: number;
}

const STATEMENTS: readonly Statement[] = [
  {
    name: 'full scan to an aggregate',
    rows: ROWS,
    // what is random cannot be pushed down
    sql: 'SELECT count(*), sum(orderkey), sum(custkey), max(orderstatus), sum(totalprice), max(discount), max(orderdate), sum(priority), max(clerk), max(created), max(comment) FROM orders WHERE rand() < 2',
    least: { rowsTimes: 3 },
    cpuMost: 0.4,
  },
  { name: 'filtered scan', rows: ROWS, sql: 'SELECT count(*), max(comment) FROM orders WHERE custkey % 10 = 3 AND length(comment) > 5 AND rand() < 2' },
  { name: 'aggregation at the database', rows: ROWS, sql: 'SELECT priority, count(*), sum(totalprice) FROM orders GROUP BY priority' },
  {
    name: 'join with 1,000 keys',
    rows: ROWS,
    sql: 'SELECT count(*), sum(totalprice) FROM orders o JOIN (SELECT orderkey k FROM tpch.tiny.orders WHERE orderkey < 4000) t ON o.orderkey = t.k',
  },
  {
    name: 'CREATE TABLE AS from Kafka',
    rows: ROWS,
    sql: `CREATE TABLE loaded_@ AS SELECT ${FIELDS.map(({ name }) => name).join(', ')}, _partition_id FROM ${topicTable(TOPIC)}`,
    reset: DROP_LOADED,
    least: { rowsTimes: 6, rowsPerSecond: 200_000 },
  },
  {
    name: 'CREATE TABLE AS from tpch',
    rows: ROWS,
    sql: `CREATE TABLE loaded_@ AS SELECT orderkey, custkey, orderstatus, totalprice, orderdate, orderpriority, clerk, shippriority, comment, CAST(orderdate AS timestamp(3)) created FROM tpch.sf1.orders WHERE orderkey <= ${4 * ROWS}`,
    reset: DROP_LOADED,
    least: { rowsTimes: 6, rowsPerSecond: 200_000 },
  },
  {
    name: `INSERT of ${INSERTED} rows`,
    rows: INSERTED,
    sql: `INSERT INTO inserted SELECT * FROM orders WHERE orderkey <= ${INSERTED}`,
    reset: `DROP TABLE IF EXISTS ${SCHEMA}.inserted; CREATE TABLE ${SCHEMA}.inserted (LIKE ${SCHEMA}.orders)`,
    least: { rowsTimes: 6 },
  },
];

/** Loads and scans of PostgreSQL tables by both servers, on the server that the PG* variables name or on one that is started for it. */
export async function postgres(rig: Rig, dir: string): Promise<void> {
  title(`PostgreSQL: ${ROWS} rows x 10 columns, best of ${ROUNDS}`);
  const folder = path.join(dir, 'postgres');
  mkdirSync(folder, { recursive: true });
  // the server runs as a user of its own
  for (const part of [dir, folder]) chmodSync(part, 0o755);
  const database = await startPostgres({ dataDir: path.join(folder, 'data'), log: note });
  const admin = new pg.Client({ connectionString: database.url });
  await admin.connect();
  const broker = await benchBroker(dir);
  const servers = [rig.lepton, rig.trino].filter((server) => server !== undefined);
  try {
    await fill(admin);
    await fillTopic(broker.nodes, TOPIC, ROWS, 'none');
    for (const server of servers) await run({ url: server.url }, createPostgresCatalogSql(CATALOG, database));
    await createKafkaCatalogs(servers, { nodes: broker.nodes, dir }, [{ topic: TOPIC, format: 'json' }]);
    for (const statement of STATEMENTS) await compare(rig, admin, statement);
  } finally {
    for (const server of servers) await run({ url: server.url }, `DROP CATALOG ${CATALOG}`);
    await dropKafkaCatalogs(servers);
    await admin.query(`DROP SCHEMA IF EXISTS ${SCHEMA} CASCADE`);
    await admin.end();
    await database.stop();
    await broker.stop();
  }
}

async function fill(admin: pg.Client): Promise<void> {
  await admin.query(`DROP SCHEMA IF EXISTS ${SCHEMA} CASCADE; CREATE SCHEMA ${SCHEMA};
    CREATE TABLE ${SCHEMA}.orders AS SELECT g::bigint AS orderkey, (g * 7 % 150000)::bigint AS custkey, (ARRAY['F', 'O', 'P'])[1 + g % 3]::char(1) AS orderstatus,
      (g * 1.25)::numeric(12, 2) AS totalprice, g * 1.5::float8 AS discount, date '1992-01-01' + g % 2400 AS orderdate, (g % 5)::int AS priority,
      ('Clerk#' || lpad((g % 1000)::text, 9, '0'))::varchar(15) AS clerk, (timestamp '2020-01-01' + g * interval '1 second')::timestamp(3) AS created,
      'comment about the order number ' || g || ' quickly' AS comment FROM generate_series(1, ${ROWS}) g;
    ANALYZE ${SCHEMA}.orders`);
}

async function compare(rig: Rig, admin: pg.Client, { name, rows, sql, reset, least, cpuMost }: Statement): Promise<void> {
  const answers = new Map<MeasuredServer, Answer>();
  const { lepton, trino } = await takeTurns(rig, ROUNDS, async (server) => {
    if (reset !== undefined) await admin.query(reset);
    answers.set(server, await run({ url: server.url, catalog: CATALOG, schema: SCHEMA }, sql.replace('@', server.name.toLowerCase())));
  });
  const rate = rows / lepton.wallSeconds;
  const text = `${usage(lepton)}, ${Math.round(rate / 1000)}k rows/s`;
  const alone = least?.rowsPerSecond === undefined ? [] : [atLeast('rows/s', Math.round(rate), least.rowsPerSecond, '')];
  if (trino === undefined || rig.trino === undefined) return line(name, text, undefined, undefined, ...alone);
  const [ours, theirs] = [answers.get(rig.lepton), answers.get(rig.trino)];
  const different = ours === undefined || theirs === undefined ? 'no answer' : difference(ours, theirs);
  if (different !== undefined) throw new Error(`${name}: ${different}`);
  const times = trino.wallSeconds / lepton.wallSeconds;
  const cpu = lepton.cpuSeconds / trino.cpuSeconds;
  const targets = [
    ...(least === undefined ? [] : [atLeast('rows/s', times, least.rowsTimes, 'x')]),
    ...alone,
    ...(cpuMost === undefined ? [] : [atMost('CPU', cpu, cpuMost, 'x')]),
  ];
  line(name, text, usage(trino), `CPU ${cpu.toFixed(2)}x, rows/s ${times.toFixed(1)}x`, ...targets);
}

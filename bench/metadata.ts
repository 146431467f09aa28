/** What clients ask to fill their trees of schemas and tables: a PostgreSQL with 1,000 schemas and 10,000 tables, a memory catalog with many tables. */
import { chmodSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import pg from 'pg';
import { createPostgresCatalogSql, startPostgres } from '../test/rig/postgres.ts';
import { createSchemas } from '../test/rig/schemas.ts';
import { run } from '../test/rig/statementClient.ts';
import { RawReader } from './rawReader.ts';
import { atMost, line, note, title } from './report.ts';
import type { MeasuredServer } from './servers.ts';
import { measured, type Rig } from './turns.ts';

const SCHEMAS = Number(process.env.SCHEMAS ?? 1_000);
const TABLES_PER_SCHEMA = 10;
const MEMORY_TABLES = Number(process.env.MEMORY_TABLES ?? 1_000);
const ROUNDS = 3;
const SECONDS_MAX = 1;
const CATALOG = 'bench_listing';

const statementsOf = (catalog: string, schema: string, table: string): readonly string[] => [
  `SELECT * FROM system.jdbc.schemas WHERE table_catalog = '${catalog}'`,
  `SELECT * FROM system.jdbc.tables WHERE table_cat = '${catalog}'`,
  `SELECT * FROM system.jdbc.tables WHERE table_cat = '${catalog}' AND table_schem LIKE '${schema}' ESCAPE '\\'`,
  `SELECT * FROM system.jdbc.columns WHERE table_cat = '${catalog}'`,
  `SELECT * FROM system.jdbc.columns WHERE table_cat = '${catalog}' AND table_schem LIKE '${schema}' ESCAPE '\\'`,
  `SELECT * FROM system.jdbc.columns WHERE table_cat = '${catalog}' AND table_schem LIKE '${schema}' ESCAPE '\\' AND table_name LIKE '${table}' ESCAPE '\\'`,
  `SELECT * FROM system.jdbc.columns WHERE table_cat = '${catalog}' AND table_name = '${table}'`,
  `SELECT * FROM ${catalog}.information_schema.tables`,
  `SELECT * FROM ${catalog}.information_schema.tables WHERE table_schema = '${schema}'`,
  `SELECT * FROM ${catalog}.information_schema.columns`,
  `SELECT * FROM ${catalog}.information_schema.columns WHERE table_schema = '${schema}'`,
  `SELECT * FROM ${catalog}.information_schema.columns WHERE table_schema = '${schema}' AND table_name = '${table}'`,
  `SELECT * FROM system.metadata.table_comments WHERE catalog_name = '${catalog}'`,
  `SELECT * FROM system.metadata.table_comments WHERE catalog_name = '${catalog}' AND schema_name = '${schema}'`,
  `SHOW SCHEMAS FROM ${catalog}`,
  `SHOW TABLES FROM ${catalog}.${schema}`,
  `SHOW COLUMNS FROM ${catalog}.${schema}.${table}`,
];

export async function metadata(rig: Rig, dir: string): Promise<void> {
  const folder = path.join(dir, 'listing');
  mkdirSync(folder, { recursive: true });
  // the server runs as a user of its own
  for (const part of [dir, folder]) chmodSync(part, 0o755);
  const database = await startPostgres({ dataDir: path.join(folder, 'data'), log: note });
  const admin = new pg.Client({ connectionString: database.url });
  const servers = [rig.lepton, rig.trino].filter((server) => server !== undefined);
  try {
    await admin.connect();
    await createSchemas(admin, SCHEMAS, TABLES_PER_SCHEMA);
    for (const server of servers) await run({ url: server.url }, createPostgresCatalogSql(CATALOG, database));
    title(`listing: PostgreSQL with ${SCHEMAS} schemas, ${SCHEMAS * TABLES_PER_SCHEMA} tables; best of ${ROUNDS}`);
    for (const sql of statementsOf(CATALOG, 'listed_7', 'table_3')) await compare(rig, sql);
    await run({ url: rig.lepton.url }, 'CREATE SCHEMA memory.listed');
    for (let at = 0; at < MEMORY_TABLES; at++) await run({ url: rig.lepton.url }, `CREATE TABLE memory.listed.table_${at} (a bigint, b varchar, c date)`);
    title(`listing: memory with ${MEMORY_TABLES} tables; best of ${ROUNDS}`);
    for (const sql of statementsOf('memory', 'listed', 'table_3')) await compare({ lepton: rig.lepton, trino: undefined }, sql);
  } finally {
    for (const server of servers) await run({ url: server.url }, `DROP CATALOG IF EXISTS ${CATALOG}`);
    await run({ url: rig.lepton.url }, 'DROP SCHEMA IF EXISTS memory.listed CASCADE');
    await admin.end();
    await database.stop();
  }
}

async function compare({ lepton, trino }: Rig, sql: string): Promise<void> {
  const ours = await quickest(lepton, sql);
  const theirs = trino === undefined ? undefined : await quickest(trino, sql);
  process.stdout.write(`  ${sql}\n`);
  const text = (seconds: number): string => `${(seconds * 1000).toFixed(0)} ms`;
  const ratio = theirs === undefined ? undefined : `wall ${(ours / theirs).toFixed(2)}x`;
  line('', text(ours), theirs === undefined ? undefined : text(theirs), ratio, atMost('wall', ours, SECONDS_MAX, ' s'));
}

/** Seconds. */
async function quickest(server: MeasuredServer, sql: string): Promise<number> {
  const reader = new RawReader(server.url);
  const seconds: number[] = [];
  for (let round = 0; round < ROUNDS; round++) seconds.push((await measured(server, () => reader.run(sql))).wallSeconds);
  reader.close();
  return Math.min(...seconds);
}

import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { type PostgresRig, postgresCatalogFile, startPostgres } from '../../rig/postgres.ts';
import { startTestServer, type TestServer } from '../../rig/server.ts';
import { run } from '../../rig/statementClient.ts';

let dir: string;
let postgres: PostgresRig;
let server: TestServer;
let logged = 0;

beforeAll(async () => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'lepton-dynamic-'));
  chmodSync(dir, 0o755);
  postgres = await startPostgres({ dataDir: path.join(dir, 'data'), settings: { log_statement: 'all' } });
  const admin = new pg.Client({ connectionString: postgres.url });
  await admin.connect();
  await admin.query(`CREATE TABLE big AS SELECT g::bigint AS id, 'name ' || g AS name, repeat('x', 100) AS pad FROM generate_series(1, 60000) g;
    CREATE UNIQUE INDEX ON big (id); ANALYZE big`);
  await admin.end();
  server = await startTestServer({ catalogs: { postgresql: postgresCatalogFile(postgres) } });
  await ask("CREATE TABLE memory.default.small AS SELECT * FROM (VALUES (BIGINT '7', 'name 7'), (70, 'name x'), (NULL, NULL), (999999, NULL)) t (k, n)");
});
afterAll(async () => {
  await server.close();
  await postgres.stop();
  rmSync(dir, { recursive: true, force: true });
});
beforeEach(() => {
  logged = log().length;
});

const log = (): string => readFileSync(postgres.logFile ?? '', 'utf8');
const reads = (): readonly string[] =>
  log()
    .slice(logged)
    .split('\n')
    .filter((line) => line.includes('COPY (') && line.includes('"big"'));

async function ask(sql: string): Promise<string> {
  const { rows } = await run({ url: server.url, catalog: 'postgresql', schema: 'public' }, sql);
  return JSON.stringify(rows);
}

it.each([
  ['SELECT id, name FROM big JOIN memory.default.small ON id = k ORDER BY id', '[[7,"name 7"],[70,"name 70"]]'],
  ['SELECT id FROM memory.default.small JOIN big ON name = n', '[[7]]'],
  ['SELECT k, id FROM memory.default.small LEFT JOIN big ON id = k ORDER BY k', '[[7,7],[70,70],[999999,null],[null,null]]'],
  ['SELECT count(*) FROM big WHERE id IN (SELECT k + 1 FROM memory.default.small)', '[[2]]'],
  ['SELECT count(*) FROM big JOIN (SELECT nationkey FROM tpch.tiny.nation WHERE nationkey > 20) ON id = nationkey', '[[4]]'],
  ['SELECT count(*) FROM big JOIN memory.default.small ON id = k AND k < 0', '[[0]]'],
  ['SELECT c FROM (SELECT id, count(*) c FROM big GROUP BY id) JOIN memory.default.small ON id = k', '[[1],[1]]'],
])('%s reads only the rows that it needs', async (sql, answer) => {
  expect(await ask(sql)).toBe(answer);
  const statements = reads();
  expect(statements.length).toBeGreaterThan(0);
  for (const statement of statements) expect(statement).toMatch(/WHERE .*(= ANY|IN \(|false)/i);
});

it.each([
  ['the rows of the large side are all kept', 'SELECT count(*), count(k) FROM big LEFT JOIN memory.default.small ON id = k', '[[60000,2]]'],
  ['NOT IN', 'SELECT count(*) FROM big WHERE id NOT IN (SELECT k FROM memory.default.small WHERE k IS NOT NULL)', '[[59998]]'],
  ['there are too many values', 'SELECT count(*) FROM big JOIN (SELECT orderkey k FROM tpch.tiny.orders) ON id = k', '[[15000]]'],
  ['the values are not the same twice', 'SELECT count(*) >= 0 FROM big JOIN (SELECT k FROM memory.default.small WHERE rand() < 2) ON id = k', '[[true]]'],
])('reads the whole table where %s', async (_, sql, answer) => {
  expect(await ask(sql)).toBe(answer);
  for (const statement of reads()) expect(statement).not.toMatch(/WHERE .*(= ANY|IN \()/i);
});

it('is left out when a statement writes into the engine', async () => {
  await ask('CREATE TABLE memory.default.written AS SELECT id FROM big JOIN memory.default.small ON id = k');
  expect(await ask('SELECT count(*) FROM memory.default.written')).toBe('[[2]]');
});

it('leaves nothing behind for the next query on the connection', async () => {
  await ask('SELECT count(*) FROM big JOIN memory.default.small ON id = k');
  await ask('INSERT INTO memory.default.small VALUES (8, NULL)');
  expect(await ask('SELECT count(*) FROM big JOIN memory.default.small ON id = k')).toBe('[[3]]');
});

const explain = async (sql: string, how = 'TYPE LOGICAL'): Promise<string> => {
  const { rows } = await run({ url: server.url, catalog: 'postgresql', schema: 'public' }, `EXPLAIN (${how}) ${sql}`);
  return String(rows[0]?.[0]);
};

it('is shown by EXPLAIN at the join and at the scan', async () => {
  const text = await explain('SELECT id, name FROM big JOIN memory.default.small ON id = k');
  const [, name] = /dynamicFilterAssignments = \{k -> #(df_\d+)\}/.exec(text) ?? [];
  expect(name).toBeDefined();
  expect(text).toContain(`├─ ScanFilter[table = postgresql:public.big postgres.public.big, dynamicFilters = {id = #${name}}]`);
  expect(text).toMatch(/InnerJoin\[criteria = \(id = k\)\]\n.*Layout.*\n(.*Estimates.*\n)?.*dynamicFilterAssignments/);
});

it('is shown beside other conditions, of semi-joins too, and as JSON', async () => {
  const both = await explain("SELECT id FROM big JOIN memory.default.small ON id = k WHERE lower(name) = 'name 7'");
  expect(both).toMatch(/filterPredicate = \(.*lower\(name\) = varchar 'name 7'\), dynamicFilters = \{id = #df_\d+\}\]/);
  const semi = await explain('SELECT id FROM big WHERE id IN (SELECT k FROM memory.default.small)');
  const [, name] = /dynamicFilterId: (df_\d+)/.exec(semi) ?? [];
  expect(semi).toContain(`dynamicFilters = {id = #${name}}`);
  const json = await explain('SELECT id FROM big JOIN memory.default.small ON id = k', 'TYPE LOGICAL, FORMAT JSON');
  expect(json).toMatch(/"filterPredicate" : "",\s*"dynamicFilters" : "\{id = #df_\d+\}"/);
});

it('is not shown where there is none', async () => {
  expect(await explain('SELECT count(k) FROM big LEFT JOIN memory.default.small ON id = k')).not.toContain('dynamicFilter');
  const { rows } = await run(
    { url: server.url, catalog: 'postgresql', schema: 'public', properties: { enable_dynamic_filtering: 'false' } },
    'EXPLAIN SELECT id FROM big JOIN memory.default.small ON id = k',
  );
  expect(String(rows[0]?.[0])).not.toContain('dynamicFilter');
});

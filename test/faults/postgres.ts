/**
 * PostgreSQL fails in the middle of statements of every kind: connections are killed, the server is stopped as if the machine had failed. After each round no
 * table is half filled, no count is wrong, no connection or temporary table is left, and the next query works: `npm run test:faults [-- rounds [seed]]`.
 */
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { postgresCatalogFile, startPostgres } from '../rig/postgres.ts';
import { startTestServer } from '../rig/server.ts';
import { run } from '../rig/statementClient.ts';
import { FAULTY_STATEMENTS, type FaultyStatement, ROWS, SETUP } from './postgresStatements.ts';

const DELAY_MS_MAX = 400;
const SETTLED_MS_MAX = 10_000;
const RESTART_EVERY = 5;

const [roundsText = '100', seedText = String(Date.now() % 1_000_000)] = process.argv.slice(2);
const rounds = Number(roundsText);
let state = Number(seedText);
console.log(`${rounds} rounds, seed ${seedText}`);

/** A number below 1: the same for the same seed. */
function random(): number {
  state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
  return state / 0x80000000;
}

const dir = mkdtempSync(path.join(os.tmpdir(), 'lepton-faults-'));
chmodSync(dir, 0o755);
const postgres = await startPostgres({ dataDir: path.join(dir, 'data') });
const server = await startTestServer({ catalogs: { postgresql: postgresCatalogFile(postgres) } });

async function remote(sql: string): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: postgres.url });
  client.on('error', () => {}); // its query says so
  await client.connect();
  try {
    return [await client.query(sql)].flat().at(-1)?.rows ?? [];
  } finally {
    await client.end();
  }
}

async function ask(sql: string): Promise<string> {
  const { rows } = await run({ url: server.url, catalog: 'postgresql', schema: 'faults' }, sql);
  return JSON.stringify(rows);
}

interface Outcome {
  readonly failed: boolean;
  readonly problems: readonly string[];
}

async function round(statement: FaultyStatement, restart: boolean): Promise<Outcome> {
  await remote(statement.reset);
  const running = ask(statement.sql).then(
    (answer) => ({ answer }),
    (error: unknown) => ({ error: String(error) }),
  );
  await Promise.race([running, delay(random() * DELAY_MS_MAX)]);
  if (restart) await postgres.restart();
  else await remote("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'Lepton' AND state <> 'idle'");
  const result = await running;
  const problems: string[] = [];
  const failed = 'error' in result;
  if (!failed && statement.answer !== undefined && result.answer !== statement.answer) problems.push(`answered ${result.answer}`);
  const found = String(Object.values((await remote(statement.check))[0] ?? {})[0]);
  const allowed = failed ? statement.before.concat(statement.after) : statement.after;
  if (!allowed.includes(found)) problems.push(`left ${found}${failed ? ` after ${result.error.split('\n')[0]}` : ''}`);
  problems.push(...(await leftovers()));
  const next = await ask('SELECT count(*), sum(id) FROM source');
  if (next !== `[[${ROWS},${(ROWS * (ROWS + 1)) / 2}]]`) problems.push(`the next query answered ${next}`);
  return { failed, problems };
}

/** Waits for what ends by itself. */
async function leftovers(): Promise<readonly string[]> {
  const sql = `SELECT (SELECT count(*) FROM pg_stat_activity WHERE application_name = 'Lepton' AND state <> 'idle') AS connections,
    (SELECT count(*) FROM pg_class WHERE relpersistence = 't' AND relkind = 'r') AS temporary,
    (SELECT count(*) FROM pg_tables WHERE schemaname = 'faults' AND tablename NOT IN ('source', 'target', 'made')) AS tables`;
  const deadline = performance.now() + SETTLED_MS_MAX;
  for (;;) {
    const left = Object.entries((await remote(sql))[0] ?? {}).filter(([, count]) => String(count) !== '0');
    if (left.length === 0) return [];
    if (performance.now() > deadline) return left.map(([what, count]) => `${count} ${what} left`);
    await delay(50);
  }
}

let failures = 0;
let faults = 0;
try {
  await remote(SETUP);
  for (let i = 0; i < rounds; i++) {
    const statement = FAULTY_STATEMENTS[i % FAULTY_STATEMENTS.length];
    if (statement === undefined) break;
    const restart = i % RESTART_EVERY === RESTART_EVERY - 1;
    const { failed, problems } = await round(statement, restart);
    if (failed) faults++;
    if (problems.length === 0) continue;
    failures++;
    console.log(`round ${i}, ${statement.name}${restart ? ', server stopped' : ''}: ${problems.join('; ')}`);
  }
} finally {
  await server.close();
  await postgres.stop();
  rmSync(dir, { recursive: true, force: true });
}
console.log(`${faults} statements were hit; the others had ended before`);
console.log(`${rounds - failures} passed, ${failures} failed`);
process.exitCode = failures === 0 && faults > 0 ? 0 : 1;

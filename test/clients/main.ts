import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { postgresCatalogFile, startPostgres } from '../rig/postgres.ts';
import { startLepton } from './leptonProcess.ts';

const DRIVE_TIMEOUT_MS = 1_800_000;
const SCHEMA = 'clients';

interface Drive {
  readonly client: string;
  readonly catalog: 'memory' | 'postgresql';
  readonly environment?: Readonly<Record<string, string>>;
}

const DRIVES: readonly Drive[] = [
  { client: 'cli', catalog: 'memory' },
  { client: 'terminal', catalog: 'memory' },
  { client: 'jdbc', catalog: 'memory' },
  { client: 'jdbc', catalog: 'memory', environment: { JDBC_VERSION: '476' } },
  { client: 'node', catalog: 'memory' },
  { client: 'go', catalog: 'memory' },
  { client: 'sqlalchemy', catalog: 'memory' },
  { client: 'ibis', catalog: 'memory' },
  { client: 'dbt', catalog: 'memory' },
  // Trino's PostgreSQL connector has no views
  { client: 'dbt', catalog: 'postgresql', environment: { VIEWS: '0' } },
  { client: 'airflow', catalog: 'memory' },
  { client: 'superset', catalog: 'memory' },
];

interface Outcome {
  readonly passed: number;
  readonly failed: number;
}

/** `node test/clients/main.ts [CLIENT[:CATALOG]…] [--verbose]`: drives the clients, all of them unless some are named. */
async function main(): Promise<number> {
  const words = process.argv.slice(2);
  const verbose = words.includes('--verbose');
  const names = words.filter((word) => !word.startsWith('--'));
  const chosen = DRIVES.filter(({ client, catalog }) => names.length === 0 || names.includes(client) || names.includes(`${client}:${catalog}`));
  if (chosen.length === 0) throw new Error(`no client named ${names.join(', ')}`);
  const dir = mkdtempSync(path.join(os.tmpdir(), 'lepton-clients-'));
  const stops: (() => Promise<void>)[] = [];
  try {
    const postgres = await startPostgres({ dataDir: path.join(os.tmpdir(), 'lepton-clients-postgres') });
    stops.push(() => postgres.stop());
    const lepton = await startLepton(dir, { memory: 'connector.name=memory\n', postgresql: postgresCatalogFile(postgres) });
    stops.push(lepton.stop);
    for (const catalog of ['memory', 'postgresql']) await lepton.execute(`CREATE SCHEMA IF NOT EXISTS ${catalog}.${SCHEMA}`);
    return await driveAll(chosen, lepton.port, verbose);
  } finally {
    for (const stop of stops.reverse()) await stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

async function driveAll(drives: readonly Drive[], port: number, verbose: boolean): Promise<number> {
  let passed = 0;
  let failed = 0;
  for (const drive of drives) {
    const started = Date.now();
    const outcome = await run(drive, port, verbose);
    passed += outcome.passed;
    failed += outcome.failed;
    const seconds = Math.round((Date.now() - started) / 1000);
    console.log(
      `${outcome.failed === 0 ? 'PASS' : 'FAIL'} ${drive.client} on ${drive.catalog}: ${outcome.passed} passed, ${outcome.failed} failed [${seconds} s]`,
    );
  }
  console.log(`${passed} passed, ${failed} failed`);
  return failed;
}

/** A drive that ends without its last line counts as failed. */
function run({ client, catalog, environment }: Drive, port: number, verbose: boolean): Promise<Outcome> {
  const script = path.join(import.meta.dirname, 'drive.sh');
  const env = { ...process.env, ...environment };
  const child = spawn(script, [client, '127.0.0.1', String(port), catalog, SCHEMA], { stdio: ['ignore', 'pipe', 'pipe'], timeout: DRIVE_TIMEOUT_MS, env });
  const errors: string[] = [];
  let outcome: Outcome | undefined;
  createInterface(child.stdout).on('line', (line) => {
    const [, passed, failed] = /^(\d+) passed, (\d+) failed$/.exec(line) ?? [];
    if (passed !== undefined && failed !== undefined) outcome = { passed: Number(passed), failed: Number(failed) };
    else if (verbose || !line.startsWith('PASS')) console.log(`  ${line}`);
  });
  createInterface(child.stderr).on('line', (line) => {
    errors.push(line);
    if (errors.length > 20) errors.shift();
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', () => {
      if (outcome === undefined) for (const line of errors) console.log(`  ${line}`);
      resolve(outcome ?? { passed: 0, failed: 1 });
    });
  });
}

process.exitCode = (await main()) === 0 ? 0 : 1;

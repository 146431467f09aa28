import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { run } from '../test/rig/statementClient.ts';
import { RawReader } from './rawReader.ts';
import { atLeast, line, note, title } from './report.ts';
import type { MeasuredServer } from './servers.ts';
import { type Rig, takeTurns } from './turns.ts';

const ROUNDS = 3;
/** Eight of 32 order keys are used: this many orders lie below four times their number. */
export const ROWS = Number(process.env.ROWS ?? 1_000_000);
const RAW_LEAST = 5;
const SPOOLED_LEAST = 3;
const PYTHON_LEAST = 2;
const CLIENT = 'trino==0.340.0';
const SCHEMA = 'memory.bench';
export const SELECT = `SELECT * FROM ${SCHEMA}.wide`;
const COLUMNS = 'orderkey, custkey, orderstatus, totalprice, orderdate, orderpriority, clerk, shippriority, comment';
const CREATE = `CREATE TABLE ${SCHEMA}.wide AS SELECT ${COLUMNS},
  CAST(orderdate AS timestamp(3)) AS at FROM tpch.sf1.orders WHERE orderkey <= ${4 * ROWS}`;
const execute = promisify(execFile);

/** A million rows of ten columns from a memory table to a reader that parses nothing, and to the Python client. */
export async function transfer(rig: Rig): Promise<void> {
  title(`transfer: ${ROWS} rows x 10 columns (orders of TPC-H SF1), best of ${ROUNDS}`);
  await withWideTable(rig, async () => {
    await raw(rig, undefined, RAW_LEAST);
    await raw(rig, 'json+zstd', SPOOLED_LEAST);
    const python = await pythonClient();
    for (const encoding of ['direct', 'json+zstd']) await throughPython(rig, python, encoding);
  });
  await generated(rig);
}

/** The same rows as the generator makes them, and the generator alone: a table of a user is not made while it is read. */
async function generated(rig: Rig): Promise<void> {
  const select = (columns: string): string => `SELECT ${columns} FROM tpch.sf1.orders WHERE orderkey <= ${4 * ROWS}`;
  const statements = [
    ['raw HTTP reader, json+zstd, of tpch', select(COLUMNS), 'json+zstd'],
    [
      'tpch alone: max of each column',
      select(
        COLUMNS.split(', ')
          .map((column) => `max(${column})`)
          .join(', '),
      ),
      undefined,
    ],
  ] as const;
  for (const [name, sql, encoding] of statements) {
    const { lepton, trino } = await takeTurns(rig, ROUNDS, async (server) => {
      const reader = new RawReader(server.url, encoding);
      await reader.run(sql);
      reader.close();
    });
    rate(name, lepton, trino);
  }
}

/** Runs `work` while both servers have the table of a million rows. */
export async function withWideTable(rig: Rig, work: () => Promise<void>): Promise<void> {
  for (const server of [rig.lepton, rig.trino]) if (server !== undefined) await makeTable(server);
  try {
    await work();
  } finally {
    for (const server of [rig.lepton, rig.trino]) if (server !== undefined) await dropTable(server);
  }
}

async function makeTable(server: MeasuredServer): Promise<void> {
  await run({ url: server.url }, `CREATE SCHEMA IF NOT EXISTS ${SCHEMA}`);
  await run({ url: server.url }, `DROP TABLE IF EXISTS ${SCHEMA}.wide`);
  await run({ url: server.url }, CREATE);
}

async function dropTable(server: MeasuredServer): Promise<void> {
  await run({ url: server.url }, `DROP TABLE IF EXISTS ${SCHEMA}.wide`);
  await run({ url: server.url }, `DROP SCHEMA IF EXISTS ${SCHEMA}`);
}

async function raw(rig: Rig, encoding: string | undefined, least: number): Promise<void> {
  const bytes = new Map<string, number>();
  const { lepton, trino } = await takeTurns(rig, ROUNDS, async (server) => {
    const reader = new RawReader(server.url, encoding);
    bytes.set(server.name, (await reader.run(SELECT)).bytes);
    reader.close();
  });
  rate(`raw HTTP reader, ${encoding ?? 'direct'}`, lepton, trino, least);
  note(`bytes read: ${[...bytes].map(([name, size]) => `${name} ${Math.round(size / 1e6)} MB`).join(', ')}`);
}

async function throughPython(rig: Rig, python: string, encoding: string): Promise<void> {
  const client = new Map<string, number[]>();
  const { lepton, trino } = await takeTurns(rig, ROUNDS, async (server) => {
    const script = path.join(import.meta.dirname, 'transfer.py');
    const { stdout } = await execute(python, [script, new URL(server.url).port, encoding, SELECT]);
    const { rows, cpuSeconds }: { rows: number; cpuSeconds: number } = JSON.parse(stdout);
    if (rows !== ROWS) throw new Error(`${server.name}: ${rows} rows`);
    client.set(server.name, [...(client.get(server.name) ?? []), cpuSeconds]);
  });
  rate(`Python client, ${encoding}`, lepton, trino, PYTHON_LEAST);
  note(`CPU of the client itself: ${[...client].map(([name, cpu]) => `${name} ${Math.min(...cpu).toFixed(2)} CPU-s`).join(', ')}`);
}

export function rate(name: string, lepton: Figures, trino: Figures | undefined, least?: number): void {
  const text = ({ cpuSeconds, wallSeconds }: Figures): string =>
    `${cpuSeconds.toFixed(2)} CPU-s, ${wallSeconds.toFixed(2)} s, ${Math.round(ROWS / wallSeconds / 1000)}k rows/s`;
  if (trino === undefined) return line(name, text(lepton), undefined, undefined);
  const times = trino.wallSeconds / lepton.wallSeconds;
  const ratio = `CPU ${(lepton.cpuSeconds / trino.cpuSeconds).toFixed(2)}x, rows/s ${times.toFixed(1)}x`;
  line(name, text(lepton), text(trino), ratio, ...(least === undefined ? [] : [atLeast('rows/s', times, least, 'x')]));
}

interface Figures {
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
}

/** BENCH_PYTHON, or an environment of our own that is made once. */
async function pythonClient(): Promise<string> {
  const given = process.env.BENCH_PYTHON;
  if (given !== undefined && given !== '') return given;
  const dir = path.join(os.homedir(), '.cache', 'lepton', 'bench-python');
  const python = path.join(dir, 'bin', 'python');
  if (existsSync(python)) return python;
  note(`installing the Python client (${CLIENT}, once) …`);
  await execute('python3', ['-m', 'venv', dir]);
  await execute(python, ['-m', 'pip', 'install', '--quiet', CLIENT, 'zstandard', 'lz4']);
  return python;
}

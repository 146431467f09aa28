import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import http from 'node:http';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { trinoCli } from '../demo/trinoCli.ts';
import { cpuSeconds, residentBytes } from './processCpu.ts';
import { RawReader } from './rawReader.ts';
import { atMost, line, note, title } from './report.ts';
import type { MeasuredServer } from './servers.ts';
import { rate, ROWS, SELECT, withWideTable } from './transfer.ts';
import { type Rig, takeTurns } from './turns.ts';

const ROUNDS = 2;
const JAVA_ROWS_LEAST = 1;
const DASHBOARDS = 50;
const QUERIES_OF_EACH = Number(process.env.QUERIES ?? 10);
const DASHBOARD_P95_MOST = 0.2;
const IDLE_CLIENTS = 1_000;
const IDLE_SECONDS = 10;
const SLOW_CLIENTS = 20;
const SLOW_PAGES = 8;
const SLOW_GROWTH_MB_MOST = 200;
const execute = promisify(execFile);

/** What clients of all kinds ask of a server at once: large results, dashboards, many that are silent, some that are slow. */
export async function clients(rig: Rig): Promise<void> {
  title(`clients: ${ROWS} rows x 10 columns to JDBC and the CLI; ${DASHBOARDS} dashboards; ${IDLE_CLIENTS} idle and ${SLOW_CLIENTS} slow clients`);
  await withWideTable(rig, async () => {
    await throughJava(rig);
    await slow(rig);
  });
  await dashboards(rig);
  await idle(rig);
}

async function throughJava(rig: Rig): Promise<void> {
  const cli = await trinoCli(note);
  await through(rig, 'CLI', (server) => ['java', '-jar', cli, '--server', server.url, '--output-format', 'CSV', '--execute', SELECT]);
  const jdbc = path.join(process.env.LEPTON_CACHE_DIR ?? path.join(os.homedir(), '.cache', 'lepton'), 'clients', 'jdbc-483.jar');
  if (!existsSync(jdbc)) return note('JDBC: no driver yet, `npm run test:clients -- jdbc` installs it');
  const program = path.join(import.meta.dirname, 'JdbcRead.java');
  await through(rig, 'JDBC', (server) => [process.env.CLIENT_JAVA ?? 'java', '-cp', jdbc, program, server.url.replace('http:', 'jdbc:trino:'), SELECT]);
}

async function through(rig: Rig, name: string, command: (server: MeasuredServer) => readonly string[]): Promise<void> {
  const client = new Map<string, number[]>();
  const { lepton, trino } = await takeTurns(rig, ROUNDS, async (server) => {
    const { stdout } = await execute('sh', ['-c', '"$@" > /dev/null && times', 'sh', ...command(server)], { env: { ...process.env, TZ: 'UTC' } });
    client.set(server.name, [...(client.get(server.name) ?? []), childSeconds(stdout)]);
  });
  rate(name, lepton, trino, JAVA_ROWS_LEAST);
  note(`CPU of the client itself: ${[...client].map(([server, cpu]) => `${server} ${Math.min(...cpu).toFixed(2)} CPU-s`).join(', ')}`);
}

/** The shell's `times`: its own user and system time, then that of its children, as 0m1.25s. */
function childSeconds(times: string): number {
  const all = [...times.matchAll(/(\d+)m([\d.]+)s/g)].map(([, minutes, seconds]) => Number(minutes) * 60 + Number(seconds));
  return (all[2] ?? Number.NaN) + (all[3] ?? Number.NaN);
}

const DASHBOARD = [
  'SELECT 1',
  'SELECT orderstatus, count(*), sum(totalprice) FROM tpch.tiny.orders GROUP BY orderstatus',
  "SELECT name FROM tpch.tiny.customer WHERE mktsegment = 'BUILDING' ORDER BY acctbal DESC LIMIT 10",
  'SELECT n.name, count(*) FROM tpch.tiny.customer c JOIN tpch.tiny.nation n ON c.nationkey = n.nationkey GROUP BY n.name ORDER BY 2 DESC',
  'SELECT count(DISTINCT custkey) FROM tpch.tiny.orders',
  "SELECT table_name FROM tpch.information_schema.tables WHERE table_schema = 'tiny'",
];

interface Waits {
  readonly p50: number;
  readonly p95: number;
  readonly cpuMs: number;
}

async function dashboards({ lepton, trino }: Rig): Promise<void> {
  const mine = await dashboard(lepton);
  const theirs = trino === undefined ? undefined : await dashboard(trino);
  const text = ({ p50, p95, cpuMs }: Waits): string => `p50 ${p50.toFixed(0)} ms, p95 ${p95.toFixed(0)} ms, ${cpuMs.toFixed(1)} CPU-ms each`;
  const share = theirs === undefined ? undefined : mine.p95 / theirs.p95;
  const ratio = share === undefined || theirs === undefined ? undefined : `p50 ${(mine.p50 / theirs.p50).toFixed(2)}x, p95 ${share.toFixed(2)}x`;
  const targets = share === undefined ? [] : [atMost('p95', share, DASHBOARD_P95_MOST, 'x')];
  line(`${DASHBOARDS} dashboards`, text(mine), theirs === undefined ? undefined : text(theirs), ratio, ...targets);
}

/** The first query of each client is to get warm and does not count. */
async function dashboard(server: MeasuredServer): Promise<Waits> {
  const waits: number[] = [];
  let cpu = 0;
  const clientOf = async (client: number, first: number, last: number): Promise<void> => {
    const reader = new RawReader(server.url);
    for (let i = first; i < last; i++) {
      const start = performance.now();
      await reader.run(DASHBOARD[(client + i) % DASHBOARD.length] ?? '');
      if (first > 0) waits.push(performance.now() - start);
    }
    reader.close();
  };
  const all = (first: number, last: number) => Promise.all(Array.from({ length: DASHBOARDS }, (_, client) => clientOf(client, first, last)));
  await all(0, 1);
  cpu = cpuSeconds(server.pid);
  await all(1, 1 + QUERIES_OF_EACH);
  cpu = cpuSeconds(server.pid) - cpu;
  const sorted = waits.toSorted((a, b) => a - b);
  const at = (share: number): number => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  return { p50: at(0.5), p95: at(0.95), cpuMs: (cpu * 1000) / sorted.length };
}

/** Clients that have asked once and keep their connections. */
async function idle({ lepton, trino }: Rig): Promise<void> {
  const figures: string[] = [];
  for (const server of [lepton, trino]) {
    if (server === undefined) continue;
    const before = residentBytes(server.pid);
    const readers = Array.from({ length: IDLE_CLIENTS }, () => new RawReader(server.url));
    for (let i = 0; i < readers.length; i += DASHBOARDS) await Promise.all(readers.slice(i, i + DASHBOARDS).map((reader) => reader.run('SELECT 1')));
    const cpu = cpuSeconds(server.pid);
    await delay(IDLE_SECONDS * 1000);
    const share = ((cpuSeconds(server.pid) - cpu) / IDLE_SECONDS) * 100;
    figures.push(`${share.toFixed(1)} % of a core, ${megabytes(residentBytes(server.pid) - before)} MB more`);
    for (const reader of readers) reader.close();
  }
  line(`${IDLE_CLIENTS} idle clients`, figures[0] ?? '', figures[1], undefined);
}

/** Clients that fetch a page and then rest: the server must not read ahead of them. */
async function slow({ lepton, trino }: Rig): Promise<void> {
  const figures: string[] = [];
  let growth = 0;
  for (const server of [lepton, trino]) {
    if (server === undefined) continue;
    const before = residentBytes(server.pid);
    let most = before;
    await Promise.all(
      Array.from({ length: SLOW_CLIENTS }, async () => {
        let next: string | undefined = await firstPage(server.url);
        for (let i = 0; i < SLOW_PAGES && next !== undefined; i++) {
          next = await nextPage(next, 'GET');
          most = Math.max(most, residentBytes(server.pid));
          await delay(500);
        }
        if (next !== undefined) await nextPage(next, 'DELETE');
      }),
    );
    if (server === lepton) growth = (most - before) / 1e6;
    figures.push(`${megabytes(most - before)} MB more at most`);
  }
  line(`${SLOW_CLIENTS} slow clients`, figures[0] ?? '', figures[1], undefined, atMost('growth', growth, SLOW_GROWTH_MB_MOST, ' MB'));
}

const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(0);
const firstPage = (url: string): Promise<string | undefined> => nextPage(`${url}/v1/statement`, 'POST', SELECT);

function nextPage(url: string, method: string, body?: string): Promise<string | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<string | undefined>();
  const request = http.request(url, { method, headers: { 'X-Trino-User': 'bench' } }, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', reject);
    response.on('end', () => resolve(/"nextUri":"([^"]+)"/.exec(Buffer.concat(chunks).toString('latin1'))?.[1]));
  });
  request.on('error', reject);
  request.end(body);
  return promise;
}

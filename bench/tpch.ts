/**
 * TPC-H's 22 queries, Lepton and a real Trino taking turns on one machine: wall and CPU seconds, answers compared.
 * tpch.ts --lepton URL --trino URL [--scale sf1] [--trino-schema tpch.sf1] [--rounds 2] [--queries 1,6,14]
 */
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type Answer, run, type ServerSession } from '../test/rig/statementClient.ts';
import { difference } from './compareAnswers.ts';
import { cpuSeconds, processListeningOn, residentBytes } from './processCpu.ts';

const { values: options } = parseArgs({
  options: {
    lepton: { type: 'string', default: process.env.LEPTON_URL ?? 'http://localhost:8080' },
    trino: { type: 'string', default: process.env.TRINO_URL ?? 'http://localhost:18080' },
    scale: { type: 'string', default: 'sf1' },
    'trino-schema': { type: 'string' },
    rounds: { type: 'string', default: '2' },
    queries: { type: 'string' },
  },
});
const TABLES = ['region', 'nation', 'supplier', 'customer', 'part', 'partsupp', 'orders', 'lineitem'];

interface Server {
  readonly name: string;
  readonly session: ServerSession;
  readonly pid: number;
}
interface Measured {
  readonly wall: number;
  readonly cpu: number;
  readonly answer: Answer;
}

const leptonSchema = `memory.tpch_${options.scale.replaceAll('.', '_')}`;
const lepton = server('Lepton', options.lepton, leptonSchema);
const trino = server('Trino', options.trino, options['trino-schema'] ?? `tpch.${options.scale}`);
await loadMemoryTables();

const numbers = options.queries?.split(',').map(Number) ?? Array.from({ length: 22 }, (_, i) => i + 1);
const totals = { leptonWall: 0, leptonCpu: 0, trinoWall: 0, trinoCpu: 0, different: 0 };
console.log(
  `TPC-H ${options.scale}: ${lepton.name} ${leptonSchema} against ${trino.name} ${trino.session.catalog}.${trino.session.schema}, best of ${options.rounds}`,
);
console.log(['query', 'Lepton wall s', 'CPU s', 'Trino wall s', 'CPU s', 'wall ratio', 'CPU ratio', 'answers'].join('\t'));
for (const number of numbers) {
  const sql = readFileSync(new URL(`./tpch/q${String(number).padStart(2, '0')}.sql`, import.meta.url), 'utf8').trim();
  const rounds = { lepton: [] as Measured[], trino: [] as Measured[] };
  for (let round = 0; round < Number(options.rounds); round++) {
    rounds.lepton.push(await measure(lepton, sql));
    rounds.trino.push(await measure(trino, sql));
  }
  const [ours, theirs] = [best(rounds.lepton), best(rounds.trino)];
  const wrong = difference(ours.answer, theirs.answer);
  totals.leptonWall += ours.wall;
  totals.leptonCpu += ours.cpu;
  totals.trinoWall += theirs.wall;
  totals.trinoCpu += theirs.cpu;
  if (wrong !== undefined) totals.different++;
  console.log(line(`q${number}`, ours, theirs, wrong ?? 'equal'));
}
const sums = [
  { wall: totals.leptonWall, cpu: totals.leptonCpu },
  { wall: totals.trinoWall, cpu: totals.trinoCpu },
] as const;
console.log(line('total', sums[0], sums[1], totals.different === 0 ? 'all equal' : `${totals.different} different`));
console.log(`resident: Lepton ${megabytes(lepton.pid)} MB, Trino ${megabytes(trino.pid)} MB`);
process.exitCode = totals.different === 0 ? 0 : 1;

function server(name: string, url: string, schema: string): Server {
  const [catalog = '', schemaName = ''] = schema.split('.', 2);
  return { name, session: { url, catalog, schema: schemaName }, pid: processListeningOn(Number(new URL(url).port)) };
}

async function loadMemoryTables(): Promise<void> {
  await run(lepton.session, `CREATE SCHEMA IF NOT EXISTS ${leptonSchema}`);
  for (const table of TABLES) {
    const started = performance.now();
    const before = cpuSeconds(lepton.pid);
    await run(lepton.session, `CREATE TABLE IF NOT EXISTS ${leptonSchema}.${table} AS SELECT * FROM tpch."${options.scale}".${table}`);
    console.log(`loaded ${table}: ${seconds(performance.now() - started)} s, ${(cpuSeconds(lepton.pid) - before).toFixed(2)} CPU-s`);
  }
}

async function measure({ session, pid }: Server, sql: string): Promise<Measured> {
  const before = cpuSeconds(pid);
  const started = performance.now();
  const answer = await run(session, sql);
  return { wall: (performance.now() - started) / 1000, cpu: cpuSeconds(pid) - before, answer };
}

function best(rounds: readonly Measured[]): Measured {
  return rounds.reduce((a, b) => (b.cpu < a.cpu ? b : a));
}

function line(name: string, ours: { wall: number; cpu: number }, theirs: { wall: number; cpu: number }, verdict: string): string {
  const ratio = (a: number, b: number) => (b === 0 ? '-' : (a / b).toFixed(2));
  const figures = [ours.wall, ours.cpu, theirs.wall, theirs.cpu].map((n) => n.toFixed(2));
  return [name, ...figures, ratio(ours.wall, theirs.wall), ratio(ours.cpu, theirs.cpu), verdict].join('\t');
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(2);
}

function megabytes(pid: number): string {
  return (residentBytes(pid) / 1e6).toFixed(0);
}

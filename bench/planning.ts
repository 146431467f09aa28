/**
 * The front end: parse, analyze and optimize, warm, in CPU milliseconds (the best of several rounds): SELECT 1, TPC-DS's queries, many
 * constants; then statements of many constants from end to end. `npm run bench -- planning`; it needs no Trino.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { functionResolver } from '../server/function/resolver.ts';
import { optimize } from '../server/planner/optimizer.ts';
import { parseStatement } from '../server/sql/parser/parser.ts';
import { initialPlan, session } from '../test/plan/planQuery.ts';
import { RawReader } from './rawReader.ts';
import { atMost, line, title } from './report.ts';
import { measured, type Rig } from './turns.ts';

const WARM_ROUNDS = 200;
const ROUNDS = 15;
const SLOWEST_SHOWN = 3;
const END_TO_END_ROUNDS = 10;

interface Timing {
  readonly parse: number;
  readonly analyze: number;
  readonly optimize: number;
}

const total = ({ parse, analyze, optimize: optimized }: Timing): number => parse + analyze + optimized;

const cpuMs = (): number => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

function once(sql: string, own: typeof session): Timing {
  const start = cpuMs();
  parseStatement(sql);
  const parsed = cpuMs();
  const plan = initialPlan(sql, own); // parses once more
  const analyzed = cpuMs();
  optimize(plan, own);
  const parse = parsed - start;
  return { parse, analyze: Math.max(0, analyzed - parsed - parse), optimize: cpuMs() - analyzed };
}

function measure(sql: string, own: typeof session, rounds = ROUNDS): Timing {
  return Array.from({ length: rounds }, () => once(sql, own)).reduce((best, timing) => (total(timing) < total(best) ? timing : best));
}

function report(name: string, timing: Timing, limit: number): void {
  const { parse, analyze, optimize: optimized } = timing;
  const parts = `${total(timing).toFixed(2)} CPU-ms (${parse.toFixed(2)} + ${analyze.toFixed(2)} + ${optimized.toFixed(2)})`;
  line(name, parts, undefined, undefined, atMost('CPU', total(timing), limit, ' ms'));
}

const manyRows = `SELECT * FROM (VALUES ${Array.from({ length: 1000 }, (_, i) => `(${i}, 'name ${i}', ${i}.5, DATE '2024-01-01', ${i % 2 === 0})`).join(', ')}) t(a, b, c, d, e) WHERE a > 10`;
const longList = (length: number): string =>
  `SELECT count(*) FROM tpch.tiny.orders WHERE orderkey IN (${Array.from({ length }, (_, i) => String(i * 3)).join(', ')})`;

export async function planning({ lepton }: Rig): Promise<void> {
  title('Planning, warm: parse + analyze + optimize');
  if (!functionResolver.exists('count')) throw new Error('no functions');
  for (let round = 0; round < WARM_ROUNDS; round++) once('SELECT 1', session);
  report('SELECT 1', measure('SELECT 1', session, 100), 1);
  tpcds();
  report('VALUES of 1,000 rows', measure(manyRows, session), 50);
  report('IN of 10,000 literals', measure(longList(10_000), session), 50);
  title('From end to end, of the server');
  await endToEnd(lepton, 'VALUES of 1,000 rows', manyRows, 50);
  await endToEnd(lepton, 'IN of 10,000 literals', longList(10_000), 50);
  await endToEnd(lepton, 'IN of 100,000 literals', longList(100_000), 500);
}

/** Every query of TPC-DS, until all are warm; the slowest are shown. */
function tpcds(): void {
  const own = { ...session, catalog: 'ds' };
  const folder = new URL('../test/tpcds/', import.meta.url);
  const queries = readdirSync(folder)
    .filter((name) => name.endsWith('.sql'))
    .map((name) => ({ name, sql: readFileSync(new URL(name, folder), 'utf8').trim().replace(/;$/, '') }));
  const timings = queries.map(({ name, sql }) => {
    measure(sql, own, 2);
    return { name, sql, timing: measure(sql, own, 3) };
  });
  timings.sort((a, b) => total(b.timing) - total(a.timing));
  for (const { name, sql } of timings.slice(0, SLOWEST_SHOWN)) report(`TPC-DS ${name}`, measure(sql, own), 10);
}

async function endToEnd(lepton: Rig['lepton'], name: string, sql: string, limit: number): Promise<void> {
  const reader = new RawReader(lepton.url);
  const run = async (): Promise<void> => {
    for (let round = 0; round < END_TO_END_ROUNDS; round++) await reader.run(sql);
  };
  await run();
  const { cpuSeconds, wallSeconds } = await measured(lepton, run);
  const ms = (seconds: number): number => (seconds * 1000) / END_TO_END_ROUNDS;
  line(name, `${ms(cpuSeconds).toFixed(1)} CPU-ms, ${ms(wallSeconds).toFixed(1)} ms`, undefined, undefined, atMost('CPU', ms(cpuSeconds), limit, ' ms'));
}

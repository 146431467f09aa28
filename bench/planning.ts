/** How long it takes to parse, analyze and optimize, warm: SELECT 1, TPC-DS's queries, many constants. Prints milliseconds. */
import { readdirSync, readFileSync } from 'node:fs';
import { functionResolver } from '../server/function/resolver.ts';
import { optimize } from '../server/planner/optimizer.ts';
import { parseStatement } from '../server/sql/parser.ts';
import { initialPlan, session } from '../test/plan/planQuery.ts';

const WARM_ROUNDS = 30;
const ROUNDS = 15;

interface Timing {
  readonly parse: number;
  readonly analyze: number;
  readonly optimize: number;
}

function once(sql: string, own: typeof session): Timing {
  const start = performance.now();
  parseStatement(sql);
  const parsed = performance.now();
  const plan = initialPlan(sql, own); // parses once more
  const analyzed = performance.now();
  optimize(plan, own);
  const parse = parsed - start;
  return { parse, analyze: Math.max(0, analyzed - parsed - parse), optimize: performance.now() - analyzed };
}

function measure(sql: string, own: typeof session, rounds = ROUNDS): Timing {
  const timings = Array.from({ length: rounds }, () => once(sql, own));
  const median = (part: keyof Timing): number => timings.map((t) => t[part]).sort((a, b) => a - b)[Math.floor(rounds / 2)] ?? 0;
  return { parse: median('parse'), analyze: median('analyze'), optimize: median('optimize') };
}

function report(name: string, { parse, analyze, optimize: optimized }: Timing, limit: number): void {
  const total = parse + analyze + optimized;
  const parts = `parse ${parse.toFixed(2)}, analyze ${analyze.toFixed(2)}, optimize ${optimized.toFixed(2)}`;
  console.log(`${total <= limit ? 'ok  ' : 'OVER'} ${name.padEnd(34)} ${total.toFixed(2).padStart(8)} ms of ${limit} (${parts})`);
}

if (!functionResolver.exists('count')) throw new Error('no functions');
const ds = { ...session, catalog: 'ds' };
const folder = new URL('../test/tpcds/', import.meta.url);
const queries = readdirSync(folder)
  .filter((name) => name.endsWith('.sql'))
  .map((name) => ({ name, sql: readFileSync(new URL(name, folder), 'utf8').trim().replace(/;$/, '') }));
const failed = new Set<string>();
for (let round = 0; round < 2; round++) {
  for (const { name, sql } of queries) {
    try {
      once(sql, ds);
    } catch (error) {
      failed.add(`${name}: ${String(error)}`);
    }
  }
}
const planned = queries.filter(({ name }) => ![...failed].some((text) => text.startsWith(`${name}:`)));
const slowest = planned.map(({ name, sql }) => ({ name, timing: measure(sql, ds, 5) })).sort((a, b) => total(b.timing) - total(a.timing));
function total(timing: Timing): number {
  return timing.parse + timing.analyze + timing.optimize;
}

for (let round = 0; round < WARM_ROUNDS; round++) once('SELECT 1', session);
report('SELECT 1', measure('SELECT 1', session), 1);
for (const { name } of slowest.slice(0, 3)) {
  const found = planned.find((query) => query.name === name);
  if (found !== undefined) report(`TPC-DS ${name}`, measure(found.sql, ds), 10);
}
const rows = Array.from({ length: 1000 }, (_, i) => `(${i}, 'name ${i}', ${i}.5, DATE '2024-01-01', ${i % 2 === 0})`).join(', ');
report('VALUES of 1,000 rows', measure(`SELECT * FROM (VALUES ${rows}) t(a, b, c, d, e) WHERE a > 10`, session), 50);
const literals = Array.from({ length: 10_000 }, (_, i) => String(i * 3)).join(', ');
report('IN of 10,000 literals', measure(`SELECT count(*) FROM orders WHERE orderkey IN (${literals})`, session), 50);
for (const line of failed) console.log(`failed ${line}`);

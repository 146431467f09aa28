/** How long the parser needs, warm, by CPU and by the clock: `node bench/parser.ts`. */
import { readdirSync, readFileSync } from 'node:fs';
import { formatSql } from '../server/sql/formatter/formatter.ts';
import { tokenize } from '../server/sql/lexer.ts';
import { parseStatement } from '../server/sql/parser/parser.ts';

const ROUNDS = 40;

const rows = Array.from({ length: 1_000 }, (_, i) => `(${i}, 'name ${i}', ${i}.5, DATE '2020-01-01', NULL, true)`);
const values = `VALUES ${rows.join(', ')}`;
const inList = `SELECT * FROM t WHERE a IN (${Array.from({ length: 10_000 }, (_, i) => i).join(', ')})`;
const folder = new URL('../test/tpcds/', import.meta.url);
const queries = readdirSync(folder)
  .filter((name) => name.endsWith('.sql'))
  .map((name) => readFileSync(new URL(name, folder), 'utf8').trim().replace(/;$/, ''));
const biggest = queries.reduce((longest, sql) => (sql.length > longest.length ? sql : longest));

function explainFault(sql: string): void {
  try {
    parseStatement(sql);
  } catch {
    return; // the error is what was to be made
  }
  throw new Error('no fault');
}

function measure(name: string, work: () => unknown): void {
  for (let i = 0; i < ROUNDS; i++) work();
  const before = process.cpuUsage();
  const times = Array.from({ length: ROUNDS }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  }).sort((a, b) => a - b);
  const { user, system } = process.cpuUsage(before);
  const median = times[ROUNDS / 2] ?? 0;
  console.log(`${name.padEnd(48)} ${median.toFixed(2).padStart(8)} ms  (CPU ${((user + system) / 1_000 / ROUNDS).toFixed(2)} ms)`);
}

const first = performance.now();
explainFault('SELECT FROM t');
console.log(`${'the first fault of grammar, cold'.padEnd(48)} ${(performance.now() - first).toFixed(2).padStart(8)} ms`);
measure('SELECT 1', () => parseStatement('SELECT 1'));
measure('VALUES of 1,000 rows with 6 columns', () => parseStatement(values));
measure('IN list of 10,000 literals', () => parseStatement(inList));
measure('IN list of 10,000 literals, tokens only', () => tokenize(inList));
measure(`TPC-DS's biggest query, ${biggest.length} characters`, () => parseStatement(biggest));
measure(`TPC-DS's ${queries.length} queries`, () => queries.map(parseStatement));
const statement = parseStatement(biggest);
measure("formatting TPC-DS's biggest query", () => formatSql(statement));
measure('a fault in a short statement', () => explainFault('SELECT a, b FROM t WHERE a = 1 GROUP a'));
measure("a fault at the end of TPC-DS's biggest query", () => explainFault(`${biggest} FROM`));

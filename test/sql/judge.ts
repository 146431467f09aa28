import type { Answer } from './askServer.ts';
import type { GoldenCase } from './goldenCase.ts';

/**
 * equal · refused (rows were due, NOT_SUPPORTED came) · failed (another error came) · lenient (an error was due, rows came) ·
 * wrong (other columns or rows). The last two are silent differences.
 */
export type Verdict = 'equal' | 'refused' | 'failed' | 'lenient' | 'wrong';

export interface Judgement {
  readonly verdict: Verdict;
  readonly why: string;
}

const REFUSALS = new Set(['NOT_SUPPORTED', 'SYNTAX_ERROR', 'FUNCTION_NOT_FOUND']);
const RELATIVE_ERROR_MAX = 1e-12;

export function judge(golden: GoldenCase, answer: Answer): Judgement {
  const { error } = answer;
  if (golden.error !== undefined) {
    if (error === undefined) return { verdict: 'lenient', why: `expected ${golden.error.errorName}: ${golden.error.message}` };
    if (error.errorName === golden.error.errorName) return { verdict: 'equal', why: '' };
    return {
      verdict: error.errorName === 'NOT_SUPPORTED' ? 'refused' : 'failed',
      why: `${error.errorName}: ${error.message} instead of ${golden.error.errorName}: ${golden.error.message}`,
    };
  }
  if (error !== undefined) return { verdict: REFUSALS.has(error.errorName) ? 'refused' : 'failed', why: `${error.errorName}: ${error.message}` };
  const short = (value: unknown) => JSON.stringify(value)?.slice(0, 300) ?? 'nothing';
  if (!same(golden.columns ?? [], answer.columns ?? [])) return { verdict: 'wrong', why: `columns ${short(golden.columns)}, got ${short(answer.columns)}` };
  const [expected, got] = [golden.rows ?? [], answer.rows ?? []];
  const equal = (hasTopLevelOrder(golden.sql) && same(expected, got)) || same(sorted(expected), sorted(got));
  return equal ? { verdict: 'equal', why: '' } : { verdict: 'wrong', why: `rows ${short(expected)}, got ${short(got)}` };
}

/** The same error text at the same place. */
export function sameError(golden: GoldenCase, answer: Answer): boolean {
  return golden.error?.message === answer.error?.message && same(golden.error?.errorLocation ?? null, answer.error?.errorLocation ?? null);
}

const sorted = (rows: readonly (readonly unknown[])[]): unknown[] =>
  rows
    .map((row) => ({ row, key: key(row) }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ row }) => row);

const key = (row: unknown): string =>
  JSON.stringify(row, (_, value: unknown) => (typeof value === 'number' && !Number.isInteger(value) ? value.toPrecision(10) : value));

function same(a: unknown, b: unknown): boolean {
  if (typeof a === 'number' && typeof b === 'number')
    return a === b || (!(Number.isSafeInteger(a) && Number.isSafeInteger(b)) && Math.abs(a - b) <= RELATIVE_ERROR_MAX * Math.max(Math.abs(a), Math.abs(b)));
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, at) => same(item, b[at]));
  if (typeof a === 'object' && typeof b === 'object' && a !== null && b !== null && !Array.isArray(a) && !Array.isArray(b)) {
    const [left, right] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
    return left.size === right.size && [...left].every(([name, value]) => right.has(name) && same(value, right.get(name)));
  }
  return a === b;
}

/** ORDER BY outside of all parentheses; ties may still come in any order. */
function hasTopLevelOrder(sql: string): boolean {
  let depth = 0;
  for (const [token] of sql
    .toLowerCase()
    .replaceAll(/'[^']*'/g, "''")
    .matchAll(/[()]|\border\s+by\b/g)) {
    if (token === '(') depth++;
    else if (token === ')') depth--;
    else if (depth === 0) return true;
  }
  return false;
}

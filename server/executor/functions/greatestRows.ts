import { TrinoError } from '../../../spi/trinoError.ts';
import type { Type } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import { isPlainlyComparable, isScalar } from '../comparison.ts';
import { BoundedHeap, type Ranking } from './collection/boundedHeap.ts';
import type { AggregateCall, EmitContext } from './implementation.ts';
import { overRows } from './collection/listAggregates.ts';
import { compareValues } from './collection/valueOrder.ts';

const COUNT_MAX = 10_000n;

const invalid = (message: string): TrinoError => new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, message);

type Rows = readonly (readonly Value[])[];

/** max_by(x, y, n) and min_by(x, y, n): rows without y or n count for nothing, and the first of them tells n. */
export function greatestBy(call: AggregateCall, context: EmitContext, name: 'min_by' | 'max_by'): string {
  const keyType = call.argumentTypes[1] ?? { kind: 'unknown' };
  const evaluate = (rows: Rows): Value => {
    const count = rows[0]?.[2];
    if (typeof count !== 'bigint') return null;
    if (count <= 0n) throw invalid(`third argument of ${name} must be a positive integer`);
    if (count > COUNT_MAX) throw invalid(`third argument of ${name} must be less than or equal to ${COUNT_MAX}; found ${count}`);
    const rank = rankingOf(rows, 1, keyType, name === 'max_by');
    if (call.distinct) refuseTies(rows, rank, Number(count), name);
    // a row that takes the place of one whose x is NULL loses its own x: so does Trino (golden: heaps.jsonl)
    const lost = new Set([...rows.keys()].filter((row) => rows[row]?.[0] === null));
    const onReplace = (worst: number, row: number) => {
      if (lost.has(worst)) lost.add(row);
    };
    return greatest(rows, rank, { count: Number(count), steps: call.steps, onReplace }).map((row) => (lost.has(row) ? null : (rows[row]?.[0] ?? null)));
  };
  return overRows(call, context, evaluate, { nullable: [0] });
}

/** max(x, n) and min(x, n). */
export function greatestValues(call: AggregateCall, context: EmitContext, name: 'min' | 'max'): string {
  const [value = '', count = ''] = call.arguments;
  const type = call.argumentTypes[0] ?? { kind: 'unknown' };
  if (!distinguishesEqualValues(type)) {
    const sorted = call.apply('list', [value], {
      where: `${value} IS NOT NULL AND ${count} IS NOT NULL`,
      orderBy: [`${value} ${name === 'min' ? 'ASC' : 'DESC'}`],
    });
    return firstOf(call, context, sorted, name);
  }
  return overRows(call, context, (rows) => {
    const wanted = rows[0]?.[1];
    if (typeof wanted !== 'bigint') return null;
    if (wanted <= 0n) throw invalid(`second argument of ${name}_n must be positive`);
    if (wanted > COUNT_MAX) throw invalid(`second argument of ${name}_n must be less than or equal to ${COUNT_MAX}; found ${wanted}`);
    const rank = rankingOf(rows, 0, type, name === 'max');
    return greatest(rows, rank, { count: Number(wanted), steps: call.steps }).map((row) => rows[row]?.[0] ?? null);
  });
}

/** A NaN is the worst of all; a NULL within a row or an array that would have to decide is an error. */
function rankingOf(rows: Rows, at: number, type: Type, max: boolean): Ranking {
  const key = (row: number): Value => rows[row]?.[at] ?? null;
  return max ? (a, b) => compareValues(type, key(a), key(b), 'first') : (a, b) => compareValues(type, key(b), key(a), 'last');
}

interface Limits {
  readonly count: number;
  readonly steps: 1 | 2;
  readonly onReplace?: (worst: number, row: number) => void;
}

/** In two steps the rows that a part of the group keeps are added once more, in the order in which they were sent. */
function greatest(rows: Rows, rank: Ranking, limits: Limits): readonly number[] {
  const heap = heapOf(rows.keys(), rank, limits);
  return (limits.steps === 1 ? heap : heapOf(heap.rows, rank, limits)).sorted();
}

function heapOf(rows: Iterable<number>, rank: Ranking, { count, onReplace }: Omit<Limits, 'steps'>): BoundedHeap {
  const heap = new BoundedHeap(count, rank, onReplace);
  for (const row of rows) heap.add(row);
  return heap;
}

/** Distinct rows come in an order of the engine's: no choice among equal ones is Trino's. */
function refuseTies(rows: Rows, rank: Ranking, count: number, name: string): void {
  const best = heapOf(rows.keys(), rank, { count: count + 1 }).sorted();
  for (const [i, row] of best.entries()) {
    const next = best[i + 1];
    if (next !== undefined && rank(row, next) === 0) throw new TrinoError('NOT_SUPPORTED', undefined, `DISTINCT in ${name} with equal keys is not supported`);
  }
}

/** Whether two values that compare equal can be told apart: by zone, by the sign of zero, by a field. */
const distinguishesEqualValues = (type: Type): boolean => !isScalar(type) || !isPlainlyComparable(type) || type.kind === 'double' || type.kind === 'real';

/** The first n of a list; n comes from the rows (the same in all of them). */
function firstOf(call: AggregateCall, context: EmitContext, list: string, name: 'min' | 'max'): string {
  const [value = '', count = ''] = call.arguments;
  const n = call.apply('any_value', [count], { distinct: false, orderBy: [], where: `${value} IS NOT NULL` });
  const fail = (message: string) => context.fail('INVALID_FUNCTION_ARGUMENT', message, call.returnType);
  const tooLarge = fail(`'second argument of ${name}_n must be less than or equal to ${COUNT_MAX}; found ' || CAST(${n} AS VARCHAR)`);
  return `CASE WHEN ${n} <= 0 THEN ${fail(`'second argument of ${name}_n must be positive'`)} WHEN ${n} > ${COUNT_MAX} THEN ${tooLarge} ELSE (${list})[1:${n}] END`;
}

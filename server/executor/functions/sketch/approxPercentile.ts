import { TrinoError } from '../../../../spi/trinoError.ts';
import type { Type } from '../../../../spi/type.ts';
import type { Value } from '../../../../spi/value.ts';
import { doubleText } from '../../../function/javaNumberText.ts';
import type { AggregateCall, AggregateImplementation } from '../implementation.ts';
import { overRows } from '../collection/listAggregates.ts';
import { QuantileDigest } from './quantileDigest.ts';
import { checkedWeight } from './sketchAggregates.ts';
import { fromSortableBits, sortableBits } from './sortableBits.ts';
import { TDigest } from './tDigest.ts';

const invalid = (message: string): TrinoError => new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, message);

interface Wanted {
  readonly percentiles: readonly number[];
  readonly isArray: boolean;
}

/** Of a list the first row's counts, of a single one the last row's. */
function wantedOf(value: Value): Wanted {
  const isArray = Array.isArray(value);
  const list: readonly Value[] = isArray ? value : [value];
  if (list.includes(null)) throw invalid('Percentile cannot be null');
  return { percentiles: list.map(Number), isArray };
}

function checked(percentile: number): number {
  if (!(percentile >= 0 && percentile <= 1)) throw invalid('Percentile must be between 0 and 1');
  return percentile;
}

/** Trino counts in doubles: a bigint that is none, and a number that is not finite, is refused. */
function digestible(value: Value): number {
  const number = Number(value);
  if (typeof value === 'bigint' && BigInt(number) !== value) throw invalid(`no exact double representation for long: ${value}`);
  if (!Number.isFinite(number)) throw invalid(`value must be finite; was ${doubleText(number)}`);
  return number;
}

function resultOf(number: number, type: Type): Value {
  return type.kind === 'bigint' ? BigInt(Math.floor(number + 0.5)) : type.kind === 'real' ? Math.fround(number) : number;
}

function byTDigest(rows: readonly (readonly Value[])[], type: Type, steps: 1 | 2): Value {
  const digest = new TDigest();
  let wanted: Wanted | undefined;
  for (const row of rows) {
    const weight = row.length > 2 ? checkedWeight(Number(row[1])) : 1;
    digest.add(digestible(row[0] ?? null), weight);
    if (wanted?.isArray !== true) wanted = wantedOf(row.at(-1) ?? null);
  }
  if (wanted === undefined) return null;
  const sorted = [...wanted.percentiles.map(checked)].sort((a, b) => a - b);
  const values = new Map((steps === 1 ? digest : digest.sent()).valuesAt(sorted).map((value, i) => [sorted[i], value]));
  const results = wanted.percentiles.map((percentile) => resultOf(values.get(percentile) ?? Number.NaN, type));
  return wanted.isArray ? results : (results[0] ?? null);
}

/** With an accuracy Trino takes a qdigest. */
function byQuantileDigest(rows: readonly (readonly Value[])[], type: Type, steps: 1 | 2): Value {
  let digest: QuantileDigest | undefined;
  let percentile = 0;
  for (const [value = null, weight = null, wanted = null, accuracy = null] of rows) {
    if (!(Number(weight) > 0)) throw invalid('percentile weight must be > 0');
    if (digest === undefined && !(Number(accuracy) > 0 && Number(accuracy) < 1)) throw invalid('Percentile accuracy must be strictly between 0 and 1');
    digest ??= new QuantileDigest(Number(accuracy));
    digest.add(sortableBits(value, type), Number(weight));
    percentile = Number(wanted);
  }
  return digest === undefined ? null : fromSortableBits((steps === 1 ? digest : digest.sent()).valueAt(checked(percentile)), type);
}

export const approxPercentile: AggregateImplementation = {
  mayFail: true,
  emit: (call: AggregateCall, context) => {
    const type = call.argumentTypes[0] ?? { kind: 'unknown' };
    return overRows(call, context, (rows) => (call.argumentTypes.length === 4 ? byQuantileDigest(rows, type, call.steps) : byTDigest(rows, type, call.steps)));
  },
};

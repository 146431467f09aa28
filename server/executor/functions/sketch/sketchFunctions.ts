import { TrinoError } from '../../../../spi/trinoError.ts';
import type { Type } from '../../../../spi/type.ts';
import type { Value } from '../../../../spi/value.ts';
import { bytesOf } from '../binary/binary.ts';
import type { ScalarImplementations } from '../implementation.ts';
import { type Evaluate, viaUdf } from '../viaUdf.ts';
import { HyperLogLog } from './hyperLogLog.ts';
import { QuantileDigest } from './quantileDigest.ts';
import { SetDigest } from './setDigest.ts';
import { fromSortableBits, sortableBits } from './sortableBits.ts';
import { TDigest } from './tDigest.ts';

/** Trino's default: a standard error of 1.625 %. */
export const APPROX_SET_INDEX_BITS = 12;

export const isSketch = (type: Type | undefined): boolean => type?.kind === 'HyperLogLog' || type?.kind === 'P4HyperLogLog' || type?.kind === 'SetDigest';

const failing = (evaluate: Evaluate) => viaUdf(evaluate, { mayFail: true });

export const sketchCardinality = failing(([sketch = null], { argumentTypes }) =>
  argumentTypes[0]?.kind === 'SetDigest' ? SetDigest.deserialize(bytesOf(sketch)).cardinality() : HyperLogLog.deserialize(bytesOf(sketch)).cardinality(),
);

/** Trino takes what happens to lie in memory for a NULL among the quantiles. */
function quantilesOf(value: Value): readonly number[] {
  const quantiles: readonly Value[] = Array.isArray(value) ? value : [value];
  if (quantiles.includes(null)) throw new TrinoError('NOT_SUPPORTED', undefined, 'NULL among the quantiles is not supported');
  return quantiles.map(Number);
}

function valuesAt(sketch: Value, quantiles: readonly number[], type: Type | undefined): readonly Value[] {
  if (type?.kind !== 'qdigest') return TDigest.deserialize(bytesOf(sketch)).valuesAt(quantiles);
  const digest = QuantileDigest.deserialize(bytesOf(sketch));
  return quantiles.map((quantile) => fromSortableBits(digest.valueAt(quantile), type.value));
}

const valuesAtQuantiles = failing(([sketch = null, wanted = null], { argumentTypes: [type] }) => {
  const quantiles = quantilesOf(wanted);
  if (type?.kind === 'tdigest' && quantiles.some((quantile, i) => i > 0 && quantile < (quantiles[i - 1] ?? 0)))
    throw new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, 'percentiles must be sorted in increasing order');
  return valuesAt(sketch, quantiles, type);
});

const setDigests = (values: readonly Value[]): readonly [SetDigest, SetDigest] => {
  const [first = null, second = null] = values;
  return [SetDigest.deserialize(bytesOf(first)), SetDigest.deserialize(bytesOf(second))];
};

export const sketchFunctions: ScalarImplementations = {
  empty_approx_set: viaUdf(() => HyperLogLog.empty(APPROX_SET_INDEX_BITS).serialize(), { mayFail: false }),
  value_at_quantile: failing(([sketch = null, quantile = null], { argumentTypes: [type] }) => valuesAt(sketch, quantilesOf(quantile), type)[0] ?? null),
  values_at_quantiles: valuesAtQuantiles,
  quantile_at_value: failing(([sketch = null, value = null], { argumentTypes: [, type] }) => {
    if (type === undefined || Number.isNaN(value)) return null;
    return QuantileDigest.deserialize(bytesOf(sketch)).quantileAt(sortableBits(value, type)) ?? null;
  }),
  hash_counts: failing(([sketch = null]) => ({ entries: SetDigest.deserialize(bytesOf(sketch)).hashCounts() })),
  intersection_cardinality: failing((values) => {
    const [first, second] = setDigests(values);
    return first.intersectionCardinality(second);
  }),
  jaccard_index: failing((values) => {
    const [first, second] = setDigests(values);
    return first.jaccardIndex(second);
  }),
};

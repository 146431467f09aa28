import { TrinoError } from '../../../../spi/trinoError.ts';
import { array, BIGINT, DOUBLE, INTEGER } from '../../../../spi/type.ts';
import type { Value } from '../../../../spi/value.ts';
import { doubleText } from '../../../function/javaNumberText.ts';
import type { AggregateImplementation } from '../implementation.ts';
import { xxHashOperator } from '../binary/xxHashOperator.ts';
import { entryOf, HyperLogLog } from './hyperLogLog.ts';

const ERROR_DEFAULT = 0.023;
const ERROR_MIN = 0.0040625;
const ERROR_MAX = 0.26;

/** As many bits of index as bring the standard error below `error`. */
function indexBitsFor(error: number): number {
  if (!(error >= ERROR_MIN && error <= ERROR_MAX))
    throw new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, `Max standard error must be in [${ERROR_MIN}, ${ERROR_MAX}]: ${doubleText(error)}`);
  return Math.ceil(Math.log2(Math.ceil(1.0816 / (error * error))));
}

function estimate(entries: Value, error: Value): bigint {
  const list: readonly Value[] = Array.isArray(entries) ? entries : [];
  return HyperLogLog.ofEntries(
    indexBitsFor(Number(error)),
    list.map((entry) => Number(entry) >>> 0),
  ).cardinality();
}

/** Each row is hashed once; what a sketch takes from the different hashes is gathered in a list. Trino counts booleans exactly. */
export const approxDistinct: AggregateImplementation = {
  mayFail: true,
  emit: (call, context) => {
    const [value = '', error] = call.arguments;
    const type = call.argumentTypes[0] ?? { kind: 'unknown' };
    if (type.kind === 'boolean' || type.kind === 'unknown') return call.apply('count', [value], { distinct: true });
    const hash = xxHashOperator(type);
    const entry = context.udf({
      name: 'hash_entry',
      parameterTypes: [type],
      returnType: INTEGER,
      nulls: 'propagate',
      evaluate: (item) => entryOf(hash(item)) | 0,
    });
    const count = context.udf({
      name: 'estimate_distinct',
      parameterTypes: [array(INTEGER), DOUBLE],
      returnType: BIGINT,
      nulls: 'propagate',
      evaluate: estimate,
    });
    const entries = call.apply('list', [entry(value)], { distinct: true, plain: true, orderBy: [], where: `${value} IS NOT NULL` });
    const wanted = error === undefined ? `CAST(${ERROR_DEFAULT} AS DOUBLE)` : call.apply('any_value', [error], { distinct: false, orderBy: [] });
    return `coalesce(${count(entries, wanted)}, CAST(0 AS BIGINT))`;
  },
};

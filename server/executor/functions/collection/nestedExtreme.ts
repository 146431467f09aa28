import { TrinoError } from '../../../../spi/trinoError.ts';
import type { Type } from '../../../../spi/type.ts';
import type { Value } from '../../../../spi/value.ts';
import type { AggregateCall, EmitContext } from '../implementation.ts';
import { compareValues } from './valueOrder.ts';

interface Extreme {
  readonly name: 'min' | 'max';
  /** What is compared, in SQL. */
  readonly key: string;
  readonly keyType: Type;
  /** What is wanted of the row with the extreme key; absent: the key. */
  readonly value?: string;
}

/**
 * max, min, max_by and min_by over rows and arrays, compared in TypeScript: a NULL within one that has to decide is an error, as in Trino.
 * With a NaN Trino's outcome depends on the order of the rows.
 */
export function nestedExtreme(call: AggregateCall, context: EmitContext, { name, key, keyType, value }: Extreme): string {
  const sign = name === 'max' ? 1 : -1;
  const pair: Type = { kind: 'row', fields: [{ type: keyType }, { type: value === undefined ? keyType : call.returnType }] };
  const find = context.udf({
    name: `nested_${name}`,
    parameterTypes: [{ kind: 'array', element: pair }],
    returnType: call.returnType,
    nulls: 'propagate',
    evaluate: (values) => {
      const pairs: readonly Value[] = Array.isArray(values) ? values : [];
      if (pairs.length > 1 && pairs.some((item) => hasNan(partOf(item, 0))))
        throw new TrinoError('NOT_SUPPORTED', undefined, `${call.name} of nested types with NaN is not supported`);
      const best = pairs.reduce((found, item) => (compareValues(keyType, partOf(item, 0), partOf(found, 0)) * sign > 0 ? item : found));
      return partOf(best, 1);
    },
  });
  return find(call.apply('list', [`{'f0': ${key}, 'f1': ${value ?? key}}`], { where: `${key} IS NOT NULL` }));
}

const partOf = (pair: Value, at: number): Value => (Array.isArray(pair) ? (pair[at] ?? null) : null);

const hasNan = (value: Value): boolean => Number.isNaN(value) || (Array.isArray(value) && value.some(hasNan));

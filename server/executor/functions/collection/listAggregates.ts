import { TrinoError } from '../../../../spi/trinoError.ts';
import { array, row } from '../../../../spi/type.ts';
import type { MapValue, Value } from '../../../../spi/value.ts';
import { physicalType } from '../../physicalType.ts';
import type { AggregateCall, AggregateImplementation, AggregateImplementations, EmitContext } from '../implementation.ts';
import { applyLambda, lambdaOf } from './lambda.ts';
import { valueKey } from './valueKey.ts';
import { NumericHistogram } from '../number/numericHistogram.ts';
import { PRIME64_1 } from '../binary/xxHash64.ts';
import { xxHashOperator } from '../binary/xxHashOperator.ts';

const invalid = (message: string): TrinoError => new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, message);

/** Aggregates for which DuckDB has nothing: the group's values in a list, and a function in TypeScript over it. */
export function overList(
  call: AggregateCall,
  context: EmitContext,
  evaluate: (values: readonly Value[], ...rest: readonly Value[]) => Value,
  options: { at?: number; nulls?: boolean; rest?: readonly number[] } = {},
): string {
  const { at = 0, nulls = false, rest = [] } = options;
  const type = call.argumentTypes[at];
  if (type === undefined) throw new Error('an argument was due');
  const value = call.arguments[at] ?? 'NULL';
  const restTypes = rest.map((index) => call.argumentTypes[index] ?? type);
  const udf = context.udf({
    name: call.name,
    parameterTypes: [array(type), ...restTypes],
    returnType: call.returnType,
    nulls: 'propagate',
    evaluate: (list, ...others) => evaluate(Array.isArray(list) ? list : [], ...others),
  });
  const list = call.apply('list', [value], nulls ? {} : { where: `${call.arguments[at]} IS NOT NULL` });
  const others = rest.map((index) => call.apply('any_value', [call.arguments[index] ?? 'NULL'], { distinct: false, orderBy: [] }));
  return udf(list, ...others);
}

/** An aggregate over rows of all its arguments, in as many steps as the call has; a row with a NULL is left out, but for `nullable` arguments. */
export function overRows(
  call: AggregateCall,
  context: EmitContext,
  evaluate: (rows: readonly (readonly Value[])[]) => Value,
  { nullable = [] }: { readonly nullable?: readonly number[] } = {},
): string {
  const type = array(row(call.argumentTypes.map((item) => ({ type: item }))));
  const udf = context.udf({
    name: `${call.name}_${call.steps}${call.distinct ? '_distinct' : ''}`,
    parameterTypes: [type],
    returnType: call.returnType,
    nulls: 'propagate',
    evaluate: (rows) => evaluate(Array.isArray(rows) ? (rows as readonly (readonly Value[])[]) : []),
  });
  const fields = call.arguments.map((sql, i) => `'f${i}': ${sql}`);
  const present = call.arguments.filter((_, i) => !nullable.includes(i)).map((sql) => `${sql} IS NOT NULL`);
  return udf(call.apply('list', [`{${fields.join(', ')}}`], { where: present.join(' AND ') }));
}

function counts(values: readonly Value[]): [Value, bigint][] {
  const found = new Map<string, [Value, bigint]>();
  for (const value of values) {
    const key = valueKey(value);
    const entry = found.get(key);
    if (entry === undefined) found.set(key, [value, 1n]);
    else entry[1]++;
  }
  return [...found.values()];
}

/** histogram(x): values with their counts. */
export const countedList = (call: AggregateCall, context: EmitContext): string => overList(call, context, (values): MapValue => ({ entries: counts(values) }));

const mostFrequent: AggregateImplementation = {
  mayFail: true,
  emit: (call, context) =>
    overList(
      call,
      context,
      (values, buckets) => {
        const limit = Number(buckets);
        if (limit < 2) throw invalid('approx_most_frequent bucket count must be greater than one, input bucket count: ' + limit);
        const ordered = counts(values).sort(([, a], [, b]) => (a > b ? -1 : a < b ? 1 : 0));
        return { entries: ordered.slice(0, limit) };
      },
      { at: 1, rest: [0] },
    ),
};

const histogram: AggregateImplementation = {
  mayFail: true,
  emit: (call, context) =>
    overRows(call, context, (rows) => {
      let histogram: NumericHistogram | undefined;
      for (const [buckets = null, value = null, weight = 1] of rows) {
        histogram ??= new NumericHistogram(Number(buckets));
        histogram.add(Number(value), Number(weight));
      }
      return histogram?.toMap() ?? null;
    }),
};

const checksum: AggregateImplementation = {
  emit: (call, context) => {
    const [type] = call.argumentTypes;
    if (type === undefined) throw new Error('an argument was due');
    const hash = xxHashOperator(type);
    return overList(
      call,
      context,
      (values) => {
        let total = 0n;
        for (const value of values) total += value === null ? PRIME64_1 : hash(value) * PRIME64_1;
        const bytes = Buffer.alloc(8);
        bytes.writeBigInt64LE(BigInt.asIntN(64, total));
        return bytes;
      },
      { nulls: true },
    );
  },
};

/** The input function over the group's values in their order; the combining function is not needed in one process. */
const reduceAgg: AggregateImplementation = {
  mayFail: true,
  emit: (call) => {
    const [value = '', initial = ''] = call.arguments;
    const [elementType, stateType] = call.argumentTypes;
    if (elementType === undefined || stateType === undefined) throw new Error('two arguments were due');
    const [element, state] = [physicalType(elementType), physicalType(stateType)];
    const items = `list_transform(${call.apply('list', [value], { where: `${value} IS NOT NULL` })}, lambda _e: {'e': CAST(_e AS ${element}), 's': CAST(NULL AS ${state})})`;
    const start = call.apply('any_value', [initial], { distinct: false, orderBy: [] });
    const step = applyLambda(lambdaOf(call, 2), ['_a.s', '_b.e']);
    return `list_reduce(${items}, lambda _a, _b: {'e': CAST(NULL AS ${element}), 's': CAST(${step} AS ${state})}, {'e': CAST(NULL AS ${element}), 's': CAST(${start} AS ${state})}).s`;
  },
};

export const listAggregates: AggregateImplementations = {
  approx_most_frequent: mostFrequent,
  numeric_histogram: histogram,
  checksum,
  reduce_agg: reduceAgg,
};

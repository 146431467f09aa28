import { BIGINT, type Type, decimal, typeId } from '../../../spi/type.ts';
import { comparableForm, isPlainlyComparable, isScalar } from '../comparison.ts';
import { divideHalfUp } from '../../function/numberText.ts';
import { physicalType } from '../physicalType.ts';
import { greatestBy, greatestValues } from './greatestRows.ts';
import { nestedExtreme } from './collection/nestedExtreme.ts';
import { countedList } from './collection/listAggregates.ts';
import type { AggregateCall, AggregateImplementation, AggregateImplementations, AggregateOptions, EmitContext } from './implementation.ts';

/** A function that DuckDB has under another name, with the same meaning and type. */
const same = (duckdbName: string): AggregateImplementation => ({ emit: (call) => call.apply(duckdbName, call.arguments) });

/** As `same`, with the result cast to Trino's type. */
const cast = (duckdbName: string): AggregateImplementation => ({
  mayFail: true,
  emit: (call) => narrowed(call.apply(duckdbName, call.arguments), call.returnType),
});

/** A double as the result's type; beyond the range of a real it is infinite. */
function narrowed(sql: string, type: Type): string {
  if (type.kind !== 'real') return `CAST(${sql} AS ${physicalType(type)})`;
  return `CAST(CASE WHEN abs(${sql}) > CAST('${REAL_MAX}' AS DOUBLE) AND isfinite(${sql}) THEN sign(${sql}) * CAST('inf' AS DOUBLE) ELSE ${sql} END AS FLOAT)`;
}

/** Half way from the largest real to the next one that there would be. */
const REAL_MAX = '3.4028235677973366e38';

const isFloating = (type: Type | undefined): boolean => type?.kind === 'real' || type?.kind === 'double';

function holdsFloating(type: Type | undefined): boolean {
  switch (type?.kind) {
    case 'array':
      return holdsFloating(type.element);
    case 'map':
      return holdsFloating(type.key) || holdsFloating(type.value);
    case 'row':
      return type.fields.some((field) => holdsFloating(field.type));
    default:
      return isFloating(type);
  }
}

/** A NaN is the largest value for DuckDB; Trino takes it only when there is nothing else. */
const extreme = (name: 'min' | 'max'): AggregateImplementation => ({
  mayFail: true,
  emit: (call, context) => {
    const [value = '', count] = call.arguments;
    if (count !== undefined) return greatestValues(call, context, name);
    const type = call.argumentTypes[0];
    if (type !== undefined && !isScalar(type)) return nestedExtreme(call, context, { name, key: value, keyType: type });
    if (type !== undefined && !isPlainlyComparable(type)) return call.apply(`arg_${name}`, [value, comparableForm(value, type, context)]);
    if (!isFloating(type)) return call.apply(name, [value]);
    return `coalesce(${call.apply(name, [value], { where: `NOT isnan(${value})` })}, ${call.apply(name, [value])})`;
  },
});

const ordered = (type: Type | undefined, sql: string, context: EmitContext): string => (type === undefined ? sql : comparableForm(sql, type, context));

const extremeBy = (name: 'min_by' | 'max_by'): AggregateImplementation => ({
  mayFail: true,
  emit: (call, context) => {
    const [value = '', key = '', count] = call.arguments;
    if (count !== undefined) return greatestBy(call, context, name);
    const descending = name === 'max_by';
    const [, keyType] = call.argumentTypes;
    if (keyType !== undefined && !isScalar(keyType)) return nestedExtreme(call, context, { name: descending ? 'max' : 'min', key, keyType, value });
    const notNan = isFloating(keyType) ? { where: `NOT isnan(${key})` } : {};
    return call.apply(descending ? 'arg_max_null' : 'arg_min_null', [value, ordered(keyType, key, context)], notNan);
  },
});

const sum: AggregateImplementation = {
  mayFail: true,
  emit: (call, context) => {
    const [value = ''] = call.arguments;
    const type = call.argumentTypes[0];
    if (type?.kind === 'real') return narrowed(call.apply('sum', [`CAST(${value} AS DOUBLE)`]), type);
    if (type?.kind === 'double') return call.apply('sum', [value]);
    const total = call.apply('sum', [value]);
    if (call.returnType.kind === 'decimal') return decimalSum(total, type, call.returnType, context);
    if (call.windowed && call.returnType.kind === 'bigint') return wrapped(total);
    const overflow = context.fail('NUMERIC_VALUE_OUT_OF_RANGE', overflowText(call.returnType), call.returnType);
    const [low, high] = call.returnType.kind === 'interval year to month' ? ['-2147483648', '2147483647'] : ['-9223372036854775808', '9223372036854775807'];
    return `CASE WHEN ${total} NOT BETWEEN CAST(${low} AS HUGEINT) AND CAST(${high} AS HUGEINT) THEN ${overflow} ELSE CAST(${total} AS ${physicalType(call.returnType)}) END`;
  },
};

/** So many digits stay within the 38 for a million million rows. */
const SAFE_DIGITS = 26;

/** The engine's 128 bits hold somewhat more than 38 digits. */
function decimalSum(total: string, type: Type | undefined, sumType: Type & { readonly kind: 'decimal' }, context: EmitContext): string {
  const typed = `CAST(${total} AS ${physicalType(sumType)})`;
  if (type?.kind === 'decimal' && type.precision <= SAFE_DIGITS) return typed;
  const digits = '9'.repeat(sumType.precision);
  const scale = sumType.scale === 0 ? '' : `.${digits.slice(sumType.precision - sumType.scale)}`;
  const limit = `CAST('${digits.slice(0, sumType.precision - sumType.scale) || '0'}${scale}' AS ${physicalType(sumType)})`;
  return `CASE WHEN ${typed} NOT BETWEEN -${limit} AND ${limit} THEN ${context.fail('NUMERIC_VALUE_OUT_OF_RANGE', "'Decimal overflow'", sumType)} ELSE ${typed} END`;
}

/** Over a window Trino adds without looking at the overflow. */
const wrapped = (total: string): string =>
  `CAST(CASE WHEN ${total} BETWEEN CAST(-9223372036854775808 AS HUGEINT) AND CAST(9223372036854775807 AS HUGEINT) THEN ${total} ELSE ((${total} + CAST('9223372036854775808' AS HUGEINT)) & CAST('18446744073709551615' AS HUGEINT)) - CAST('9223372036854775808' AS HUGEINT) END AS BIGINT)`;

const overflowText = (type: Type): string => (type.kind === 'bigint' ? "'bigint addition overflow'" : `'Overflow in sum of ${typeId(type)}'`);

const avg: AggregateImplementation = {
  mayFail: true,
  emit: (call, context) => {
    const [value = ''] = call.arguments;
    const type = call.argumentTypes[0];
    switch (type?.kind) {
      case 'real':
        return `CAST(${call.apply('avg', [`CAST(${value} AS DOUBLE)`])} AS FLOAT)`;
      case 'decimal':
        return averageDecimal(call, context, type);
      case 'interval day to second':
      case 'interval year to month':
        return `CAST(floor(${call.apply('avg', [value])} + 0.5) AS ${physicalType(call.returnType)})`;
      default:
        return call.apply('avg', [`CAST(${value} AS DOUBLE)`]);
    }
  },
};

/** Exact, rounded half up, as Trino divides the 128-bit sum. */
function averageDecimal(call: AggregateCall, context: EmitContext, type: Type & { readonly kind: 'decimal' }): string {
  const divide = context.udf({
    name: 'average_decimal',
    parameterTypes: [decimal(38, type.scale), BIGINT],
    returnType: call.returnType,
    nulls: 'propagate',
    evaluate: (total, count) => (typeof total === 'bigint' && typeof count === 'bigint' && count !== 0n ? divideHalfUp(total, count) : null),
  });
  const total = `CAST(${call.apply('sum', call.arguments)} AS DECIMAL(38,${type.scale}))`;
  return divide(total, call.apply('count', call.arguments));
}

const countIf: AggregateImplementation = {
  emit: (call) => {
    const [condition = ''] = call.arguments;
    return call.distinct ? call.apply('count', [condition], { where: condition }) : call.apply('count', ['*'], { where: condition });
  },
};

const bitwise = (duckdbName: string): AggregateImplementation => ({
  emit: (call) =>
    call.apply(
      duckdbName,
      call.arguments.map((argument) => `CAST(${argument} AS BIGINT)`),
    ),
});

const histogram: AggregateImplementation = {
  emit: (call, context) => {
    if (holdsFloating(call.argumentTypes[0])) return countedList(call, context);
    const counted = call.apply('histogram', call.arguments, { where: `${call.arguments[0]} IS NOT NULL` });
    return `CAST(${counted} AS ${physicalType(call.returnType)})`;
  },
};

/** DuckDB raises where a value is not finite, Trino gives NaN; with fewer than `least` values NULL. */
const finite = (least: number, emit: (call: AggregateCall, options: AggregateOptions, value: string) => string): AggregateImplementation => ({
  emit: (call) => {
    const [value = ''] = call.arguments;
    if (!isFloating(call.argumentTypes[0])) return `CAST(${emit(call, {}, value)} AS ${physicalType(call.returnType)})`;
    const whole = call.apply('bool_and', [`isfinite(${value})`], { distinct: false });
    const result = emit(call, { where: `isfinite(${value})` }, value);
    const few = least > 1 ? `WHEN ${whole} = false AND ${call.apply('count', [value])} < ${least} THEN NULL ` : '';
    return `CASE ${few}WHEN ${whole} = false THEN CAST('nan' AS ${physicalType(call.returnType)}) ELSE CAST(${result} AS ${physicalType(call.returnType)}) END`;
  },
});

const moment = (duckdbName: string): AggregateImplementation =>
  finite(duckdbName.endsWith('_samp') ? 2 : 1, (call, options, value) => call.apply(duckdbName, [value], options));

/** sqrt(n) · M3 / M2^1.5; DuckDB's correction for the size of the sample is taken back. */
const skewness = finite(3, (call, options, value) => {
  const n = call.apply('count', [value], options);
  const flat = `${call.apply('var_pop', [value], options)} = 0`;
  return `CASE WHEN ${n} < 3 THEN NULL WHEN ${flat} THEN CAST('nan' AS DOUBLE) ELSE ${call.apply('skewness', [value], options)} * (${n} - 2) / sqrt(CAST(${n} AS DOUBLE) * (${n} - 1)) END`;
});

const kurtosisOfFinite = finite(4, (call, options, value) => {
  const flat = `${call.apply('var_pop', [value], options)} = 0`;
  return `CASE WHEN ${flat} THEN CAST('nan' AS DOUBLE) ELSE ${call.apply('kurtosis', [value], options)} END`;
});

const kurtosis: AggregateImplementation = {
  emit: (call, context) => `CASE WHEN ${call.apply('count', call.arguments)} >= 4 THEN ${kurtosisOfFinite.emit(call, context)} END`,
};

const geometricMean: AggregateImplementation = {
  emit: (call) => {
    const [value = ''] = call.arguments;
    const x = `CAST(${value} AS DOUBLE)`;
    const log = `CASE WHEN ${x} > 0 THEN ln(${x}) WHEN ${x} = 0 THEN CAST('-inf' AS DOUBLE) ELSE CAST('nan' AS DOUBLE) END`;
    return `CAST(exp(${call.apply('sum', [`CASE WHEN ${value} IS NOT NULL THEN ${log} END`])} / ${call.apply('count', [value])}) AS ${physicalType(call.returnType)})`;
  },
};

/** NULL where a variance is zero or a value is not finite. */
const related = (duckdbName: string): AggregateImplementation => ({
  emit: (call) => {
    const types = call.argumentTypes;
    const [y = '', x = ''] = call.arguments;
    const double = call.arguments.map((argument) => `CAST(${argument} AS DOUBLE)`);
    const result = (options: AggregateOptions) => `nullif(${call.apply(duckdbName, double, options)}, CAST('nan' AS DOUBLE))`;
    if (!types.some(isFloating)) return `CAST(${result({})} AS ${physicalType(call.returnType)})`;
    const pairs = `(isfinite(${y}) AND isfinite(${x})) OR ${y} IS NULL OR ${x} IS NULL`;
    const whole = call.apply('bool_and', [pairs], { distinct: false });
    return `CASE WHEN ${whole} = false THEN NULL ELSE CAST(${result({ where: pairs })} AS ${physicalType(call.returnType)}) END`;
  },
});

export const aggregateFunctions: AggregateImplementations = {
  count: { emit: (call) => call.apply('count', call.arguments.length === 0 ? ['*'] : call.arguments) },
  count_if: countIf,
  sum,
  avg,
  min: extreme('min'),
  max: extreme('max'),
  min_by: extremeBy('min_by'),
  max_by: extremeBy('max_by'),
  any_value: same('any_value'),
  arbitrary: same('any_value'),
  array_agg: same('list'),
  bool_and: same('bool_and'),
  bool_or: same('bool_or'),
  every: same('bool_and'),
  bitwise_and_agg: bitwise('bit_and'),
  bitwise_or_agg: bitwise('bit_or'),
  bitwise_xor_agg: bitwise('bit_xor'),
  histogram,
  corr: related('corr'),
  covar_pop: cast('covar_pop'),
  covar_samp: cast('covar_samp'),
  regr_slope: related('regr_slope'),
  regr_intercept: related('regr_intercept'),
  stddev: moment('stddev_samp'),
  stddev_samp: moment('stddev_samp'),
  stddev_pop: moment('stddev_pop'),
  variance: moment('var_samp'),
  var_samp: moment('var_samp'),
  var_pop: moment('var_pop'),
  geometric_mean: geometricMean,
  skewness,
  kurtosis,
};

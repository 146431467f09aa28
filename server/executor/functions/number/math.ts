import { TrinoError } from '../../../../spi/trinoError.ts';
import type { Type } from '../../../../spi/type.ts';
import type { Value } from '../../../../spi/value.ts';
import { doubleText } from '../../../function/javaNumberText.ts';
import { physicalType } from '../../physicalType.ts';
import { isIntegerKind, minimumOf } from './arithmetic.ts';
import { bind, type ScalarCall, type ScalarImplementation, type ScalarImplementations } from '../implementation.ts';
import { roundFunctions } from './round.ts';
import { viaUdf } from '../viaUdf.ts';

const invalid = (message: string): TrinoError => new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, message);

/** SQL of one DOUBLE argument that never fails. */
function sql(write: (x: string) => string): ScalarImplementation {
  return { mayFail: false, emit: (call, context) => bind(context, call.arguments[0] ?? '', write) };
}

const constant = (text: string): ScalarImplementation => ({ mayFail: false, emit: () => `CAST('${text}' AS DOUBLE)` });

function double(evaluate: (...x: readonly number[]) => number): ScalarImplementation {
  return viaUdf((values) => evaluate(...values.map(Number)), { mayFail: false });
}

const NAN = "CAST('nan' AS DOUBLE)";
const INFINITE = "CAST('inf' AS DOUBLE)";

/** DuckDB refuses infinite angles. */
const angle = (name: string): ScalarImplementation => sql((x) => `CASE WHEN isfinite(${x}) THEN ${name}(${x}) WHEN ${x} IS NOT NULL THEN ${NAN} END`);

/** The natural logarithm, with Java's answers at and below zero. */
const naturalLog = (x: string): string => `CASE WHEN ${x} > 0 THEN ln(${x}) WHEN ${x} = 0 THEN -${INFINITE} WHEN ${x} IS NOT NULL THEN ${NAN} END`;

const abs: ScalarImplementation = {
  mayFail: (call) => isIntegerKind(call.returnType.kind),
  emit(call, context) {
    const [value = ''] = call.arguments;
    const { kind } = call.returnType;
    if (!isIntegerKind(kind)) return `abs(${value})`;
    return bind(context, value, (x) => {
      const failure = context.fail('NUMERIC_VALUE_OUT_OF_RANGE', `'Value ${minimumOf(kind)} is out of range for abs(${kind})'`, call.returnType);
      return `CASE WHEN ${x} = ${minimumOf(kind)} THEN ${failure} ELSE abs(${x}) END`;
    });
  },
};

const sign: ScalarImplementation = {
  mayFail: false,
  emit(call, context) {
    const type = call.returnType;
    const physical = physicalType(type);
    return bind(context, call.arguments[0] ?? '', (x) => {
      if (type.kind === 'double' || type.kind === 'real')
        return `CASE WHEN isnan(${x}) OR ${x} = 0 THEN ${x} WHEN ${x} > 0 THEN CAST(1 AS ${physical}) WHEN ${x} < 0 THEN CAST(-1 AS ${physical}) END`;
      return `CAST(sign(${x}) AS ${physical})`;
    });
  },
};

const RADIX_TEXT = 'Radix must be between 2 and 36';

function checkRadix(radix: Value): number {
  const base = Number(radix);
  if (base < 2 || base > 36) throw invalid(RADIX_TEXT);
  return base;
}

const fromBase = viaUdf(
  ([value, radix]) => {
    const base = checkRadix(radix ?? null);
    const text = String(value);
    const match = /^([+-]?)([0-9a-z]+)$/i.exec(text);
    let result = 0n;
    for (const digit of match?.[2] ?? '') {
      const value = Number.parseInt(digit, 36);
      if (value >= base) throw invalid(`Not a valid base-${base} number: ${text}`);
      result = result * BigInt(base) + BigInt(value);
    }
    if (match?.[1] === '-') result = -result;
    if (match === null || BigInt.asIntN(64, result) !== result) throw invalid(`Not a valid base-${base} number: ${text}`);
    return result;
  },
  { mayFail: true },
);

const toBase = viaUdf(
  ([value, radix]) => {
    const text = BigInt(value as bigint).toString(checkRadix(radix ?? null));
    if (text.length <= 64) return text;
    throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, `Character count exceeds length limit 64: base64:${Buffer.from(text).toString('base64')}`);
  },
  { mayFail: true },
);

const widthBucket = viaUdf(
  ([operand, first, second, count]) => {
    const x = Number(operand);
    if (Array.isArray(first)) return bucketOf(x, first);
    const [low, high, buckets] = [Number(first), Number(second), BigInt((count ?? 0n) as bigint)];
    if (buckets <= 0n) throw invalid('bucketCount must be greater than 0');
    if (Number.isNaN(x)) throw invalid('operand must not be NaN');
    if (!Number.isFinite(low)) throw invalid('first bound must be finite');
    if (!Number.isFinite(high)) throw invalid('second bound must be finite');
    if (low === high) throw invalid('bounds cannot equal each other');
    const [lower, upper] = [Math.min(low, high), Math.max(low, high)];
    let bucket: bigint;
    if (x < lower) bucket = 0n;
    else if (x >= upper) bucket = buckets + 1n;
    else bucket = BigInt(Math.trunc((Number(buckets) * (x - lower)) / (upper - lower) + 1));
    return low > high ? buckets - bucket + 1n : bucket;
  },
  { mayFail: true },
);

function bucketOf(x: number, bins: readonly Value[]): bigint {
  if (bins.length === 0) throw invalid('Bins cannot be an empty array');
  if (Number.isNaN(x)) throw invalid('Operand cannot be NaN');
  if (bins.includes(null)) throw new TrinoError('NOT_SUPPORTED', undefined, 'width_bucket of bins with NULL is not supported');
  let lower = 0;
  let upper = bins.length;
  // only the bins that the search meets are looked at
  while (lower < upper) {
    if (Number(bins[lower]) > Number(bins[upper - 1])) throw invalid('Bin values are not sorted in ascending order');
    const middle = Math.floor((lower + upper) / 2);
    const bin = Number(bins[middle] ?? 0);
    if (!Number.isFinite(bin)) throw invalid(`Bin value must be finite, got ${doubleText(bin)}`);
    if (x < bin) upper = middle;
    else lower = middle + 1;
  }
  return BigInt(lower);
}

const RANDOM_BOUND = 'bound must be positive';

const random: ScalarImplementation = {
  mayFail: (call) => call.arguments.length > 0,
  emit(call, context) {
    const type = call.returnType;
    if (call.arguments.length === 0) return 'random()';
    const pick = (low: number | bigint, high: number | bigint): Value => {
      const value = BigInt(low) + BigInt(Math.floor(Math.random() * Number(BigInt(high) - BigInt(low))));
      return type.kind === 'bigint' ? value : Number(value);
    };
    const evaluate = (a: Value, b?: Value): Value => {
      const [low, high] = b === undefined ? [0, a as number | bigint] : [a as number | bigint, b as number | bigint];
      if (b === undefined && high <= 0) throw invalid(RANDOM_BOUND);
      if (low >= high) throw invalid('start value must be less than stop value');
      return pick(low, high);
    };
    return context.udf({ name: 'random', parameterTypes: call.argumentTypes, returnType: type, nulls: 'propagate', evaluate, volatile: true })(
      ...call.arguments,
    );
  },
};

const isNumberTest = (write: (x: string) => string): ScalarImplementation => sql(write);

function argument(call: ScalarCall, index: number): { readonly sql: string; readonly type: Type | undefined } {
  return { sql: call.arguments[index] ?? '', type: call.argumentTypes[index] };
}

const logOfBase: ScalarImplementation = {
  mayFail: false,
  emit: (call, context) =>
    bind(context, argument(call, 0).sql, (base) => bind(context, argument(call, 1).sql, (x) => `((${naturalLog(x)}) / (${naturalLog(base)}))`)),
};

const power: ScalarImplementation = {
  mayFail: false,
  emit(call, context) {
    const [base = '', exponent = ''] = call.arguments;
    // C gives 1 for 1 to any power, and -1 to an infinite one; Java NaN
    return bind(context, base, (x) =>
      bind(context, exponent, (y) => `CASE WHEN isnan(${y}) OR (abs(${x}) = 1 AND isinf(${y})) THEN ${NAN} ELSE pow(${x}, ${y}) END`),
    );
  },
};

export const math: ScalarImplementations = {
  ...roundFunctions,
  abs,
  sign,
  sqrt: sql((x) => `CASE WHEN ${x} >= 0 AND NOT isnan(${x}) THEN sqrt(${x}) WHEN ${x} IS NOT NULL THEN ${NAN} END`),
  cbrt: double(Math.cbrt),
  exp: sql((x) => `exp(${x})`),
  ln: sql(naturalLog),
  log2: sql((x) => `((${naturalLog(x)}) / CAST('0.6931471805599453' AS DOUBLE))`),
  log10: sql((x) => `CASE WHEN ${x} > 0 THEN log10(${x}) WHEN ${x} = 0 THEN -${INFINITE} WHEN ${x} IS NOT NULL THEN ${NAN} END`),
  log: logOfBase,
  power,
  pow: power,
  sin: angle('sin'),
  cos: angle('cos'),
  tan: angle('tan'),
  asin: double(Math.asin),
  acos: double(Math.acos),
  atan: double(Math.atan),
  atan2: double((y = 0, x = 0) => Math.atan2(y, x)),
  sinh: double(Math.sinh),
  cosh: double(Math.cosh),
  tanh: double(Math.tanh),
  degrees: sql((x) => `(${x} * CAST('57.29577951308232' AS DOUBLE))`),
  radians: sql((x) => `(${x} * CAST('0.017453292519943295' AS DOUBLE))`),
  e: constant('2.718281828459045'),
  pi: constant('3.141592653589793'),
  nan: constant('nan'),
  infinity: constant('inf'),
  is_nan: isNumberTest((x) => `isnan(${x})`),
  is_finite: isNumberTest((x) => `isfinite(${x})`),
  is_infinite: isNumberTest((x) => `isinf(${x})`),
  from_base: fromBase,
  to_base: toBase,
  width_bucket: widthBucket,
  random,
  rand: random,
};

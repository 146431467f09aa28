import { TrinoError } from '../../../../spi/trinoError.ts';
import type { Type } from '../../../../spi/type.ts';
import type { Value } from '../../../../spi/value.ts';
import { divideHalfUp, fitsPrecision, rescale } from '../../../function/numberText.ts';
import { physicalType } from '../../physicalType.ts';
import { bind, type EmitContext, type ScalarCall } from '../implementation.ts';

type DecimalType = Type & { kind: 'decimal' };
type DecimalOperator = '+' | '-' | '*' | '/' | '%';

/** Digits that BIGINT and HUGEINT hold for certain. */
const BIGINT_DIGITS = 18;
const HUGEINT_DIGITS = 37;
const DECIMAL_DIGITS_MAX = 38;

/** Decimals by Trino's rules; the result type is settled. Beyond 38 digits the numbers are BigInt. */
export function decimalArithmetic(operator: DecimalOperator, call: ScalarCall, context: EmitContext): string {
  const [left, right] = call.argumentTypes;
  const result = call.returnType;
  if (left?.kind !== 'decimal' || right?.kind !== 'decimal' || result.kind !== 'decimal') throw new Error('decimal arithmetic on other types');
  const [a = '', b = ''] = call.arguments;
  const native = nativeArithmetic({ operator, a, b, left, right, result }, context);
  return native ?? bigArithmetic(operator, call, { left, right, result }, context);
}

interface Operation {
  readonly operator: DecimalOperator;
  readonly a: string;
  readonly b: string;
  readonly left: DecimalType;
  readonly right: DecimalType;
  readonly result: DecimalType;
}

function nativeArithmetic(operation: Operation, context: EmitContext): string | undefined {
  const { operator, a, b, left, right, result } = operation;
  switch (operator) {
    case '+':
    case '-':
      // up to 18 digits DuckDB's type of a sum is Trino's; beyond, it keeps sums of short decimals short, and overflows
      if (result.precision >= 38) return undefined;
      if (result.precision <= BIGINT_DIGITS) return `CAST(${a} ${operator} ${b} AS ${physicalType(result)})`;
      return `CAST(CAST(${a} AS ${physicalType(result)}) ${operator} CAST(${b} AS ${physicalType(result)}) AS ${physicalType(result)})`;
    case '*': {
      // DuckDB keeps products of short decimals short, and overflows: widen one side first
      if (left.precision + right.precision > 38) return undefined;
      if (left.precision + right.precision <= BIGINT_DIGITS) return `CAST(${a} * ${b} AS ${physicalType(result)})`;
      return `CAST(CAST(${a} AS DECIMAL(${38 - right.precision},${left.scale})) * ${b} AS ${physicalType(result)})`;
    }
    case '/':
      return nativeDivision(operation, context);
    case '%':
      return nativeModulus(operation, context);
  }
}

/** Whether the digits can be had by a product of decimals. */
const hasRoom = ({ precision, scale }: DecimalType): boolean => scale === 0 || precision + scale <= HUGEINT_DIGITS;

function nativeDivision({ a, b, left, right, result }: Operation, context: EmitContext): string | undefined {
  if (!hasRoom(left) || !hasRoom(right)) return undefined;
  const digits = left.precision + result.scale - left.scale + right.scale;
  if (digits > HUGEINT_DIGITS || right.precision > HUGEINT_DIGITS || result.precision >= 38) return undefined;
  const integer = digits < BIGINT_DIGITS && right.precision < BIGINT_DIGITS ? 'BIGINT' : 'HUGEINT';
  return bind(context, unscaled(a, left, result.scale - left.scale + right.scale, integer), (n) =>
    bind(context, unscaled(b, right, 0, integer), (d) => {
      const away = `CASE WHEN abs(${n} % ${d}) * 2 >= abs(${d}) THEN CASE WHEN (${n} < 0) <> (${d} < 0) THEN -1 ELSE 1 END ELSE 0 END`;
      const failure = context.fail('DIVISION_BY_ZERO', "'Division by zero'", result);
      return `CASE WHEN ${d} = 0 THEN ${failure} ELSE ${scaled(`(${n} // ${d} + ${away})`, result)} END`;
    }),
  );
}

function nativeModulus({ a, b, left, right, result }: Operation, context: EmitContext): string | undefined {
  if (!hasRoom(left) || !hasRoom(right)) return undefined;
  const scale = Math.max(left.scale, right.scale);
  const digits = Math.max(left.precision - left.scale, right.precision - right.scale) + scale;
  if (digits > HUGEINT_DIGITS) return undefined;
  const integer = digits < BIGINT_DIGITS ? 'BIGINT' : 'HUGEINT';
  return bind(context, unscaled(b, right, scale - right.scale, integer), (d) => {
    const failure = context.fail('DIVISION_BY_ZERO', "'Division by zero'", result);
    return `CASE WHEN ${a} IS NULL THEN NULL WHEN ${d} = 0 THEN ${failure} ELSE ${scaled(`(${unscaled(a, left, scale - left.scale, integer)} % ${d})`, result)} END`;
  });
}

/** The digits of a decimal as an integer, with `zeros` more behind. */
function unscaled(sql: string, type: DecimalType, zeros: number, integer: 'BIGINT' | 'HUGEINT'): string {
  const digits =
    type.scale === 0
      ? `CAST(${sql} AS ${integer})`
      : `CAST(CAST(${sql} AS DECIMAL(38,${type.scale})) * CAST('1${'0'.repeat(type.scale)}' AS DECIMAL(38,0)) AS ${integer})`;
  return zeros === 0 ? digits : `(${digits} * CAST('1${'0'.repeat(zeros)}' AS ${integer}))`;
}

/** An integer as the digits of a decimal. */
function scaled(sql: string, type: DecimalType): string {
  if (type.scale === 0) return `CAST(${sql} AS ${physicalType(type)})`;
  return `CAST(CAST(${sql} AS DECIMAL(38,0)) * CAST('0.${'0'.repeat(type.scale - 1)}1' AS DECIMAL(${type.scale},${type.scale})) AS ${physicalType(type)})`;
}

interface Types {
  readonly left: DecimalType;
  readonly right: DecimalType;
  readonly result: DecimalType;
}

function bigArithmetic(operator: DecimalOperator, call: ScalarCall, types: Types, context: EmitContext): string {
  const udf = context.udf({
    name: `decimal ${operator}`,
    parameterTypes: [types.left, types.right],
    returnType: types.result,
    nulls: 'propagate',
    evaluate: (a: Value, b: Value) => evaluateDecimal(operator, a as bigint, b as bigint, types),
  });
  return udf(...call.arguments);
}

function evaluateDecimal(operator: DecimalOperator, a: bigint, b: bigint, { left, right, result }: Types): bigint {
  if (b === 0n && (operator === '/' || operator === '%')) throw new TrinoError('DIVISION_BY_ZERO', undefined, 'Division by zero');
  return checkDigits(unscaledResult(operator, a, b, { left, right, result }));
}

function unscaledResult(operator: DecimalOperator, a: bigint, b: bigint, { left, right, result }: Types): bigint {
  const scale = Math.max(left.scale, right.scale);
  const widened = (value: bigint, from: number): bigint => checkWidth(rescale(value, from, scale));
  switch (operator) {
    case '+':
      return widened(a, left.scale) + widened(b, right.scale);
    case '-':
      return widened(a, left.scale) - widened(b, right.scale);
    case '*':
      return a * b;
    case '/':
      return divideHalfUp(a * dividendFactor(result.scale - left.scale + right.scale), b);
    case '%':
      return remainder(rescale(a, left.scale, scale), rescale(b, right.scale, scale));
  }
}

/** Trino has no power of ten beyond its longest decimal. */
function dividendFactor(zeros: number): bigint {
  if (zeros >= DECIMAL_DIGITS_MAX) throw new TrinoError('NUMERIC_VALUE_OUT_OF_RANGE', undefined, 'Decimal overflow');
  return 10n ** BigInt(zeros);
}

/** The dividend may be wider than 128 bits, the quotient not. */
function remainder(dividend: bigint, divisor: bigint): bigint {
  checkWidth(dividend / divisor);
  return dividend % divisor;
}

/** What Trino calculates with has 128 bits. */
function checkWidth(value: bigint): bigint {
  if (BigInt.asIntN(128, value) !== value) throw new TrinoError('NUMERIC_VALUE_OUT_OF_RANGE', undefined, 'Decimal overflow');
  return value;
}

function checkDigits(value: bigint): bigint {
  if (!fitsPrecision(value, 38)) throw new TrinoError('NUMERIC_VALUE_OUT_OF_RANGE', undefined, 'Decimal overflow');
  return value;
}

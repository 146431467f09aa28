import { type Type, BIGINT, decimal, DOUBLE, INTEGER, REAL } from '../../../../spi/type.ts';
import type { ArithmeticOperator } from '../../../function/jsonPath.ts';
import { divideHalfUp, fitsPrecision, parseDouble, rescale } from '../../../function/numberText.ts';
import { PathEvaluationError } from './jsonPathError.ts';
import type { TypedValue } from './jsonPathItem.ts';

const BITS: Readonly<Partial<Record<Type['kind'], number>>> = { tinyint: 8, smallint: 16, integer: 32, bigint: 64 };
const INTEGER_DIGITS: Readonly<Partial<Record<Type['kind'], number>>> = { tinyint: 3, smallint: 5, integer: 10, bigint: 19 };

export const isNumeric = (type: Type): boolean => type.kind in BITS || type.kind === 'decimal' || type.kind === 'double' || type.kind === 'real';

interface DecimalValue {
  readonly unscaled: bigint;
  readonly precision: number;
  readonly scale: number;
}

function asDecimal({ type, value }: TypedValue): DecimalValue {
  const unscaled = BigInt(value as bigint | number);
  return type.kind === 'decimal'
    ? { unscaled, precision: type.precision, scale: type.scale }
    : { unscaled, precision: INTEGER_DIGITS[type.kind] ?? 19, scale: 0 };
}

export function toNumber({ type, value }: TypedValue): number {
  return type.kind === 'decimal' ? Number(`${value as bigint}e-${type.scale}`) : Number(value);
}

const failed = (message: string): PathEvaluationError => new PathEvaluationError(message);

/** By the operators of SQL. */
export function calculate(operator: ArithmeticOperator, left: TypedValue, right: TypedValue): TypedValue {
  const kinds = [left.type.kind, right.type.kind];
  if (!isNumeric(left.type) || !isNumeric(right.type)) throw failed('invalid operand types');
  if (kinds.includes('double')) return { kind: 'typed', type: DOUBLE, value: floating(operator, toNumber(left), toNumber(right)) };
  if (kinds.includes('real'))
    return { kind: 'typed', type: REAL, value: Math.fround(floating(operator, Math.fround(toNumber(left)), Math.fround(toNumber(right)))) };
  if (kinds.includes('decimal')) return exact(operator, asDecimal(left), asDecimal(right));
  return whole(operator, left, right);
}

function floating(operator: ArithmeticOperator, a: number, b: number): number {
  switch (operator) {
    case '+':
      return a + b;
    case '-':
      return a - b;
    case '*':
      return a * b;
    case '/':
      return a / b;
    case '%':
      return a % b;
  }
}

function whole(operator: ArithmeticOperator, left: TypedValue, right: TypedValue): TypedValue {
  const bits = Math.max(BITS[left.type.kind] ?? 64, BITS[right.type.kind] ?? 64);
  const [a, b] = [BigInt(left.value as bigint | number), BigInt(right.value as bigint | number)];
  if (b === 0n && (operator === '/' || operator === '%')) throw failed('division by zero');
  const value = operator === '+' ? a + b : operator === '-' ? a - b : operator === '*' ? a * b : operator === '/' ? a / b : a % b;
  if (BigInt.asIntN(bits, value) !== value) throw failed('overflow');
  return bits === 64 ? { kind: 'typed', type: BIGINT, value } : { kind: 'typed', type: INTEGER, value: Number(value) };
}

function exact(operator: ArithmeticOperator, a: DecimalValue, b: DecimalValue): TypedValue {
  const scale = operator === '*' ? a.scale + b.scale : Math.max(a.scale, b.scale);
  const precision = Math.min(38, decimalPrecision(operator, a, b, scale));
  if (scale > 38) throw failed('decimal scale out of range');
  if (b.unscaled === 0n && (operator === '/' || operator === '%')) throw failed('division by zero');
  const [x, y] = [rescale(a.unscaled, a.scale, Math.max(a.scale, b.scale)), rescale(b.unscaled, b.scale, Math.max(a.scale, b.scale))];
  const value = (() => {
    switch (operator) {
      case '+':
        return x + y;
      case '-':
        return x - y;
      case '*':
        return a.unscaled * b.unscaled;
      case '/':
        return divideHalfUp(x * 10n ** BigInt(scale), y);
      case '%':
        return x % y;
    }
  })();
  if (!fitsPrecision(value, 38)) throw failed('Decimal overflow');
  return { kind: 'typed', type: decimal(precision, scale), value };
}

function decimalPrecision(operator: ArithmeticOperator, a: DecimalValue, b: DecimalValue, scale: number): number {
  const [left, right] = [a.precision - a.scale, b.precision - b.scale];
  switch (operator) {
    case '+':
    case '-':
      return Math.max(left, right) + scale + 1;
    case '*':
      return a.precision + b.precision;
    case '/':
      return a.precision + b.scale + Math.max(b.scale - a.scale, 0);
    case '%':
      return Math.min(left, right) + scale;
  }
}

export function negated(item: TypedValue): TypedValue {
  if (!isNumeric(item.type)) throw failed('invalid item type. Expected: NUMBER');
  if (item.type.kind === 'double' || item.type.kind === 'real') return { ...item, value: -Number(item.value) };
  const value = -BigInt(item.value as bigint | number);
  const bits = BITS[item.type.kind];
  if (bits !== undefined && BigInt.asIntN(bits, value) !== value) throw failed('overflow');
  return { ...item, value: bits !== undefined && bits < 64 ? Number(value) : value };
}

export function rounded(method: 'abs' | 'ceiling' | 'floor', item: TypedValue): TypedValue {
  const { type, value } = item;
  if (!isNumeric(type)) throw failed('invalid item type. Expected: NUMBER');
  if (method === 'abs') return toNumber(item) < 0 ? negated(item) : item;
  if (type.kind === 'double' || type.kind === 'real') return { ...item, value: method === 'ceiling' ? Math.ceil(Number(value)) : Math.floor(Number(value)) };
  if (type.kind !== 'decimal') return item;
  const unit = 10n ** BigInt(type.scale);
  const truncated = (value as bigint) / unit;
  const rest = (value as bigint) % unit;
  const result = method === 'ceiling' ? (rest > 0n ? truncated + 1n : truncated) : rest < 0n ? truncated - 1n : truncated;
  return { kind: 'typed', type: decimal(Math.min(38, type.precision - type.scale + Math.min(type.scale, 1)), 0), value: result };
}

export function toDouble(item: TypedValue): TypedValue {
  if (isNumeric(item.type)) return { kind: 'typed', type: DOUBLE, value: toNumber(item) };
  const number = item.type.kind === 'varchar' || item.type.kind === 'char' ? parseDouble(String(item.value).trim()) : undefined;
  if (number === undefined) throw failed('invalid item type. Expected: NUMBER or TEXT');
  return { kind: 'typed', type: DOUBLE, value: number };
}

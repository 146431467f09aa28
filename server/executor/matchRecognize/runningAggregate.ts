import type { ResolvedFunction } from '../../../spi/expression.ts';
import type { Type } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import { divideHalfUp, fitsPrecision } from '../../function/numberText.ts';
import { extremeValue } from './extremeValue.ts';

const BIGINT_MAX = 2n ** 63n;

/** The aggregate of rows, each with the values of the arguments; undefined: it raises, or is not computed here. */
export function runningAggregate({ name, argumentTypes, returnType }: ResolvedFunction, rows: readonly (readonly Value[])[]): Value | undefined {
  const [type] = argumentTypes;
  if (name === 'count') return BigInt(type === undefined ? rows.length : rows.filter(([value]) => value !== null).length);
  if (argumentTypes.length !== 1 || type === undefined) return undefined;
  const all = rows.map(([value]) => value ?? null);
  if (name === 'array_agg') return all.length === 0 ? null : all;
  const values = all.filter((value) => value !== null);
  if (name === 'count_if') return BigInt(values.filter((value) => value === true).length);
  if (values.length === 0) return null;
  switch (name) {
    case 'arbitrary':
    case 'any_value':
      return values[0];
    case 'bool_and':
    case 'every':
      return values.every((value) => value === true);
    case 'bool_or':
      return values.some((value) => value === true);
    case 'min':
      return extremeValue(type, values, -1);
    case 'max':
      return extremeValue(type, values, 1);
    case 'sum':
      return sum(values, returnType);
    case 'avg':
      return average(values, returnType);
    default:
      return undefined;
  }
}

const isBigint = (value: Value): value is bigint => typeof value === 'bigint';
const floatSum = (values: readonly Value[]): number => values.reduce<number>((total, value) => total + Number(value), 0);
const rounded = (value: number, { kind }: Type): number => (kind === 'real' ? Math.fround(value) : value);

function sum(values: readonly Value[], type: Type): Value | undefined {
  if (type.kind === 'double' || type.kind === 'real') return rounded(floatSum(values), type);
  if (!values.every(isBigint) || (type.kind !== 'bigint' && type.kind !== 'decimal')) return undefined;
  const total = values.reduce((a, b) => a + b, 0n);
  if (type.kind === 'decimal') return fitsPrecision(total, type.precision) ? total : undefined;
  return total >= -BIGINT_MAX && total < BIGINT_MAX ? total : undefined;
}

function average(values: readonly Value[], type: Type): Value | undefined {
  if (type.kind === 'double' || type.kind === 'real') return rounded(floatSum(values) / values.length, type);
  if (type.kind !== 'decimal' || !values.every(isBigint)) return undefined;
  return divideHalfUp(
    values.reduce((a, b) => a + b, 0n),
    BigInt(values.length),
  );
}

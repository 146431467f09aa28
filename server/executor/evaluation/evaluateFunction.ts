import type { Constant } from '../../../spi/expression.ts';
import type { Type } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import { compareValues, isTimestamp } from '../../planner/interpreter/compareValues.ts';
import { extremeValue } from './extremeValue.ts';

/** Functions that conditions over several variables often use, of arguments that are not NULL; undefined: not computed here. */
export function evaluateFunction(name: string, args: readonly Constant[], type: Type): Value | undefined {
  const [first, second, third] = args;
  if (first === undefined) return undefined;
  switch (name) {
    case 'cardinality':
      return first.type.kind === 'array' && Array.isArray(first.value) ? BigInt(first.value.length) : undefined;
    case 'contains':
      return first.type.kind === 'array' && Array.isArray(first.value) && second !== undefined
        ? contains(first.type.element, first.value, second.value)
        : undefined;
    case 'greatest':
    case 'least':
      return args.some(({ value }) => Number.isNaN(value))
        ? undefined
        : extremeValue(
            type,
            args.map(({ value }) => value),
            name === 'greatest' ? 1 : -1,
          );
    case '$subtract':
      return second !== undefined && type.kind === 'interval day to second' ? difference(second, first) : undefined;
    case 'date_diff':
      return second !== undefined && third !== undefined ? dateDiff(String(first.value), second, third) : undefined;
    default:
      return undefined;
  }
}

/** NULL where it is not found among others that are NULL. */
function contains(element: Type, values: readonly Value[], wanted: Value): boolean | null | undefined {
  for (const value of values) {
    if (value === null) continue;
    const order = compareValues(element, value, wanted);
    if (order === undefined) return undefined;
    if (order === 0) return true;
  }
  return values.includes(null) ? null : false;
}

/** Since 1970 in local time; undefined for what has more than milliseconds. */
function millisOf({ type, value }: Constant): bigint | undefined {
  if (type.kind === 'date' && typeof value === 'number') return BigInt(value) * MILLIS_OF.day;
  return type.kind === 'timestamp' && type.precision <= 3 && isTimestamp(value) ? value.epochMicros / 1000n : undefined;
}

function difference(from: Constant, to: Constant): bigint | undefined {
  const [a, b] = [millisOf(from), millisOf(to)];
  return a === undefined || b === undefined ? undefined : b - a;
}

const MILLIS_OF = { millisecond: 1n, second: 1000n, minute: 60_000n, hour: 3_600_000n, day: 86_400_000n, week: 604_800_000n } as const;
const isUnit = (unit: string): unit is keyof typeof MILLIS_OF => unit in MILLIS_OF;

/** Whole units; months and what is built of them are left out, and units that a date does not have. */
function dateDiff(text: string, from: Constant, to: Constant): bigint | undefined {
  const unit = text.toLowerCase();
  const millis = difference(from, to);
  if (millis === undefined || !isUnit(unit) || (from.type.kind === 'date' && unit !== 'day' && unit !== 'week')) return undefined;
  return millis / MILLIS_OF[unit];
}

import type { Constant } from '../../../spi/expression.ts';
import type { Type } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import { civilOfDays, daysOfCivil, floorDiv, floorMod, MICROS_OF_DAY, plusMonths } from '../../function/calendar.ts';
import type { CastSession } from '../../function/castValue.ts';
import { divideHalfUp, fitsPrecision } from '../../function/numberText.ts';
import { localOf, withZone } from '../../function/temporalText.ts';
import { castConstant } from './castConstant.ts';
import { isTimestamp, isTimestampWithTimeZone } from './compareValues.ts';
import { truncateDate, truncateTimestamp, unitOf } from './dateUnits.ts';
import { integerValue } from './integerValue.ts';

/** What constants may depend on. */
export type EvaluationSession = CastSession;

/** The value of a call with constant arguments; undefined: left to the engine (also whatever would raise). */
export function evaluateCall(name: string, args: readonly Constant[], type: Type, session: EvaluationSession): Value | undefined {
  const clock = evaluateClock(name, args, type, session);
  if (clock !== undefined) return clock;
  const [first, second] = args;
  if (first === undefined || args.some(({ value }) => value === null)) return undefined;
  if (second === undefined) return evaluateUnary(name, first, type, session);
  if (args.length === 2 && (name === '$add' || name === '$subtract') && hasTime(first.type, second.type)) return addInterval(name, first, second, type);
  if (name === 'mod' && args.length === 2) return evaluateArithmetic('$modulus', first, second, type);
  if (args.length === 2 && name.startsWith('$')) return evaluateArithmetic(name, first, second, type);
  if (name === 'concat' && type.kind === 'varchar' && args.every((a) => a.type.kind === 'varchar')) return args.map(({ value }) => String(value)).join('');
  if (name === 'date_trunc' && args.length === 2) return evaluateDateTrunc(String(first.value), second, type);
  return undefined;
}

function evaluateClock(name: string, args: readonly Constant[], type: Type, session: EvaluationSession): Value | undefined {
  if (!CLOCKS.has(name) || args.length > 1 || args.some(({ value }) => typeof value === 'bigint')) return undefined;
  // Trino takes the milliseconds of the start for up to three digits
  const epochMicros =
    'precision' in type && type.kind === 'timestamp with time zone' && type.precision <= 3
      ? session.startMicros - (session.startMicros % 1000n)
      : session.startMicros;
  const instant = { epochMicros, picosOfMicro: 0, zone: session.timeZone };
  return castConstant(instant, { kind: 'timestamp with time zone', precision: 6 }, type, session);
}

const CLOCKS: ReadonlySet<string> = new Set([
  'now',
  'current_timestamp',
  '$current_timestamp',
  'current_date',
  '$current_date',
  'localtimestamp',
  '$localtimestamp',
]);

function evaluateUnary(name: string, { type: from, value }: Constant, type: Type, session: EvaluationSession): Value | undefined {
  switch (name) {
    case '$negate':
      if (typeof value === 'bigint') return type.kind === 'bigint' ? integerValue(-value, type) : -value;
      return typeof value === 'number' ? (isFloat(type) ? -value : value === 0 ? 0 : integerValue(BigInt(-value), type)) : undefined;
    case 'abs':
      if (typeof value === 'bigint') return type.kind === 'bigint' ? integerValue(value < 0n ? -value : value, type) : value < 0n ? -value : value;
      return typeof value === 'number' ? (isFloat(type) ? Math.abs(value) : integerValue(BigInt(Math.abs(value)), type)) : undefined;
    case 'upper':
      return typeof value === 'string' && isAscii(value) ? value.toUpperCase() : undefined;
    case 'lower':
      return typeof value === 'string' && isAscii(value) ? value.toLowerCase() : undefined;
    case 'date':
      return castConstant(value, from, type, session);
    default:
      return undefined;
  }
}

const isAscii = (text: string): boolean => /^[ -~]*$/.test(text);
const isFloat = (type: Type): boolean => type.kind === 'double' || type.kind === 'real';

function evaluateArithmetic(name: string, a: Constant, b: Constant, type: Type): Value | undefined {
  if (isFloat(type)) return typeof a.value === 'number' && typeof b.value === 'number' ? floatArithmetic(name, a.value, b.value, type) : undefined;
  if (type.kind === 'decimal') return decimalArithmetic(name, a, b, type);
  // an interval by a number is not integer arithmetic
  if (a.type.kind !== type.kind || b.type.kind !== type.kind) return undefined;
  if ((typeof a.value !== 'number' && typeof a.value !== 'bigint') || (typeof b.value !== 'number' && typeof b.value !== 'bigint')) return undefined;
  const result = integerArithmetic(name, BigInt(a.value), BigInt(b.value));
  return result === undefined ? undefined : integerValue(result, type);
}

function integerArithmetic(name: string, a: bigint, b: bigint): bigint | undefined {
  switch (name) {
    case '$add':
      return a + b;
    case '$subtract':
      return a - b;
    case '$multiply':
      return a * b;
    case '$divide':
      return b === 0n ? undefined : a / b;
    case '$modulus':
      return b === 0n ? undefined : a % b;
    default:
      return undefined;
  }
}

function floatArithmetic(name: string, a: number, b: number, type: Type): number | undefined {
  const round = type.kind === 'real' ? Math.fround : (x: number) => x;
  switch (name) {
    case '$add':
      return round(a + b);
    case '$subtract':
      return round(a - b);
    case '$multiply':
      return round(a * b);
    case '$divide':
      return round(a / b);
    case '$modulus':
      return round(a % b);
    default:
      return undefined;
  }
}

/** With as many zeros more a dividend overflows: that is left to the engine to tell. */
const DECIMAL_DIGITS_MAX = 38;

function decimalArithmetic(name: string, a: Constant, b: Constant, type: Type & { kind: 'decimal' }): bigint | undefined {
  if (a.type.kind !== 'decimal' || b.type.kind !== 'decimal' || typeof a.value !== 'bigint' || typeof b.value !== 'bigint') return undefined;
  const scaleUp = (value: bigint, by: number): bigint => value * 10n ** BigInt(by);
  let result: bigint;
  if (name === '$multiply') result = type.scale === a.type.scale + b.type.scale ? a.value * b.value : 10n ** 40n;
  else if (name === '$divide' && b.value !== 0n && type.scale - a.type.scale + b.type.scale < DECIMAL_DIGITS_MAX)
    result = divideHalfUp(scaleUp(a.value, type.scale - a.type.scale + b.type.scale), b.value);
  else if (name === '$add' || name === '$subtract') {
    const left = scaleUp(a.value, type.scale - a.type.scale);
    const right = scaleUp(b.value, type.scale - b.type.scale);
    result = name === '$add' ? left + right : left - right;
  } else return undefined;
  return fitsPrecision(result, type.precision) ? result : undefined;
}

const hasTime = (a: Type, b: Type): boolean => [a, b].some(({ kind }) => kind === 'interval day to second' || kind === 'interval year to month');

function addInterval(name: string, a: Constant, b: Constant, type: Type): Value | undefined {
  const isInterval = ({ type: { kind } }: Constant): boolean => kind === 'interval day to second' || kind === 'interval year to month';
  const [base, interval] = isInterval(b) ? [a, b] : [b, a];
  if (isInterval(base) || (name === '$subtract' && base !== a)) return undefined;
  const sign = name === '$add' ? 1n : -1n;
  if (typeof interval.value === 'bigint') return addMillis(base, sign * interval.value, type);
  return typeof interval.value === 'number' ? addMonths(base, Number(sign) * interval.value) : undefined;
}

function addMillis({ value, type }: Constant, ms: bigint, to: Type): Value | undefined {
  if (type.kind === 'date' && typeof value === 'number') return to.kind === 'date' && ms % 86_400_000n === 0n ? value + Number(ms / 86_400_000n) : undefined;
  if (isTimestamp(value) && type.kind === to.kind) return { ...value, epochMicros: value.epochMicros + ms * 1000n };
  return undefined;
}

/** The day is cut to the month's last. */
function addMonths({ value, type }: Constant, months: number): Value | undefined {
  if (type.kind === 'date' && typeof value === 'number') return addMonthsToDays(value, months);
  if (!isTimestamp(value)) return undefined;
  if (!isTimestampWithTimeZone(value)) return { ...value, epochMicros: addMonthsToMicros(value.epochMicros, months) };
  const local = localOf(value);
  return withZone({ ...local, epochMicros: addMonthsToMicros(local.epochMicros, months) }, value.zone);
}

function addMonthsToMicros(micros: bigint, months: number): bigint {
  return BigInt(addMonthsToDays(Number(floorDiv(micros, MICROS_OF_DAY)), months)) * MICROS_OF_DAY + floorMod(micros, MICROS_OF_DAY);
}

function addMonthsToDays(days: number, months: number): number {
  const { year, month, day } = plusMonths(civilOfDays(days), months);
  return daysOfCivil(year, month, day);
}

function evaluateDateTrunc(unitName: string, { type, value }: Constant, to: Type): Value | undefined {
  const unit = unitOf(unitName);
  if (unit === undefined || type.kind !== to.kind) return undefined;
  if (type.kind === 'date' && typeof value === 'number') return truncateDate(unit, value);
  if (type.kind === 'timestamp' && isTimestamp(value)) return { epochMicros: truncateTimestamp(unit, value.epochMicros), picosOfMicro: 0 };
  if (!isTimestampWithTimeZone(value)) return undefined;
  return withZone({ epochMicros: truncateTimestamp(unit, localOf(value).epochMicros), picosOfMicro: 0 }, value.zone);
}

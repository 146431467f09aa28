import { TrinoError } from '../../spi/trinoError.ts';
import type { Type } from '../../spi/type.ts';
import type { Timestamp, TimestampWithTimeZone, TimeWithTimeZone, Value } from '../../spi/value.ts';
import { civilOfDays, dayOfWeek, daysOfCivil, floorDiv, floorMod, MICROS_OF_DAY, PICOS_OF_DAY, plusMonths } from './calendar.ts';
import { checkInstant } from './castTemporal.ts';
import { localOf, offsetSecondsOf, utcPicosOf, withZone } from './temporalText.ts';
import { offsetSecondsAt } from './timeZone.ts';

/** The units of date_add, date_diff and date_trunc. */
const DATE_UNITS = ['millisecond', 'second', 'minute', 'hour', 'day', 'week', 'month', 'quarter', 'year'] as const;
export type DateUnit = (typeof DATE_UNITS)[number];

const MILLIS: Readonly<Record<'millisecond' | 'second' | 'minute' | 'hour', bigint>> = { millisecond: 1n, second: 1000n, minute: 60_000n, hour: 3_600_000n };
const MONTHS: Readonly<Record<'month' | 'quarter' | 'year', number>> = { month: 1, quarter: 3, year: 12 };

const isTimeUnit = (unit: DateUnit): unit is keyof typeof MILLIS => Object.hasOwn(MILLIS, unit);
const isMonthUnit = (unit: DateUnit): unit is keyof typeof MONTHS => Object.hasOwn(MONTHS, unit);

const SHOWN: Readonly<Partial<Record<Type['kind'], string>>> = { date: 'DATE', time: 'TIME', 'time with time zone': 'TIME' };

/** undefined: the type has no such unit. */
export function findDateUnit(text: string, kind: Type['kind']): DateUnit | undefined {
  const unit = DATE_UNITS.find((name) => name === text.toLowerCase());
  const timeOnly = kind === 'time' || kind === 'time with time zone';
  if (unit === undefined || (timeOnly && !isTimeUnit(unit)) || (kind === 'date' && isTimeUnit(unit))) return undefined;
  return unit;
}

/** INVALID_FUNCTION_ARGUMENT for text that names no unit of the type. */
export function dateUnit(text: string, kind: Type['kind']): DateUnit {
  const unit = findDateUnit(text, kind);
  if (unit === undefined) throw new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, `'${text}' is not a valid ${SHOWN[kind] ?? 'TIMESTAMP'} field`);
  return unit;
}

const DAYS_MAX = 2147483647;

function checkInt(value: bigint): number {
  if (BigInt.asIntN(32, value) !== value) throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, 'integer overflow');
  return Number(value);
}

// ------------------------------------------------------------------ date_add

export function addUnits(value: Value, type: Type, unit: DateUnit, count: bigint): Value {
  switch (type.kind) {
    case 'date':
      return addToDay(Number(value), unit, count);
    case 'time':
      return addToTime(value as bigint, unit, count);
    case 'time with time zone': {
      const time = value as TimeWithTimeZone;
      return { picos: addToTime(time.picos, unit, count), offsetMinutes: time.offsetMinutes };
    }
    case 'timestamp':
      return refusingOverflow(() => addToLocal(value as Timestamp, unit, count));
    default:
      return refusingOverflow(() => addToInstant(value as TimestampWithTimeZone, unit, count));
  }
}

/** On timestamps Trino takes an overflow for a wrong argument. */
function refusingOverflow<T extends Timestamp>(add: () => T): T {
  try {
    const added = add();
    if (BigInt.asIntN(64, added.epochMicros) !== added.epochMicros) throw new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, 'long overflow');
    return added;
  } catch (error) {
    if (!(error instanceof TrinoError) || error.errorName !== 'GENERIC_INTERNAL_ERROR') throw error;
    throw new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, error.message, { cause: error });
  }
}

function addToTime(picos: bigint, unit: DateUnit, count: bigint): bigint {
  return isTimeUnit(unit) ? floorMod(picos + count * MILLIS[unit] * 1_000_000_000n, PICOS_OF_DAY) : picos;
}

function addToDay(day: number, unit: DateUnit, count: bigint): number {
  const moved = isMonthUnit(unit) ? monthsLater(day, checkInt(count) * MONTHS[unit]) : day + checkInt(count) * (unit === 'week' ? 7 : 1);
  if (moved > DAYS_MAX || moved < -DAYS_MAX - 1) throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, `Value ${moved} exceeds MAX_INT for type date`);
  return moved;
}

function monthsLater(epochDay: number, months: number): number {
  const { year, month, day } = plusMonths(civilOfDays(epochDay), months);
  return daysOfCivil(year, month, day);
}

function addToLocal(value: Timestamp, unit: DateUnit, count: bigint): Timestamp {
  if (isTimeUnit(unit)) return { ...value, epochMicros: value.epochMicros + count * MILLIS[unit] * 1000n };
  const day = Number(floorDiv(value.epochMicros, MICROS_OF_DAY));
  const moved = isMonthUnit(unit) ? monthsLater(day, checkInt(count) * MONTHS[unit]) : day + checkInt(count) * (unit === 'week' ? 7 : 1);
  return { ...value, epochMicros: BigInt(moved) * MICROS_OF_DAY + floorMod(value.epochMicros, MICROS_OF_DAY) };
}

function addToInstant(value: TimestampWithTimeZone, unit: DateUnit, count: bigint): TimestampWithTimeZone {
  if (isTimeUnit(unit)) return checkInstant({ ...value, epochMicros: value.epochMicros + BigInt(checkInt(count)) * MILLIS[unit] * 1000n });
  return checkInstant(instantKeepingOffset(addToLocal(localOf(value), unit, count), value));
}

/** The instant of a local time near an instant: with the same offset where that is possible, as Joda does in overlaps. */
function instantKeepingOffset(local: Timestamp, original: TimestampWithTimeZone): TimestampWithTimeZone {
  const offset = offsetSecondsOf(original);
  const micros = local.epochMicros - BigInt(offset) * 1_000_000n;
  if (offsetSecondsAt(original.zone, Number(floorDiv(micros, 1_000_000n))) === offset) {
    return { epochMicros: micros, picosOfMicro: local.picosOfMicro, zone: original.zone };
  }
  return withZone(local, original.zone) ?? { ...local, zone: original.zone };
}

// ------------------------------------------------------------------ date_trunc

export function truncateToUnit(value: Value, type: Type, unit: DateUnit): Value {
  switch (type.kind) {
    case 'date':
      return dayTruncated(Number(value), unit);
    case 'time':
      return truncateTime(value as bigint, unit);
    case 'time with time zone': {
      const time = value as TimeWithTimeZone;
      return { picos: truncateTime(time.picos, unit), offsetMinutes: time.offsetMinutes };
    }
    case 'timestamp':
      return truncateLocal(value as Timestamp, unit);
    default: {
      const instant = value as TimestampWithTimeZone;
      if (!isTimeUnit(unit)) return instantKeepingOffset(truncateLocal(localOf(instant), unit), instant);
      const offset = BigInt(offsetSecondsOf(instant)) * 1_000_000n;
      const local = truncateLocal({ epochMicros: instant.epochMicros + offset, picosOfMicro: instant.picosOfMicro }, unit);
      return { epochMicros: local.epochMicros - offset, picosOfMicro: local.picosOfMicro, zone: instant.zone };
    }
  }
}

function truncateTime(picos: bigint, unit: DateUnit): bigint {
  if (!isTimeUnit(unit)) return picos;
  return picos - (picos % (MILLIS[unit] * 1_000_000_000n));
}

function truncateLocal(value: Timestamp, unit: DateUnit): Timestamp {
  if (isTimeUnit(unit)) {
    const micros = MILLIS[unit] * 1000n;
    return { epochMicros: floorDiv(value.epochMicros, micros) * micros, picosOfMicro: 0 };
  }
  const day = dayTruncated(Number(floorDiv(value.epochMicros, MICROS_OF_DAY)), unit);
  return { epochMicros: BigInt(day) * MICROS_OF_DAY, picosOfMicro: 0 };
}

function dayTruncated(epochDay: number, unit: DateUnit): number {
  if (unit === 'week') return epochDay - dayOfWeek(epochDay) + 1;
  if (!isMonthUnit(unit)) return epochDay;
  const { year, month } = civilOfDays(epochDay);
  return daysOfCivil(year, month - ((month - 1) % MONTHS[unit]), 1);
}

// ------------------------------------------------------------------ date_diff

/** Whole units from the first to the second. */
export function unitsBetween(first: Value, second: Value, type: Type, unit: DateUnit): bigint {
  switch (type.kind) {
    case 'date':
      return localDifference(BigInt(Number(first)) * 86_400_000n, BigInt(Number(second)) * 86_400_000n, unit);
    case 'time':
      return isTimeUnit(unit) ? ((second as bigint) - (first as bigint)) / (MILLIS[unit] * 1_000_000_000n) : 0n;
    case 'time with time zone':
      return isTimeUnit(unit) ? (utcPicosOf(second as TimeWithTimeZone) - utcPicosOf(first as TimeWithTimeZone)) / (MILLIS[unit] * 1_000_000_000n) : 0n;
    case 'timestamp':
      return localDifference(millisOf(first as Timestamp), millisOf(second as Timestamp), unit);
    default: {
      const [from, to] = [first as TimestampWithTimeZone, second as TimestampWithTimeZone];
      if (isTimeUnit(unit)) return localDifference(millisOf(from), millisOf(to), unit);
      return localDifference(millisOf(localOf(from)), millisOf(localOf({ ...to, zone: from.zone })), unit);
    }
  }
}

const millisOf = (value: Timestamp): bigint => floorDiv(value.epochMicros, 1000n);

const MILLIS_OF_DAY = 86_400_000n;

function localDifference(first: bigint, second: bigint, unit: DateUnit): bigint {
  if (isTimeUnit(unit)) return (second - first) / MILLIS[unit];
  if (!isMonthUnit(unit)) return (second - first) / (MILLIS_OF_DAY * (unit === 'week' ? 7n : 1n));
  return BigInt(Math.trunc(monthsBetween(first, second) / MONTHS[unit]));
}

/** Whole months between two local times: the last day of a month stands for all days after it. */
function monthsBetween(first: bigint, second: bigint): number {
  if (second < first) return -monthsBetween(second, first) || 0;
  const [from, to] = [Number(floorDiv(first, MILLIS_OF_DAY)), Number(floorDiv(second, MILLIS_OF_DAY))];
  const [a, b] = [civilOfDays(from), civilOfDays(to)];
  const months = b.year * 12 + b.month - (a.year * 12 + a.month);
  const reached = BigInt(monthsLater(from, months)) * MILLIS_OF_DAY + floorMod(first, MILLIS_OF_DAY);
  return reached > second ? months - 1 : months;
}

import { jdbcError } from './remoteError.ts';

/** Days and microseconds from 1970-01-01 to 2000-01-01, from which PostgreSQL counts. */
export const POSTGRES_EPOCH_DAYS = 10_957;
export const POSTGRES_EPOCH_MICROS = 946_684_800_000_000n;

const DATE_INFINITY = 2_147_483_647;
const DATE_MINUS_INFINITY = -2_147_483_648;
const MICROS_INFINITY = 9_223_372_036_854_775_807n;
const MICROS_MINUS_INFINITY = -9_223_372_036_854_775_808n;
/** What the farthest moments of Java's LocalDateTime become in 64 bits, in Trino. */
const WRAPPED_INFINITY = -5_489_277_336_242_814_977n;
const WRAPPED_MINUS_INFINITY = 5_364_974_520_242_814_976n;
const MILLIS_WITH_ZONE_BOUND = 1n << 51n;
const DAY_MICROS = 86_400_000_000n;
/** 1582-10-15. */
const GREGORIAN_START = -141_427n;

/** A date of PostgreSQL as Trino's days since 1970. */
export function trinoDate(days: number): number {
  if (days === DATE_INFINITY) throw jdbcError('Value 365241780471 exceeds MAX_INT for type date');
  if (days === DATE_MINUS_INFINITY) throw jdbcError('Value -365243219162 is less than MIN_INT for type date');
  return days + POSTGRES_EPOCH_DAYS;
}

export function trinoTimestamp(micros: bigint): bigint {
  if (micros === MICROS_INFINITY) return WRAPPED_INFINITY;
  if (micros === MICROS_MINUS_INFINITY) return WRAPPED_MINUS_INFINITY;
  return BigInt.asIntN(64, micros + POSTGRES_EPOCH_MICROS);
}

/** Trino's form of infinity lies before PostgreSQL's calendar and can mean nothing else. */
export function postgresTimestamp(epochMicros: bigint): bigint {
  return epochMicros === WRAPPED_INFINITY ? MICROS_INFINITY : epochMicros - POSTGRES_EPOCH_MICROS;
}

export function postgresInstant(epochMicros: bigint, precision: number): bigint {
  const written = precision <= 3 ? writtenMillis(epochMicros) : epochMicros;
  if (written !== undefined) return written - POSTGRES_EPOCH_MICROS;
  const days = floorDivide(epochMicros, DAY_MICROS);
  const { year, month, day } = julian(Number(days));
  const time = timeLiteral(epochMicros - days * DAY_MICROS).replace(/\.0+$|(?<=\.\d*?)0+$/, '');
  throw jdbcError(`Failed to insert data: ERROR: date/time field value out of range: "${dateText(year, month, day)} ${time}+00"`);
}

export function trinoTimestampWithTimeZone(micros: bigint): bigint {
  if (micros === MICROS_INFINITY) throw jdbcError('Millis overflow: -5336598314573503233');
  if (micros === MICROS_MINUS_INFINITY) throw jdbcError('Millis overflow: 5336474011757503232');
  return requireMillis(micros + POSTGRES_EPOCH_MICROS);
}

function requireMillis(epochMicros: bigint): bigint {
  const millis = floorDivide(epochMicros, 1000n);
  if (millis >= MILLIS_WITH_ZONE_BOUND || millis < -MILLIS_WITH_ZONE_BOUND) throw jdbcError(`Millis overflow: ${millis}`);
  return epochMicros;
}

/** An instant of up to three digits of a second, which Trino has as a java.sql.Timestamp: a text of before 1582-10-15 is of the Julian calendar to it. */
export function trinoMillisWithTimeZone(micros: bigint): bigint {
  if (micros === MICROS_INFINITY) throw jdbcError('Millis overflow: 9223372036825200000');
  if (micros === MICROS_MINUS_INFINITY) throw jdbcError('Millis overflow: -9223372036832400000');
  const epochMicros = micros + POSTGRES_EPOCH_MICROS;
  const days = floorDivide(epochMicros, DAY_MICROS);
  if (days >= GREGORIAN_START) return requireMillis(epochMicros);
  const { year, month } = civil(Number(days));
  return requireMillis(epochMicros + BigInt(julianShift(year, month)) * DAY_MICROS);
}

/** The moment of PostgreSQL that `trinoMillisWithTimeZone` reads as this one; undefined: its day is the Julian calendar's alone, as 1500-02-29. */
export function writtenMillis(epochMicros: bigint): bigint | undefined {
  const days = floorDivide(epochMicros, DAY_MICROS);
  if (days >= GREGORIAN_START) return epochMicros;
  const { year, month, day } = julian(Number(days));
  const isLeapDay = month === 2 && day === 29;
  if (isLeapDay && year % 100 === 0 && year % 400 !== 0) return undefined;
  return epochMicros - BigInt(julianShift(year, month)) * DAY_MICROS;
}

/** Picoseconds of the day. PostgreSQL knows 24:00, which becomes the last moment that the precision knows. */
export function trinoTime(micros: bigint, precision: number): bigint {
  if (micros < DAY_MICROS) return micros * 1_000_000n;
  return DAY_MICROS * 1_000_000n - 10n ** BigInt(12 - precision);
}

function floorDivide(value: bigint, divisor: bigint): bigint {
  const quotient = value / divisor;
  return value % divisor < 0n ? quotient - 1n : quotient;
}

/** `2020-02-29`, `0044-03-15 BC`: a literal of PostgreSQL. What lies beyond its calendar compares as infinity does. */
export function dateLiteral(epochDays: number): string {
  const { year, month, day } = civil(epochDays);
  if (year < -4712) return '-infinity';
  if (year >= 5_874_897) return 'infinity';
  return year > 0 ? dateText(year, month, day) : `${dateText(1 - year, month, day)} BC`;
}

export function timestampLiteral(epochMicros: bigint): string {
  const days = floorDivide(epochMicros, DAY_MICROS);
  const { year, month, day } = civil(Number(days));
  if (year < -4712) return '-infinity';
  if (year > 294_275) return 'infinity';
  const time = timeLiteral(epochMicros - days * DAY_MICROS);
  return year > 0 ? `${dateText(year, month, day)} ${time}` : `${dateText(1 - year, month, day)} ${time} BC`;
}

export function timeLiteral(microsOfDay: bigint): string {
  const seconds = Number(microsOfDay / 1_000_000n);
  const pad = (value: number): string => String(value).padStart(2, '0');
  const fraction = String(microsOfDay % 1_000_000n).padStart(6, '0');
  return `${pad(Math.floor(seconds / 3600))}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}.${fraction}`;
}

/** As Trino prints a date: years beyond four digits with a sign. */
export function trinoDateText(epochDays: number): string {
  const { year, month, day } = civil(epochDays);
  const sign = year < 0 ? '-' : year > 9999 ? '+' : '';
  return sign + dateText(Math.abs(year), month, day);
}

export function trinoTimestampText(epochMicros: bigint, precision: number): string {
  const days = floorDivide(epochMicros, DAY_MICROS);
  return `${trinoDateText(Number(days))} ${trinoTimeText(epochMicros - days * DAY_MICROS, precision)}`;
}

export function trinoTimeText(microsOfDay: bigint, precision: number): string {
  const text = timeLiteral(microsOfDay);
  return precision === 0 ? text.slice(0, 8) : text.slice(0, 9 + precision);
}

function dateText(year: number, month: number, day: number): string {
  return `${String(year).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** From a date of the Gregorian calendar to that of the same name in the Julian one, days. */
function julianShift(year: number, month: number): number {
  const fromMarch = month <= 2 ? year - 1 : year;
  return Math.floor(fromMarch / 100) - Math.floor(fromMarch / 400) - 2;
}

interface Civil {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Days since 1970 in the Julian calendar; year 0 is 1 BC. */
function julian(epochDays: number): Civil {
  const shifted = epochDays + 719_470;
  const cycle = Math.floor(shifted / 1461);
  const dayOfCycle = shifted - cycle * 1461;
  const yearOfCycle = Math.floor((dayOfCycle - Math.floor(dayOfCycle / 1460)) / 365);
  return monthAndDay(cycle * 4 + yearOfCycle, dayOfCycle - 365 * yearOfCycle);
}

/** Days since 1970 in the proleptic Gregorian calendar; year 0 is 1 BC. */
function civil(epochDays: number): Civil {
  const shifted = epochDays + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor((dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  return monthAndDay(yearOfEra + era * 400, dayOfYear);
}

/** Of a year that begins in March. */
function monthAndDay(year: number, dayOfYear: number): Civil {
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return { year: year + (month <= 2 ? 1 : 0), month, day };
}

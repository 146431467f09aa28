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

export function trinoTimestampWithTimeZone(micros: bigint): bigint {
  if (micros === MICROS_INFINITY) throw jdbcError('Millis overflow: -5336598314573503233');
  if (micros === MICROS_MINUS_INFINITY) throw jdbcError('Millis overflow: 5336474011757503232');
  const epochMicros = micros + POSTGRES_EPOCH_MICROS;
  const millis = floorDivide(epochMicros, 1000n);
  if (millis >= MILLIS_WITH_ZONE_BOUND || millis < -MILLIS_WITH_ZONE_BOUND) throw jdbcError(`Millis overflow: ${millis}`);
  return epochMicros;
}

/** Picoseconds of the day. PostgreSQL knows 24:00, which becomes the last moment that the precision knows. */
export function trinoTime(micros: bigint, precision: number): bigint {
  if (micros < DAY_MICROS) return micros * 1_000_000n;
  return DAY_MICROS * 1_000_000n - 10n ** BigInt(12 - precision);
}

export function floorDivide(value: bigint, divisor: bigint): bigint {
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

/** Days since 1970 in the proleptic Gregorian calendar; year 0 is 1 BC. */
function civil(epochDays: number): { readonly year: number; readonly month: number; readonly day: number } {
  const shifted = epochDays + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor((dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

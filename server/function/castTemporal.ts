import { TrinoError } from '../../spi/trinoError.ts';
import type { TemporalKind, Type } from '../../spi/type.ts';
import type { Timestamp, TimestampWithTimeZone, TimeWithTimeZone, Value } from '../../spi/value.ts';
import { floorDiv, floorMod, MICROS_OF_DAY } from './calendar.ts';
import type { CastSession } from './castValue.ts';
import {
  localOf,
  offsetSecondsOf,
  parseDate,
  parseTime,
  parseTimestamp,
  roundTime,
  roundParsed,
  roundTimestamp,
  utcPicosOf,
  withZone,
} from './temporalText.ts';
import { offsetSecondsAt, offsetZone } from './timeZone.ts';

/** A precision of 0 for dates. */
export interface TemporalTarget {
  readonly kind: 'date' | TemporalKind;
  readonly precision: number;
}

/** Milliseconds of an instant with a zone take 52 bits. */
const INSTANT_MILLIS_LIMIT = 2n ** 51n;

/** GENERIC_INTERNAL_ERROR beyond the years that a timestamp with time zone can hold. */
export function checkInstant<T extends Timestamp>(value: T): T {
  if (isInstantInRange(value)) return value;
  throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, `Millis overflow: ${floorDiv(value.epochMicros, 1000n)}`);
}

export function isInstantInRange(value: Timestamp): boolean {
  const millis = floorDiv(value.epochMicros, 1000n);
  return millis < INSTANT_MILLIS_LIMIT && millis >= -INSTANT_MILLIS_LIMIT;
}

export function castToTemporal(value: Value, from: Type, to: TemporalTarget, session: CastSession): Value {
  if (from.kind === 'varchar') return fromText(String(value), to, session);
  switch (to.kind) {
    case 'date':
      return dateOf(value, from);
    case 'time':
      return roundTime(from.kind === 'timestamp' ? picosOfTimestamp(value as Timestamp) : localPicos(value, from), to.precision);
    case 'time with time zone':
      return { picos: roundTime(localPicos(value, from), to.precision), offsetMinutes: offsetOf(value, from, session) };
    case 'timestamp': {
      const local = roundTimestamp(localTimestamp(value, from, session), to.precision);
      if (BigInt.asIntN(64, local.epochMicros) === local.epochMicros) return local;
      throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, `Expected 0s for digits beyond precision ${to.precision}: epochMicros = 9223372036854775807`);
    }
    case 'timestamp with time zone':
      return toInstant(value, from, to.precision, session);
  }
}

function toInstant(value: Value, from: Type, precision: number, session: CastSession): Value {
  if (from.kind === 'timestamp with time zone') {
    const instant = value as TimestampWithTimeZone;
    return { ...roundTimestamp(instant, precision), zone: instant.zone };
  }
  const zone = from.kind === 'time with time zone' ? (offsetZone((value as TimeWithTimeZone).offsetMinutes) ?? 'UTC') : session.timeZone;
  if (from.kind === 'time with time zone') return timeToInstant(value as TimeWithTimeZone, zone, precision, session);
  const written = localTimestamp(value, from, session);
  if (from.kind === 'timestamp' && precision > 6 && precision < 12) checkCarry(written, precision);
  const local = roundTimestamp(written, precision);
  const instant = withZone(local, zone) ?? { ...local, zone };
  const millis = floorDiv(instant.epochMicros, 1000n);
  if (from.kind === 'timestamp' && (millis >= INSTANT_MILLIS_LIMIT || millis < -INSTANT_MILLIS_LIMIT)) {
    throw new TrinoError('INVALID_CAST_ARGUMENT', undefined, `Out of range for timestamp with time zone: ${millis}`);
  }
  return checkInstant(instant);
}

/** A time with a zone, in UTC, falls on the session's day on which the query started. */
function timeToInstant(value: TimeWithTimeZone, zone: string, precision: number, session: CastSession): TimestampWithTimeZone {
  const offset = BigInt(offsetSecondsAt(session.timeZone, Number(floorDiv(session.startMicros, 1_000_000n)))) * 1_000_000n;
  const day = floorDiv(session.startMicros + offset, MICROS_OF_DAY);
  const picos = utcPicosOf(value);
  const instant = { epochMicros: day * MICROS_OF_DAY + picos / 1_000_000n, picosOfMicro: Number(picos % 1_000_000n) };
  return { ...roundTimestamp(instant, precision), zone };
}

/** Trino does not carry what is rounded up into the next millisecond. */
function checkCarry(value: Timestamp, precision: number): void {
  const unit = 10n ** BigInt(12 - precision);
  const picosOfMilli = floorMod(value.epochMicros, 1000n) * 1_000_000n + BigInt(value.picosOfMicro);
  if (picosOfMilli + unit / 2n >= 1_000_000_000n) throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, 'picosOfMilli must be < 1000000000');
}

function dateOf(value: Value, from: Type): number {
  if (from.kind === 'date') return Number(value);
  const local = from.kind === 'timestamp with time zone' ? localOf(value as TimestampWithTimeZone) : (value as Timestamp);
  return Number(floorDiv(local.epochMicros, MICROS_OF_DAY));
}

const PICOS_OF_SECOND = 1_000_000_000_000n;

/** Before 1970 Trino is a second early when the timestamp has microseconds. */
function picosOfTimestamp(value: Timestamp): bigint {
  const picos = localPicos(value, { kind: 'timestamp', precision: 12 });
  if (value.epochMicros >= 0n || value.epochMicros % 1_000_000n === 0n) return picos;
  if (picos < PICOS_OF_SECOND) throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, 'value must be >= 0');
  return picos - PICOS_OF_SECOND;
}

function localPicos(value: Value, from: Type): bigint {
  switch (from.kind) {
    case 'time':
      return value as bigint;
    case 'time with time zone':
      return (value as TimeWithTimeZone).picos;
    default: {
      const local = from.kind === 'timestamp with time zone' ? localOf(value as TimestampWithTimeZone) : (value as Timestamp);
      return floorMod(local.epochMicros, MICROS_OF_DAY) * 1_000_000n + BigInt(local.picosOfMicro);
    }
  }
}

function offsetOf(value: Value, from: Type, session: CastSession): number {
  if (from.kind === 'time with time zone') return (value as TimeWithTimeZone).offsetMinutes;
  if (from.kind === 'timestamp with time zone') return Math.trunc(offsetSecondsOf(value as TimestampWithTimeZone) / 60);
  return sessionOffset(session);
}

/** The session zone's offset at the start of the query, for times without a date. */
function sessionOffset(session: CastSession): number {
  return Math.trunc(offsetSecondsAt(session.timeZone, Number(floorDiv(session.startMicros, 1_000_000n))) / 60);
}

/** A time gets the date on which the query started. */
function localTimestamp(value: Value, from: Type, session: CastSession): Timestamp {
  switch (from.kind) {
    case 'date':
      return { epochMicros: BigInt(Number(value)) * MICROS_OF_DAY, picosOfMicro: 0 };
    case 'time':
    case 'time with time zone': {
      const picos = localPicos(value, from);
      const offset = BigInt(offsetSecondsAt(session.timeZone, Number(floorDiv(session.startMicros, 1_000_000n)))) * 1_000_000n;
      const day = floorDiv(session.startMicros + offset, MICROS_OF_DAY);
      return { epochMicros: day * MICROS_OF_DAY + picos / 1_000_000n, picosOfMicro: Number(picos % 1_000_000n) };
    }
    case 'timestamp with time zone':
      return localOf(value as TimestampWithTimeZone);
    default:
      return value as Timestamp;
  }
}

function fromText(text: string, to: TemporalTarget, session: CastSession): Value {
  switch (to.kind) {
    case 'date':
      return parseDate(text) ?? refuse('date', text);
    case 'time': {
      const time = parseTime(text);
      return time === undefined || time.offsetMinutes !== undefined || time.precision > 12 ? refuse('time', text) : roundTime(time.picos, to.precision);
    }
    case 'time with time zone': {
      const time = parseTime(text);
      if (time === undefined || time.precision > 12) return refuse('time with time zone', text);
      return { picos: roundTime(time.picos, to.precision), offsetMinutes: time.offsetMinutes ?? sessionOffset(session) };
    }
    case 'timestamp':
    case 'timestamp with time zone': {
      const trimmed = text.trim();
      const parsed = parseTimestamp(trimmed);
      const rounded = parsed && roundParsed(parsed, to.precision);
      if (parsed === undefined || rounded === undefined) return refuse('timestamp', trimmed);
      if (to.kind === 'timestamp with time zone') {
        const zone = parsed.zone ?? session.timeZone;
        return checkInstant(withZone(rounded, zone) ?? { ...rounded, zone });
      }
      const instant = parsed.zone === undefined ? undefined : withZone(rounded, parsed.zone);
      return instant === undefined ? rounded : localOf(instant);
    }
  }
}

function refuse(kind: string, text: string): never {
  throw new TrinoError('INVALID_CAST_ARGUMENT', undefined, `Value cannot be cast to ${kind}: ${text}`);
}

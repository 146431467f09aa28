import { TrinoError } from '../../../spi/trinoError.ts';
import { type Type, typeId } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import { parseIsoDate, parseIsoDateTime, parseIsoTime } from './isoDateTime.ts';
import { checkStorable } from './integerBounds.ts';
import { parseLong } from './javaNumber.ts';
import { compileJodaPattern, InvalidPatternError, offsetZone, type ParsedMoment, UnsupportedPatternError } from './jodaPattern.ts';
import type { FieldSpec } from './rowDecoder.ts';

/** A text to a value of the column's type; undefined: the text does not fit. */
export type TextParser = (text: string) => Value | undefined;

const RFC2822_PATTERN = 'EEE MMM dd HH:mm:ss Z yyyy';
/** Trino packs such a moment with 52 bits for the milliseconds. */
const PACKED_MILLIS_LIMIT = 2n ** 51n;
const ZONE_MINUTES_MAX = 14 * 60;
const DAY_MS = 86_400_000;

/** The parser of a field with one of Trino's date-and-time data formats. */
export function temporalParser(field: FieldSpec): TextParser {
  const { type } = field;
  switch (field.dataFormat) {
    case 'iso8601':
      return isoParser(type) ?? unsupported(field);
    case 'rfc2822': {
      if (!isTimestamp3(type)) return unsupported(field);
      return momentParser(field, compileJodaPattern(RFC2822_PATTERN));
    }
    case 'milliseconds-since-epoch':
      return epochParser(field, 1n);
    case 'seconds-since-epoch':
      return epochParser(field, 1000n);
    case 'custom-date-time':
      if (!isTimestamp3(type) && !isTime3(type) && type.kind !== 'date') return unsupported(field);
      return momentParser(field, customPattern(field));
    default:
      throw new TrinoError('GENERIC_USER_ERROR', undefined, `unknown data format '${field.dataFormat ?? ''}' used for column '${field.name}'`);
  }
}

function unsupported(field: FieldSpec): never {
  throw new TrinoError(
    'GENERIC_USER_ERROR',
    undefined,
    `unsupported column type '${typeId(field.type)}' for column '${field.name}' with data format '${field.dataFormat ?? ''}'`,
  );
}

function isTimestamp3(type: Type): boolean {
  return (type.kind === 'timestamp' || type.kind === 'timestamp with time zone') && type.precision === 3;
}
function isTime3(type: Type): boolean {
  return (type.kind === 'time' || type.kind === 'time with time zone') && type.precision === 3;
}

function customPattern(field: FieldSpec): (text: string) => ParsedMoment | undefined {
  const hint = field.formatHint;
  if (hint === undefined) throw new TrinoError('GENERIC_USER_ERROR', undefined, `format hint not defined for column '${field.name}'`);
  try {
    return compileJodaPattern(hint);
  } catch (error) {
    if (error instanceof InvalidPatternError) {
      throw new TrinoError('GENERIC_USER_ERROR', undefined, `invalid Joda Time pattern '${hint}' passed as format hint for column '${field.name}'`);
    }
    if (error instanceof UnsupportedPatternError)
      throw new TrinoError('NOT_SUPPORTED', undefined, `format hint of column '${field.name}' is not supported: ${error.message}`);
    throw error;
  }
}

function isoParser(type: Type): TextParser | undefined {
  switch (type.kind) {
    case 'date':
      return (text) => {
        const day = parseIsoDate(text);
        if (day !== undefined) checkStorable('date', BigInt(day));
        return day;
      };
    case 'time':
      return type.precision !== 3
        ? undefined
        : (text) => {
            const parsed = parseIsoTime(text);
            return parsed === undefined ? undefined : BigInt(Math.floor(parsed.nanoOfDay / 1e6)) * 1_000_000_000n;
          };
    case 'time with time zone':
      return type.precision !== 3 ? undefined : isoTimeWithZone;
    case 'timestamp':
      return type.precision !== 3
        ? undefined
        : (text) => {
            const parsed = parseIsoDateTime(text);
            if (parsed === undefined) return undefined;
            // microseconds are kept even in a timestamp(3), and the offset is left out, as Trino does
            const micros = BigInt(parsed.epochDay) * 86_400_000_000n + BigInt(Math.floor(parsed.nanoOfDay / 1e3));
            if (micros !== BigInt.asIntN(64, micros)) throw new TrinoError('NOT_SUPPORTED', undefined, `timestamp out of range: ${text}`);
            return micros;
          };
    case 'timestamp with time zone':
      return type.precision !== 3 ? undefined : isoTimestampWithZone;
    default:
      return undefined;
  }
}

function isoTimeWithZone(text: string): Value | undefined {
  const parsed = parseIsoTime(text);
  if (parsed?.offsetSeconds === undefined || parsed.offsetSeconds % 60 !== 0 || Math.abs(parsed.offsetSeconds) > ZONE_MINUTES_MAX * 60) return undefined;
  return { picos: BigInt(Math.floor(parsed.nanoOfDay / 1e6)) * 1_000_000_000n, offsetMinutes: parsed.offsetSeconds / 60 };
}

function isoTimestampWithZone(text: string): Value | undefined {
  const parsed = parseIsoDateTime(text);
  if (parsed?.offsetSeconds === undefined || parsed.zoned) return undefined;
  const millis = BigInt(parsed.epochDay) * BigInt(DAY_MS) + BigInt(Math.floor(parsed.nanoOfDay / 1e6)) - BigInt(parsed.offsetSeconds) * 1000n;
  return withZone(millis, offsetZone(parsed.offsetSeconds));
}

function withZone(epochMillis: bigint, zone: string): Value {
  // IANA names and whole minutes up to 14 hours from UTC
  const m = /^[+-]([0-9]{2}):([0-9]{2})(:.*)?$/.exec(zone);
  if (m !== null && (m[3] !== undefined || Number(m[1]) * 60 + Number(m[2]) > ZONE_MINUTES_MAX))
    throw new TrinoError('NOT_SUPPORTED', undefined, `Time zone not supported: ${zone}`);
  if (epochMillis >= PACKED_MILLIS_LIMIT || epochMillis < -PACKED_MILLIS_LIMIT)
    throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, `Millis overflow: ${epochMillis}`);
  return { epochMicros: epochMillis * 1000n, picosOfMicro: 0, zone };
}

function epochParser(field: FieldSpec, factor: bigint): TextParser {
  const { type } = field;
  if (!isTimestamp3(type) && !isTime3(type)) return unsupported(field);
  return (text) => {
    const number = parseLong(text);
    if (number === undefined) return undefined;
    const millis = number * factor;
    if (millis !== BigInt.asIntN(64, millis)) return undefined;
    switch (type.kind) {
      case 'timestamp':
        return BigInt.asIntN(64, millis * 1000n);
      case 'timestamp with time zone':
        return withZone(millis, 'UTC');
      default:
        return timeOfDay(type, millis);
    }
  };
}

function timeOfDay(type: Type, millis: bigint): Value | undefined {
  if (millis < 0n || millis >= BigInt(DAY_MS)) return undefined;
  return type.kind === 'time' ? millis * 1_000_000_000n : { picos: millis * 1_000_000_000n, offsetMinutes: 0 };
}

function momentParser({ type }: FieldSpec, parse: (text: string) => ParsedMoment | undefined): TextParser {
  return (text) => {
    const moment = parse(text);
    if (moment === undefined) return undefined;
    switch (type.kind) {
      case 'date':
        return Math.trunc(moment.localMs / DAY_MS); // before 1970 a day too late, as in Trino
      case 'timestamp':
        return BigInt(moment.epochMs) * 1000n;
      case 'timestamp with time zone':
        return withZone(BigInt(moment.epochMs), moment.zone);
      default:
        return timeOfDay(type, BigInt(moment.epochMs));
    }
  };
}

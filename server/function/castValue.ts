import { TrinoError } from '../../spi/trinoError.ts';
import { type Type, typeId } from '../../spi/type.ts';
import type { Timestamp, TimestampWithTimeZone, TimeWithTimeZone, Value } from '../../spi/value.ts';
import { castFromJson, castToJson } from './castJson.ts';
import { castToTemporal } from './castTemporal.ts';
import { parseIpAddress } from './ipAddress.ts';
import { ipAddressText } from './ipAddressText.ts';
import { doubleText, realText } from './javaNumberText.ts';
import { asciiDigits, decimalOf, decimalText, doubleVarchar, fitsPrecision, parseDouble, parseReal, realVarchar, rescale } from './numberText.ts';
import {
  dateText,
  intervalDayToSecondText,
  intervalYearToMonthText,
  timestampText,
  timestampWithTimeZoneText,
  timeText,
  timeWithTimeZoneText,
} from './temporalText.ts';

/** What casts of dates and times depend on. */
export interface CastSession {
  readonly timeZone: string;
  /** Microseconds since 1970 UTC: the day that a time is cast to. */
  readonly startMicros: bigint;
}

const castError = (message: string): TrinoError => new TrinoError('INVALID_CAST_ARGUMENT', undefined, message);

/** The value of CAST for a pair that `canCast` allows. Errors are Trino's. */
export function castValue(value: Value, from: Type, to: Type, session: CastSession): Value {
  if (value === null) return null;
  if (from.kind === 'json') return castFromJson(value as string, to);
  switch (to.kind) {
    case 'boolean':
      return castToBoolean(value, from);
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'bigint':
      return castToInteger(value, from, to.kind);
    case 'real':
    case 'double':
      return castToFloat(value, from, to.kind);
    case 'decimal':
      return castToDecimal(value, from, to);
    case 'varchar':
      return castToVarchar(value, from, to.length);
    case 'char':
      return truncate(String(value), to.length).replace(/ +$/, '');
    case 'json':
      return castToJson(value, from);
    case 'date':
    case 'time':
    case 'time with time zone':
    case 'timestamp':
    case 'timestamp with time zone':
      return castToTemporal(value, from, { kind: to.kind, precision: 'precision' in to ? to.precision : 0 }, session);
    case 'varbinary':
      return castToVarbinary(value, from);
    case 'uuid':
      return castToUuid(value, from);
    case 'ipaddress':
      return castToIpAddress(value, from);
    case 'array':
      return from.kind === 'array' ? (value as readonly Value[]).map((item) => castValue(item, from.element, to.element, session)) : unsupported(from, to);
    case 'map':
      return from.kind === 'map' ? castMap(value, from, to, session) : unsupported(from, to);
    case 'row':
      if (from.kind !== 'row') return unsupported(from, to);
      return (value as readonly Value[]).map((item, i) => castValue(item, from.fields[i]?.type ?? from, to.fields[i]?.type ?? to, session));
    default:
      return from.kind === to.kind || from.kind === 'varchar' || from.kind === 'char' ? value : unsupported(from, to);
  }
}

function unsupported(from: Type, to: Type): never {
  throw new TrinoError('NOT_SUPPORTED', undefined, `Cast from ${typeId(from)} to ${typeId(to)} is not supported`);
}

function castMap(value: Value, from: Type & { kind: 'map' }, to: Type & { kind: 'map' }, session: CastSession): Value {
  if (value === null || typeof value !== 'object' || !('entries' in value) || Array.isArray(value) || value instanceof Uint8Array) return unsupported(from, to);
  const seen = new Set<string>();
  const entries = (value.entries as readonly (readonly [Value, Value])[]).map(([key, item]) => {
    const castKey = castValue(key, from.key, to.key, session);
    const id = JSON.stringify(castKey, (_, v: unknown) => (typeof v === 'bigint' ? `${v}n` : v));
    if (seen.has(id)) throw castError('duplicate keys');
    seen.add(id);
    return [castKey, castValue(item, from.value, to.value, session)] as const;
  });
  return { entries };
}

function castToBoolean(value: Value, from: Type): boolean {
  switch (from.kind) {
    case 'boolean':
      return value === true;
    case 'varchar': {
      const text = String(value);
      if (/^(?:t|true|1)$/i.test(text)) return true;
      if (/^(?:f|false|0)$/i.test(text)) return false;
      throw castError(`Cannot cast '${text}' to BOOLEAN`);
    }
    default:
      return typeof value === 'bigint' ? value !== 0n : Number(value) !== 0;
  }
}

type IntegerKind = 'tinyint' | 'smallint' | 'integer' | 'bigint';
const BITS: Readonly<Record<IntegerKind, number>> = { tinyint: 8, smallint: 16, integer: 32, bigint: 64 };
/** In messages about text Trino calls integer INT. */
const SHOUTED: Readonly<Record<IntegerKind, string>> = { tinyint: 'TINYINT', smallint: 'SMALLINT', integer: 'INT', bigint: 'BIGINT' };

export const fits = (value: bigint, kind: IntegerKind): boolean => BigInt.asIntN(BITS[kind], value) === value;
const integerValue = (value: bigint, kind: IntegerKind): Value => (kind === 'bigint' ? value : Number(value));

export function castToInteger(value: Value, from: Type, kind: IntegerKind): Value {
  switch (from.kind) {
    case 'boolean':
      return integerValue(value === true ? 1n : 0n, kind);
    case 'varchar': {
      const text = String(value);
      const parsed = parseInteger(text);
      if (parsed === undefined || !fits(parsed, kind)) throw castError(`Cannot cast '${text}' to ${SHOUTED[kind]}`);
      return integerValue(parsed, kind);
    }
    case 'real':
    case 'double':
      return floatToInteger(Number(value), from.kind, kind);
    case 'decimal': {
      const rounded = rescale(value as bigint, from.scale, 0);
      if (fits(rounded, kind)) return integerValue(rounded, kind);
      const shown = from.precision > 18 ? decimalText(value as bigint, from.scale) : String(rounded);
      throw castError(`Cannot cast '${shown}' to ${kind.toUpperCase()}`);
    }
    default: {
      const integer = BigInt(value as bigint | number);
      if (!fits(integer, kind)) throw new TrinoError('NUMERIC_VALUE_OUT_OF_RANGE', undefined, `Out of range for ${kind}: ${integer}`);
      return integerValue(integer, kind);
    }
  }
}

function parseInteger(text: string): bigint | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: Java trims every character up to the blank
  const match = /^[\u0000-\u0020]*([+-]?)(\p{Nd}+)[\u0000-\u0020]*$/u.exec(text);
  if (match === null) return undefined;
  const digits = (match[2] ?? '').replace(/[^0-9]/gu, (digit) => String(digitValue(digit)));
  return match[1] === '-' ? -BigInt(digits) : BigInt(digits);
}

/** Decimal digits of every script stand in runs of ten. */
function digitValue(digit: string): number {
  let code = digit.codePointAt(0) ?? 0;
  let value = 0;
  while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - 1))) {
    code--;
    value++;
  }
  return value;
}

function floatToInteger(x: number, from: 'real' | 'double', kind: IntegerKind): Value {
  const shown = from === 'real' ? realText(x) : doubleText(x);
  if (kind === 'bigint') {
    if (from === 'real') {
      if (Number.isNaN(x)) throw castError('Cannot cast real NaN to bigint');
      return BigInt.asIntN(64, x >= 2 ** 63 ? 2n ** 63n - 1n : x < -(2 ** 63) ? -(2n ** 63n) : BigInt(roundHalfUp(x)));
    }
    const rounded = roundHalfUp(x);
    if (!Number.isFinite(x) || rounded >= 2 ** 63 || rounded < -(2 ** 63)) throw castError(`Unable to cast ${shown} to bigint`);
    return BigInt(rounded);
  }
  if (Number.isNaN(x)) throw castError(`Cannot cast ${from} NaN to ${kind}`);
  const rounded = roundHalfUp(x);
  const limit = 2 ** (BITS[kind] - 1);
  if (rounded >= limit || rounded < -limit) throw new TrinoError('NUMERIC_VALUE_OUT_OF_RANGE', undefined, `Out of range for ${kind}: ${shown}`);
  return rounded === 0 ? 0 : rounded;
}

/** Away from zero at the half. */
function roundHalfUp(x: number): number {
  const size = Math.abs(x);
  const floor = Math.floor(size);
  const rounded = size - floor >= 0.5 ? floor + 1 : floor;
  return x < 0 ? -rounded : rounded;
}

function castToFloat(value: Value, from: Type, kind: 'real' | 'double'): number {
  switch (from.kind) {
    case 'boolean':
      return value === true ? 1 : 0;
    case 'varchar': {
      const text = String(value);
      const parsed = kind === 'real' ? parseReal(text) : parseDouble(text);
      if (parsed === undefined) throw castError(`Cannot cast '${text}' to ${kind.toUpperCase()}`);
      return parsed;
    }
    case 'decimal':
      return decimalToFloat(value as bigint, from, kind);
    default:
      if (kind === 'double') return Number(value);
      return typeof value === 'bigint' ? (parseReal(String(value)) ?? 0) : Math.fround(Number(value));
  }
}

/** Trino divides a short decimal as floating-point numbers, and reads a long one from its digits. */
function decimalToFloat(unscaled: bigint, from: Type & { kind: 'decimal' }, kind: 'real' | 'double'): number {
  const text = decimalText(unscaled, from.scale);
  if (kind === 'double') return from.precision <= 18 ? Number(unscaled) / 10 ** from.scale : Number(text);
  return from.precision <= 18 ? Math.fround(Math.fround(Number(unscaled)) / Math.fround(10 ** from.scale)) : (parseReal(text) ?? 0);
}

function castToDecimal(value: Value, from: Type, to: Type & { kind: 'decimal' }): bigint {
  const target = `DECIMAL(${to.precision}, ${to.scale})`;
  switch (from.kind) {
    case 'boolean':
      return value === true ? 10n ** BigInt(to.scale) : 0n;
    case 'varchar': {
      const text = String(value);
      const decimal = decimalOf(asciiDigits(text));
      if (decimal === undefined) throw castError(`Cannot cast VARCHAR '${text}' to ${target}. Value is not a number.`);
      const unscaled = rescale(decimal.unscaled, decimal.scale, to.scale);
      if (!fitsPrecision(unscaled, to.precision)) throw castError(`Cannot cast VARCHAR '${text}' to ${target}. Value too large.`);
      return unscaled;
    }
    case 'real':
    case 'double': {
      const text = from.kind === 'real' ? realText(Number(value)) : doubleText(Number(value));
      const decimal = decimalOf(text);
      const unscaled = decimal && rescale(decimal.unscaled, decimal.scale, to.scale);
      if (unscaled !== undefined && !fitsPrecision(unscaled, 38) && BigInt.asIntN(128, unscaled) === unscaled) {
        throw new TrinoError('NUMERIC_VALUE_OUT_OF_RANGE', undefined, 'Decimal overflow');
      }
      if (unscaled === undefined || !fitsPrecision(unscaled, to.precision)) throw castError(`Cannot cast ${from.kind.toUpperCase()} '${text}' to ${target}`);
      return unscaled;
    }
    case 'decimal': {
      const unscaled = rescale(value as bigint, from.scale, to.scale);
      if (fitsPrecision(unscaled, to.precision)) return unscaled;
      throw castError(`Cannot cast DECIMAL(${from.precision}, ${from.scale}) '${decimalText(value as bigint, from.scale)}' to ${target}`);
    }
    default: {
      const unscaled = BigInt(value as bigint | number) * 10n ** BigInt(to.scale);
      if (!fitsPrecision(unscaled, to.precision)) throw castError(`Cannot cast ${from.kind.toUpperCase()} '${String(value)}' to ${target}`);
      return unscaled;
    }
  }
}

export function truncate(text: string, length: number): string {
  if (text.length <= length) return text;
  let end = 0;
  for (let count = 0; count < length && end < text.length; count++) end += (text.codePointAt(end) ?? 0) > 0xffff ? 2 : 1;
  return text.slice(0, end);
}

export function codePointCount(text: string): number {
  let count = text.length;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= 0xd800 && code < 0xdc00 && i + 1 < text.length) {
      count--;
      i++;
    }
  }
  return count;
}

/** Kinds whose text may become longer than the varchar(n) that they are cast to: Trino looks at its length only when it is sent. */
export const LENGTH_UNCHECKED: ReadonlySet<Type['kind']> = new Set([
  'boolean',
  'time',
  'time with time zone',
  'timestamp',
  'timestamp with time zone',
  'interval day to second',
  'interval year to month',
  'json',
]);

function castToVarchar(value: Value, from: Type, length: number | undefined): string {
  // a wider type does not look at the length again
  if (from.kind === 'varchar') return length === undefined || (from.length ?? length + 1) <= length ? String(value) : truncate(String(value), length);
  if (from.kind === 'char') {
    const padded = String(value) + ' '.repeat(Math.max(0, from.length - codePointCount(String(value))));
    return length === undefined ? padded : truncate(padded, length);
  }
  const text = scalarText(value, from);
  if (length === undefined || text.length <= length || LENGTH_UNCHECKED.has(from.kind)) return text;
  throw tooLong(text, value, from, length);
}

function tooLong(text: string, value: Value, from: Type, length: number): TrinoError {
  const shown = from.kind === 'double' ? `${doubleText(Number(value))} (${text})` : from.kind === 'real' ? `${realText(Number(value))} (${text})` : text;
  return castError(`Value ${shown} cannot be represented as varchar(${length})`);
}

/** What a client is told of a value that a cast has made longer than its varchar(n). */
export function lengthExceeded(text: string, length: number): TrinoError {
  const base64 = Buffer.from(text).toString('base64');
  return new TrinoError('GENERIC_INTERNAL_ERROR', undefined, `Character count exceeds length limit ${length}: base64:${base64}`);
}

export function scalarText(value: Value, from: Type): string {
  switch (from.kind) {
    case 'double':
      return doubleVarchar(Number(value));
    case 'real':
      return realVarchar(Number(value));
    case 'decimal':
      return decimalText(value as bigint, from.scale);
    case 'date':
      return dateText(Number(value)).replace(/^\+/, '');
    case 'time':
      return timeText(value as bigint, from.precision);
    case 'time with time zone':
      return timeWithTimeZoneText(value as TimeWithTimeZone, from.precision);
    case 'timestamp':
      return timestampText(value as Timestamp, from.precision);
    case 'timestamp with time zone':
      return timestampWithTimeZoneText(value as TimestampWithTimeZone, from.precision);
    case 'interval day to second':
      return intervalDayToSecondText(value as bigint);
    case 'interval year to month':
      return intervalYearToMonthText(Number(value));
    case 'ipaddress':
      return ipAddressText(value as Uint8Array);
    default:
      return String(value);
  }
}

function castToVarbinary(value: Value, from: Type): Value {
  if (from.kind === 'varchar') return Buffer.from(String(value));
  if (from.kind === 'uuid') return Buffer.from(String(value).replaceAll('-', ''), 'hex');
  return value;
}

function castToUuid(value: Value, from: Type): string {
  if (from.kind === 'uuid') return String(value);
  if (value instanceof Uint8Array) {
    if (value.length !== 16) throw castError(`Invalid UUID binary length: ${value.length}`);
    const hex = Buffer.from(value).toString('hex');
    return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
  }
  const text = String(value);
  if (!/^[0-9a-f]+(?:-[0-9a-f]+){4}$/i.test(text)) throw castError(`Cannot cast value to UUID: ${text}`);
  if (text.length !== 36) throw castError(`Invalid UUID string length: ${text.length}`);
  if (!/^.{8}-.{4}-.{4}-.{4}-.{12}$/.test(text)) throw castError(`Cannot cast value to UUID: ${text}`);
  return text.toLowerCase();
}

function castToIpAddress(value: Value, from: Type): Value {
  if (from.kind === 'varbinary' && value instanceof Uint8Array) {
    if (value.length === 16) return value;
    if (value.length === 4) return Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 255, 255, ...value]);
    throw castError(`Invalid IP address binary length: ${value.length}`);
  }
  if (from.kind === 'ipaddress') return value;
  const address = parseIpAddress(String(value));
  if (address === undefined) throw castError(`Cannot cast value to IPADDRESS: ${String(value)}`);
  return address;
}

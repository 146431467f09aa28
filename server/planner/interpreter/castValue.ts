import type { Type } from '../../../spi/type.ts';
import type { Timestamp, Value } from '../../../spi/value.ts';
import { codePointLength, isTimestamp } from './compareValues.ts';
import { steadyOffsetSeconds, zoneOffsetSeconds } from './zoneOffset.ts';

const MICROS_OF_DAY = 86_400_000_000n;
const INTEGER_BITS: Readonly<Partial<Record<Type['kind'], number>>> = { tinyint: 8, smallint: 16, integer: 32, bigint: 64 };

/** The value in another type; undefined: it is left to the engine, which converts it or raises. */
export function castValue(value: Value, from: Type, to: Type, timeZone: string): Value | undefined {
  if (value === null) return null;
  if (INTEGER_BITS[to.kind] !== undefined) return castToInteger(value, from, to);
  switch (to.kind) {
    case 'double':
      return castToDouble(value, from);
    case 'real':
      return isInteger(from) || from.kind === 'double' ? asReal(Number(value), from) : undefined;
    case 'decimal':
      return castToDecimal(value, from, to);
    case 'varchar':
      return castToVarchar(value, from, to);
    case 'char':
      return typeof value === 'string' && from.kind === 'varchar' ? truncated(value, to.length).replace(/ +$/, '') : undefined;
    case 'date':
      return castToDate(value, from);
    case 'timestamp':
      return castToTimestamp(value, from, to.precision);
    case 'timestamp with time zone':
      return castToInstant(value, from, to.precision, timeZone);
    default:
      return undefined;
  }
}

const isInteger = (type: Type): boolean => INTEGER_BITS[type.kind] !== undefined;

function asReal(number: number, from: Type): number | undefined {
  // two roundings (to double, then to float) could differ from one
  return from.kind === 'bigint' && !Number.isSafeInteger(number) ? undefined : Math.fround(number);
}

/** As the number's own representation: bigint for bigint, number for the shorter ones; undefined: out of range. */
export function integerValue(integer: bigint, to: Type): Value | undefined {
  const bits = INTEGER_BITS[to.kind];
  if (bits === undefined || BigInt.asIntN(bits, integer) !== integer) return undefined;
  return to.kind === 'bigint' ? integer : Number(integer);
}

function castToInteger(value: Value, from: Type, to: Type): Value | undefined {
  if (isInteger(from) && (typeof value === 'number' || typeof value === 'bigint')) return integerValue(BigInt(value), to);
  if (from.kind === 'decimal' && typeof value === 'bigint') return integerValue(divideHalfUp(value, 10n ** BigInt(from.scale)), to);
  if (from.kind === 'boolean') return integerValue(value === true ? 1n : 0n, to);
  if (from.kind === 'varchar' && typeof value === 'string' && /^[+-]?\d{1,19}$/.test(value)) return integerValue(BigInt(value.replace('+', '')), to);
  return undefined;
}

function castToDouble(value: Value, from: Type): number | undefined {
  if (isInteger(from) || from.kind === 'real') return Number(value);
  if (from.kind === 'decimal' && typeof value === 'bigint') return Number(decimalText(value, from.scale));
  return undefined;
}

function castToDecimal(value: Value, from: Type, to: Type & { kind: 'decimal' }): bigint | undefined {
  let unscaled: bigint;
  if (isInteger(from) && (typeof value === 'number' || typeof value === 'bigint')) unscaled = BigInt(value) * 10n ** BigInt(to.scale);
  else if (from.kind === 'decimal' && typeof value === 'bigint') {
    unscaled = to.scale >= from.scale ? value * 10n ** BigInt(to.scale - from.scale) : divideHalfUp(value, 10n ** BigInt(from.scale - to.scale));
  } else return undefined;
  const bound = 10n ** BigInt(to.precision);
  return unscaled < bound && unscaled > -bound ? unscaled : undefined;
}

export function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const rest = dividend % divisor;
  const twice = (rest < 0n ? -rest : rest) * 2n;
  const size = divisor < 0n ? -divisor : divisor;
  if (twice < size) return quotient;
  return dividend < 0n === divisor < 0n ? quotient + 1n : quotient - 1n;
}

export function decimalText(unscaled: bigint, scale: number): string {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return unscaled < 0n ? `-${text}` : text;
}

function castToVarchar(value: Value, from: Type, to: Type & { kind: 'varchar' }): string | undefined {
  if (from.kind === 'varchar' && typeof value === 'string') return to.length === undefined ? value : truncated(value, to.length);
  let text: string | undefined;
  if (isInteger(from)) text = String(value);
  else if (from.kind === 'boolean') text = String(value);
  else if (from.kind === 'decimal' && typeof value === 'bigint') text = decimalText(value, from.scale);
  else if (from.kind === 'char' && typeof value === 'string') text = value + ' '.repeat(Math.max(0, from.length - codePointLength(value)));
  else if (from.kind === 'date' && typeof value === 'number') text = dateText(value);
  if (text === undefined || (to.length !== undefined && text.length > to.length)) return undefined;
  return text;
}

function truncated(text: string, length: number): string {
  return text.length <= length ? text : [...text].slice(0, length).join('');
}

/** Within the years 0001–9999, where the text has no sign. */
export function dateText(days: number): string | undefined {
  const date = new Date(days * 86_400_000);
  return days >= -719_162 && days <= 2_932_896 ? date.toISOString().slice(0, 10) : undefined;
}

function castToDate(value: Value, from: Type): number | undefined {
  if (from.kind === 'timestamp' && isTimestamp(value)) return Number(floorDivide(value.epochMicros, MICROS_OF_DAY));
  if (from.kind === 'timestamp with time zone' && isTimestamp(value) && 'zone' in value) {
    const local = localMicros(value.epochMicros, value.zone);
    return local === undefined ? undefined : Number(floorDivide(local, MICROS_OF_DAY));
  }
  if (from.kind === 'varchar' && typeof value === 'string') return daysOf(value);
  return undefined;
}

function daysOf(text: string): number | undefined {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return undefined;
  const ms = Date.UTC(2000, Number(match[2]) - 1, Number(match[3]));
  const date = new Date(ms);
  date.setUTCFullYear(Number(match[1]), Number(match[2]) - 1, Number(match[3]));
  return date.toISOString().slice(0, 10) === text ? date.getTime() / 86_400_000 : undefined;
}

function castToTimestamp(value: Value, from: Type, precision: number): Timestamp | undefined {
  if (from.kind === 'date' && typeof value === 'number') return { epochMicros: BigInt(value) * MICROS_OF_DAY, picosOfMicro: 0 };
  if (from.kind === 'timestamp' && isTimestamp(value)) return roundTimestamp(value, precision);
  if (from.kind === 'timestamp with time zone' && isTimestamp(value) && 'zone' in value) {
    const local = localMicros(value.epochMicros, value.zone);
    return local === undefined ? undefined : roundTimestamp({ epochMicros: local, picosOfMicro: value.picosOfMicro }, precision);
  }
  if (from.kind === 'varchar' && typeof value === 'string') return timestampOf(value, precision);
  return undefined;
}

function timestampOf(text: string, precision: number): Timestamp | undefined {
  const match = /^(\d{4}-\d{2}-\d{2})(?:[ T](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?)?$/.exec(text);
  const days = match?.[1] === undefined ? undefined : daysOf(match[1]);
  if (match === null || days === undefined) return undefined;
  const [hours, minutes, seconds] = [Number(match[2] ?? 0), Number(match[3] ?? 0), Number(match[4] ?? 0)];
  if (hours > 23 || minutes > 59 || seconds > 59) return undefined;
  const micros = BigInt((hours * 3600 + minutes * 60 + seconds) * 1_000_000 + Number((match[5] ?? '').padEnd(6, '0')));
  return roundTimestamp({ epochMicros: BigInt(days) * MICROS_OF_DAY + micros, picosOfMicro: 0 }, precision);
}

/** Half up, as Trino does between precisions. */
export function roundTimestamp({ epochMicros, picosOfMicro }: Timestamp, precision: number): Timestamp {
  if (precision > 6) {
    const unit = 10 ** (12 - precision);
    const picos = Math.floor((picosOfMicro + unit / 2) / unit) * unit;
    return picos === 1_000_000 ? { epochMicros: epochMicros + 1n, picosOfMicro: 0 } : { epochMicros, picosOfMicro: picos };
  }
  const unit = 10n ** BigInt(6 - precision);
  if (unit === 1n) return { epochMicros: picosOfMicro >= 500_000 ? epochMicros + 1n : epochMicros, picosOfMicro: 0 };
  return { epochMicros: floorDivide(epochMicros + unit / 2n, unit) * unit, picosOfMicro: 0 };
}

function castToInstant(value: Value, from: Type, precision: number, timeZone: string): Value | undefined {
  if (from.kind === 'timestamp with time zone' && isTimestamp(value) && 'zone' in value) return { ...roundTimestamp(value, precision), zone: value.zone };
  const local = castToTimestamp(value, from, precision);
  if (from.kind === 'varchar' || local === undefined) return undefined;
  const offset = steadyOffsetSeconds(timeZone, Number(local.epochMicros / 1_000_000n));
  return offset === undefined ? undefined : { epochMicros: local.epochMicros - BigInt(offset) * 1_000_000n, picosOfMicro: local.picosOfMicro, zone: timeZone };
}

export function localMicros(epochMicros: bigint, zone: string): bigint | undefined {
  const offset = zoneOffsetSeconds(zone, Number(floorDivide(epochMicros, 1_000_000n)));
  return offset === undefined ? undefined : epochMicros + BigInt(offset) * 1_000_000n;
}

export function floorDivide(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  return dividend % divisor < 0n ? quotient - 1n : quotient;
}

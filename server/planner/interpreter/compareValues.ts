import type { Type } from '../../../spi/type.ts';
import type { Timestamp, TimestampWithTimeZone, TimeWithTimeZone, Value } from '../../../spi/value.ts';
import { codePointCount } from '../../function/castValue.ts';
import { utcPicosOf } from '../../function/temporalText.ts';

/** Negative, zero or positive; NaN: unordered (a NaN), undefined: these values are not compared here. */
export function compareValues(type: Type, a: Value, b: Value): number | undefined {
  if (a === null || b === null) return undefined;
  if (typeof a === 'number' && typeof b === 'number') return a < b ? -1 : a > b ? 1 : a === b ? 0 : Number.NaN;
  if (typeof a === 'bigint' && typeof b === 'bigint') return a < b ? -1 : a > b ? 1 : 0;
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b);
  if (typeof a === 'string' && typeof b === 'string') return compareText(type, a, b);
  if (type.kind === 'timestamp' || type.kind === 'timestamp with time zone') return compareTimestamps(a, b);
  if (type.kind === 'time with time zone' && isTimeWithTimeZone(a) && isTimeWithTimeZone(b)) return compareBigints(utcPicosOf(a), utcPicosOf(b));
  return undefined;
}

function compareText(type: Type, a: string, b: string): number | undefined {
  if (type.kind === 'varchar') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  if (type.kind === 'char') return Buffer.compare(Buffer.from(padded(a, type.length)), Buffer.from(padded(b, type.length)));
  return undefined;
}

function padded(text: string, length: number): string {
  return text + ' '.repeat(Math.max(0, length - codePointCount(text)));
}

function compareTimestamps(a: Value, b: Value): number | undefined {
  if (!isTimestamp(a) || !isTimestamp(b)) return undefined;
  return compareBigints(a.epochMicros, b.epochMicros) || a.picosOfMicro - b.picosOfMicro;
}

const compareBigints = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

export function isTimestamp(value: Value): value is Timestamp {
  return typeof value === 'object' && value !== null && 'epochMicros' in value;
}

export function isTimestampWithTimeZone(value: Value): value is TimestampWithTimeZone {
  return isTimestamp(value) && 'zone' in value;
}

function isTimeWithTimeZone(value: Value): value is TimeWithTimeZone {
  return typeof value === 'object' && value !== null && 'offsetMinutes' in value;
}

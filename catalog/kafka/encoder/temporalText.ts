import { TrinoError } from '../../../spi/trinoError.ts';
import { typeId } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import { zoneOffsetMs } from '../decoder/calendar.ts';
import { tokenizeJodaPattern } from '../decoder/jodaPattern.ts';
import type { FieldSpec } from '../decoder/rowDecoder.ts';
import { checkNoHint } from './checkColumn.ts';
import { compileJodaPrinter } from './jodaPrinter.ts';

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const FORMATS: ReadonlySet<string> = new Set(['iso8601', 'rfc2822', 'milliseconds-since-epoch', 'seconds-since-epoch', 'custom-date-time']);

/** A moment's text in the field's data format, as Trino writes it. */
export function temporalText(field: FieldSpec): (value: Value) => string {
  const { type, name, dataFormat } = field;
  if (dataFormat === undefined) throw internal(`Unsupported or no dataFormat 'null' defined for temporal column '${name}'`);
  if (!FORMATS.has(dataFormat)) throw internal(`Unable to parse data format '${dataFormat}' for column '${name}'`);
  if (dataFormat === 'custom-date-time') checkPattern(field);
  else checkNoHint(field);
  const text = dataFormat === 'custom-date-time' ? customText(field) : standardText(type.kind, dataFormat);
  if (text !== undefined) return text;
  throw new TrinoError(
    'NOT_SUPPORTED',
    undefined,
    dataFormat === 'custom-date-time'
      ? `INSERT of type '${typeId(type)}' with data format '${dataFormat}' is not supported for column '${name}'`
      : `Unsupported column type '${typeId(type)}' for column '${name}'`,
  );
}

function checkPattern({ name, formatHint }: FieldSpec): void {
  if (formatHint === undefined) throw internal(`No format hint defined for column '${name}'`);
  if (formatHint === '') throw internal('Invalid pattern specification: Pattern is null or empty');
  const unknown = tokenizeJodaPattern(formatHint).find(({ literal, text }) => !literal && !JODA_LETTERS.includes(text.charAt(0)));
  if (unknown !== undefined) throw internal(`Illegal pattern component: ${unknown.text}`);
}

const JODA_LETTERS = 'GCYxyweEDMdaKhHkmsSzZ';

/** undefined: not of this type. */
function standardText(kind: FieldSpec['type']['kind'], dataFormat: string): ((value: Value) => string) | undefined {
  switch (kind) {
    case 'date':
      return dataFormat === 'iso8601' ? (value) => isoDate(Number(value)) : undefined;
    case 'time':
      if (dataFormat === 'iso8601') return (value) => isoTime(timeMillis(value));
      if (dataFormat === 'milliseconds-since-epoch') return (value) => String(timeMillis(value));
      return dataFormat === 'seconds-since-epoch' ? (value) => String(Math.round(timeMillis(value) / 1000)) : undefined;
    case 'time with time zone':
      return dataFormat === 'iso8601' ? isoOffsetTime : undefined;
    case 'timestamp':
    case 'timestamp with time zone':
      if (dataFormat === 'iso8601') return isoTimestamp;
      if (dataFormat === 'rfc2822') return rfc2822;
      return dataFormat === 'milliseconds-since-epoch' ? (value) => String(millis(value)) : (value) => String(Math.floor(millis(value) / 1000));
    default:
      return undefined;
  }
}

const DATE_LETTERS = 'GCyYxweEDMd';
const TIME_LETTERS = 'aKhkHmsS';

/** undefined: not of this type, or not with this pattern. */
function customText(field: FieldSpec): ((value: Value) => string) | undefined {
  const pattern = field.formatHint ?? '';
  switch (field.type.kind) {
    case 'date': {
      const print = compileJodaPrinter(pattern, DATE_LETTERS + TIME_LETTERS);
      return print === undefined ? undefined : (value) => print({ localMs: Number(value) * 86_400_000 });
    }
    case 'time': {
      const print = compileJodaPrinter(pattern, TIME_LETTERS);
      return print === undefined ? undefined : (value) => print({ localMs: timeMillis(value) });
    }
    case 'timestamp': {
      const print = compileJodaPrinter(pattern, DATE_LETTERS + TIME_LETTERS);
      return print === undefined ? undefined : (value) => print({ localMs: millis(value) });
    }
    case 'time with time zone': {
      const print = compileJodaPrinter(pattern, `${TIME_LETTERS}Z`);
      return print === undefined
        ? undefined
        : (value) => {
            const { localMs, offsetMs } = offsetTime(value);
            return print({ localMs, zone: { id: offsetMs === 0 ? 'UTC' : offsetText(offsetMs), offsetMs } });
          };
    }
    case 'timestamp with time zone': {
      const print = compileJodaPrinter(pattern, `${DATE_LETTERS}${TIME_LETTERS}Z`);
      return print === undefined
        ? undefined
        : (value) => {
            const epochMs = millis(value);
            const id = value !== null && typeof value === 'object' && 'zone' in value ? String(value.zone) : 'UTC';
            const offsetMs = zoneOffsetMs(id, epochMs);
            return print({ localMs: epochMs + offsetMs, zone: { id, offsetMs } });
          };
    }
    default:
      return undefined;
  }
}

function millis(value: Value): number {
  if (value === null || typeof value !== 'object' || !('epochMicros' in value)) throw new Error('not a timestamp');
  const { epochMicros } = value;
  return Number(epochMicros / 1000n - (epochMicros % 1000n < 0n ? 1n : 0n));
}

function timeMillis(value: Value): number {
  if (typeof value !== 'bigint') throw new Error('not a time');
  return Number(value / 1_000_000_000n);
}

function offsetTime(value: Value): { readonly localMs: number; readonly offsetMs: number } {
  if (value === null || typeof value !== 'object' || !('offsetMinutes' in value)) throw new Error('not a time with time zone');
  return { localMs: Number(value.picos / 1_000_000_000n), offsetMs: value.offsetMinutes * 60_000 };
}

function local(value: Value): { readonly localMs: number; readonly offsetMs: number | undefined } {
  const epochMs = millis(value);
  const zone = value !== null && typeof value === 'object' && 'zone' in value ? String(value.zone) : undefined;
  const offsetMs = zone === undefined ? undefined : zoneOffsetMs(zone, epochMs);
  return { localMs: epochMs + (offsetMs ?? 0), offsetMs };
}

function isoTimestamp(value: Value): string {
  const { localMs, offsetMs } = local(value);
  const day = Math.floor(localMs / 86_400_000);
  return `${isoDate(day)}T${isoTime(localMs - day * 86_400_000)}${offsetMs === undefined ? '' : offsetText(offsetMs)}`;
}

/** The seconds are there, zero or not. */
function isoOffsetTime(value: Value): string {
  const { localMs, offsetMs } = offsetTime(value);
  const fraction = (localMs % 1000 === 0 ? '' : `.${String(localMs % 1000).padStart(3, '0')}`).replace(/0+$/, '');
  return `${clockTime(localMs)}${fraction}${offsetText(offsetMs)}`;
}

function offsetText(offsetMs: number): string {
  if (offsetMs === 0) return 'Z';
  const minutes = Math.abs(offsetMs) / 60_000;
  return `${offsetMs < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

function isoDate(epochDay: number): string {
  const date = new Date(epochDay * 86_400_000);
  const year = date.getUTCFullYear();
  if (Number.isNaN(year) || year < 0 || year > 9999)
    throw new TrinoError('NOT_SUPPORTED', undefined, `INSERT of a date outside of the years 0 to 9999 is not supported`);
  return `${String(year).padStart(4, '0')}-${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
}

/** As Java's LocalTime prints: seconds and milliseconds only where they are not zero. */
function isoTime(ms: number): string {
  const text = `${two(Math.floor(ms / 3_600_000))}:${two(Math.floor(ms / 60_000) % 60)}`;
  const seconds = Math.floor(ms / 1000) % 60;
  const rest = ms % 1000;
  if (seconds === 0 && rest === 0) return text;
  return `${text}:${two(seconds)}${rest === 0 ? '' : `.${String(rest).padStart(3, '0')}`}`;
}

function rfc2822(value: Value): string {
  const { localMs, offsetMs } = local(value);
  const date = new Date(localMs);
  const offset = offsetMs === undefined || offsetMs === 0 ? '+0000' : offsetText(offsetMs).replace(':', '');
  const time = clockTime(localMs - Math.floor(localMs / 86_400_000) * 86_400_000);
  return `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${two(date.getUTCDate())} ${time} ${offset} ${date.getUTCFullYear()}`;
}

function clockTime(ms: number): string {
  return `${two(Math.floor(ms / 3_600_000))}:${two(Math.floor(ms / 60_000) % 60)}:${two(Math.floor(ms / 1000) % 60)}`;
}

function two(n: number): string {
  return String(n).padStart(2, '0');
}

function internal(message: string): TrinoError {
  return new TrinoError('GENERIC_INTERNAL_ERROR', undefined, message);
}

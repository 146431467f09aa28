import { TrinoError } from '../../../spi/trinoError.ts';
import { typeId } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import { zoneOffsetMs } from '../decoder/calendar.ts';
import { tokenizeJodaPattern } from '../decoder/jodaPattern.ts';
import type { FieldSpec } from '../decoder/rowDecoder.ts';
import { checkNoHint } from './checkColumn.ts';
import { compileJodaPrinter, type LocalMoment } from './jodaPrinter.ts';

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

const FORMATS: ReadonlySet<string> = new Set(['iso8601', 'rfc2822', 'milliseconds-since-epoch', 'seconds-since-epoch', 'custom-date-time']);

/** A moment's text in the field's data format, as Trino writes it. */
export function temporalText(field: FieldSpec): (value: Value) => string {
  const { type, name } = field;
  if (field.dataFormat === undefined) throw internal(`Unsupported or no dataFormat 'null' defined for temporal column '${name}'`);
  const dataFormat = field.dataFormat.toLowerCase();
  if (!FORMATS.has(dataFormat)) throw internal(`Unable to parse data format '${field.dataFormat}' for column '${name}'`);
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

const UTC = { id: 'UTC', offsetMs: 0 };

/** undefined: with parts that cannot be printed. */
function customText(field: FieldSpec): ((value: Value) => string) | undefined {
  const { kind } = field.type;
  // a time without a zone has no date either; of its zone nothing is printed
  const print = compileJodaPrinter(field.formatHint ?? '', `${kind === 'time' ? '' : DATE_LETTERS}${TIME_LETTERS}Z`);
  return print === undefined ? undefined : (value) => print(localMoment(kind, value));
}

function localMoment(kind: FieldSpec['type']['kind'], value: Value): LocalMoment {
  switch (kind) {
    case 'date':
      return { localMs: Number(value) * 86_400_000, zone: UTC };
    case 'time':
      return { localMs: timeMillis(value) };
    case 'time with time zone': {
      const { localMs, offsetMs } = offsetTime(value);
      return { localMs, zone: offsetMs === 0 ? UTC : { id: offsetText(offsetMs), offsetMs } };
    }
    default: {
      const { localMs, zone } = local(value);
      return { localMs, zone: zone ?? UTC };
    }
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

function local(value: Value): LocalMoment {
  const epochMs = millis(value);
  if (value === null || typeof value !== 'object' || !('zone' in value)) return { localMs: epochMs };
  const id = String(value.zone);
  const offsetMs = zoneOffsetMs(id, epochMs);
  return { localMs: epochMs + offsetMs, zone: { id, offsetMs } };
}

function isoTimestamp(value: Value): string {
  const { localMs, zone } = local(value);
  const day = Math.floor(localMs / 86_400_000);
  const timeMs = localMs - day * 86_400_000;
  return `${isoDate(day)}T${zone === undefined ? isoTime(timeMs) : isoOffsetClock(timeMs, zone.offsetMs)}`;
}

function isoOffsetTime(value: Value): string {
  const { localMs, offsetMs } = offsetTime(value);
  return isoOffsetClock(localMs, offsetMs);
}

/** The seconds are there, zero or not; the fraction without zeros at its end. */
function isoOffsetClock(ms: number, offsetMs: number): string {
  const fraction = ms % 1000 === 0 ? '' : `.${String(ms % 1000).padStart(3, '0')}`.replace(/0+$/, '');
  return `${clockTime(ms)}${fraction}${offsetText(offsetMs)}`;
}

function offsetText(offsetMs: number): string {
  if (offsetMs === 0) return 'Z';
  const text = clockTime(Math.abs(offsetMs));
  return `${offsetMs < 0 ? '-' : '+'}${text.endsWith(':00') ? text.slice(0, -3) : text}`;
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
  const { localMs, zone = UTC } = local(value);
  const day = Math.floor(localMs / 86_400_000);
  const date = new Date(localMs);
  const offset = `${zone.offsetMs < 0 ? '-' : '+'}${clockTime(Math.abs(zone.offsetMs)).slice(0, 5).replace(':', '')}`;
  const [year] = isoDate(day).split('-');
  return `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${two(date.getUTCDate())} ${clockTime(localMs - day * 86_400_000)} ${offset} ${year}`;
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

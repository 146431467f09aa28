import { TrinoError } from '../../../spi/trinoError.ts';
import { typeId } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import { zoneOffsetMs } from '../decoder/calendar.ts';
import { compileJodaPrinter } from './jodaPrinter.ts';
import type { FieldSpec } from '../decoder/rowDecoder.ts';

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A moment's text in the field's data format, as Trino writes it. */
export function temporalText(field: FieldSpec): (value: Value) => string {
  const { kind } = field.type;
  const precise = !('precision' in field.type) || field.type.precision === 3;
  switch (precise ? field.dataFormat : undefined) {
    case 'iso8601':
      if (kind === 'date') return (value) => isoDate(Number(value));
      if (kind === 'time') return (value) => isoTime(Number((value as bigint) / 1_000_000_000n));
      if (kind === 'timestamp' || kind === 'timestamp with time zone') return isoTimestamp;
      break;
    case 'rfc2822':
      if (kind === 'timestamp') return (value) => rfc2822(millis(value));
      break;
    case 'milliseconds-since-epoch':
      if (kind === 'timestamp' || kind === 'timestamp with time zone') return (value) => String(millis(value));
      if (kind === 'time') return (value) => String((value as bigint) / 1_000_000_000n);
      break;
    case 'custom-date-time': {
      const text = customText(field);
      if (text !== undefined) return text;
      break;
    }
    case 'seconds-since-epoch':
      if (kind === 'timestamp' || kind === 'timestamp with time zone') return (value) => String(Math.floor(millis(value) / 1000));
      break;
  }
  throw new TrinoError(
    'NOT_SUPPORTED',
    undefined,
    field.dataFormat === 'custom-date-time' && !precise
      ? `Unsupported column type '${typeId(field.type)}' for column '${field.name}'`
      : `INSERT of type '${typeId(field.type)}' with data format '${field.dataFormat ?? ''}' is not supported for column '${field.name}'`,
  );
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
      return print === undefined ? undefined : (value) => print({ localMs: Number((value as bigint) / 1_000_000_000n) });
    }
    case 'timestamp': {
      const print = compileJodaPrinter(pattern, DATE_LETTERS + TIME_LETTERS);
      return print === undefined ? undefined : (value) => print({ localMs: millis(value) });
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

function isoTimestamp(value: Value): string {
  const epochMs = millis(value);
  const zone = value !== null && typeof value === 'object' && 'zone' in value ? String(value.zone) : undefined;
  const offsetMs = zone === undefined ? 0 : zoneOffsetMs(zone, epochMs);
  const localMs = epochMs + offsetMs;
  const day = Math.floor(localMs / 86_400_000);
  return `${isoDate(day)}T${isoTime(localMs - day * 86_400_000)}${zone === undefined ? '' : offsetText(offsetMs)}`;
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

function rfc2822(epochMs: number): string {
  const date = new Date(epochMs);
  const time = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  return `${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${two(date.getUTCDate())} ${time} +0000 ${date.getUTCFullYear()}`;
}

function two(n: number): string {
  return String(n).padStart(2, '0');
}

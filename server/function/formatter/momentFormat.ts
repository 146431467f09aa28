import { TrinoError } from '../../../spi/trinoError.ts';
import { civilOfDays, dayOfWeek, dayOfYear } from '../calendar.ts';
import { MONTHS, WEEKDAYS, zoneName } from '../dateTimeFormatter.ts';
import { dateText as isoDateText } from '../temporalText.ts';
import type { FormatMoment, FormatValue } from './formatValue.ts';
import { illegalConversion } from './numberFormat.ts';

const NANOS_OF_SECOND = 1_000_000_000n;
/** Before it Java takes a long for a date of the Julian calendar. */
const GREGORIAN_MILLIS = -12_219_292_800_000n;
const NANOS_OF_DAY = 86_400n * NANOS_OF_SECOND;

/** Conversions that are several others. */
const COMBINED: Readonly<Record<string, string>> = { R: 'H:M', T: 'H:M:S', r: 'I:M:S p', D: 'm/d/y', c: 'a b d T Z Y' };

/** `%tY` and its like; a long is milliseconds since 1970 in UTC. */
export function dateTimeText(conversion: string, value: FormatValue): string {
  const moment = momentOf(conversion, value);
  if (conversion === 'F') {
    if (moment.epochDay === undefined) throw illegalConversion('F', value);
    return isoDateText(moment.epochDay);
  }
  const combined = COMBINED[conversion];
  if (combined !== undefined) {
    return combined.replaceAll(/[A-Za-z]/g, (part) => (part === 'p' ? dateTimeText('p', value).toUpperCase() : dateTimeText(part, value)));
  }
  return clockText(conversion, moment, value) ?? dateText(conversion, moment, value) ?? zoneText(conversion, moment, value);
}

function momentOf(conversion: string, value: FormatValue): FormatMoment {
  switch (value.kind) {
    case 'LocalDate':
    case 'LocalTime':
    case 'LocalDateTime':
    case 'ZonedDateTime':
      return value;
    case 'Long': {
      if (value.value < GREGORIAN_MILLIS) throw new TrinoError('NOT_SUPPORTED', undefined, `Formatting ${value.value} as a date is not supported`);
      const nanos = value.value * 1_000_000n;
      const inDay = ((nanos % NANOS_OF_DAY) + NANOS_OF_DAY) % NANOS_OF_DAY;
      return { kind: 'ZonedDateTime', epochDay: Number((nanos - inDay) / NANOS_OF_DAY), nanosOfDay: inDay, zone: { name: 'UTC', offsetSeconds: 0 } };
    }
    default:
      throw illegalConversion(conversion, value);
  }
}

const padded = (value: number | bigint, digits: number): string => String(value).padStart(digits, '0');

function clockText(conversion: string, { nanosOfDay }: FormatMoment, value: FormatValue): string | undefined {
  if (!'HkIlMSLNp'.includes(conversion)) return undefined;
  if (nanosOfDay === undefined) throw illegalConversion(conversion, value);
  const nanos = nanosOfDay % NANOS_OF_SECOND;
  const seconds = Number(nanosOfDay / NANOS_OF_SECOND);
  const hour = Math.floor(seconds / 3600);
  switch (conversion) {
    case 'H':
      return padded(hour, 2);
    case 'k':
      return String(hour);
    case 'I':
      return padded(hour % 12 || 12, 2);
    case 'l':
      return String(hour % 12 || 12);
    case 'M':
      return padded(Math.floor(seconds / 60) % 60, 2);
    case 'S':
      return padded(seconds % 60, 2);
    case 'L':
      return padded(nanos / 1_000_000n, 3);
    case 'N':
      return padded(nanos, 9);
    default:
      return hour < 12 ? 'am' : 'pm';
  }
}

function dateText(conversion: string, { epochDay }: FormatMoment, value: FormatValue): string | undefined {
  if (!'aAbBhCdejmyY'.includes(conversion)) return undefined;
  if (epochDay === undefined) throw illegalConversion(conversion, value);
  const { year, month, day } = civilOfDays(epochDay);
  const yearOfEra = year > 0 ? year : 1 - year;
  switch (conversion) {
    case 'A':
    case 'a': {
      const name = WEEKDAYS[dayOfWeek(epochDay) - 1] ?? '';
      return conversion === 'A' ? name : name.slice(0, 3);
    }
    case 'B':
      return MONTHS[month - 1] ?? '';
    case 'b':
    case 'h':
      return (MONTHS[month - 1] ?? '').slice(0, 3);
    case 'C':
      return padded(Math.floor(yearOfEra / 100), 2);
    case 'd':
      return padded(day, 2);
    case 'e':
      return String(day);
    case 'j':
      return padded(dayOfYear(epochDay), 3);
    case 'm':
      return padded(month, 2);
    case 'y':
      return padded(yearOfEra % 100, 2);
    default:
      return padded(yearOfEra, 4);
  }
}

function zoneText(conversion: string, { epochDay = 0, nanosOfDay = 0n, zone }: FormatMoment, value: FormatValue): string {
  if (zone === undefined) throw illegalConversion(conversion, value);
  const nanos = BigInt(epochDay) * NANOS_OF_DAY + nanosOfDay - BigInt(zone.offsetSeconds) * NANOS_OF_SECOND;
  switch (conversion) {
    case 's':
      if (value.kind === 'Long') return String(value.value / 1000n);
      return String((nanos - (((nanos % NANOS_OF_SECOND) + NANOS_OF_SECOND) % NANOS_OF_SECOND)) / NANOS_OF_SECOND);
    case 'Q':
      return String((nanos - (((nanos % 1_000_000n) + 1_000_000n) % 1_000_000n)) / 1_000_000n);
    case 'z':
      return `${zone.offsetSeconds < 0 ? '-' : '+'}${padded(Math.floor(Math.abs(zone.offsetSeconds) / 3600), 2)}${padded(Math.floor(Math.abs(zone.offsetSeconds) / 60) % 60, 2)}`;
    default:
      return zoneName({ localMillis: epochDay * 86_400_000 + Number(nanosOfDay / 1_000_000n), zone }, true);
  }
}

/** `Z`, `+05:30`, `-04:56:02`. */
export function offsetSecondsText(offsetSeconds: number): string {
  if (offsetSeconds === 0) return 'Z';
  const size = Math.abs(offsetSeconds);
  const seconds = size % 60 === 0 ? '' : `:${padded(size % 60, 2)}`;
  return `${offsetSeconds < 0 ? '-' : '+'}${padded(Math.floor(size / 3600), 2)}:${padded(Math.floor(size / 60) % 60, 2)}${seconds}`;
}

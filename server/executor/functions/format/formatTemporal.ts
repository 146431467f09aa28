import { civilOfDays, dayOfWeek, dayOfYear, floorDiv } from '../../../function/calendar.ts';
import { MONTHS, WEEKDAYS, zoneName } from '../../../function/dateTimeFormatter.ts';

/** What a date, a time or both show. */
export interface Moment {
  readonly epochDay?: number;
  readonly nanosOfDay?: bigint;
  readonly zone?: { readonly name: string; readonly offsetSeconds: number };
}

const pad = (value: number | bigint, digits: number): string => String(value).padStart(digits, '0');
const NANOS_OF_SECOND = 1_000_000_000n;
const MILLIS_OF_DAY = 86_400_000;

const COMPOSITES: Readonly<Record<string, readonly string[]>> = {
  R: ['H', ':', 'M'],
  T: ['H', ':', 'M', ':', 'S'],
  r: ['I', ':', 'M', ':', 'S', ' ', 'P'],
  D: ['m', '/', 'd', '/', 'y'],
  c: ['a', ' ', 'b', ' ', 'd', ' ', 'T', ' ', 'Z', ' ', 'Y'],
};

/** The text of `%t` with the conversion; `missing` makes the error for a field that the moment does not have. */
export function formatMoment(conversion: string, moment: Moment, missing: (conversion: string) => Error): string {
  if (conversion === 'F') {
    if (moment.epochDay === undefined) throw missing('F');
    return isoDate(moment.epochDay);
  }
  const parts = COMPOSITES[conversion];
  if (parts !== undefined) return parts.map((part) => (/\w/.test(part) ? formatMoment(part, moment, missing) : part)).join('');
  const { epochDay, nanosOfDay, zone } = moment;
  const ofDate = epochDay === undefined ? undefined : dateField(conversion, epochDay);
  if (ofDate !== undefined) return ofDate;
  const ofTime = nanosOfDay === undefined ? undefined : timeField(conversion, nanosOfDay);
  if (ofTime !== undefined) return ofTime;
  if (epochDay === undefined || nanosOfDay === undefined || zone === undefined) throw missing(conversion === 'P' ? 'p' : conversion);
  const nanos = BigInt(epochDay) * 86_400n * NANOS_OF_SECOND + nanosOfDay - BigInt(zone.offsetSeconds) * NANOS_OF_SECOND;
  switch (conversion) {
    case 's':
      return String(floorDiv(nanos, NANOS_OF_SECOND));
    case 'Q':
      return String(floorDiv(nanos, 1_000_000n));
    case 'z': {
      const minutes = Math.abs(Math.trunc(zone.offsetSeconds / 60));
      return `${zone.offsetSeconds < 0 ? '-' : '+'}${pad(Math.floor(minutes / 60), 2)}${pad(minutes % 60, 2)}`;
    }
    case 'Z':
      return zoneName({ localMillis: epochDay * MILLIS_OF_DAY + Number(nanosOfDay / 1_000_000n), zone }, true);
    default:
      throw new Error(`no field of a moment: ${conversion}`);
  }
}

/** Years are those of the proleptic calendar, with a sign beyond four digits. */
function isoDate(epochDay: number): string {
  const { year, month, day } = civilOfDays(epochDay);
  const sign = year < 0 ? '-' : year > 9999 ? '+' : '';
  return `${sign}${pad(Math.abs(year), 4)}-${pad(month, 2)}-${pad(day, 2)}`;
}

function dateField(conversion: string, epochDay: number): string | undefined {
  const { year, month, day } = civilOfDays(epochDay);
  const yearOfEra = year > 0 ? year : 1 - year;
  const monthName = MONTHS[month - 1] ?? '';
  const weekday = WEEKDAYS[dayOfWeek(epochDay) - 1] ?? '';
  switch (conversion) {
    case 'B':
      return monthName;
    case 'b':
    case 'h':
      return monthName.slice(0, 3);
    case 'A':
      return weekday;
    case 'a':
      return weekday.slice(0, 3);
    case 'Y':
      return pad(yearOfEra, 4);
    case 'y':
      return pad(yearOfEra % 100, 2);
    case 'C':
      return pad(Math.floor(yearOfEra / 100), 2);
    case 'm':
      return pad(month, 2);
    case 'd':
      return pad(day, 2);
    case 'e':
      return String(day);
    case 'j':
      return pad(dayOfYear(epochDay), 3);
    default:
      return undefined;
  }
}

function timeField(conversion: string, nanosOfDay: bigint): string | undefined {
  const second = Number(nanosOfDay / NANOS_OF_SECOND);
  const nanos = nanosOfDay % NANOS_OF_SECOND;
  const hour = Math.floor(second / 3600);
  const half = hour % 12 === 0 ? 12 : hour % 12;
  switch (conversion) {
    case 'H':
      return pad(hour, 2);
    case 'k':
      return String(hour);
    case 'I':
      return pad(half, 2);
    case 'l':
      return String(half);
    case 'M':
      return pad(Math.floor(second / 60) % 60, 2);
    case 'S':
      return pad(second % 60, 2);
    case 'L':
      return pad(nanos / 1_000_000n, 3);
    case 'N':
      return pad(nanos, 9);
    case 'p':
      return hour < 12 ? 'am' : 'pm';
    case 'P':
      return hour < 12 ? 'AM' : 'PM';
    default:
      return undefined;
  }
}

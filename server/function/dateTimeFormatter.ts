import { TrinoError } from '../../spi/trinoError.ts';
import { civilOfDays, dayOfWeek, dayOfYear, isoWeek } from './calendar.ts';
import type { PatternElement, PatternField } from './dateTimePattern.ts';
import { offsetText } from './timeZone.ts';

/** A local time in milliseconds since 1970 and, for instants, where its clock stands. */
export interface FormattedMoment {
  readonly localMillis: number;
  readonly zone?: { readonly name: string; readonly offsetSeconds: number };
}

export const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
export const WEEKDAYS = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

const MILLIS_OF_DAY = 86_400_000;

export function formatMoment(elements: readonly PatternElement[], moment: FormattedMoment): string {
  return elements.map((element) => formatElement(element, moment)).join('');
}

function formatElement(element: PatternElement, moment: FormattedMoment): string {
  switch (element.kind) {
    case 'literal':
      return element.text;
    case 'number':
      return padded(fieldValue(element.field, moment.localMillis), element.minDigits);
    case 'twoDigitYear':
      return padded(Math.abs(fieldValue(element.field, moment.localMillis)) % 100, 2);
    case 'text':
      return textOf(element.field, fieldValue(element.field, moment.localMillis), element.short);
    case 'fraction':
      return String(fieldValue('millisOfSecond', moment.localMillis)).padStart(3, '0').padEnd(element.minDigits, '0').slice(0, element.minDigits);
    case 'offset': {
      const text = offsetText(Math.trunc((moment.zone?.offsetSeconds ?? 0) / 60));
      return element.colon ? text : text.replace(':', '');
    }
    case 'zoneId':
      return moment.zone?.name ?? '';
    case 'zoneName':
      return zoneName(moment, element.short);
  }
}

function padded(value: number, digits: number): string {
  return (value < 0 ? '-' : '') + String(Math.abs(value)).padStart(digits, '0');
}

function textOf(field: 'era' | 'monthOfYear' | 'dayOfWeek' | 'halfdayOfDay', value: number, short: boolean): string {
  switch (field) {
    case 'era':
      return value === 0 ? 'BC' : 'AD';
    case 'halfdayOfDay':
      return value === 0 ? 'AM' : 'PM';
    default: {
      const name = (field === 'monthOfYear' ? MONTHS : WEEKDAYS)[value - 1] ?? '';
      return short ? name.slice(0, 3) : name;
    }
  }
}

export function fieldValue(field: PatternField, localMillis: number): number {
  const day = Math.floor(localMillis / MILLIS_OF_DAY);
  const millis = localMillis - day * MILLIS_OF_DAY;
  const hour = Math.floor(millis / 3_600_000);
  const { year, month, day: dayOfMonth } = civilOfDays(day);
  const yearOfEra = year > 0 ? year : 1 - year;
  switch (field) {
    case 'era':
      return year > 0 ? 1 : 0;
    case 'centuryOfEra':
      return Math.floor(yearOfEra / 100);
    case 'yearOfEra':
      return yearOfEra;
    case 'year':
      return year;
    case 'weekyear':
      return isoWeek(day).year;
    case 'monthOfYear':
      return month;
    case 'weekOfWeekyear':
      return isoWeek(day).week;
    case 'dayOfYear':
      return dayOfYear(day);
    case 'dayOfMonth':
      return dayOfMonth;
    case 'dayOfWeek':
      return dayOfWeek(day);
    case 'halfdayOfDay':
      return hour < 12 ? 0 : 1;
    case 'hourOfDay':
      return hour;
    case 'clockhourOfDay':
      return hour === 0 ? 24 : hour;
    case 'hourOfHalfday':
      return hour % 12;
    case 'clockhourOfHalfday':
      return hour % 12 === 0 ? 12 : hour % 12;
    case 'minuteOfHour':
      return Math.floor(millis / 60_000) % 60;
    case 'secondOfMinute':
      return Math.floor(millis / 1000) % 60;
    case 'millisOfSecond':
      return millis % 1000;
  }
}

/** Java's names of zones are only known here where ICU's English ones are the same: in North America, and for offsets. */
export function zoneName({ localMillis, zone }: FormattedMoment, short: boolean): string {
  if (zone === undefined) return '';
  if (zone.name === 'UTC') return short ? 'UTC' : 'Coordinated Universal Time';
  if (/^[+-]/.test(zone.name)) return zone.name;
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone.name, timeZoneName: short ? 'short' : 'long' });
  const name = format.formatToParts(localMillis - zone.offsetSeconds * 1000).find((part) => part.type === 'timeZoneName')?.value;
  if (name === undefined || !/^(?:America|US)\//.test(zone.name) || /^GMT/.test(name)) {
    throw new TrinoError('NOT_SUPPORTED', undefined, `Name of time zone not supported: ${zone.name}`);
  }
  return name;
}

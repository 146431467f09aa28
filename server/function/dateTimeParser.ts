import { TrinoError } from '../../spi/trinoError.ts';
import { civilOfDays, dayOfWeek, daysOfCivil, isLeapYear, isoWeek, lengthOfMonth } from './calendar.ts';
import { fieldValue, MONTHS, WEEKDAYS } from './dateTimeFormatter.ts';
import { PATTERN_FIELDS, type PatternElement, type PatternField } from './dateTimePattern.ts';
import { normalizeTimeZone, offsetZone } from './timeZone.ts';
import { timeZoneNames } from './timeZoneNames.ts';

export interface ParsedMoment {
  readonly localMillis: number;
  readonly zone: string | undefined;
}

const MILLIS_OF_DAY = 86_400_000;
const DEFAULT_YEAR = 2000;
const SHORT_ZONES: Readonly<Record<string, string>> = {
  UT: 'UTC',
  UTC: 'UTC',
  GMT: 'UTC',
  EST: 'America/New_York',
  EDT: 'America/New_York',
  CST: 'America/Chicago',
  CDT: 'America/Chicago',
  MST: 'America/Denver',
  MDT: 'America/Denver',
  PST: 'America/Los_Angeles',
  PDT: 'America/Los_Angeles',
};

interface Parsing {
  readonly text: string;
  at: number;
  readonly fields: [PatternField, number][];
  zone: string | undefined;
}

const invalid = (message: string): TrinoError => new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, message);

/** Reads a text in the manner of Joda: names in either case, fewer digits than the format has, missing fields from 1970. */
export function parseMoment(elements: readonly PatternElement[], text: string): ParsedMoment {
  const parsing: Parsing = { text, at: 0, fields: [], zone: undefined };
  for (const element of elements) {
    if (!parseElement(element, parsing)) throw invalid(malformed(text, parsing.at));
  }
  if (parsing.at < text.length) throw invalid(malformed(text, parsing.at));
  try {
    return { localMillis: computeMillis(parsing.fields), zone: parsing.zone };
  } catch (error) {
    throw error instanceof RangeError ? invalid(`Cannot parse "${text}": ${error.message}`) : error;
  }
}

const SAMPLE_MAX = 35;

export function malformed(text: string, at: number): string {
  const sample = text.length <= SAMPLE_MAX ? text : `${text.slice(0, 32)}...`;
  if (at <= 0) return `Invalid format: "${sample}"`;
  return at >= text.length ? `Invalid format: "${sample}" is too short` : `Invalid format: "${sample}" is malformed at "${sample.slice(at)}"`;
}

function parseElement(element: PatternElement, parsing: Parsing): boolean {
  switch (element.kind) {
    case 'literal':
      if (parsing.text.slice(parsing.at, parsing.at + element.text.length).toLowerCase() !== element.text.toLowerCase()) return false;
      parsing.at += element.text.length;
      return true;
    case 'number':
      return parseNumber(element.field, element.maxDigits, parsing);
    case 'twoDigitYear':
      return parseTwoDigitYear(element, parsing);
    case 'text':
      return parseText(element.field, parsing);
    case 'fraction': {
      const digits = new RegExp(`\\d{1,${element.maxDigits}}`, 'y');
      const read = take(digits, parsing);
      if (read === undefined) return false;
      parsing.fields.push(['millisOfSecond', Number(read.padEnd(3, '0').slice(0, 3))]);
      return true;
    }
    case 'offset':
      return parseOffset(parsing);
    case 'zoneId':
      return parseZoneId(parsing);
    case 'zoneName': {
      const name = take(/[A-Z]{2,3}/y, parsing);
      const zone = name === undefined ? undefined : SHORT_ZONES[name];
      if (zone === undefined) return false;
      parsing.zone = zone;
      return true;
    }
  }
}

function take(pattern: RegExp, parsing: Parsing): string | undefined {
  pattern.lastIndex = parsing.at;
  const found = pattern.exec(parsing.text)?.[0];
  if (found !== undefined) parsing.at += found.length;
  return found;
}

const SIGNED: ReadonlySet<PatternField> = new Set(['year', 'weekyear']);

function parseNumber(field: PatternField, maxDigits: number, parsing: Parsing): boolean {
  const read = take(new RegExp(`${SIGNED.has(field) ? '[+-]?' : ''}\\d{1,${maxDigits}}`, 'y'), parsing);
  if (read === undefined) return false;
  parsing.fields.push([field, Number(read)]);
  return true;
}

function parseTwoDigitYear({ field, pivot, lenient }: PatternElement & { kind: 'twoDigitYear' }, parsing: Parsing): boolean {
  const read = take(lenient ? /[+-]?\d+/y : /\d{2}/y, parsing);
  if (read === undefined) return false;
  let year = Number(read);
  if (/^\d{2}$/.test(read)) {
    const low = pivot - 50;
    const base = ((low % 100) + 100) % 100;
    year += low + (year < base ? 100 : 0) - base;
  }
  parsing.fields.push([field, year]);
  return true;
}

function parseText(field: 'era' | 'monthOfYear' | 'dayOfWeek' | 'halfdayOfDay', parsing: Parsing): boolean {
  const names = field === 'monthOfYear' ? MONTHS : field === 'dayOfWeek' ? WEEKDAYS : field === 'era' ? ['BC', 'AD'] : ['AM', 'PM'];
  const long = field === 'monthOfYear' || field === 'dayOfWeek';
  const candidates = names.flatMap((name, i) => (long ? [name, name.slice(0, 3)] : [name]).map((text) => ({ text, value: long ? i + 1 : i })));
  candidates.sort((a, b) => b.text.length - a.text.length);
  for (const { text, value } of candidates) {
    const found = parsing.text.slice(parsing.at, parsing.at + text.length);
    if (found === text || found === text.toLowerCase() || found === text.toUpperCase()) {
      parsing.at += text.length;
      parsing.fields.push([field, value]);
      return true;
    }
  }
  return false;
}

function parseOffset(parsing: Parsing): boolean {
  if (parsing.text[parsing.at] === 'Z') {
    parsing.at++;
    parsing.zone = 'UTC';
    return true;
  }
  const read = take(/[+-]\d\d(?::?\d\d)?/y, parsing);
  if (read === undefined) return false;
  const digits = read.replace(':', '');
  const minutes = Number(digits.slice(1, 3)) * 60 + Number(digits.slice(3) || 0);
  parsing.zone = offsetZone(digits.startsWith('-') ? -minutes : minutes) ?? 'UTC';
  return true;
}

function parseZoneId(parsing: Parsing): boolean {
  const rest = parsing.text.slice(parsing.at);
  const name = ['UTC', 'GMT', ...timeZoneNames].filter((zone) => rest.startsWith(zone)).sort((a, b) => b.length - a.length)[0];
  const zone = name === undefined ? undefined : normalizeTimeZone(name);
  if (name === undefined || zone === undefined) return false;
  parsing.at += name.length;
  parsing.zone = zone;
  return true;
}

// ------------------------------------------------------------------ from fields to a time

/** Sets the fields from the longest to the shortest, twice, since a short one may have moved a longer one. */
export function computeMillis(parsed: readonly (readonly [PatternField, number])[]): number {
  const rank = (field: PatternField): number => PATTERN_FIELDS.indexOf(field);
  const fields = [...parsed].sort(([a], [b]) => rank(a) - rank(b));
  const [first] = fields;
  if (first !== undefined && rank(first[0]) >= rank('monthOfYear') && rank(first[0]) <= rank('dayOfWeek')) fields.unshift(['year', DEFAULT_YEAR]);
  let millis = 0;
  for (const [field, value] of fields) millis = roundFloor(field, setField(field, value, millis));
  fields.forEach(([field, value], i) => {
    millis = setField(field, value, millis);
    if (i === fields.length - 1) millis = roundFloor(field, millis);
  });
  return millis;
}

function outOfRange(field: PatternField, value: number, low: number, high: number): void {
  if (value < low || value > high) throw new RangeError(`Value ${value} for ${field} must be in the range [${low},${high}]`);
}

function setField(field: PatternField, value: number, millis: number): number {
  const day = Math.floor(millis / MILLIS_OF_DAY);
  const time = millis - day * MILLIS_OF_DAY;
  const civil = civilOfDays(day);
  const onDay = (newDay: number): number => newDay * MILLIS_OF_DAY + time;
  const onCivil = (year: number, month: number): number => onDay(daysOfCivil(year, month, Math.min(civil.day, lengthOfMonth(year, month))));
  const replaced = (unit: number, low: number, high: number, modulus: number): number => {
    outOfRange(field, value, low, high);
    const current = Math.floor(time / unit) % modulus;
    return millis + ((value % modulus) - current) * unit;
  };
  switch (field) {
    case 'era':
      return value === fieldValue('era', millis) ? millis : onCivil(1 - civil.year, civil.month);
    case 'centuryOfEra':
      return onCivil(value * 100 + (fieldValue('yearOfEra', millis) % 100), civil.month);
    case 'year':
      return onCivil(value, civil.month);
    case 'yearOfEra':
      return onCivil(civil.year > 0 ? value : 1 - value, civil.month);
    case 'weekyear':
      return onDay(dayOfIsoWeek(value, isoWeek(day).week, dayOfWeek(day)));
    case 'monthOfYear':
      outOfRange(field, value, 1, 12);
      return onCivil(civil.year, value);
    case 'weekOfWeekyear': {
      const { year } = isoWeek(day);
      outOfRange(field, value, 1, weeksOf(year));
      return onDay(dayOfIsoWeek(year, value, dayOfWeek(day)));
    }
    case 'dayOfYear':
      outOfRange(field, value, 1, isLeapYear(civil.year) ? 366 : 365);
      return onDay(daysOfCivil(civil.year, 1, 1) + value - 1);
    case 'dayOfMonth':
      outOfRange(field, value, 1, lengthOfMonth(civil.year, civil.month));
      return onDay(daysOfCivil(civil.year, civil.month, value));
    case 'dayOfWeek':
      outOfRange(field, value, 1, 7);
      return onDay(day - dayOfWeek(day) + value);
    case 'halfdayOfDay':
      return replaced(43_200_000, 0, 1, 2);
    case 'hourOfDay':
      return replaced(3_600_000, 0, 23, 24);
    case 'clockhourOfDay':
      return replaced(3_600_000, 1, 24, 24);
    case 'hourOfHalfday':
      return replaced(3_600_000, 0, 11, 12);
    case 'clockhourOfHalfday':
      return replaced(3_600_000, 1, 12, 12);
    case 'minuteOfHour':
      return replaced(60_000, 0, 59, 60);
    case 'secondOfMinute':
      return replaced(1000, 0, 59, 60);
    case 'millisOfSecond':
      return replaced(1, 0, 999, 1000);
  }
}

function dayOfIsoWeek(year: number, week: number, weekday: number): number {
  const fourth = daysOfCivil(year, 1, 4);
  return fourth - dayOfWeek(fourth) + 1 + (week - 1) * 7 + weekday - 1;
}

function weeksOf(year: number): number {
  return isoWeek(daysOfCivil(year, 12, 28)).week;
}

/** The beginning of the field's unit. */
function roundFloor(field: PatternField, millis: number): number {
  const day = Math.floor(millis / MILLIS_OF_DAY);
  const { year, month } = civilOfDays(day);
  const floorTo = (unit: number): number => Math.floor(millis / unit) * unit;
  switch (field) {
    case 'era':
      return millis;
    case 'centuryOfEra':
    case 'year':
    case 'yearOfEra':
      return daysOfCivil(year, 1, 1) * MILLIS_OF_DAY;
    case 'weekyear':
      return dayOfIsoWeek(isoWeek(day).year, 1, 1) * MILLIS_OF_DAY;
    case 'monthOfYear':
      return daysOfCivil(year, month, 1) * MILLIS_OF_DAY;
    case 'weekOfWeekyear':
      return (day - dayOfWeek(day) + 1) * MILLIS_OF_DAY;
    case 'dayOfYear':
    case 'dayOfMonth':
    case 'dayOfWeek':
      return day * MILLIS_OF_DAY;
    case 'halfdayOfDay':
      return floorTo(43_200_000);
    case 'hourOfDay':
    case 'clockhourOfDay':
    case 'hourOfHalfday':
    case 'clockhourOfHalfday':
      return floorTo(3_600_000);
    case 'minuteOfHour':
      return floorTo(60_000);
    case 'secondOfMinute':
      return floorTo(1000);
    case 'millisOfSecond':
      return millis;
  }
}

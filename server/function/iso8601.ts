import { TrinoError } from '../../spi/trinoError.ts';
import { computeMillis, malformed } from './dateTimeParser.ts';
import type { PatternField } from './dateTimePattern.ts';
import { parseDate } from './temporalText.ts';
import { offsetZone } from './timeZone.ts';

const invalid = (message: string): TrinoError => new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, message);

export interface ParsedIso {
  readonly localMillis: number;
  readonly zone: string | undefined;
}

const DATE = /([+-]?\d{1,9})(?:-W(\d{1,2})(?:-(\d))?|-(\d{3})(?!\d)|-(\d{1,2})(?:-(\d{1,2}))?)?/y;
const TIME = /(\d{1,2})(?:[.,](\d{1,9})|:(\d{1,2})(?:[.,](\d{1,9})|:(\d{1,2})(?:[.,](\d{1,9}))?)?)?/y;
const OFFSET = /Z|([+-])(\d\d)(?::?(\d\d))?/y;

/** from_iso8601_date and from_iso8601_timestamp: calendar, week and ordinal dates; fractions of any last unit. */
export function parseIso(text: string, options: { readonly time: boolean }): ParsedIso {
  const fields: [PatternField, number][] = [];
  let at = readDate(text, fields);
  let fractionMillis = 0;
  let zone: string | undefined;
  if (options.time && text[at] === 'T') {
    at++;
    TIME.lastIndex = at;
    const time = TIME.exec(text);
    if (time !== null) {
      fractionMillis = readTime(time, fields);
      at = TIME.lastIndex;
    }
    OFFSET.lastIndex = at;
    const offset = OFFSET.exec(text);
    if (offset !== null) {
      zone = zoneOf(offset);
      at = OFFSET.lastIndex;
    }
  }
  if (at < text.length || text === '' || (fields.length === 0 && at === 0)) throw invalid(malformed(text, at));
  try {
    return { localMillis: computeMillis(fields) + fractionMillis, zone };
  } catch (error) {
    throw error instanceof RangeError ? invalid(`Cannot parse "${text}": ${error.message}`) : error;
  }
}

function readDate(text: string, fields: [PatternField, number][]): number {
  DATE.lastIndex = 0;
  const date = DATE.exec(text);
  if (date === null) return 0;
  const [, year, week, weekday, ordinal, month, day] = date;
  const push = (field: PatternField, value: string | undefined): void => {
    if (value !== undefined) fields.push([field, Number(value)]);
  };
  push(week === undefined ? 'year' : 'weekyear', year);
  push('weekOfWeekyear', week);
  push('dayOfWeek', weekday);
  push('dayOfYear', ordinal);
  push('monthOfYear', month);
  push('dayOfMonth', day);
  return DATE.lastIndex;
}

function readTime(time: RegExpExecArray, fields: [PatternField, number][]): number {
  const [, hour, hourFraction, minute, minuteFraction, second, secondFraction] = time;
  fields.push(['hourOfDay', Number(hour)]);
  if (minute !== undefined) fields.push(['minuteOfHour', Number(minute)]);
  if (second !== undefined) fields.push(['secondOfMinute', Number(second)]);
  const part = (digits: string | undefined, unit: number): number => (digits === undefined ? 0 : Math.floor(Number(`0.${digits}`) * unit + 1e-7));
  return part(hourFraction, 3_600_000) + part(minuteFraction, 60_000) + part(secondFraction, 1000);
}

function zoneOf(offset: RegExpExecArray): string {
  const minutes = Number(offset[2] ?? 0) * 60 + Number(offset[3] ?? 0);
  const zone = offsetZone(offset[1] === '-' ? -minutes : minutes);
  if (zone === undefined) throw new TrinoError('NOT_SUPPORTED', undefined, `Time zone not supported: ${offset[0]}`);
  return zone;
}

/** from_iso8601_timestamp_nanos: up to nine digits, T and minutes required. */
export function parseIsoNanos(text: string): { readonly nanos: bigint; readonly zone: string | undefined } {
  const match = /^([+-]?\d{4,9}-\d\d-\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{0,9}))?)?(Z|[+-]\d\d(?::\d\d)?)?$/.exec(text);
  const days = match === null ? undefined : parseDate(match[1] ?? '');
  const [hour, minute, second] = [Number(match?.[2]), Number(match?.[3]), Number(match?.[4] ?? 0)];
  if (match === null || days === undefined || hour > 23 || minute > 59 || second > 59) throw invalid(`Text '${text}' could not be parsed at index 0`);
  const seconds = BigInt(days) * 86_400n + BigInt(hour * 3600 + minute * 60 + second);
  const zoneText = match[6];
  let zone: string | undefined;
  if (zoneText !== undefined) {
    OFFSET.lastIndex = 0;
    const offset = OFFSET.exec(zoneText);
    zone = offset === null ? 'UTC' : zoneOf(offset);
  }
  return { nanos: seconds * 1_000_000_000n + BigInt((match[5] ?? '').padEnd(9, '0')), zone };
}

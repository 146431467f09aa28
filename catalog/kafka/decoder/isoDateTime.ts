import { daysFromCivil, daysInMonth } from './calendar.ts';

/** What an ISO 8601 text says, by the rules of Java's ISO_ formatters. */
export interface LocalDateTime {
  readonly epochDay: number;
  readonly nanoOfDay: number;
  readonly offsetSeconds: number | undefined;
}

const DATE = '([+-]?[0-9]{4,10})-([0-9]{2})-([0-9]{2})';
const TIME = '([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\\.([0-9]{0,9}))?)?';
const OFFSET = '(?:([zZ])|([+-])([0-9]{2})(?::([0-9]{2})(?::([0-9]{2}))?)?)';
const DATE_TIME = new RegExp(`^${DATE}[tT]${TIME}(?:${OFFSET}(\\[[^\\]]+\\])?)?$`);
const DATE_ONLY = new RegExp(`^${DATE}${OFFSET}?$`);
const TIME_ONLY = new RegExp(`^${TIME}${OFFSET}?$`);
const OFFSET_SECONDS_MAX = 18 * 3600;

export function parseIsoDateTime(text: string): (LocalDateTime & { readonly zoned: boolean }) | undefined {
  const m = DATE_TIME.exec(text);
  if (m === null) return undefined;
  const epochDay = date(m[1], m[2], m[3]);
  const nanoOfDay = time(m[4], m[5], m[6], m[7]);
  const offsetSeconds = offset(m, 8);
  if (epochDay === undefined || nanoOfDay === undefined || offsetSeconds === 'wrong') return undefined;
  if (m[13] !== undefined && !isZone(m[13].slice(1, -1))) return undefined;
  return { epochDay, nanoOfDay, offsetSeconds, zoned: m[13] !== undefined };
}

export function parseIsoDate(text: string): number | undefined {
  const m = DATE_ONLY.exec(text);
  return m === null || offset(m, 4) === 'wrong' ? undefined : date(m[1], m[2], m[3]);
}

export function parseIsoTime(text: string): { readonly nanoOfDay: number; readonly offsetSeconds: number | undefined } | undefined {
  const m = TIME_ONLY.exec(text);
  if (m === null) return undefined;
  const nanoOfDay = time(m[1], m[2], m[3], m[4]);
  const offsetSeconds = offset(m, 5);
  return nanoOfDay === undefined || offsetSeconds === 'wrong' ? undefined : { nanoOfDay, offsetSeconds };
}

function date(yearText = '', monthText = '', dayText = ''): number | undefined {
  const digits = yearText.replace(/^[+-]/, '');
  const sign = yearText.length > digits.length ? yearText.charAt(0) : '';
  const year = sign === '-' ? -Number(digits) : Number(digits);
  // a plus belongs to years of more than four digits, which need it
  if ((sign === '+') !== digits.length > 4 && !(sign === '-')) return undefined;
  if ((sign === '-' && year === 0) || Math.abs(year) > 999_999_999) return undefined;
  const month = Number(monthText);
  const day = Number(dayText);
  if (month < 1 || month > 12 || day < 1 || day > daysInMonth(year, month)) return undefined;
  return daysFromCivil(year, month, day);
}

function time(hour = '', minute = '', second = '0', fraction = ''): number | undefined {
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  return (Number(hour) * 3600 + Number(minute) * 60 + Number(second)) * 1e9 + Number(fraction.padEnd(9, '0'));
}

function offset(m: RegExpExecArray, at: number): number | 'wrong' | undefined {
  if (m[at] !== undefined) return 0;
  if (m[at + 1] === undefined) return undefined;
  const [hours, minutes, seconds] = [Number(m[at + 2] ?? 0), Number(m[at + 3] ?? 0), Number(m[at + 4] ?? 0)];
  const total = hours * 3600 + minutes * 60 + seconds;
  if (minutes > 59 || seconds > 59 || total > OFFSET_SECONDS_MAX) return 'wrong';
  return m[at + 1] === '-' ? -total : total;
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false; // RangeError: no such zone
  }
}

import { daysFromCivil, firstWeekStart, isoDayOfWeek } from '../decoder/calendar.ts';
import { DAY_NAMES, MONTH_NAMES, tokenizeJodaPattern } from '../decoder/jodaPattern.ts';

const DAY_MS = 86_400_000;

/** What is printed: a local time and, of a moment, its zone. */
export interface LocalMoment {
  readonly localMs: number;
  readonly zone?: { readonly id: string; readonly offsetMs: number };
}
type Print = (moment: LocalMoment) => string;

/** undefined: a letter of the pattern cannot be printed. */
export function compileJodaPrinter(pattern: string, letters: string): Print | undefined {
  const parts = tokenizeJodaPattern(pattern).map(({ literal, text }) => (literal ? () => text : letters.includes(text.charAt(0)) ? printer(text) : undefined));
  return parts.includes(undefined) ? undefined : (moment) => parts.map((part) => part?.(moment) ?? '').join('');
}

function printer(token: string): Print | undefined {
  const size = token.length;
  const time = (unit: number, count: number, zeroIs?: number): Print => {
    return ({ localMs }) => {
      const value = Math.floor(localMs / unit) % count;
      return padded(value < 0 ? value + count : value, size, zeroIs);
    };
  };
  const date =
    (of: (day: number) => number): Print =>
    (moment) =>
      padded(of(dayOf(moment)), size);
  switch (token.charAt(0)) {
    case 'G':
      return (m) => (civil(dayOf(m)).year > 0 ? 'AD' : 'BC');
    case 'C':
      return date((day) => Math.floor(yearOfEra(day) / 100));
    case 'y':
      return size === 2 ? date2((day) => civil(day).year) : date((day) => civil(day).year);
    case 'Y':
      return size === 2 ? date2((day) => civil(day).year) : date(yearOfEra);
    case 'x':
      return size === 2 ? date2(weekYear) : date(weekYear);
    case 'w':
      return date((day) => Math.floor((day - firstWeekStart(weekYear(day))) / 7) + 1);
    case 'e':
      return date(isoDayOfWeek);
    case 'E':
      return (m) => named(DAY_NAMES, isoDayOfWeek(dayOf(m)), size >= 4);
    case 'D':
      return date((day) => day - daysFromCivil(civil(day).year, 1, 1) + 1);
    case 'M':
      return size >= 3 ? (m) => named(MONTH_NAMES, civil(dayOf(m)).month, size >= 4) : date((day) => civil(day).month);
    case 'd':
      return date((day) => civil(day).day);
    case 'a':
      return ({ localMs }) => (modulo(localMs, DAY_MS) < DAY_MS / 2 ? 'AM' : 'PM');
    case 'K':
      return time(3_600_000, 12);
    case 'h':
      return time(3_600_000, 12, 12);
    case 'k':
      return time(3_600_000, 24, 24);
    case 'H':
      return time(3_600_000, 24);
    case 'm':
      return time(60_000, 60);
    case 's':
      return time(1_000, 60);
    case 'S':
      return ({ localMs }) => String(modulo(localMs, 1000)).padStart(3, '0').padEnd(size, '0').slice(0, size);
    case 'Z':
      return ({ zone }) => (zone === undefined ? '' : size >= 3 ? zone.id : offsetText(zone.offsetMs, size === 2 ? ':' : ''));
    default:
      return undefined;
  }
}

function dayOf({ localMs }: LocalMoment): number {
  return Math.floor(localMs / DAY_MS);
}

function civil(day: number): { readonly year: number; readonly month: number; readonly day: number } {
  const date = new Date(day * DAY_MS);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
}

function yearOfEra(day: number): number {
  const { year } = civil(day);
  return year > 0 ? year : 1 - year;
}

function weekYear(day: number): number {
  const { year } = civil(day);
  if (day >= firstWeekStart(year + 1)) return year + 1;
  return day < firstWeekStart(year) ? year - 1 : year;
}

function date2(of: (day: number) => number): Print {
  return (moment) => String(Math.abs(of(dayOf(moment))) % 100).padStart(2, '0');
}

function padded(value: number, size: number, zeroIs?: number): string {
  const shown = value === 0 && zeroIs !== undefined ? zeroIs : value;
  return `${shown < 0 ? '-' : ''}${String(Math.abs(shown)).padStart(size, '0')}`;
}

function named(names: readonly string[], number: number, whole: boolean): string {
  const name = names[number - 1] ?? '';
  return whole ? name : name.slice(0, 3);
}

function offsetText(offsetMs: number, separator: string): string {
  const minutes = Math.abs(offsetMs) / 60_000;
  const two = (n: number): string => String(Math.floor(n)).padStart(2, '0');
  return `${offsetMs < 0 ? '-' : '+'}${two(minutes / 60)}${separator}${two(minutes % 60)}`;
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}

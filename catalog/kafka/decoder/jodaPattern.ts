import { daysFromCivil, daysInMonth, firstWeekStart, isLeapYear, isoDayOfWeek, localToInstant } from './calendar.ts';

/** A moment read by a pattern of Joda-Time: the local time, and the zone or offset when the text names one. */
export interface ParsedMoment {
  readonly localMs: number;
  readonly epochMs: number;
  /** `UTC`, `+02:00` or an IANA name. */
  readonly zone: string;
}

export class UnsupportedPatternError extends Error {}
export class InvalidPatternError extends Error {}

export const MONTH_NAMES = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'];
export const DAY_NAMES = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];
const ZONE_NAMES: ReadonlyMap<string, string> = new Map([
  ['UTC', 'UTC'],
  ['GMT', 'UTC'],
  ['UT', 'UTC'],
  ['EST', 'America/New_York'],
  ['EDT', 'America/New_York'],
  ['CST', 'America/Chicago'],
  ['CDT', 'America/Chicago'],
  ['MST', 'America/Denver'],
  ['MDT', 'America/Denver'],
  ['PST', 'America/Los_Angeles'],
  ['PDT', 'America/Los_Angeles'],
]);
const PIVOT_BEFORE_THIS_YEAR = 30;

type Field =
  | 'year'
  | 'yearOfEra'
  | 'weekYear'
  | 'era'
  | 'month'
  | 'week'
  | 'day'
  | 'dayOfYear'
  | 'dayOfWeek'
  | 'half'
  | 'hour'
  | 'hour1'
  | 'halfHour'
  | 'halfHour1'
  | 'minute'
  | 'second'
  | 'milli';

interface State {
  readonly text: string;
  position: number;
  readonly fields: Map<Field, number>;
  zone: string | undefined;
  offsetMs: number | undefined;
}
type Element = (state: State) => boolean;

/** Compiles a pattern; the result gives undefined for a text that does not match. */
export function compileJodaPattern(pattern: string): (text: string) => ParsedMoment | undefined {
  if (pattern === '') throw new InvalidPatternError(pattern);
  const tokens = tokenizeJodaPattern(pattern);
  const elements = tokens.map((token, i) => element(token, isNumeric(tokens[i + 1])));
  const letters = new Set(tokens.filter((t) => !t.literal).map((t) => t.text.charAt(0)));
  const hasYear = ['y', 'Y', 'x'].some((l) => letters.has(l));
  if (!hasYear && ['w', 'G'].some((l) => letters.has(l))) throw new UnsupportedPatternError(`a date without a year: '${pattern}'`);
  return (text) => {
    const state: State = { text, position: 0, fields: new Map(), zone: undefined, offsetMs: undefined };
    for (const parse of elements) if (!parse(state)) return undefined;
    return state.position === text.length ? resolve(state) : undefined;
  };
}

interface Token {
  readonly literal: boolean;
  readonly text: string;
}

export function tokenizeJodaPattern(pattern: string): Token[] {
  const tokens: Token[] = [];
  for (let i = 0; i < pattern.length; ) {
    const ch = pattern.charAt(i);
    if (/[A-Za-z]/.test(ch)) {
      let end = i + 1;
      while (pattern.charAt(end) === ch) end++;
      tokens.push({ literal: false, text: pattern.slice(i, end) });
      i = end;
      continue;
    }
    let text = '';
    let quoted = false;
    for (; i < pattern.length; i++) {
      const next = pattern.charAt(i);
      if (next === "'") {
        if (pattern.charAt(i + 1) === "'") {
          text += "'";
          i++;
        } else quoted = !quoted;
      } else if (!quoted && /[A-Za-z]/.test(next)) break;
      else text += next;
    }
    tokens.push({ literal: true, text });
  }
  return tokens;
}

function isNumeric(token: Token | undefined): boolean {
  if (token === undefined || token.literal) return false;
  const letter = token.text.charAt(0);
  return 'cCxywdhHmsSeDFkKYWw'.includes(letter) || (letter === 'M' && token.text.length <= 2);
}

function element({ literal, text }: Token, nextIsNumeric: boolean): Element {
  if (literal) return literalText(text);
  const letter = text.charAt(0);
  const size = text.length;
  switch (letter) {
    case 'y':
    case 'Y':
    case 'x':
      return yearElement(letter, size, nextIsNumeric);
    case 'M':
      return size >= 3 ? name('month', MONTH_NAMES, 3) : digits('month', 2);
    case 'd':
      return digits('day', 2);
    case 'D':
      return digits('dayOfYear', 3);
    case 'w':
      return digits('week', 2);
    case 'e':
      return digits('dayOfWeek', 1);
    case 'E':
      return name('dayOfWeek', DAY_NAMES, 3);
    case 'G':
      return choice('era', [
        ['BC', 0],
        ['AD', 1],
        ['BCE', 0],
        ['CE', 1],
      ]);
    case 'a':
      return choice('half', [
        ['AM', 0],
        ['PM', 1],
      ]);
    case 'H':
      return digits('hour', 2);
    case 'k':
      return digits('hour1', 2);
    case 'K':
      return digits('halfHour', 2);
    case 'h':
      return digits('halfHour1', 2);
    case 'm':
      return digits('minute', 2);
    case 's':
      return digits('second', 2);
    case 'S':
      return fraction(size);
    case 'Z':
      return size >= 3 ? zoneId : offset;
    case 'z':
      if (size >= 4) throw new UnsupportedPatternError(`zone names in full: '${text}'`);
      return zoneName;
    case 'C':
      throw new UnsupportedPatternError(`'${text}'`);
    default:
      throw new InvalidPatternError(text);
  }
}

function literalText(literal: string): Element {
  return (state) => {
    if (state.text.slice(state.position, state.position + literal.length).toUpperCase() !== literal.toUpperCase()) return false;
    state.position += literal.length;
    return true;
  };
}

function number(state: State, digitsMax: number, signed: boolean): { readonly value: number; readonly digits: number; readonly signed: boolean } | undefined {
  const rest = state.text.slice(state.position);
  const m = new RegExp(`^(${signed ? '[+-]?' : ''})([0-9]{1,${digitsMax}})`).exec(rest);
  if (m === null) return undefined;
  state.position += m[0].length;
  return { value: m[1] === '-' ? -Number(m[2]) : Number(m[2]), digits: m[2]?.length ?? 0, signed: m[1] !== '' };
}

function digits(field: Field, digitsMax: number): Element {
  return (state) => {
    const parsed = number(state, digitsMax, false);
    if (parsed === undefined) return false;
    state.fields.set(field, parsed.value);
    return true;
  };
}

function yearElement(letter: string, size: number, nextIsNumeric: boolean): Element {
  const field: Field = letter === 'x' ? 'weekYear' : letter === 'Y' ? 'yearOfEra' : 'year';
  const digitsMax = nextIsNumeric ? size : 9;
  return (state) => {
    const parsed = number(state, digitsMax, letter !== 'Y');
    if (parsed === undefined) return false;
    state.fields.set(field, size === 2 && letter !== 'Y' && parsed.digits === 2 && !parsed.signed ? nearPivot(parsed.value) : parsed.value);
    return true;
  };
}

/** Two digits stand for the year within fifty of thirty years ago. */
function nearPivot(twoDigits: number): number {
  const low = new Date().getUTCFullYear() - PIVOT_BEFORE_THIS_YEAR - 50;
  return low + ((((twoDigits - low) % 100) + 100) % 100);
}

function fraction(size: number): Element {
  return (state) => {
    const m = new RegExp(`^[0-9]{1,${size}}`).exec(state.text.slice(state.position));
    if (m === null) return false;
    state.position += m[0].length;
    state.fields.set('milli', Number(m[0].slice(0, 3).padEnd(3, '0')));
    return true;
  };
}

function spellings(word: string): string[] {
  return [word, word.toUpperCase(), word.toLowerCase()];
}

function name(field: Field, names: readonly string[], shortLength: number): Element {
  const values: [string, number][] = names.flatMap((n, i) => [...spellings(n), ...spellings(n.slice(0, shortLength))].map((s): [string, number] => [s, i + 1]));
  return choice(field, values, true);
}

function choice(field: Field, values: readonly (readonly [string, number])[], spelled = false): Element {
  const all = spelled ? [...values] : values.flatMap(([word, value]) => spellings(word).map((s) => [s, value] as const));
  all.sort((a, b) => b[0].length - a[0].length);
  return (state) => {
    const found = all.find(([word]) => state.text.startsWith(word, state.position));
    if (found === undefined) return false;
    state.position += found[0].length;
    state.fields.set(field, found[1]);
    return true;
  };
}

function offset(state: State): boolean {
  const m = /^(?:(Z)|([+-])([0-9]{2})(?:(:?)([0-9]{2})(?:\4([0-9]{2})(?:[.,]?([0-9]{1,3}))?)?)?)/i.exec(state.text.slice(state.position));
  if (m === null) return false;
  const [hours, minutes, seconds] = [Number(m[3] ?? 0), Number(m[5] ?? 0), Number(m[6] ?? 0)];
  if (hours > 23 || minutes > 59 || seconds > 59) return false;
  state.position += m[0].length;
  const total = (hours * 3600 + minutes * 60 + seconds) * 1000 + Number((m[7] ?? '').padEnd(3, '0') || 0);
  state.offsetMs = m[2] === '-' ? -total : total;
  return true;
}

function zoneId(state: State): boolean {
  const m = /^[A-Za-z][A-Za-z0-9_+-]*(?:\/[A-Za-z0-9_+-]+)*/.exec(state.text.slice(state.position));
  if (m === null || !isZone(m[0])) return false;
  state.position += m[0].length;
  state.zone = m[0];
  return true;
}

function isZone(id: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: id });
    return true;
  } catch {
    return false; // RangeError: no such zone
  }
}

function zoneName(state: State): boolean {
  const found = [...ZONE_NAMES].find(
    ([word]) => state.text.startsWith(word, state.position) && !(word === 'UT' && state.text.startsWith('UTC', state.position)),
  );
  if (found === undefined) return false;
  state.position += found[0].length;
  state.zone = found[1];
  return true;
}

function resolve({ fields, zone, offsetMs }: State): ParsedMoment | undefined {
  const day = resolveDay(fields);
  const time = resolveTime(fields);
  if (day === undefined || time === undefined) return undefined;
  const localMs = day * 86_400_000 + time;
  if (offsetMs !== undefined) return { localMs, epochMs: localMs - offsetMs, zone: offsetZone(offsetMs / 1000) };
  const epochMs = localToInstant(zone ?? 'UTC', localMs);
  return epochMs === undefined ? undefined : { localMs, epochMs, zone: zone ?? 'UTC' };
}

/** The year of a date whose text names none. */
const DEFAULT_YEAR = 2000;
const DAY_MS = 86_400_000;

function hasDay(fields: ReadonlyMap<Field, number>): boolean {
  return (['month', 'day', 'dayOfYear', 'dayOfWeek'] as const).some((field) => fields.has(field));
}

function resolveDay(fields: ReadonlyMap<Field, number>): number | undefined {
  const get = (field: Field): number | undefined => fields.get(field);
  const inRange = (field: Field, min: number, max: number): boolean => {
    const value = get(field);
    return value === undefined || (value >= min && value <= max);
  };
  if (!inRange('dayOfWeek', 1, 7) || !inRange('month', 1, 12)) return undefined;
  const dayOfWeek = get('dayOfWeek');
  const weekYear = get('weekYear');
  if (weekYear !== undefined) {
    const start = firstWeekStart(weekYear);
    const weeks = Math.round((firstWeekStart(weekYear + 1) - start) / 7);
    return inRange('week', 1, weeks) ? start + ((get('week') ?? 1) - 1) * 7 + (dayOfWeek ?? 1) - 1 : undefined;
  }
  const yearOfEra = get('yearOfEra');
  if (yearOfEra !== undefined && yearOfEra < 1) return undefined;
  const year = yearOfEra !== undefined ? (get('era') === 0 ? 1 - yearOfEra : yearOfEra) : (get('year') ?? (hasDay(fields) ? DEFAULT_YEAR : 1970));
  const month = get('month') ?? 1;
  if (!inRange('day', 1, daysInMonth(year, month)) || !inRange('dayOfYear', 1, isLeapYear(year) ? 366 : 365)) return undefined;
  const dayOfYear = get('dayOfYear');
  const day = dayOfYear === undefined ? daysFromCivil(year, month, get('day') ?? 1) : daysFromCivil(year, 1, 1) + dayOfYear - 1;
  if (dayOfWeek === undefined) return day;
  // a day of the week that does not fit moves the date within its week; then all that the text says is set once more
  const moved = new Date((day - isoDayOfWeek(day) + dayOfWeek) * DAY_MS);
  const monthAgain = get('month') ?? moved.getUTCMonth() + 1;
  if (!inRange('day', 1, daysInMonth(year, monthAgain))) return undefined;
  const dayAgain = Math.min(moved.getUTCDate(), daysInMonth(year, monthAgain));
  const second = dayOfYear === undefined ? daysFromCivil(year, monthAgain, get('day') ?? dayAgain) : day;
  return second - isoDayOfWeek(second) + dayOfWeek;
}

function resolveTime(fields: ReadonlyMap<Field, number>): number | undefined {
  const value = (field: Field, min: number, max: number): number | undefined => {
    const v = fields.get(field);
    return v === undefined ? 0 : v >= min && v <= max ? v : undefined;
  };
  const [minute, second] = [value('minute', 0, 59), value('second', 0, 59)];
  let hour = value('hour', 0, 23);
  if (fields.has('hour1')) hour = mapDefined(value('hour1', 1, 24), (h) => h % 24);
  const half = (fields.get('half') ?? 0) * 12;
  if (fields.has('halfHour')) hour = mapDefined(value('halfHour', 0, 11), (h) => h + half);
  else if (fields.has('halfHour1')) hour = mapDefined(value('halfHour1', 1, 12), (h) => (h % 12) + half);
  if (hour === undefined || minute === undefined || second === undefined) return undefined;
  return ((hour * 60 + minute) * 60 + second) * 1000 + (fields.get('milli') ?? 0);
}

function mapDefined(value: number | undefined, f: (value: number) => number): number | undefined {
  return value === undefined ? undefined : f(value);
}

/** The zone of an offset: `UTC`, `+02:00`, `+02:00:30`. */
export function offsetZone(seconds: number): string {
  if (seconds === 0) return 'UTC';
  const size = Math.abs(seconds);
  const two = (n: number): string => String(Math.floor(n)).padStart(2, '0');
  const text = `${seconds < 0 ? '-' : '+'}${two(size / 3600)}:${two((size / 60) % 60)}`;
  return size % 60 === 0 ? text : `${text}:${two(size % 60)}`;
}

import { TrinoError } from '../../spi/trinoError.ts';

/** Fields of a calendar as Joda's formatters know them, from the longest duration to the shortest. */
export const PATTERN_FIELDS = [
  'era',
  'centuryOfEra',
  'yearOfEra',
  'year',
  'weekyear',
  'monthOfYear',
  'weekOfWeekyear',
  'dayOfYear',
  'dayOfMonth',
  'dayOfWeek',
  'halfdayOfDay',
  'hourOfDay',
  'clockhourOfDay',
  'hourOfHalfday',
  'clockhourOfHalfday',
  'minuteOfHour',
  'secondOfMinute',
  'millisOfSecond',
] as const;
export type PatternField = (typeof PATTERN_FIELDS)[number];

/** A piece of a format. */
export type PatternElement =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'number'; readonly field: PatternField; readonly minDigits: number; readonly maxDigits: number }
  | { readonly kind: 'twoDigitYear'; readonly field: 'year' | 'weekyear' | 'yearOfEra'; readonly pivot: number; readonly lenient: boolean }
  | { readonly kind: 'text'; readonly field: 'era' | 'monthOfYear' | 'dayOfWeek' | 'halfdayOfDay'; readonly short: boolean }
  | { readonly kind: 'fraction'; readonly minDigits: number; readonly maxDigits: number }
  | { readonly kind: 'offset'; readonly colon: boolean }
  | { readonly kind: 'zoneId' }
  | { readonly kind: 'zoneName'; readonly short: boolean };

const invalid = (message: string): TrinoError => new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, message);

const SIGNED_DIGITS_MAX = 9;

interface Token {
  readonly letter: string;
  readonly count: number;
  readonly text: string;
}

/** Joda's pattern letters: format_datetime, parse_datetime. */
export function jodaPattern(pattern: string): readonly PatternElement[] {
  if (pattern === '') throw invalid('Invalid pattern specification: Pattern is null or empty');
  const tokens = tokenize(pattern);
  return tokens.map((token, i) => element(token, tokens[i + 1]));
}

function tokenize(pattern: string): readonly Token[] {
  const tokens: Token[] = [];
  let i = 0;
  while (i < pattern.length) {
    const c = pattern[i] ?? '';
    if (/[A-Za-z]/.test(c)) {
      let end = i;
      while (pattern[end] === c) end++;
      tokens.push({ letter: c, count: end - i, text: '' });
      i = end;
      continue;
    }
    let text = '';
    let quoted = false;
    for (; i < pattern.length; i++) {
      const at = pattern[i] ?? '';
      if (at === "'") {
        if (pattern[i + 1] === "'") {
          text += "'";
          i++;
        } else quoted = !quoted;
      } else if (!quoted && /[A-Za-z]/.test(at)) break;
      else text += at;
    }
    tokens.push({ letter: '', count: 0, text });
  }
  return tokens;
}

const NUMERIC_LETTERS = 'cCxyYdhHmsSkKeDFwW';

function isNumeric(token: Token | undefined): boolean {
  if (token === undefined || token.letter === '') return false;
  return NUMERIC_LETTERS.includes(token.letter) || (token.letter === 'M' && token.count <= 2);
}

const PIVOT_OFFSET = 30;

function element({ letter, count, text }: Token, next: Token | undefined): PatternElement {
  const number = (field: PatternField, maxDigits: number): PatternElement => ({
    kind: 'number',
    field,
    minDigits: count,
    maxDigits: Math.max(count, maxDigits),
  });
  const named = (field: 'era' | 'monthOfYear' | 'dayOfWeek' | 'halfdayOfDay', short: boolean): PatternElement => ({ kind: 'text', field, short });
  switch (letter) {
    case '':
      return { kind: 'literal', text };
    case 'G':
      return named('era', false);
    case 'C':
      return number('centuryOfEra', count);
    case 'x':
    case 'y':
    case 'Y': {
      const field = letter === 'x' ? 'weekyear' : letter === 'y' ? 'year' : 'yearOfEra';
      if (count === 2) return { kind: 'twoDigitYear', field, pivot: new Date().getUTCFullYear() - PIVOT_OFFSET, lenient: !isNumeric(next) };
      return number(field, isNumeric(next) ? count : SIGNED_DIGITS_MAX);
    }
    case 'M':
      return count >= 3 ? named('monthOfYear', count === 3) : number('monthOfYear', 2);
    case 'd':
      return number('dayOfMonth', 2);
    case 'a':
      return named('halfdayOfDay', false);
    case 'h':
      return number('clockhourOfHalfday', 2);
    case 'H':
      return number('hourOfDay', 2);
    case 'k':
      return number('clockhourOfDay', 2);
    case 'K':
      return number('hourOfHalfday', 2);
    case 'm':
      return number('minuteOfHour', 2);
    case 's':
      return number('secondOfMinute', 2);
    case 'S':
      return { kind: 'fraction', minDigits: count, maxDigits: count };
    case 'e':
      return number('dayOfWeek', 1);
    case 'E':
      return named('dayOfWeek', count < 4);
    case 'D':
      return number('dayOfYear', 3);
    case 'w':
      return number('weekOfWeekyear', 2);
    case 'z':
      return { kind: 'zoneName', short: count < 4 };
    case 'Z':
      return count >= 3 ? { kind: 'zoneId' } : { kind: 'offset', colon: count === 2 };
    default:
      throw invalid(`Illegal pattern component: ${letter.repeat(count)}`);
  }
}

const MYSQL_PIVOT = 2020;
const number = (field: PatternField, minDigits: number, maxDigits = 2): PatternElement => ({ kind: 'number', field, minDigits, maxDigits });
const literal = (text: string): PatternElement => ({ kind: 'literal', text });

const MYSQL: Readonly<Record<string, readonly PatternElement[]>> = {
  a: [{ kind: 'text', field: 'dayOfWeek', short: true }],
  b: [{ kind: 'text', field: 'monthOfYear', short: true }],
  c: [number('monthOfYear', 1)],
  d: [number('dayOfMonth', 2)],
  e: [number('dayOfMonth', 1)],
  f: [{ kind: 'fraction', minDigits: 6, maxDigits: 9 }],
  H: [number('hourOfDay', 2)],
  h: [number('clockhourOfHalfday', 2)],
  I: [number('clockhourOfHalfday', 2)],
  i: [number('minuteOfHour', 2)],
  j: [number('dayOfYear', 3, 3)],
  k: [number('hourOfDay', 1)],
  l: [number('clockhourOfHalfday', 1)],
  M: [{ kind: 'text', field: 'monthOfYear', short: false }],
  m: [number('monthOfYear', 2)],
  p: [{ kind: 'text', field: 'halfdayOfDay', short: false }],
  r: [
    number('clockhourOfHalfday', 2),
    literal(':'),
    number('minuteOfHour', 2),
    literal(':'),
    number('secondOfMinute', 2),
    literal(' '),
    { kind: 'text', field: 'halfdayOfDay', short: false },
  ],
  S: [number('secondOfMinute', 2)],
  s: [number('secondOfMinute', 2)],
  T: [number('hourOfDay', 2), literal(':'), number('minuteOfHour', 2), literal(':'), number('secondOfMinute', 2)],
  v: [number('weekOfWeekyear', 2)],
  W: [{ kind: 'text', field: 'dayOfWeek', short: false }],
  x: [number('weekyear', 4, 4)],
  Y: [number('year', 4, 4)],
  y: [{ kind: 'twoDigitYear', field: 'year', pivot: MYSQL_PIVOT, lenient: false }],
};

/** MySQL's percent letters: date_format, date_parse. A percent sign at the end cannot be printed. */
export function mysqlPattern(format: string, use: 'print' | 'parse'): readonly PatternElement[] {
  const elements: PatternElement[] = [];
  let text = '';
  const flush = () => {
    if (text !== '') elements.push(literal(text));
    text = '';
  };
  for (let i = 0; i < format.length; i++) {
    if (format[i] !== '%') {
      text += format[i];
      continue;
    }
    const letter = format[++i];
    if (letter === undefined) break;
    if ('DUuVwX'.includes(letter)) throw invalid(`%${letter} not supported in date format string`);
    const known = MYSQL[letter];
    if (known === undefined) text += letter;
    else {
      flush();
      elements.push(...known);
    }
  }
  flush();
  if (elements.length === 0 || (use === 'print' && /(?:^|[^%])(?:%%)*%$/.test(format))) throw invalid('Both printing and parsing not supported');
  return elements;
}

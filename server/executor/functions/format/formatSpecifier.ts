/** What stands between texts in a format string: `%2$-8.3f`, of Java's java.util.Formatter. */
export interface FormatSpecifier {
  /** As Java repeats it in its errors. */
  readonly text: string;
  /** 0: the next argument; -1: the one before (`%<s`); else the place, from 1. */
  readonly index: number;
  /** Of `-#+ 0,(`, in this order. */
  readonly flags: string;
  readonly width: number | undefined;
  readonly precision: number | undefined;
  /** `%tY` and its like. */
  readonly temporal: boolean;
  /** In lower case but for the conversions of dates and times. */
  readonly conversion: string;
  readonly upperCase: boolean;
}

export type FormatPart = string | FormatSpecifier;

/** Named as Java's exceptions, without "Exception". */
export class FormatFailure extends Error {
  constructor(kind: string, detail: string) {
    super(`${kind}: ${detail}`);
  }
}

const FLAGS = '-#+ 0,(<';
const GENERAL = 'bhs';
const INTEGER = 'dox';
const FLOAT = 'efga';
const UPPER_CASED = 'BHSCXEGA';
const DATE_TIMES = 'HIklMNLQpsSzZTaAbBCdeDhjmyYrRcF';
/** What Java's arithmetic leaves of a number that is too long. */
const TOO_LONG = -2147483648;
const INT_MAX = 2147483647;

/** Raises FormatFailure for what is wrong with the format string, whatever its arguments are. */
export function parseFormat(format: string): readonly FormatPart[] {
  const parts: FormatPart[] = [];
  for (let at = 0; at < format.length; ) {
    const percent = format.indexOf('%', at);
    if (percent < 0) {
      parts.push(format.slice(at));
      break;
    }
    if (percent > at) parts.push(format.slice(at, percent));
    const reader = new SpecifierReader(format, percent + 1);
    parts.push(reader.read());
    at = reader.at;
  }
  return parts;
}

class SpecifierReader {
  readonly #format: string;
  readonly #start: number;
  at: number;

  constructor(format: string, start: number) {
    this.#format = format;
    this.#start = start;
    this.at = start;
  }

  read(): FormatSpecifier {
    let index = 0;
    const place = this.#match(/(\d+)\$/y)?.[1];
    if (place !== undefined) {
      index = Number(place);
      if (index === 0) throw new FormatFailure('IllegalFormatArgumentIndex', 'Illegal format argument index = 0');
      if (index > INT_MAX) throw new FormatFailure('IllegalFormatArgumentIndex', 'Format argument index: (not representable as int)');
    }
    const written = this.#flags();
    if (written.includes('<')) index = -1;
    const width = this.#number(/[1-9]\d*/y, 'IllegalFormatWidth');
    const precision = this.#peek() === '.' && /\d/.test(this.#format[this.at + 1] ?? '') ? this.#precision() : undefined;
    const temporal = this.#match(/[tT]/y)?.[0];
    const letter = this.#match(/[\s\S]/y)?.[0];
    if (letter === undefined || !/[a-zA-Z%]/.test(letter)) throw unknownConversion(this.#format[this.#start] ?? '%');
    const flags = written.replace('<', '');
    const upperCase = temporal === 'T' || (temporal === undefined && UPPER_CASED.includes(letter));
    const conversion = temporal === undefined && upperCase ? letter.toLowerCase() : letter;
    if (temporal === undefined ? !`${GENERAL}c${INTEGER}${FLOAT}%n`.includes(conversion) : !DATE_TIMES.includes(letter))
      throw unknownConversion(`${temporal ?? ''}${letter}`);
    const text = `%${written}${index > 0 ? `${index}$` : ''}${width ?? ''}${precision === undefined ? '' : `.${precision}`}${temporal === undefined ? '' : 't'}${letter}`;
    const specifier: FormatSpecifier = { text, index, flags, width, precision, temporal: temporal !== undefined, conversion, upperCase };
    check(specifier);
    return specifier;
  }

  #flags(): string {
    const found = this.#match(/[-#+ 0,(<]*/y)?.[0] ?? '';
    const twice = [...found].find((flag, i) => found.indexOf(flag) !== i);
    if (twice !== undefined) throw new FormatFailure('DuplicateFormatFlags', `Flags = '${twice}'`);
    return [...FLAGS].filter((flag) => found.includes(flag)).join('');
  }

  #precision(): number | undefined {
    this.at++;
    return this.#number(/\d+/y, 'IllegalFormatPrecision');
  }

  #number(pattern: RegExp, failure: string): number | undefined {
    const digits = this.#match(pattern)?.[0];
    if (digits === undefined) return undefined;
    if (Number(digits) > INT_MAX) throw new FormatFailure(failure, String(TOO_LONG));
    return Number(digits);
  }

  #peek(): string | undefined {
    return this.#format[this.at];
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.#format);
    if (match !== null) this.at = pattern.lastIndex;
    return match;
  }
}

const unknownConversion = (text: string): FormatFailure => new FormatFailure('UnknownFormatConversion', `Conversion = '${text}'`);

export const badFlag = (conversion: string, flag: string): FormatFailure =>
  new FormatFailure('FormatFlagsConversionMismatch', `Conversion = ${conversion}, Flags = ${flag}`);

function check(specifier: FormatSpecifier): void {
  const { conversion, temporal, precision } = specifier;
  if (temporal || conversion === 'c') {
    if (precision !== undefined) throw new FormatFailure('IllegalFormatPrecision', String(precision));
    refuseFlags(specifier, '#+ 0,(');
    requireWidth(specifier, '-');
  } else if (GENERAL.includes(conversion)) {
    if (conversion !== 's') refuseFlags(specifier, '#');
    requireWidth(specifier, '-');
    refuseFlags(specifier, '+ 0,(');
  } else if (INTEGER.includes(conversion)) {
    checkNumeric(specifier);
    if (precision !== undefined) throw new FormatFailure('IllegalFormatPrecision', String(precision));
    refuseFlags(specifier, conversion === 'd' ? '#' : ',');
  } else if (FLOAT.includes(conversion)) {
    checkNumeric(specifier);
    refuseFlags(specifier, { a: '(,', e: ',', g: '#' }[conversion] ?? '');
  } else checkText(specifier);
}

function checkText({ conversion, flags, width, precision, text }: FormatSpecifier): void {
  if (precision !== undefined) throw new FormatFailure('IllegalFormatPrecision', String(precision));
  if (conversion === '%') {
    if (flags !== '-' && flags !== '') throw new FormatFailure('IllegalFormatFlags', `Flags = '${flags}'`);
    if (width === undefined && flags === '-') throw new FormatFailure('MissingFormatWidth', text);
    return;
  }
  if (width !== undefined) throw new FormatFailure('IllegalFormatWidth', String(width));
  if (flags !== '') throw new FormatFailure('IllegalFormatFlags', `Flags = '${flags}'`);
}

function checkNumeric(specifier: FormatSpecifier): void {
  const { flags } = specifier;
  requireWidth(specifier, '-0');
  if ((flags.includes('+') && flags.includes(' ')) || (flags.includes('-') && flags.includes('0')))
    throw new FormatFailure('IllegalFormatFlags', `Flags = '${flags}'`);
}

function requireWidth({ flags, width, text }: FormatSpecifier, of: string): void {
  if (width === undefined && [...of].some((flag) => flags.includes(flag))) throw new FormatFailure('MissingFormatWidth', text);
}

function refuseFlags({ flags, conversion }: FormatSpecifier, bad: string): void {
  const flag = [...bad].find((item) => flags.includes(item));
  if (flag !== undefined) throw badFlag(conversion, flag);
}

/** One `%…` of a pattern of java.util.Formatter, or text that stands for itself. */
export type FormatPart = string | FormatSpecifier;

export interface FormatSpecifier {
  /** 1 and up; 0: the next argument in order; -1: that of the specifier before. */
  readonly index: number;
  readonly flags: string;
  readonly width: number;
  readonly precision: number;
  /** `%tY` and its like. */
  readonly dateTime: boolean;
  /** In lower case. */
  readonly conversion: string;
  readonly upper: boolean;
}

/** What Java's exception of this name says. */
export class FormatError extends Error {
  constructor(name: string, message: string) {
    super(`${name}: ${message}`);
  }
}

const FLAG_ORDER = '-#+ 0,(<';
const OVERFLOW = -2147483648;
const DATE_TIME_CONVERSIONS = 'HIklMNLQpsSTzZaAbBCdehjmrRcDFyY';

export function parseFormat(pattern: string): readonly FormatPart[] {
  const parts: FormatPart[] = [];
  for (let at = 0; at < pattern.length; ) {
    const percent = pattern.indexOf('%', at);
    if (percent < 0) {
      parts.push(pattern.slice(at));
      break;
    }
    if (percent > at) parts.push(pattern.slice(at, percent));
    const { specifier, end } = parseSpecifier(pattern, percent + 1);
    parts.push(specifier);
    at = end;
  }
  return parts;
}

function parseSpecifier(pattern: string, start: number): { specifier: FormatSpecifier; end: number } {
  const match = /^(?:(\d+)\$)?([-#+ 0,(<]*)([1-9]\d*)?(?:\.(\d+))?/.exec(pattern.slice(start));
  const [all = '', index, flags = '', width, precision] = match ?? [];
  const at = start + all.length;
  const letter = pattern[at];
  if (letter === undefined || letter === '.') throw unknown(pattern[start] ?? '%');
  const dateTime = letter === 't' || letter === 'T';
  const conversion = (dateTime ? pattern[at + 1] : letter) ?? '';
  const specifier = {
    index: flags.includes('<') ? -1 : index === undefined ? 0 : bounded(index),
    flags,
    width: width === undefined ? -1 : bounded(width),
    precision: precision === undefined ? -1 : bounded(precision),
    dateTime,
    conversion: dateTime ? conversion : conversion.toLowerCase(),
    upper: dateTime ? letter === 'T' : /[BHSCXEGA]/.test(conversion),
  };
  checkNumbers(specifier, index === undefined ? 1 : bounded(index));
  if (conversion === '') throw unknown(letter);
  check(specifier, conversion);
  return { specifier, end: at + (dateTime ? 2 : 1) };
}

const bounded = (digits: string): number => (Number(digits) > 2147483647 ? OVERFLOW : Number(digits));
const unknown = (conversion: string): FormatError => new FormatError('UnknownFormatConversion', `Conversion = '${conversion}'`);

function checkNumbers({ flags, width, precision }: FormatSpecifier, index: number): void {
  if (index <= 0) throw new FormatError('IllegalFormatArgumentIndex', illegalIndex(index));
  const twice = [...flags].find((flag, at) => flags.indexOf(flag) < at);
  if (twice !== undefined) throw new FormatError('DuplicateFormatFlags', `Flags = '${twice}'`);
  if (width === OVERFLOW) throw new FormatError('IllegalFormatWidth', String(width));
  if (precision === OVERFLOW) throw new FormatError('IllegalFormatPrecision', String(precision));
}

function check(specifier: FormatSpecifier, written: string): void {
  const { dateTime, conversion } = specifier;
  if (dateTime) checkDateTime(specifier);
  else if (!/^[bBhHsScCdoxXeEfgGaA%n]$/.test(written)) throw unknown(written);
  else if (/[bhs]/.test(conversion)) checkGeneral(specifier);
  else if (conversion === 'c') checkTextual(specifier);
  else if (/[dox]/.test(conversion)) checkInteger(specifier);
  else if (/[efga]/.test(conversion)) checkFloat(specifier);
  else checkLiteral(specifier);
}

const illegalIndex = (index: number): string =>
  index === OVERFLOW ? 'Format argument index: (not representable as int)' : `Illegal format argument index = ${index}`;

function checkGeneral(specifier: FormatSpecifier): void {
  if (/[bh]/.test(specifier.conversion) && specifier.flags.includes('#')) throw mismatch('#', specifier.conversion);
  checkWidth(specifier);
  refuseFlags(specifier, '+ 0,(');
}

function checkDateTime(specifier: FormatSpecifier): void {
  if (specifier.precision !== -1) throw new FormatError('IllegalFormatPrecision', String(specifier.precision));
  if (!DATE_TIME_CONVERSIONS.includes(specifier.conversion)) throw unknown(`t${specifier.conversion}`);
  refuseFlags(specifier, '#+ 0,(');
  checkWidth(specifier);
}

function checkTextual(specifier: FormatSpecifier): void {
  if (specifier.precision !== -1) throw new FormatError('IllegalFormatPrecision', String(specifier.precision));
  refuseFlags(specifier, '#+ 0,(');
  checkWidth(specifier);
}

function checkInteger(specifier: FormatSpecifier): void {
  checkNumeric(specifier);
  if (specifier.precision !== -1) throw new FormatError('IllegalFormatPrecision', String(specifier.precision));
  refuseFlags(specifier, specifier.conversion === 'd' ? '#' : ',');
}

function checkFloat(specifier: FormatSpecifier): void {
  checkNumeric(specifier);
  refuseFlags(specifier, { e: ',', g: '#', a: '(,', f: '' }[specifier.conversion] ?? '');
}

function checkNumeric(specifier: FormatSpecifier): void {
  const { flags, width } = specifier;
  if (width === -1 && /[-0]/.test(flags)) throw new FormatError('MissingFormatWidth', specifierText(specifier));
  if ((flags.includes('+') && flags.includes(' ')) || (flags.includes('-') && flags.includes('0')))
    throw new FormatError('IllegalFormatFlags', `Flags = '${flagsText(specifier)}'`);
}

function checkLiteral(specifier: FormatSpecifier): void {
  const { conversion, flags, width, precision } = specifier;
  if (precision !== -1) throw new FormatError('IllegalFormatPrecision', String(precision));
  if (conversion === 'n' && width !== -1) throw new FormatError('IllegalFormatWidth', String(width));
  if (flags !== '' && (conversion === 'n' || flags !== '-')) throw new FormatError('IllegalFormatFlags', `Flags = '${flagsText(specifier)}'`);
  checkWidth(specifier);
}

function checkWidth(specifier: FormatSpecifier): void {
  if (specifier.width === -1 && specifier.flags.includes('-')) throw new FormatError('MissingFormatWidth', specifierText(specifier));
}

/** FormatFlagsConversionMismatch where one of the flags is there. */
export function refuseFlags({ flags, conversion }: FormatSpecifier, refused: string): void {
  const there = [...FLAG_ORDER].filter((flag) => refused.includes(flag) && flags.includes(flag)).join('');
  if (there !== '') throw mismatch(there, conversion);
}

const mismatch = (flag: string, conversion: string): FormatError =>
  new FormatError('FormatFlagsConversionMismatch', `Conversion = ${conversion}, Flags = ${flag}`);
const flagsText = ({ flags, upper }: FormatSpecifier): string =>
  [...FLAG_ORDER.slice(0, 1), ...(upper ? '^' : ''), ...FLAG_ORDER.slice(1)].filter((flag) => flag === '^' || flags.includes(flag)).join('');

/** As Java's exceptions quote a specifier. */
export function specifierText(specifier: FormatSpecifier): string {
  const { index, width, precision, dateTime, conversion, upper } = specifier;
  const numbers = `${index > 0 ? `${index}$` : ''}${width === -1 ? '' : width}${precision === -1 ? '' : `.${precision}`}`;
  return `%${flagsText({ ...specifier, upper: false })}${numbers}${dateTime ? (upper ? 'T' : 't') : ''}${upper ? conversion.toUpperCase() : conversion}`;
}

import { TrinoError } from '../../../spi/trinoError.ts';

/** Numbers as Java reads and writes them, since Trino's decoders do. */

const LONG_MIN = -(2n ** 63n);
const LONG_MAX = 2n ** 63n - 1n;

/** Long.parseLong: an optional sign and decimal digits of any script, within 64 bits; undefined: not a number. */
export function parseLong(text: string): bigint | undefined {
  const digits = /^[+-]?[0-9]+$/.test(text) ? text : asciiDigits(text);
  if (digits === undefined) return undefined;
  const value = BigInt(digits.startsWith('+') ? digits.slice(1) : digits);
  return value < LONG_MIN || value > LONG_MAX ? undefined : value;
}

function asciiDigits(text: string): string | undefined {
  if (!/^[+-]?\p{Nd}+$/u.test(text)) return undefined;
  let result = '';
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (i === 0 && (unit === 43 || unit === 45)) result += text.charAt(0);
    else if (unit >= 0xd800 && unit < 0xe000) return undefined;
    else result += digitValue(unit).toString();
  }
  return result;
}

/** Decimal digits come in runs of ten, zero first. */
function digitValue(unit: number): number {
  if (unit >= 48 && unit <= 57) return unit - 48;
  let zero = unit;
  while (unit - zero < 9 && /\p{Nd}/u.test(String.fromCharCode(zero - 1))) zero--;
  return unit - zero;
}

const DECIMAL = /^[+-]?(?:NaN|Infinity|(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?[fFdD]?)$/;
const HEXADECIMAL = /^([+-]?)0[xX]([0-9a-fA-F]*)\.?([0-9a-fA-F]*)[pP]([+-]?[0-9]+)[fFdD]?$/;

/** Double.parseDouble: blanks around it, a type suffix and hexadecimal forms are allowed; undefined: not a number. */
export function parseDouble(text: string): number | undefined {
  // Java trims every character up to the blank
  // biome-ignore lint/suspicious/noControlCharactersInRegex: Java trims control characters
  const trimmed = text.replace(/^[\u0000-\u0020]+|[\u0000-\u0020]+$/g, '');
  if (DECIMAL.test(trimmed)) return Number(/[fFdD]$/.test(trimmed) && !/N$|y$/.test(trimmed) ? trimmed.slice(0, -1) : trimmed);
  const hex = HEXADECIMAL.exec(trimmed);
  if (hex === null) return undefined;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = hex;
  if (whole.length + fraction.length === 0) return undefined;
  return (sign === '-' ? -1 : 1) * hexadecimal(BigInt(`0x${whole}${fraction}`), Number(exponent) - 4 * fraction.length);
}

/** mantissa × 2^exponent, rounded once to the nearest double, ties to even. */
function hexadecimal(mantissa: bigint, exponent: number): number {
  if (mantissa === 0n) return 0;
  const bits = mantissa.toString(2).length;
  if (bits + exponent > 1024) return Number.POSITIVE_INFINITY;
  if (bits + exponent < -1074) return 0;
  const drop = Math.max(bits - 53, -1074 - exponent, 0);
  const shift = BigInt(drop);
  let kept = mantissa >> shift;
  const rest = mantissa - (kept << shift);
  const half = drop === 0 ? 0n : 1n << (shift - 1n);
  if (drop > 0 && (rest > half || (rest === half && (kept & 1n) === 1n))) kept += 1n;
  const power = exponent + drop;
  // in two steps, so that neither factor leaves the range of a double
  const first = Math.max(Math.min(power, 1000), -1000);
  return Number(kept) * 2 ** first * 2 ** (power - first);
}

/** Double.toString. */
export function doubleToString(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (value === Number.POSITIVE_INFINITY) return 'Infinity';
  if (value === Number.NEGATIVE_INFINITY) return '-Infinity';
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const magnitude = Math.abs(value);
  const sign = value < 0 ? '-' : '';
  let [mantissa = '', exponentText = '0'] = magnitude.toExponential().split('e');
  // where one digit is enough Java still takes the nearest two
  if (mantissa.length === 1) {
    const [two = '', exponentOfTwo = '0'] = magnitude.toExponential(1).split('e');
    if (Number(`${two}e${exponentOfTwo}`) === magnitude) [mantissa, exponentText] = [two, exponentOfTwo];
  }
  const digits = mantissa.replace('.', '').replace(/0+$/, '') || '0';
  const exponent = Number(exponentText);
  if (magnitude >= 1e-3 && magnitude < 1e7) {
    if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
    return `${sign}${digits.slice(0, exponent + 1).padEnd(exponent + 1, '0')}.${digits.slice(exponent + 1) || '0'}`;
  }
  return `${sign}${digits.charAt(0)}.${digits.slice(1) || '0'}E${exponent}`;
}

const FLOAT_DIGITS_MAX = 9;

/** A float as Java prints it: no more digits than tell it from its neighbours. */
export function floatToString(value: number): string {
  if (!Number.isFinite(value) || value === 0) return doubleToString(value);
  for (let digits = 2; digits < FLOAT_DIGITS_MAX; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return doubleToString(short);
  }
  return doubleToString(Number(value.toPrecision(FLOAT_DIGITS_MAX)));
}

/** The first `length` code points. */
export function truncateToLength(text: string, length: number): string {
  if (text.length <= length) return text;
  let units = 0;
  for (let points = 0; points < length && units < text.length; points++) units += (text.codePointAt(units) ?? 0) > 0xffff ? 2 : 1;
  return text.slice(0, units);
}

/** Java's UTF-8 encoder writes `?` for half of a surrogate pair. */
export function replaceLoneSurrogates(text: string): string {
  return text.isWellFormed() ? text : text.toWellFormed().replaceAll('\ufffd', (_, at: number) => (text.charAt(at) === '\ufffd' ? '\ufffd' : '?'));
}

const FLOAT_BITS = new DataView(new ArrayBuffer(4));

/** The float that has these bits. */
export function realOfBits(bits: bigint): number {
  if (bits !== BigInt.asIntN(32, bits))
    throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, `Value (${BigInt.asUintN(64, bits).toString(2)}b) is not a valid single-precision float`);
  FLOAT_BITS.setInt32(0, Number(bits));
  return FLOAT_BITS.getFloat32(0);
}

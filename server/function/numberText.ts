import { doubleText, realText } from './javaNumberText.ts';

/** CAST(double AS varchar): always with an exponent, zero as `0E0`. */
export function doubleVarchar(x: number): string {
  return Number.isFinite(x) ? scientific(x, formattedDouble(x), 20) : doubleText(x);
}

const EXACT_INTEGER = 2 ** 53;
const LONG_LIMIT = 2 ** 63;
const MANTISSA_BITS = 53;
const LOG10_2 = Math.log10(2);

/**
 * The digits of Java's DecimalFormat, which are not those of Double.toString: a whole number that a long holds is rounded by its
 * binary digits alone, and a decimal exactly between two doubles stands for neither.
 */
function formattedDouble(x: number): string {
  const size = Math.abs(x);
  if (size < EXACT_INTEGER) return doubleText(x);
  if (size < LONG_LIMIT) {
    const digits = String(BigInt(size));
    const surplus = binaryExponent(size) - MANTISSA_BITS - 1;
    const insignificant = surplus > 1 ? Math.floor(surplus * LOG10_2) : 0;
    const rounded = insignificant === 0 ? digits : `${divideHalfUp(BigInt(digits), 10n ** BigInt(insignificant))}${'0'.repeat(insignificant)}`;
    return `${x < 0 ? '-' : ''}${rounded}.0`;
  }
  const shortest = doubleText(x);
  if (!isHalfWay(shortest, x)) return shortest;
  for (let precision = digitsOf(shortest).digits.length + 1; precision < 17; precision++) {
    const text = x.toExponential(precision - 1);
    if (Number(text) === x && !isHalfWay(text, x)) return text.toUpperCase().replace('E+', 'E');
  }
  return x.toExponential(16).toUpperCase().replace('E+', 'E');
}

/** Whether the decimal lies in the middle between x and a neighbour; for whole numbers beyond 2^53. */
function isHalfWay(text: string, x: number): boolean {
  const decimal = decimalOf(text);
  if (decimal === undefined || decimal.scale > 0) return false;
  const difference = decimal.unscaled * 10n ** BigInt(-decimal.scale) - exactDouble(x).unscaled;
  const halfUlp = 2n ** BigInt(Math.max(0, binaryExponent(Math.abs(x)) - MANTISSA_BITS));
  return difference === halfUlp || difference === -halfUlp;
}

/** CAST(real AS varchar): at most seven digits. */
export function realVarchar(x: number): string {
  return Number.isFinite(x) ? scientific(x, realText(x), 7) : realText(x);
}

/** Digits and exponent of a number in Java's form: 1.25E-7 is 125 and -7. */
function digitsOf(text: string): { readonly digits: string; readonly exponent: number } {
  const [mantissa = '', exponentText = '0'] = text.replace('-', '').split(/E/);
  const exponentOf = text.includes('E') ? Number(text.slice(text.indexOf('E') + 1)) : Number(exponentText);
  const [integral = '', fraction = ''] = mantissa.split('.');
  const all = integral + fraction;
  const leading = /^0*/.exec(all)?.[0].length ?? 0;
  return { digits: all.slice(leading).replace(/0+$/, ''), exponent: exponentOf + integral.length - 1 - leading };
}

function scientific(x: number, javaText: string, digitsMax: number): string {
  const sign = x < 0 || Object.is(x, -0) ? '-' : '';
  if (x === 0) return `${sign}0E0`;
  let { digits, exponent } = digitsOf(javaText);
  if (digits.length > digitsMax) {
    const rounded = roundHalfEven(digits, digitsMax, compareDecimal(decimalOf(javaText) ?? exactDouble(x), x) * (x < 0 ? -1 : 1));
    if (rounded.length > digitsMax) exponent++;
    digits = rounded.replace(/0+$/, '');
  }
  return `${sign}${digits.slice(0, 1)}.${digits.slice(1) || '0'}E${exponent}`;
}

/** `bias` tells on which side of the digits the number itself lies: 1, the digits are too large. It settles what looks like a tie. */
function roundHalfEven(digits: string, count: number, bias: number): string {
  const kept = BigInt(digits.slice(0, count));
  const rest = digits.slice(count);
  const half = `5${'0'.repeat(rest.length - 1)}`;
  const up = rest > half || (rest === half && (bias < 0 || (bias === 0 && kept % 2n === 1n)));
  return String(up ? kept + 1n : kept);
}

/** Java's Double.parseDouble, blanks around allowed; undefined: not a number. */
export function parseDouble(text: string): number | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: Java trims every character up to the blank
  const trimmed = text.replace(/^[\u0000-\u0020]+|[\u0000-\u0020]+$/g, '');
  if (/^[+-]?NaN$/.test(trimmed)) return Number.NaN;
  const infinity = /^([+-]?)Infinity$/.exec(trimmed);
  if (infinity !== null) return infinity[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const decimal = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)[dDfF]?$/.exec(trimmed);
  if (decimal !== null) return Number(decimal[1]);
  return parseHexDouble(trimmed);
}

function parseHexDouble(text: string): number | undefined {
  const match = /^([+-]?)0[xX]([0-9a-fA-F]*)(?:\.([0-9a-fA-F]*))?[pP]([+-]?\d+)[dDfF]?$/.exec(text);
  if (match === null) return undefined;
  const [, sign, integral = '', fraction = '', exponent] = match;
  if (integral + fraction === '' || integral.length + fraction.length > 13) return undefined;
  const value = Number.parseInt(integral + fraction, 16) * 2 ** (Number(exponent) - 4 * fraction.length);
  return sign === '-' ? -value : value;
}

/** A real from text: rounded once, from the decimal itself. */
export function parseReal(text: string): number | undefined {
  const double = parseDouble(text);
  if (double === undefined || !Number.isFinite(double)) return double;
  const single = Math.fround(double);
  // A double that lies exactly between two reals hides which side the decimal was on.
  const neighbours = [nextReal(single, -1), nextReal(single, 1)];
  if (!neighbours.some((n) => (n + single) / 2 === double)) return single;
  const exact = decimalOf(text);
  if (exact === undefined) return single;
  const shown = compareDecimal(exact, double);
  if (shown === 0) return single;
  const between = neighbours.find((n) => (n + single) / 2 === double) ?? single;
  return shown > 0 ? Math.max(single, between) : Math.min(single, between);
}

function nextReal(x: number, direction: 1 | -1): number {
  const view = new DataView(new ArrayBuffer(4));
  view.setFloat32(0, x);
  const bits = view.getInt32(0);
  view.setInt32(0, bits + (bits < 0 ? -direction : direction));
  return view.getFloat32(0);
}

interface Decimal {
  readonly unscaled: bigint;
  readonly scale: number;
}

/** Digits of other scripts as those of ASCII; beyond the basic plane they are none to Java. */
export function asciiDigits(text: string): string {
  return text.replaceAll(/[\u0080-\uffff]/g, (c) => {
    let digit = 0;
    if (!DIGIT.test(c)) return c;
    while (digit < 9 && DIGIT.test(String.fromCharCode(c.charCodeAt(0) - digit - 1))) digit++;
    return String(digit);
  });
}

const DIGIT = /\p{Nd}/u;
const EXPONENT_MAX = 5000;

/** A decimal number's exact value: digits and a scale, which may be negative. */
export function decimalOf(text: string): Decimal | undefined {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  if (match === null || `${match[2]}${match[3] ?? ''}` === '') return undefined;
  const [, sign, integral = '', fraction = '', exponent = '0'] = match;
  const unscaled = BigInt(integral + fraction);
  const bounded = Math.max(-EXPONENT_MAX, Math.min(EXPONENT_MAX, Number(exponent)));
  return { unscaled: sign === '-' ? -unscaled : unscaled, scale: fraction.length - bounded };
}

function compareDecimal({ unscaled, scale }: Decimal, x: number): number {
  const other = exactDouble(x);
  const shift = BigInt(Math.max(0, scale, other.scale));
  const left = unscaled * 10n ** (shift - BigInt(scale));
  const right = other.unscaled * 10n ** (shift - BigInt(other.scale));
  return left < right ? -1 : left > right ? 1 : 0;
}

/** The double's value to the last binary digit. */
function exactDouble(x: number): Decimal {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const exponentBits = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & 0xfffffffffffffn;
  const mantissa = (exponentBits === 0 ? fraction : fraction | 0x10000000000000n) * (x < 0 ? -1n : 1n);
  const exponent = Math.max(exponentBits, 1) - 1075;
  if (exponent >= 0) return { unscaled: mantissa << BigInt(exponent), scale: 0 };
  return { unscaled: mantissa * 5n ** BigInt(-exponent), scale: -exponent };
}

/** Half up (away from zero at the half) to another scale. */
export function rescale(unscaled: bigint, from: number, to: number): bigint {
  if (to >= from) return unscaled * 10n ** BigInt(to - from);
  return divideHalfUp(unscaled, 10n ** BigInt(from - to));
}

export function divideHalfUp(dividend: bigint, divisor: bigint): bigint {
  const quotient = dividend / divisor;
  const remainder = dividend % divisor;
  const size = (remainder < 0n ? -remainder : remainder) * 2n;
  if (size < (divisor < 0n ? -divisor : divisor)) return quotient;
  return dividend < 0n !== divisor < 0n ? quotient - 1n : quotient + 1n;
}

export function fitsPrecision(unscaled: bigint, precision: number): boolean {
  return (unscaled < 0n ? -unscaled : unscaled) < 10n ** BigInt(precision);
}

export function decimalText(unscaled: bigint, scale: number): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled).padStart(scale + 1, '0');
  const sign = unscaled < 0n ? '-' : '';
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

/** The power of two at or below a whole number. */
function binaryExponent(x: number): number {
  return BigInt(x).toString(2).length - 1;
}

/** Java's BigDecimal.toString: with an exponent from the seventh zero after the point on. */
export function bigDecimalText(unscaled: bigint, scale: number): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled);
  const exponent = digits.length - 1 - scale;
  if (exponent >= -6) return decimalText(unscaled, scale);
  const fraction = digits.slice(1);
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, 1)}${fraction === '' ? '' : `.${fraction}`}E${exponent}`;
}

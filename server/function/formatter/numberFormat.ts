import { doubleText } from '../javaNumberText.ts';
import { decimalOf, rescale } from '../numberText.ts';
import { FormatError, type FormatSpecifier, refuseFlags } from './formatSpecifier.ts';
import { className, type FormatValue } from './formatValue.ts';

const PRECISION_DEFAULT = 6;

/** A number without its sign: `|value|` as an exact decimal. */
interface Magnitude {
  readonly negative: boolean;
  readonly unscaled: bigint;
  readonly scale: number;
}

export function illegalConversion(conversion: string, value: FormatValue): FormatError {
  return new FormatError('IllegalFormatConversion', `${conversion} != ${className(value)}`);
}

/** `%d`, `%o` and `%x` of a long. */
export function integerText(specifier: FormatSpecifier, value: FormatValue): string {
  if (value.kind !== 'Long') throw illegalConversion(specifier.conversion, value);
  if (specifier.conversion === 'd') {
    const digits = String(value.value < 0n ? -value.value : value.value);
    return signed(specifier, value.value < 0n, specifier.flags.includes(',') ? grouped(digits) : digits);
  }
  refuseFlags(specifier, '( +');
  const hexadecimal = specifier.conversion === 'x';
  const prefix = specifier.flags.includes('#') ? (hexadecimal ? '0x' : '0') : '';
  const digits = BigInt.asUintN(64, value.value).toString(hexadecimal ? 16 : 8);
  const width = specifier.flags.includes('0') ? specifier.width - prefix.length : 0;
  return prefix + digits.padStart(width, '0');
}

/** `%e`, `%f`, `%g` and `%a`. */
export function floatText(specifier: FormatSpecifier, value: FormatValue): string {
  const { conversion } = specifier;
  if (value.kind === 'BigDecimal') {
    if (conversion === 'a') throw illegalConversion(conversion, value);
    return decimalForm(specifier, { negative: value.unscaled < 0n, unscaled: value.unscaled < 0n ? -value.unscaled : value.unscaled, scale: value.scale });
  }
  if (value.kind !== 'Double' && value.kind !== 'Float') throw illegalConversion(conversion, value);
  const x = value.value;
  if (!Number.isFinite(x)) return Number.isNaN(x) ? 'NaN' : signed({ ...specifier, flags: specifier.flags.replace('0', '') }, x < 0, 'Infinity');
  const negative = x < 0 || Object.is(x, -0);
  if (conversion === 'a') return hexadecimalForm(specifier, negative, Math.abs(x));
  const { unscaled, scale } = decimalOf(doubleText(Math.abs(x))) ?? { unscaled: 0n, scale: 0 };
  return decimalForm(specifier, { negative, unscaled, scale: unscaled === 0n ? 0 : scale });
}

function decimalForm(specifier: FormatSpecifier, magnitude: Magnitude): string {
  const precision = specifier.precision === -1 ? PRECISION_DEFAULT : specifier.precision;
  switch (specifier.conversion) {
    case 'f':
      return signed(specifier, magnitude.negative, fixed(specifier, magnitude, precision));
    case 'e':
      return signed(specifier, magnitude.negative, scientific(specifier, magnitude, precision));
    default:
      return general(specifier, magnitude, precision === 0 ? 1 : precision);
  }
}

function fixed({ flags }: FormatSpecifier, { unscaled, scale }: Magnitude, precision: number): string {
  const digits = String(rescale(unscaled, scale, precision)).padStart(precision + 1, '0');
  const [integral, fraction] = [digits.slice(0, digits.length - precision), digits.slice(digits.length - precision)];
  return `${flags.includes(',') ? grouped(integral) : integral}${precision > 0 || flags.includes('#') ? '.' : ''}${fraction}`;
}

function scientific({ flags }: FormatSpecifier, { unscaled, scale }: Magnitude, precision: number): string {
  let digits = String(unscaled);
  let exponent = digits.length - 1 - scale;
  const surplus = digits.length - 1 - precision;
  digits = surplus > 0 ? String(rescale(unscaled, surplus, 0)) : digits.padEnd(precision + 1, '0');
  if (digits.length > precision + 1) {
    exponent++;
    digits = digits.slice(0, -1);
  }
  const point = precision > 0 || flags.includes('#') ? '.' : '';
  return `${digits.slice(0, 1)}${point}${digits.slice(1)}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** Fixed from 10^-4 up to 10^precision, after rounding to so many digits; else scientific. */
function general(specifier: FormatSpecifier, magnitude: Magnitude, precision: number): string {
  const { negative, unscaled, scale } = magnitude;
  if (unscaled === 0n && scale === 0) return signed(specifier, negative, fixed(specifier, magnitude, precision - 1));
  const length = String(unscaled).length;
  const surplus = Math.max(0, length - precision);
  const rounded = rescale(unscaled, surplus, 0) * 10n ** BigInt(surplus);
  const exponent = String(rounded).length - 1 - scale;
  if (unscaled !== 0n && exponent >= -4 && exponent < precision) {
    return signed(specifier, negative, fixed(specifier, { negative, unscaled, scale }, Math.max(0, precision - exponent - 1)));
  }
  return signed(specifier, negative, scientific(specifier, magnitude, precision - 1));
}

/** Double.toHexString, its fraction rounded to the precision (half to even). */
function hexadecimalForm(specifier: FormatSpecifier, negative: boolean, x: number): string {
  const { mantissa, exponent } = hexadecimalDigits(x, specifier.precision === 0 ? 1 : specifier.precision);
  const digits = mantissa.padEnd(1, '0');
  const text = `${digits.slice(0, 1)}.${digits.slice(1) || '0'}p${exponent}`;
  const sign = negative ? '-' : specifier.flags.includes('+') ? '+' : specifier.flags.includes(' ') ? ' ' : '';
  const width = specifier.flags.includes('0') ? specifier.width - sign.length - 2 : 0;
  return `${sign}0x${text.padStart(width, '0')}`;
}

function hexadecimalDigits(x: number, precision: number): { readonly mantissa: string; readonly exponent: number } {
  if (x === 0) return { mantissa: `0${'0'.repeat(Math.max(1, precision))}`, exponent: 0 };
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, x);
  const bits = view.getBigUint64(0);
  const normal = bits >> 52n !== 0n;
  const fraction = bits & 0xfffffffffffffn;
  if (precision === -1 || precision >= 13) {
    const digits = fraction.toString(16).padStart(13, '0').replace(/0+$/, '');
    return { mantissa: `${normal ? 1 : 0}${precision === -1 ? digits : digits.padEnd(precision, '0')}`, exponent: normal ? Number(bits >> 52n) - 1023 : -1022 };
  }
  const whole = normal ? fraction | 0x10000000000000n : fraction << BigInt(53 - fraction.toString(2).length);
  const exponent = normal ? Number(bits >> 52n) - 1023 : fraction.toString(2).length - 1 - 1074;
  const dropped = BigInt((13 - precision) * 4);
  const half = 1n << (dropped - 1n);
  const rest = whole & ((1n << dropped) - 1n);
  const kept = (whole >> dropped) + (rest > half || (rest === half && ((whole >> dropped) & 1n) === 1n) ? 1n : 0n);
  const carried = kept >> BigInt(precision * 4) > 1n;
  const digits = (carried ? kept >> 1n : kept).toString(16);
  return { mantissa: `${digits.slice(0, 1)}${digits.slice(1).replace(/0+$/, '').padEnd(precision, '0')}`, exponent: carried ? exponent + 1 : exponent };
}

const grouped = (digits: string): string => digits.replaceAll(/\B(?=(\d{3})+$)/g, ',');

/** With its sign and the zeros that fill the width. */
function signed({ flags, width }: FormatSpecifier, negative: boolean, digits: string): string {
  const parentheses = negative && flags.includes('(');
  const before = parentheses ? '(' : negative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  const zeros = flags.includes('0') ? width - before.length - (parentheses ? 1 : 0) : 0;
  return `${before}${digits.padStart(zeros, '0')}${parentheses ? ')' : ''}`;
}

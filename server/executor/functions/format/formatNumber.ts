import { doubleText } from '../../../function/javaNumberText.ts';
import { divideHalfUp } from '../../../function/numberText.ts';
import { badFlag, type FormatSpecifier } from './formatSpecifier.ts';

/** unscaled / 10^scale */
export interface ExactNumber {
  readonly unscaled: bigint;
  readonly scale: number;
}

const PRECISION_DEFAULT = 6;

/** %d, %o and %x of a 64-bit integer. */
export function formatInteger(value: bigint, specifier: FormatSpecifier): string {
  const { conversion, flags, width } = specifier;
  if (conversion === 'd') return signed(value < 0n, String(value < 0n ? -value : value), specifier);
  const ofSign = flags.replace(/[^+ (]/g, '');
  if (ofSign !== '') throw badFlag(conversion, ofSign);
  const digits = BigInt.asUintN(64, value).toString(conversion === 'x' ? 16 : 8);
  const prefix = !flags.includes('#') ? '' : conversion === 'x' ? '0x' : '0';
  return prefix + (flags.includes('0') ? digits.padStart((width ?? 0) - prefix.length, '0') : digits);
}

/** %e, %f and %g of a decimal. */
export function formatDecimal({ unscaled, scale }: ExactNumber, specifier: FormatSpecifier): string {
  return signed(unscaled < 0n, magnitude({ unscaled: unscaled < 0n ? -unscaled : unscaled, scale }, specifier, false), specifier);
}

/** %e, %f, %g and %a of a double: its shortest digits are rounded half up. */
export function formatDouble(value: number, specifier: FormatSpecifier): string {
  if (Number.isNaN(value)) return 'NaN';
  const negative = value < 0 || Object.is(value, -0);
  if (!Number.isFinite(value)) return signed(negative, 'Infinity', { ...specifier, flags: specifier.flags.replace(/[0,]/g, '') });
  if (specifier.conversion === 'a') return `${negative ? '-' : ''}${hexadecimal(Math.abs(value))}`;
  const [digits = '0', exponent = '0'] = doubleText(Math.abs(value)).split('E');
  const [whole = '0', fraction = ''] = digits.split('.');
  const unscaled = BigInt(whole + fraction);
  const exact = { unscaled, scale: unscaled === 0n ? 0 : fraction.length - Number(exponent) };
  return signed(negative, magnitude(exact, specifier, true), specifier);
}

/** With sign or parentheses, groups and zeros in front. */
function signed(negative: boolean, digits: string, { flags, width = 0 }: FormatSpecifier): string {
  const parenthesised = negative && flags.includes('(');
  const sign = parenthesised ? '(' : negative ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '';
  const [whole = '', ...fraction] = flags.includes(',') ? digits.split('.') : [digits];
  const grouped = flags.includes(',') ? [whole.replace(/\B(?=(\d{3})+$)/g, ','), ...fraction].join('.') : digits;
  const end = parenthesised ? ')' : '';
  return sign + (flags.includes('0') ? grouped.padStart(width - sign.length - end.length, '0') : grouped) + end;
}

function magnitude(value: ExactNumber, { conversion, flags, precision = PRECISION_DEFAULT }: FormatSpecifier, isDouble: boolean): string {
  const point = flags.includes('#');
  switch (conversion) {
    case 'f':
      return fixed(value, precision, point);
    case 'e':
      return scientific(value, precision, point);
    default:
      return general(value, Math.max(1, precision), isDouble);
  }
}

/** Half up to `places` digits behind the point; a negative number of them adds zeros. */
function rounded({ unscaled, scale }: ExactNumber, places: number): bigint {
  return places >= scale ? unscaled * 10n ** BigInt(places - scale) : divideHalfUp(unscaled, 10n ** BigInt(scale - places));
}

function fixed(value: ExactNumber, places: number, point: boolean): string {
  const digits = String(rounded(value, places)).padStart(places + 1, '0');
  return places === 0 ? `${digits}${point ? '.' : ''}` : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

function scientific(value: ExactNumber, places: number, point: boolean): string {
  const { digits, exponent } = significant(value, places + 1);
  const mantissa = places === 0 ? `${digits}${point ? '.' : ''}` : `${digits[0]}.${digits.slice(1)}`;
  return `${mantissa}e${exponent < 0 ? '-' : '+'}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

/** `count` digits, and the power of ten of the first. */
function significant({ unscaled, scale }: ExactNumber, count: number): { readonly digits: string; readonly exponent: number } {
  if (unscaled === 0n) return { digits: '0'.repeat(count), exponent: -scale };
  const exponent = String(unscaled).length - 1 - scale;
  const digits = String(rounded({ unscaled, scale }, count - 1 - exponent));
  // 9.99 became 10.0
  return digits.length > count ? { digits: digits.slice(0, count), exponent: exponent + 1 } : { digits, exponent };
}

function general(value: ExactNumber, count: number, isDouble: boolean): string {
  if (value.unscaled === 0n) return isDouble || value.scale === 0 ? fixed(value, count - 1, false) : scientific(value, count - 1, false);
  const { exponent } = significant(value, count);
  return exponent < -4 || exponent >= count ? scientific(value, count - 1, false) : fixed(value, count - 1 - exponent, false);
}

/** Java's Double.toHexString of a number that is not negative. */
function hexadecimal(value: number): string {
  if (value === 0) return '0x0.0p0';
  const data = new DataView(new ArrayBuffer(8));
  data.setFloat64(0, value);
  const bits = data.getBigUint64(0);
  const exponent = Number((bits >> 52n) & 0x7ffn);
  const fraction = (bits & 0xfffffffffffffn).toString(16).padStart(13, '0').replace(/0+$/, '');
  return exponent === 0 ? `0x0.${fraction || '0'}p-1022` : `0x1.${fraction || '0'}p${exponent - 1023}`;
}

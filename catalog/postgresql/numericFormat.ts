import { jdbcError } from './remoteError.ts';

/** Java's. */
export const ROUNDING_MODES = ['UP', 'DOWN', 'CEILING', 'FLOOR', 'HALF_UP', 'HALF_DOWN', 'HALF_EVEN', 'UNNECESSARY'] as const;
export type RoundingMode = (typeof ROUNDING_MODES)[number];

const NEGATIVE = 0x4000;
const SPECIAL = 0xc000;
const BASE = 10_000n;
const BASE_DIGITS = 4;
/** Digits in base 10,000 that a number holds exactly. */
const EXACT_DIGITS_MAX = 3;

/** The binary form of a numeric: count of digits in base 10,000, weight of the first, sign, display scale, digits. */
export function readNumeric(view: DataView, at: number, scale: number, rounding: RoundingMode): bigint {
  const count = view.getInt16(at);
  const weight = view.getInt16(at + 2);
  const sign = view.getUint16(at + 4);
  if ((sign & SPECIAL) === SPECIAL) throw jdbcError(`Bad value for type BigDecimal : ${sign === 0xc000 ? 'NaN' : sign === 0xd000 ? 'Infinity' : '-Infinity'}`);
  if (count === 0) return 0n;
  let digits: bigint;
  if (count <= EXACT_DIGITS_MAX) {
    let small = 0;
    for (let i = 0; i < count; i++) small = small * 10_000 + view.getInt16(at + 8 + i * 2);
    digits = BigInt(small);
  } else {
    digits = 0n;
    for (let i = 0; i < count; i++) digits = digits * BASE + BigInt(view.getInt16(at + 8 + i * 2));
  }
  const exponent = (weight - count + 1) * BASE_DIGITS + scale;
  const negative = sign === NEGATIVE;
  if (exponent >= 0) {
    const value = digits * 10n ** BigInt(exponent);
    return negative ? -value : value;
  }
  return roundedQuotient(digits, 10n ** BigInt(-exponent), negative, rounding);
}

function roundedQuotient(digits: bigint, divisor: bigint, negative: boolean, rounding: RoundingMode): bigint {
  const quotient = digits / divisor;
  const rest = digits % divisor;
  const up = rest !== 0n && awayFromZero({ quotient, rest, divisor, negative, rounding });
  const value = up ? quotient + 1n : quotient;
  return negative ? -value : value;
}

interface Remainder {
  readonly quotient: bigint;
  readonly rest: bigint;
  readonly divisor: bigint;
  readonly negative: boolean;
  readonly rounding: RoundingMode;
}

function awayFromZero({ quotient, rest, divisor, negative, rounding }: Remainder): boolean {
  const half = rest * 2n;
  switch (rounding) {
    case 'UP':
      return true;
    case 'DOWN':
      return false;
    case 'CEILING':
      return !negative;
    case 'FLOOR':
      return negative;
    case 'HALF_UP':
      return half >= divisor;
    case 'HALF_DOWN':
      return half > divisor;
    case 'HALF_EVEN':
      return half > divisor || (half === divisor && (quotient & 1n) === 1n);
    case 'UNNECESSARY':
      throw jdbcError('Rounding necessary');
  }
}

const POWERS_OF_TEN = Array.from({ length: 77 }, (_, i) => 10n ** BigInt(i));

export function checkPrecision(unscaled: bigint, precision: number): bigint {
  const bound = POWERS_OF_TEN[precision] ?? 10n ** BigInt(precision);
  if (unscaled >= bound || unscaled <= -bound) throw jdbcError('Decimal overflow');
  return unscaled;
}

/** Room for one numeric of up to 38 digits. */
export const NUMERIC_BYTES_MAX = 8 + 2 * 12;

/** Writes the binary form of a decimal; the number of bytes. */
export function writeNumeric(view: DataView, at: number, unscaled: bigint, scale: number): number {
  const negative = unscaled < 0n;
  let rest = negative ? -unscaled : unscaled;
  const fractionDigits = Math.ceil(scale / BASE_DIGITS);
  rest *= POWERS_OF_TEN[fractionDigits * BASE_DIGITS - scale] ?? 1n;
  const digits: number[] = [];
  if (rest <= 9_007_199_254_740_991n) {
    for (let small = Number(rest); small > 0; small = Math.floor(small / 10_000)) digits.push(small % 10_000);
  } else for (; rest > 0n; rest /= BASE) digits.push(Number(rest % BASE));
  const weight = digits.length - fractionDigits - 1;
  let trailing = 0;
  while (trailing < digits.length && digits[trailing] === 0) trailing++;
  const count = digits.length - trailing;
  view.setInt16(at, count);
  view.setInt16(at + 2, count === 0 ? 0 : weight);
  view.setUint16(at + 4, negative ? NEGATIVE : 0);
  view.setInt16(at + 6, scale);
  for (let i = 0; i < count; i++) view.setInt16(at + 8 + i * 2, digits[digits.length - 1 - i] ?? 0);
  return 8 + count * 2;
}

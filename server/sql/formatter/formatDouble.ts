const FRACTION_DIGITS_MAX = 19;
const MANTISSA_BITS = 52n;

/** One digit before the point, at most 19 behind it, and always an exponent: 1.5E3. The digits are those of Java's DecimalFormat. */
export function formatDouble(value: number): string {
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  if (!Number.isFinite(value)) return `${sign}∞`;
  if (value === 0) return `${sign}0E0`;
  const { digits, exponent } = decimalDigits(Math.abs(value));
  const fraction = digits.slice(1, 1 + FRACTION_DIGITS_MAX).replace(/0+$/, '');
  return `${sign}${digits[0]}${fraction === '' ? '' : `.${fraction}`}E${exponent}`;
}

interface Decimal {
  readonly digits: string;
  readonly exponent: number;
}

function decimalDigits(value: number): Decimal {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const raw = bits.getBigUint64(0);
  const biased = raw >> MANTISSA_BITS;
  const fraction = raw & ((1n << MANTISSA_BITS) - 1n);
  const mantissa = biased === 0n ? fraction : fraction | (1n << MANTISSA_BITS);
  const exponent = (biased === 0n ? 1n : biased) - 1023n - MANTISSA_BITS;
  if (value < 2 ** 62 && Number.isInteger(value)) return integerDigits(BigInt(value), exponent);
  return shortestDigits(mantissa, exponent, Math.floor(Math.log10(value)));
}

/** Integers are written out, but for the digits at the end that their 53 bits do not hold. */
function integerDigits(value: bigint, exponent: bigint): Decimal {
  const insignificant = exponent > 1n ? Math.floor((Number(exponent) - 1) * Math.log10(2)) : 0;
  const unit = 10n ** BigInt(insignificant);
  const digits = String((value + unit / 2n) / unit);
  return { digits, exponent: digits.length - 1 + insignificant };
}

/**
 * Digits until they tell the number from its neighbours, and in exponent form at least two. A number half-way between two
 * neighbours belongs to neither, which is why 1e23 becomes 9.999999999999999E22.
 */
function shortestDigits(mantissa: bigint, exponent: bigint, decimalExponent: number): Decimal {
  const powerOfTwo = (mantissa & (mantissa - 1n)) === 0n;
  let numerator = (mantissa << (exponent > 0n ? exponent : 0n)) * 4n;
  let denominator = (1n << (exponent < 0n ? -exponent : 0n)) * 4n;
  let margin = (1n << (exponent > 0n ? exponent : 0n)) * (powerOfTwo ? 1n : 2n);
  if (decimalExponent > 0) denominator *= 10n ** BigInt(decimalExponent);
  else {
    const scale = 10n ** BigInt(-decimalExponent);
    numerator *= scale;
    margin *= scale;
  }
  if (numerator >= denominator * 10n) return shortestDigits(mantissa, exponent, decimalExponent + 1);
  if (numerator < denominator) return shortestDigits(mantissa, exponent, decimalExponent - 1);
  const digits: bigint[] = [];
  let low = false;
  let high = false;
  const exponentForm = decimalExponent + 1 < -3 || decimalExponent + 1 >= 8;
  do {
    digits.push(numerator / denominator);
    numerator %= denominator;
    low = numerator < margin;
    high = numerator + margin > denominator;
    if (digits.length === 1 && exponentForm) low = high = false;
    if (!low && !high) {
      numerator *= 10n;
      margin *= 10n;
    }
  } while (!low && !high);
  const tie = numerator * 2n - denominator;
  const up = high && (!low || tie > 0n || (tie === 0n && (digits.at(-1) ?? 0n) % 2n === 1n));
  const text = String(BigInt(digits.join('')) + (up ? 1n : 0n));
  return { digits: text, exponent: decimalExponent + text.length - digits.length };
}

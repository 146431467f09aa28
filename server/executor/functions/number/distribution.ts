import { TrinoError } from '../../../../spi/trinoError.ts';
import { brentZero } from './brentSolver.ts';
import type { ScalarImplementation, ScalarImplementations } from '../implementation.ts';
import { viaUdf } from '../viaUdf.ts';

const invalid = (message: string): TrinoError => new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, message);

const FRACTION_BITS = 256n;
const ONE = 1n << FRACTION_BITS;
/** 2 / √π with 60 digits. */
const TWO_BY_ROOT_PI = (1128379167095512573896158903121545171688101258657997713688171n * ONE) / 10n ** 60n;
/** From here on erf is 1 to the last bit of a double. */
const ERF_ONE = 6;

/** The error function, rounded once: its series in integers of 256 binary digits. */
function erf(x: number): number {
  if (Number.isNaN(x)) return Number.NaN;
  if (Math.abs(x) >= ERF_ONE) return Math.sign(x);
  return toDouble(erfFixed(x));
}

function erfFixed(x: number): bigint {
  const z = fixed(x);
  const square = (z * z) >> FRACTION_BITS;
  let term = z;
  let sum = z;
  for (let n = 1n; term !== 0n; n++) {
    term = -((term * square) >> FRACTION_BITS) / n;
    sum += term / (2n * n + 1n);
    if (term === -1n) break;
  }
  return (sum * TWO_BY_ROOT_PI) >> FRACTION_BITS;
}

/** Rounded once: a power of two takes nothing away. */
const toDouble = (value: bigint): number => Number(value >> 64n) / 2 ** 192;

function fixed(x: number): bigint {
  // a double has at most 1074 binary digits after the point; what is beyond 256 does not count
  const high = Math.trunc(x * 2 ** 53);
  const rest = x * 2 ** 53 - high;
  return (BigInt(high) << (FRACTION_BITS - 53n)) + (BigInt(Math.trunc(rest * 2 ** 53)) << (FRACTION_BITS - 106n));
}

const STEPS_MAX = 200;

/** The x of erf(x) = y: the difference is taken before it is rounded, since in the tails a double of erf tells little. */
function inverseErf(y: number): number {
  const target = fixed(y);
  let low = -ERF_ONE;
  let high = ERF_ONE;
  let x = 0;
  for (let step = 0; step < STEPS_MAX; step++) {
    const difference = toDouble(erfFixed(x) - target);
    if (difference === 0) return x;
    if (difference > 0) high = x;
    else low = x;
    const newton = x - (difference * Math.sqrt(Math.PI) * Math.exp(x * x)) / 2;
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - x) <= Math.abs(x) * 1e-16) return next;
    x = next;
  }
  return x;
}

const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905, -0.13857109526572012,
  9.9843695780195716e-6, 1.5056327351493116e-7,
];

function logGamma(x: number): number {
  if (x < 0.5) return Math.log(Math.PI / Math.sin(Math.PI * x)) - logGamma(1 - x);
  const t = x + 6.5;
  const sum = LANCZOS.reduce((total, c, i) => (i === 0 ? c : total + c / (x - 1 + i)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (x - 0.5) * Math.log(t) - t + Math.log(sum);
}

/** Regularized incomplete beta by its continued fraction. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = Math.exp(a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b)) / a;
  let [c, d, result] = [1, 0, 1];
  for (let i = 0; i <= 10_000; i++) {
    const m = Math.floor(i / 2);
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    const numerator = i === 0 ? 1 : i % 2 === 0 ? even : odd;
    d = 1 / nonZero(1 + numerator * d);
    c = nonZero(1 + numerator / c);
    result *= c * d;
    if (Math.abs(1 - c * d) < 1e-16) break;
  }
  return front * (result - 1);
}

const nonZero = (x: number): number => (Math.abs(x) < 1e-300 ? 1e-300 : x);

function of(evaluate: (...x: readonly [number, number, number]) => number): ScalarImplementation {
  return viaUdf(([a, b, c]) => evaluate(Number(a), Number(b), Number(c ?? 0)), { mayFail: true });
}

function wilson(side: 1 | -1): ScalarImplementation {
  return of((successes, trials, z) => {
    if (successes < 0) throw invalid('number of successes must not be negative');
    if (trials <= 0) throw invalid('number of trials must be positive');
    if (successes > trials) throw invalid('number of successes must not be larger than number of trials');
    if (z < 0) throw invalid('z-score must not be negative');
    const p = successes / trials;
    const centre = p + (z * z) / (2 * trials);
    const spread = z * Math.sqrt((p * (1 - p) + (z * z) / (4 * trials)) / trials);
    return (centre + side * spread) / (1 + (z * z) / trials);
  });
}

/** How near Trino comes to an inverse. */
const INVERSE_ACCURACY = 1e-9;

const DEGREES = 'degrees of freedom must be greater than or equal to 1';

export const distribution: ScalarImplementations = {
  normal_cdf: of((mean, deviation, value) => {
    if (!(deviation > 0)) throw invalid('standardDeviation must be > 0');
    return 0.5 * (1 + erf((value - mean) / (deviation * Math.SQRT2)));
  }),
  inverse_normal_cdf: of((mean, deviation, p) => {
    if (!(p > 0 && p < 1)) throw invalid('p must be 0 > p > 1');
    if (!(deviation > 0)) throw invalid('sd must be > 0');
    return mean + deviation * Math.SQRT2 * inverseErf(2 * p - 1);
  }),
  beta_cdf: of((a, b, value) => {
    if (!(a > 0 && b > 0)) throw invalid('a, b must be > 0');
    if (!(value >= 0 && value <= 1)) throw invalid('value must be 0 >= v >= 1');
    return incompleteBeta(value, a, b);
  }),
  inverse_beta_cdf: of((a, b, p) => {
    if (!(p >= 0 && p <= 1)) throw invalid('p must be 0 >= p >= 1');
    if (!(a > 0 && b > 0)) throw invalid('a, b must be > 0');
    return p === 0 || p === 1 ? p : brentZero((x) => incompleteBeta(x, a, b) - p, 0, 1, INVERSE_ACCURACY);
  }),
  t_cdf: of((x, degrees) => {
    if (degrees < 1) throw invalid(DEGREES);
    const tail = 0.5 * incompleteBeta(degrees / (degrees + x * x), 0.5 * degrees, 0.5);
    return x < 0 ? tail : x === 0 ? 0.5 : 1 - tail;
  }),
  t_pdf: of((x, degrees) => {
    if (degrees < 1) throw invalid(DEGREES);
    const half = (degrees + 1) / 2;
    return Math.exp(logGamma(half) - 0.5 * (Math.log(Math.PI) + Math.log(degrees)) - logGamma(degrees / 2) - half * Math.log1p((x * x) / degrees));
  }),
  wilson_interval_lower: wilson(-1),
  wilson_interval_upper: wilson(1),
};

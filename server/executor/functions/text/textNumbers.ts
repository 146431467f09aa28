import { TrinoError } from '../../../../spi/trinoError.ts';
import { typeId } from '../../../../spi/type.ts';
import type { Value } from '../../../../spi/value.ts';
import { type ScalarImplementations, sqlString } from '../implementation.ts';
import { scripted } from './string.ts';
import { isMapValue } from '../collection/valueKey.ts';

const invalid = (message: string): TrinoError => new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, message);

const UNITS = ['', 'K', 'M', 'B', 'T', 'Q'];
const LONG_MAX = 9223372036854775807n;

/** As Java converts a double to a long. */
function toLong(value: number): bigint {
  if (Number.isNaN(value)) return 0n;
  if (value >= Number(LONG_MAX)) return LONG_MAX;
  return value <= -Number(LONG_MAX) ? -LONG_MAX - 1n : BigInt(Math.trunc(value));
}

/** Rounded by its exact value, half up, without trailing zeros. */
function shortest(value: number, digits: number): string {
  const exact = Math.abs(value).toFixed(60);
  const cut = exact.indexOf('.') + 1 + digits;
  const kept = BigInt(exact.slice(0, cut).replace('.', ''));
  const rest = exact.slice(cut);
  const rounded = String(rest >= '5' ? kept + 1n : kept).padStart(digits + 1, '0');
  const text = digits === 0 ? rounded : `${rounded.slice(0, -digits)}.${rounded.slice(-digits)}`.replace(/\.?0+$/, '');
  return value < 0 && /[1-9]/.test(text) ? `-${text}` : text;
}

/** 12345 as 12.3K. */
function shortNumber(value: Value): string {
  // Java has no absolute value of the least number, and takes it for a small one when it rounds
  if (value === -LONG_MAX - 1n || (typeof value === 'number' && toLong(value) === -LONG_MAX - 1n)) return '-9223.37Q';
  let fraction = Number(typeof value === 'bigint' ? value : toLong(Number(value)));
  let unit = 0;
  while (Math.abs(fraction) >= 1000 && unit < UNITS.length - 1) {
    fraction /= 1000;
    unit++;
  }
  // negative numbers always have two digits, as in Trino
  return `${shortest(fraction, fraction < 10 ? 2 : fraction < 100 ? 1 : 0)}${UNITS[unit]}`;
}

const SIZES = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB', 'ZB', 'YB'];

const dataSize = scripted(true, (value) => {
  const match = /^(\d+)(?:\.(\d+))?([kMGTPEZY]?B)$/.exec(String(value));
  if (match === null) throw invalid(`Invalid data size: '${String(value)}'`);
  const [, whole = '', fraction = '', unit = ''] = match;
  const bytes = (BigInt(whole + fraction) * 1024n ** BigInt(SIZES.indexOf(unit))) / 10n ** BigInt(fraction.length);
  if (bytes >= 10n ** 38n) throw new TrinoError('NUMERIC_VALUE_OUT_OF_RANGE', undefined, `Value out of range: '${String(value)}' ('${bytes}B')`);
  return bytes;
});

const luhnCheck = scripted(true, (value) => {
  const text = String(value);
  if (/[^0-9]/.test(text)) throw invalid('Input contains non-digit character');
  if (text === '') return false;
  const sum = [...text].reverse().reduce((total, digit, at) => {
    const doubled = Number(digit) * (at % 2 === 1 ? 2 : 1);
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
});

type Vector = readonly (readonly [unknown, number])[];

const vectorOf = (value: Value): Vector | null => {
  const entries: readonly (readonly [Value, Value])[] = isMapValue(value)
    ? value.entries
    : Array.isArray(value)
      ? value.map((item: Value, at) => [at, item])
      : [];
  return entries.some(([, item]) => item === null) ? null : entries.map(([key, item]) => [key, Number(item)]);
};

const squares = (vector: Vector): number => vector.reduce((sum, [, x]) => sum + x * x, 0);

function cosine(a: Value, b: Value): number | null {
  const arrays = Array.isArray(a) && Array.isArray(b);
  if (arrays && a.length !== b.length) throw invalid('The arguments must have the same length');
  const [left, right] = [vectorOf(a), vectorOf(b)];
  if (left === null || right === null) return null;
  const other = new Map(right);
  const dot = left.reduce((sum, [key, x]) => sum + x * (other.get(key) ?? 0), 0);
  const [m, n] = [squares(left), squares(right)];
  if (arrays && (m === 0 || n === 0)) throw invalid('Vector magnitude cannot be zero');
  return arrays ? dot / Math.sqrt(m * n) : dot / (Math.sqrt(m) * Math.sqrt(n));
}

export const textNumberFunctions: ScalarImplementations = {
  format_number: scripted(false, shortNumber),
  parse_data_size: dataSize,
  parse_presto_data_size: dataSize,
  luhn_check: luhnCheck,
  char2hexint: scripted(false, (value) =>
    String(value)
      .split('')
      .map((unit) => unit.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0'))
      .join(''),
  ),
  index: { mayFail: false, emit: ({ arguments: [value, part] }) => `CAST(strpos(${value}, ${part}) AS BIGINT)` },
  typeof: { mayFail: false, emit: ({ argumentTypes: [type] }) => sqlString(typeId(type ?? { kind: 'unknown' })) },
  uuid: { mayFail: false, emit: () => 'uuid()' },
  cosine_similarity: scripted(true, cosine),
  cosine_distance: scripted(true, (a, b) => {
    const similarity = cosine(a, b);
    return similarity === null ? null : 1 - similarity;
  }),
};

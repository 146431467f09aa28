import { TrinoError } from '../../../spi/trinoError.ts';

/** What fits into each of the integer types. */
export const INTEGER_BOUNDS: ReadonlyMap<string, { readonly min: bigint; readonly max: bigint }> = new Map([
  ['tinyint', { min: -128n, max: 127n }],
  ['smallint', { min: -32768n, max: 32767n }],
  ['integer', { min: -2147483648n, max: 2147483647n }],
  ['bigint', { min: -(2n ** 63n), max: 2n ** 63n - 1n }],
]);

const OVERFLOW_NAMES: ReadonlyMap<string, string> = new Map([
  ['tinyint', 'BYTE'],
  ['smallint', 'SHORT'],
  ['integer', 'INT'],
  ['date', 'INT'],
]);

/** The internal error that Trino's blocks raise for a value which no decoder has checked. */
export function checkStorable(kind: string, value: bigint): void {
  const bounds = INTEGER_BOUNDS.get(kind === 'date' ? 'integer' : kind);
  const name = OVERFLOW_NAMES.get(kind);
  if (bounds === undefined || name === undefined || (value >= bounds.min && value <= bounds.max)) return;
  const forType = name === 'BYTE' ? '' : ` for type ${kind}`;
  throw new TrinoError(
    'GENERIC_INTERNAL_ERROR',
    undefined,
    `Value ${value} ${value > bounds.max ? `exceeds MAX_${name}` : `is less than MIN_${name}`}${forType}`,
  );
}

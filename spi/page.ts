import type { Value } from './value.ts';

/** A batch of rows by column. Sources should send about 2,048 rows at a time; more is split, fewer costs time. */
export interface Page {
  readonly rowCount: number;
  readonly columns: readonly Block[];
}

/** One column of a page. The type is known from the scan or the sink. */
export type Block = FixedBlock | BytesBlock | ValuesBlock;

/**
 * Values of fixed width. Layout by type: boolean, tinyint Int8Array (Uint8Array for boolean) · smallint Int16Array ·
 * integer, date, interval year to month Int32Array · bigint, time(p) (picoseconds), interval day to second, decimal up to precision 18 (unscaled),
 * timestamp(p ≤ 6) (microseconds) BigInt64Array · real Float32Array · double Float64Array.
 */
export interface FixedBlock {
  readonly kind: 'fixed';
  readonly data: Uint8Array | Int8Array | Int16Array | Int32Array | BigInt64Array | Float32Array | Float64Array;
  readonly nulls?: NullMask;
  /** Of timestamp(p ≤ 6) with time zone, whose microseconds count in UTC: the zone that every row is shown in. */
  readonly zone?: string;
}

/**
 * varchar, char, json (UTF-8) and varbinary. Four words a row: length, then up to 12 inline bytes (zero-padded), or the
 * first 4 bytes, the place in `heap` and 0. Little-endian.
 */
export interface BytesBlock {
  readonly kind: 'bytes';
  readonly slots: Uint32Array;
  readonly heap: Uint8Array;
  readonly nulls?: NullMask;
}

/** Any type, one Value a row: the simple and slow way, for nested types and small tables. */
export interface ValuesBlock {
  readonly kind: 'values';
  readonly values: readonly Value[];
}

/** One bit a row, least significant first: 1 = present, 0 = NULL. */
export type NullMask = Uint8Array;

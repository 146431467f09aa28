import type { RoundingMode } from './numericFormat.ts';

/** How the binary form of a column is read. Plain data: a worker thread builds its readers from it. */
export type ReadForm =
  | { readonly kind: SimpleReadKind }
  | { readonly kind: 'numeric'; readonly precision: number; readonly scale: number; readonly rounding: RoundingMode }
  | { readonly kind: 'time'; readonly precision: number }
  | { readonly kind: 'array'; readonly element: ReadForm; readonly dimensions: number; readonly elementName: string }
  /** An array in Trino's JSON: texts but for numbers and booleans. */
  | { readonly kind: 'arrayJson'; readonly element: ReadForm; readonly precision: number };

export type SimpleReadKind =
  | 'boolean'
  | 'bit'
  | 'int2'
  | 'int4'
  | 'int8'
  | 'oid'
  | 'float4'
  | 'float8'
  | 'text'
  | 'char'
  | 'bytea'
  | 'date'
  | 'timetz'
  | 'timestamp'
  | 'timestamptz'
  /** Of up to three digits of a second. */
  | 'timestamptzMillis'
  | 'uuid'
  | 'json'
  | 'jsonb'
  | 'hstore'
  | 'tid';

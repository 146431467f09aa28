import type { Location } from '../../../spi/trinoError.ts';

/** Trino's syntax tree as plain data. Every node carries the place where Trino reports errors about it. */
export interface Node {
  readonly location: Location;
}

/** An identifier as written; `value` keeps its case, `delimited` tells "x" from x. Names compare in lower case. */
export interface Identifier extends Node {
  readonly kind: 'identifier';
  readonly value: string;
  readonly delimited: boolean;
}

export interface QualifiedName extends Node {
  readonly parts: readonly Identifier[];
}

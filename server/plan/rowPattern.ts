import type { Expression, ResolvedFunction } from '../../spi/expression.ts';
import { row, type Type } from '../../spi/type.ts';
import type { Symbol } from './plan.ts';

/**
 * What MATCH_RECOGNIZE, or a window with a pattern, does with the rows of a partition. The node's outputs are the partition columns (ONE ROW PER MATCH) or all
 * columns of the source (ALL ROWS), and a column for each of `values`. Measures are expressions over these, projected above; for rows
 * without a match (`matched` is not true) they are NULL.
 */
export interface PatternSpecification {
  readonly rowsPerMatch: 'ONE' | 'ALL SHOW EMPTY' | 'ALL OMIT EMPTY' | 'ALL WITH UNMATCHED' | 'WINDOW';
  /** With WINDOW: every row of the source once, with the match in its frame, which starts at the row. */
  readonly frame?: PatternFrame;
  readonly skipTo: SkipTo;
  readonly pattern: RowPattern;
  /** Variables without a definition match every row. */
  readonly definitions: readonly { readonly label: string; readonly condition: PatternCondition }[];
  readonly values: readonly { readonly symbol: Symbol; readonly value: PatternValue }[];
}

export interface PatternFrame {
  /** The match may begin at any row of the frame; else at its first. */
  readonly seek: boolean;
  /** bigint: so many rows behind the current one; none: up to the partition's end. */
  readonly following?: Symbol;
}

/** `labels` are the variables of a union variable (SUBSET), else the one. */
export interface SkipTo {
  readonly position: 'PAST LAST' | 'NEXT' | 'FIRST' | 'LAST';
  readonly labels?: readonly string[];
}

export type RowPattern =
  | { readonly kind: 'label'; readonly label: string }
  | { readonly kind: 'empty' }
  | { readonly kind: 'anchor'; readonly type: 'START' | 'END' }
  | { readonly kind: 'excluded'; readonly pattern: RowPattern }
  | { readonly kind: 'permutation'; readonly patterns: readonly RowPattern[] }
  | { readonly kind: 'concatenation'; readonly patterns: readonly RowPattern[] }
  | { readonly kind: 'alternation'; readonly patterns: readonly RowPattern[] }
  | { readonly kind: 'quantified'; readonly pattern: RowPattern; readonly atLeast: number; readonly atMost?: number; readonly greedy: boolean };

/** A condition of DEFINE: `expression` refers to `values` by their symbols' names. */
export interface PatternCondition {
  readonly values: readonly { readonly symbol: Symbol; readonly value: PatternValue }[];
  readonly expression: Expression;
}

export type PatternValue =
  /** `column` of the source, at the row that the navigation finds; NULL when there is none. */
  | { readonly kind: 'column'; readonly column: Symbol; readonly navigation: Navigation }
  /** The variable of the row found, varchar. */
  | { readonly kind: 'classifier'; readonly navigation: Navigation }
  /** bigint */
  | { readonly kind: 'matchNumber' }
  /** boolean: true in rows of a match, an empty one included. */
  | { readonly kind: 'matched' }
  /** `rowsType` of the column: its values in all rows of these variables (none: of the match), for an aggregate above. */
  | { readonly kind: 'rows'; readonly column: Symbol; readonly labels: readonly string[]; readonly running: boolean }
  /** array(varchar): the variables of these rows. */
  | { readonly kind: 'classifiers'; readonly labels: readonly string[]; readonly running: boolean }
  /** In conditions: an aggregation over the rows up to the current one. */
  | ({ readonly kind: 'aggregate'; readonly labels: readonly string[] } & RunningAggregate);

export interface RunningAggregate {
  readonly function: ResolvedFunction;
  /** Over `columns` of the source and `classifier`, of each row, and `matchNumber`. */
  readonly arguments: readonly Expression[];
  readonly columns: readonly Symbol[];
  readonly classifier?: string;
  readonly matchNumber?: string;
}

/** PREV(LAST(A.x, logicalOffset), -physicalOffset) and their like. `x` alone is RUNNING LAST of every label. */
export interface Navigation {
  /** None: every label. */
  readonly labels: readonly string[];
  readonly anchor: 'FIRST' | 'LAST';
  /** For LAST: up to the current row. FIRST always sees the whole match, as in Trino. */
  readonly running: boolean;
  readonly logicalOffset: number;
  /** Negative: PREV, positive: NEXT. */
  readonly physicalOffset: number;
}

/** UNNEST takes rows apart: those of an array stand in a row of their own. */
export function rowsType(column: Type): { readonly kind: 'array'; readonly element: Type } {
  return { kind: 'array', element: column.kind === 'row' ? row([{ type: column }]) : column };
}

/** Columns of the source that the value is made of. */
export function columnsOf(value: PatternValue): readonly Symbol[] {
  if (value.kind === 'column' || value.kind === 'rows') return [value.column];
  return value.kind === 'aggregate' ? value.columns : [];
}

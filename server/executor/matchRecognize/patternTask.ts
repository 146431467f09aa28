import type { Expression, ResolvedFunction } from '../../../spi/expression.ts';
import type { Type } from '../../../spi/type.ts';
import { readMarkedJson, writeMarkedJson } from '../evaluation/markedJson.ts';
import type { Navigation, PatternSpecification, RowPattern, SkipTo } from '../../plan/rowPattern.ts';

/** All that matching needs to know, as plain data: the argument of the engine's function. */
export interface PatternTask {
  readonly timeZone: string;
  readonly startMicros: bigint;
  readonly rowsPerMatch: PatternSpecification['rowsPerMatch'];
  /** Matches begin at any row of the frame (with WINDOW). */
  readonly seek: boolean;
  /** There is an argument that says how far each row's frame goes. */
  readonly bounded: boolean;
  readonly skipTo: SkipTo;
  readonly pattern: RowPattern;
  readonly labels: readonly LabelTask[];
  readonly outputs: readonly OutputTask[];
}

/** Bits of the row's mask, or a condition on what was matched so far; neither: every row. */
export interface LabelTask {
  readonly label: string;
  /** Of those for which the frame has enough rows the last one counts. */
  readonly bits?: readonly ConditionBit[];
  readonly condition?: { readonly expression: Expression; readonly values: readonly ConditionValue[] };
  /** Where the condition raises, or is not computed here, the rows that it looks at are answered: the engine evaluates it on them. */
  readonly failure?: readonly Navigation[];
}

/** The answer of a row's condition where so many rows before and behind it may be looked at. */
export interface ConditionBit {
  readonly bit: number;
  /** Set in rows where the condition cannot be computed. */
  readonly failed?: number;
  readonly before: number;
  readonly behind: number;
}

export type ConditionValue =
  | { readonly kind: 'column'; readonly name: string; readonly index: number; readonly navigation: Navigation }
  /** In a row of one field: that of the column `index` of the row found, or `missing` of any row. */
  | { readonly kind: 'computed'; readonly name: string; readonly index: number; readonly missing: number; readonly navigation: Navigation }
  | AggregateValue
  | { readonly kind: 'classifier'; readonly name: string; readonly navigation: Navigation }
  | { readonly kind: 'matchNumber'; readonly name: string };

export interface AggregateValue {
  readonly kind: 'aggregate';
  readonly name: string;
  readonly labels: readonly string[];
  readonly function: ResolvedFunction;
  readonly arguments: readonly Expression[];
  readonly columns: readonly { readonly name: string; readonly index: number; readonly type: Type }[];
  readonly classifier?: string;
  readonly matchNumber?: string;
}

export type OutputTask =
  | { readonly kind: 'position'; readonly navigation: Navigation }
  | { readonly kind: 'classifier'; readonly navigation: Navigation }
  | { readonly kind: 'matchNumber' }
  | { readonly kind: 'matched' }
  | { readonly kind: 'positions'; readonly labels: readonly string[]; readonly running: boolean }
  | { readonly kind: 'classifiers'; readonly labels: readonly string[]; readonly running: boolean };

export const writeTask = (task: PatternTask): string => writeMarkedJson(task);

export const readTask = (text: string): PatternTask => readMarkedJson(text) as PatternTask;

import type { Expression } from '../../../spi/expression.ts';
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
}

/** The answer of a row's condition where so many rows before and behind it may be looked at. */
export interface ConditionBit {
  readonly bit: number;
  readonly before: number;
  readonly behind: number;
}

export type ConditionValue =
  | { readonly kind: 'column'; readonly name: string; readonly index: number; readonly navigation: Navigation }
  | { readonly kind: 'classifier'; readonly name: string; readonly navigation: Navigation }
  | { readonly kind: 'matchNumber'; readonly name: string };

export type OutputTask =
  | { readonly kind: 'position'; readonly navigation: Navigation }
  | { readonly kind: 'classifier'; readonly navigation: Navigation }
  | { readonly kind: 'matchNumber' }
  | { readonly kind: 'matched' }
  | { readonly kind: 'positions'; readonly labels: readonly string[]; readonly running: boolean }
  | { readonly kind: 'classifiers'; readonly labels: readonly string[]; readonly running: boolean };

/** JSON has no big integers. */
const BIGINT_MARK = '$bigint';

export function writeTask(task: PatternTask): string {
  return JSON.stringify(task, (_, value: unknown) => (typeof value === 'bigint' ? { [BIGINT_MARK]: value.toString() } : value));
}

export function readTask(text: string): PatternTask {
  return JSON.parse(text, (_, value: unknown) => (isMarked(value) ? BigInt(value[BIGINT_MARK]) : value));
}

function isMarked(value: unknown): value is { readonly [BIGINT_MARK]: string } {
  return typeof value === 'object' && value !== null && BIGINT_MARK in value && typeof value[BIGINT_MARK] === 'string';
}

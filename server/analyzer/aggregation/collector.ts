import type { Expression, Reference, ResolvedFunction } from '../../../spi/expression.ts';
import type { PlanNode, SetExpression, Symbol } from '../../plan/plan.ts';
import type * as ast from '../../sql/ast.ts';
import type { PatternSpecification } from '../../plan/rowPattern.ts';
import type { PatternAggregates } from '../pattern/patternAggregates.ts';
import type { PatternInputs, PatternValues } from '../pattern/patternContext.ts';
import type { Correlation, Scope } from '../scope.ts';

export interface SortExpression {
  readonly expression: Expression;
  readonly ascending: boolean;
  readonly nullsFirst: boolean;
}

export interface AggregateUse {
  readonly symbol: Symbol;
  readonly node: ast.FunctionCall;
  readonly function: ResolvedFunction;
  readonly arguments: readonly Expression[];
  readonly distinct: boolean;
  readonly filter: Expression | undefined;
  readonly orderBy: readonly SortExpression[];
}

export interface FrameExpression {
  readonly type: 'RANGE' | 'ROWS' | 'GROUPS';
  readonly start: ast.FrameBound['type'];
  readonly startValue?: Expression;
  readonly end: ast.FrameBound['type'];
  readonly endValue?: Expression;
}

export interface WindowUse {
  readonly symbol: Symbol;
  readonly node: ast.FunctionCall;
  readonly function: ResolvedFunction;
  readonly arguments: readonly Expression[];
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortExpression[];
  readonly frame: FrameExpression;
  readonly ignoreNulls: boolean;
  readonly distinct: boolean;
  readonly filter: Expression | undefined;
  readonly callOrderBy: readonly SortExpression[];
  /** The frame is what a row pattern matches of it. */
  readonly pattern?: WindowPattern;
}

/** A window with a row pattern: partition, order and frame, and what its measures and conditions ask of the matches. */
export interface WindowPattern {
  readonly partitionBy: readonly Expression[];
  readonly orderBy: readonly SortExpression[];
  /** Rows behind the current one; absent: up to the partition's end. */
  readonly following?: Expression;
  readonly specification: Omit<PatternSpecification, 'values' | 'frame'> & { readonly seek: boolean };
  readonly values: PatternValues;
  readonly inputs: PatternInputs;
  readonly aggregates: PatternAggregates;
  readonly measures: readonly PatternMeasure[];
  readonly definitions: readonly ast.VariableDefinition[];
}

export interface PatternMeasure {
  readonly node: ast.MeasureDefinition;
  /** Over the pattern's values and aggregates. */
  readonly expression: Expression;
  /** Columns of the rows that it is made of. */
  readonly columns: readonly Reference[];
}

/** `measure OVER window` */
export interface MeasureUse {
  readonly symbol: Symbol;
  readonly pattern: WindowPattern;
  readonly measure: PatternMeasure;
}

export interface GroupingUse {
  readonly symbol: Symbol;
  readonly node: ast.GroupingOperation;
  readonly columns: readonly Expression[];
}

/** A SetExpression whose value is not yet a column. */
export type SetTest =
  | { readonly kind: 'exists' }
  | { readonly kind: 'in'; readonly value: Expression; readonly reference: Symbol }
  | {
      readonly kind: 'quantified';
      readonly operator: Extract<SetExpression, { kind: 'quantified' }>['operator'];
      readonly quantifier: 'ALL' | 'ANY';
      readonly value: Expression;
      readonly reference: Symbol;
    };

/** `symbol` stands in expressions for the subquery's value: its column (scalar), or a truth value (set). */
export interface SubqueryUse {
  readonly symbol: Symbol;
  readonly plan: PlanNode;
  readonly correlations: readonly Correlation[];
  readonly node: ast.Expression;
  /** Absent: a scalar subquery. */
  readonly test?: SetTest;
}

/** What the expressions of one query block contain beside scalar functions: each is planned below them and stands in them as a reference. */
export class Collector {
  readonly aggregates = new Map<string, AggregateUse>();
  readonly windows = new Map<string, WindowUse>();
  readonly measures = new Map<string, MeasureUse>();
  /** By text and scope, so that equal windows match once. */
  readonly windowPatterns: { readonly key: string; readonly scope: Scope; readonly pattern: WindowPattern }[] = [];
  readonly groupings = new Map<string, GroupingUse>();
  readonly subqueries = new Map<string, SubqueryUse>();
  /** Where aggregations of ORDER BY use output columns: refused once the rest has been checked. */
  readonly outputReferences: ast.Expression[] = [];
  /** By text, so that equal ones are planned once. */
  readonly #symbols = new Map<string, Symbol>();

  /** The symbol of an equal use before, or a new one. */
  symbolFor(key: string, create: () => Symbol): { readonly symbol: Symbol; readonly isNew: boolean } {
    const known = this.#symbols.get(key);
    if (known !== undefined) return { symbol: known, isNew: false };
    const symbol = create();
    this.#symbols.set(key, symbol);
    return { symbol, isNew: true };
  }
}

/** A key that equal plain data share. */
export function structuralKey(value: unknown): string {
  return JSON.stringify(value, (key, item: unknown) => {
    if (key === 'location' || key === 'selectLocation' || key === 'orderByLocation') return undefined;
    if (typeof item === 'bigint') return `${item}n`;
    if (typeof item === 'number' && !Number.isFinite(item)) return String(item);
    return item;
  });
}

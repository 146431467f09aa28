import type { Expression, ResolvedFunction } from '../../spi/expression.ts';
import type { PlanNode, SetExpression, Symbol } from '../plan/plan.ts';
import type * as ast from '../sql/ast.ts';
import type { Correlation } from './scope.ts';

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

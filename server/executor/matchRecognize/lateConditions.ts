import type { Expression, Reference } from '../../../spi/expression.ts';
import type { RowField, Type } from '../../../spi/type.ts';
import { isDeterministic, mayFail } from '../../plan/expressionProperties.ts';
import { mapChildren, referencedNames, replaceReferences, someExpression } from '../../plan/expressionVisitor.ts';
import type { Assignment, Symbol } from '../../plan/plan.ts';
import type { Navigation, PatternCondition, PatternValue } from '../../plan/rowPattern.ts';

/** A condition that is decided while rows are matched: what a single row decides of it is a column that the engine computes. */
export interface LateCondition {
  readonly expression: Expression;
  readonly values: readonly LateValue[];
  /** Over the source. */
  readonly computed: readonly Assignment[];
}

export type LateValue =
  | { readonly kind: 'value'; readonly symbol: Symbol; readonly value: PatternValue }
  /** `column` of the row found, `missing` of any row when there is none: rows of one field, NULL where the value cannot be computed. */
  | { readonly kind: 'computed'; readonly symbol: Symbol; readonly column: Symbol; readonly missing: Symbol; readonly navigation: Navigation };

export function lateCondition({ expression, values }: PatternCondition, newSymbol: (hint: string, type: Type) => Symbol): LateCondition {
  const split = new Splitter(values, newSymbol);
  const rest = split.take(expression);
  const used = referencedNames(rest);
  const kept = values.filter(({ symbol }) => used.has(symbol.name)).map(({ symbol, value }): LateValue => ({ kind: 'value', symbol, value }));
  return { expression: rest, values: [...kept, ...split.values], computed: split.computed };
}

class Splitter {
  readonly values: LateValue[] = [];
  readonly computed: Assignment[] = [];
  readonly #values: ReadonlyMap<string, PatternValue>;
  readonly #newSymbol: (hint: string, type: Type) => Symbol;

  constructor(values: PatternCondition['values'], newSymbol: (hint: string, type: Type) => Symbol) {
    this.#values = new Map(values.map(({ symbol, value }) => [symbol.name, value]));
    this.#newSymbol = newSymbol;
  }

  take(expression: Expression): Expression {
    if (expression.kind === 'reference' || expression.kind === 'constant' || expression.kind === 'lambda') return expression;
    const navigation = this.#navigation(expression);
    return navigation === undefined || !isDeterministic(expression)
      ? mapChildren(expression, (child) => this.take(child))
      : this.#compute(expression, navigation);
  }

  /** The one row that all columns of the expression are of. */
  #navigation(expression: Expression): Navigation | undefined {
    const found = new Map<string, Navigation>();
    for (const name of referencedNames(expression)) {
      const value = this.#values.get(name);
      if (value?.kind !== 'column') return undefined;
      found.set(JSON.stringify(value.navigation), value.navigation);
    }
    return found.size === 1 ? [...found.values()][0] : undefined;
  }

  #compute(expression: Expression, navigation: Navigation): Reference {
    const ofRow = replaceReferences(expression, ({ name }) => {
      const value = this.#values.get(name);
      return value?.kind === 'column' ? { kind: 'reference', ...value.column } : undefined;
    });
    const ofNone = replaceReferences(expression, ({ type }): Expression => ({ kind: 'constant', type, value: null }));
    const symbol = this.#newSymbol('value', expression.type);
    const single = { kind: 'row', fields: [{ type: expression.type }] } as const;
    const column = this.#newSymbol('computed', single);
    const missing = this.#newSymbol('missing', single);
    this.computed.push({ symbol: column, expression: attempted(ofRow, single) }, { symbol: missing, expression: attempted(ofNone, single) });
    this.values.push({ kind: 'computed', symbol, column, missing, navigation });
    return { kind: 'reference', ...symbol };
  }
}

function attempted(value: Expression, type: { readonly kind: 'row'; readonly fields: readonly RowField[] }): Expression {
  const single: Expression = { kind: 'row', type, items: [value] };
  return mayFail(value) && !someExpression(value, ({ kind }) => kind === 'try') ? { kind: 'try', type, value: single } : single;
}

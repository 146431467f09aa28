import type { Expression } from '../../../spi/expression.ts';
import { expressionEquals } from '../../plan/expressionEquality.ts';
import { mapChildren } from '../../plan/expressionVisitor.ts';
import type { Symbol } from '../../plan/plan.ts';
import { reference } from '../expression/expressionBuilder.ts';

export interface GroupedKey {
  readonly key: Expression;
  readonly symbol: Symbol;
}

/** Puts the columns of computed keys in the place of the expressions that they are made of; plain columns keep their symbols. */
export function groupedTranslation(keys: readonly GroupedKey[]): (expression: Expression) => Expression {
  const computed = keys.filter(({ key }) => key.kind !== 'reference');
  if (computed.length === 0) return (expression) => expression;
  const translate = (expression: Expression): Expression => {
    const match = computed.find(({ key }) => expressionEquals(key, expression));
    return match === undefined ? mapChildren(expression, translate) : reference(match.symbol);
  };
  return translate;
}

import type { Constant, Expression } from '../../../spi/expression.ts';
import { BOOLEAN } from '../../../spi/type.ts';
import { combineConjuncts, combineDisjuncts, extractConjuncts, extractDisjuncts, withoutRepetition } from '../../plan/conjuncts.ts';
import { expressionEquals } from '../../plan/expressionEquality.ts';
import { isDeterministic } from '../../plan/expressionProperties.ts';

/** How many alternatives of an OR are compared with each other. */
const ALTERNATIVES_MAX = 50;

/** `(a AND b) OR (a AND c)` is `a AND (b OR c)`; `x = 1 OR x = 2` is `x IN (1, 2)`. The common factor comes first, as in Trino. */
export function extractCommonPredicates(expression: Expression): Expression {
  const alternatives = extractDisjuncts(expression);
  if (alternatives.length < 2) return expression;
  const merged = equalitiesToIn(alternatives);
  if (merged.length === 1 || merged.length > ALTERNATIVES_MAX) return merged.length === alternatives.length ? expression : combineDisjuncts(merged);
  const lists = merged.map((alternative) => withoutRepetition(extractConjuncts(alternative)));
  const [first = [], ...others] = lists;
  const common = first.filter((factor) => isDeterministic(factor) && others.every((list) => list.some((other) => expressionEquals(other, factor))));
  if (common.length === 0) return merged.length === alternatives.length ? expression : combineDisjuncts(merged);
  const rest = lists.map((list) => list.filter((factor) => !common.some((other) => expressionEquals(other, factor))));
  if (rest.some((list) => list.length === 0)) return combineConjuncts(common);
  return combineConjuncts([...common, extractCommonPredicates(combineDisjuncts(rest.map(combineConjuncts)))]);
}

function equalitiesToIn(alternatives: readonly Expression[]): readonly Expression[] {
  const result: Expression[] = [];
  const lists = new Map<string, { readonly at: number; readonly value: Expression; readonly list: Constant[] }>();
  for (const alternative of alternatives) {
    const equality = constantEqualities(alternative);
    if (equality === undefined) {
      result.push(alternative);
      continue;
    }
    const known = lists.get(equality.name);
    if (known === undefined) {
      lists.set(equality.name, { at: result.length, value: equality.value, list: [...equality.list] });
      result.push(alternative);
    } else {
      known.list.push(...equality.list);
      result[known.at] = { kind: 'in', value: known.value, list: known.list, type: BOOLEAN };
    }
  }
  return result;
}

function constantEqualities(expression: Expression): { readonly name: string; readonly value: Expression; readonly list: readonly Constant[] } | undefined {
  if (expression.kind === 'comparison' && expression.operator === '=' && expression.left.kind === 'reference' && expression.right.kind === 'constant') {
    return { name: expression.left.name, value: expression.left, list: [expression.right] };
  }
  if (expression.kind !== 'in' || expression.value.kind !== 'reference') return undefined;
  const list = expression.list.filter((item) => item.kind === 'constant');
  return list.length === expression.list.length ? { name: expression.value.name, value: expression.value, list } : undefined;
}

import type { Constant, Expression } from '../../spi/expression.ts';
import { BOOLEAN } from '../../spi/type.ts';
import { expressionEquals } from './expressionEquality.ts';

export const TRUE: Constant = { kind: 'constant', type: BOOLEAN, value: true };
export const FALSE: Constant = { kind: 'constant', type: BOOLEAN, value: false };

export const isTrue = (expression: Expression): boolean => expression.kind === 'constant' && expression.value === true;
/** Never true: a filter keeps nothing. */
export const isNeverTrue = (expression: Expression): boolean => expression.kind === 'constant' && expression.value !== true;

export function extractConjuncts(expression: Expression): readonly Expression[] {
  if (expression.kind === 'logical' && expression.operator === 'AND') return expression.terms.flatMap(extractConjuncts);
  return isTrue(expression) ? [] : [expression];
}

export function extractDisjuncts(expression: Expression): readonly Expression[] {
  return expression.kind === 'logical' && expression.operator === 'OR' ? expression.terms.flatMap(extractDisjuncts) : [expression];
}

/** AND over all in this order; each once, where it stood first. */
export function combineConjuncts(conjuncts: readonly Expression[]): Expression {
  const flat = withoutRepetition(conjuncts.flatMap(extractConjuncts));
  const [first] = flat;
  if (first === undefined) return TRUE;
  return flat.length === 1 ? first : { kind: 'logical', operator: 'AND', terms: flat, type: BOOLEAN };
}

export function combineDisjuncts(disjuncts: readonly Expression[]): Expression {
  const flat = withoutRepetition(disjuncts.flatMap(extractDisjuncts));
  const [first] = flat;
  if (first === undefined) return FALSE;
  return flat.length === 1 ? first : { kind: 'logical', operator: 'OR', terms: flat, type: BOOLEAN };
}

/** How many terms are compared with each other: longer lists are left as they are. */
const COMPARED_TERMS_MAX = 200;

export function withoutRepetition(terms: readonly Expression[]): readonly Expression[] {
  if (terms.length < 2 || terms.length > COMPARED_TERMS_MAX) return terms;
  const kept: Expression[] = [];
  for (const term of terms) if (!kept.some((other) => expressionEquals(other, term))) kept.push(term);
  return kept.length === terms.length ? terms : kept;
}

/** Where Trino infers from equalities, it evaluates them apart from the other conjuncts. */
export const isEquality = (conjunct: Expression): boolean => conjunct.kind === 'comparison' && conjunct.operator === '=';

export function equalitiesFirst(conjuncts: readonly Expression[]): readonly Expression[] {
  return [...conjuncts.filter(isEquality), ...conjuncts.filter((conjunct) => !isEquality(conjunct))];
}

export function equalitiesLast(conjuncts: readonly Expression[]): readonly Expression[] {
  return [...conjuncts.filter((conjunct) => !isEquality(conjunct)), ...conjuncts.filter(isEquality)];
}

import type { Expression } from '../../spi/expression.ts';
import type { Type } from '../../spi/type.ts';
import { sourcesOf, visitPlan } from '../plan/planNodes.ts';
import { someExpression } from '../plan/expressionVisitor.ts';
import type { PlanNode } from '../plan/plan.ts';

/** They take the bytes of a text as they are, valid or not. */
const BYTEWISE_FUNCTIONS = new Set(['to_utf8', 'length']);
const BYTEWISE_AGGREGATIONS = new Set(['count', 'count_if', 'min', 'max', 'arbitrary', 'any_value', 'array_agg']);

/**
 * What becomes of texts that are no UTF-8. `kept`: a query that only passes texts on, compares them or asks for their bytes has them as they are. `repaired`: for
 * other functions U+FFFD stands in place of what is invalid. `refused`: such functions beside one that asks for the bytes.
 */
export type InvalidText = 'kept' | 'repaired' | 'refused';

export function invalidTextOf(plan: PlanNode): InvalidText {
  if (takesTextAsBytes(plan)) return 'kept';
  let asksForBytes = false;
  visitPlan(plan, (node) => {
    asksForBytes ||= node.kind === 'project' && node.assignments.some(({ expression }) => hasCall(expression, 'to_utf8'));
    asksForBytes ||= node.kind === 'filter' && hasCall(node.predicate, 'to_utf8');
  });
  return asksForBytes ? 'refused' : 'repaired';
}

const hasCall = (expression: Expression, name: string): boolean => someExpression(expression, (part) => part.kind === 'call' && part.function.name === name);

function takesTextAsBytes(node: PlanNode): boolean {
  return isBytewise(node) && sourcesOf(node).every(takesTextAsBytes);
}

function isBytewise(node: PlanNode): boolean {
  switch (node.kind) {
    case 'output':
    case 'tableScan':
    case 'values':
    case 'limit':
    case 'offset':
    case 'sort':
    case 'topN':
    case 'union':
    case 'enforceSingleRow':
      return true;
    case 'filter':
      return isBytewiseExpression(node.predicate);
    case 'project':
      return node.assignments.every(({ expression }) => isBytewiseExpression(expression));
    case 'aggregation':
      return node.aggregations.every((a) => BYTEWISE_AGGREGATIONS.has(a.function.name) || !a.arguments.some(({ type }) => hasText(type)));
    default:
      return false;
  }
}

function isBytewiseExpression(expression: Expression): boolean {
  return !someExpression(expression, (part) => {
    if (part.kind === 'cast') return hasText(part.value.type);
    return part.kind === 'call' && !BYTEWISE_FUNCTIONS.has(part.function.name) && part.arguments.some(({ type }) => hasText(type));
  });
}

function hasText(type: Type): boolean {
  switch (type.kind) {
    case 'varchar':
    case 'char':
    case 'json':
      return true;
    case 'array':
      return hasText(type.element);
    case 'map':
      return hasText(type.key) || hasText(type.value);
    case 'row':
      return type.fields.some((field) => hasText(field.type));
    default:
      return false;
  }
}

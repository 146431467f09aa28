import { mayFail } from '../plan/expressionProperties.ts';
import type { PlanNode } from '../plan/plan.ts';

/** Expressions over VALUES that can raise: Trino makes them part of the VALUES before anything else, so that every row of them is evaluated. */
export function computesValues(node: PlanNode): boolean {
  if (node.kind !== 'project') return false;
  const { source } = node;
  return computesValues(source) || (readsValues(source) && node.assignments.some(({ expression }) => mayFail(expression)));
}

function readsValues(node: PlanNode): boolean {
  return node.kind === 'values' || (node.kind === 'project' && readsValues(node.source));
}

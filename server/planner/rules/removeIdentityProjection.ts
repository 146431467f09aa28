import type { PlanNode } from '../../plan/plan.ts';
import { outputNames } from '../../plan/planNodes.ts';

export function removeIdentityProjection(node: PlanNode): PlanNode | undefined {
  if (node.kind !== 'project') return undefined;
  if (!node.assignments.every(({ symbol, expression }) => expression.kind === 'reference' && expression.name === symbol.name)) return undefined;
  return outputNames(node.source).size === node.assignments.length ? node.source : undefined;
}

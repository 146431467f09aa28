import { combineConjuncts } from '../../plan/conjuncts.ts';
import type { PlanNode } from '../../plan/plan.ts';

export function mergeFilters(node: PlanNode): PlanNode | undefined {
  if (node.kind !== 'filter' || node.source.kind !== 'filter') return undefined;
  return { ...node, source: node.source.source, predicate: combineConjuncts([node.source.predicate, node.predicate]) };
}

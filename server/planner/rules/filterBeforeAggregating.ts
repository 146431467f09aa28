import type { PlanNode } from '../../plan/plan.ts';
import { computesValues } from '../computesValues.ts';
import type { OptimizerContext } from '../optimizerContext.ts';

/** `sum(x) FILTER (WHERE c)` alone over all rows: what the filter leaves out is not even read, and cannot raise. */
export function filterBeforeAggregating(node: PlanNode, context: OptimizerContext): PlanNode | undefined {
  if (node.kind !== 'aggregation' || node.groupingKeys.length > 0 || node.groupingSets !== undefined) return undefined;
  const filter = node.aggregations[0]?.filter;
  if (filter === undefined || node.aggregations.some((aggregation) => aggregation.filter?.name !== filter.name)) return undefined;
  if (computesValues(node.source)) return undefined;
  const predicate = { kind: 'reference' as const, name: filter.name, type: filter.type };
  return {
    ...node,
    source: { kind: 'filter', id: context.nextId(), source: node.source, predicate },
    aggregations: node.aggregations.map(({ filter: _, ...aggregation }) => aggregation),
  };
}

import type { Aggregation, PlanNode } from '../../plan/plan.ts';
import type { OptimizerContext } from '../optimizerContext.ts';

/** The aggregations for which the order of their rows is anything to Trino; it drops the ORDER BY of every other one. */
const ORDER_SENSITIVE: ReadonlySet<string> = new Set(['array_agg', 'listagg', 'map_agg', 'multimap_agg', 'qdigest_agg']);

/** `max_by(x, y ORDER BY z)` takes its rows as they come. */
export function removeAggregationOrder(node: PlanNode, _context: OptimizerContext): PlanNode | undefined {
  switch (node.kind) {
    case 'aggregation':
      return node.aggregations.some(hasIdleOrder) ? { ...node, aggregations: node.aggregations.map(withoutIdleOrder) } : undefined;
    case 'window':
      return node.functions.some(hasIdleOrder) ? { ...node, functions: node.functions.map(withoutIdleOrder) } : undefined;
    default:
      return undefined;
  }
}

type Call = Pick<Aggregation, 'function' | 'orderBy'>;

const hasIdleOrder = (call: Call): boolean => call.orderBy.length > 0 && !ORDER_SENSITIVE.has(call.function.name);

const withoutIdleOrder = <T extends Call>(call: T): T => (hasIdleOrder(call) ? { ...call, orderBy: [] } : call);

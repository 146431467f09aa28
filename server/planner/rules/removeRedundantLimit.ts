import type { PlanNode } from '../../plan/plan.ts';
import { outputSymbols } from '../../plan/planNodes.ts';
import { cardinalityOf } from '../cardinality.ts';
import { emptyValues } from '../emptyValues.ts';
import type { OptimizerContext } from '../optimizerContext.ts';

/** LIMIT 0 reads nothing; a limit that the rows cannot reach is none; one row needs no order. */
export function removeRedundantLimit(node: PlanNode, context: OptimizerContext): PlanNode | undefined {
  if (node.kind === 'sort') {
    const { max } = cardinalityOf(node.source);
    return max !== undefined && max <= 1n ? node.source : undefined;
  }
  if (node.kind !== 'limit' && node.kind !== 'topN') return undefined;
  if (node.count === 0n) return emptyValues(outputSymbols(node), context);
  const { max } = cardinalityOf(node.source);
  if (max === undefined || max > node.count) return undefined;
  return node.kind === 'limit' ? node.source : { kind: 'sort', id: node.id, source: node.source, orderBy: node.orderBy };
}

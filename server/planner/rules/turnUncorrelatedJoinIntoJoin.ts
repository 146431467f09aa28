import type { PlanNode } from '../../plan/plan.ts';
import { isExactlyOneRow } from '../cardinality.ts';

/** A subquery that uses nothing of the outer query is joined like any other table. */
export function turnUncorrelatedJoinIntoJoin(node: PlanNode): PlanNode | undefined {
  if (node.kind !== 'correlatedJoin' || node.correlation.length > 0) return undefined;
  const { id, source: left, subquery: right, filter } = node;
  const type = node.type === 'LEFT' && filter === undefined && isExactlyOneRow(right) ? 'INNER' : node.type;
  return { kind: 'join', id, type, left, right, criteria: [], ...(filter === undefined ? {} : { filter }) };
}

import type { PlanNode } from '../../plan/plan.ts';
import { isExactlyOneRow } from '../cardinality.ts';

export function removeRedundantEnforceSingleRow(node: PlanNode): PlanNode | undefined {
  return node.kind === 'enforceSingleRow' && isExactlyOneRow(node.source) ? node.source : undefined;
}

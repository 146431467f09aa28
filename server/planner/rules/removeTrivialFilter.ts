import { isNeverTrue, isTrue } from '../../plan/conjuncts.ts';
import type { PlanNode } from '../../plan/plan.ts';
import { outputSymbols } from '../../plan/planNodes.ts';
import { emptyValues } from '../emptyValues.ts';
import type { OptimizerContext } from '../optimizerContext.ts';

export function removeTrivialFilter(node: PlanNode, context: OptimizerContext): PlanNode | undefined {
  if (node.kind !== 'filter') return undefined;
  if (isTrue(node.predicate)) return node.source;
  return isNeverTrue(node.predicate) ? emptyValues(outputSymbols(node), context) : undefined;
}

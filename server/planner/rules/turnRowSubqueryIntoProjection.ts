import { isDeterministic } from '../../plan/expressionProperties.ts';
import type { PlanNode } from '../../plan/plan.ts';
import { outputSymbols } from '../../plan/planNodes.ts';

/** `(SELECT x + 1)` is computed beside the columns of the outer query, and then only where its value is asked for. */
export function turnRowSubqueryIntoProjection(node: PlanNode): PlanNode | undefined {
  if (node.kind !== 'correlatedJoin' || node.filter !== undefined || node.subquery.kind !== 'project') return undefined;
  const { id, source, subquery } = node;
  const row = subquery.source;
  if (row.kind !== 'values' || row.rows.length !== 1 || row.outputs.length > 0) return undefined;
  const { assignments } = subquery;
  // a constant of a list must not look as if it had been written there (continuousIn)
  if (!assignments.every(({ expression }) => isDeterministic(expression)) || assignments.every(({ expression }) => expression.kind === 'constant'))
    return undefined;
  const columns = outputSymbols(source).map((symbol) => ({ symbol, expression: { kind: 'reference', ...symbol } as const }));
  return { kind: 'project', id, source, assignments: [...columns, ...assignments] };
}

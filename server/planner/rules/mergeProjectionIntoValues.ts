import { isDeterministic } from '../../plan/expressionProperties.ts';
import { refersOnlyTo, replaceReferences } from '../../plan/expressionVisitor.ts';
import type { PlanNode } from '../../plan/plan.ts';
import type { OptimizerContext } from '../optimizerContext.ts';
import { simplifyExpression } from '../simplify/simplifyExpression.ts';

const EXPRESSIONS_MAX = 10_000;

/** `SELECT 1` is a row of constants. */
export function mergeProjectionIntoValues(node: PlanNode, context: OptimizerContext): PlanNode | undefined {
  if (node.kind !== 'project' || node.source.kind !== 'values') return undefined;
  const { source, assignments } = node;
  if (source.rows.length * assignments.length > EXPRESSIONS_MAX || assignments.length === 0) return undefined;
  const own = new Set(source.outputs.map(({ name }) => name));
  if (!assignments.every(({ expression }) => isDeterministic(expression) && refersOnlyTo(expression, (name) => own.has(name)))) return undefined;
  if (!source.rows.every((row) => row.every((value) => isDeterministic(value) && refersOnlyTo(value, () => false)))) return undefined;
  const rows = source.rows.map((row) => {
    const values = new Map(source.outputs.map(({ name }, i) => [name, row[i]]));
    return assignments.map(({ expression }) =>
      simplifyExpression(
        replaceReferences(expression, ({ name }) => values.get(name)),
        context.session,
      ),
    );
  });
  return { ...source, outputs: assignments.map(({ symbol }) => symbol), rows };
}

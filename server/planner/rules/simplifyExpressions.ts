import { isTrue } from '../../plan/conjuncts.ts';
import { mapSame } from '../../plan/expressionVisitor.ts';
import type { PlanNode } from '../../plan/plan.ts';
import type { OptimizerContext } from '../optimizerContext.ts';
import { mapSources } from '../../plan/planNodes.ts';
import { simplifyExpression, simplifyPredicate } from '../simplify/simplifyExpression.ts';

/** Folds constants and tidies every expression of the plan. */
export function simplifyExpressions(plan: PlanNode, context: OptimizerContext): PlanNode {
  return simplifyNode(
    mapSources(plan, (source) => simplifyExpressions(source, context)),
    context,
  );
}

function simplifyNode(node: PlanNode, { session }: OptimizerContext): PlanNode {
  switch (node.kind) {
    case 'filter': {
      const predicate = simplifyPredicate(node.predicate, session);
      if (isTrue(predicate)) return node.source;
      return predicate === node.predicate ? node : { ...node, predicate };
    }
    case 'project': {
      const assignments = mapSame(node.assignments, (assignment) => {
        const expression = simplifyExpression(assignment.expression, session);
        return expression === assignment.expression ? assignment : { ...assignment, expression };
      });
      return assignments === node.assignments ? node : { ...node, assignments };
    }
    case 'values': {
      const rows = mapSame(node.rows, (row) => mapSame(row, (expression) => simplifyExpression(expression, session)));
      return rows === node.rows ? node : { ...node, rows };
    }
    case 'join': {
      if (node.filter === undefined) return node;
      const filter = simplifyPredicate(node.filter, session);
      if (filter === node.filter) return node;
      const { filter: _, ...bare } = node;
      return isTrue(filter) ? bare : { ...bare, filter };
    }
    case 'correlatedJoin': {
      if (node.filter === undefined) return node;
      const filter = simplifyPredicate(node.filter, session);
      if (filter === node.filter) return node;
      const { filter: _, ...bare } = node;
      return isTrue(filter) ? bare : { ...bare, filter };
    }
    default:
      return node;
  }
}

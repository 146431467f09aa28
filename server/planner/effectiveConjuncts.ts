import type { Expression } from '../../spi/expression.ts';
import { extractConjuncts } from '../plan/conjuncts.ts';
import { refersOnlyTo, replaceReferences } from '../plan/expressionVisitor.ts';
import type { PlanNode, ProjectNode, Symbol } from '../plan/plan.ts';
import { outputNames } from '../plan/planNodes.ts';
import { isDomainPredicate } from './equalityInference.ts';

/** Simple conditions on single columns that every row of the node satisfies. */
export function effectiveConjuncts(node: PlanNode): readonly Expression[] {
  switch (node.kind) {
    case 'filter':
      return [...extractConjuncts(node.predicate).filter(isDomainPredicate), ...effectiveConjuncts(node.source)];
    case 'project':
      return renamed(effectiveConjuncts(node.source), node);
    case 'sort':
    case 'topN':
    case 'limit':
    case 'offset':
    case 'sample':
    case 'window':
    case 'assignUniqueId':
    case 'apply':
      return effectiveConjuncts(node.source);
    case 'aggregation': {
      // a set without keys gives a row of NULLs
      if (node.groupingSets !== undefined || node.groupingKeys.length === 0) return [];
      const keys = new Set(node.groupingKeys.map(({ name }) => name));
      return effectiveConjuncts(node.source).filter((conjunct) => refersOnlyTo(conjunct, (name) => keys.has(name)));
    }
    case 'join': {
      const left = node.type === 'INNER' || node.type === 'LEFT' ? effectiveConjuncts(node.left) : [];
      const right = node.type === 'INNER' || node.type === 'RIGHT' ? effectiveConjuncts(node.right) : [];
      return [...left, ...right];
    }
    default:
      return [];
  }
}

function renamed(conjuncts: readonly Expression[], node: ProjectNode): readonly Expression[] {
  if (conjuncts.length === 0) return conjuncts;
  const names = new Map<string, Symbol>();
  for (const { symbol, expression } of node.assignments) if (expression.kind === 'reference') names.set(expression.name, symbol);
  const source = outputNames(node.source);
  return conjuncts
    .filter((conjunct) => refersOnlyTo(conjunct, (name) => names.has(name) || !source.has(name)))
    .map((conjunct) =>
      replaceReferences(conjunct, ({ name }) => {
        const symbol = names.get(name);
        return symbol && { kind: 'reference', ...symbol };
      }),
    );
}

import type { Expression } from '../../../spi/expression.ts';
import { combineConjuncts, extractConjuncts } from '../../plan/conjuncts.ts';
import { mayFail } from '../../plan/expressionProperties.ts';
import { refersOnlyTo } from '../../plan/expressionVisitor.ts';
import type { FilterNode, PlanNode } from '../../plan/plan.ts';
import { mapSources } from '../../plan/planNodes.ts';
import type { OptimizerContext } from '../optimizerContext.ts';

/** Trino joins a correlated subquery on its correlated conditions, so that the others meet all its rows, and raise for any of them. */
export function filterBeforeCorrelating(plan: PlanNode, context: OptimizerContext): PlanNode {
  return within(plan, new Set(), context);
}

function within(node: PlanNode, outer: ReadonlySet<string>, context: OptimizerContext): PlanNode {
  if (node.kind === 'apply' || node.kind === 'correlatedJoin') {
    const source = within(node.source, outer, context);
    const subquery = within(node.subquery, new Set([...outer, ...node.correlation.map(({ name }) => name)]), context);
    return source === node.source && subquery === node.subquery ? node : { ...node, source, subquery };
  }
  const changed = mapSources(node, (source) => within(source, outer, context));
  return changed.kind === 'filter' && outer.size > 0 ? split(changed, outer, context) : changed;
}

function split(node: FilterNode, outer: ReadonlySet<string>, context: OptimizerContext): PlanNode {
  const conjuncts = extractConjuncts(node.predicate);
  const isOwn = (conjunct: Expression): boolean => refersOnlyTo(conjunct, (name) => !outer.has(name));
  const own = conjuncts.filter(isOwn);
  if (own.length === conjuncts.length || !own.some(mayFail)) return node;
  const source: PlanNode = { kind: 'filter', id: context.nextId(), source: node.source, predicate: combineConjuncts(own) };
  return { ...node, source, predicate: combineConjuncts(conjuncts.filter((conjunct) => !isOwn(conjunct))) };
}

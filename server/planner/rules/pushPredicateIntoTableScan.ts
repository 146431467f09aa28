import type { Expression } from '../../../spi/expression.ts';
import { combineConjuncts, extractConjuncts } from '../../plan/conjuncts.ts';
import { isDeterministic } from '../../plan/expressionProperties.ts';
import { refersOnlyTo } from '../../plan/expressionVisitor.ts';
import type { PlanNode } from '../../plan/plan.ts';
import { outputSymbols } from '../../plan/planNodes.ts';
import { isContradictory } from '../contradiction.ts';
import { emptyValues } from '../emptyValues.ts';
import { isDomainPredicate } from '../equalityInference.ts';
import type { OptimizerContext } from '../optimizerContext.ts';

/** Offers the filter to the source; what the source does not filter exactly stays. */
export function pushPredicateIntoTableScan(node: PlanNode, context: OptimizerContext): PlanNode | undefined {
  if (node.kind !== 'filter' || node.source.kind !== 'tableScan') return undefined;
  const scan = node.source;
  const { transaction, session, handle } = scan.table;
  const all = extractConjuncts(node.predicate);
  if (isContradictory(all)) return emptyValues(outputSymbols(node), context);
  if (transaction.applyFilter === undefined) return undefined;
  const conjuncts = all.filter((conjunct) => isDeterministic(conjunct) && refersOnlyTo(conjunct, (name) => scan.assignments.has(name)));
  if (conjuncts.length === 0) return undefined;
  const result = transaction.applyFilter(session, handle, { conjuncts, assignments: scan.assignments });
  if (result === undefined) return undefined;
  const source = { ...scan, table: { ...scan.table, handle: result.table } };
  const kept = remaining(all, conjuncts, result.residual);
  return kept.length === 0 ? source : { ...node, source, predicate: combineConjuncts(kept) };
}

/** As in Trino, comparisons of columns with constants go before the rest once a source has taken its part. */
function remaining(all: readonly Expression[], offered: readonly Expression[], residual: readonly Expression[]): readonly Expression[] {
  const own = all.filter((conjunct) => !offered.includes(conjunct) || residual.includes(conjunct));
  const kept = [...residual.filter((conjunct) => !own.includes(conjunct)), ...own];
  const isSimple = (conjunct: Expression): boolean => conjunct.kind !== 'call' && isDomainPredicate(conjunct);
  return [...kept.filter(isSimple), ...kept.filter((conjunct) => !isSimple(conjunct))];
}

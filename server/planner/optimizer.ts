import type { Session } from '../../spi/session.ts';
import type { OutputNode, Plan, PlanNode } from '../plan/plan.ts';
import { everywhere, type Pass } from './applyRules.ts';
import { optimizerContext } from './optimizerContext.ts';
import { filterBeforeAggregating } from './rules/filterBeforeAggregating.ts';
import { filterBeforeCorrelating } from './rules/filterBeforeCorrelating.ts';
import { inlineProjections } from './rules/inlineProjections.ts';
import { mergeFilters } from './rules/mergeFilters.ts';
import { mergeLimits } from './rules/mergeLimits.ts';
import { mergeProjectionIntoValues } from './rules/mergeProjectionIntoValues.ts';
import { pruneColumns } from './rules/pruneColumns.ts';
import { pushAggregationIntoTableScan } from './rules/pushAggregationIntoTableScan.ts';
import { pushDownPredicates } from './rules/pushDownPredicates.ts';
import { pushJoinIntoTableScan } from './rules/pushJoinIntoTableScan.ts';
import { pushLimitDown } from './rules/pushLimitDown.ts';
import { pushLimitIntoTableScan } from './rules/pushLimitIntoTableScan.ts';
import { pushPredicateIntoTableScan } from './rules/pushPredicateIntoTableScan.ts';
import { pushProjectionIntoTableScan } from './rules/pushProjectionIntoTableScan.ts';
import { pushTopNDown } from './rules/pushTopNDown.ts';
import { pushTopNIntoTableScan } from './rules/pushTopNIntoTableScan.ts';
import { removeAggregationOrder } from './rules/removeAggregationOrder.ts';
import { removeEmptySources } from './rules/removeEmptySources.ts';
import { removeIdentityProjection } from './rules/removeIdentityProjection.ts';
import { removeRedundantEnforceSingleRow } from './rules/removeRedundantEnforceSingleRow.ts';
import { removeRedundantLimit } from './rules/removeRedundantLimit.ts';
import { removeTrivialFilter } from './rules/removeTrivialFilter.ts';
import { simplifyExpressions } from './rules/simplifyExpressions.ts';
import { turnDeleteIntoTableDelete } from './rules/turnDeleteIntoTableDelete.ts';
import { turnUpdateIntoTableUpdate } from './rules/turnUpdateIntoTableUpdate.ts';
import { turnRowSubqueryIntoProjection } from './rules/turnRowSubqueryIntoProjection.ts';
import { turnUncorrelatedJoinIntoJoin } from './rules/turnUncorrelatedJoinIntoJoin.ts';

/** Everything that is done to a plan, in this order. */
const PASSES: readonly Pass[] = [
  everywhere([removeAggregationOrder]),
  simplifyExpressions,
  pruneColumns,
  everywhere([removeRedundantEnforceSingleRow, inlineProjections, removeIdentityProjection, turnRowSubqueryIntoProjection]),
  everywhere([
    removeRedundantEnforceSingleRow,
    turnUncorrelatedJoinIntoJoin,
    removeTrivialFilter,
    filterBeforeAggregating,
    mergeFilters,
    mergeLimits,
    pushLimitDown,
    pushTopNDown,
    inlineProjections,
    removeIdentityProjection,
  ]),
  pushDownPredicates,
  simplifyExpressions,
  everywhere([mergeFilters, removeTrivialFilter, removeEmptySources, inlineProjections, removeIdentityProjection]),
  pruneColumns,
  everywhere([pushProjectionIntoTableScan, pushPredicateIntoTableScan, mergeLimits, removeRedundantLimit, pushLimitDown, pushTopNDown, removeEmptySources]),
  pruneColumns,
  everywhere([
    inlineProjections,
    removeIdentityProjection,
    mergeProjectionIntoValues,
    pushJoinIntoTableScan,
    pushAggregationIntoTableScan,
    pushTopNIntoTableScan,
    pushLimitIntoTableScan,
    turnDeleteIntoTableDelete,
    turnUpdateIntoTableUpdate,
  ]),
  filterBeforeCorrelating,
];

/** The plan as it was written, with its constants folded. */
export function foldConstants({ root }: Plan, session: Session): OutputNode {
  const folded = simplifyExpressions(root, optimizerContext(root, session));
  if (folded.kind !== 'output') throw new Error(`the plan's root became ${folded.kind}`);
  return folded;
}

/** The same answer and the same errors, with less work: nothing here waits. */
export function optimize(plan: Plan, session: Session): Plan {
  const context = optimizerContext(plan.root, session);
  let root: PlanNode = plan.root;
  for (const pass of PASSES) root = pass(root, context);
  if (root.kind !== 'output') throw new Error(`the plan's root became ${root.kind}`);
  return { ...plan, root };
}

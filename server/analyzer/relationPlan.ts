import type { PlanNode } from '../plan/plan.ts';
import type { AnalysisContext } from './analysisContext.ts';
import type { Field, Scope } from './scope.ts';
import type { With } from './with.ts';

/** A relation as planned: its columns in order, hidden ones included. */
export interface RelationPlan {
  readonly node: PlanNode;
  readonly fields: readonly Field[];
}

/** What surrounds a query: the scope of the outer query and the named queries that it may read. */
export interface QuerySurroundings {
  readonly context: AnalysisContext;
  readonly outer: Scope;
  readonly with: With;
  /** Neither the statement's own query nor a named one: ORDER BY without LIMIT has no effect. */
  readonly nested?: boolean;
}

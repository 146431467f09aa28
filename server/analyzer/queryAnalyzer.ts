import { unreachable } from '../../spi/trinoError.ts';
import type { OutputNode } from '../plan/plan.ts';
import type * as ast from '../sql/ast.ts';
import { Collector } from './aggregation/collector.ts';
import { ExpressionAnalyzer } from './expression/expressionAnalyzer.ts';
import { withInlineFunctions } from './routine/inlineFunctions.ts';
import { analyzeSortItems, limitRows, type RowLimits, rowLimits } from './orderBy.ts';
import { PlanBuilder } from './planBuilder.ts';
import { analyzeQuerySpecification } from './querySpecification.ts';
import { analyzeTable } from './relationAnalyzer.ts';
import type { QuerySurroundings, RelationPlan } from './relationPlan.ts';
import { type Field, type Scope, visibleFields } from './scope.ts';
import { analyzeSetOperation } from './setOperations.ts';
import { refuseUngrouped } from './aggregation/ungrouped.ts';
import { analyzeValues } from './values.ts';
import { analyzeWith } from './with.ts';

/** A query with its WITH, ORDER BY, OFFSET and LIMIT. */
export function analyzeQuery(given: QuerySurroundings, node: ast.Query): RelationPlan {
  const surroundings = node.functions.length > 0 ? withInlineFunctions(given, node.functions) : given;
  const inner = node.with === undefined ? surroundings : { ...surroundings, with: analyzeWith(surroundings, node.with) };
  if (node.body.kind === 'querySpecification') return analyzeQuerySpecification(inner, node.body, node);
  return orderAndLimit(inner, node, analyzeQueryBody(inner, node.body));
}

export function analyzeQueryBody(surroundings: QuerySurroundings, body: ast.QueryBody): RelationPlan {
  switch (body.kind) {
    case 'querySpecification':
      return analyzeQuerySpecification(surroundings, body, undefined);
    case 'setOperation':
      return analyzeSetOperation(surroundings, body);
    case 'values':
      return analyzeValues(surroundings, body);
    case 'table':
      return analyzeTable(surroundings, body);
    case 'tableSubquery':
      return analyzeQuery({ ...surroundings, nested: true }, body.query);
    default:
      return unreachable(body);
  }
}

/** ORDER BY, OFFSET and LIMIT of a query that is not a single SELECT. */
function orderAndLimit(surroundings: QuerySurroundings, node: ast.Query, plan: RelationPlan): RelationPlan {
  if (node.orderBy.length === 0 && node.offset === undefined && node.limit === undefined) return plan;
  const { context } = surroundings;
  const collector = new Collector();
  const scope: Scope = { fields: visibleFields(plan.fields), parent: surroundings.outer };
  const analyzer = new ExpressionAnalyzer({ context, scope, collector, with: surroundings.with });
  const order = analyzeSortItems(analyzer, node.orderBy, scope.fields, node);
  const limits: RowLimits = rowLimits(analyzer, node);
  refuseUngrouped(context, collector);
  const builder = new PlanBuilder(context, collector, plan.node);
  limitRows(builder, order, limits);
  return { node: builder.node, fields: plan.fields };
}

/** The root of a plan: visible columns under the names that the client sees. */
export function outputNode(id: string, plan: RelationPlan): OutputNode {
  const fields = visibleFields(plan.fields);
  return { kind: 'output', id, source: plan.node, columnNames: outputNames(fields), outputs: fields.map(({ symbol }) => symbol) };
}

export function outputNames(fields: readonly Field[]): readonly string[] {
  return fields.map(({ name }, i) => name ?? `_col${i}`);
}

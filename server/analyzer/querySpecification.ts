import type { Expression } from '../../spi/expression.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import { BOOLEAN, typeId } from '../../spi/type.ts';
import { isComparable } from '../function/typeOperators.ts';
import { expressionEquals } from '../plan/expressionEquality.ts';
import { isDeterministic } from '../plan/expressionProperties.ts';
import { referencedNames } from '../plan/expressionVisitor.ts';
import type { Symbol } from '../plan/plan.ts';
import type * as ast from '../sql/ast.ts';
import { formatExpression } from '../sql/formatter/formatExpressions.ts';
import { checkAggregations, isAggregation } from './aggregation/aggregationAnalyzer.ts';
import { planAggregation } from './aggregation/aggregationPlanner.ts';
import { extractWindows } from './astWalk.ts';
import { Collector, type SortExpression } from './aggregation/collector.ts';
import { ExpressionAnalyzer } from './expression/expressionAnalyzer.ts';
import { reference } from './expression/expressionBuilder.ts';
import { requireScalar } from './expression/functionCalls.ts';
import { analyzeGroupBy, type GroupingAnalysis } from './aggregation/groupBy.ts';
import { analyzeSortItems, type Limited, limitRows, rowLimits } from './orderBy.ts';
import { hint, identityAssignment, PlanBuilder } from './planBuilder.ts';
import { analyzeRelation } from './relationAnalyzer.ts';
import type { QuerySurroundings, RelationPlan } from './relationPlan.ts';
import type { Field, Scope } from './scope.ts';
import { analyzeSelectItems, type SelectColumn } from './selectItems.ts';
import { checkWindowDefinitions } from './window/windowCalls.ts';
import { type WindowDefinitions, windowDefinitions } from './window/windowDefinitions.ts';
import { checkWindows, planWindows } from './window/windowPlanner.ts';

const UNLIMITED: Limited = { orderBy: [] };

/** What the analysis of one SELECT found, for its checks and its plan. */
export interface BlockAnalysis {
  readonly node: ast.QuerySpecification;
  readonly source: RelationPlan;
  readonly analyzer: ExpressionAnalyzer;
  readonly collector: Collector;
  readonly columns: readonly SelectColumn[];
  readonly grouping: GroupingAnalysis | undefined;
  readonly having: Expression | undefined;
  readonly outputs: readonly Field[];
  readonly order: readonly SortExpression[];
  readonly orderNodes: readonly ast.SortItem[];
}

/** SELECT … FROM … with the ORDER BY, OFFSET and LIMIT behind it. */
export function analyzeQuerySpecification(surroundings: QuerySurroundings, node: ast.QuerySpecification, query: Limited = UNLIMITED): RelationPlan {
  const from = node.from === undefined ? singleRow(surroundings) : analyzeRelation(surroundings, node.from, surroundings.outer);
  const windows = windowDefinitions(node);
  const scope: Scope = { fields: from.fields, parent: surroundings.outer };
  const source = node.where === undefined ? from : filtered(surroundings, from, scope, node.where);
  const block = analyzeBlock(surroundings, { node, source, scope, windows, orderBy: query.orderBy });
  const limits = rowLimits(block.analyzer, query);
  checkAggregations(block);
  checkWindows(block);
  const order = distinctOrder(block);
  const hasLimit = query.limit !== undefined || query.offset !== undefined;
  const redundant = surroundings.nested === true && !hasLimit;
  if (redundant && order.length > 0) surroundings.context.warn('REDUNDANT_ORDER_BY', 2, 'ORDER BY in subquery may have no effect');
  return planBlock({ ...block, order: redundant ? [] : order }, limits);
}

function singleRow({ context }: QuerySurroundings): RelationPlan {
  return { node: { kind: 'values', id: context.nextId(), outputs: [], rows: [[]] }, fields: [] };
}

function filtered(surroundings: QuerySurroundings, source: RelationPlan, scope: Scope, where: ast.Expression): RelationPlan {
  const { context } = surroundings;
  const collector = new Collector();
  const analyzer = new ExpressionAnalyzer({ context, scope, collector, with: surroundings.with });
  const predicate = condition(analyzer, where, 'WHERE clause');
  const builder = new PlanBuilder(context, collector, source.node).filter(predicate);
  return { node: builder.node, fields: source.fields };
}

/** A condition of a clause that knows rows, not groups. */
export function condition(analyzer: ExpressionAnalyzer, node: ast.Expression, clause: string, scalarClause = clause): Expression {
  requireScalar(analyzer, node, scalarClause);
  return booleanCondition(analyzer, node, clause);
}

function booleanCondition(analyzer: ExpressionAnalyzer, node: ast.Expression, clause: string): Expression {
  const predicate = analyzer.analyze(node);
  const { type } = predicate;
  if (type.kind !== 'boolean' && type.kind !== 'unknown') {
    throw new TrinoError('TYPE_MISMATCH', node.location, `${clause} must evaluate to a boolean: actual type ${typeId(type)}`);
  }
  return analyzer.coerce(predicate, BOOLEAN);
}

interface BlockParts {
  readonly node: ast.QuerySpecification;
  readonly source: RelationPlan;
  readonly scope: Scope;
  readonly windows: WindowDefinitions;
  readonly orderBy: readonly ast.SortItem[];
}

function analyzeBlock(surroundings: QuerySurroundings, { node, source, scope, windows, orderBy }: BlockParts): BlockAnalysis {
  const { context } = surroundings;
  const collector = new Collector();
  const analyzer = new ExpressionAnalyzer({ context, scope, collector, with: surroundings.with, windows });
  const columns = analyzeSelectItems(analyzer, node.selectItems, node);
  if (node.distinct) checkDistinct(node, columns);
  const aggregated = isAggregation(node, orderBy, context.options.functions);
  const grouping = aggregated ? analyzeGroupBy(analyzer, node, columns) : undefined;
  const having = node.having === undefined ? undefined : analyzeHaving(analyzer, node.having);
  checkWindowDefinitions(analyzer, windows);
  const outputs = columns.map((column) => outputField(context, collector, source, column));
  const orderScope: Scope = { fields: outputs, parent: scope, isProjection: true };
  const order = analyzeSortItems(analyzer.with({ scope: orderScope }), orderBy, outputs, node);
  return { node, source, analyzer, collector, columns, grouping, having, outputs, order, orderNodes: orderBy };
}

function checkDistinct(node: ast.QuerySpecification, columns: readonly SelectColumn[]): void {
  for (const { expression, node: item } of columns) {
    if (isComparable(expression.type)) continue;
    const text = item === undefined ? '' : `: ${formatExpression(item)}`;
    throw new TrinoError('TYPE_MISMATCH', node.selectLocation, `DISTINCT can only be applied to comparable types (actual: ${typeId(expression.type)})${text}`);
  }
}

function analyzeHaving(analyzer: ExpressionAnalyzer, node: ast.Expression): Expression {
  const [nested] = extractWindows([node]);
  if (nested !== undefined) throw new TrinoError('NESTED_WINDOW', nested.location, 'HAVING clause cannot contain window functions or row pattern measures');
  return booleanCondition(analyzer, node, 'HAVING clause');
}

/** Columns of the source keep their symbols; what comes from an outer query gets one of its own. */
function outputField(context: QuerySurroundings['context'], collector: Collector, source: RelationPlan, column: SelectColumn): Field {
  const { name, expression, origin, relationAlias, aliased } = column;
  const own = expression.kind === 'reference' && isOwn(collector, source, expression.name);
  const symbol: Symbol = own ? { name: expression.name, type: expression.type } : context.symbols.newSymbol(name ?? hint(expression), expression.type);
  return { name, symbol, relationAlias, hidden: false, origin, aliased };
}

function isOwn({ aggregates, windows, measures, groupings, subqueries }: Collector, source: RelationPlan, name: string): boolean {
  return source.fields.some(({ symbol }) => symbol.name === name) || [aggregates, windows, measures, groupings, subqueries].some((uses) => uses.has(name));
}

/** With DISTINCT only output columns can be sorted by: expressions equal to one stand for it. */
function distinctOrder({ node, order, columns, outputs }: BlockAnalysis): readonly SortExpression[] {
  const names = new Set(outputs.map(({ symbol }) => symbol.name));
  return order.map((item) => {
    const { expression } = item;
    if (expression.kind === 'reference' && names.has(expression.name)) return item;
    const output = outputs[columns.findIndex((column) => expressionEquals(column.expression, expression))];
    if (output !== undefined && isDeterministic(expression)) return { ...item, expression: reference(output.symbol) };
    if (!node.distinct) return item;
    throw new TrinoError('EXPRESSION_NOT_IN_DISTINCT', node.location, 'For SELECT DISTINCT, ORDER BY expressions must appear in select list');
  });
}

function planBlock(block: BlockAnalysis, limits: ReturnType<typeof rowLimits>): RelationPlan {
  const { analyzer, collector, source, node, columns, outputs, grouping, having, order } = block;
  const builder = new PlanBuilder(analyzer.context, collector, source.node);
  if (grouping !== undefined) planAggregation(builder, block, grouping);
  if (having !== undefined) builder.filter(having);
  planWindows(builder, collector);
  const computed = outputs.map(({ symbol }, i) => ({ symbol, expression: builder.translate(columns[i]?.expression ?? reference(symbol)) }));
  const assignments = [...new Map(computed.map((assignment) => [assignment.symbol.name, assignment])).values()];
  const names = new Set(assignments.map(({ symbol }) => symbol.name));
  const overOutputs = order.every(({ expression }) => [...referencedNames(expression)].every((name) => names.has(name)));
  if (node.distinct || overOutputs) builder.project(assignments);
  else builder.project([...builder.outputs.filter(({ name }) => !names.has(name)).map(identityAssignment), ...assignments]);
  if (node.distinct) {
    const groupingKeys = assignments.map(({ symbol }) => symbol);
    builder.push((inner, id) => ({ kind: 'aggregation', id, source: inner, groupingKeys, groupingOperations: [], aggregations: [] }));
  }
  limitRows(builder, order, limits);
  if (builder.outputs.length > assignments.length) builder.project(assignments.map(({ symbol }) => identityAssignment(symbol)));
  return { node: builder.node, fields: outputs };
}

import type { Expression } from '../../../spi/expression.ts';
import { TrinoError } from '../../../spi/trinoError.ts';
import { BOOLEAN, row, type Type, typeEquals, typeId } from '../../../spi/type.ts';
import { canCoerce, commonSuperType } from '../../function/coercion.ts';
import { isComparable, isOrderable } from '../../function/typeOperators.ts';
import type { PlanNode, Symbol } from '../../plan/plan.ts';
import { outputSymbols } from '../../plan/planNodes.ts';
import type * as ast from '../../sql/ast.ts';
import { type SetTest, structuralKey } from '../aggregation/collector.ts';
import type { ExpressionAnalyzer } from './expressionAnalyzer.ts';
import { coerceTo, reference } from './expressionBuilder.ts';
import { analyzeQuery } from '../queryAnalyzer.ts';
import type { RelationPlan } from '../relationPlan.ts';
import { type Correlation, type QueryBoundary, type Scope, visibleFields } from '../scope.ts';

interface PlannedSubquery {
  readonly plan: RelationPlan;
  readonly correlations: readonly Correlation[];
}

function planSubquery(analyzer: ExpressionAnalyzer, query: ast.Query): PlannedSubquery {
  const boundary: QueryBoundary = { correlations: new Map() };
  const outer: Scope = { fields: [], parent: analyzer.scope, boundary };
  const { context } = analyzer;
  const plan = analyzeQuery({ context, outer, with: analyzer.surroundings.with, nested: true }, query);
  return { plan: { node: plan.node, fields: visibleFields(plan.fields) }, correlations: [...boundary.correlations.values()] };
}

/** One column, or a row of them. */
function singleColumn(analyzer: ExpressionAnalyzer, { node, fields }: RelationPlan): { readonly node: PlanNode; readonly symbol: Symbol } {
  const [field] = fields;
  if (field !== undefined && fields.length === 1) return { node: onlyColumn(analyzer, node, field.symbol), symbol: field.symbol };
  return rowColumn(analyzer, { node, fields });
}

function onlyColumn(analyzer: ExpressionAnalyzer, node: PlanNode, symbol: Symbol): PlanNode {
  if (outputSymbols(node).length === 1) return node;
  return { kind: 'project', id: analyzer.context.nextId(), source: node, assignments: [{ symbol, expression: reference(symbol) }] };
}

function rowColumn(analyzer: ExpressionAnalyzer, { node, fields }: RelationPlan): { readonly node: PlanNode; readonly symbol: Symbol } {
  const type = row(fields.map(({ name, symbol }) => ({ ...(name !== undefined && { name }), type: symbol.type })));
  const symbol = analyzer.context.symbols.newSymbol('row', type);
  const expression: Expression = { kind: 'row', items: fields.map((field) => reference(field.symbol)), type };
  return { node: { kind: 'project', id: analyzer.context.nextId(), source: node, assignments: [{ symbol, expression }] }, symbol };
}

const subqueryKey = (kind: string, node: unknown): string => structuralKey([kind, node]);

type Analyze = (analyzer: ExpressionAnalyzer) => Expression;

export const scalarSubquery =
  (node: ast.SubqueryExpression): Analyze =>
  (analyzer) => {
    const { collector } = analyzer.surroundings;
    const { subqueries } = collector;
    const { symbol } = collector.symbolFor(subqueryKey('scalar', node.query), () => {
      const { plan, correlations } = planSubquery(analyzer, node.query);
      const [only] = plan.fields;
      const enforce = (source: PlanNode): PlanNode => ({ kind: 'enforceSingleRow', id: analyzer.context.nextId(), source });
      if (only !== undefined && plan.fields.length === 1) {
        const { node: source, symbol: column } = singleColumn(analyzer, plan);
        subqueries.set(column.name, { symbol: column, plan: enforce(source), correlations, node });
        return column;
      }
      // without a row Trino makes a row of NULLs, but NULL where the subquery is correlated
      const correlated = correlations.length > 0;
      const whole = rowColumn(analyzer, { node: correlated ? plan.node : enforce(plan.node), fields: plan.fields });
      subqueries.set(whole.symbol.name, { symbol: whole.symbol, plan: correlated ? enforce(whole.node) : whole.node, correlations, node });
      return whole.symbol;
    });
    return reference(symbol);
  };

export const exists =
  (node: ast.ExistsPredicate): Analyze =>
  (analyzer) => {
    return setTest(analyzer, subqueryKey('exists', node.subquery.query), 'exists', () => {
      const { plan, correlations } = planSubquery(analyzer, node.subquery.query);
      return { plan: plan.node, correlations, node: node.subquery, test: { kind: 'exists' } };
    });
  };

interface SetUse {
  readonly plan: PlanNode;
  readonly correlations: readonly Correlation[];
  readonly node: ast.Expression;
  readonly test: SetTest;
}

function setTest(analyzer: ExpressionAnalyzer, key: string, hint: string, create: () => SetUse): Expression {
  const { collector } = analyzer.surroundings;
  const { symbol } = collector.symbolFor(key, () => {
    const use = create();
    const created = analyzer.context.symbols.newSymbol(hint, BOOLEAN);
    collector.subqueries.set(created.name, { symbol: created, ...use });
    return created;
  });
  return reference(symbol);
}

export const inSubquery =
  (node: ast.InPredicate, subquery: ast.SubqueryExpression): Analyze =>
  (analyzer) => {
    const value = analyzer.analyze(node.value);
    const key = structuralKey(['in', value, subquery.query]);
    return setTest(analyzer, key, 'expr', () => {
      const { plan, correlations } = planSubquery(analyzer, subquery.query);
      const operands = setOperands(analyzer, { node, value, plan });
      return { plan: operands.plan, correlations, node: subquery, test: { kind: 'in', value: operands.value, reference: operands.reference } };
    });
  };

export const quantifiedComparison =
  (node: ast.QuantifiedComparison): Analyze =>
  (analyzer) => {
    const value = analyzer.analyze(node.value);
    const quantifier = node.quantifier === 'ALL' ? 'ALL' : 'ANY';
    const key = structuralKey(['quantified', node.operator, quantifier, value, node.subquery.query]);
    return setTest(analyzer, key, 'expr', () => {
      const { plan, correlations } = planSubquery(analyzer, node.subquery.query);
      const operands = setOperands(analyzer, { node, value, plan });
      checkQuantified(node, operands.comparedType);
      const test: SetTest = { kind: 'quantified', operator: node.operator, quantifier, value: operands.value, reference: operands.reference };
      return { plan: operands.plan, correlations, node: node.subquery, test };
    });
  };

function checkQuantified(node: ast.QuantifiedComparison, type: Type): void {
  const orders = node.operator !== '=' && node.operator !== '<>';
  if (orders ? isOrderable(type) : isComparable(type)) return;
  const property = orders ? 'orderable' : 'comparable';
  const message = `Type [${typeId(type)}] must be ${property} in order to be used in quantified comparison`;
  throw new TrinoError('TYPE_MISMATCH', node.location, message);
}

interface SetOperandsRequest {
  readonly node: ast.InPredicate | ast.QuantifiedComparison;
  readonly value: Expression;
  readonly plan: RelationPlan;
}

/** Value and subquery as one column each, of the same type. */
function setOperands(analyzer: ExpressionAnalyzer, { node, value, plan }: SetOperandsRequest) {
  const { fields } = plan;
  const subqueryType = row(fields.map(({ name, symbol }) => ({ ...(name !== undefined && { name }), type: symbol.type })));
  const isRow = value.type.kind === 'row';
  const valueType = isRow ? value.type : row([{ type: value.type }]);
  const common = commonSuperType(valueType, subqueryType);
  if (common === undefined || !canCoerce(subqueryType, common)) {
    const types = `${typeId(valueType)} vs ${typeId(subqueryType)}`;
    throw new TrinoError('TYPE_MISMATCH', node.location, `Value expression and result of subquery must be of the same type: ${types}`);
  }
  const target = !isRow && common.kind === 'row' ? (common.fields[0]?.type ?? common) : common;
  const source = !isRow ? singleColumn(analyzer, plan) : rowColumn(analyzer, plan);
  return { value: analyzer.coerce(value, target), ...coercedColumn(analyzer, source, target), comparedType: common };
}

function coercedColumn(analyzer: ExpressionAnalyzer, { node, symbol }: { readonly node: PlanNode; readonly symbol: Symbol }, type: Type) {
  if (typeEquals(symbol.type, type)) return { plan: node, reference: symbol };
  const coerced = analyzer.context.symbols.newSymbol(symbol.name, type);
  const assignments = [{ symbol: coerced, expression: coerceTo(reference(symbol), type) }];
  const plan: PlanNode = { kind: 'project', id: analyzer.context.nextId(), source: node, assignments };
  return { plan, reference: coerced };
}

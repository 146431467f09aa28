import type { Expression } from '../../spi/expression.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import { typeEquals, typeId } from '../../spi/type.ts';
import { canCoerce, commonSuperType } from '../function/coercion.ts';
import { isComparable } from '../function/typeOperators.ts';
import { extractConjuncts } from '../plan/conjuncts.ts';
import { referencedNames } from '../plan/expressionVisitor.ts';
import type { JoinNode, PlanNode, Symbol } from '../plan/plan.ts';
import { outputNames } from '../plan/planNodes.ts';
import type * as ast from '../sql/ast.ts';
import { formatExpression } from '../sql/formatter/formatExpressions.ts';
import { renameFields } from './aliases.ts';
import { Collector } from './aggregation/collector.ts';
import { ExpressionAnalyzer } from './expression/expressionAnalyzer.ts';
import { coerceTo, reference } from './expression/expressionBuilder.ts';
import { analyzeJsonTable } from './json/jsonTable.ts';
import { identityAssignment, PlanBuilder } from './planBuilder.ts';
import { analyzeQuery } from './queryAnalyzer.ts';
import { condition } from './querySpecification.ts';
import { analyzeRelation } from './relationAnalyzer.ts';
import type { QuerySurroundings, RelationPlan } from './relationPlan.ts';
import { type Field, newField, type QueryBoundary, type Scope } from './scope.ts';
import { analyzeUnnest } from './unnest.ts';

type JoinType = JoinNode['type'];

export function analyzeJoin(surroundings: QuerySurroundings, node: ast.Join, lateral: Scope): RelationPlan {
  if (node.criteria?.kind === 'natural') throw new TrinoError('NOT_SUPPORTED', node.location, 'Natural join not supported');
  const left = analyzeRelation(surroundings, node.left, lateral);
  const item = lateralItem(node.right);
  if (item !== undefined) return lateralJoin(surroundings, node, { left, item, lateral });
  const right = analyzeRelation(surroundings, node.right, lateral);
  return node.criteria?.kind === 'using' ? usingJoin(surroundings, node, left, right) : conditionJoin(surroundings, node, left, right);
}

const joinType = (node: ast.Join): JoinType => (node.type === 'CROSS' || node.type === 'IMPLICIT' ? 'INNER' : node.type);

interface LateralItem {
  readonly relation: ast.Lateral | ast.Unnest | ast.JsonTable;
  readonly aliased: ast.AliasedRelation | undefined;
}

/** A right side that may use the columns of the left. */
function lateralItem(node: ast.Relation): LateralItem | undefined {
  const aliased = node.kind === 'aliased' ? node : undefined;
  const relation = aliased === undefined ? node : aliased.relation;
  return relation.kind === 'lateral' || relation.kind === 'unnest' || relation.kind === 'jsonTable' ? { relation, aliased } : undefined;
}

interface LateralParts {
  readonly left: RelationPlan;
  readonly item: LateralItem;
  readonly lateral: Scope;
}

const NAMES = { unnest: 'UNNEST', jsonTable: 'JSON_TABLE', lateral: 'LATERAL' } as const;

function lateralJoin(surroundings: QuerySurroundings, node: ast.Join, { left, item, lateral }: LateralParts): RelationPlan {
  const { relation } = item;
  const type = joinType(node);
  const boundary: QueryBoundary = { correlations: new Map() };
  const scope: Scope = { fields: left.fields, parent: lateral };
  const rename = (fields: readonly Field[]): readonly Field[] => (item.aliased === undefined ? fields : renameFields(fields, item.aliased));
  const refuseSides = (): void => {
    const [used] = boundary.correlations.values();
    const own = used !== undefined && left.fields.some(({ symbol }) => symbol.name === used.symbol.name);
    if (own && (type === 'RIGHT' || type === 'FULL')) {
      throw new TrinoError('INVALID_COLUMN_REFERENCE', used.expression.location, `LATERAL reference not allowed in ${type} JOIN`);
    }
  };
  if (relation.kind === 'lateral') {
    const inner: Scope = { fields: [], parent: scope, boundary };
    const right = analyzeQuery({ ...surroundings, outer: inner, nested: true }, relation.query);
    refuseSides();
    const fields = [...left.fields, ...rename(right.fields.map((field) => ({ ...field, relationAlias: undefined })))];
    if (node.criteria?.kind === 'using') return usingJoin(surroundings, node, left, { node: right.node, fields: rename(right.fields) });
    const filter = onCondition(surroundings, node, fields);
    const correlation = [...boundary.correlations.values()]
      .map(({ symbol }) => symbol)
      .filter(({ name }) => left.fields.some(({ symbol }) => symbol.name === name));
    const base = { id: surroundings.context.nextId(), ...(filter && { filter: plainFilter(filter) }) };
    return { node: { kind: 'correlatedJoin', ...base, source: left.node, subquery: right.node, correlation, type }, fields };
  }
  if (node.criteria !== undefined && !(node.criteria.kind === 'on' && node.criteria.expression.kind === 'booleanLiteral' && node.criteria.expression.value)) {
    const location = node.criteria.kind === 'on' ? node.criteria.expression.location : node.location;
    checkSidesFirst(surroundings, relation, { fields: [], parent: scope, boundary });
    refuseSides();
    throw new TrinoError('NOT_SUPPORTED', location, `${type} JOIN involving ${NAMES[relation.kind]} is only supported with condition ON TRUE`);
  }
  const inner: Scope = { fields: [], parent: scope, boundary };
  if (type === 'RIGHT' || type === 'FULL') {
    const right = relation.kind === 'unnest' ? analyzeUnnest(surroundings, relation, inner) : analyzeJsonTable(surroundings, relation, inner);
    refuseSides();
    const fields = [...left.fields, ...rename(right.fields)];
    return { node: { kind: 'join', id: surroundings.context.nextId(), type, left: left.node, right: right.node, criteria: [] }, fields };
  }
  const joined = { source: left, type } as const;
  const right = relation.kind === 'unnest' ? analyzeUnnest(surroundings, relation, inner, joined) : analyzeJsonTable(surroundings, relation, inner, joined);
  return { node: right.node, fields: [...left.fields, ...rename(right.fields)] };
}

function checkSidesFirst(surroundings: QuerySurroundings, relation: ast.Unnest | ast.JsonTable, inner: Scope): void {
  if (relation.kind === 'unnest') analyzeUnnest(surroundings, relation, inner);
  else analyzeJsonTable(surroundings, relation, inner);
}

interface OnCondition {
  readonly predicate: Expression;
  readonly collector: Collector;
}

function onCondition(surroundings: QuerySurroundings, node: ast.Join, fields: readonly Field[]): OnCondition | undefined {
  if (node.criteria?.kind !== 'on') return undefined;
  const { context, outer } = surroundings;
  const collector = new Collector();
  const analyzer = new ExpressionAnalyzer({ context, scope: { fields, parent: outer }, collector, with: surroundings.with });
  return { predicate: condition(analyzer, node.criteria.expression, 'JOIN ON clause', 'JOIN clause'), collector };
}

function plainFilter({ predicate, collector }: OnCondition): Expression {
  const [subquery] = collector.subqueries.values();
  if (subquery !== undefined) throw new TrinoError('NOT_SUPPORTED', subquery.node.location, 'Subqueries in the condition of a LATERAL join are not supported');
  return predicate;
}

function conditionJoin(surroundings: QuerySurroundings, node: ast.Join, left: RelationPlan, right: RelationPlan): RelationPlan {
  const { context } = surroundings;
  const type = joinType(node);
  const fields = [...left.fields, ...right.fields];
  const on = onCondition(surroundings, node, fields);
  if (on === undefined) return { node: { kind: 'join', id: context.nextId(), type, left: left.node, right: right.node, criteria: [] }, fields };
  if (type === 'INNER') {
    if (on.collector.subqueries.size === 0) return { node: equiJoin(surroundings, type, left.node, right.node, on.predicate), fields };
    const cross: PlanNode = { kind: 'join', id: context.nextId(), type, left: left.node, right: right.node, criteria: [] };
    return { node: new PlanBuilder(context, on.collector, cross).filter(on.predicate).node, fields };
  }
  return { node: joinOn(surroundings, { type, left: left.node, right: right.node, on }), fields };
}

interface OuterParts {
  readonly type: JoinType;
  readonly left: PlanNode;
  readonly right: PlanNode;
  readonly on: OnCondition;
}

/** A subquery in the condition of an outer join is evaluated on one side, and must not depend on either. */
export function joinOn(surroundings: QuerySurroundings, { type, left, right, on }: OuterParts): PlanNode {
  const { predicate, collector } = on;
  if (collector.subqueries.size === 0) return equiJoin(surroundings, type, left, right, predicate);
  const sides = [new PlanBuilder(surroundings.context, collector, left), new PlanBuilder(surroundings.context, collector, right)] as const;
  const names = [outputNames(left), outputNames(right)] as const;
  for (const use of collector.subqueries.values()) {
    const correlation = use.correlations.find(({ symbol }) => names.some((side) => side.has(symbol.name)));
    if (correlation !== undefined) {
      const message = `Reference to column '${formatExpression(correlation.expression)}' from outer scope not allowed in this context`;
      throw new TrinoError('NOT_SUPPORTED', correlation.expression.location, message);
    }
    const value = use.test === undefined || use.test.kind === 'exists' ? [] : [...referencedNames(use.test.value)];
    const [inLeft, inRight] = [value.some((name) => names[0].has(name)), value.some((name) => names[1].has(name))];
    if (inLeft && inRight) throw new TrinoError('NOT_SUPPORTED', use.node.location, `Subquery in join condition of a ${type} join may not use both sides`);
    (inRight ? sides[1] : sides[0]).attachSubqueries([reference(use.symbol)]);
  }
  return equiJoin(surroundings, type, sides[0].node, sides[1].node, predicate);
}

/** Equalities between the sides become criteria; Trino evaluates them before the rest. */
function equiJoin({ context }: QuerySurroundings, type: JoinType, left: PlanNode, right: PlanNode, predicate: Expression): PlanNode {
  const sides = [new PlanBuilder(context, new Collector(), left), new PlanBuilder(context, new Collector(), right)] as const;
  const names = [outputNames(left), outputNames(right)] as const;
  const criteria: { left: Symbol; right: Symbol }[] = [];
  const rest: Expression[] = [];
  for (const conjunct of extractConjuncts(predicate)) {
    const pair = equalityOfSides(conjunct, names);
    if (pair === undefined) rest.push(conjunct);
    else criteria.push({ left: sides[0].symbolFor(pair.left), right: sides[1].symbolFor(pair.right) });
  }
  const [first, ...more] = rest;
  const filter: Expression | undefined =
    first === undefined || more.length === 0 ? first : { kind: 'logical', operator: 'AND', terms: rest, type: predicate.type };
  return { kind: 'join', id: context.nextId(), type, left: sides[0].node, right: sides[1].node, criteria, ...(filter && { filter }) };
}

function equalityOfSides(expression: Expression, [left, right]: readonly [Set<string>, Set<string>]) {
  if (expression.kind !== 'comparison' || expression.operator !== '=') return undefined;
  const side = (operand: Expression): 'left' | 'right' | undefined => {
    const used = [...referencedNames(operand)];
    if (used.length === 0) return undefined;
    if (used.every((name) => left.has(name))) return 'left';
    return used.every((name) => right.has(name)) ? 'right' : undefined;
  };
  const [a, b] = [side(expression.left), side(expression.right)];
  if (a === 'left' && b === 'right') return { left: expression.left, right: expression.right };
  return a === 'right' && b === 'left' ? { left: expression.right, right: expression.left } : undefined;
}

function usingJoin({ context }: QuerySurroundings, node: ast.Join, left: RelationPlan, right: RelationPlan): RelationPlan {
  const columns = node.criteria?.kind === 'using' ? node.criteria.columns : [];
  const type = joinType(node);
  const used = new Set<Field>();
  const seen = new Set<string>();
  const pairs = columns.map((column) => {
    const name = column.value.toLowerCase();
    if (seen.has(name)) throw new TrinoError('DUPLICATE_COLUMN_NAME', column.location, `Column '${column.value}' appears multiple times in USING clause`);
    seen.add(name);
    const pair = { name: column.value, left: usingField(column, left, 'left'), right: usingField(column, right, 'right') };
    used.add(pair.left).add(pair.right);
    return { ...pair, type: usingType(column, pair.left.symbol, pair.right.symbol) };
  });
  const sides = [new PlanBuilder(context, new Collector(), left.node), new PlanBuilder(context, new Collector(), right.node)] as const;
  const leftSymbols = sides[0].symbolsFor(pairs.map((pair) => coerceTo(reference(pair.left.symbol), pair.type)));
  const rightSymbols = sides[1].symbolsFor(pairs.map((pair) => coerceTo(reference(pair.right.symbol), pair.type)));
  const criteria = leftSymbols.map((symbol, i) => ({ left: symbol, right: rightSymbols[i] ?? symbol }));
  const join: PlanNode = { kind: 'join', id: context.nextId(), type, left: sides[0].node, right: sides[1].node, criteria };
  const joined = pairs.map((pair, i) => {
    const { left: leftSymbol, right: rightSymbol } = criteria[i] ?? { left: pair.left.symbol, right: pair.right.symbol };
    const expression: Expression = { kind: 'coalesce', operands: [reference(leftSymbol), reference(rightSymbol)], type: pair.type };
    return { symbol: context.symbols.newSymbol(pair.name, pair.type), expression };
  });
  const others = [...left.fields, ...right.fields].filter((field) => !used.has(field));
  const builder = new PlanBuilder(context, new Collector(), join).project([...joined, ...others.map(({ symbol }) => identityAssignment(symbol))]);
  return { node: builder.node, fields: [...joined.map(({ symbol }, i) => newField(pairs[i]?.name, symbol)), ...others] };
}

function usingField(column: ast.Identifier, { fields }: RelationPlan, side: 'left' | 'right'): Field {
  const matches = fields.filter((field) => field.name?.toLowerCase() === column.value.toLowerCase());
  const [field] = matches;
  if (field === undefined) throw new TrinoError('COLUMN_NOT_FOUND', column.location, `Column '${column.value}' is missing from ${side} side of join`);
  if (matches.length > 1) throw new TrinoError('AMBIGUOUS_NAME', column.location, `Column '${column.value}' is ambiguous`);
  return field;
}

function usingType(column: ast.Identifier, left: Symbol, right: Symbol) {
  const common = commonSuperType(left.type, right.type);
  const joinable = common !== undefined && isComparable(common) && [left, right].every(({ type }) => typeEquals(type, common) || canCoerce(type, common));
  if (joinable) return common;
  const types = `${typeId(left.type)}, ${typeId(right.type)}`;
  throw new TrinoError('TYPE_MISMATCH', column.location, `Column Types of left and right side are not comparable: ${types}`);
}

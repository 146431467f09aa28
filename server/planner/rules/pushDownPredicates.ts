import type { Expression, Reference } from '../../../spi/expression.ts';
import { combineConjuncts, equalitiesFirst, equalitiesLast, extractConjuncts, isNeverTrue } from '../../plan/conjuncts.ts';
import { isDeterministic, mayFail } from '../../plan/expressionProperties.ts';
import { refersOnlyTo, replaceReferences, visitReferences } from '../../plan/expressionVisitor.ts';
import type {
  AggregationNode,
  ApplyNode,
  CorrelatedJoinNode,
  ExceptNode,
  IntersectNode,
  PlanNode,
  ProjectNode,
  SetExpression,
  Symbol,
  UnionNode,
  ValuesNode,
} from '../../plan/plan.ts';
import { mapSources, outputNames, outputSymbols } from '../../plan/planNodes.ts';
import { emptyValues } from '../emptyValues.ts';
import { isDomainPredicate } from '../equalityInference.ts';
import type { OptimizerContext } from '../optimizerContext.ts';
import { simplifyPredicate } from '../simplify/simplifyExpression.ts';
import { pushPredicateThroughJoin } from './pushPredicateThroughJoin.ts';

/** Moves the conjuncts of filters and joins as far down as Trino moves them, and evaluates those over constants. */
export function pushDownPredicates(plan: PlanNode, context: OptimizerContext): PlanNode {
  return push(plan, [], context);
}

/** The node with `inherited` applied to its rows, in this order. */
function push(node: PlanNode, inherited: readonly Expression[], context: OptimizerContext): PlanNode {
  if (inherited.some(isNeverTrue)) return emptyValues(outputSymbols(node), context);
  switch (node.kind) {
    case 'filter': {
      const predicate = simplifyPredicate(node.predicate, context.session);
      return push(node.source, [...extractConjuncts(predicate), ...inherited], context);
    }
    case 'project':
      return pushThroughProject(node, inherited, context);
    case 'join':
      return pushPredicateThroughJoin(node, inherited, context, push);
    case 'aggregation':
      return through(node, inherited, isKeyOfEverySet(node), context);
    case 'window':
      return through(node, inherited, isOver(names(node.partitionBy), node), context);
    case 'sort':
    case 'sample':
    case 'assignUniqueId':
    case 'unnest':
    case 'jsonTable':
      return through(node, inherited, isOver(node.kind === 'unnest' ? names(node.replicate) : outputNames(node.source), node), context);
    case 'union':
      return pushThroughSetOperation(node, inherited, isDeterministic, context);
    case 'intersect':
    case 'except':
      // equal rows may still differ in what only other expressions tell, such as the zone of an instant
      return pushThroughSetOperation(node, inherited, isDomainPredicate, context);
    case 'apply':
      return pushThroughApply(node, inherited, context);
    case 'correlatedJoin':
      return pushThroughCorrelatedJoin(node, inherited, context);
    case 'values':
      return filterValues(node, inherited, context);
    default:
      return filtered(
        mapSources(node, (source) => push(source, [], context)),
        inherited,
        context,
      );
  }
}

const names = (symbols: readonly Symbol[]): Set<string> => new Set(symbols.map(({ name }) => name));

/** Deterministic, and about nothing that the node computes but `allowed` (and correlated symbols). */
function isOver(allowed: ReadonlySet<string>, node: PlanNode): (conjunct: Expression) => boolean {
  const own = outputNames(node);
  return (conjunct) => isDeterministic(conjunct) && refersOnlyTo(conjunct, (name) => allowed.has(name) || !own.has(name));
}

export function filtered(source: PlanNode, conjuncts: readonly Expression[], context: OptimizerContext): PlanNode {
  if (conjuncts.length === 0) return source;
  const predicate = simplifyPredicate(combineConjuncts(conjuncts), context.session);
  if (isNeverTrue(predicate)) return emptyValues(outputSymbols(source), context);
  const rest = extractConjuncts(predicate);
  return rest.length === 0 ? source : { kind: 'filter', id: context.nextId(), source, predicate };
}

type SingleSource = Extract<PlanNode, { readonly source: PlanNode }>;

function through(node: SingleSource, inherited: readonly Expression[], passes: (conjunct: Expression) => boolean, context: OptimizerContext): PlanNode {
  const down = inherited.filter(passes);
  const infers = node.kind === 'aggregation' || node.kind === 'unnest';
  const source = push(node.source, infers ? equalitiesFirst(down) : down, context);
  const kept = down.length === 0 ? inherited : inherited.filter((conjunct) => !down.includes(conjunct));
  return filtered(source === node.source ? node : { ...node, source }, kept, context);
}

function isKeyOfEverySet(node: AggregationNode): (conjunct: Expression) => boolean {
  const sets = node.groupingSets ?? [node.groupingKeys.map((_, i) => i)];
  // a set without keys gives a row even when nothing is left below
  if (sets.some((set) => set.length === 0)) return () => false;
  return isOver(names(node.groupingKeys.filter((_, i) => sets.every((set) => set.includes(i)))), node);
}

function pushThroughProject(node: ProjectNode, inherited: readonly Expression[], context: OptimizerContext): PlanNode {
  const assigned = new Map(node.assignments.map(({ symbol, expression }) => [symbol.name, expression]));
  const down: Expression[] = [];
  const kept: Expression[] = [];
  for (const conjunct of inherited) {
    if (canInline(conjunct, assigned)) down.push(...extractConjuncts(simplifyPredicate(inline(conjunct, assigned), context.session)));
    else kept.push(conjunct);
  }
  const source = push(node.source, down, context);
  return filtered(source === node.source ? node : { ...node, source }, kept, context);
}

function inline(conjunct: Expression, assigned: ReadonlyMap<string, Expression>): Expression {
  return replaceReferences(conjunct, ({ name }) => assigned.get(name));
}

/** What is no bare column is computed anew for each mention: once in a conjunct is as often as before. */
function canInline(conjunct: Expression, assigned: ReadonlyMap<string, Expression>): boolean {
  if (!isDeterministic(conjunct)) return false;
  const counts = new Map<string, number>();
  visitReferences(conjunct, ({ name }) => counts.set(name, (counts.get(name) ?? 0) + 1));
  return [...counts].every(([name, count]) => {
    const expression = assigned.get(name);
    if (expression === undefined || expression.kind === 'reference' || expression.kind === 'constant') return true;
    return count === 1 && isDeterministic(expression);
  });
}

type SetOperation = UnionNode | IntersectNode | ExceptNode;

function pushThroughSetOperation(
  node: SetOperation,
  inherited: readonly Expression[],
  passes: (conjunct: Expression) => boolean,
  context: OptimizerContext,
): PlanNode {
  const down = inherited.filter(passes);
  const sources = node.sources.map((source, i) =>
    push(
      source,
      down.map((conjunct) => mapToInput(conjunct, node, i)),
      context,
    ),
  );
  return filtered(
    { ...node, sources },
    inherited.filter((conjunct) => !down.includes(conjunct)),
    context,
  );
}

/** The same said of the symbols of one source. */
function mapToInput(conjunct: Expression, node: Pick<UnionNode, 'outputs' | 'inputs'>, source: number): Expression {
  const inputs = new Map(node.outputs.map(({ name }, i) => [name, node.inputs[source]?.[i]]));
  return replaceReferences(conjunct, ({ name }) => reference(inputs.get(name)));
}

const reference = (symbol: Symbol | undefined): Reference | undefined => symbol && { kind: 'reference', ...symbol };

function pushThroughApply(node: ApplyNode, inherited: readonly Expression[], context: OptimizerContext): PlanNode {
  const failuresPass = node.assignments.every(({ symbol, expression }) => becomesOuterJoin(node, symbol, expression, inherited));
  const computed = names(node.assignments.map(({ symbol }) => symbol));
  const passes = (conjunct: Expression): boolean =>
    isDeterministic(conjunct) && refersOnlyTo(conjunct, (name) => !computed.has(name)) && (failuresPass || !mayFail(conjunct));
  const down = inherited.filter(passes);
  const isSemiJoin = node.correlation.length === 0;
  const source = push(node.source, isSemiJoin ? equalitiesLast(down) : equalitiesFirst(down), context);
  const subquery = push(node.subquery, [], context);
  return filtered(
    { ...node, source, subquery },
    inherited.filter((conjunct) => !down.includes(conjunct)),
    context,
  );
}

/** Trino makes semi joins, outer joins or inner joins of such subqueries; inner joins keep back what may fail. */
function becomesOuterJoin({ correlation }: ApplyNode, symbol: Symbol, expression: SetExpression, inherited: readonly Expression[]): boolean {
  if (expression.kind === 'in') return true;
  if (correlation.length === 0) return false;
  const isRequired = inherited.some((conjunct) => conjunct.kind === 'reference' && conjunct.name === symbol.name);
  return expression.kind !== 'exists' || !isRequired;
}

function pushThroughCorrelatedJoin(node: CorrelatedJoinNode, inherited: readonly Expression[], context: OptimizerContext): PlanNode {
  const subqueryNames = outputNames(node.subquery);
  const sourceNames = outputNames(node.source);
  const passes = (conjunct: Expression): boolean => {
    if (!isDeterministic(conjunct) || !refersOnlyTo(conjunct, (name) => !subqueryNames.has(name))) return false;
    return node.type === 'LEFT' || (node.type === 'INNER' && !mayFail(conjunct));
  };
  const down = inherited.filter(passes);
  const passesToSubquery = (conjunct: Expression): boolean =>
    node.type === 'INNER' &&
    !down.includes(conjunct) &&
    isDeterministic(conjunct) &&
    !mayFail(conjunct) &&
    refersOnlyTo(conjunct, (name) => !sourceNames.has(name));
  const toSubquery = inherited.filter(passesToSubquery);
  const source = push(node.source, down, context);
  const subquery = push(node.subquery, toSubquery, context);
  return filtered(
    { ...node, source, subquery },
    inherited.filter((conjunct) => !down.includes(conjunct) && !toSubquery.includes(conjunct)),
    context,
  );
}

/** Drops the rows for which the condition is known; it stays for the others. */
function filterValues(node: ValuesNode, inherited: readonly Expression[], context: OptimizerContext): PlanNode {
  if (inherited.length === 0 || !inherited.every(isDeterministic) || node.rows.some((row) => !row.every(isDeterministic)))
    return filtered(node, inherited, context);
  const predicate = combineConjuncts(inherited);
  let decided = true;
  const rows = node.rows.filter((row) => {
    const values = new Map(node.outputs.map(({ name }, i) => [name, row[i]]));
    const answer = simplifyPredicate(
      replaceReferences(predicate, ({ name }) => values.get(name)),
      context.session,
    );
    if (isNeverTrue(answer)) return false;
    decided &&= answer.kind === 'constant';
    return true;
  });
  const kept: ValuesNode = { ...node, rows, filtered: true };
  return decided || rows.length === 0 ? kept : filtered(kept, inherited, context);
}

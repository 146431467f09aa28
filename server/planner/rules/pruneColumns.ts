import { referencedNames } from '../../plan/expressionVisitor.ts';
import type {
  AggregationNode,
  ApplyNode,
  CorrelatedJoinNode,
  Ordering,
  PatternRecognitionNode,
  PlanNode,
  Symbol,
  UnionNode,
  ValuesNode,
  WindowNode,
} from '../../plan/plan.ts';
import { mapSources, outputNames } from '../../plan/planNodes.ts';
import { columnsOf } from '../../plan/rowPattern.ts';
import { isExactlyOneRow } from '../cardinality.ts';
import type { OptimizerContext } from '../optimizerContext.ts';

/** Computes and reads only what is used above. A value that nobody asks for is not computed, and so raises nothing: as in Trino. */
export function pruneColumns(plan: PlanNode, _context: OptimizerContext): PlanNode {
  return prune(plan, outputNames(plan));
}

type Names = ReadonlySet<string>;

function prune(node: PlanNode, required: Names): PlanNode {
  switch (node.kind) {
    case 'output':
      return below(node, new Set(node.outputs.map(({ name }) => name)));
    case 'tableScan': {
      const outputs = only(node.outputs, required);
      if (outputs.length === node.outputs.length) return node;
      const kept = new Set(outputs.map(({ name }) => name));
      return { ...node, outputs, assignments: new Map([...node.assignments].filter(([name]) => kept.has(name))) };
    }
    case 'values':
      return pruneValues(node, required);
    case 'filter':
      return below(node, union(required, referencedNames(node.predicate)));
    case 'project': {
      const assignments = node.assignments.filter(({ symbol }) => required.has(symbol.name));
      const source = prune(node.source, referencedNames(...assignments.map(({ expression }) => expression)));
      if (assignments.length === node.assignments.length) return source === node.source ? node : { ...node, source };
      return { ...node, source, assignments };
    }
    case 'aggregation':
      return pruneAggregation(node, required);
    case 'window':
      return pruneWindow(node, required);
    case 'sort':
    case 'topN':
      return below(node, union(required, orderingNames(node.orderBy)));
    case 'limit':
      return below(node, node.withTies === undefined ? required : union(required, orderingNames(node.withTies)));
    case 'offset':
    case 'sample':
    case 'enforceSingleRow':
      return below(node, required);
    case 'union':
      return pruneUnion(node, required);
    case 'join': {
      const names = new Set(required);
      for (const { left, right } of node.criteria) names.add(left.name).add(right.name);
      return below(node, node.filter === undefined ? names : union(names, referencedNames(node.filter)));
    }
    case 'apply':
      return pruneApply(node, required);
    case 'correlatedJoin':
      return pruneCorrelatedJoin(node, required);
    case 'unnest': {
      const replicate = only(node.replicate, required);
      const ordinality = node.ordinality !== undefined && required.has(node.ordinality.name) ? node.ordinality : undefined;
      const { ordinality: _, ...rest } = node;
      const source = prune(node.source, new Set([...replicate, ...node.mappings.map(({ input }) => input)].map(({ name }) => name)));
      return ordinality === undefined ? { ...rest, source, replicate } : { ...rest, source, replicate, ordinality };
    }
    case 'jsonTable': {
      const inputs = [node.input, ...node.passing.map(({ symbol }) => symbol), ...node.defaults];
      return below(node, union(required, new Set(inputs.map(({ name }) => name))));
    }
    case 'assignUniqueId':
      return required.has(node.symbol.name) ? below(node, required) : prune(node.source, required);
    case 'tableWriter':
    case 'mergeWriter':
      return below(node, new Set(node.inputs.map(({ name }) => name)));
    case 'patternRecognition':
      return prunePattern(node, required);
    case 'intersect':
    case 'except':
    case 'recursiveUnion':
    case 'tableFunction':
    case 'recursiveReference':
    case 'tableDelete':
    case 'tableUpdate':
      // every column counts
      return mapSources(node, (source) => prune(source, outputNames(source)));
  }
}

const union = (a: Names, b: Names): Names => new Set([...a, ...b]);
const only = (symbols: readonly Symbol[], required: Names): readonly Symbol[] => symbols.filter(({ name }) => required.has(name));
const orderingNames = (orderBy: readonly Ordering[]): Names => new Set(orderBy.map(({ symbol }) => symbol.name));

function below(node: PlanNode, required: Names): PlanNode {
  return mapSources(node, (source) => prune(source, required));
}

function pruneValues(node: ValuesNode, required: Names): PlanNode {
  const kept = node.outputs.map(({ name }) => required.has(name));
  if (kept.every(Boolean)) return node;
  return { ...node, outputs: node.outputs.filter((_, i) => kept[i]), rows: node.rows.map((row) => row.filter((_, i) => kept[i])) };
}

function pruneAggregation(node: AggregationNode, required: Names): PlanNode {
  const aggregations = node.aggregations.filter(({ symbol }) => required.has(symbol.name));
  const groupingOperations = node.groupingOperations.filter(({ symbol }) => required.has(symbol.name));
  const names = new Set(node.groupingKeys.map(({ name }) => name));
  for (const aggregation of aggregations) addCallNames(aggregation, names);
  return { ...node, source: prune(node.source, names), aggregations, groupingOperations };
}

function addCallNames(call: Pick<AggregationNode['aggregations'][number], 'arguments' | 'filter' | 'orderBy'>, names: Set<string>): void {
  for (const name of referencedNames(...call.arguments)) names.add(name);
  if (call.filter !== undefined) names.add(call.filter.name);
  for (const name of orderingNames(call.orderBy)) names.add(name);
}

function pruneWindow(node: WindowNode, required: Names): PlanNode {
  const functions = node.functions.filter(({ symbol }) => required.has(symbol.name));
  if (functions.length === 0) return prune(node.source, required);
  const names = new Set([...required, ...node.partitionBy.map(({ name }) => name), ...orderingNames(node.orderBy)]);
  for (const call of functions) {
    addCallNames(call, names);
    for (const value of [call.frame.startValue, call.frame.endValue]) if (value !== undefined) names.add(value.name);
  }
  return { ...node, source: prune(node.source, names), functions };
}

function pruneUnion(node: UnionNode, required: Names): PlanNode {
  const kept = node.outputs.map(({ name }) => required.has(name));
  const inputs = node.inputs.map((list) => list.filter((_, i) => kept[i]));
  const sources = node.sources.map((source, i) => prune(source, new Set((inputs[i] ?? []).map(({ name }) => name))));
  return { ...node, sources, inputs, outputs: node.outputs.filter((_, i) => kept[i]) };
}

function prunePattern(node: PatternRecognitionNode, required: Names): PlanNode {
  const { specification } = node;
  const values = specification.values.filter(({ symbol }) => required.has(symbol.name));
  const outputs = only(node.outputs, required);
  const names = new Set([...outputs, ...node.partitionBy].map(({ name }) => name));
  for (const name of orderingNames(node.orderBy)) names.add(name);
  if (specification.frame?.following !== undefined) names.add(specification.frame.following.name);
  for (const { value } of [...values, ...specification.definitions.flatMap(({ condition }) => condition.values)]) {
    for (const { name } of columnsOf(value)) names.add(name);
  }
  return { ...node, outputs, specification: { ...specification, values }, source: prune(node.source, names) };
}

function pruneApply(node: ApplyNode, required: Names): PlanNode {
  const assignments = node.assignments.filter(({ symbol }) => required.has(symbol.name));
  if (assignments.length === 0) return prune(node.source, required);
  const ofSource = new Set([...required, ...node.correlation.map(({ name }) => name)]);
  const ofSubquery = new Set<string>();
  for (const { expression } of assignments) {
    if (expression.kind === 'exists') continue;
    ofSource.add(expression.value.name);
    ofSubquery.add(expression.reference.name);
  }
  return { ...node, assignments, source: prune(node.source, ofSource), subquery: prune(node.subquery, ofSubquery) };
}

function pruneCorrelatedJoin(node: CorrelatedJoinNode, required: Names): PlanNode {
  const subqueryNames = outputNames(node.subquery);
  const used = [...subqueryNames].some((name) => required.has(name));
  if (!used && node.filter === undefined && (node.type === 'LEFT' || node.type === 'INNER') && isExactlyOneRow(node.subquery))
    return prune(node.source, required);
  const names = union(required, new Set([...node.correlation.map(({ name }) => name), ...(node.filter === undefined ? [] : referencedNames(node.filter))]));
  return below(node, names);
}

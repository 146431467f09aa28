import type { Expression, Reference, ResolvedFunction } from '../../../spi/expression.ts';
import { TrinoError } from '../../../spi/trinoError.ts';
import { BIGINT, INTEGER, VARCHAR } from '../../../spi/type.ts';
import { replaceReferences } from '../../plan/expressionVisitor.ts';
import type { Ordering, PlanNode, Symbol } from '../../plan/plan.ts';
import type { RunningAggregate } from '../../plan/rowPattern.ts';
import type * as ast from '../../sql/ast.ts';
import { argumentsOf } from '../aggregation/aggregationPlanner.ts';
import type { AnalysisContext } from '../analysisContext.ts';
import { extractAggregates, functionName } from '../astWalk.ts';
import { Collector } from '../aggregation/collector.ts';
import type { ExpressionAnalyzer } from '../expression/expressionAnalyzer.ts';
import { reference } from '../expression/expressionBuilder.ts';
import { resolveCall } from '../expression/functionCalls.ts';
import { checkLabels, knownLabel, membersOf, navigationCalls, type PatternContext } from './patternContext.ts';
import { PlanBuilder } from '../planBuilder.ts';

/** An aggregation over rows of a match. */
export interface PatternAggregateUse {
  readonly symbol: Symbol;
  readonly function: ResolvedFunction;
  /** Over the items of single rows, and `outer`. */
  readonly arguments: readonly Expression[];
  readonly distinct: boolean;
  /** What a row has, and the arrays that hold it for all rows. */
  readonly items: readonly RowItem[];
  /** What is the same for all rows of the match. */
  readonly outer: readonly Reference[];
}

export interface RowItem {
  readonly item: Reference;
  readonly array: Reference;
}

/** What the arguments of one aggregation ask of each row. */
export class AggregatedRows {
  readonly columns = new Map<string, Reference>();
  readonly outer = new Map<string, Reference>();
  readonly #context: AnalysisContext;
  #classifier: Reference | undefined;

  constructor(context: AnalysisContext) {
    this.#context = context;
  }

  column(column: Reference): Reference {
    this.columns.set(column.name, column);
    return column;
  }

  classifier(): Reference {
    this.#classifier ??= reference(this.#context.symbols.newSymbol('classifier', VARCHAR));
    return this.#classifier;
  }

  /** In a condition: while rows are matched. */
  running(pattern: PatternContext, fn: ResolvedFunction, values: readonly Expression[]): RunningAggregate {
    const [matchNumber] = this.outer.keys();
    if (this.#classifier === undefined && matchNumber === undefined) {
      const columns = values.map((value) => (value.kind === 'constant' ? value : pattern.inputs.column(value)));
      return { function: fn, arguments: columns, columns: columns.flatMap((value) => (value.kind === 'reference' ? [symbolOf(value)] : [])) };
    }
    return {
      function: fn,
      arguments: values,
      columns: [...this.columns.values()].map(symbolOf),
      ...(this.#classifier && { classifier: this.#classifier.name }),
      ...(matchNumber !== undefined && { matchNumber }),
    };
  }

  /** Arguments over the items of rows. What the row alone decides is computed for all rows, in Trino too. */
  overItems(pattern: PatternContext, values: readonly Expression[], rows: AggregatedPart): Pick<PatternAggregateUse, 'arguments' | 'items' | 'outer'> {
    if (this.#classifier === undefined && this.outer.size === 0) {
      const columns = values.map((value) => (value.kind === 'constant' ? value : pattern.inputs.column(value)));
      const references = columns.filter((value) => value.kind === 'reference');
      return { arguments: columns, items: rowItems(pattern, references, rows), outer: [] };
    }
    const items = [...(this.columns.size === 0 ? [] : rowItems(pattern, [...this.columns.values()], rows))];
    if (this.#classifier !== undefined) items.push({ item: this.#classifier, array: pattern.values.use({ kind: 'classifiers', ...rows }, 'classifiers') });
    return { arguments: values, items: items.length > 0 ? items : rowItems(pattern, [], rows), outer: [...this.outer.values()] };
  }
}

/** The rows that an aggregation goes over. */
export interface AggregatedPart {
  readonly labels: readonly string[];
  readonly running: boolean;
}

/** The arrays of these columns; without any those of a constant, so that there is something to count. */
export function rowItems(
  { values, inputs }: Pick<PatternContext, 'values' | 'inputs'>,
  columns: readonly Reference[],
  rows: AggregatedPart,
): readonly RowItem[] {
  const items = columns.length > 0 ? columns : [inputs.column({ kind: 'constant', type: INTEGER, value: 1 })];
  return items.map((item) => ({ item, array: values.use({ kind: 'rows', column: symbolOf(item), ...rows }, item.name) }));
}

const symbolOf = ({ name, type }: Reference): Symbol => ({ name, type });

/** Their answer depends on the order of the rows. */
const ORDERED = new Set([
  'array_agg',
  'listagg',
  'map_agg',
  'multimap_agg',
  'map_union',
  'any_value',
  'arbitrary',
  'histogram',
  'max_by',
  'min_by',
  'reduce_agg',
  'numeric_histogram',
]);

export class PatternAggregates {
  readonly uses: PatternAggregateUse[] = [];
  readonly #context: AnalysisContext;

  constructor(context: AnalysisContext) {
    this.#context = context;
  }

  add(use: Omit<PatternAggregateUse, 'symbol'>): Reference {
    const symbol = this.#context.symbols.newSymbol(use.function.name, use.function.returnType);
    this.uses.push({ ...use, symbol });
    return reference(symbol);
  }

  /** The aggregates as columns of `builder`, which has the arrays. */
  attach(builder: PlanBuilder): void {
    for (const use of this.uses) {
      const needed = [...use.items.map(({ array }) => array), ...use.outer];
      const correlation = [...new Map(needed.map((value) => [value.name, symbolOf(value)])).values()];
      const subquery = this.#aggregation(use);
      builder.push((source, id) => ({ kind: 'correlatedJoin', id, source, subquery, correlation, type: 'LEFT' }));
    }
  }

  #aggregation(use: PatternAggregateUse): PlanNode {
    const { symbols } = this.#context;
    const nextId = (): string => this.#context.nextId();
    const inputs = use.items.map(({ array }) => ({ symbol: symbols.newSymbol(array.name, array.type), expression: array }));
    const items = new Map(use.items.map(({ item }) => [item.name, symbols.newSymbol(item.name, item.type)]));
    const ordinality = symbols.newSymbol('ordinality', BIGINT);
    const one: PlanNode = { kind: 'values', id: nextId(), outputs: [], rows: [[]] };
    const projected: PlanNode = { kind: 'project', id: nextId(), source: one, assignments: inputs };
    const itemSymbols = [...items.values()];
    const mappings = inputs.map(({ symbol: input }, i) => ({ input, outputs: itemSymbols.slice(i, i + 1) }));
    const unnested: PlanNode = { kind: 'unnest', id: nextId(), source: projected, replicate: [], mappings, ordinality, type: 'INNER' };
    const builder = new PlanBuilder(this.#context, new Collector(), unnested);
    const ofItem = (expression: Expression): Expression =>
      replaceReferences(expression, ({ name }) => {
        const symbol = items.get(name);
        return symbol && reference(symbol);
      });
    const values = argumentsOf(builder, use.arguments.map(ofItem));
    const orderBy: readonly Ordering[] = ORDERED.has(use.function.name) && !use.distinct ? [{ symbol: ordinality, ascending: true, nullsFirst: false }] : [];
    const aggregation = { symbol: use.symbol, function: use.function, arguments: values, distinct: use.distinct, orderBy };
    return { kind: 'aggregation', id: nextId(), source: builder.node, groupingKeys: [], groupingOperations: [], aggregations: [aggregation] };
  }
}

export function patternAggregate(analyzer: ExpressionAnalyzer, pattern: PatternContext, node: ast.FunctionCall): Expression {
  const name = functionName(node.name);
  check(analyzer, node, name);
  const { aggregates } = pattern;
  if (aggregates === undefined && node.processingMode === 'FINAL') {
    throw new TrinoError('INVALID_PROCESSING_MODE', node.location, 'FINAL semantics is not supported in DEFINE clause');
  }
  const running = node.processingMode !== 'FINAL';
  const used = new Set<string | undefined>();
  const [labelled] = node.arguments;
  const counted = node.star || labelled?.kind === 'allColumnsExpression';
  if (labelled?.kind === 'allColumnsExpression' && labelled.label !== undefined) used.add(knownLabel(pattern, labelled.label));
  const ofRows = new AggregatedRows(analyzer.context);
  const inner = analyzer.with({ pattern: { ...pattern, used, ofRows } });
  const { resolved, values } = resolveCall(inner, counted ? { ...node, arguments: [] } : node, name);
  checkLabels(used, node, name);
  const [label] = used;
  if (aggregates === undefined)
    return pattern.values.use({ kind: 'aggregate', labels: membersOf(pattern, label), ...ofRows.running(pattern, resolved, values) }, name);
  return aggregates.add({ function: resolved, distinct: false, ...ofRows.overItems(pattern, values, { labels: membersOf(pattern, label), running }) });
}

function check(analyzer: ExpressionAnalyzer, node: ast.FunctionCall, name: string): void {
  const refuse = (what: string): TrinoError =>
    new TrinoError('NOT_SUPPORTED', node.location, `Cannot use ${what} with ${name} aggregate function in pattern recognition context`);
  if (node.distinct) throw refuse('DISTINCT');
  if (node.orderBy.length > 0) throw refuse('ORDER BY');
  if (node.filter !== undefined) throw refuse('FILTER');
  const [nested] = extractAggregates(node.arguments, analyzer.context.options.functions);
  if (nested !== undefined) {
    throw new TrinoError('NESTED_AGGREGATION', nested.location, `Cannot nest ${functionName(nested.name)} aggregate function inside ${name} function`);
  }
  const [navigation] = node.arguments.flatMap(navigationCalls);
  if (navigation !== undefined) {
    throw new TrinoError(
      'INVALID_NAVIGATION_NESTING',
      navigation.location,
      `Cannot nest ${functionName(navigation.name)} pattern navigation function inside ${name} function`,
    );
  }
}

import type { Expression, Reference, ResolvedFunction } from '../../spi/expression.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import { BIGINT, INTEGER } from '../../spi/type.ts';
import type { PlanNode, Symbol } from '../plan/plan.ts';
import type * as ast from '../sql/ast.ts';
import type { AnalysisContext } from './analysisContext.ts';
import { extractAggregates, functionName } from './astWalk.ts';
import type { ExpressionAnalyzer } from './expressionAnalyzer.ts';
import { reference } from './expressionBuilder.ts';
import { resolveCall } from './functionCalls.ts';
import { checkLabels, knownLabel, membersOf, navigationCalls, type PatternContext } from './patternContext.ts';
import type { PlanBuilder } from './planBuilder.ts';

/** An aggregation over rows of a match: its arguments are arrays of their values, or lambdas. */
export interface PatternAggregateUse {
  readonly symbol: Symbol;
  readonly function: ResolvedFunction;
  readonly arguments: readonly Expression[];
  /** By position in `arguments`. */
  readonly arrays: ReadonlyMap<number, Reference>;
  /** Without arguments: the rows that are counted. */
  readonly counted?: Reference;
}

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
  readonly #source: PlanBuilder;

  /** `source`: the rows to be matched, to which columns for arguments are added. */
  constructor(context: AnalysisContext, source: PlanBuilder) {
    this.#context = context;
    this.#source = source;
  }

  column(expression: Expression): Symbol {
    return this.#source.symbolFor(expression);
  }

  add(use: Omit<PatternAggregateUse, 'symbol'>): Reference {
    const symbol = this.#context.symbols.newSymbol(use.function.name, use.function.returnType);
    this.uses.push({ ...use, symbol });
    return reference(symbol);
  }

  /** The aggregates as columns of `builder`, which has the arrays. */
  attach(builder: PlanBuilder): void {
    for (const use of this.uses) {
      const arrays = [...use.arrays.values(), ...(use.counted === undefined ? [] : [use.counted])];
      const correlation = [...new Map(arrays.map(({ name, type }) => [name, { name, type }])).values()];
      const subquery = this.#aggregation(use, arrays);
      builder.push((source, id) => ({ kind: 'correlatedJoin', id, source, subquery, correlation, type: 'LEFT' }));
    }
  }

  #aggregation(use: PatternAggregateUse, arrays: readonly Reference[]): PlanNode {
    const { symbols } = this.#context;
    const nextId = (): string => this.#context.nextId();
    const inputs = arrays.map((value) => ({ symbol: symbols.newSymbol(value.name, value.type), expression: value }));
    const items = arrays.map(({ name, type }) => symbols.newSymbol(name, type.kind === 'array' ? type.element : type));
    const ordinality = symbols.newSymbol('ordinality', BIGINT);
    const one: PlanNode = { kind: 'values', id: nextId(), outputs: [], rows: [[]] };
    const projected: PlanNode = { kind: 'project', id: nextId(), source: one, assignments: inputs };
    const mappings = inputs.map(({ symbol: input }, i) => ({ input, outputs: items.slice(i, i + 1) }));
    const unnested: PlanNode = { kind: 'unnest', id: nextId(), source: projected, replicate: [], mappings, ordinality, type: 'INNER' };
    const positions = [...use.arrays.keys()];
    const values = use.arguments.map((argument, i): Expression => {
      const item = items[positions.indexOf(i)];
      return item === undefined ? argument : reference(item);
    });
    const orderBy = ORDERED.has(use.function.name) ? [{ symbol: ordinality, ascending: true, nullsFirst: false }] : [];
    const aggregation = { symbol: use.symbol, function: use.function, arguments: values, distinct: false, orderBy };
    return { kind: 'aggregation', id: nextId(), source: unnested, groupingKeys: [], groupingOperations: [], aggregations: [aggregation] };
  }
}

export function patternAggregate(analyzer: ExpressionAnalyzer, pattern: PatternContext, node: ast.FunctionCall): Expression {
  const name = functionName(node.name);
  check(analyzer, node, name);
  const { aggregates } = pattern;
  if (aggregates === undefined) throw new TrinoError('NOT_SUPPORTED', node.location, 'Aggregate functions in DEFINE are not supported');
  const running = node.processingMode !== 'FINAL';
  const used = new Set<string | undefined>();
  const [labelled] = node.arguments;
  const counted = node.star || labelled?.kind === 'allColumnsExpression';
  if (labelled?.kind === 'allColumnsExpression' && labelled.label !== undefined) used.add(knownLabel(pattern, labelled.label));
  const inner = analyzer.with({ pattern: { ...pattern, used, isAggregateArgument: true } });
  const { resolved, values } = resolveCall(inner, counted ? { ...node, arguments: [] } : node, name);
  checkLabels(used, node, name);
  const [label] = used;
  const rows = (expression: Expression): Reference => {
    if (expression.type.kind === 'row') throw new TrinoError('NOT_SUPPORTED', node.location, 'Aggregation of rows in row pattern recognition is not supported');
    return pattern.values.use({ kind: 'rows', column: aggregates.column(expression), labels: membersOf(pattern, label), running }, name);
  };
  const arrays = new Map(values.flatMap((value, i) => (value.kind === 'lambda' ? [] : [[i, rows(value)] as const])));
  const call = { function: resolved, arguments: values, arrays };
  return aggregates.add(arrays.size > 0 ? call : { ...call, counted: rows({ kind: 'constant', type: INTEGER, value: 1 }) });
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

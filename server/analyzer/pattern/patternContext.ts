import type { Expression, Reference } from '../../../spi/expression.ts';
import { TrinoError } from '../../../spi/trinoError.ts';
import { array, BIGINT, BOOLEAN, type Type, VARCHAR } from '../../../spi/type.ts';
import type { Assignment, Symbol } from '../../plan/plan.ts';
import { type Navigation, type PatternValue, rowsType } from '../../plan/rowPattern.ts';
import type * as ast from '../../sql/ast.ts';
import type { AnalysisContext } from '../analysisContext.ts';
import { extractAggregates, functionName, visitNodes } from '../astWalk.ts';
import { type Collector, structuralKey } from '../aggregation/collector.ts';
import type { ExpressionAnalyzer } from '../expression/expressionAnalyzer.ts';
import { reference } from '../expression/expressionBuilder.ts';
import { labelName } from '../nameResolution.ts';
import type { AggregatedRows, PatternAggregates } from './patternAggregates.ts';
import { hint, type PlanBuilder } from '../planBuilder.ts';
import type { Scope } from '../scope.ts';

export { patternAggregate } from './patternAggregates.ts';

/** Where an expression of MEASURES or DEFINE stands. */
export interface PatternContext {
  readonly inputScope: Scope;
  /** Variables and unions of them, each by its name. */
  readonly labels: ReadonlyMap<string, string>;
  /** The variables of a union; of a variable itself. */
  readonly members: ReadonlyMap<string, readonly string[]>;
  readonly values: PatternValues;
  readonly inputs: PatternInputs;
  /** Takes the subqueries, which are computed before the rows are matched. */
  readonly below: Collector;
  /** In MEASURES; absent in DEFINE. */
  readonly aggregates?: PatternAggregates;
  /** Within FIRST, LAST, PREV or NEXT. */
  readonly navigation?: Navigation;
  /** Within a navigation or an aggregation: the labels used there. */
  readonly used?: Set<string | undefined>;
  /** Within the arguments of an aggregation columns and classifiers are those of each row. */
  readonly ofRows?: AggregatedRows;
  /** The columns used are noted here. */
  readonly columns?: Map<string, Reference>;
  /** The pattern is that of a window. */
  readonly inWindow?: boolean;
}

/** Columns that the rows need before they are matched: arguments of aggregations, and subqueries. Each may use those before it. */
export class PatternInputs {
  readonly list: Assignment[] = [];
  readonly #context: AnalysisContext;
  readonly #known = new Map<string, Reference>();

  constructor(context: AnalysisContext) {
    this.#context = context;
  }

  column(expression: Expression): Reference {
    return expression.kind === 'reference' ? expression : this.subquery(expression);
  }

  /** A subquery's symbol is no column before it is asked for. */
  subquery(expression: Expression): Reference {
    const key = structuralKey(expression);
    let column = this.#known.get(key);
    if (column === undefined) {
      const symbol = this.#context.symbols.newSymbol(hint(expression), expression.type);
      this.list.push({ symbol, expression });
      column = reference(symbol);
      this.#known.set(key, column);
    }
    return column;
  }

  append(builder: PlanBuilder): void {
    for (const { symbol, expression } of this.list) builder.append([{ symbol, expression: builder.translate(expression) }]);
  }
}

/** What expressions ask of matches: each stands in them as a reference. */
export class PatternValues {
  readonly list: { readonly symbol: Reference; readonly value: PatternValue }[] = [];
  readonly #context: AnalysisContext;
  readonly #known = new Map<string, Reference>();

  constructor(context: AnalysisContext) {
    this.#context = context;
  }

  /** As plain symbols. */
  get used(): readonly { readonly symbol: Symbol; readonly value: PatternValue }[] {
    return this.list.map(({ symbol: { name, type }, value }) => ({ symbol: { name, type }, value }));
  }

  use(value: PatternValue, hint: string): Reference {
    const key = structuralKey(value);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const symbol = reference(this.#context.symbols.newSymbol(hint, valueType(value)));
    this.#known.set(key, symbol);
    this.list.push({ symbol, value });
    return symbol;
  }
}

function valueType(value: PatternValue): Type {
  switch (value.kind) {
    case 'column':
      return value.column.type;
    case 'classifier':
      return VARCHAR;
    case 'matchNumber':
      return BIGINT;
    case 'matched':
      return BOOLEAN;
    case 'rows':
      return rowsType(value.column.type);
    case 'classifiers':
      return array(VARCHAR);
    case 'aggregate':
      return value.function.returnType;
  }
}

const LAST_ROW: Navigation = { labels: [], anchor: 'LAST', running: true, logicalOffset: 0, physicalOffset: 0 };

export function patternColumn(pattern: PatternContext, label: string | undefined, column: Reference): Expression {
  pattern.used?.add(label);
  pattern.columns?.set(column.name, column);
  if (pattern.ofRows !== undefined) return pattern.ofRows.column(column);
  const navigation = { ...(pattern.navigation ?? LAST_ROW), labels: membersOf(pattern, label) };
  return pattern.values.use({ kind: 'column', column: { name: column.name, type: column.type }, navigation }, column.name);
}

export function membersOf(pattern: PatternContext, label: string | undefined): readonly string[] {
  return label === undefined ? [] : (pattern.members.get(label) ?? [label]);
}

const NAVIGATIONS = new Set(['first', 'last', 'prev', 'next']);

export const isPatternFunction = (name: string): boolean => NAVIGATIONS.has(name) || name === 'classifier' || name === 'match_number';

export function patternFunction(analyzer: ExpressionAnalyzer, pattern: PatternContext, node: ast.FunctionCall): Expression {
  const name = functionName(node.name);
  if (node.processingMode !== undefined && name !== 'first' && name !== 'last') {
    throw new TrinoError(
      'INVALID_PROCESSING_MODE',
      node.location,
      `${node.processingMode} semantics is not supported with ${name} pattern recognition function`,
    );
  }
  if (name === 'classifier') return classifier(pattern, node);
  if (name === 'match_number') return matchNumber(pattern, node);
  return navigate(analyzer, pattern, node);
}

function classifier(pattern: PatternContext, node: ast.FunctionCall): Expression {
  const [argument] = node.arguments;
  if (node.arguments.length > 1)
    throw new TrinoError('INVALID_FUNCTION_ARGUMENT', node.location, 'CLASSIFIER pattern recognition function takes no arguments or 1 argument');
  const label = argument && labelOf(pattern, argument);
  pattern.used?.add(label);
  if (pattern.ofRows !== undefined) return pattern.ofRows.classifier();
  return pattern.values.use({ kind: 'classifier', navigation: { ...(pattern.navigation ?? LAST_ROW), labels: membersOf(pattern, label) } }, 'classifier');
}

function labelOf(pattern: PatternContext, argument: ast.Expression): string {
  if (argument.kind !== 'identifier') {
    const kind = `${argument.kind.charAt(0).toUpperCase()}${argument.kind.slice(1)}`;
    throw new TrinoError('TYPE_MISMATCH', argument.location, `CLASSIFIER function argument should be primary pattern variable or subset name. Actual: ${kind}`);
  }
  return knownLabel(pattern, argument);
}

export function knownLabel(pattern: PatternContext, identifier: ast.Identifier): string {
  const label = pattern.labels.get(labelName(identifier));
  if (label === undefined)
    throw new TrinoError('INVALID_FUNCTION_ARGUMENT', identifier.location, `${identifier.value} is not a primary pattern variable or subset name`);
  return label;
}

function matchNumber(pattern: PatternContext, node: ast.FunctionCall): Expression {
  if (node.arguments.length > 0)
    throw new TrinoError('INVALID_FUNCTION_ARGUMENT', node.location, 'MATCH_NUMBER pattern recognition function takes no arguments');
  if (pattern.inWindow === true)
    throw new TrinoError('INVALID_PATTERN_RECOGNITION_FUNCTION', node.location, 'MATCH_NUMBER function is not supported in window');
  const value = pattern.values.use({ kind: 'matchNumber' }, 'match_number');
  pattern.ofRows?.outer.set(value.name, value);
  return value;
}

function navigate(analyzer: ExpressionAnalyzer, pattern: PatternContext, node: ast.FunctionCall): Expression {
  const name = functionName(node.name);
  const [argument, distance] = node.arguments;
  if (argument === undefined || node.arguments.length > 2) {
    throw new TrinoError('INVALID_FUNCTION_ARGUMENT', node.location, `${name} pattern recognition function requires 1 or 2 arguments`);
  }
  if (pattern.aggregates === undefined && node.processingMode === 'FINAL') {
    throw new TrinoError('INVALID_PROCESSING_MODE', node.location, 'FINAL semantics is not supported in DEFINE clause');
  }
  checkNesting(analyzer, argument, name);
  const offset = distance === undefined ? undefined : offsetOf(node, distance, name);
  const outer = pattern.navigation ?? LAST_ROW;
  const used = new Set<string | undefined>();
  const value = analyzer.with({ pattern: { ...pattern, navigation: moved(outer, name, offset, node.processingMode), used } }).analyze(argument);
  for (const label of used) pattern.used?.add(label);
  if (used.size === 0) {
    throw new TrinoError(
      'INVALID_ARGUMENTS',
      node.location,
      `Pattern navigation function '${name.toUpperCase()}' must contain at least one column reference or CLASSIFIER()`,
    );
  }
  checkLabels(used, node, name);
  return value;
}

export function checkLabels(used: ReadonlySet<string | undefined>, node: ast.FunctionCall, name: string): void {
  if (used.size > 1) throw new TrinoError('INVALID_ARGUMENTS', node.location, `All labels and classifiers inside the call to '${name}' must match`);
}

/** PREV and NEXT move by one row unless told otherwise, FIRST and LAST by none. */
function moved(outer: Navigation, name: string, offset: number | undefined, mode: ast.FunctionCall['processingMode']): Navigation {
  if (name === 'prev') return { ...outer, physicalOffset: -(offset ?? 1) };
  if (name === 'next') return { ...outer, physicalOffset: offset ?? 1 };
  return { ...outer, anchor: name === 'first' ? 'FIRST' : 'LAST', running: mode !== 'FINAL', logicalOffset: offset ?? 0 };
}

function offsetOf(node: ast.FunctionCall, distance: ast.Expression, name: string): number {
  const negative = distance.kind === 'arithmeticUnary' && distance.value.kind === 'longLiteral' ? -distance.value.value : undefined;
  const offset = distance.kind === 'longLiteral' ? distance.value : negative;
  if (offset === undefined) {
    throw new TrinoError(
      'INVALID_FUNCTION_ARGUMENT',
      node.location,
      `${name} pattern recognition navigation function requires a number as the second argument`,
    );
  }
  if (offset < 0n) {
    const message = `${name} pattern recognition navigation function requires a non-negative number as the second argument (actual: ${offset})`;
    throw new TrinoError('NUMERIC_VALUE_OUT_OF_RANGE', node.location, message);
  }
  if (offset > 2147483647n) {
    throw new TrinoError(
      'NUMERIC_VALUE_OUT_OF_RANGE',
      node.location,
      `The second argument of ${name} pattern recognition navigation function must not exceed 2147483647 (actual: ${offset})`,
    );
  }
  return Number(offset);
}

function checkNesting(analyzer: ExpressionAnalyzer, argument: ast.Expression, name: string): void {
  const { functions } = analyzer.context.options;
  const [aggregate] = extractAggregates([argument], functions);
  if (aggregate !== undefined) {
    throw new TrinoError('NESTED_AGGREGATION', aggregate.location, `Cannot nest ${functionName(aggregate.name)} aggregate function inside ${name} function`);
  }
  const nested = navigationCalls(argument);
  for (const inner of nested) {
    const innerName = functionName(inner.name);
    if (name === 'first' || name === 'last' || innerName === 'prev' || innerName === 'next') {
      throw new TrinoError(
        'INVALID_NAVIGATION_NESTING',
        inner.location,
        `Cannot nest ${innerName} pattern navigation function inside ${name} pattern navigation function`,
      );
    }
  }
  const [first, second] = nested;
  if (second !== undefined) {
    throw new TrinoError(
      'INVALID_NAVIGATION_NESTING',
      second.location,
      `Cannot nest multiple pattern navigation functions inside ${name} pattern navigation function`,
    );
  }
  if (first !== undefined && first.location !== argument.location) {
    throw new TrinoError('INVALID_NAVIGATION_NESTING', first.location, 'Immediate nesting is required for pattern navigation functions');
  }
}

export function navigationCalls(node: ast.Expression): readonly ast.FunctionCall[] {
  const found: ast.FunctionCall[] = [];
  visitNodes(node, (inner) => {
    if (isFunctionCall(inner) && NAVIGATIONS.has(functionName(inner.name))) found.push(inner);
    return true;
  });
  return found;
}

function isFunctionCall(node: { readonly kind: string }): node is ast.FunctionCall {
  return node.kind === 'functionCall';
}

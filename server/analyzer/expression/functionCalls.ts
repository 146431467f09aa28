import type { Expression, Lambda, Reference, ResolvedFunction } from '../../../spi/expression.ts';
import { TrinoError } from '../../../spi/trinoError.ts';
import { BOOLEAN, INTEGER, type Type, typeId, UNKNOWN } from '../../../spi/type.ts';
import type { ArgumentType } from '../../function/resolution.ts';
import { isComparable, isOrderable } from '../../function/typeOperators.ts';
import type * as ast from '../../sql/ast.ts';
import { formatExpression } from '../../sql/formatter/formatExpressions.ts';
import { extractAggregatesWindowsAndGroupings, functionName } from '../astWalk.ts';
import { type AggregateUse, Collector, type SortExpression, structuralKey } from '../aggregation/collector.ts';
import type { ExpressionAnalyzer } from './expressionAnalyzer.ts';
import { callOf, reference } from './expressionBuilder.ts';
import { inlineFunctionCall } from '../routine/inlineFunctions.ts';
import { isPatternFunction, patternAggregate, patternFunction } from '../pattern/patternContext.ts';
import { refuseInPattern } from '../pattern/patternSubqueries.ts';
import { resolveFunction } from '../resolutionCache.ts';
import { newField } from '../scope.ts';
import { sessionFunction } from './specialForms.ts';
import { checkCoercible } from './typeChecks.ts';
import { analyzeWindowCall } from '../window/windowCalls.ts';

export function analyzeFunctionCall(analyzer: ExpressionAnalyzer, node: ast.FunctionCall): Expression {
  const name = functionName(node.name);
  const { functions } = analyzer.context.options;
  const { pattern } = analyzer.surroundings;
  if (pattern === undefined) refuseLabels(node);
  else if (isPatternFunction(name)) return patternFunction(analyzer, pattern, node);
  if (pattern === undefined && node.processingMode !== undefined) {
    throw new TrinoError('INVALID_PROCESSING_MODE', node.location, `${node.processingMode} semantics is not supported out of pattern recognition context`);
  }
  const aggregate = functions.isAggregate(name);
  if (pattern !== undefined && aggregate) return patternAggregate(analyzer, pattern, node);
  if (node.processingMode !== undefined) {
    throw new TrinoError(
      'INVALID_PROCESSING_MODE',
      node.location,
      `${node.processingMode} semantics is supported only for FIRST(), LAST() and aggregation functions. Actual: ${name}`,
    );
  }
  if (node.window !== undefined) return analyzeWindowCall(analyzer, node, node.window);
  if (node.distinct && !aggregate) throw new TrinoError('FUNCTION_NOT_AGGREGATE', node.location, 'DISTINCT is not supported for non-aggregation functions');
  const inlined = pattern === undefined ? inlineFunctionCall(analyzer, node, name) : undefined;
  if (inlined !== undefined) return inlined;
  if (aggregate) return aggregateCall(analyzer.scope.isProjection === true ? analyzer.with({ outputsHidden: true }) : analyzer, node, name);
  return scalarCall(analyzer, node, name);
}

function refuseLabels(node: ast.FunctionCall): void {
  const label = node.arguments.find((argument) => argument.kind === 'allColumnsExpression');
  if (label !== undefined) {
    throw new TrinoError('INVALID_FUNCTION_ARGUMENT', label.location, 'label.* syntax is only supported as the only argument of row pattern count function');
  }
}

const ARGUMENTS_MAX = 127;

function scalarCall(analyzer: ExpressionAnalyzer, node: ast.FunctionCall, name: string): Expression {
  const filter = callFilter(analyzer, node);
  const fixed = node.arguments.length === 0 ? sessionFunction(name, analyzer.context.options.session) : undefined;
  if (fixed !== undefined) return fixed;
  const { resolved, values } = resolveCall(analyzer, node, name);
  if (resolved.kind === 'window') {
    throw new TrinoError('MISSING_OVER', node.location, `Window function system.builtin.${resolved.name} requires an OVER clause`);
  }
  if (node.arguments.length > ARGUMENTS_MAX)
    throw new TrinoError('TOO_MANY_ARGUMENTS', node.location, `Too many arguments for function call ${resolved.name}()`);
  if (filter !== undefined) throw new TrinoError('FUNCTION_NOT_AGGREGATE', node.location, 'Filter is only valid for aggregation functions');
  if (node.orderBy.length > 0) throw new TrinoError('FUNCTION_NOT_AGGREGATE', node.location, 'ORDER BY is only valid for aggregation functions');
  return callOf(resolved, values, node.location);
}

export interface ResolvedCall {
  readonly resolved: ResolvedFunction;
  readonly values: readonly Expression[];
}

/** Arguments, resolution and coercions of a call of any kind. */
export function resolveCall(analyzer: ExpressionAnalyzer, node: ast.FunctionCall, name: string): ResolvedCall {
  const values = node.arguments.map((argument) => (argument.kind === 'lambda' ? undefined : analyzer.analyze(argument)));
  const types = node.arguments.map(
    (argument, i): ArgumentType => (argument.kind === 'lambda' ? lambdaArgument(analyzer, argument) : (values[i]?.type ?? UNKNOWN)),
  );
  const [first] = node.arguments;
  if (name === 'listagg' && first !== undefined && values[0]?.type.kind !== 'varchar') {
    throw new TrinoError(
      'TYPE_MISMATCH',
      node.location,
      `Expected expression of varchar, but '${formatExpression(first)}' has ${typeId(values[0]?.type ?? UNKNOWN)} type`,
    );
  }
  const resolved = resolveFunction(analyzer.context.options.functions, name, types, node.location);
  const coerced = node.arguments.map((argument, i): Expression => {
    const type = resolved.argumentTypes[i] ?? UNKNOWN;
    if (node.distinct && !isComparable(type)) {
      throw new TrinoError('TYPE_MISMATCH', node.location, `DISTINCT can only be applied to comparable types (actual: ${typeId(type)})`);
    }
    const value = values[i];
    if (value !== undefined) return analyzer.coerce(value, type);
    if (argument.kind !== 'lambda' || type.kind !== 'function') throw new Error(`not a lambda: ${argument.kind}`);
    return lambda(analyzer, argument, type);
  });
  return { resolved, values: coerced };
}

function lambdaArgument(analyzer: ExpressionAnalyzer, node: ast.LambdaExpression): ArgumentType {
  return {
    kind: 'lambda',
    parameterCount: node.parameters.length,
    resolve: (types) => lambdaBody(analyzer, node, types).body.type,
  };
}

function lambda(analyzer: ExpressionAnalyzer, node: ast.LambdaExpression, type: Type & { kind: 'function' }): Lambda {
  const { parameters, body } = lambdaBody(analyzer, node, type.arguments);
  return { kind: 'lambda', parameters, body: analyzer.coerce(body, type.result), type };
}

function lambdaBody(
  analyzer: ExpressionAnalyzer,
  node: ast.LambdaExpression,
  types: readonly Type[],
): { readonly parameters: readonly Reference[]; readonly body: Expression } {
  refuseInPattern(analyzer.surroundings.pattern, node, 'Lambda');
  if (types.length !== node.parameters.length) {
    throw new TrinoError(
      'INVALID_PARAMETER_USAGE',
      node.location,
      `Expected a lambda that takes ${types.length} argument(s) but got ${node.parameters.length}`,
    );
  }
  requireScalar(analyzer, node.body, 'Lambda expression');
  const fields = node.parameters.map((parameter, i) => newField(parameter.value, analyzer.context.symbols.newSymbol(parameter.value, types[i] ?? UNKNOWN)));
  const inner = analyzer.with({ scope: { fields, parent: analyzer.scope, isLambda: true }, collector: new Collector() });
  const body = inner.analyze(node.body);
  const [subquery] = inner.surroundings.collector.subqueries.values();
  if (subquery !== undefined) throw new TrinoError('NOT_SUPPORTED', subquery.node.location, 'Lambda expression cannot contain subqueries');
  return { parameters: fields.map(({ symbol }) => reference(symbol)), body };
}

/** "WHERE clause cannot contain aggregations, window functions or grouping operations: [count(*)]" */
export function requireScalar(analyzer: ExpressionAnalyzer, node: ast.Expression, clause: string): void {
  const found = extractAggregatesWindowsAndGroupings([node], analyzer.context.options.functions);
  if (found.length === 0) return;
  const list = found.map((item) => formatExpression(item)).join(', ');
  throw new TrinoError('EXPRESSION_NOT_SCALAR', node.location, `${clause} cannot contain aggregations, window functions or grouping operations: [${list}]`);
}

export function callFilter(analyzer: ExpressionAnalyzer, node: ast.FunctionCall): Expression | undefined {
  if (node.filter === undefined) return undefined;
  const filter = analyzer.analyze(node.filter);
  checkCoercible(node.filter, filter.type, BOOLEAN, 'Filter expression');
  return analyzer.coerce(filter, BOOLEAN);
}

export function callOrderBy(analyzer: ExpressionAnalyzer, node: ast.FunctionCall): readonly SortExpression[] {
  return node.orderBy.map((item) => {
    const expression = analyzer.analyze(item.key);
    if (!isOrderable(expression.type)) {
      throw new TrinoError('TYPE_MISMATCH', node.location, `ORDER BY can only be applied to orderable types (actual: ${typeId(expression.type)})`);
    }
    return { expression, ascending: item.ascending, nullsFirst: nullsFirst(item) };
  });
}

/** NULLs are last in both directions unless it is said otherwise. */
export const nullsFirst = (item: ast.SortItem): boolean => item.nulls === 'FIRST';

function aggregateCall(analyzer: ExpressionAnalyzer, node: ast.FunctionCall, name: string): Expression {
  const filter = callFilter(analyzer, node);
  const { resolved, values } = resolveCall(analyzer, node, name);
  const orderBy = callOrderBy(analyzer, node);
  const { collector } = analyzer.surroundings;
  const key = structuralKey(['aggregate', resolved.name, resolved.argumentTypes, values, node.distinct, filter, orderBy]);
  const { symbol, isNew } = collector.symbolFor(key, () => analyzer.context.symbols.newSymbol(resolved.name, resolved.returnType));
  if (isNew) {
    const use: AggregateUse = { symbol, node, function: resolved, arguments: values, distinct: node.distinct, filter, orderBy };
    collector.aggregates.set(symbol.name, use);
  }
  return reference(symbol);
}

const GROUPING_ARGUMENTS_MAX = 63;

export function analyzeGrouping(analyzer: ExpressionAnalyzer, node: ast.GroupingOperation): Expression {
  if (node.columns.length > GROUPING_ARGUMENTS_MAX) {
    throw new TrinoError('INVALID_ARGUMENTS', node.location, `GROUPING supports up to ${GROUPING_ARGUMENTS_MAX} column arguments`);
  }
  const columns = groupingColumns(analyzer, node);
  const type = columns.length <= 31 ? INTEGER : ({ kind: 'bigint' } as const);
  const { collector } = analyzer.surroundings;
  const { symbol, isNew } = collector.symbolFor(structuralKey(['grouping', columns]), () => analyzer.context.symbols.newSymbol('grouping', type));
  if (isNew) collector.groupings.set(symbol.name, { symbol, node, columns });
  return reference(symbol);
}

function groupingColumns(analyzer: ExpressionAnalyzer, node: ast.GroupingOperation): readonly Expression[] {
  if (analyzer.scope.isProjection !== true) return node.columns.map((column) => analyzer.analyze(column));
  const { outputReferences } = analyzer.surroundings.collector;
  const before = outputReferences.length;
  const inner = analyzer.with({ outputsHidden: true });
  const columns = node.columns.map((column) => inner.analyze(column));
  if (outputReferences.length === before) return columns;
  throw new TrinoError('INVALID_ARGUMENTS', undefined, 'Invalid reference to output of SELECT clause from grouping() expression in ORDER BY');
}

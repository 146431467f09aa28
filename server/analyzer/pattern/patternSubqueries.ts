import type { Expression } from '../../../spi/expression.ts';
import { type Location, TrinoError } from '../../../spi/trinoError.ts';
import type * as ast from '../../sql/ast.ts';
import { functionName, visitNodes } from '../astWalk.ts';
import type { ExpressionAnalyzer } from '../expression/expressionAnalyzer.ts';
import { labelName, qualifiedParts } from '../nameResolution.ts';
import { isPatternFunction, type PatternContext, patternColumn } from './patternContext.ts';

export function refuseInPattern(pattern: PatternContext | undefined, node: ast.Expression, what: string): void {
  if (pattern !== undefined) throw new TrinoError('NOT_SUPPORTED', node.location, `${what} expression in pattern recognition context is not yet supported`);
}

/** A subquery knows the rows before they are matched: it becomes a column of them. */
export function patternSubquery(
  analyzer: ExpressionAnalyzer,
  pattern: PatternContext,
  node: ast.Expression,
  analyze: (analyzer: ExpressionAnalyzer) => Expression,
): Expression {
  if (node.kind === 'in') checkValue(analyzer, pattern, node);
  if (node.kind === 'quantifiedComparison') {
    throw new TrinoError('NOT_SUPPORTED', node.location, 'Quantified comparison in pattern recognition context is not supported');
  }
  const expression = analyze(analyzer.withoutPattern(pattern.below));
  if (expression.kind !== 'reference') throw new Error('a subquery is a column');
  const [correlation] = pattern.below.subqueries.get(expression.name)?.correlations ?? [];
  if (correlation !== undefined) throw outerReference(correlation.expression);
  // it does not count as one of the columns that a navigation must have
  const { used: _, ...uncounted } = pattern;
  return patternColumn(node.kind === 'in' ? pattern : uncounted, undefined, pattern.inputs.subquery(expression));
}

export function outerReference(expression: ast.Expression): TrinoError {
  const name = qualifiedParts(expression)?.join('.').toLowerCase() ?? '';
  return new TrinoError('NOT_SUPPORTED', expression.location, `Reference to column '${name}' from outer scope not allowed in this context`);
}

function checkValue(analyzer: ExpressionAnalyzer, pattern: PatternContext, node: ast.InPredicate): void {
  visitNodes(node.value, (inner) => {
    const what = matchDependent(analyzer, pattern, inner);
    if (what !== undefined) throw new TrinoError('NOT_SUPPORTED', what.location, `IN-PREDICATE with ${what.text} is not yet supported`);
    return true;
  });
}

function matchDependent(
  { context }: ExpressionAnalyzer,
  pattern: PatternContext,
  node: { readonly kind: string },
): { readonly location: Location; readonly text: string } | undefined {
  if (isCall(node)) {
    const name = functionName(node.name);
    const depends = isPatternFunction(name) || context.options.functions.isAggregate(name);
    return depends ? { location: node.location, text: `${name} function` } : undefined;
  }
  if (!isDereference(node) || node.base.kind !== 'identifier' || !pattern.labels.has(labelName(node.base))) return undefined;
  return { location: node.location, text: 'labeled column reference' };
}

const isCall = (node: { readonly kind: string }): node is ast.FunctionCall => node.kind === 'functionCall';
const isDereference = (node: { readonly kind: string }): node is ast.DereferenceExpression => node.kind === 'dereference';

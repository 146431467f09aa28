import type { Expression, Reference } from '../../spi/expression.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import type * as ast from '../sql/ast.ts';
import type { ExpressionAnalyzer } from './expressionAnalyzer.ts';
import type { Scope } from './scope.ts';

/** Where an expression of MEASURES or DEFINE stands. */
export interface PatternContext {
  readonly inputScope: Scope;
  readonly labels: ReadonlyMap<string, string>;
}

export function patternColumn(_pattern: PatternContext, _label: string | undefined, column: Reference): Expression {
  return column;
}

const PATTERN_FUNCTIONS = new Set(['first', 'last', 'prev', 'next', 'classifier', 'match_number']);

export const isPatternFunction = (name: string): boolean => PATTERN_FUNCTIONS.has(name);

export function patternFunction(_analyzer: ExpressionAnalyzer, _pattern: PatternContext, node: ast.FunctionCall): Expression {
  throw new TrinoError('NOT_SUPPORTED', node.location, 'Row pattern recognition is not supported');
}

export function patternAggregate(_analyzer: ExpressionAnalyzer, _pattern: PatternContext, node: ast.FunctionCall): Expression {
  throw new TrinoError('NOT_SUPPORTED', node.location, 'Aggregations in row pattern recognition are not supported');
}

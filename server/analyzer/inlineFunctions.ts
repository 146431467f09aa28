import type { Expression } from '../../spi/expression.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import type * as ast from '../sql/ast.ts';
import type { ExpressionAnalyzer } from './expressionAnalyzer.ts';
import type { QuerySurroundings } from './relationPlan.ts';

export function withInlineFunctions(_surroundings: QuerySurroundings, functions: readonly ast.FunctionSpecification[]): QuerySurroundings {
  throw new TrinoError('NOT_SUPPORTED', functions[0]?.location, 'WITH FUNCTION is not supported');
}

export function inlineFunctionCall(_analyzer: ExpressionAnalyzer, _node: ast.FunctionCall, _name: string): Expression | undefined {
  return undefined;
}

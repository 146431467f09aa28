import type { Expression } from '../../spi/expression.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import type * as ast from '../sql/ast.ts';
import type { ExpressionAnalyzer } from './expressionAnalyzer.ts';

const refuse = (node: ast.Expression): never => {
  throw new TrinoError('NOT_SUPPORTED', node.location, 'SQL/JSON functions are not supported');
};
export const analyzeJsonExists = (_analyzer: ExpressionAnalyzer, node: ast.JsonExists): Expression => refuse(node);
export const analyzeJsonValue = (_analyzer: ExpressionAnalyzer, node: ast.JsonValue): Expression => refuse(node);
export const analyzeJsonQuery = (_analyzer: ExpressionAnalyzer, node: ast.JsonQuery): Expression => refuse(node);
export const analyzeJsonObject = (_analyzer: ExpressionAnalyzer, node: ast.JsonObject): Expression => refuse(node);
export const analyzeJsonArray = (_analyzer: ExpressionAnalyzer, node: ast.JsonArray): Expression => refuse(node);

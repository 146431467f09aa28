import type { Expression } from '../../../spi/expression.ts';
import { TrinoError } from '../../../spi/trinoError.ts';
import { array as arrayType, BOOLEAN, type Type, typeId, UNKNOWN } from '../../../spi/type.ts';
import { isDeterministic } from '../../plan/expressionProperties.ts';
import { referencedNames } from '../../plan/expressionVisitor.ts';
import { commonSuperType } from '../../function/coercion.ts';
import type * as ast from '../../sql/ast.ts';
import type { ExpressionAnalyzer } from './expressionAnalyzer.ts';
import { structuralKey } from '../aggregation/collector.ts';
import { whenClause } from './expressionBuilder.ts';
import { constant } from './literals.ts';
import { checkCoercible, singleType } from './typeChecks.ts';

export function searchedCase(analyzer: ExpressionAnalyzer, node: ast.SearchedCase): Expression {
  const conditions = node.whenClauses.map(({ operand }) => {
    const condition = analyzer.analyze(operand);
    checkCoercible(operand, condition.type, BOOLEAN, 'CASE WHEN clause');
    return analyzer.coerce(condition, BOOLEAN);
  });
  const { whenClauses, otherwise, type } = results(analyzer, node, conditions);
  return { kind: 'case', whenClauses, otherwise, type };
}

export function simpleCase(analyzer: ExpressionAnalyzer, node: ast.SimpleCase): Expression {
  const operand = analyzer.analyze(node.operand);
  let common: Type = operand.type;
  const operands = node.whenClauses.map((clause) => {
    const value = analyzer.analyze(clause.operand);
    const next = commonSuperType(common, value.type);
    if (next === undefined) {
      const types = `${typeId(operand.type)} vs ${typeId(value.type)}`;
      throw new TrinoError('TYPE_MISMATCH', clause.operand.location, `CASE operand type does not match WHEN clause operand type: ${types}`);
    }
    common = next;
    return value;
  });
  const conditions = operands.map((value) => analyzer.coerce(value, common));
  const { whenClauses, otherwise, type } = results(analyzer, node, conditions);
  const compared = analyzer.coerce(operand, common);
  const same = isColumnar(compared) ? conditions.findIndex((condition) => structuralKey(condition) === structuralKey(compared)) : -1;
  if (same < 0) return { kind: 'switch', operand: compared, whenClauses, otherwise, type };
  // the operand named again: Trino takes that for true without comparing, even for NULL and NaN
  const taken = whenClauses[same]?.then ?? otherwise;
  return same === 0 ? taken : { kind: 'switch', operand: compared, whenClauses: whenClauses.slice(0, same), otherwise: taken, type };
}

const isColumnar = (expression: Expression): boolean => isDeterministic(expression) && referencedNames(expression).size > 0;

function results(analyzer: ExpressionAnalyzer, node: ast.SearchedCase | ast.SimpleCase, conditions: readonly Expression[]) {
  const nodes = [...node.whenClauses.map(({ result }) => result), ...(node.otherwise === undefined ? [] : [node.otherwise])];
  const values = nodes.map((result) => analyzer.analyze(result));
  const types = values.map((value) => value.type);
  const type = singleType(nodes, types, 'All CASE results must be the same type or coercible to a common type');
  const coerced = values.map((value) => analyzer.coerce(value, type));
  const whenClauses = conditions.map((when, i) => whenClause(when, coerced[i] ?? constant(type, null)));
  return { whenClauses, otherwise: coerced[conditions.length] ?? constant(type, null), type };
}

export function ifExpression(analyzer: ExpressionAnalyzer, node: ast.IfExpression): Expression {
  const condition = analyzer.analyze(node.condition);
  checkCoercible(node.condition, condition.type, BOOLEAN, 'IF condition');
  const then = analyzer.analyze(node.trueValue);
  const otherwise = node.falseValue === undefined ? constant(UNKNOWN, null) : analyzer.analyze(node.falseValue);
  const type = commonSuperType(then.type, otherwise.type);
  if (type === undefined) {
    throw new TrinoError('TYPE_MISMATCH', node.location, `Result types for IF must be the same: ${typeId(then.type)} vs ${typeId(otherwise.type)}`);
  }
  const whenClauses = [whenClause(analyzer.coerce(condition, BOOLEAN), analyzer.coerce(then, type))];
  return { kind: 'case', whenClauses, otherwise: analyzer.coerce(otherwise, type), type };
}

export function coalesce(analyzer: ExpressionAnalyzer, node: ast.CoalesceExpression): Expression {
  const values = node.operands.map((operand) => analyzer.analyze(operand));
  const types = values.map((value) => value.type);
  const type = singleType(node.operands, types, 'All COALESCE operands must be the same type or coercible to a common type');
  return { kind: 'coalesce', operands: values.map((value) => analyzer.coerce(value, type)), type };
}

export function nullIf(analyzer: ExpressionAnalyzer, node: ast.NullIfExpression): Expression {
  const first = analyzer.analyze(node.first);
  const second = analyzer.analyze(node.second);
  const comparisonType = commonSuperType(first.type, second.type);
  if (comparisonType === undefined) {
    throw new TrinoError('TYPE_MISMATCH', node.location, `Types are not comparable with NULLIF: ${typeId(first.type)} vs ${typeId(second.type)}`);
  }
  return { kind: 'nullif', first, second, comparisonType, type: first.type };
}

export function array(analyzer: ExpressionAnalyzer, node: ast.ArrayExpression): Expression {
  const values = node.values.map((value) => analyzer.analyze(value));
  const types = values.map((value) => value.type);
  const element = singleType(node.values, types, 'All ARRAY elements must be the same type or coercible to a common type');
  return { kind: 'array', items: values.map((value) => analyzer.coerce(value, element)), type: arrayType(element) };
}

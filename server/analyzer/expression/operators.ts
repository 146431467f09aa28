import type { Call, Expression } from '../../../spi/expression.ts';
import { TrinoError } from '../../../spi/trinoError.ts';
import { BOOLEAN, type Type, typeId, VARCHAR } from '../../../spi/type.ts';
import { commonSuperType } from '../../function/coercion.ts';
import { mayFail } from '../../plan/expressionProperties.ts';
import { isComparable, isOrderable } from '../../function/typeOperators.ts';
import type * as ast from '../../sql/ast.ts';
import type { ExpressionAnalyzer } from './expressionAnalyzer.ts';
import { callOf, functionCall, not, whenClause } from './expressionBuilder.ts';
import { constant } from './literals.ts';
import { resolveOperator } from '../resolutionCache.ts';
import { checkCoercible, singleType } from './typeChecks.ts';

const OPERATOR_NAMES: Readonly<Record<ast.ArithmeticOperator, string>> = { '+': '$add', '-': '$subtract', '*': '$multiply', '/': '$divide', '%': '$modulus' };

export function arithmeticBinary(analyzer: ExpressionAnalyzer, node: ast.ArithmeticBinary): Expression {
  const left = analyzer.analyze(node.left);
  const right = analyzer.analyze(node.right);
  const call = operatorCall(analyzer, OPERATOR_NAMES[node.operator], [left, right], node);
  if (call !== undefined) return call;
  throw new TrinoError('TYPE_MISMATCH', node.location, `Cannot apply operator: ${typeId(left.type)} ${node.operator} ${typeId(right.type)}`);
}

export function operatorCall(analyzer: ExpressionAnalyzer, name: string, values: readonly Expression[], node: ast.Expression): Call | undefined {
  const types = values.map((value) => value.type);
  const resolved = resolveOperator(analyzer.context.options.functions, name, types);
  if (resolved === undefined) return undefined;
  const coerced = values.map((value, i) => analyzer.coerce(value, resolved.argumentTypes[i] ?? value.type));
  return callOf(resolved, coerced, node.location);
}

const NUMBERS: ReadonlySet<Type['kind']> = new Set<Type['kind']>(['tinyint', 'smallint', 'integer', 'bigint', 'real', 'double', 'decimal']);

export function arithmeticUnary(analyzer: ExpressionAnalyzer, node: ast.ArithmeticUnary): Expression {
  const value = analyzer.analyze(node.value);
  if (node.sign === '-') {
    const call = operatorCall(analyzer, '$negate', [value], node);
    if (call !== undefined) return call;
    throw new TrinoError('TYPE_MISMATCH', node.location, `Cannot negate ${typeId(value.type)}`);
  }
  if (NUMBERS.has(value.type.kind)) return value;
  throw new TrinoError('TYPE_MISMATCH', node.location, `Unary '+' operator cannot by applied to ${typeId(value.type)} type`);
}

/** Trino knows =, < and <= only: its messages name those. */
const CHECKED_OPERATOR: Readonly<Record<ast.ComparisonOperator, string>> = {
  '=': '=',
  '<>': '=',
  '<': '<',
  '>': '<',
  '<=': '<=',
  '>=': '<=',
  'IS DISTINCT FROM': 'IS DISTINCT FROM',
};

export function comparison(analyzer: ExpressionAnalyzer, node: ast.ComparisonExpression): Expression {
  const left = analyzer.analyze(node.left);
  const right = analyzer.analyze(node.right);
  const checked = CHECKED_OPERATOR[node.operator];
  const common = commonSuperType(left.type, right.type);
  const orders = checked === '<' || checked === '<=';
  if (common === undefined || !(orders ? isOrderable(common) : isComparable(common))) {
    const [a, b] = [typeId(left.type), typeId(right.type)];
    const message = checked === 'IS DISTINCT FROM' ? `Cannot check if ${a} is identical to ${b}` : `Cannot apply operator: ${a} ${checked} ${b}`;
    throw new TrinoError('TYPE_MISMATCH', node.location, message);
  }
  return { kind: 'comparison', operator: node.operator, left: analyzer.coerce(left, common), right: analyzer.coerce(right, common), type: BOOLEAN };
}

export function between(analyzer: ExpressionAnalyzer, node: ast.BetweenPredicate): Expression {
  const values = [analyzer.analyze(node.value), analyzer.analyze(node.min), analyzer.analyze(node.max)] as const;
  const [value, min, max] = values;
  const pair = commonSuperType(value.type, min.type);
  const common = pair && commonSuperType(pair, max.type);
  if (common === undefined || !isOrderable(common)) {
    throw new TrinoError('TYPE_MISMATCH', node.location, `Cannot check if ${typeId(value.type)} is BETWEEN ${typeId(min.type)} and ${typeId(max.type)}`);
  }
  return { kind: 'between', value: analyzer.coerce(value, common), min: analyzer.coerce(min, common), max: analyzer.coerce(max, common), type: BOOLEAN };
}

export function inList(analyzer: ExpressionAnalyzer, node: ast.InPredicate, items: readonly ast.Expression[]): Expression {
  const value = analyzer.analyze(node.value);
  const list = items.map((item) => analyzer.analyze(item));
  const types = [value, ...list].map(({ type }) => type);
  const common = singleType([node.value, ...items], types, 'IN value and list items must be the same type or coercible to a common type');
  const compared = analyzer.coerce(value, common);
  const candidates = list.map((item) => analyzer.coerce(item, common));
  if (!namesAgain(compared, candidates)) return { kind: 'in', value: compared, list: candidates, type: BOOLEAN };
  const known = not({ kind: 'is null', value: compared, type: BOOLEAN });
  return { kind: 'case', whenClauses: [whenClause(known, constant(BOOLEAN, true))], otherwise: constant(BOOLEAN, null), type: BOOLEAN };
}

/** A column in a list that names it again: Trino takes that for true without comparing, even for NaN. */
function namesAgain(value: Expression, list: readonly Expression[]): boolean {
  if (value.kind !== 'reference' || value.type.kind === 'array' || value.type.kind === 'map' || value.type.kind === 'row') return false;
  return list.some((item) => item.kind === 'reference' && item.name === value.name) && !list.some(mayFail);
}

export function like(analyzer: ExpressionAnalyzer, node: ast.LikePredicate): Expression {
  const value = analyzer.analyze(node.value);
  const isChar = value.type.kind === 'char';
  if (!isChar) checkCoercible(node.value, value.type, VARCHAR, 'Left side of LIKE expression');
  const operands = [
    isChar || value.type.kind === 'varchar' ? value : analyzer.coerce(value, VARCHAR),
    text(analyzer, node.pattern, 'Pattern for LIKE expression'),
  ];
  if (node.escape !== undefined) operands.push(text(analyzer, node.escape, 'Escape for LIKE expression'));
  return { ...functionCall('$like', operands, BOOLEAN), location: node.location };
}

function text(analyzer: ExpressionAnalyzer, node: ast.Expression, what: string): Expression {
  const value = analyzer.analyze(node);
  checkCoercible(node, value.type, VARCHAR, what);
  return value.type.kind === 'varchar' ? value : analyzer.coerce(value, VARCHAR);
}

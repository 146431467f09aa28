import type { Location } from '../../../spi/trinoError.ts';
import type {
  ArithmeticOperator,
  ComparisonOperator,
  Expression,
  FunctionCall,
  InPredicate,
  QuantifiedComparison,
  SortItem,
  SubqueryExpression,
} from '../ast.ts';
import type { Cursor } from './cursor.ts';
import { startsLimit, startsQuery } from './lookahead.ts';
import { intervalLiteral, stringLiteral } from './parserLiterals.ts';
import { parsePrimary } from './parserPrimary.ts';
import { parseQuery } from './parserQueries.ts';
import type { TokenKind } from '../tokens.ts';

export function parseExpression(cursor: Cursor): Expression {
  cursor.enter();
  const expression = parseOr(cursor);
  cursor.leave();
  return expression;
}

/** Goes on after a value that was read already and began at `location`. */
export function continueExpression(cursor: Cursor, location: Location, value: Expression): Expression {
  return parseOr(cursor, { location, value });
}

interface Read {
  readonly location: Location;
  readonly value: Expression;
}

function parseOr(cursor: Cursor, read?: Read): Expression {
  const location = read?.location ?? cursor.location();
  const first = parseAnd(cursor, read);
  if (cursor.kind !== 'OR') return first;
  const terms = [first];
  while (cursor.accept('OR')) terms.push(parseAnd(cursor));
  return { kind: 'logical', location, operator: 'OR', terms };
}

function parseAnd(cursor: Cursor, read?: Read): Expression {
  const location = read?.location ?? cursor.location();
  const first = read === undefined ? parseNot(cursor) : parsePredicate(cursor, read.value);
  if (cursor.kind !== 'AND') return first;
  const terms = [first];
  while (cursor.accept('AND')) terms.push(parseNot(cursor));
  return { kind: 'logical', location, operator: 'AND', terms };
}

function parseNot(cursor: Cursor): Expression {
  if (cursor.kind !== 'NOT') return parsePredicate(cursor, parseValue(cursor));
  const location = cursor.location();
  cursor.next();
  return { kind: 'not', location, value: cursor.nested(() => parseNot(cursor)) };
}

function parsePredicate(cursor: Cursor, value: Expression): Expression {
  const comparison = comparisonOperator(cursor.kind);
  if (comparison !== undefined) return parseComparison(cursor, value, comparison);
  if (cursor.kind === 'IS') return parseIs(cursor, value);
  if (cursor.kind === 'BETWEEN' || cursor.kind === 'IN' || cursor.kind === 'LIKE') return parseNegatable(cursor, value, cursor.location());
  if (cursor.kind === 'NOT' && ['BETWEEN', 'IN', 'LIKE'].includes(cursor.peek(1))) {
    const location = cursor.location();
    cursor.next();
    return { kind: 'not', location, value: parseNegatable(cursor, value, location) };
  }
  return value;
}

function comparisonOperator(kind: TokenKind): ComparisonOperator | undefined {
  return kind === '=' || kind === '<>' || kind === '<' || kind === '<=' || kind === '>' || kind === '>=' ? kind : undefined;
}

function parseComparison(cursor: Cursor, value: Expression, operator: ComparisonOperator): Expression {
  const location = cursor.location();
  cursor.next();
  const quantifier = atQuantifiedSubquery(cursor);
  if (quantifier === undefined) return { kind: 'comparison', location, operator, left: value, right: parseValue(cursor) };
  cursor.next();
  cursor.expect('(');
  const queryLocation = cursor.location();
  const query = parseQuery(cursor);
  cursor.expect(')');
  return { kind: 'quantifiedComparison', location, operator, quantifier, value, subquery: { kind: 'subquery', location: queryLocation, query } };
}

/** `= ALL ((SELECT 1))` and `= ALL ((SELECT 1) ORDER BY 2)` call a function named all. */
function readsAsArgument({ tokens, index }: Cursor): boolean {
  const after = tokens.closing(index + 2) + 1;
  if (tokens.kind(after) !== 'ORDER') return tokens.kind(after) === ')';
  const end = tokens.closing(index + 1);
  for (let i = after; i < end; i = (tokens.kind(i) === '(' ? tokens.closing(i) : i) + 1) if (startsLimit(tokens, i)) return false;
  return true;
}

function atQuantifiedSubquery(cursor: Cursor): QuantifiedComparison['quantifier'] | undefined {
  if ((cursor.kind !== 'ALL' && cursor.kind !== 'ANY' && cursor.kind !== 'SOME') || cursor.peek(1) !== '(') return undefined;
  if (!startsQuery(cursor, cursor.index + 2) || (cursor.peek(2) === '(' && readsAsArgument(cursor))) return undefined;
  return cursor.kind;
}

function parseIs(cursor: Cursor, value: Expression): Expression {
  const location = cursor.location();
  cursor.next();
  const negated = cursor.accept('NOT');
  if (cursor.accept('NULL')) return negated ? { kind: 'isNotNull', location, value } : { kind: 'isNull', location, value };
  cursor.expect('DISTINCT', 'FROM');
  const comparison: Expression = { kind: 'comparison', location, operator: 'IS DISTINCT FROM', left: value, right: parseValue(cursor) };
  return negated ? { kind: 'not', location, value: comparison } : comparison;
}

function parseNegatable(cursor: Cursor, value: Expression, location: Location): Expression {
  const operator = cursor.expectOneOf('BETWEEN', 'IN', 'LIKE');
  if (operator === 'IN') return { kind: 'in', location, value, list: parseInList(cursor, location) };
  const second = parseValue(cursor);
  if (operator === 'LIKE') {
    const escapeValue = cursor.accept('ESCAPE') ? parseValue(cursor) : undefined;
    return { kind: 'like', location, value, pattern: second, ...(escapeValue && { escape: escapeValue }) };
  }
  cursor.expect('AND');
  return { kind: 'between', location, value, min: second, max: parseValue(cursor) };
}

function parseInList(cursor: Cursor, location: Location): InPredicate['list'] {
  cursor.expect('(');
  const result = startsQuery(cursor, cursor.index) ? inQueryOrList(cursor, location) : { kind: 'inList' as const, location, values: expressionList(cursor) };
  cursor.expect(')');
  return result;
}

/** `IN ((SELECT 1))` is a list of one scalar subquery, `IN (SELECT 1)` the subquery itself. */
function inQueryOrList(cursor: Cursor, location: Location): InPredicate['list'] {
  const queryLocation = cursor.location();
  const parenthesized = cursor.kind === '(';
  const query = parseQuery(cursor);
  if (!parenthesized || !(query.body.kind === 'tableSubquery' && isBare(query))) return { kind: 'subquery', location, query };
  const value: SubqueryExpression = { kind: 'subquery', location: queryLocation, query: query.body.query };
  return { kind: 'inList', location, values: [value] };
}

function isBare(query: { readonly orderBy: readonly SortItem[]; readonly offset?: unknown; readonly limit?: unknown }): boolean {
  return query.orderBy.length === 0 && query.offset === undefined && query.limit === undefined;
}

export function expressionList(cursor: Cursor): Expression[] {
  const expressions = [parseExpression(cursor)];
  while (cursor.accept(',')) expressions.push(parseExpression(cursor));
  return expressions;
}

// Binding power of the operators between values, weakest first; a sign binds tighter than `*`, AT TIME ZONE tightest.
const CONCAT = 1;
const ADDITIVE = 2;
const MULTIPLICATIVE = 3;
const SIGN = 4;
const AT_TIME_ZONE = 5;

function bindingPower(cursor: Cursor): number {
  switch (cursor.kind) {
    case '||':
      return CONCAT;
    case '+':
    case '-':
      return ADDITIVE;
    case '*':
    case '/':
    case '%':
      return MULTIPLICATIVE;
    case 'AT':
      return cursor.at('AT', 'TIME', 'ZONE') ? AT_TIME_ZONE : 0;
    default:
      return 0;
  }
}

/** A value: everything that binds tighter than a comparison. */
export function parseValue(cursor: Cursor, powerMin = 0): Expression {
  let left = parseSigned(cursor);
  for (;;) {
    const power = bindingPower(cursor);
    if (power === 0 || power < powerMin) return left;
    left = parseOperation(cursor, left, power);
  }
}

function parseOperation(cursor: Cursor, left: Expression, power: number): Expression {
  const location = cursor.location();
  const operator = cursor.kind;
  cursor.next();
  if (power === AT_TIME_ZONE) {
    cursor.expect('TIME', 'ZONE');
    return { kind: 'atTimeZone', location, value: left, timeZone: parseTimeZone(cursor) };
  }
  const right = parseValue(cursor, power + 1);
  if (isArithmetic(operator)) return { kind: 'arithmeticBinary', location, operator, left, right };
  return concat(location, left, right);
}

function isArithmetic(kind: TokenKind): kind is ArithmeticOperator {
  return kind === '+' || kind === '-' || kind === '*' || kind === '/' || kind === '%';
}

function concat(location: Location, left: Expression, right: Expression): FunctionCall {
  const name = { location, parts: [{ kind: 'identifier', location, value: 'concat', delimited: false } as const] };
  return { kind: 'functionCall', location, name, arguments: [left, right], distinct: false, star: false, orderBy: [], withinGroup: false };
}

/** After TIME ZONE only a string or an interval may stand. */
function parseTimeZone(cursor: Cursor): Expression {
  return intervalLiteral(cursor) ?? stringLiteral(cursor) ?? cursor.fail();
}

function parseSigned(cursor: Cursor): Expression {
  const sign = cursor.kind;
  if (sign !== '-' && sign !== '+') return parsePrimary(cursor);
  const next = cursor.peek(1);
  if (sign === '-' && (next === '<integer>' || next === '<decimal>' || next === '<double>')) return parsePrimary(cursor);
  const location = cursor.location();
  cursor.next();
  return { kind: 'arithmeticUnary', location, sign, value: cursor.nested(() => parseValue(cursor, SIGN)) };
}

export function parseSortItem(cursor: Cursor): SortItem {
  const location = cursor.location();
  const key = parseExpression(cursor);
  const ascending = cursor.acceptOneOf('ASC', 'DESC') !== 'DESC';
  const nulls = cursor.accept('NULLS') ? cursor.expectOneOf('FIRST', 'LAST') : undefined;
  return { location, key, ascending, ...(nulls && { nulls }) };
}

export function parseOrderBy(cursor: Cursor): SortItem[] {
  cursor.expect('ORDER', 'BY');
  return cursor.list(() => parseSortItem(cursor));
}

export function acceptOrderBy(cursor: Cursor): SortItem[] {
  return cursor.kind === 'ORDER' ? parseOrderBy(cursor) : [];
}

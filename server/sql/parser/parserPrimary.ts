import type { Location } from '../../../spi/trinoError.ts';
import type { DataType, Expression, Identifier, LambdaExpression, WhenClause } from '../ast.ts';
import type { Cursor } from './cursor.ts';
import { atLambda, startsQuery } from './lookahead.ts';
import { atCall, atOver, parseCall, parseOver } from './parserCalls.ts';
import { expressionList, parseExpression, parseValue } from './parserExpressions.ts';
import { parseJsonFunction } from './parserJson.ts';
import { binaryLiteral, expectString, intervalLiteral, numberLiteral, stringLength } from './parserLiterals.ts';
import { parseQuery } from './parserQueries.ts';
import { parseSpecialCall } from './parserSpecialCalls.ts';
import { parseType } from './parserTypes.ts';

const INT_MAX = 2 ** 31 - 1;

/** An operand with its `.field` and `[index]` behind it. */
export function parsePrimary(cursor: Cursor): Expression {
  const start = cursor.index;
  const location = cursor.location();
  let base = parseBase(cursor, location);
  for (;;) {
    if (cursor.accept('[')) {
      const index = cursor.nested(() => parseValue(cursor));
      cursor.expect(']');
      base = { kind: 'subscript', location, base, index };
    } else if (cursor.kind === '.' && cursor.peek(1) !== '*') {
      cursor.next();
      base = { kind: 'dereference', location, base, field: cursor.identifier() };
    } else {
      cursor.primaryStart = start;
      return base;
    }
  }
}

function parseBase(cursor: Cursor, location: Location): Expression {
  switch (cursor.kind) {
    case '<integer>':
    case '<decimal>':
    case '<double>':
    case '-':
      return numberLiteral(cursor);
    case '<string>':
    case '<unicode string>':
      return expectString(cursor);
    case '<binary>':
      return binaryLiteral(cursor);
    case '?':
      cursor.next();
      return { kind: 'parameter', location, index: cursor.parameterCount++ };
    case '(':
      return parseParentheses(cursor, location);
    case '[':
      return parseArray(cursor, location);
    case 'NULL':
      cursor.next();
      return { kind: 'nullLiteral', location };
    case 'TRUE':
    case 'FALSE':
      return { kind: 'booleanLiteral', location, value: cursor.expectOneOf('TRUE', 'FALSE') === 'TRUE' };
    case 'CASE':
      return parseCase(cursor, location);
    case 'CAST':
      return parseCast(cursor, location);
    case 'EXISTS':
      return parseExists(cursor, location);
    default:
      return parseJsonFunction(cursor, location) ?? parseSpecialCall(cursor, location) ?? parseSystemValue(cursor, location) ?? parseNamed(cursor, location);
  }
}

/** What begins with a name. */
function parseNamed(cursor: Cursor, location: Location): Expression {
  if (!cursor.atIdentifier()) cursor.fail();
  const interval = intervalLiteral(cursor);
  if (interval !== undefined) return interval;
  if (cursor.at('DOUBLE', 'PRECISION') && stringLength(cursor, 2) > 0) return parseTypedLiteral(cursor, location);
  if (stringLength(cursor, 1) > 0) return parseTypedLiteral(cursor, location);
  if (atLambda(cursor)) return parseLambda(cursor, location);
  if (cursor.at('ARRAY', '[')) return parseArray(cursor, location);
  if (atCall(cursor)) return parseCall(cursor, location);
  const name = cursor.identifier();
  return atOver(cursor) ? { kind: 'windowOperation', location, name, window: parseOver(cursor) } : name;
}

/** DATE '2020-01-01': the name is kept as written, since Trino shows it so. */
function parseTypedLiteral(cursor: Cursor, location: Location): Expression {
  const double = cursor.at('DOUBLE', 'PRECISION');
  const name = cursor.identifier();
  if (double) cursor.next();
  const { value } = expectString(cursor);
  const word = name.delimited ? '' : name.value.toLowerCase();
  if (word === 'x') cursor.reject(location, "Spaces are not allowed between 'X' and the starting quote of a binary literal");
  if (word === 'decimal') return { kind: 'decimalLiteral', location, text: value };
  const type: DataType = { kind: 'genericType', location, name: double ? { ...name, value: 'DOUBLE' } : name, arguments: [] };
  return { kind: 'genericLiteral', location, type, value };
}

function parseParentheses(cursor: Cursor, location: Location): Expression {
  if (atLambda(cursor)) return parseLambda(cursor, location);
  cursor.next();
  if (startsQuery(cursor, cursor.index)) {
    const query = cursor.nested(() => parseQuery(cursor));
    cursor.expect(')');
    return { kind: 'subquery', location, query };
  }
  const first = parseExpression(cursor);
  if (cursor.accept(')')) return first;
  cursor.expect(',');
  const values = [first, ...expressionList(cursor)];
  cursor.expect(')');
  return { kind: 'row', location, items: values.map((value) => ({ value })) };
}

function parseLambda(cursor: Cursor, location: Location): LambdaExpression {
  const parameters: Identifier[] = [];
  if (cursor.accept('(')) {
    if (cursor.kind !== ')') parameters.push(...cursor.list(() => cursor.identifier()));
    cursor.expect(')');
  } else parameters.push(cursor.identifier());
  cursor.expect('->');
  return { kind: 'lambda', location, parameters, body: parseExpression(cursor) };
}

function parseArray(cursor: Cursor, location: Location): Expression {
  cursor.accept('ARRAY');
  cursor.expect('[');
  const values = cursor.kind === ']' ? [] : expressionList(cursor);
  cursor.expect(']');
  return { kind: 'array', location, values };
}

function parseCase(cursor: Cursor, location: Location): Expression {
  cursor.next();
  const operand = cursor.kind === 'WHEN' ? undefined : parseExpression(cursor);
  const whenClauses: WhenClause[] = [];
  do {
    const whenLocation = cursor.location();
    cursor.expect('WHEN');
    const condition = parseExpression(cursor);
    cursor.expect('THEN');
    whenClauses.push({ location: whenLocation, operand: condition, result: parseExpression(cursor) });
  } while (cursor.kind === 'WHEN');
  const otherwise = cursor.accept('ELSE') ? parseExpression(cursor) : undefined;
  cursor.expect('END');
  const rest = { location, whenClauses, ...(otherwise && { otherwise }) };
  return operand === undefined ? { kind: 'searchedCase', ...rest } : { kind: 'simpleCase', operand, ...rest };
}

function parseCast(cursor: Cursor, location: Location): Expression {
  cursor.expect('CAST', '(');
  const value = parseExpression(cursor);
  cursor.expect('AS');
  const type = parseType(cursor);
  cursor.expect(')');
  return { kind: 'cast', location, value, type, safe: false };
}

function parseExists(cursor: Cursor, location: Location): Expression {
  cursor.next();
  const query = cursor.parenthesized(() => cursor.nested(() => parseQuery(cursor)));
  return { kind: 'exists', location, subquery: { kind: 'subquery', location, query } };
}

function parseSystemValue(cursor: Cursor, location: Location): Expression | undefined {
  switch (cursor.kind) {
    case 'CURRENT_DATE':
      cursor.next();
      return { kind: 'currentDate', location };
    case 'CURRENT_USER':
      cursor.next();
      return { kind: 'currentUser', location };
    case 'CURRENT_CATALOG':
      cursor.next();
      return { kind: 'currentCatalog', location };
    case 'CURRENT_SCHEMA':
      cursor.next();
      return { kind: 'currentSchema', location };
    case 'CURRENT_PATH':
      cursor.next();
      return { kind: 'currentPath', location };
    case 'CURRENT_TIME':
      return { kind: 'currentTime', location, ...precision(cursor) };
    case 'CURRENT_TIMESTAMP':
      return { kind: 'currentTimestamp', location, ...precision(cursor) };
    case 'LOCALTIME':
      return { kind: 'localTime', location, ...precision(cursor) };
    case 'LOCALTIMESTAMP':
      return { kind: 'localTimestamp', location, ...precision(cursor) };
    default:
      return undefined;
  }
}

function precision(cursor: Cursor): { readonly precision?: number } {
  cursor.next();
  if (!cursor.accept('(')) return {};
  if (cursor.kind !== '<integer>') cursor.fail();
  const digits = cursor.tokens.text(cursor.next());
  cursor.expect(')');
  const value = Number(digits.replaceAll('_', ''));
  if (value > INT_MAX || !/^\d+$/.test(digits)) cursor.rejectUnsupported(`For input string: "${digits}"`);
  return { precision: value };
}

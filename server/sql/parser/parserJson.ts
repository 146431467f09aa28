import type { Location } from '../../../spi/trinoError.ts';
import type { DataType, Expression, JsonArray, JsonFormat, JsonObject, JsonPathInvocation, JsonQuery, JsonQueryBehavior, JsonValueBehavior } from '../ast.ts';
import type { Cursor } from './cursor.ts';
import { startsOperand } from './lookahead.ts';
import { parseExpression } from './parserExpressions.ts';
import { expectString } from './parserLiterals.ts';
import { parseType } from './parserTypes.ts';

export function parseJsonFunction(cursor: Cursor, location: Location): Expression | undefined {
  switch (cursor.kind) {
    case 'JSON_EXISTS':
      return parenthesized(cursor, () => parseJsonExists(cursor, location));
    case 'JSON_VALUE':
      return parenthesized(cursor, () => parseJsonValue(cursor, location));
    case 'JSON_QUERY':
      return parenthesized(cursor, () => parseJsonQuery(cursor, location));
    case 'JSON_OBJECT':
      return parenthesized(cursor, () => parseJsonObject(cursor, location));
    case 'JSON_ARRAY':
      return parenthesized(cursor, () => parseJsonArray(cursor, location));
    default:
      return undefined;
  }
}

function parenthesized(cursor: Cursor, rule: () => Expression): Expression {
  cursor.next();
  return cursor.parenthesized(() => cursor.nested(rule));
}

export function parseJsonPathInvocation(cursor: Cursor): JsonPathInvocation {
  const location = cursor.location();
  const input = parseExpression(cursor);
  const inputFormat = acceptFormat(cursor) ?? 'JSON';
  cursor.expect(',');
  const path = expectString(cursor);
  const pathName = cursor.accept('AS') ? cursor.identifier() : undefined;
  const passing = cursor.accept('PASSING') ? cursor.list(() => parsePassing(cursor)) : [];
  return { location, input, inputFormat, path: path.value, pathLocation: path.location, passing, ...(pathName && { pathName }) };
}

function parsePassing(cursor: Cursor): JsonPathInvocation['passing'][number] {
  const value = parseExpression(cursor);
  const format = acceptFormat(cursor);
  cursor.expect('AS');
  return { name: cursor.identifier(), value, ...(format && { format }) };
}

/** FORMAT JSON ENCODING UTF8 */
export function acceptFormat(cursor: Cursor): JsonFormat | undefined {
  if (!cursor.accept('FORMAT')) return undefined;
  cursor.expect('JSON');
  return cursor.accept('ENCODING') ? cursor.expectOneOf('UTF8', 'UTF16', 'UTF32') : 'JSON';
}

function parseJsonExists(cursor: Cursor, location: Location): Expression {
  const invocation = parseJsonPathInvocation(cursor);
  const errorBehavior = cursor.acceptOneOf('FALSE', 'TRUE', 'UNKNOWN', 'ERROR');
  if (errorBehavior !== undefined) cursor.expect('ON', 'ERROR');
  return { kind: 'jsonExists', location, invocation, errorBehavior: errorBehavior ?? 'FALSE' };
}

export interface ValueBehaviors {
  readonly emptyBehavior: JsonValueBehavior;
  readonly emptyDefault?: Expression;
  readonly errorBehavior?: JsonValueBehavior;
  readonly errorDefault?: Expression;
}

/** … ON EMPTY … ON ERROR */
export function parseValueBehaviors(cursor: Cursor): ValueBehaviors {
  let first = acceptValueBehavior(cursor);
  let empty: typeof first;
  if (first !== undefined) {
    cursor.expect('ON');
    if (cursor.accept('EMPTY')) {
      empty = first;
      first = acceptValueBehavior(cursor);
      if (first !== undefined) cursor.expect('ON');
    }
    if (first !== undefined) cursor.expect('ERROR');
  }
  return {
    emptyBehavior: empty?.behavior ?? 'NULL',
    ...(empty?.value && { emptyDefault: empty.value }),
    ...(first && { errorBehavior: first.behavior }),
    ...(first?.value && { errorDefault: first.value }),
  };
}

function acceptValueBehavior(cursor: Cursor): { readonly behavior: JsonValueBehavior; readonly value?: Expression } | undefined {
  if (cursor.accept('NULL')) return { behavior: 'NULL' };
  if (cursor.accept('ERROR')) return { behavior: 'ERROR' };
  return cursor.accept('DEFAULT') ? { behavior: 'DEFAULT', value: parseExpression(cursor) } : undefined;
}

function parseJsonValue(cursor: Cursor, location: Location): Expression {
  const invocation = parseJsonPathInvocation(cursor);
  const returning = cursor.accept('RETURNING') ? parseType(cursor) : undefined;
  const behaviors = parseValueBehaviors(cursor);
  return { kind: 'jsonValue', location, invocation, ...(returning && { returning }), ...behaviors, errorBehavior: behaviors.errorBehavior ?? 'NULL' };
}

export interface QueryBehaviors {
  readonly wrapper: JsonQuery['wrapper'];
  readonly quotes?: 'KEEP' | 'OMIT';
  readonly emptyBehavior: JsonQueryBehavior;
  readonly errorBehavior?: JsonQueryBehavior;
}

/** … WRAPPER … QUOTES … ON EMPTY … ON ERROR */
export function parseQueryBehaviors(cursor: Cursor): QueryBehaviors {
  const wrapper = parseWrapper(cursor);
  const quotes = cursor.acceptOneOf('KEEP', 'OMIT');
  if (quotes !== undefined) {
    cursor.expect('QUOTES');
    if (cursor.accept('ON')) cursor.expect('SCALAR', 'STRING');
  }
  let first = acceptQueryBehavior(cursor);
  let empty: typeof first;
  if (first !== undefined) {
    cursor.expect('ON');
    if (cursor.accept('EMPTY')) {
      empty = first;
      first = acceptQueryBehavior(cursor);
      if (first !== undefined) cursor.expect('ON');
    }
    if (first !== undefined) cursor.expect('ERROR');
  }
  return { wrapper, ...(quotes && { quotes }), emptyBehavior: empty ?? 'NULL', ...(first && { errorBehavior: first }) };
}

function parseWrapper(cursor: Cursor): JsonQuery['wrapper'] {
  const choice = cursor.acceptOneOf('WITH', 'WITHOUT');
  if (choice === undefined) return 'WITHOUT';
  const condition = choice === 'WITH' ? (cursor.acceptOneOf('CONDITIONAL', 'UNCONDITIONAL') ?? 'UNCONDITIONAL') : 'WITHOUT';
  cursor.accept('ARRAY');
  cursor.expect('WRAPPER');
  return condition;
}

function acceptQueryBehavior(cursor: Cursor): JsonQueryBehavior | undefined {
  const word = cursor.acceptOneOf('NULL', 'ERROR', 'EMPTY');
  if (word !== 'EMPTY') return word;
  return cursor.expectOneOf('ARRAY', 'OBJECT') === 'ARRAY' ? 'EMPTY ARRAY' : 'EMPTY OBJECT';
}

interface Output {
  readonly returning?: DataType;
  readonly outputFormat?: JsonFormat;
}

function parseOutput(cursor: Cursor): Output {
  if (!cursor.accept('RETURNING')) return {};
  const returning = parseType(cursor);
  const outputFormat = acceptFormat(cursor);
  return { returning, ...(outputFormat && { outputFormat }) };
}

function parseJsonQuery(cursor: Cursor, location: Location): Expression {
  const invocation = parseJsonPathInvocation(cursor);
  const output = parseOutput(cursor);
  const behaviors = parseQueryBehaviors(cursor);
  return { kind: 'jsonQuery', location, invocation, ...output, ...behaviors, errorBehavior: behaviors.errorBehavior ?? 'NULL' };
}

/** RETURNING is also a name: it is the clause only where a type follows. */
function atOutput(cursor: Cursor): boolean {
  if (cursor.kind !== 'RETURNING' || !cursor.atIdentifier(1)) return false;
  return !cursor.at('RETURNING', 'FORMAT', 'JSON') && !cursor.at('RETURNING', 'ABSENT', 'ON') && !(cursor.peek(1) === 'VALUE' && startsOperand(cursor.peek(2)));
}

function acceptNullBehavior(cursor: Cursor): boolean | undefined {
  if (cursor.acceptAll('NULL', 'ON')) {
    cursor.expect('NULL');
    return true;
  }
  if (!cursor.acceptAll('ABSENT', 'ON')) return undefined;
  cursor.expect('NULL');
  return false;
}

function parseJsonObject(cursor: Cursor, location: Location): Expression {
  if (cursor.kind === ')' || atOutput(cursor))
    return { kind: 'jsonObject', location, members: [], nullOnNull: true, uniqueKeys: false, ...parseOutput(cursor) };
  const members = cursor.list(() => parseMember(cursor));
  const nullOnNull = acceptNullBehavior(cursor) ?? true;
  const unique = cursor.acceptOneOf('WITH', 'WITHOUT');
  if (unique !== undefined) {
    cursor.expect('UNIQUE');
    cursor.accept('KEYS');
  }
  return { kind: 'jsonObject', location, members, nullOnNull, uniqueKeys: unique === 'WITH', ...parseOutput(cursor) };
}

function parseMember(cursor: Cursor): JsonObject['members'][number] {
  const location = cursor.location();
  const next = cursor.peek(1);
  const marked =
    cursor.kind === 'KEY' && startsOperand(next) && !(next === 'VALUE' && startsOperand(cursor.peek(2)) && cursor.peek(2) !== 'VALUE') && cursor.accept('KEY');
  const key = parseExpression(cursor);
  if (marked || cursor.kind !== ':') cursor.expect('VALUE');
  else cursor.next();
  const value = parseExpression(cursor);
  const format = acceptFormat(cursor);
  return { location, key, value, ...(format && { format }) };
}

function parseJsonArray(cursor: Cursor, location: Location): Expression {
  if (cursor.kind === ')' || atOutput(cursor)) return { kind: 'jsonArray', location, elements: [], nullOnNull: false, ...parseOutput(cursor) };
  const elements = cursor.list(() => parseElement(cursor));
  const nullOnNull = acceptNullBehavior(cursor) ?? false;
  return { kind: 'jsonArray', location, elements, nullOnNull, ...parseOutput(cursor) };
}

function parseElement(cursor: Cursor): JsonArray['elements'][number] {
  const location = cursor.location();
  const value = parseExpression(cursor);
  const format = acceptFormat(cursor);
  return { location, value, ...(format && { format }) };
}

import type { Location } from '../../../spi/trinoError.ts';
import type { Expression, QualifiedName, SortItem, StringLiteral } from '../ast.ts';
import type { Cursor } from './cursor.ts';
import { atAllQuantifier, hasWithinParentheses, startsOperand } from './lookahead.ts';
import { type Arguments, acceptFilter, atOver, finishCall, parseArguments, parseOver } from './parserCalls.ts';
import { continueExpression, parseExpression, parseOrderBy, parseValue } from './parserExpressions.ts';
import { expectString, stringLiteral } from './parserLiterals.ts';
import { parseType } from './parserTypes.ts';

/** Calls with words between their arguments: TRIM(BOTH x FROM y), EXTRACT(YEAR FROM x), … */
export function parseSpecialCall(cursor: Cursor, location: Location): Expression | undefined {
  switch (cursor.kind) {
    case 'EXTRACT':
      return parseExtract(cursor, location);
    case 'TRIM':
      return parseTrim(cursor, location);
    case 'NORMALIZE':
      return parseNormalize(cursor, location);
    case 'LISTAGG':
      return cursor.nested(() => parseListagg(cursor, location));
    case 'GROUPING':
      return parseGrouping(cursor, location);
    case 'SUBSTRING':
      return cursor.peek(1) === '(' && hasWithinParentheses(cursor, 1, 'FROM') ? parseSubstring(cursor, location) : undefined;
    case 'POSITION':
      return cursor.peek(1) === '(' && atPlainArgument(cursor) ? parsePosition(cursor, location) : undefined;
    case 'TRY_CAST':
      return cursor.peek(1) === '(' && atPlainArgument(cursor) ? parseTryCast(cursor, location) : undefined;
    default:
      return undefined;
  }
}

function call(location: Location, name: string, values: readonly Expression[]): Expression {
  return { kind: 'functionCall', location, name: simpleName(location, name), arguments: values, distinct: false, star: false, orderBy: [], withinGroup: false };
}

function simpleName(location: Location, value: string): QualifiedName {
  return { location, parts: [{ kind: 'identifier', location, value, delimited: false }] };
}

/** The parentheses begin with an expression: no `*`, no DISTINCT, no `A.*`. */
function atPlainArgument(cursor: Cursor): boolean {
  const kind = cursor.peek(2);
  if (!startsOperand(kind) && kind !== 'ARRAY') return false;
  if (cursor.atIdentifier(2) && cursor.peek(3) === '.' && cursor.peek(4) === '*') return false;
  return !(kind === 'ALL' && (startsOperand(cursor.peek(3)) || cursor.peek(3) === '*'));
}

const EXTRACT_FIELDS = [
  ...['YEAR', 'QUARTER', 'MONTH', 'WEEK', 'DAY', 'DAY_OF_MONTH', 'DAY_OF_WEEK', 'DOW', 'DAY_OF_YEAR', 'DOY', 'YEAR_OF_WEEK', 'YOW'],
  ...['HOUR', 'MINUTE', 'SECOND', 'TIMEZONE_MINUTE', 'TIMEZONE_HOUR'],
];

function parseExtract(cursor: Cursor, location: Location): Expression {
  cursor.expect('EXTRACT', '(');
  const text = cursor.tokens.text(cursor.index);
  cursor.identifier();
  const field = text.toUpperCase();
  if (!EXTRACT_FIELDS.includes(field)) cursor.reject(location, `Invalid EXTRACT field ${text}, valid fields are: ${EXTRACT_FIELDS.join(', ')}`);
  cursor.expect('FROM');
  const value = cursor.nested(() => parseValue(cursor));
  cursor.expect(')');
  return { kind: 'extract', location, field, value };
}

function parseTrim(cursor: Cursor, location: Location): Expression {
  const withFrom = cursor.peek(1) === '(' && hasWithinParentheses(cursor, 1, 'FROM');
  cursor.expect('TRIM', '(');
  const result = cursor.nested(() => (withFrom ? parseTrimFrom(cursor, location) : parseTrimList(cursor, location)));
  cursor.expect(')');
  return result;
}

function parseTrimList(cursor: Cursor, location: Location): Expression {
  const value = parseValue(cursor);
  const characters = cursor.accept(',') ? parseValue(cursor) : undefined;
  return { kind: 'trim', location, specification: 'BOTH', value, ...(characters && { characters }) };
}

function parseTrimFrom(cursor: Cursor, location: Location): Expression {
  const next = cursor.peek(1);
  const specification = next === 'FROM' || startsOperand(next) ? cursor.acceptOneOf('BOTH', 'LEADING', 'TRAILING') : undefined;
  const { result: characters, reject } = cursor.postponing(() => (cursor.kind === 'FROM' ? undefined : parseValue(cursor)));
  cursor.expect('FROM');
  if (specification === undefined && characters === undefined) {
    cursor.reject(location, "The 'trim' function must have specification, char or both arguments when it takes FROM");
  }
  const value = parseValue(cursor);
  reject();
  return { kind: 'trim', location, specification: specification ?? 'BOTH', value, ...(characters && { characters }) };
}

function parseNormalize(cursor: Cursor, location: Location): Expression {
  cursor.expect('NORMALIZE', '(');
  const value = cursor.nested(() => parseValue(cursor));
  const form = cursor.accept(',') ? normalForm(cursor) : 'NFC';
  cursor.expect(')');
  return call(location, 'normalize', [value, { kind: 'stringLiteral', location, value: form }]);
}

/** As written: the function minds no case. */
function normalForm(cursor: Cursor): string {
  const text = cursor.tokens.text(cursor.index);
  cursor.expectOneOf('NFD', 'NFC', 'NFKD', 'NFKC');
  return text;
}

function parseSubstring(cursor: Cursor, location: Location): Expression {
  cursor.expect('SUBSTRING', '(');
  const values = cursor.nested(() => {
    const value = parseValue(cursor);
    cursor.expect('FROM');
    const from = parseValue(cursor);
    return cursor.accept('FOR') ? [value, from, parseValue(cursor)] : [value, from];
  });
  cursor.expect(')');
  return call(location, 'substr', values);
}

function parsePosition(cursor: Cursor, location: Location): Expression {
  const name = { location, parts: [cursor.identifier()] };
  cursor.expect('(');
  const start = cursor.location();
  const result = cursor.nested((): Expression | Arguments => {
    if (cursor.kind === 'NOT') return parseArguments(cursor);
    const value = cursor.postponing(() => parseValue(cursor));
    if (cursor.kind !== 'IN' || predicateFollows(cursor)) {
      const first = cursor.postponing(() => {
        value.reject();
        return continueExpression(cursor, start, value.result);
      });
      return parseArguments(cursor, first);
    }
    value.reject();
    cursor.next();
    return call(location, 'strpos', [parseValue(cursor), value.result]);
  });
  cursor.expect(')');
  return 'plain' in result ? finishPlainCall(cursor, location, name, result) : result;
}

function finishPlainCall(cursor: Cursor, location: Location, name: QualifiedName, parsed: Arguments): Expression {
  const finished = finishCall(cursor, { location, name, parsed, processingMode: undefined });
  parsed.rejectArguments();
  return finished;
}

/** `POSITION(a IN (b))` searches, `POSITION(a IN (b) AND c)` calls a function with one condition. */
function predicateFollows(cursor: Cursor): boolean {
  if (cursor.peek(1) !== '(') return false;
  const next = cursor.tokens.kind(cursor.tokens.closing(cursor.index + 1) + 1);
  return next === 'AND' || next === 'OR' || next === ',' || next === 'ORDER';
}

function parseTryCast(cursor: Cursor, location: Location): Expression {
  const name = { location, parts: [cursor.identifier()] };
  cursor.expect('(');
  const value = cursor.postponing(() => parseExpression(cursor));
  if (cursor.accept('AS')) {
    value.reject();
    const type = parseType(cursor);
    cursor.expect(')');
    return { kind: 'cast', location, value: value.result, type, safe: true };
  }
  const parsed = parseArguments(cursor, value);
  cursor.expect(')');
  return finishPlainCall(cursor, location, name, parsed);
}

function parseGrouping(cursor: Cursor, location: Location): Expression {
  cursor.expect('GROUPING', '(');
  const columns = cursor.kind === ')' ? [] : cursor.list(() => parseGroupingColumn(cursor));
  cursor.expect(')');
  if (columns.length === 0) cursor.rejectUnsupported('grouping operation columns cannot be empty');
  return { kind: 'grouping', location, columns };
}

/** The names of GROUPING() are compared as names of tables are: quotes count only where a name needs them. */
function parseGroupingColumn(cursor: Cursor): Expression {
  const { location, parts } = cursor.qualifiedName();
  return (
    parts
      .map((part) => ({ ...part, value: part.value.toLowerCase(), delimited: !/^[a-zA-Z_][a-zA-Z0-9_]*$/.test(part.value) }))
      .reduce<Expression | undefined>((base, field) => (base === undefined ? field : { kind: 'dereference', location, base, field }), undefined) ??
    cursor.fail()
  );
}

interface Overflow {
  readonly error: boolean;
  readonly filler: StringLiteral;
  readonly count: boolean;
}

/** LISTAGG's ON OVERFLOW becomes three more arguments, as in Trino. */
function parseListagg(cursor: Cursor, location: Location): Expression {
  cursor.expect('LISTAGG', '(');
  const distinct = cursor.accept('DISTINCT');
  if (!distinct && atAllQuantifier(cursor)) cursor.next();
  const value = cursor.postponing(() => parseExpression(cursor));
  const separator: Expression = cursor.accept(',') ? expectString(cursor) : { kind: 'stringLiteral', location, value: '' };
  const overflow = parseOverflow(cursor, location);
  cursor.expect(')');
  const orderBy = cursor.postponing(() => parseWithinGroup(cursor));
  const filter = cursor.postponing(() => acceptFilter(cursor));
  const window = atOver(cursor) ? parseOver(cursor) : undefined;
  for (const part of [orderBy, value, filter]) part.reject();
  const bool = (truth: boolean): Expression => ({ kind: 'booleanLiteral', location, value: truth });
  const values = [value.result, separator, bool(overflow.error), overflow.filler, bool(overflow.count)];
  const name = simpleName(location, 'listagg');
  const rest = { ...(filter.result && { filter: filter.result }), ...(window && { window }) };
  return { kind: 'functionCall', location, name, arguments: values, distinct, star: false, orderBy: orderBy.result, withinGroup: true, ...rest };
}

function parseWithinGroup(cursor: Cursor): SortItem[] {
  cursor.expect('WITHIN', 'GROUP', '(');
  const orderBy = parseOrderBy(cursor);
  cursor.expect(')');
  return orderBy;
}

function parseOverflow(cursor: Cursor, location: Location): Overflow {
  const dots: StringLiteral = { kind: 'stringLiteral', location, value: '...' };
  if (!cursor.accept('ON')) return { error: true, filler: dots, count: false };
  cursor.expect('OVERFLOW');
  if (cursor.accept('ERROR')) return { error: true, filler: dots, count: false };
  cursor.expect('TRUNCATE');
  const filler = stringLiteral(cursor) ?? dots;
  const count = cursor.expectOneOf('WITH', 'WITHOUT') === 'WITH';
  cursor.expect('COUNT');
  return { error: false, filler, count };
}

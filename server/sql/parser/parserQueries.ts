import type { Location } from '../../../spi/trinoError.ts';
import type {
  Expression,
  FetchFirst,
  GroupBy,
  GroupingElement,
  Identifier,
  Limit,
  Query,
  QueryBody,
  QuerySpecification,
  Relation,
  SelectItem,
  SessionPropertyAssignment,
  SetOperation,
  With,
  WithQuery,
} from '../ast.ts';
import type { Cursor } from './cursor.ts';
import { atAllQuantifier, atBareAlias, atGroupingQuantifier, closesAlone } from './lookahead.ts';
import { acceptOrderBy, expressionList, parseExpression } from './parserExpressions.ts';
import { integerLiteral } from './parserLiterals.ts';
import { parseRelation } from './parserRelations.ts';
import { parseFunctionSpecification } from './parserRoutines.ts';
import { parseWindow } from './parserWindows.ts';

/** A query that is the whole statement: it may bring session properties of its own. */
export function parseStatementQuery(cursor: Cursor): Query {
  const location = cursor.location();
  const session = cursor.postponing(() => (cursor.at('WITH', 'SESSION') && cursor.atIdentifier(2) ? parseSessionProperties(cursor) : []));
  const query = parseRootQuery(cursor);
  session.reject();
  return { ...query, location, sessionProperties: session.result };
}

/** A query at the top of a statement: it may bring functions of its own. */
export function parseRootQuery(cursor: Cursor): Query {
  const location = cursor.location();
  const functions = cursor.postponing(() => (cursor.at('WITH', 'FUNCTION') && cursor.atIdentifier(2) ? parseFunctions(cursor) : []));
  const query = parseQuery(cursor);
  functions.reject();
  return { ...query, location, functions: functions.result };
}

function parseSessionProperties(cursor: Cursor): SessionPropertyAssignment[] {
  cursor.expect('WITH', 'SESSION');
  return cursor.list(() => {
    const location = cursor.location();
    const name = cursor.qualifiedName();
    cursor.expect('=');
    return { location, name, value: parseExpression(cursor) };
  });
}

function parseFunctions(cursor: Cursor): Query['functions'] {
  cursor.expect('WITH');
  return cursor.list(() => parseFunctionSpecification(cursor));
}

export function parseQuery(cursor: Cursor): Query {
  const location = cursor.location();
  const withClause = cursor.postponing(() => (cursor.kind === 'WITH' ? parseWith(cursor) : undefined));
  const query = parseQueryNoWith(cursor);
  withClause.reject();
  return { ...query, location, ...(withClause.result && { with: withClause.result }) };
}

function parseWith(cursor: Cursor): With {
  const location = cursor.location();
  cursor.next();
  const recursive = cursor.accept('RECURSIVE');
  return { location, recursive, queries: cursor.list(() => parseWithQuery(cursor)) };
}

function parseWithQuery(cursor: Cursor): WithQuery {
  const location = cursor.location();
  const name = cursor.identifier();
  const columnNames = cursor.kind === '(' ? parseColumnAliases(cursor) : undefined;
  cursor.expect('AS');
  const query = parseSubquery(cursor);
  return { location, name, query, ...(columnNames && { columnNames }) };
}

/** ( query ) */
export function parseSubquery(cursor: Cursor): Query {
  return cursor.parenthesized(() => cursor.nested(() => parseQuery(cursor)));
}

export function parseColumnAliases(cursor: Cursor): Identifier[] {
  return cursor.parenthesized(() => cursor.list(() => cursor.identifier()));
}

function parseQueryNoWith(cursor: Cursor): Query {
  const location = cursor.location();
  const body = parseSetOperations(cursor);
  const orderByLocation = cursor.kind === 'ORDER' ? cursor.location() : undefined;
  const orderBy = acceptOrderBy(cursor);
  const offset = acceptOffset(cursor);
  const limit = acceptLimit(cursor);
  return {
    kind: 'query',
    location,
    sessionProperties: [],
    functions: [],
    body,
    orderBy,
    ...(orderByLocation && { orderByLocation }),
    ...(offset && { offset }),
    ...(limit && { limit }),
  };
}

function acceptOffset(cursor: Cursor): Query['offset'] {
  const location = cursor.location();
  if (!cursor.accept('OFFSET')) return undefined;
  const rowCount = parseRowCount(cursor);
  cursor.acceptOneOf('ROW', 'ROWS');
  return { location, rowCount };
}

function acceptLimit(cursor: Cursor): Limit | FetchFirst | undefined {
  const location = cursor.location();
  if (cursor.accept('LIMIT')) return { kind: 'limit', location, rowCount: cursor.accept('ALL') ? 'ALL' : parseRowCount(cursor) };
  if (!cursor.accept('FETCH')) return undefined;
  cursor.expectOneOf('FIRST', 'NEXT');
  const rowCount = cursor.kind === 'ROW' || cursor.kind === 'ROWS' ? undefined : parseRowCount(cursor);
  cursor.expectOneOf('ROW', 'ROWS');
  const withTies = cursor.expectOneOf('ONLY', 'WITH') === 'WITH';
  if (withTies) cursor.expect('TIES');
  return { kind: 'fetchFirst', location, withTies, ...(rowCount && { rowCount }) };
}

function parseRowCount(cursor: Cursor): Expression {
  const location = cursor.location();
  if (cursor.accept('?')) return { kind: 'parameter', location, index: cursor.parameterCount++ };
  return integerLiteral(cursor);
}

/** UNION and EXCEPT from left to right; INTERSECT binds tighter. */
function parseSetOperations(cursor: Cursor): QueryBody {
  let left = parseIntersections(cursor);
  while (cursor.kind === 'UNION' || cursor.kind === 'EXCEPT') {
    const location = cursor.location();
    const operator = cursor.expectOneOf('UNION', 'EXCEPT');
    left = parseSetOperation(cursor, location, operator, left, parseIntersections);
  }
  return left;
}

function parseIntersections(cursor: Cursor): QueryBody {
  let left = parseQueryTerm(cursor);
  while (cursor.kind === 'INTERSECT') {
    const location = cursor.location();
    cursor.next();
    left = parseSetOperation(cursor, location, 'INTERSECT', left, parseQueryTerm);
  }
  return left;
}

function parseSetOperation(
  cursor: Cursor,
  location: Location,
  operator: SetOperation['operator'],
  left: QueryBody,
  parseRight: (cursor: Cursor) => QueryBody,
): SetOperation {
  const distinct = cursor.acceptOneOf('DISTINCT', 'ALL') !== 'ALL';
  const corresponding = acceptCorresponding(cursor);
  return { kind: 'setOperation', location, operator, distinct, left, right: parseRight(cursor), ...(corresponding && { corresponding }) };
}

function acceptCorresponding(cursor: Cursor): readonly Identifier[] | undefined {
  if (!cursor.accept('CORRESPONDING')) return undefined;
  return cursor.accept('BY') ? parseColumnAliases(cursor) : [];
}

function parseQueryTerm(cursor: Cursor): QueryBody {
  const location = cursor.location();
  switch (cursor.kind) {
    case 'SELECT':
      return parseQuerySpecification(cursor);
    case 'TABLE':
      cursor.next();
      return { kind: 'table', location, name: cursor.qualifiedName() };
    case 'VALUES':
      cursor.next();
      return { kind: 'values', location, rows: expressionList(cursor) };
    case '(':
      return { kind: 'tableSubquery', location, query: cursor.parenthesized(() => cursor.nested(() => parseQueryNoWith(cursor))) };
    default:
      return cursor.fail();
  }
}

function parseQuerySpecification(cursor: Cursor): QuerySpecification {
  const location = cursor.location();
  cursor.expect('SELECT');
  const distinct = parseQuantifier(cursor);
  const selectItems = cursor.list(() => parseSelectItem(cursor));
  const from = cursor.accept('FROM') ? parseFrom(cursor, location) : undefined;
  const where = cursor.accept('WHERE') ? parseExpression(cursor) : undefined;
  const groupBy = cursor.acceptAll('GROUP', 'BY') ? parseGroupBy(cursor) : undefined;
  const having = cursor.accept('HAVING') ? parseExpression(cursor) : undefined;
  const windows = cursor.accept('WINDOW') ? cursor.list(() => parseWindowDefinition(cursor)) : [];
  return {
    kind: 'querySpecification',
    location,
    distinct,
    selectItems,
    selectLocation: location,
    windows,
    ...(from && { from }),
    ...(where && { where }),
    ...(groupBy && { groupBy }),
    ...(having && { having }),
  };
}

/** DISTINCT or ALL; true for DISTINCT. */
function parseQuantifier(cursor: Cursor): boolean {
  if (cursor.accept('DISTINCT')) return true;
  if (atAllQuantifier(cursor)) cursor.next();
  return false;
}

/** Tables with commas between them are joined at the place of their SELECT. */
function parseFrom(cursor: Cursor, location: Location): Relation {
  let left = parseRelation(cursor);
  while (cursor.accept(',')) left = { kind: 'join', location, type: 'IMPLICIT', left, right: parseRelation(cursor) };
  return left;
}

function parseWindowDefinition(cursor: Cursor): QuerySpecification['windows'][number] {
  const location = cursor.location();
  const name = cursor.identifier();
  cursor.expect('AS');
  return { location, name, window: parseWindow(cursor) };
}

function parseSelectItem(cursor: Cursor): SelectItem {
  const location = cursor.location();
  if (cursor.accept('*')) return { kind: 'allColumns', location, aliases: [] };
  const start = cursor.index;
  const expression = parseExpression(cursor);
  if (cursor.at('.', '*')) {
    if (cursor.primaryStart !== start) cursor.fail();
    cursor.expect('.', '*');
    return { kind: 'allColumns', location, target: expression, aliases: cursor.accept('AS') ? parseColumnAliases(cursor) : [] };
  }
  const alias = cursor.accept('AS') || atBareAlias(cursor) ? cursor.identifier() : undefined;
  return { kind: 'singleColumn', location, expression, ...(alias && { alias }) };
}

function parseGroupBy(cursor: Cursor): GroupBy {
  const location = cursor.location();
  const distinct = cursor.accept('DISTINCT');
  if (!distinct && atGroupingQuantifier(cursor)) cursor.next();
  return { location, distinct, elements: cursor.list(() => parseGroupingElement(cursor)) };
}

function parseGroupingElement(cursor: Cursor): GroupingElement {
  const location = cursor.location();
  if (cursor.accept('AUTO')) return { kind: 'groupByAuto', location };
  if (cursor.accept('ROLLUP')) return { kind: 'rollup', location, sets: parseMaybeEmptySets(cursor) };
  if (cursor.accept('CUBE')) return { kind: 'cube', location, sets: parseMaybeEmptySets(cursor) };
  if (cursor.acceptAll('GROUPING', 'SETS')) return { kind: 'groupingSets', location, sets: cursor.parenthesized(() => parseGroupingSets(cursor)) };
  return { kind: 'simpleGroupBy', location, columns: parseGroupingSet(cursor) };
}

function parseMaybeEmptySets(cursor: Cursor): readonly (readonly Expression[])[] {
  return cursor.parenthesized(() => {
    if (cursor.kind !== ')') return parseGroupingSets(cursor);
    cursor.rejectUnsupported('grouping sets cannot be empty');
    return [];
  });
}

function parseGroupingSets(cursor: Cursor): readonly (readonly Expression[])[] {
  return cursor.list(() => parseGroupingSet(cursor));
}

/** `(a, b)` is a set of two, `(a, b) = c` one expression. */
function parseGroupingSet(cursor: Cursor): readonly Expression[] {
  if (cursor.kind !== '(' || !closesAlone(cursor) || startsQueryOnly(cursor)) return [parseExpression(cursor)];
  return cursor.parenthesized(() => (cursor.kind === ')' ? [] : expressionList(cursor)));
}

function startsQueryOnly(cursor: Cursor): boolean {
  const inner = cursor.peek(1);
  return inner === 'SELECT' || inner === 'VALUES' || inner === 'TABLE' || inner === 'WITH';
}

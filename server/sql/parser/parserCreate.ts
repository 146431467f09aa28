import type { Location } from '../../../spi/trinoError.ts';
import type { ColumnDefinition, LikeClause, Property, Query, Statement } from '../ast.ts';
import type { Cursor } from './cursor.ts';
import { expectString, intervalLiteral } from './parserLiterals.ts';
import { parseGrantor, parsePrincipal } from './parserPrincipals.ts';
import { parseColumnAliases, parseRootQuery } from './parserQueries.ts';
import { parseFunctionSpecification, parseProperties } from './parserRoutines.ts';
import { parseType } from './parserTypes.ts';

export function parseCreate(cursor: Cursor, location: Location): Statement {
  cursor.next();
  if (cursor.accept('OR')) {
    cursor.expect('REPLACE');
    return parseReplaceable(cursor, location, true) ?? cursor.fail();
  }
  switch (cursor.kind) {
    case 'CATALOG':
      return parseCreateCatalog(cursor, location);
    case 'SCHEMA':
      return parseCreateSchema(cursor, location);
    case 'ROLE':
      return parseCreateRole(cursor, location);
    default:
      return parseReplaceable(cursor, location, false) ?? cursor.fail();
  }
}

function parseReplaceable(cursor: Cursor, location: Location, replace: boolean): Statement | undefined {
  switch (cursor.kind) {
    case 'TABLE':
      return parseCreateTable(cursor, location, replace);
    case 'VIEW':
      return parseCreateView(cursor, location, replace);
    case 'MATERIALIZED':
      return parseCreateMaterializedView(cursor, location, replace);
    case 'FUNCTION':
      return { kind: 'createFunction', location, specification: parseFunctionSpecification(cursor), replace };
    default:
      return undefined;
  }
}

export function acceptIfNotExists(cursor: Cursor): boolean {
  return cursor.acceptAll('IF', 'NOT', 'EXISTS');
}

function acceptComment(cursor: Cursor): { readonly comment?: string } {
  return cursor.accept('COMMENT') ? { comment: expectString(cursor).value } : {};
}

function acceptProperties(cursor: Cursor): readonly Property[] {
  return cursor.accept('WITH') ? parseProperties(cursor) : [];
}

function parseCreateCatalog(cursor: Cursor, location: Location): Statement {
  cursor.next();
  const notExists = acceptIfNotExists(cursor);
  const name = cursor.identifier();
  cursor.expect('USING');
  const connector = cursor.identifier();
  const comment = acceptComment(cursor);
  const principal = cursor.accept('AUTHORIZATION') ? { principal: parsePrincipal(cursor) } : {};
  return { kind: 'createCatalog', location, name, notExists, connector, ...comment, ...principal, properties: acceptProperties(cursor) };
}

function parseCreateSchema(cursor: Cursor, location: Location): Statement {
  cursor.next();
  const notExists = acceptIfNotExists(cursor);
  const name = cursor.qualifiedName();
  const principal = cursor.accept('AUTHORIZATION') ? { principal: parsePrincipal(cursor) } : {};
  return { kind: 'createSchema', location, name, notExists, ...principal, properties: acceptProperties(cursor) };
}

function parseCreateRole(cursor: Cursor, location: Location): Statement {
  cursor.next();
  const name = cursor.identifier();
  const withAdmin = cursor.accept('WITH');
  if (withAdmin) cursor.expect('ADMIN');
  const grantor = withAdmin ? { grantor: parseGrantor(cursor) } : {};
  return { kind: 'createRole', location, name, ...grantor, ...acceptInCatalog(cursor) };
}

export function acceptInCatalog(cursor: Cursor): { readonly catalog?: ReturnType<Cursor['identifier']> } {
  return cursor.accept('IN') ? { catalog: cursor.identifier() } : {};
}

function parseCreateTable(cursor: Cursor, location: Location, replace: boolean): Statement {
  cursor.next();
  const notExists = acceptIfNotExists(cursor);
  const name = cursor.qualifiedName();
  const checkModes = () => {
    if (replace && notExists) cursor.reject(location, "'OR REPLACE' and 'IF NOT EXISTS' clauses can not be used together");
  };
  const saveMode = replace ? 'REPLACE' : notExists ? 'IGNORE' : 'FAIL';
  const columnAliases = cursor.kind === '(' && (cursor.peek(2) === ',' || cursor.peek(2) === ')') ? { columnAliases: parseColumnAliases(cursor) } : undefined;
  if (columnAliases === undefined && cursor.kind === '(') {
    const elements = cursor.postponing(() => cursor.parenthesized(() => cursor.list(() => parseTableElement(cursor))));
    const comment = acceptComment(cursor);
    const properties = acceptProperties(cursor);
    checkModes();
    elements.reject();
    return { kind: 'createTable', location, name, elements: elements.result, saveMode, ...comment, properties };
  }
  const comment = acceptComment(cursor);
  const properties = acceptProperties(cursor);
  checkModes();
  cursor.expect('AS');
  const query = parseTableQuery(cursor);
  const withData = acceptWithData(cursor);
  return { kind: 'createTableAsSelect', location, name, query, saveMode, properties, withData, ...columnAliases, ...comment };
}

/** The parentheses of `AS (WITH …)` are the statement's own, those of `AS (SELECT …)` the query's. */
function parseTableQuery(cursor: Cursor): Query {
  return cursor.at('(', 'WITH') ? cursor.parenthesized(() => parseRootQuery(cursor)) : parseRootQuery(cursor);
}

function acceptWithData(cursor: Cursor): boolean {
  if (!cursor.accept('WITH')) return true;
  const withData = !cursor.accept('NO');
  cursor.expect('DATA');
  return withData;
}

function parseTableElement(cursor: Cursor): ColumnDefinition | LikeClause {
  const location = cursor.location();
  if (!cursor.accept('LIKE')) return parseColumnDefinition(cursor);
  const table = cursor.qualifiedName();
  const properties = cursor.acceptOneOf('INCLUDING', 'EXCLUDING');
  if (properties !== undefined) cursor.expect('PROPERTIES');
  return { kind: 'likeClause', location, table, ...(properties && { properties }) };
}

export function parseColumnDefinition(cursor: Cursor): ColumnDefinition {
  const location = cursor.location();
  const name = cursor.qualifiedName();
  const type = parseType(cursor);
  const nullable = !cursor.accept('NOT');
  if (!nullable) cursor.expect('NULL');
  const comment = acceptComment(cursor);
  return { kind: 'columnDefinition', location, name, type, nullable, ...comment, properties: acceptProperties(cursor) };
}

function parseCreateView(cursor: Cursor, location: Location, replace: boolean): Statement {
  cursor.next();
  const name = cursor.qualifiedName();
  const comment = acceptComment(cursor);
  const security = cursor.accept('SECURITY') ? { security: cursor.expectOneOf('DEFINER', 'INVOKER') } : {};
  const properties = acceptProperties(cursor);
  cursor.expect('AS');
  return { kind: 'createView', location, name, query: parseRootQuery(cursor), replace, ...comment, ...security, properties };
}

function parseCreateMaterializedView(cursor: Cursor, location: Location, replace: boolean): Statement {
  cursor.expect('MATERIALIZED', 'VIEW');
  const notExists = acceptIfNotExists(cursor);
  const name = cursor.qualifiedName();
  const gracePeriod = cursor.acceptAll('GRACE', 'PERIOD') ? { gracePeriod: intervalLiteral(cursor) ?? cursor.fail() } : {};
  const comment = acceptComment(cursor);
  const properties = acceptProperties(cursor);
  cursor.expect('AS');
  return { kind: 'createMaterializedView', location, name, query: parseRootQuery(cursor), replace, notExists, ...gracePeriod, properties, ...comment };
}

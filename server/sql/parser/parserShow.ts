import type { Location } from '../../../spi/trinoError.ts';
import type { ExplainOption, QualifiedName, Statement, StatementOf } from '../ast.ts';
import type { Cursor } from './cursor.ts';
import { expectString } from './parserLiterals.ts';
import { parseRootQuery } from './parserQueries.ts';
import { parseGrantObject } from './parserSecurity.ts';
import { parseStatement } from './parserStatements.ts';

export function parseShow(cursor: Cursor, location: Location): Statement {
  cursor.next();
  switch (cursor.kind) {
    case 'TABLES':
      cursor.next();
      return { kind: 'showTables', location, ...acceptFromName(cursor, 'schema'), ...acceptLike(cursor) };
    case 'SCHEMAS':
      cursor.next();
      return { kind: 'showSchemas', location, ...acceptFromCatalog(cursor), ...acceptLike(cursor) };
    case 'CATALOGS':
      cursor.next();
      return { kind: 'showCatalogs', location, ...acceptLike(cursor) };
    case 'COLUMNS':
      cursor.next();
      cursor.expectOneOf('FROM', 'IN');
      return { kind: 'showColumns', location, table: cursor.qualifiedName(), ...acceptLike(cursor) };
    case 'FUNCTIONS':
      cursor.next();
      return { kind: 'showFunctions', location, ...acceptFromName(cursor, 'schema'), ...acceptLike(cursor) };
    case 'SESSION':
      cursor.next();
      return { kind: 'showSession', location, ...acceptLike(cursor) };
    case 'CREATE':
      return parseShowCreate(cursor, location);
    case 'STATS':
      return parseShowStats(cursor, location);
    case 'GRANTS':
      cursor.next();
      return { kind: 'showGrants', location, ...(cursor.accept('ON') && { object: parseGrantObject(cursor) }) };
    case 'ROLE':
      cursor.expect('ROLE', 'GRANTS');
      return { kind: 'showRoleGrants', location, ...acceptFromCatalog(cursor) };
    default: {
      const current = cursor.accept('CURRENT');
      cursor.expect('ROLES');
      return { kind: 'showRoles', location, current, ...acceptFromCatalog(cursor) };
    }
  }
}

function acceptFromName<K extends string>(cursor: Cursor, key: K): { readonly [key in K]?: QualifiedName } {
  const found: { [key in K]?: QualifiedName } = {};
  if (cursor.acceptOneOf('FROM', 'IN') !== undefined) found[key] = cursor.qualifiedName();
  return found;
}

function acceptFromCatalog(cursor: Cursor): Pick<StatementOf<'showSchemas'>, 'catalog'> {
  return cursor.acceptOneOf('FROM', 'IN') === undefined ? {} : { catalog: cursor.identifier() };
}

function acceptLike(cursor: Cursor): { readonly like?: string; readonly escape?: string } {
  if (!cursor.accept('LIKE')) return {};
  const like = expectString(cursor).value;
  return cursor.accept('ESCAPE') ? { like, escape: expectString(cursor).value } : { like };
}

function parseShowCreate(cursor: Cursor, location: Location): Statement {
  cursor.next();
  const type = cursor.expectOneOf('TABLE', 'SCHEMA', 'VIEW', 'MATERIALIZED', 'FUNCTION');
  if (type === 'MATERIALIZED') cursor.expect('VIEW');
  return { kind: 'showCreate', location, type: type === 'MATERIALIZED' ? 'MATERIALIZED VIEW' : type, name: cursor.qualifiedName() };
}

function parseShowStats(cursor: Cursor, location: Location): Statement {
  cursor.expect('STATS', 'FOR');
  const relationLocation = cursor.location();
  if (cursor.kind !== '(') return { kind: 'showStats', location, relation: { kind: 'table', location: relationLocation, name: cursor.qualifiedName() } };
  const query = cursor.parenthesized(() => parseRootQuery(cursor));
  return { kind: 'showStats', location, relation: { kind: 'tableSubquery', location: relationLocation, query } };
}

/** DESCRIBE INPUT p and DESCRIBE OUTPUT p tell of prepared statements; `DESCRIBE input` of a table. */
export function parseDescribe(cursor: Cursor, location: Location): Statement {
  const describe = cursor.expectOneOf('DESC', 'DESCRIBE') === 'DESCRIBE';
  if (describe && cursor.atIdentifier(1)) {
    const what = cursor.acceptOneOf('INPUT', 'OUTPUT');
    if (what !== undefined) return { kind: what === 'INPUT' ? 'describeInput' : 'describeOutput', location, name: cursor.identifier() };
  }
  return { kind: 'showColumns', location, table: cursor.qualifiedName() };
}

export function parseExplain(cursor: Cursor, location: Location): Statement {
  cursor.next();
  if (cursor.at('ANALYZE') && !atAnalyzeStatement(cursor)) {
    cursor.next();
    const verbose = cursor.accept('VERBOSE');
    return { kind: 'explainAnalyze', location, verbose, statement: parseStatement(cursor) };
  }
  const options = cursor.kind === '(' && (cursor.peek(1) === 'FORMAT' || cursor.peek(1) === 'TYPE') ? parseExplainOptions(cursor) : [];
  return { kind: 'explain', location, options, statement: parseStatement(cursor) };
}

/** `EXPLAIN ANALYZE t` explains the statement ANALYZE t. */
function atAnalyzeStatement(cursor: Cursor): boolean {
  if (!cursor.atIdentifier(1)) return false;
  let end = 2;
  while (cursor.peek(end) === '.' && cursor.atIdentifier(end + 1)) end += 2;
  return cursor.peek(end) === '<EOF>' || (cursor.peek(end) === 'WITH' && cursor.peek(end + 1) === '(');
}

function parseExplainOptions(cursor: Cursor): ExplainOption[] {
  return cursor.parenthesized(() =>
    cursor.list(() => {
      const location = cursor.location();
      const name = cursor.expectOneOf('FORMAT', 'TYPE');
      const value = name === 'FORMAT' ? cursor.expectOneOf('TEXT', 'GRAPHVIZ', 'JSON') : cursor.expectOneOf('LOGICAL', 'DISTRIBUTED', 'VALIDATE', 'IO');
      return { location, name, value };
    }),
  );
}

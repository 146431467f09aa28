import type { Location } from '../../../spi/trinoError.ts';
import type { MergeCase, Statement, StatementOf } from '../ast.ts';
import type { Cursor } from './cursor.ts';
import { parseCallArguments } from './parserAlter.ts';
import { expressionList, parseExpression } from './parserExpressions.ts';
import { parseColumnAliases, parseRootQuery } from './parserQueries.ts';
import { parseRelation } from './parserRelations.ts';

export function parseInsert(cursor: Cursor, location: Location): Statement {
  cursor.expect('INSERT', 'INTO');
  const name = cursor.qualifiedName();
  const columns = cursor.kind === '(' && cursor.atIdentifier(1) ? { columns: parseColumnAliases(cursor) } : {};
  return { kind: 'insert', location, name, ...columns, query: parseRootQuery(cursor) };
}

export function parseDelete(cursor: Cursor, location: Location): Statement {
  cursor.expect('DELETE', 'FROM');
  const name = cursor.qualifiedName();
  const where = cursor.accept('WHERE') ? parseExpression(cursor) : undefined;
  return { kind: 'delete', location, name, ...(where && { where }) };
}

export function parseUpdate(cursor: Cursor, location: Location): Statement {
  cursor.next();
  const name = cursor.qualifiedName();
  cursor.expect('SET');
  const assignments = cursor.list(() => parseAssignment(cursor));
  const where = cursor.accept('WHERE') ? parseExpression(cursor) : undefined;
  return { kind: 'update', location, name, assignments, ...(where && { where }) };
}

function parseAssignment(cursor: Cursor): StatementOf<'update'>['assignments'][number] {
  const location = cursor.location();
  const target = cursor.identifier();
  cursor.expect('=');
  return { location, target, value: parseExpression(cursor) };
}

export function parseMerge(cursor: Cursor, location: Location): Statement {
  cursor.expect('MERGE', 'INTO');
  const name = cursor.qualifiedName();
  const alias = cursor.accept('AS') || cursor.atIdentifier() ? { alias: cursor.identifier() } : {};
  cursor.expect('USING');
  const source = parseRelation(cursor);
  cursor.expect('ON');
  const condition = parseExpression(cursor);
  const cases: MergeCase[] = [];
  do cases.push(parseMergeCase(cursor));
  while (cursor.kind === 'WHEN');
  return { kind: 'merge', location, name, ...alias, source, condition, cases };
}

function parseMergeCase(cursor: Cursor): MergeCase {
  const location = cursor.location();
  cursor.expect('WHEN');
  const notMatched = cursor.accept('NOT');
  cursor.expect('MATCHED');
  const condition = cursor.postponing(() => (cursor.accept('AND') ? parseExpression(cursor) : undefined));
  cursor.expect('THEN');
  if (notMatched || cursor.kind === 'DELETE') condition.reject();
  const rest = { location, ...(condition.result && { condition: condition.result }) };
  if (notMatched) return parseMergeInsert(cursor, rest);
  if (cursor.accept('DELETE')) return { kind: 'delete', ...rest, assignments: [], columns: [], values: [] };
  cursor.expect('UPDATE', 'SET');
  const assignments = cursor.list(() => parseAssignment(cursor));
  condition.reject();
  return { kind: 'update', ...rest, assignments, columns: [], values: [] };
}

function parseMergeInsert(cursor: Cursor, rest: Pick<MergeCase, 'location' | 'condition'>): MergeCase {
  cursor.expect('INSERT');
  const columns = cursor.kind === '(' ? parseColumnAliases(cursor) : [];
  cursor.expect('VALUES');
  return { kind: 'insert', ...rest, assignments: [], columns, values: cursor.parenthesized(() => expressionList(cursor)) };
}

export function parseCall(cursor: Cursor, location: Location): Statement {
  cursor.next();
  const name = cursor.qualifiedName();
  return { kind: 'call', location, name, arguments: parseCallArguments(cursor) };
}

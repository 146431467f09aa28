import { type Location, TrinoError } from '../../../spi/trinoError.ts';
import type { Expression, Statement, StatementOf, StringLiteral } from '../ast.ts';
import type { Cursor } from './cursor.ts';
import { parseStatementAt } from './parser.ts';
import { acceptInCatalog } from './parserCreate.ts';
import { expressionList, parseExpression } from './parserExpressions.ts';
import { expectString, stringLength, stringLiteral } from './parserLiterals.ts';
import { parseStatement } from './parserStatements.ts';

export function parseSet(cursor: Cursor, location: Location): Statement {
  cursor.next();
  switch (cursor.kind) {
    case 'SESSION':
      return parseSetSession(cursor, location);
    case 'ROLE':
      return parseSetRole(cursor, location);
    case 'PATH':
      cursor.next();
      return { kind: 'setPath', location, path: cursor.list(() => parsePathElement(cursor)) };
    default:
      cursor.expect('TIME', 'ZONE');
      if (cursor.at('LOCAL', '<EOF>') || cursor.at('LOCAL', ';')) {
        cursor.next();
        return { kind: 'setTimeZone', location };
      }
      return { kind: 'setTimeZone', location, timeZone: parseExpression(cursor) };
  }
}

function atAuthorization(cursor: Cursor): boolean {
  return cursor.kind === 'AUTHORIZATION' && cursor.peek(1) !== '=' && cursor.peek(1) !== '.';
}

function parseSetSession(cursor: Cursor, location: Location): Statement {
  cursor.next();
  if (atAuthorization(cursor)) {
    cursor.next();
    const user: Expression = stringLiteral(cursor) ?? cursor.identifier();
    return { kind: 'setSessionAuthorization', location, user };
  }
  const name = cursor.qualifiedName();
  cursor.expect('=');
  return { kind: 'setSession', location, name, value: parseExpression(cursor) };
}

function parseSetRole(cursor: Cursor, location: Location): Statement {
  cursor.next();
  const type = cursor.acceptOneOf('ALL', 'NONE');
  if (type !== undefined) return { kind: 'setRole', location, type, ...acceptInCatalog(cursor) };
  return { kind: 'setRole', location, type: 'ROLE', role: cursor.identifier(), ...acceptInCatalog(cursor) };
}

function parsePathElement(cursor: Cursor): StatementOf<'setPath'>['path'][number] {
  const location = cursor.location();
  const first = cursor.identifier();
  return cursor.accept('.') ? { location, catalog: first, schema: cursor.identifier() } : { location, schema: first };
}

export function parseReset(cursor: Cursor, location: Location): Statement {
  cursor.expect('RESET', 'SESSION');
  if (!atAuthorization(cursor)) return { kind: 'resetSession', location, name: cursor.qualifiedName() };
  cursor.next();
  return { kind: 'resetSessionAuthorization', location };
}

type Isolation = NonNullable<StatementOf<'startTransaction'>['isolation']>;

export function parseStartTransaction(cursor: Cursor, location: Location): Statement {
  cursor.expect('START', 'TRANSACTION');
  const modes = cursor.kind === 'ISOLATION' || cursor.kind === 'READ' ? cursor.list(() => parseTransactionMode(cursor)) : [];
  const isolations = modes.flatMap((mode) => ('isolation' in mode ? [mode.isolation] : []));
  const accesses = modes.flatMap((mode) => ('readOnly' in mode ? [mode.readOnly] : []));
  const [isolation] = isolations;
  const [readOnly] = accesses;
  return {
    kind: 'startTransaction',
    location,
    modes,
    duplicateModes: [...(isolations.length > 1 ? ['isolation'] : []), ...(accesses.length > 1 ? ['readOnly'] : [])],
    ...(isolation && { isolation }),
    ...(readOnly !== undefined && { readOnly }),
  };
}

function parseTransactionMode(cursor: Cursor): { readonly isolation: Isolation } | { readonly readOnly: boolean } {
  if (cursor.accept('READ')) return { readOnly: cursor.expectOneOf('ONLY', 'WRITE') === 'ONLY' };
  cursor.expect('ISOLATION', 'LEVEL');
  return { isolation: parseIsolation(cursor) };
}

function parseIsolation(cursor: Cursor): Isolation {
  const level = cursor.expectOneOf('READ', 'REPEATABLE', 'SERIALIZABLE');
  if (level === 'SERIALIZABLE') return level;
  if (level === 'READ') return `READ ${cursor.expectOneOf('UNCOMMITTED', 'COMMITTED')}`;
  cursor.expect('READ');
  return 'REPEATABLE READ';
}

export function parsePrepare(cursor: Cursor, location: Location): Statement {
  cursor.next();
  const name = cursor.identifier();
  cursor.expect('FROM');
  cursor.preparing = true;
  return { kind: 'prepare', location, name, statement: parseStatement(cursor) };
}

export function parseDeallocate(cursor: Cursor, location: Location): Statement {
  cursor.expect('DEALLOCATE', 'PREPARE');
  return { kind: 'deallocate', location, name: cursor.identifier() };
}

export function parseExecute(cursor: Cursor, location: Location): Statement {
  cursor.next();
  if (cursor.kind === 'IMMEDIATE' && stringLength(cursor, 1) > 0) {
    cursor.next();
    const sql = expectString(cursor);
    return { kind: 'executeImmediate', location, sql, statement: parseImmediate(cursor, sql), parameters: parseUsing(cursor) };
  }
  return { kind: 'execute', location, name: cursor.identifier(), parameters: parseUsing(cursor) };
}

/** The statement within the string; its faults count after those of the statement around it. */
function parseImmediate(cursor: Cursor, { location, value }: StringLiteral): Statement {
  try {
    return parseStatementAt(value, location);
  } catch (error) {
    if (!(error instanceof TrinoError)) throw error;
    if (!cursor.preparing) cursor.rejectWith(error);
    return { kind: 'commit', location };
  }
}

function parseUsing(cursor: Cursor): readonly Expression[] {
  return cursor.accept('USING') ? expressionList(cursor) : [];
}

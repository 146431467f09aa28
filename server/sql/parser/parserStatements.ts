import type { Statement } from '../ast.ts';
import type { Cursor } from './cursor.ts';
import { parseAlter } from './parserAlter.ts';
import { parseCreate } from './parserCreate.ts';
import { parseCall, parseDelete, parseInsert, parseMerge, parseUpdate } from './parserData.ts';
import { parseDrop } from './parserDrop.ts';
import { expectString } from './parserLiterals.ts';
import { parseStatementQuery } from './parserQueries.ts';
import { parseProperties } from './parserRoutines.ts';
import { parseDeny, parseGrant, parseRevoke } from './parserSecurity.ts';
import { parseDeallocate, parseExecute, parsePrepare, parseReset, parseSet, parseStartTransaction } from './parserSessions.ts';
import { parseDescribe, parseExplain, parseShow } from './parserShow.ts';

export function parseStatement(cursor: Cursor): Statement {
  return cursor.nested(() => parseStatementRule(cursor));
}

function parseStatementRule(cursor: Cursor): Statement {
  const location = cursor.location();
  switch (cursor.kind) {
    case 'SELECT':
    case 'WITH':
    case 'VALUES':
    case 'TABLE':
    case '(':
      return parseStatementQuery(cursor);
    case 'USE': {
      cursor.next();
      const first = cursor.identifier();
      if (!cursor.accept('.')) return { kind: 'use', location, schema: first };
      return { kind: 'use', location, catalog: first, schema: cursor.identifier() };
    }
    case 'CREATE':
      return parseCreate(cursor, location);
    case 'DROP':
      return parseDrop(cursor, location);
    case 'ALTER':
      return parseAlter(cursor, location);
    case 'TRUNCATE':
      cursor.expect('TRUNCATE', 'TABLE');
      return { kind: 'truncateTable', location, name: cursor.qualifiedName() };
    case 'REFRESH':
      cursor.expect('REFRESH', 'MATERIALIZED', 'VIEW');
      return { kind: 'refreshMaterializedView', location, name: cursor.qualifiedName() };
    case 'ANALYZE': {
      cursor.next();
      const name = cursor.qualifiedName();
      return { kind: 'analyze', location, name, properties: cursor.accept('WITH') ? parseProperties(cursor) : [] };
    }
    case 'COMMENT': {
      cursor.expect('COMMENT', 'ON');
      const type = cursor.expectOneOf('TABLE', 'VIEW', 'COLUMN');
      const name = cursor.qualifiedName();
      cursor.expect('IS');
      return cursor.accept('NULL') ? { kind: 'comment', location, type, name } : { kind: 'comment', location, type, name, comment: expectString(cursor).value };
    }
    case 'INSERT':
      return parseInsert(cursor, location);
    case 'DELETE':
      return parseDelete(cursor, location);
    case 'UPDATE':
      return parseUpdate(cursor, location);
    case 'MERGE':
      return parseMerge(cursor, location);
    case 'CALL':
      return parseCall(cursor, location);
    case 'GRANT':
      return parseGrant(cursor, location);
    case 'DENY':
      return parseDeny(cursor, location);
    case 'REVOKE':
      return parseRevoke(cursor, location);
    case 'SHOW':
      return parseShow(cursor, location);
    case 'DESC':
    case 'DESCRIBE':
      return parseDescribe(cursor, location);
    case 'EXPLAIN':
      return parseExplain(cursor, location);
    case 'SET':
      return parseSet(cursor, location);
    case 'RESET':
      return parseReset(cursor, location);
    case 'START':
      return parseStartTransaction(cursor, location);
    case 'COMMIT':
      cursor.next();
      cursor.accept('WORK');
      return { kind: 'commit', location };
    case 'ROLLBACK':
      cursor.next();
      cursor.accept('WORK');
      return { kind: 'rollback', location };
    case 'PREPARE':
      return parsePrepare(cursor, location);
    case 'DEALLOCATE':
      return parseDeallocate(cursor, location);
    case 'EXECUTE':
      return parseExecute(cursor, location);
    default:
      return cursor.fail();
  }
}

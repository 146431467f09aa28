import type { Location } from '../../../spi/trinoError.ts';
import type { Statement } from '../ast.ts';
import type { Cursor } from './cursor.ts';
import { acceptInCatalog } from './parserCreate.ts';
import { parseParameter } from './parserRoutines.ts';

export function acceptIfExists(cursor: Cursor): boolean {
  return cursor.acceptAll('IF', 'EXISTS');
}

export function parseDrop(cursor: Cursor, location: Location): Statement {
  cursor.next();
  const object = cursor.expectOneOf('CATALOG', 'SCHEMA', 'TABLE', 'VIEW', 'MATERIALIZED', 'ROLE', 'FUNCTION');
  if (object === 'MATERIALIZED') cursor.expect('VIEW');
  const ifExists = acceptIfExists(cursor);
  switch (object) {
    case 'CATALOG':
      return { kind: 'dropCatalog', location, ifExists, name: cursor.identifier(), cascade: acceptCascade(cursor) };
    case 'SCHEMA':
      return { kind: 'dropSchema', location, ifExists, name: cursor.qualifiedName(), cascade: acceptCascade(cursor) };
    case 'TABLE':
      return { kind: 'dropTable', location, ifExists, name: cursor.qualifiedName() };
    case 'VIEW':
      return { kind: 'dropView', location, ifExists, name: cursor.qualifiedName() };
    case 'MATERIALIZED':
      return { kind: 'dropMaterializedView', location, ifExists, name: cursor.qualifiedName() };
    case 'ROLE':
      return { kind: 'dropRole', location, ifExists, name: cursor.identifier(), ...acceptInCatalog(cursor) };
    case 'FUNCTION': {
      const name = cursor.qualifiedName();
      const parameters = cursor.parenthesized(() => (cursor.kind === ')' ? [] : cursor.list(() => parseParameter(cursor))));
      return { kind: 'dropFunction', location, ifExists, name, parameters };
    }
  }
}

function acceptCascade(cursor: Cursor): boolean {
  return cursor.acceptOneOf('CASCADE', 'RESTRICT') === 'CASCADE';
}

import type { Location } from '../../../spi/trinoError.ts';
import type { CallArgument, ColumnPosition, QualifiedName, Statement } from '../ast.ts';
import type { Cursor } from './cursor.ts';
import { acceptIfNotExists, parseColumnDefinition } from './parserCreate.ts';
import { acceptIfExists } from './parserDrop.ts';
import { parseExpression } from './parserExpressions.ts';
import { parsePrincipal } from './parserPrincipals.ts';
import { parsePropertyList } from './parserRoutines.ts';
import { parseType } from './parserTypes.ts';

export function parseAlter(cursor: Cursor, location: Location): Statement {
  cursor.next();
  switch (cursor.kind) {
    case 'SCHEMA':
      return parseAlterSchema(cursor, location);
    case 'TABLE':
      return parseAlterTable(cursor, location);
    case 'VIEW':
      return parseAlterView(cursor, location);
    case 'MATERIALIZED':
      if (cursor.peek(1) === 'VIEW' && cursor.peek(2) !== 'SET' && cursor.peek(2) !== '.') return parseAlterMaterializedView(cursor, location);
      return parseAlterOwner(cursor, location);
    default:
      return parseAlterOwner(cursor, location);
  }
}

/** Whatever else may have an owner: ALTER FUNCTION f SET AUTHORIZATION u. */
function parseAlterOwner(cursor: Cursor, location: Location): Statement {
  const entityKind = cursor.identifier();
  const name = cursor.qualifiedName();
  cursor.expect('SET', 'AUTHORIZATION');
  return { kind: 'setAuthorization', location, entityKind, name, principal: parsePrincipal(cursor) };
}

function parseAlterSchema(cursor: Cursor, location: Location): Statement {
  cursor.next();
  const name = cursor.qualifiedName();
  if (cursor.accept('RENAME')) {
    cursor.expect('TO');
    return { kind: 'renameSchema', location, source: name, target: cursor.identifier() };
  }
  cursor.expect('SET', 'AUTHORIZATION');
  return { kind: 'setSchemaAuthorization', location, name, principal: parsePrincipal(cursor) };
}

function parseAlterView(cursor: Cursor, location: Location): Statement {
  cursor.next();
  const name = cursor.qualifiedName();
  if (cursor.accept('RENAME')) {
    cursor.expect('TO');
    return { kind: 'renameView', location, source: name, target: cursor.qualifiedName() };
  }
  cursor.expect('SET', 'AUTHORIZATION');
  return { kind: 'setViewAuthorization', location, name, principal: parsePrincipal(cursor) };
}

function parseAlterMaterializedView(cursor: Cursor, location: Location): Statement {
  cursor.expect('MATERIALIZED', 'VIEW');
  const ifExists = acceptIfExists(cursor);
  const name = cursor.qualifiedName();
  if (!ifExists && cursor.acceptAll('SET', 'PROPERTIES')) {
    return { kind: 'setProperties', location, type: 'MATERIALIZED VIEW', name, properties: parsePropertyList(cursor) };
  }
  cursor.expect('RENAME', 'TO');
  return { kind: 'renameMaterializedView', location, ifExists, source: name, target: cursor.qualifiedName() };
}

interface AlteredTable {
  readonly location: Location;
  readonly name: QualifiedName;
  readonly tableExists: boolean;
}

function parseAlterTable(cursor: Cursor, location: Location): Statement {
  cursor.next();
  const tableExists = acceptIfExists(cursor);
  const name = cursor.qualifiedName();
  const table = { location, name, tableExists };
  switch (cursor.kind) {
    case 'RENAME':
      return parseRename(cursor, table);
    case 'ADD':
      return parseAddColumn(cursor, table);
    case 'DROP': {
      cursor.expect('DROP', 'COLUMN');
      const columnExists = acceptIfExists(cursor);
      return { kind: 'dropColumn', ...table, columnExists, column: cursor.qualifiedName() };
    }
    case 'ALTER':
      return parseAlterColumn(cursor, table);
    default:
      if (tableExists) cursor.fail();
      return parseAlterExistingTable(cursor, location, name);
  }
}

function parseAlterExistingTable(cursor: Cursor, location: Location, name: QualifiedName): Statement {
  if (cursor.expectOneOf('SET', 'EXECUTE') === 'EXECUTE') return parseTableExecute(cursor, location, name);
  if (cursor.expectOneOf('AUTHORIZATION', 'PROPERTIES') === 'PROPERTIES') {
    return { kind: 'setProperties', location, type: 'TABLE', name, properties: parsePropertyList(cursor) };
  }
  return { kind: 'setTableAuthorization', location, name, principal: parsePrincipal(cursor) };
}

function parseRename(cursor: Cursor, { location, name, tableExists }: AlteredTable): Statement {
  cursor.next();
  if (cursor.accept('TO')) return { kind: 'renameTable', location, ifExists: tableExists, source: name, target: cursor.qualifiedName() };
  cursor.expect('COLUMN');
  const columnExists = acceptIfExists(cursor);
  const source = cursor.qualifiedName();
  cursor.expect('TO');
  return { kind: 'renameColumn', location, name, source, target: cursor.identifier(), tableExists, columnExists };
}

function parseAddColumn(cursor: Cursor, table: AlteredTable): Statement {
  cursor.expect('ADD', 'COLUMN');
  const columnNotExists = acceptIfNotExists(cursor);
  const column = parseColumnDefinition(cursor);
  const position = acceptPosition(cursor);
  return { kind: 'addColumn', ...table, column, columnNotExists, ...(position && { position }) };
}

function acceptPosition(cursor: Cursor): ColumnPosition | undefined {
  const location = cursor.location();
  const at = cursor.acceptOneOf('FIRST', 'LAST', 'AFTER');
  if (at === undefined) return undefined;
  return at === 'AFTER' ? { location, at, column: cursor.identifier() } : { location, at };
}

function parseAlterColumn(cursor: Cursor, table: AlteredTable): Statement {
  cursor.expect('ALTER', 'COLUMN');
  const column = cursor.qualifiedName();
  const [only] = column.parts;
  if (column.parts.length === 1 && only !== undefined && cursor.accept('DROP')) {
    cursor.expect('NOT', 'NULL');
    return { kind: 'dropNotNullConstraint', ...table, column: only };
  }
  cursor.expect('SET', 'DATA', 'TYPE');
  return { kind: 'setColumnType', ...table, column, type: parseType(cursor) };
}

function parseTableExecute(cursor: Cursor, location: Location, name: QualifiedName): Statement {
  const procedure = cursor.identifier();
  const values = cursor.kind === '(' ? parseCallArguments(cursor) : [];
  const where = cursor.accept('WHERE') ? parseExpression(cursor) : undefined;
  return { kind: 'tableExecute', location, name, procedure, arguments: values, ...(where && { where }) };
}

/** ( value, name => value ) */
export function parseCallArguments(cursor: Cursor): CallArgument[] {
  return cursor.parenthesized(() => (cursor.kind === ')' ? [] : cursor.list(() => parseCallArgument(cursor))));
}

function parseCallArgument(cursor: Cursor): CallArgument {
  const location = cursor.location();
  if (!cursor.atIdentifier() || cursor.peek(1) !== '=>') return { location, value: parseExpression(cursor) };
  const name = cursor.identifier();
  cursor.next();
  return { location, name, value: parseExpression(cursor) };
}

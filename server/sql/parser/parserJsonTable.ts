import type { Location } from '../../../spi/trinoError.ts';
import type { JsonTable, JsonTableColumn, JsonTablePlan } from '../ast.ts';
import type { Cursor } from './cursor.ts';
import { acceptFormat, parseJsonPathInvocation, parseQueryBehaviors, parseValueBehaviors } from './parserJson.ts';
import { expectString } from './parserLiterals.ts';
import { parseType } from './parserTypes.ts';

export function parseJsonTable(cursor: Cursor, location: Location): JsonTable {
  cursor.next();
  return cursor.parenthesized(() => {
    const invocation = parseJsonPathInvocation(cursor);
    const columns = parseColumns(cursor);
    const plan = cursor.accept('PLAN') ? parsePlanClause(cursor) : undefined;
    const errorBehavior = cursor.acceptOneOf('ERROR', 'EMPTY');
    if (errorBehavior !== undefined) cursor.expect('ON', 'ERROR');
    return { kind: 'jsonTable', location, invocation, columns, ...(plan && { plan }), ...(errorBehavior && { errorBehavior }) };
  });
}

function parseColumns(cursor: Cursor): JsonTableColumn[] {
  cursor.expect('COLUMNS');
  return cursor.parenthesized(() => cursor.list(() => cursor.nested(() => parseColumn(cursor))));
}

function parseColumn(cursor: Cursor): JsonTableColumn {
  const location = cursor.location();
  if (atNested(cursor)) return parseNested(cursor, location);
  const name = cursor.identifier();
  if (cursor.accept('FOR')) {
    cursor.expect('ORDINALITY');
    return { kind: 'ordinality', location, name };
  }
  const { result: type, reject } = cursor.postponing(() => parseType(cursor));
  const format = acceptFormat(cursor);
  const path = cursor.accept('PATH') ? { path: expectString(cursor).value } : {};
  const column: JsonTableColumn =
    format === undefined
      ? { kind: 'value', location, name, type, ...path, ...parseValueBehaviors(cursor) }
      : { kind: 'query', location, name, type, format, ...path, ...parseQueryBehaviors(cursor) };
  reject();
  return column;
}

function atNested(cursor: Cursor): boolean {
  const next = cursor.peek(cursor.at('NESTED', 'PATH') ? 2 : 1);
  return cursor.kind === 'NESTED' && (next === '<string>' || next === '<unicode string>');
}

function parseNested(cursor: Cursor, location: Location): JsonTableColumn {
  cursor.next();
  cursor.accept('PATH');
  const path = expectString(cursor);
  const pathName = cursor.accept('AS') ? cursor.identifier() : undefined;
  return { kind: 'nested', location, path: path.value, pathLocation: path.location, columns: parseColumns(cursor), ...(pathName && { pathName }) };
}

function parsePlanClause(cursor: Cursor): JsonTablePlan {
  if (cursor.kind !== 'DEFAULT' || cursor.peek(1) !== '(') return cursor.parenthesized(() => parsePlan(cursor));
  cursor.next();
  return cursor.parenthesized(() => parseDefaultPlan(cursor));
}

function parseDefaultPlan(cursor: Cursor): JsonTablePlan {
  const location = cursor.location();
  const first = cursor.expectOneOf('OUTER', 'INNER', 'UNION', 'CROSS');
  const parentFirst = first === 'OUTER' || first === 'INNER';
  if (!cursor.accept(',')) {
    return { kind: 'defaultPlan', location, parentChild: first === 'INNER' ? 'INNER' : 'OUTER', siblings: first === 'CROSS' ? 'CROSS' : 'UNION' };
  }
  if (parentFirst) return { kind: 'defaultPlan', location, parentChild: first, siblings: cursor.expectOneOf('UNION', 'CROSS') };
  return { kind: 'defaultPlan', location, parentChild: cursor.expectOneOf('OUTER', 'INNER'), siblings: first };
}

function parsePlan(cursor: Cursor): JsonTablePlan {
  return cursor.nested(() => {
    const location = cursor.location();
    if (cursor.atIdentifier()) {
      const parent = cursor.identifier();
      const type = cursor.acceptOneOf('OUTER', 'INNER');
      if (type !== undefined) return { kind: 'parentChild', location, type, parent, child: parsePlanPrimary(cursor) };
      return parseSiblings(cursor, location, { kind: 'leaf', location, name: parent });
    }
    return parseSiblings(cursor, location, parsePlanPrimary(cursor));
  });
}

function parseSiblings(cursor: Cursor, location: Location, first: JsonTablePlan): JsonTablePlan {
  const type = cursor.kind;
  if (type !== 'UNION' && type !== 'CROSS') return first;
  const siblings = [first];
  while (cursor.accept(type)) siblings.push(parsePlanPrimary(cursor));
  return { kind: 'siblings', location, type, siblings };
}

function parsePlanPrimary(cursor: Cursor): JsonTablePlan {
  const location = cursor.location();
  if (cursor.kind === '(') return cursor.parenthesized(() => parsePlan(cursor));
  return { kind: 'leaf', location, name: cursor.identifier() };
}

import type { Location } from '../../../spi/trinoError.ts';
import type { AliasedRelation, Identifier, Join, Relation, TableReference, Unnest } from '../ast.ts';
import type { Cursor } from './cursor.ts';
import { atBareAlias, startsClause, startsQuery } from './lookahead.ts';
import { parseExpression, parseValue } from './parserExpressions.ts';
import { parseJsonTable } from './parserJsonTable.ts';
import { parsePatternRecognition } from './parserPatternRecognition.ts';
import { parseColumnAliases, parseSubquery } from './parserQueries.ts';
import { parseTableFunction } from './parserTableFunctions.ts';

/** A table or a chain of joins. */
export function parseRelation(cursor: Cursor): Relation {
  return cursor.nested(() => {
    const location = cursor.location();
    let left = parseSampledRelation(cursor);
    for (;;) {
      const joined = acceptJoin(cursor, location, left);
      if (joined === undefined) return left;
      left = joined;
    }
  });
}

function acceptJoin(cursor: Cursor, location: Location, left: Relation): Join | undefined {
  switch (cursor.kind) {
    case 'CROSS':
      cursor.expect('CROSS', 'JOIN');
      return { kind: 'join', location, type: 'CROSS', left, right: parseSampledRelation(cursor) };
    case 'NATURAL': {
      cursor.next();
      const type = parseJoinType(cursor);
      return { kind: 'join', location, type, left, right: parseSampledRelation(cursor), criteria: { kind: 'natural' } };
    }
    case 'JOIN':
    case 'INNER':
    case 'LEFT':
    case 'RIGHT':
    case 'FULL': {
      const type = parseJoinType(cursor);
      const right = parseRelation(cursor);
      return { kind: 'join', location, type, left, right, criteria: parseCriteria(cursor) };
    }
    default:
      return undefined;
  }
}

/** INNER JOIN, LEFT OUTER JOIN, … */
function parseJoinType(cursor: Cursor): 'INNER' | 'LEFT' | 'RIGHT' | 'FULL' {
  const type = cursor.acceptOneOf('INNER', 'LEFT', 'RIGHT', 'FULL') ?? 'INNER';
  if (type !== 'INNER') cursor.accept('OUTER');
  cursor.expect('JOIN');
  return type;
}

function parseCriteria(cursor: Cursor): NonNullable<Join['criteria']> {
  if (cursor.expectOneOf('ON', 'USING') === 'ON') return { kind: 'on', expression: parseExpression(cursor) };
  return { kind: 'using', columns: parseColumnAliases(cursor) };
}

function parseSampledRelation(cursor: Cursor): Relation {
  const location = cursor.location();
  const relation = parsePatternRecognition(cursor, location, parseAliasedRelation(cursor));
  if (cursor.kind !== 'TABLESAMPLE' || !startsClause(cursor.tokens, cursor.index)) return relation;
  cursor.next();
  const type = cursor.expectOneOf('BERNOULLI', 'SYSTEM');
  return { kind: 'sampled', location, relation, type, percentage: cursor.parenthesized(() => parseExpression(cursor)) };
}

function parseAliasedRelation(cursor: Cursor): Relation {
  const location = cursor.location();
  const relation = parseRelationPrimary(cursor, location);
  const alias = acceptAlias(cursor);
  return alias === undefined ? relation : { kind: 'aliased', location, relation, ...alias };
}

export function acceptAlias(cursor: Cursor): Pick<AliasedRelation, 'alias' | 'columnNames'> | undefined {
  if (!cursor.accept('AS') && !atBareAlias(cursor)) return undefined;
  const alias = cursor.identifier();
  const columnNames: Identifier[] | undefined = cursor.kind === '(' ? parseColumnAliases(cursor) : undefined;
  return { alias, ...(columnNames && { columnNames }) };
}

function parseRelationPrimary(cursor: Cursor, location: Location): Relation {
  switch (cursor.kind) {
    case '(':
      if (startsQuery(cursor, cursor.index + 1)) return { kind: 'tableSubquery', location, query: parseSubquery(cursor) };
      return cursor.parenthesized(() => parseRelation(cursor));
    case 'UNNEST':
      return parseUnnest(cursor, location);
    case 'LATERAL':
      if (cursor.peek(1) !== '(') break;
      cursor.next();
      return { kind: 'lateral', location, query: parseSubquery(cursor) };
    case 'TABLE':
      return parseTableFunction(cursor);
    case 'JSON_TABLE':
      return parseJsonTable(cursor, location);
    default:
  }
  return parseTable(cursor, location);
}

function parseUnnest(cursor: Cursor, location: Location): Unnest {
  cursor.next();
  const expressions = cursor.parenthesized(() => cursor.list(() => parseExpression(cursor)));
  return { kind: 'unnest', location, expressions, withOrdinality: cursor.acceptAll('WITH', 'ORDINALITY') };
}

function parseTable(cursor: Cursor, location: Location): TableReference {
  const name = cursor.qualifiedName();
  if (cursor.kind !== 'FOR') return { kind: 'table', location, name };
  const versionLocation = cursor.location();
  cursor.next();
  const kind = cursor.expectOneOf('TIMESTAMP', 'VERSION');
  cursor.expect('AS', 'OF');
  return { kind: 'table', location, name, version: { kind, location: versionLocation, value: parseValue(cursor) } };
}

import type { Location } from '../../../spi/trinoError.ts';
import type { PatternRecognition, Relation } from '../ast.ts';
import type { Cursor } from './cursor.ts';
import { startsClause } from './lookahead.ts';
import { acceptOrderBy, expressionList } from './parserExpressions.ts';
import { acceptAlias } from './parserRelations.ts';
import { acceptSearchMode, acceptSkipTo, parseDefinition, parseMeasure, parsePattern, parseSubset } from './parserRowPatterns.ts';

/** MATCH_RECOGNIZE ( … ) behind a relation, if it is there. */
export function parsePatternRecognition(cursor: Cursor, location: Location, input: Relation): Relation {
  if (cursor.kind !== 'MATCH_RECOGNIZE' || !startsClause(cursor.tokens, cursor.index)) return input;
  cursor.next();
  const relation = cursor.parenthesized(() => parseClauses(cursor, location, input));
  const alias = acceptAlias(cursor);
  return alias === undefined ? relation : { kind: 'aliased', location, relation, ...alias };
}

function parseClauses(cursor: Cursor, location: Location, input: Relation): PatternRecognition {
  const partitionBy = cursor.postponing(() => (cursor.acceptAll('PARTITION', 'BY') ? expressionList(cursor) : []));
  const orderBy = acceptOrderBy(cursor);
  partitionBy.reject();
  const measures = cursor.accept('MEASURES') ? cursor.list(() => parseMeasure(cursor)) : [];
  const implied = cursor.kind !== 'ONE' && cursor.kind !== 'ALL';
  const rowsPerMatch = parseRowsPerMatch(cursor);
  const afterMatchSkipTo = acceptSkipTo(cursor);
  const patternSearchMode = acceptSearchMode(cursor);
  cursor.expect('PATTERN');
  const pattern = cursor.parenthesized(() => parsePattern(cursor));
  const subsets = cursor.accept('SUBSET') ? cursor.list(() => parseSubset(cursor)) : [];
  cursor.expect('DEFINE');
  const definitions = cursor.list(() => parseDefinition(cursor));
  return {
    kind: 'patternRecognition',
    location,
    input,
    partitionBy: partitionBy.result,
    orderBy,
    measures,
    rowsPerMatch,
    ...(implied && { rowsPerMatchImplied: true }),
    pattern,
    subsets,
    definitions,
    ...(afterMatchSkipTo && { afterMatchSkipTo }),
    ...(patternSearchMode && { patternSearchMode: patternSearchMode.mode }),
  };
}

function parseRowsPerMatch(cursor: Cursor): PatternRecognition['rowsPerMatch'] {
  if (cursor.accept('ONE')) {
    cursor.expect('ROW', 'PER', 'MATCH');
    return 'ONE';
  }
  if (!cursor.accept('ALL')) return 'ONE';
  cursor.expect('ROWS', 'PER', 'MATCH');
  const treatment = cursor.acceptOneOf('SHOW', 'OMIT', 'WITH');
  if (treatment === 'WITH') {
    cursor.expect('UNMATCHED', 'ROWS');
    return 'ALL WITH UNMATCHED';
  }
  if (treatment !== undefined) cursor.expect('EMPTY', 'MATCHES');
  return treatment === 'OMIT' ? 'ALL OMIT EMPTY' : 'ALL SHOW EMPTY';
}

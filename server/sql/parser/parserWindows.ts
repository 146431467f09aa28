import type { FrameBound, WindowFrame, WindowSpecification } from '../ast.ts';
import type { Cursor } from './cursor.ts';
import { acceptOrderBy, expressionList, parseExpression } from './parserExpressions.ts';
import { acceptSearchMode, acceptSkipTo, parseDefinition, parseMeasure, parsePattern, parseSubset } from './parserRowPatterns.ts';

/** ( name PARTITION BY … ORDER BY … frame ) */
export function parseWindow(cursor: Cursor): WindowSpecification {
  cursor.expect('(');
  const location = cursor.location();
  const existingName = atExistingName(cursor) ? cursor.identifier() : undefined;
  const partitionBy = cursor.acceptAll('PARTITION', 'BY') ? expressionList(cursor) : [];
  const orderBy = acceptOrderBy(cursor);
  const frame = cursor.kind === ')' ? undefined : parseFrame(cursor);
  cursor.expect(')');
  return { kind: 'windowSpecification', location, partitionBy, orderBy, ...(existingName && { existingName }), ...(frame && { frame }) };
}

function isFrameWord(kind: string): boolean {
  return kind === 'ROWS' || kind === 'RANGE' || kind === 'GROUPS' || kind === 'MEASURES';
}

/** PARTITION, ROWS and the like name a window unless they begin a clause. */
function atExistingName(cursor: Cursor): boolean {
  if (!cursor.atIdentifier()) return false;
  const next = cursor.peek(1);
  if (cursor.kind === 'PARTITION') return next !== 'BY';
  if (!isFrameWord(cursor.kind)) return true;
  if (next === ')' || next === 'ORDER' || (next === 'PARTITION' && cursor.peek(2) === 'BY')) return true;
  return isFrameWord(next) && cursor.peek(2) !== 'PRECEDING' && cursor.peek(2) !== 'FOLLOWING';
}

function parseFrame(cursor: Cursor): WindowFrame {
  const location = cursor.location();
  const measures = cursor.postponing(() => (cursor.accept('MEASURES') ? cursor.list(() => parseMeasure(cursor)) : []));
  const type = cursor.expectOneOf('RANGE', 'ROWS', 'GROUPS');
  const between = cursor.accept('BETWEEN');
  const start = parseBound(cursor);
  if (between) cursor.expect('AND');
  const end = between ? parseBound(cursor) : undefined;
  measures.reject();
  const afterMatchSkipTo = acceptSkipTo(cursor);
  const patternSearchMode = acceptSearchMode(cursor);
  const pattern = cursor.accept('PATTERN') ? cursor.parenthesized(() => parsePattern(cursor)) : undefined;
  const subsets = cursor.accept('SUBSET') ? cursor.list(() => parseSubset(cursor)) : [];
  const definitions = cursor.accept('DEFINE') ? cursor.list(() => parseDefinition(cursor)) : [];
  return {
    location,
    type,
    start,
    measures: measures.result,
    subsets,
    definitions,
    ...(end && { end }),
    ...(afterMatchSkipTo && { afterMatchSkipTo }),
    ...(patternSearchMode && { patternSearchMode: patternSearchMode.mode, patternSearchLocation: patternSearchMode.location }),
    ...(pattern && { pattern }),
  };
}

function parseBound(cursor: Cursor): FrameBound {
  const location = cursor.location();
  if (cursor.acceptAll('UNBOUNDED', 'PRECEDING')) return { location, type: 'UNBOUNDED PRECEDING' };
  if (cursor.acceptAll('UNBOUNDED', 'FOLLOWING')) return { location, type: 'UNBOUNDED FOLLOWING' };
  if (cursor.acceptAll('CURRENT', 'ROW')) return { location, type: 'CURRENT ROW' };
  const value = parseExpression(cursor);
  return { location, type: cursor.expectOneOf('PRECEDING', 'FOLLOWING'), value };
}

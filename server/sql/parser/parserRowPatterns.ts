import type { Location } from '../../../spi/trinoError.ts';
import type { MeasureDefinition, RowPattern, SkipTo, SubsetDefinition, VariableDefinition } from '../ast.ts';
import type { Cursor } from './cursor.ts';
import { parseExpression } from './parserExpressions.ts';
import { numberLiteral } from './parserLiterals.ts';

export function parseMeasure(cursor: Cursor): MeasureDefinition {
  const location = cursor.location();
  const expression = parseExpression(cursor);
  cursor.expect('AS');
  return { location, expression, name: cursor.identifier() };
}

export function parseSubset(cursor: Cursor): SubsetDefinition {
  const location = cursor.location();
  const name = cursor.identifier();
  cursor.expect('=');
  return { location, name, identifiers: cursor.parenthesized(() => cursor.list(() => cursor.identifier())) };
}

export function parseDefinition(cursor: Cursor): VariableDefinition {
  const location = cursor.location();
  const name = cursor.identifier();
  cursor.expect('AS');
  return { location, name, expression: parseExpression(cursor) };
}

/** AFTER MATCH SKIP … */
export function acceptSkipTo(cursor: Cursor): SkipTo | undefined {
  if (!cursor.accept('AFTER')) return undefined;
  cursor.expect('MATCH');
  const location = cursor.location();
  cursor.expect('SKIP');
  if (cursor.accept('PAST')) {
    cursor.expect('LAST', 'ROW');
    return { location, position: 'PAST LAST' };
  }
  cursor.expect('TO');
  if (cursor.acceptAll('NEXT', 'ROW')) return { location, position: 'NEXT' };
  const position = cursor.atIdentifier(1) && !(cursor.peek(1) === 'PATTERN' && cursor.peek(2) === '(') ? cursor.acceptOneOf('FIRST', 'LAST') : undefined;
  return skipToVariable(cursor, location, position ?? 'LAST');
}

function skipToVariable(cursor: Cursor, location: Location, position: SkipTo['position']): SkipTo {
  return { location, position, identifier: cursor.identifier() };
}

export function acceptSearchMode(cursor: Cursor): { readonly mode: 'INITIAL' | 'SEEK'; readonly location: Location } | undefined {
  const location = cursor.location();
  const mode = cursor.acceptOneOf('INITIAL', 'SEEK');
  return mode && { mode, location };
}

export function parsePattern(cursor: Cursor): RowPattern {
  return cursor.nested(() => parseAlternation(cursor));
}

function parseAlternation(cursor: Cursor): RowPattern {
  const location = cursor.location();
  let left = parseConcatenation(cursor);
  while (cursor.accept('|')) left = { kind: 'alternation', location, patterns: [left, parseConcatenation(cursor)] };
  return left;
}

function parseConcatenation(cursor: Cursor): RowPattern {
  const location = cursor.location();
  let left = parseQuantified(cursor);
  while (startsPattern(cursor)) left = { kind: 'concatenation', location, patterns: [left, parseQuantified(cursor)] };
  return left;
}

function startsPattern(cursor: Cursor): boolean {
  return cursor.kind === '(' || cursor.kind === '^' || cursor.kind === '$' || cursor.kind === '{-' || cursor.atIdentifier();
}

function parseQuantified(cursor: Cursor): RowPattern {
  const location = cursor.location();
  const pattern = parsePatternPrimary(cursor, location);
  const quantifierLocation = cursor.location();
  const quantifier = acceptQuantifier(cursor);
  if (quantifier === undefined) return pattern;
  return { kind: 'quantified', location, pattern, ...quantifier, quantifierLocation, greedy: !cursor.accept('?') };
}

interface Quantifier {
  readonly atLeast: number;
  readonly atMost?: number;
  readonly quantifier: string;
}

function acceptQuantifier(cursor: Cursor): Quantifier | undefined {
  if (cursor.accept('*')) return { atLeast: 0, quantifier: '*' };
  if (cursor.accept('+')) return { atLeast: 1, quantifier: '+' };
  if (cursor.accept('?')) return { atLeast: 0, atMost: 1, quantifier: '?' };
  if (!cursor.accept('{')) return undefined;
  const atLeast = acceptCount(cursor);
  if (atLeast !== undefined && cursor.accept('}')) return { atLeast: atLeast.value, atMost: atLeast.value, quantifier: `{${atLeast.text},${atLeast.text}}` };
  cursor.expect(',');
  const atMost = acceptCount(cursor);
  cursor.expect('}');
  return { atLeast: atLeast?.value ?? 0, ...(atMost && { atMost: atMost.value }), quantifier: `{${atLeast?.text ?? ''},${atMost?.text ?? ''}}` };
}

function acceptCount(cursor: Cursor): { readonly value: number; readonly text: string } | undefined {
  if (cursor.kind !== '<integer>') return undefined;
  const literal = numberLiteral(cursor);
  return literal.kind === 'longLiteral' ? { value: Number(literal.value), text: literal.text } : undefined;
}

/** A comma between the parentheses, and not one of {1,2}. */
function hasSeveralPatterns({ tokens, index }: Cursor): boolean {
  const end = tokens.closing(index + 1);
  for (let i = index + 2; i < end; i++) {
    if (tokens.kind(i) === ',') return true;
    if (tokens.kind(i) === '(') i = tokens.closing(i);
    else if (tokens.kind(i) === '{') while (i < end && tokens.kind(i) !== '}') i++;
  }
  return false;
}

function parsePatternPrimary(cursor: Cursor, location: Location): RowPattern {
  if (cursor.accept('^')) return { kind: 'anchor', location, type: 'START' };
  if (cursor.accept('$')) return { kind: 'anchor', location, type: 'END' };
  if (cursor.accept('{-')) {
    const pattern = parsePattern(cursor);
    cursor.expect('-}');
    return { kind: 'excluded', location, pattern };
  }
  // PERMUTE (A) is a variable named permute, then A
  if (cursor.at('PERMUTE', '(') && hasSeveralPatterns(cursor)) {
    cursor.next();
    return { kind: 'permutation', location, patterns: cursor.parenthesized(() => cursor.list(() => parsePattern(cursor))) };
  }
  if (cursor.acceptAll('(', ')')) return { kind: 'emptyPattern', location };
  if (cursor.kind === '(') return cursor.parenthesized(() => parsePattern(cursor));
  return { kind: 'patternVariable', location, name: cursor.identifier() };
}

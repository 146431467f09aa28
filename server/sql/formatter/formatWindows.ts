import { unreachable } from '../../../spi/trinoError.ts';
import type { FrameBound, RowPattern, SkipTo, SubsetDefinition, Window, WindowFrame } from '../ast.ts';
import { formatExpression, formatList, formatOrderBy } from './formatExpressions.ts';
import { formatIdentifier } from './formatNames.ts';

export function formatWindow(window: Window): string {
  if (window.kind === 'windowReference') return formatIdentifier(window.name);
  const parts = [
    ...(window.existingName ? [formatIdentifier(window.existingName)] : []),
    ...(window.partitionBy.length > 0 ? [`PARTITION BY ${formatList(window.partitionBy)}`] : []),
    ...(window.orderBy.length > 0 ? [formatOrderBy(window.orderBy)] : []),
    ...(window.frame ? [formatFrame(window.frame)] : []),
  ];
  return `(${parts.join(' ')})`;
}

function formatFrame(frame: WindowFrame): string {
  const measures = frame.measures.map(({ expression, name }) => `${formatExpression(expression)} AS ${formatIdentifier(name)}`);
  const start = formatBound(frame.start);
  const parts = [
    ...(measures.length > 0 ? [`MEASURES ${measures.join(', ')}`] : []),
    frame.end === undefined ? `${frame.type} ${start}` : `${frame.type} BETWEEN ${start} AND ${formatBound(frame.end)}`,
    ...(frame.afterMatchSkipTo ? [`AFTER MATCH ${formatSkipTo(frame.afterMatchSkipTo)}`] : []),
    ...(frame.patternSearchMode ? [frame.patternSearchMode] : []),
    ...(frame.pattern ? [`PATTERN(${formatPattern(frame.pattern)})`] : []),
    ...(frame.subsets.length > 0 ? [`SUBSET ${frame.subsets.map(formatSubset).join(', ')}`] : []),
    ...(frame.definitions.length > 0
      ? [`DEFINE ${frame.definitions.map(({ name, expression }) => `${formatIdentifier(name)} AS ${formatExpression(expression)}`).join(', ')}`]
      : []),
  ];
  return parts.join(' ');
}

function formatBound({ type, value }: FrameBound): string {
  return value === undefined ? type : `${formatExpression(value)} ${type}`;
}

export function formatSkipTo({ position, identifier }: SkipTo): string {
  switch (position) {
    case 'PAST LAST':
      return 'SKIP PAST LAST ROW';
    case 'NEXT':
      return 'SKIP TO NEXT ROW';
    case 'FIRST':
    case 'LAST':
      return `SKIP TO ${position} ${identifier === undefined ? '' : formatIdentifier(identifier)}`;
    default:
      return unreachable(position);
  }
}

export function formatSubset({ name, identifiers }: SubsetDefinition): string {
  return `${formatIdentifier(name)} = (${identifiers.map(formatIdentifier).join(', ')})`;
}

export function formatPattern(pattern: RowPattern): string {
  switch (pattern.kind) {
    case 'patternVariable':
      return formatIdentifier(pattern.name);
    case 'emptyPattern':
      return '()';
    case 'anchor':
      return pattern.type === 'START' ? '^' : '$';
    case 'excluded':
      return `{-${formatPattern(pattern.pattern)}-}`;
    case 'permutation':
      return `PERMUTE(${pattern.patterns.map(formatPattern).join(', ')})`;
    case 'concatenation':
      return `(${pattern.patterns.map(formatPattern).join(' ')})`;
    case 'alternation':
      return `(${pattern.patterns.map(formatPattern).join(' | ')})`;
    case 'quantified':
      return `(${formatPattern(pattern.pattern)}${pattern.quantifier}${pattern.greedy ? '' : '?'})`;
    default:
      return unreachable(pattern);
  }
}

import { unreachable } from '../../spi/trinoError.ts';
import { expressionText } from './expressionText.ts';
import type { Navigation, PatternSpecification, PatternValue, RowPattern, SkipTo } from './rowPattern.ts';

/** The lines that EXPLAIN shows of a MATCH_RECOGNIZE. */
export function patternLines({ values, rowsPerMatch, frame, skipTo, pattern, definitions }: PatternSpecification): readonly string[] {
  return [
    ...values.map(({ symbol, value }) => `${symbol.name} := ${valueText(value)}`),
    frame === undefined ? ROWS[rowsPerMatch] : `ROWS BETWEEN CURRENT ROW AND ${frame.following === undefined ? 'UNBOUNDED' : frame.following.name} FOLLOWING`,
    `AFTER MATCH SKIP ${skipText(skipTo)}`,
    `pattern[${patternText(pattern)}] (${frame?.seek === true ? 'SEEK' : 'INITIAL'})`,
    ...definitions.flatMap(({ label, condition }) => [
      `${label} := ${expressionText(condition.expression)}`,
      ...condition.values.map(({ symbol, value }) => `    ${symbol.name} := ${valueText(value)}`),
    ]),
  ];
}

const ROWS: Readonly<Record<PatternSpecification['rowsPerMatch'], string>> = {
  ONE: 'ONE ROW PER MATCH',
  'ALL SHOW EMPTY': 'ALL ROWS PER MATCH SHOW EMPTY MATCHES',
  'ALL OMIT EMPTY': 'ALL ROWS PER MATCH OMIT EMPTY MATCHES',
  'ALL WITH UNMATCHED': 'ALL ROWS PER MATCH WITH UNMATCHED ROWS',
  WINDOW: 'WINDOW',
};

function skipText({ position, labels = [] }: SkipTo): string {
  switch (position) {
    case 'PAST LAST':
      return 'PAST LAST ROW';
    case 'NEXT':
      return 'TO NEXT ROW';
    case 'FIRST':
    case 'LAST':
      return `TO ${position} [${labels.join(', ')}]`;
    default:
      return unreachable(position);
  }
}

function valueText(value: PatternValue): string {
  switch (value.kind) {
    case 'column':
      return `${value.column.name}[${navigationText(value.navigation)}]`;
    case 'classifier':
      return `classifier[${navigationText(value.navigation)}]`;
    case 'matchNumber':
      return 'match_number';
    case 'matched':
      return 'matched';
    case 'rows':
      return `${value.running ? 'RUNNING' : 'FINAL'} rows(${value.column.name}){${value.labels.join(', ')}}`;
    case 'aggregate':
      return `RUNNING ${value.function.name}(${value.arguments.map(expressionText).join(', ')}){${value.labels.join(', ')}}`;
    case 'classifiers':
      return `${value.running ? 'RUNNING' : 'FINAL'} classifiers{${value.labels.join(', ')}}`;
    default:
      return unreachable(value);
  }
}

function navigationText({ labels, anchor, running, logicalOffset, physicalOffset }: Navigation): string {
  const offset = logicalOffset === 0 ? '' : `, ${logicalOffset}`;
  const logical = `${running ? 'RUNNING' : 'FINAL'} ${anchor}({${labels.join(', ')}}${offset})`;
  if (physicalOffset === 0) return logical;
  return `${physicalOffset < 0 ? 'PREV' : 'NEXT'}(${logical}, ${Math.abs(physicalOffset)})`;
}

function patternText(pattern: RowPattern): string {
  switch (pattern.kind) {
    case 'label':
      return pattern.label;
    case 'empty':
      return '()';
    case 'anchor':
      return pattern.type === 'START' ? '^' : '$';
    case 'excluded':
      return `{-${patternText(pattern.pattern)}-}`;
    case 'permutation':
      return `PERMUTE(${pattern.patterns.map(patternText).join(', ')})`;
    case 'concatenation':
      return `(${pattern.patterns.map(patternText).join(' ')})`;
    case 'alternation':
      return `(${pattern.patterns.map(patternText).join(' | ')})`;
    case 'quantified':
      return `${patternText(pattern.pattern)}{${pattern.atLeast}, ${pattern.atMost ?? '∞'}}`;
    default:
      return unreachable(pattern);
  }
}

import type { Expression } from '../../../spi/expression.ts';
import { TrinoError } from '../../../spi/trinoError.ts';
import { BOOLEAN, typeId } from '../../../spi/type.ts';
import type { PatternCondition, RowPattern, SkipTo } from '../../plan/rowPattern.ts';
import type * as ast from '../../sql/ast.ts';
import { extractWindows, visitNodes } from '../astWalk.ts';
import { Collector } from '../aggregation/collector.ts';
import { ExpressionAnalyzer } from '../expression/expressionAnalyzer.ts';
import { labelName } from '../nameResolution.ts';
import { type PatternContext, PatternValues } from './patternContext.ts';

/** What MATCH_RECOGNIZE and a window with a pattern have in common. */
export interface PatternClauses {
  readonly pattern: ast.RowPattern;
  readonly subsets: readonly ast.SubsetDefinition[];
  readonly definitions: readonly ast.VariableDefinition[];
  readonly afterMatchSkipTo?: ast.SkipTo;
}

export type Labels = Pick<PatternContext, 'labels' | 'members'>;

export function analyzeLabels(node: PatternClauses): Labels {
  const labels = new Map<string, string>();
  const members = new Map<string, readonly string[]>();
  visitNodes(node.pattern, (part) => {
    if (isVariable(part)) labels.set(labelName(part.name), labelName(part.name));
    return true;
  });
  const primary = new Set(labels.keys());
  for (const { name, identifiers } of node.subsets) {
    const label = labelName(name);
    if (primary.has(label))
      throw new TrinoError('INVALID_LABEL', name.location, `union pattern variable name: ${name.value} is a duplicate of primary pattern variable name`);
    if (members.has(label)) throw new TrinoError('INVALID_LABEL', name.location, `union pattern variable name: ${name.value} is declared twice`);
    for (const element of identifiers) {
      if (!primary.has(labelName(element)))
        throw new TrinoError('INVALID_LABEL', element.location, `subset element: ${element.value} is not a primary pattern variable`);
    }
    labels.set(label, label);
    members.set(label, identifiers.map(labelName));
  }
  const defined = new Set<string>();
  for (const { name } of node.definitions) {
    const label = labelName(name);
    if (!primary.has(label)) throw new TrinoError('INVALID_LABEL', name.location, `defined variable: ${name.value} is not a primary pattern variable`);
    if (defined.has(label)) throw new TrinoError('INVALID_LABEL', name.location, `pattern variable with name: ${name.value} is defined twice`);
    defined.add(label);
  }
  return { labels, members };
}

function isVariable(part: { readonly kind: string }): part is ast.RowPattern & { kind: 'patternVariable' } {
  return part.kind === 'patternVariable';
}

function isQuantified(part: { readonly kind: string }): part is ast.RowPattern & { kind: 'quantified' } {
  return part.kind === 'quantified';
}

function isExclusion(part: { readonly kind: string }): part is ast.RowPattern & { kind: 'excluded' } {
  return part.kind === 'excluded';
}

function isAnchor(part: { readonly kind: string }): part is ast.RowPattern & { kind: 'anchor' } {
  return part.kind === 'anchor';
}

/** Quantifiers are checked, and what of the rest is not allowed here is refused in the words given. */
export function checkPattern(pattern: ast.RowPattern, refused: { readonly exclusion?: string; readonly anchor?: string }): void {
  visitNodes(pattern, (part) => {
    if (isQuantified(part)) checkQuantifier(part);
    if (isExclusion(part) && refused.exclusion !== undefined) throw new TrinoError('INVALID_ROW_PATTERN', part.location, refused.exclusion);
    if (isAnchor(part) && refused.anchor !== undefined) throw new TrinoError('INVALID_ROW_PATTERN', part.location, refused.anchor);
    return true;
  });
}

function checkQuantifier({ atLeast, atMost, quantifier, quantifierLocation: location }: ast.RowPattern & { kind: 'quantified' }): void {
  // ? and the like cannot be wrong
  if (atMost === undefined || !quantifier.startsWith('{')) return;
  if (atMost < 1) throw new TrinoError('NUMERIC_VALUE_OUT_OF_RANGE', location, 'Pattern quantifier upper bound must be greater than or equal to 1');
  if (atLeast > atMost) throw new TrinoError('INVALID_RANGE', location, 'Pattern quantifier lower bound must not exceed upper bound');
}

export function analyzeMeasure(analyzer: ExpressionAnalyzer, expression: ast.Expression): Expression {
  refuseWindows(expression);
  return analyzer.analyze(expression);
}

function refuseWindows(expression: ast.Expression): void {
  const [window] = extractWindows([expression]);
  if (window !== undefined)
    throw new TrinoError('NESTED_WINDOW', window.location, 'Cannot nest window functions or row pattern measures inside pattern recognition expressions');
}

type Surrounding = Omit<ConstructorParameters<typeof ExpressionAnalyzer>[0], 'pattern'>;

export interface Definition {
  readonly label: string;
  readonly condition: PatternCondition;
}

export function analyzeDefinition(
  surrounding: Surrounding,
  { aggregates: _, ...pattern }: PatternContext,
  { name, expression }: ast.VariableDefinition,
): Definition {
  refuseWindows(expression);
  const collector = new Collector();
  const values = new PatternValues(surrounding.context);
  const analyzed = new ExpressionAnalyzer({ ...surrounding, collector, pattern: { ...pattern, values } }).analyze(expression);
  if (analyzed.type.kind !== 'boolean' && analyzed.type.kind !== 'unknown') {
    throw new TrinoError('TYPE_MISMATCH', expression.location, `Expression defining a label must be boolean (actual type: ${typeId(analyzed.type)})`);
  }
  const condition: Expression = analyzed.type.kind === 'unknown' ? { kind: 'constant', type: BOOLEAN, value: null } : analyzed;
  return { label: labelName(name), condition: { expression: condition, values: values.used } };
}

export function skipTo({ afterMatchSkipTo: to }: PatternClauses, { labels, members }: Labels): SkipTo {
  if (to === undefined) return { position: 'PAST LAST' };
  if (to.identifier === undefined) return { position: to.position };
  const label = labels.get(labelName(to.identifier));
  if (label === undefined) throw new TrinoError('INVALID_LABEL', to.identifier.location, `${to.identifier.value} is not a primary or union pattern variable`);
  return { position: to.position, labels: members.get(label) ?? [label] };
}

export function rowPattern(pattern: ast.RowPattern): RowPattern {
  switch (pattern.kind) {
    case 'patternVariable':
      return { kind: 'label', label: labelName(pattern.name) };
    case 'emptyPattern':
      return { kind: 'empty' };
    case 'anchor':
      return { kind: 'anchor', type: pattern.type };
    case 'excluded':
      return { kind: 'excluded', pattern: rowPattern(pattern.pattern) };
    case 'permutation':
    case 'concatenation':
    case 'alternation':
      return { kind: pattern.kind, patterns: pattern.patterns.map(rowPattern) };
    case 'quantified': {
      const { atLeast, atMost, greedy } = pattern;
      return { kind: 'quantified', pattern: rowPattern(pattern.pattern), atLeast, greedy, ...(atMost === undefined ? {} : { atMost }) };
    }
  }
}

/** In a row without a match every measure is NULL. */
export function whenMatched(matched: Expression, expression: Expression): Expression {
  const { type } = expression;
  // biome-ignore lint/suspicious/noThenProperty: a branch of CASE
  const clause = { when: matched, then: expression };
  return { kind: 'case', type, whenClauses: [clause], otherwise: { kind: 'constant', type, value: null } };
}

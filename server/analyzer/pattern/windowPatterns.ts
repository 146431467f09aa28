import { TrinoError } from '../../../spi/trinoError.ts';
import { BIGINT } from '../../../spi/type.ts';
import type * as ast from '../../sql/ast.ts';
import { structuralKey, type WindowPattern, type WindowUse } from '../aggregation/collector.ts';
import type { ExpressionAnalyzer } from '../expression/expressionAnalyzer.ts';
import { PatternAggregates } from './patternAggregates.ts';
import { analyzeDefinition, analyzeLabels, analyzeMeasure, checkPattern, rowPattern, skipTo } from './patternClauses.ts';
import { type PatternContext, PatternInputs, PatternValues } from './patternContext.ts';
import type { Field, Scope } from '../scope.ts';
import type { ResolvedWindow } from '../window/windowDefinitions.ts';

/** What must stand beside a pattern, and what must not stand without one. */
export function checkPatternClauses(frame: ast.WindowFrame | undefined): void {
  if (frame === undefined) return;
  if (frame.pattern === undefined) return refuseWithoutPattern(frame);
  if (frame.type !== 'ROWS') throw new TrinoError('INVALID_WINDOW_FRAME', frame.location, 'Pattern recognition requires ROWS frame type');
  if (frame.start.type !== 'CURRENT ROW' || frame.end === undefined) {
    throw new TrinoError('INVALID_WINDOW_FRAME', frame.location, 'Pattern recognition requires frame specified as BETWEEN CURRENT ROW AND ...');
  }
  if (frame.definitions.length === 0) {
    throw new TrinoError('MISSING_VARIABLE_DEFINITIONS', frame.location, 'Pattern recognition requires DEFINE clause');
  }
}

function refuseWithoutPattern(frame: ast.WindowFrame): void {
  const { location, measures, afterMatchSkipTo, patternSearchMode, patternSearchLocation, subsets, definitions } = frame;
  const refuse = (place: typeof location | undefined, what: string): TrinoError => new TrinoError('MISSING_ROW_PATTERN', place, `${what} PATTERN clause`);
  if (measures.length > 0) throw refuse(location, 'Row pattern measures require');
  if (afterMatchSkipTo !== undefined) throw refuse(afterMatchSkipTo.location, 'AFTER MATCH SKIP clause requires');
  if (patternSearchMode !== undefined) throw refuse(patternSearchLocation, `${patternSearchMode} modifier requires`);
  if (subsets.length > 0) throw refuse(subsets[0]?.location, 'Union variable definitions require');
  if (definitions.length > 0) throw refuse(definitions[0]?.location, 'Primary pattern variable definitions require');
}

/** The pattern of a window that was checked; equal windows share one. */
export function windowPattern(
  analyzer: ExpressionAnalyzer,
  { partitionBy, orderBy, frame }: ResolvedWindow,
  window: Pick<WindowUse, 'partitionBy' | 'orderBy' | 'frame'>,
): WindowPattern {
  if (frame?.pattern === undefined) throw new Error('the window has no pattern');
  const { windowPatterns } = analyzer.surroundings.collector;
  const key = structuralKey([partitionBy, orderBy, frame]);
  const known = windowPatterns.find((candidate) => candidate.scope === analyzer.scope && candidate.key === key);
  if (known !== undefined) return known.pattern;
  const pattern = analyzePattern(analyzer, { ...frame, pattern: frame.pattern }, window);
  windowPatterns.push({ key, scope: analyzer.scope, pattern });
  return pattern;
}

function analyzePattern(
  analyzer: ExpressionAnalyzer,
  frame: ast.WindowFrame & { readonly pattern: ast.RowPattern },
  { partitionBy, orderBy, frame: bounds }: Pick<WindowUse, 'partitionBy' | 'orderBy' | 'frame'>,
): WindowPattern {
  const { context } = analyzer;
  const labels = analyzeLabels(frame);
  checkPattern(frame.pattern, { anchor: 'Anchor pattern syntax is not allowed in window' });
  const skip = skipTo(frame, labels);
  const values = new PatternValues(context);
  const aggregates = new PatternAggregates(context);
  const inputScope = rowScope(analyzer.scope);
  const { collector, with: withQueries } = analyzer.surroundings;
  const inputs = new PatternInputs(context);
  const shared: PatternContext = { inputScope, ...labels, values, inputs, below: collector, aggregates, inWindow: true };
  const surrounding = { context, scope: inputScope, collector, with: withQueries };
  const measures = frame.measures.map((node) => {
    const columns: PatternContext['columns'] = new Map();
    const expression = analyzeMeasure(analyzer.with({ scope: inputScope, pattern: { ...shared, columns } }), node.expression);
    return { node, expression, columns: [...columns.values()] };
  });
  const definitions = frame.definitions.map((definition) => analyzeDefinition(surrounding, shared, definition));
  return {
    partitionBy,
    orderBy,
    ...following(bounds),
    specification: { rowsPerMatch: 'WINDOW', seek: frame.patternSearchMode === 'SEEK', skipTo: skip, pattern: rowPattern(frame.pattern), definitions },
    values,
    inputs,
    aggregates,
    measures,
    definitions: frame.definitions,
  };
}

function following({ end, endValue }: WindowUse['frame']): Pick<WindowPattern, 'following'> {
  if (end === 'UNBOUNDED FOLLOWING') return {};
  return { following: endValue ?? { kind: 'constant', type: BIGINT, value: 0n } };
}

/** The names of relations are not known inside. Output columns, which ORDER BY sees, hide those of the source. */
function rowScope({ isProjection, parent, ...scope }: Scope): Scope {
  if (isProjection !== true || parent === undefined) return { ...scope, ...(parent && { parent }), fields: scope.fields.map(withoutAlias) };
  const names = new Set(scope.fields.map(({ name }) => name?.toLowerCase()));
  const hidden = parent.fields.filter(({ name }) => name === undefined || !names.has(name.toLowerCase()));
  return { ...parent, fields: [...scope.fields, ...hidden].map(withoutAlias) };
}

const withoutAlias = (field: Field): Field => ({ ...field, relationAlias: undefined });

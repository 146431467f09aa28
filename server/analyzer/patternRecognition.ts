import type { Expression } from '../../spi/expression.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import { BOOLEAN, typeId } from '../../spi/type.ts';
import type { Ordering, Symbol } from '../plan/plan.ts';
import type { PatternCondition, PatternSpecification, RowPattern, SkipTo } from '../plan/rowPattern.ts';
import type * as ast from '../sql/ast.ts';
import { formatExpression } from '../sql/formatExpressions.ts';
import { extractWindows, visitNodes } from './astWalk.ts';
import { Collector } from './collector.ts';
import { ExpressionAnalyzer } from './expressionAnalyzer.ts';
import { nullsFirst } from './functionCalls.ts';
import { labelName, qualifiedParts } from './nameResolution.ts';
import { PatternAggregates } from './patternAggregates.ts';
import { type PatternContext, PatternValues } from './patternContext.ts';
import { identityAssignment, PlanBuilder } from './planBuilder.ts';
import { analyzeRelation } from './relationAnalyzer.ts';
import type { QuerySurroundings, RelationPlan } from './relationPlan.ts';
import { type Field, newField, resolveField, type Scope } from './scope.ts';

/** MATCH_RECOGNIZE: the matches as a node, the measures computed above. */
export function analyzePatternRecognition(surroundings: QuerySurroundings, node: ast.PatternRecognition, scope: Scope): RelationPlan {
  const { context } = surroundings;
  const input = analyzeRelation(surroundings, node.input, scope);
  // the names of the input's relations are not known inside and after
  const fields = input.fields.map((field): Field => ({ ...field, relationAlias: undefined }));
  const inputScope: Scope = { fields, parent: scope };
  const labels = analyzeLabels(node);
  const partition = node.partitionBy.map((column) => inputColumn(inputScope, column));
  const order = node.orderBy.map((item) => ({ item, field: inputColumn(inputScope, item.key) }));
  checkPattern(node);
  const source = new PlanBuilder(context, new Collector(), input.node);
  const aggregates = new PatternAggregates(context, source);
  const values = new PatternValues(context);
  const collector = new Collector();
  const surrounding = { context, scope: inputScope, collector, with: surroundings.with };
  const pattern: PatternContext = { inputScope, ...labels, values, aggregates };
  const analyzer = new ExpressionAnalyzer({ ...surrounding, pattern });
  const definitions = node.definitions.map((definition) => ({
    label: labelName(definition.name),
    condition: defined(surrounding, { ...pattern, values: new PatternValues(context) }, definition),
  }));
  const measures = node.measures.map(({ name, expression }) => ({ name, expression: measured(analyzer, expression) }));
  const shown = shownFields(
    node,
    fields,
    partition,
    order.map(({ field }) => field),
  );
  const outputFields = [
    ...shown.before,
    ...measures.map(({ name, expression }) => newField(name.value, context.symbols.newSymbol(name.value, expression.type))),
    ...shown.after,
  ];
  if (outputFields.length === 0) throw new TrinoError('TABLE_HAS_NO_COLUMNS', node.location, 'pattern recognition output table has no columns');
  const matched = node.rowsPerMatch === 'ALL WITH UNMATCHED' ? values.use({ kind: 'matched' }, 'matched') : undefined;
  const specification: PatternSpecification = {
    rowsPerMatch: rowsPerMatch(node),
    skipTo: skipTo(node, labels),
    pattern: rowPattern(node.pattern),
    definitions,
    values: values.list.map(({ symbol, value }) => ({ symbol: { name: symbol.name, type: symbol.type }, value })),
  };
  const kept = [...shown.before, ...shown.after].map(({ symbol }) => symbol);
  const outputs = distinct([...partition.map(({ symbol }) => symbol), ...kept, ...specification.values.map(({ symbol }) => symbol)]);
  const partitionBy = distinct(partition.map(({ symbol }) => symbol));
  const orderBy = order.map(({ item, field }): Ordering => ({ symbol: field.symbol, ascending: item.ascending, nullsFirst: nullsFirst(item) }));
  const builder = new PlanBuilder(context, collector, source.node);
  builder.push((below, id) => ({ kind: 'patternRecognition', id, source: below, partitionBy, orderBy, specification, outputs }));
  aggregates.attach(builder);
  const computed = measures.map(({ expression }, i) => {
    const symbol = outputFields[shown.before.length + i]?.symbol;
    if (symbol === undefined) throw new Error('a measure has no column');
    return { symbol, expression: builder.translate(matched === undefined ? expression : whenMatched(matched, expression)) };
  });
  builder.project([...distinct(kept).map(identityAssignment), ...computed]);
  return { node: builder.node, fields: outputFields };
}

/** In a row without a match every measure is NULL. */
function whenMatched(matched: Expression, expression: Expression): Expression {
  const { type } = expression;
  // biome-ignore lint/suspicious/noThenProperty: a branch of CASE
  const clause = { when: matched, then: expression };
  return { kind: 'case', type, whenClauses: [clause], otherwise: { kind: 'constant', type, value: null } };
}

const distinct = (symbols: readonly Symbol[]): readonly Symbol[] => [...new Map(symbols.map((symbol) => [symbol.name, symbol])).values()];

type Labels = Pick<PatternContext, 'labels' | 'members'>;

function analyzeLabels(node: ast.PatternRecognition): Labels {
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

function inputColumn(scope: Scope, expression: ast.Expression): Field {
  const parts = qualifiedParts(expression);
  if (parts === undefined)
    throw new TrinoError('INVALID_COLUMN_REFERENCE', expression.location, `Expected column reference. Actual: ${formatExpression(expression)}`);
  const resolved = resolveField({ fields: scope.fields }, expression, parts);
  if (resolved === undefined) throw new TrinoError('COLUMN_NOT_FOUND', expression.location, `Column ${parts.join('.')} is not present in the input relation`);
  return resolved.field;
}

function checkPattern(node: ast.PatternRecognition): void {
  if (node.patternSearchMode !== undefined) {
    throw new TrinoError('NOT_SUPPORTED', node.location, `Pattern search modifier: ${node.patternSearchMode} is not allowed in MATCH_RECOGNIZE clause`);
  }
  visitNodes(node.pattern, (part) => {
    if (isQuantified(part)) checkQuantifier(part);
    if (isExclusion(part) && node.rowsPerMatch === 'ALL WITH UNMATCHED') {
      throw new TrinoError(
        'INVALID_ROW_PATTERN',
        part.location,
        'Pattern exclusion syntax is not allowed when ALL ROWS PER MATCH WITH UNMATCHED ROWS is specified',
      );
    }
    return true;
  });
}

function isQuantified(part: { readonly kind: string }): part is ast.RowPattern & { kind: 'quantified' } {
  return part.kind === 'quantified';
}

function isExclusion(part: { readonly kind: string }): part is ast.RowPattern & { kind: 'excluded' } {
  return part.kind === 'excluded';
}

function checkQuantifier({ atLeast, atMost, quantifier, location }: ast.RowPattern & { kind: 'quantified' }): void {
  // ? and the like cannot be wrong
  if (atMost === undefined || !quantifier.startsWith('{')) return;
  if (atMost < 1) throw new TrinoError('NUMERIC_VALUE_OUT_OF_RANGE', location, 'Pattern quantifier upper bound must be greater than or equal to 1');
  if (atLeast > atMost) throw new TrinoError('INVALID_RANGE', location, 'Pattern quantifier lower bound must not exceed upper bound');
}

function measured(analyzer: ExpressionAnalyzer, expression: ast.Expression): Expression {
  refuseWindows(expression);
  return analyzer.analyze(expression);
}

function refuseWindows(expression: ast.Expression): void {
  const [window] = extractWindows([expression]);
  if (window !== undefined)
    throw new TrinoError('NESTED_WINDOW', window.location, 'Cannot nest window functions or row pattern measures inside pattern recognition expressions');
}

type Surrounding = Omit<ConstructorParameters<typeof ExpressionAnalyzer>[0], 'pattern'>;

function defined(surrounding: Surrounding, { aggregates: _, ...pattern }: PatternContext, { expression }: ast.VariableDefinition): PatternCondition {
  refuseWindows(expression);
  const collector = new Collector();
  const analyzed = new ExpressionAnalyzer({ ...surrounding, collector, pattern }).analyze(expression);
  if (analyzed.type.kind !== 'boolean' && analyzed.type.kind !== 'unknown') {
    throw new TrinoError('TYPE_MISMATCH', expression.location, `Expression defining a label must be boolean (actual type: ${typeId(analyzed.type)})`);
  }
  const [subquery] = collector.subqueries.values();
  if (subquery !== undefined) throw new TrinoError('NOT_SUPPORTED', subquery.node.location, 'Subqueries in DEFINE are not supported');
  const condition: Expression = analyzed.type.kind === 'unknown' ? { kind: 'constant', type: BOOLEAN, value: null } : analyzed;
  return { expression: condition, values: pattern.values.list.map(({ symbol, value }) => ({ symbol: { name: symbol.name, type: symbol.type }, value })) };
}

interface ShownFields {
  readonly before: readonly Field[];
  /** Behind the measures. */
  readonly after: readonly Field[];
}

function shownFields(node: ast.PatternRecognition, fields: readonly Field[], partition: readonly Field[], order: readonly Field[]): ShownFields {
  if (node.rowsPerMatch === 'ONE') return { before: partition, after: [] };
  const before = [...partition];
  for (const field of order) if (!before.some(({ symbol }) => symbol.name === field.symbol.name)) before.push(field);
  return { before, after: fields.filter(({ symbol, hidden }) => !hidden && !before.some((shown) => shown.symbol.name === symbol.name)) };
}

function rowsPerMatch({ rowsPerMatch: rows, location }: ast.PatternRecognition): PatternSpecification['rowsPerMatch'] {
  if (rows === 'WINDOW') throw new TrinoError('NOT_SUPPORTED', location, 'Row pattern recognition in a window is not supported');
  return rows;
}

function skipTo({ afterMatchSkipTo: to }: ast.PatternRecognition, { labels, members }: Labels): SkipTo {
  if (to === undefined) return { position: 'PAST LAST' };
  if (to.identifier === undefined) return { position: to.position };
  const label = labels.get(labelName(to.identifier));
  if (label === undefined) throw new TrinoError('INVALID_LABEL', to.identifier.location, `${to.identifier.value} is not a primary or union pattern variable`);
  return { position: to.position, labels: members.get(label) ?? [label] };
}

function rowPattern(pattern: ast.RowPattern): RowPattern {
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

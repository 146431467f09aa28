import { TrinoError } from '../../../spi/trinoError.ts';
import type { Ordering, Symbol } from '../../plan/plan.ts';
import type { PatternSpecification } from '../../plan/rowPattern.ts';
import type * as ast from '../../sql/ast.ts';
import { formatExpression } from '../../sql/formatter/formatExpressions.ts';
import { Collector } from '../aggregation/collector.ts';
import { ExpressionAnalyzer } from '../expression/expressionAnalyzer.ts';
import { nullsFirst } from '../expression/functionCalls.ts';
import { qualifiedParts } from '../nameResolution.ts';
import { PatternAggregates } from './patternAggregates.ts';
import { analyzeDefinition, analyzeLabels, analyzeMeasure, checkPattern, rowPattern, skipTo, whenMatched } from './patternClauses.ts';
import { type PatternContext, PatternInputs, PatternValues } from './patternContext.ts';
import { identityAssignment, PlanBuilder } from '../planBuilder.ts';
import { analyzeRelation } from '../relationAnalyzer.ts';
import { refuseNestedPatterns } from './nestedPatterns.ts';
import type { QuerySurroundings, RelationPlan } from '../relationPlan.ts';
import { type Field, newField, resolveField, type Scope } from '../scope.ts';

/** MATCH_RECOGNIZE: the matches as a node, the measures computed above. */
export function analyzePatternRecognition(surroundings: QuerySurroundings, node: ast.PatternRecognition, scope: Scope): RelationPlan {
  const { context } = surroundings;
  refuseNestedPatterns(node);
  const input = analyzeRelation(surroundings, node.input, scope);
  // the names of the input's relations are not known inside and after
  const fields = input.fields.map((field): Field => ({ ...field, relationAlias: undefined }));
  const inputScope: Scope = { fields, parent: scope };
  const labels = analyzeLabels(node);
  const partition = node.partitionBy.map((column) => inputColumn(inputScope, column));
  const order = node.orderBy.map((item) => ({ item, field: inputColumn(inputScope, item.key) }));
  checkClauses(node);
  const aggregates = new PatternAggregates(context);
  const values = new PatternValues(context);
  const collector = new Collector();
  const surrounding = { context, scope: inputScope, collector, with: surroundings.with };
  const inputs = new PatternInputs(context);
  const below = new Collector();
  const pattern: PatternContext = { inputScope, ...labels, values, inputs, below, aggregates };
  const analyzer = new ExpressionAnalyzer({ ...surrounding, pattern });
  const definitions = node.definitions.map((definition) => analyzeDefinition(surrounding, pattern, definition));
  const measures = node.measures.map(({ name, expression }) => ({ name, expression: analyzeMeasure(analyzer, expression) }));
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
    rowsPerMatch: node.rowsPerMatch,
    skipTo: skipTo(node, labels),
    pattern: rowPattern(node.pattern),
    definitions,
    values: values.used,
  };
  const kept = [...shown.before, ...shown.after].map(({ symbol }) => symbol);
  const outputs = distinct([...partition.map(({ symbol }) => symbol), ...kept, ...specification.values.map(({ symbol }) => symbol)]);
  const partitionBy = distinct(partition.map(({ symbol }) => symbol));
  const orderBy = order.map(({ item, field }): Ordering => ({ symbol: field.symbol, ascending: item.ascending, nullsFirst: nullsFirst(item) }));
  const source = new PlanBuilder(context, below, input.node);
  inputs.append(source);
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

const distinct = (symbols: readonly Symbol[]): readonly Symbol[] => [...new Map(symbols.map((symbol) => [symbol.name, symbol])).values()];

function inputColumn(scope: Scope, expression: ast.Expression): Field {
  const parts = qualifiedParts(expression);
  if (parts === undefined)
    throw new TrinoError('INVALID_COLUMN_REFERENCE', expression.location, `Expected column reference. Actual: ${formatExpression(expression)}`);
  const resolved = resolveField({ fields: scope.fields }, expression, parts);
  if (resolved === undefined) throw new TrinoError('COLUMN_NOT_FOUND', expression.location, `Column ${parts.join('.')} is not present in the input relation`);
  return resolved.field;
}

function checkClauses(node: ast.PatternRecognition): void {
  if (node.patternSearchMode !== undefined) {
    throw new TrinoError('NOT_SUPPORTED', node.location, `Pattern search modifier: ${node.patternSearchMode} is not allowed in MATCH_RECOGNIZE clause`);
  }
  const exclusion = 'Pattern exclusion syntax is not allowed when ALL ROWS PER MATCH WITH UNMATCHED ROWS is specified';
  checkPattern(node.pattern, node.rowsPerMatch === 'ALL WITH UNMATCHED' ? { exclusion } : {});
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

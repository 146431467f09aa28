import type { Expression, Reference } from '../../../spi/expression.ts';
import { TrinoError } from '../../../spi/trinoError.ts';
import { BIGINT, BOOLEAN, type Type } from '../../../spi/type.ts';
import { replaceReferences } from '../../plan/expressionVisitor.ts';
import type { Symbol } from '../../plan/plan.ts';
import type { PatternSpecification, PatternValue } from '../../plan/rowPattern.ts';
import type { MeasureUse, WindowPattern, WindowUse } from '../aggregation/collector.ts';
import { functionCall, reference, whenClause } from '../expression/expressionBuilder.ts';
import { rowItems } from './patternAggregates.ts';
import { whenMatched } from './patternClauses.ts';
import { identityAssignment, type PlanBuilder } from '../planBuilder.ts';

const WHOLE_MATCH = { labels: [], running: false } as const;

/** The matches of all rows, and above them the measures and functions that the block uses. */
export function planWindowPattern(
  builder: PlanBuilder,
  pattern: WindowPattern,
  { uses, measures }: { readonly uses: readonly WindowUse[]; readonly measures: readonly MeasureUse[] },
): void {
  const { specification, values, inputs, aggregates } = pattern;
  const functions = uses.map((use) => ({ use, expression: windowFunction(builder, use, pattern) }));
  const matched = values.use({ kind: 'matched' }, 'matched');
  inputs.append(builder);
  const column = columnResolver(builder);
  const partitionBy = distinct(builder.symbolsFor(pattern.partitionBy));
  const orderBy = builder.orderings(pattern.orderBy);
  const following = pattern.following && builder.symbolFor(pattern.following);
  const { seek, ...rest } = specification;
  const used = values.used.map(({ symbol, value }) => ({ symbol, value: overColumns(value, column) }));
  const complete: PatternSpecification = {
    ...rest,
    frame: { seek, ...(following && { following }) },
    definitions: rest.definitions.map(({ label, condition }) => ({
      label,
      condition: { ...condition, values: condition.values.map(({ symbol, value }) => ({ symbol, value: overColumns(value, column) })) },
    })),
    values: used,
  };
  const outputs = [...builder.outputs, ...used.map(({ symbol }) => symbol)];
  builder.push((source, id) => ({ kind: 'patternRecognition', id, source, partitionBy, orderBy, specification: complete, outputs }));
  aggregates.attach(builder);
  builder.project([
    ...builder.outputs.map(identityAssignment),
    ...measures.map(({ symbol, measure }) => ({ symbol, expression: builder.translate(whenMatched(matched, measure.expression)) })),
    ...functions.map(({ use, expression }) => ({ symbol: use.symbol, expression })),
  ]);
}

const distinct = (symbols: readonly Symbol[]): readonly Symbol[] => [...new Map(symbols.map((symbol) => [symbol.name, symbol])).values()];

type ColumnResolver = (column: Symbol) => Symbol;

/** The present column for one of the rows before grouping. */
function columnResolver(builder: PlanBuilder): ColumnResolver {
  return (column) => {
    const symbol = builder.symbolFor(reference(column));
    if (builder.outputs.some(({ name }) => name === symbol.name)) return symbol;
    throw new TrinoError('NOT_SUPPORTED', undefined, 'Row pattern recognition over output columns is not supported');
  };
}

function overColumns(value: PatternValue, column: ColumnResolver): PatternValue {
  if (value.kind === 'column' || value.kind === 'rows') return { ...value, column: column(value.column) };
  if (value.kind !== 'aggregate') return value;
  const columns = new Map(value.columns.map((symbol) => [symbol.name, column(symbol)]));
  const ofPresent = (expression: Expression): Expression =>
    replaceReferences(expression, ({ name }) => {
      const symbol = columns.get(name);
      return symbol && reference(symbol);
    });
  return { ...value, columns: [...columns.values()], arguments: value.arguments.map(ofPresent) };
}

/** A function over the rows of the match. */
function windowFunction(builder: PlanBuilder, use: WindowUse, pattern: WindowPattern): Expression {
  const column = (expression: Expression): Reference => reference(builder.symbolFor(expression));
  if (use.function.kind === 'window') {
    return valueFunction(builder, use, (value) => rowsOf(pattern, column(value)));
  }
  const plain = use.arguments.map((argument) => (argument.kind === 'constant' || argument.kind === 'lambda' ? argument : column(argument)));
  const columns = plain.filter((value) => value.kind === 'reference');
  // Trino does not heed ORDER BY in the call here
  const items = rowItems(pattern, columns, WHOLE_MATCH);
  return pattern.aggregates.add({ function: use.function, arguments: plain, distinct: use.distinct, items, outer: [] });
}

function rowsOf(pattern: WindowPattern, column: Reference): Reference {
  const [item] = rowItems(pattern, [column], WHOLE_MATCH);
  if (item === undefined) throw new Error('a column has an array');
  return item.array;
}

/** first_value, last_value and nth_value. */
function valueFunction(builder: PlanBuilder, use: WindowUse, rowsOf: (value: Expression) => Reference): Expression {
  const [value, offset] = use.arguments;
  if (value === undefined) throw new Error(`${use.function.name} has no argument`);
  const rows = rowsOf(value);
  const items = use.ignoreNulls ? withoutNulls(builder, rows) : rows;
  const single = rows.type.kind === 'array' ? rows.type.element : rows.type;
  const at = (position: Expression): Expression => {
    const item = functionCall('element_at', [items, position], single);
    return value.type.kind === 'row' ? { kind: 'field', base: item, index: 0, type: value.type } : item;
  };
  if (use.function.name === 'first_value') return at({ kind: 'constant', type: BIGINT, value: 1n });
  if (use.function.name === 'last_value') return at({ kind: 'constant', type: BIGINT, value: -1n });
  if (use.function.name !== 'nth_value' || offset === undefined) {
    throw new TrinoError('NOT_SUPPORTED', use.node.location, `${use.function.name} over a window with a row pattern is not supported`);
  }
  return nthValue(reference(builder.symbolFor(offset)), at, value.type);
}

function withoutNulls(builder: PlanBuilder, rows: Reference): Expression {
  const element = rows.type.kind === 'array' ? rows.type.element : rows.type;
  const item = reference(builder.context.symbols.newSymbol('item', element));
  const inner: Expression = element.kind === 'row' ? { kind: 'field', base: item, index: 0, type: element.fields[0]?.type ?? element } : item;
  const type: Type = { kind: 'function', arguments: [element], result: BOOLEAN };
  const present: Expression = { kind: 'not', type: BOOLEAN, value: { kind: 'is null', type: BOOLEAN, value: inner } };
  return functionCall('filter', [rows, { kind: 'lambda', parameters: [item], body: present, type }], rows.type);
}

function nthValue(offset: Expression, at: (position: Expression) => Expression, type: Type): Expression {
  const one: Expression = { kind: 'constant', type: BIGINT, value: 1n };
  const tooSmall: Expression = { kind: 'comparison', operator: '<', left: offset, right: one, type: BOOLEAN };
  const text = (value: string): Expression => ({ kind: 'constant', type: { kind: 'varchar' }, value });
  const failure = functionCall('$fail', [text('INVALID_FUNCTION_ARGUMENT'), text('Offset must be at least 1')], type);
  return { kind: 'case', type, whenClauses: [whenClause(tooSmall, failure)], otherwise: at(offset) };
}

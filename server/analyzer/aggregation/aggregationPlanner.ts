import type { Expression } from '../../../spi/expression.ts';
import { expressionEquals } from '../../plan/expressionEquality.ts';
import type { Aggregation, Symbol } from '../../plan/plan.ts';
import type { AggregateUse } from './collector.ts';
import { reference } from '../expression/expressionBuilder.ts';
import type { GroupingAnalysis } from './groupBy.ts';
import { groupedTranslation } from './groupedTranslation.ts';
import { identityAssignment, type PlanBuilder } from '../planBuilder.ts';
import type { BlockAnalysis } from '../querySpecification.ts';

/** Puts the aggregation upon the plan; from there on expressions are those over its groups. */
export function planAggregation(builder: PlanBuilder, { collector }: BlockAnalysis, { keys, sets }: GroupingAnalysis): void {
  const uses = [...collector.aggregates.values()];
  builder.attachSubqueries([...keys, ...uses.flatMap(inputs)]);
  const keySymbols = builder.symbolsFor(keys);
  const groupingKeys = sets.length > 1 ? copies(builder, keySymbols) : keySymbols;
  const aggregations = uses.map((use) => aggregation(builder, use));
  const groupingOperations = [...collector.groupings.values()].map(({ symbol, columns }) => ({
    symbol,
    columns: columns.map((column) => keys.findIndex((key) => expressionEquals(key, column))),
  }));
  const groupingSets = sets.length === 1 && sets[0]?.length === keys.length ? {} : { groupingSets: sets };
  builder.push((source, id) => ({ kind: 'aggregation', id, source, groupingKeys, ...groupingSets, groupingOperations, aggregations }));
  builder.translateWith(groupedTranslation(keys.map((key, i) => ({ key, symbol: keySymbols[i] ?? { name: '', type: key.type } }))));
  if (groupingKeys !== keySymbols) renameBack(builder, keySymbols, groupingKeys);
}

/** With several grouping sets a key is NULL where it is not in the set: not the column that it was before. */
function copies(builder: PlanBuilder, symbols: readonly Symbol[]): readonly Symbol[] {
  const copied = symbols.map((symbol) => ({ symbol: builder.context.symbols.newSymbol(`${symbol.name}$gid`, symbol.type), expression: reference(symbol) }));
  builder.append(copied);
  return copied.map(({ symbol }) => symbol);
}

function renameBack(builder: PlanBuilder, symbols: readonly Symbol[], groupingKeys: readonly Symbol[]): void {
  const renamed = symbols.map((symbol, i) => ({ symbol, expression: reference(groupingKeys[i] ?? symbol) }));
  builder.project([...renamed, ...builder.outputs.slice(symbols.length).map(identityAssignment)]);
}

function inputs({ arguments: values, filter, orderBy }: AggregateUse): readonly Expression[] {
  return [...values, ...(filter === undefined ? [] : [filter]), ...orderBy.map(({ expression }) => expression)];
}

function aggregation(builder: PlanBuilder, use: AggregateUse): Aggregation {
  const filter = use.filter === undefined ? undefined : builder.symbolFor(use.filter);
  return {
    symbol: use.symbol,
    function: use.function,
    arguments: argumentsOf(builder, use.arguments),
    distinct: use.distinct,
    ...(filter && { filter }),
    orderBy: builder.orderings(use.orderBy),
  };
}

/** Columns; constants and lambdas stay as they are. */
export function argumentsOf(builder: PlanBuilder, values: readonly Expression[]): readonly Expression[] {
  return values.map((value) => (value.kind === 'constant' || value.kind === 'lambda' ? value : reference(builder.symbolFor(value))));
}

import type { Expression } from '../../spi/expression.ts';
import { type Location, TrinoError } from '../../spi/trinoError.ts';
import { BIGINT, typeId } from '../../spi/type.ts';
import { canCoerce } from '../function/coercion.ts';
import { isOrderable } from '../function/typeOperators.ts';
import type * as ast from '../sql/ast.ts';
import { formatExpression } from '../sql/formatter/formatExpressions.ts';
import type { SortExpression } from './aggregation/collector.ts';
import { constantValue } from './expression/constants.ts';
import type { ExpressionAnalyzer } from './expression/expressionAnalyzer.ts';
import { reference } from './expression/expressionBuilder.ts';
import { nullsFirst } from './expression/functionCalls.ts';
import type { PlanBuilder } from './planBuilder.ts';
import type { Field } from './scope.ts';

/** ORDER BY over output columns, by position or expression. */
export function analyzeSortItems(
  analyzer: ExpressionAnalyzer,
  items: readonly ast.SortItem[],
  outputs: readonly Field[],
  node: { readonly location: Location },
): readonly SortExpression[] {
  return items.map((item) => {
    const expression = sortKey(analyzer, item.key, outputs);
    if (!isOrderable(expression.type)) {
      const message = `Type ${typeId(expression.type)} is not orderable, and therefore cannot be used in ORDER BY: ${formatExpression(item.key)}`;
      throw new TrinoError('TYPE_MISMATCH', node.location, message);
    }
    return { expression, ascending: item.ascending, nullsFirst: nullsFirst(item) };
  });
}

function sortKey(analyzer: ExpressionAnalyzer, key: ast.Expression, outputs: readonly Field[]): Expression {
  if (key.kind !== 'longLiteral') return analyzer.analyze(key);
  const field = outputs[Number(key.value) - 1];
  if (field === undefined) throw new TrinoError('INVALID_COLUMN_REFERENCE', key.location, `ORDER BY position ${key.value} is not in select list`);
  return reference(field.symbol);
}

export interface RowLimits {
  readonly offset?: bigint;
  readonly limit?: bigint;
  readonly withTies: boolean;
}

export interface Limited {
  readonly orderBy: readonly ast.SortItem[];
  readonly offset?: ast.Query['offset'];
  readonly limit?: ast.Query['limit'];
}

export function rowLimits(analyzer: ExpressionAnalyzer, node: Limited): RowLimits {
  const offset = node.offset && rowCount(analyzer, node.offset.rowCount, 'OFFSET');
  if (offset !== undefined && offset < 0n) {
    throw new TrinoError('NUMERIC_VALUE_OUT_OF_RANGE', node.offset?.location, `OFFSET row count must be greater or equal to 0 (actual value: ${offset})`);
  }
  if (node.limit === undefined) return { withTies: false, ...(offset && { offset }) };
  const limit = limitCount(analyzer, node.limit);
  const withTies = node.limit.kind === 'fetchFirst' && node.limit.withTies;
  if (withTies && node.orderBy.length === 0) throw new TrinoError('MISSING_ORDER_BY', node.limit.location, 'FETCH FIRST WITH TIES clause requires ORDER BY');
  return { withTies, ...(offset && { offset }), ...(limit !== undefined && { limit }) };
}

function limitCount(analyzer: ExpressionAnalyzer, node: ast.Limit | ast.FetchFirst): bigint | undefined {
  if (node.kind === 'limit') {
    if (node.rowCount === 'ALL') return undefined;
    const count = rowCount(analyzer, node.rowCount, 'LIMIT');
    if (count >= 0n) return count;
    throw new TrinoError('NUMERIC_VALUE_OUT_OF_RANGE', node.location, `LIMIT row count must be greater or equal to 0 (actual value: ${count})`);
  }
  const count = node.rowCount === undefined ? 1n : rowCount(analyzer, node.rowCount, 'FETCH FIRST');
  if (count > 0n) return count;
  throw new TrinoError('NUMERIC_VALUE_OUT_OF_RANGE', node.location, `FETCH FIRST row count must be positive (actual value: ${count})`);
}

function rowCount(analyzer: ExpressionAnalyzer, node: ast.Expression, clause: string): bigint {
  if (node.kind === 'longLiteral') return node.value;
  const { options } = analyzer.context;
  const analyzed = analyzer.analyze(node);
  if (analyzer.context.parameterOf.has(analyzed)) {
    analyzer.coerce(analyzed, BIGINT);
    return 1n;
  }
  const given = node.kind === 'parameter' ? options.parameters?.[node.index] : undefined;
  const text = formatExpression(given ?? node);
  if (!canCoerce(analyzed.type, BIGINT)) {
    throw new TrinoError('TYPE_MISMATCH', given?.location ?? node.location, `Cannot cast type ${typeId(analyzed.type)} to bigint`);
  }
  const value = constantValue(analyzer.coerce(analyzed, BIGINT), options.session);
  if (value === undefined) throw new TrinoError('INVALID_ARGUMENTS', node.location, `Non constant parameter value for ${clause}: ${text}`);
  if (typeof value.value !== 'bigint') throw new TrinoError('INVALID_ARGUMENTS', node.location, `Parameter value provided for ${clause} is NULL: ${text}`);
  return value.value;
}

/** Puts sort, offset and limit upon the plan. */
export function limitRows(builder: PlanBuilder, order: readonly SortExpression[], { offset, limit, withTies }: RowLimits): void {
  const outputs = builder.outputs;
  const orderBy = builder.orderings(order);
  if (orderBy.length > 0) builder.push((source, id) => ({ kind: 'sort', id, source, orderBy }));
  if (offset !== undefined && offset > 0n) builder.push((source, id) => ({ kind: 'offset', id, source, count: offset }));
  if (limit !== undefined) builder.push((source, id) => ({ kind: 'limit', id, source, count: limit, ...(withTies && { withTies: orderBy }) }));
  if (builder.outputs.length > outputs.length) builder.project(outputs.map((symbol) => ({ symbol, expression: reference(symbol) })));
}

import type { Expression } from '../../spi/expression.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import { row, type Type, typeId } from '../../spi/type.ts';
import { commonSuperType } from '../function/coercion.ts';
import type { PlanNode, Symbol } from '../plan/plan.ts';
import type * as ast from '../sql/ast.ts';
import { Collector } from './aggregation/collector.ts';
import { ExpressionAnalyzer } from './expression/expressionAnalyzer.ts';
import { PlanBuilder } from './planBuilder.ts';
import type { QuerySurroundings, RelationPlan } from './relationPlan.ts';
import { newField } from './scope.ts';
import { refuseUngrouped } from './aggregation/ungrouped.ts';

export function analyzeValues(surroundings: QuerySurroundings, node: ast.Values): RelationPlan {
  const { context } = surroundings;
  const collector = new Collector();
  const analyzer = new ExpressionAnalyzer({ context, scope: surroundings.outer, collector, with: surroundings.with });
  const rows = node.rows.map((item) => rowItems(analyzer, item));
  const types = columnTypes(node, rows);
  const coerced = rows.map((items) => items.map((item, i) => analyzer.coerce(item, types[i] ?? item.type)));
  const outputs = types.map((type) => context.symbols.newSymbol('field', type));
  return { node: valuesNode(surroundings, collector, outputs, coerced), fields: outputs.map((symbol) => newField(undefined, symbol)) };
}

/** `(a, b)` gives two columns; so does an expression of a row type. */
function rowItems(analyzer: ExpressionAnalyzer, node: ast.Expression): readonly Expression[] {
  const value = analyzer.analyze(node);
  if (value.kind === 'row') return value.items;
  if (value.type.kind !== 'row') return [value];
  return value.type.fields.map(({ type }, index): Expression => ({ kind: 'field', base: value, index, type }));
}

function columnTypes(node: ast.Values, rows: readonly (readonly Expression[])[]): readonly Type[] {
  let common: readonly Type[] | undefined;
  for (const items of rows) {
    const types = items.map(({ type }) => type);
    if (common === undefined) {
      common = types;
      continue;
    }
    if (types.length !== common.length)
      throw new TrinoError('TYPE_MISMATCH', node.location, `Values rows have mismatched sizes: ${common.length} vs ${types.length}`);
    const next: Type[] = [];
    for (const [i, type] of types.entries()) {
      const merged = commonSuperType(common[i] ?? type, type);
      if (merged === undefined) throw mismatch(node, common, types);
      next.push(merged);
    }
    common = next;
  }
  return common ?? [];
}

function mismatch(node: ast.Values, a: readonly Type[], b: readonly Type[]): TrinoError {
  const text = (types: readonly Type[]): string => typeId(row(types.map((type) => ({ type }))));
  return new TrinoError('TYPE_MISMATCH', node.location, `Values rows have mismatched types: ${text(a)} vs ${text(b)}`);
}

function valuesNode(surroundings: QuerySurroundings, collector: Collector, outputs: readonly Symbol[], rows: readonly (readonly Expression[])[]): PlanNode {
  const { context } = surroundings;
  refuseUngrouped(context, collector);
  if (collector.subqueries.size === 0) return { kind: 'values', id: context.nextId(), outputs, rows };
  // each row on its own, so that the subqueries of one are not evaluated for another
  const sources = rows.map((items) => {
    const single: PlanNode = { kind: 'values', id: context.nextId(), outputs: [], rows: [[]] };
    const builder = new PlanBuilder(context, collector, single);
    const symbols = items.map((item) => ({ symbol: context.symbols.newSymbol('field', item.type), expression: builder.translate(item) }));
    builder.project(symbols);
    return { node: builder.node, symbols: symbols.map(({ symbol }) => symbol) };
  });
  return { kind: 'union', id: context.nextId(), sources: sources.map((source) => source.node), outputs, inputs: sources.map((source) => source.symbols) };
}

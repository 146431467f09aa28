import { TrinoError } from '../../spi/trinoError.ts';
import { BIGINT, type Type, typeId } from '../../spi/type.ts';
import type { PlanNode, UnnestNode } from '../plan/plan.ts';
import type * as ast from '../sql/ast.ts';
import { Collector } from './aggregation/collector.ts';
import { ExpressionAnalyzer } from './expression/expressionAnalyzer.ts';
import { requireScalar } from './expression/functionCalls.ts';
import { PlanBuilder } from './planBuilder.ts';
import type { QuerySurroundings, RelationPlan } from './relationPlan.ts';
import { type Field, newField, type Scope } from './scope.ts';

/** The left side of a join whose rows the right side is made of. */
export interface JoinedSource {
  readonly source: RelationPlan;
  readonly type: 'INNER' | 'LEFT';
}

/** Alone, or over each row of the left side of a join. The fields are those of the arrays only. */
export function analyzeUnnest(surroundings: QuerySurroundings, node: ast.Unnest, scope: Scope, joined?: JoinedSource): RelationPlan {
  const { context } = surroundings;
  const collector = new Collector();
  const analyzer = new ExpressionAnalyzer({ context, scope, collector, with: surroundings.with });
  const values = node.expressions.map((expression) => {
    requireScalar(analyzer, expression, 'UNNEST');
    return analyzer.analyze(expression);
  });
  const fields: Field[] = [];
  const columns = values.map(({ type }) =>
    unnestedColumns(type).map(({ name, type: columnType }) => {
      const symbol = context.symbols.newSymbol(name ?? 'field', columnType);
      fields.push(newField(name, symbol));
      return symbol;
    }),
  );
  const base: PlanNode = joined?.source.node ?? { kind: 'values', id: context.nextId(), outputs: [], rows: [[]] };
  const builder = new PlanBuilder(context, collector, base);
  const replicate = builder.outputs;
  const inputs = builder.symbolsFor(values);
  const mappings: UnnestNode['mappings'] = inputs.map((input, i) => ({ input, outputs: columns[i] ?? [] }));
  const ordinality = node.withOrdinality ? context.symbols.newSymbol('ordinality', BIGINT) : undefined;
  if (ordinality !== undefined) fields.push(newField(undefined, ordinality));
  const type = joined?.type ?? 'INNER';
  builder.push((source, id) => ({ kind: 'unnest', id, source, replicate, mappings, ...(ordinality && { ordinality }), type }));
  return { node: builder.node, fields };
}

/** An array of rows gives a column for each field. */
function unnestedColumns(type: Type): readonly { readonly name?: string; readonly type: Type }[] {
  if (type.kind === 'array') return type.element.kind === 'row' ? type.element.fields : [{ type: type.element }];
  if (type.kind === 'map') return [{ type: type.key }, { type: type.value }];
  throw new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, `Cannot unnest type: ${typeId(type)}`);
}

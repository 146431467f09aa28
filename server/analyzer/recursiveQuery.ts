import { TrinoError } from '../../spi/trinoError.ts';
import { typeEquals, typeId } from '../../spi/type.ts';
import { canCoerce } from '../function/coercion.ts';
import type { PlanNode } from '../plan/plan.ts';
import type * as ast from '../sql/ast.ts';
import { Collector } from './aggregation/collector.ts';
import { coerceTo, reference } from './expression/expressionBuilder.ts';
import { PlanBuilder } from './planBuilder.ts';
import { analyzeQuery, analyzeQueryBody } from './queryAnalyzer.ts';
import { checkRecursion, type Recursion } from './recursionShape.ts';
import type { QuerySurroundings, RelationPlan } from './relationPlan.ts';
import { type Field, visibleFields } from './scope.ts';
import { checkAliases } from './with.ts';

/** The table of a recursive query as its own step sees it. */
export interface RecursiveReference {
  readonly kind: 'recursiveReference';
  readonly name: string;
  readonly fields: readonly Field[];
}

const MAX_DEPTH_DEFAULT = 10;

/** undefined: nothing of it is recursive. */
export function analyzeRecursiveQuery(surroundings: QuerySurroundings, node: ast.WithQuery): RelationPlan | undefined {
  const recursion = checkRecursion(node);
  if (recursion === undefined) return undefined;
  const { context } = surroundings;
  const base = analyzeQueryBody(surroundings, recursion.base);
  const baseFields = visibleFields(base.fields);
  const columnNames = node.columnNames ?? [];
  checkAliases(node, columnNames, baseFields.length);
  const named = (symbolOf: (field: Field) => Field['symbol']): readonly Field[] =>
    baseFields.map((field, i) => ({ ...field, symbol: symbolOf(field), name: columnNames[i]?.value, origin: undefined, aliased: true }));
  const name = node.name.value.toLowerCase();
  const unique = context.symbols.newSymbol(`${name}$recursive`, { kind: 'unknown' }).name;
  const inner: RecursiveReference = {
    kind: 'recursiveReference',
    name: unique,
    fields: named(({ symbol }) => context.symbols.newSymbol(symbol.name, symbol.type)),
  };
  const step = analyzeStep({ ...surroundings, with: new Map([...surroundings.with, [name, inner]]) }, recursion);
  const stepInputs = coercedStep(surroundings, recursion, baseFields, step);
  const fields = named(({ symbol }) => context.symbols.newSymbol(symbol.name, symbol.type));
  const outputs = fields.map(({ symbol }) => symbol);
  const maxDepth = Number(context.options.session.systemProperties.get('max_recursion_depth') ?? MAX_DEPTH_DEFAULT);
  const union: PlanNode = {
    kind: 'recursiveUnion',
    id: context.nextId(),
    name: unique,
    base: base.node,
    step: stepInputs.node,
    outputs,
    baseInputs: baseFields.map(({ symbol }) => symbol),
    stepInputs: stepInputs.symbols,
    maxDepth,
  };
  if (!recursion.distinct) return { node: union, fields };
  return { node: { kind: 'aggregation', id: context.nextId(), source: union, groupingKeys: outputs, groupingOperations: [], aggregations: [] }, fields };
}

function analyzeStep(surroundings: QuerySurroundings, { step }: Recursion): RelationPlan {
  return step.kind === 'tableSubquery' ? analyzeQuery(surroundings, step.query) : analyzeQueryBody(surroundings, step);
}

/** The step's columns in the types of the base. */
function coercedStep({ context }: QuerySurroundings, { step }: Recursion, base: readonly Field[], plan: RelationPlan) {
  const fields = visibleFields(plan.fields);
  if (fields.length !== base.length) {
    const message = `base and step relations of recursion have different number of fields: ${base.length}, ${fields.length}`;
    throw new TrinoError('TYPE_MISMATCH', step.location, message);
  }
  const assignments = fields.map(({ symbol }, i) => {
    const type = base[i]?.symbol.type ?? symbol.type;
    if (!canCoerce(symbol.type, type)) {
      const types = `recursion step relation output type (${typeId(symbol.type)}) is not coercible to recursion base relation output type (${typeId(type)})`;
      throw new TrinoError('TYPE_MISMATCH', step.location, `${types} at column ${i + 1}`);
    }
    return { symbol: typeEquals(symbol.type, type) ? symbol : context.symbols.newSymbol(symbol.name, type), expression: coerceTo(reference(symbol), type) };
  });
  const distinct = [...new Map(assignments.map((assignment) => [assignment.symbol.name, assignment])).values()];
  const { node } = new PlanBuilder(context, new Collector(), plan.node).project(distinct);
  return { node, symbols: assignments.map(({ symbol }) => symbol) };
}

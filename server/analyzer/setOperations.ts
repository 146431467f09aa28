import { TrinoError } from '../../spi/trinoError.ts';
import { type Type, typeEquals, typeId } from '../../spi/type.ts';
import { commonSuperType } from '../function/coercion.ts';
import { isComparable } from '../function/typeOperators.ts';
import type { PlanNode, Symbol } from '../plan/plan.ts';
import type * as ast from '../sql/ast.ts';
import { Collector } from './aggregation/collector.ts';
import { coerceTo, reference } from './expression/expressionBuilder.ts';
import { PlanBuilder } from './planBuilder.ts';
import { analyzeQueryBody } from './queryAnalyzer.ts';
import type { QuerySurroundings, RelationPlan } from './relationPlan.ts';
import { type Field, visibleFields } from './scope.ts';

export function analyzeSetOperation(surroundings: QuerySurroundings, node: ast.SetOperation): RelationPlan {
  const terms = flatten(node).map((term) => {
    const { node: plan, fields } = analyzeQueryBody(surroundings, term);
    return { node: plan, fields: visibleFields(fields) };
  });
  const [first, ...rest] = terms;
  if (first === undefined) throw new Error('a set operation has terms');
  const aligned = node.corresponding === undefined ? terms : corresponding(node, first, rest);
  const types = columnTypes(node, aligned);
  const inputs = aligned.map((term) => coerced(surroundings, term, types));
  const outputs = (aligned[0]?.fields ?? []).map((field, i) => surroundings.context.symbols.newSymbol(field.name ?? 'expr', types[i] ?? field.symbol.type));
  const fields = (aligned[0]?.fields ?? []).map((field, i): Field => ({ ...field, symbol: outputs[i] ?? field.symbol, relationAlias: undefined }));
  return { node: combine(surroundings, node, inputs, outputs), fields };
}

/** `a UNION b UNION c` in one node, as long as nothing but the terms differs. */
function flatten(node: ast.SetOperation): readonly ast.QueryBody[] {
  if (node.operator === 'EXCEPT' || node.corresponding !== undefined) return [node.left, node.right];
  const { left } = node;
  const same = left.kind === 'setOperation' && left.operator === node.operator && left.distinct === node.distinct && left.corresponding === undefined;
  return same ? [...flatten(left), node.right] : [left, node.right];
}

function corresponding(node: ast.SetOperation, first: RelationPlan, rest: readonly RelationPlan[]): readonly RelationPlan[] {
  if ((node.corresponding ?? []).length > 0) throw new TrinoError('NOT_SUPPORTED', node.location, 'CORRESPONDING with columns is unsupported');
  const key = (field: Field): string => field.name?.toLowerCase() ?? '';
  for (const { fields } of [first, ...rest]) checkNames(node, visibleFields(fields).map(key));
  const common = first.fields.filter((field) => field.name !== undefined && rest.every((term) => term.fields.some((other) => key(other) === key(field))));
  if (common.length === 0) throw new TrinoError('MISMATCHED_COLUMN_ALIASES', node.location, 'No corresponding columns');
  return [first, ...rest].map((term) => ({ node: term.node, fields: common.flatMap((field) => term.fields.find((other) => key(other) === key(field)) ?? []) }));
}

function checkNames(node: ast.SetOperation, names: readonly string[]): void {
  if (names.includes('')) throw new TrinoError('MISSING_COLUMN_NAME', node.location, 'Anonymous columns are not allowed in set operations with CORRESPONDING');
  const duplicate = names.find((name, i) => names.indexOf(name) < i);
  if (duplicate !== undefined) {
    throw new TrinoError('AMBIGUOUS_NAME', node.location, `Duplicate columns found when using CORRESPONDING in set operations: ${duplicate}`);
  }
}

function columnTypes(node: ast.SetOperation, terms: readonly RelationPlan[]): readonly Type[] {
  let types = (terms[0]?.fields ?? []).map(({ symbol }) => symbol.type);
  for (const term of terms.slice(1)) {
    const others = term.fields.map(({ symbol }) => symbol.type);
    if (others.length !== types.length) {
      throw new TrinoError('TYPE_MISMATCH', node.location, `${node.operator} query has different number of fields: ${types.length}, ${others.length}`);
    }
    types = types.map((type, i) => {
      const other = others[i] ?? type;
      const common = commonSuperType(type, other);
      if (common !== undefined) return common;
      const pair = `${typeId(type)}, ${typeId(other)}`;
      throw new TrinoError('TYPE_MISMATCH', node.location, `column ${i + 1} in ${node.operator} query has incompatible types: ${pair}`);
    });
  }
  const incomparable = types.find((type) => !isComparable(type));
  if (incomparable !== undefined && (node.distinct || node.operator !== 'UNION')) {
    const operator = `${node.operator}${node.operator === 'UNION' ? ' DISTINCT' : ''}`;
    throw new TrinoError('TYPE_MISMATCH', node.location, `Type ${typeId(incomparable)} is not comparable and therefore cannot be used in ${operator}`);
  }
  return types;
}

interface Input {
  readonly node: PlanNode;
  readonly symbols: readonly Symbol[];
}

function coerced({ context }: QuerySurroundings, { node, fields }: RelationPlan, types: readonly Type[]): Input {
  const symbols = fields.map(({ symbol }) => symbol);
  if (symbols.every((symbol, i) => typeEquals(symbol.type, types[i] ?? symbol.type))) return { node, symbols };
  const assignments = symbols.map((symbol, i) => {
    const type = types[i] ?? symbol.type;
    const target = typeEquals(symbol.type, type) ? symbol : context.symbols.newSymbol(symbol.name, type);
    return { symbol: target, expression: coerceTo(reference(symbol), type) };
  });
  const distinct = [...new Map(assignments.map((assignment) => [assignment.symbol.name, assignment])).values()];
  const builder = new PlanBuilder(context, new Collector(), node).project(distinct);
  return { node: builder.node, symbols: assignments.map((assignment) => assignment.symbol) };
}

function combine({ context }: QuerySurroundings, { operator, distinct }: ast.SetOperation, terms: readonly Input[], outputs: readonly Symbol[]): PlanNode {
  const base = { id: context.nextId(), sources: terms.map((term) => term.node), inputs: terms.map((term) => term.symbols), outputs };
  switch (operator) {
    case 'UNION': {
      const union: PlanNode = { kind: 'union', ...base };
      if (!distinct) return union;
      return { kind: 'aggregation', id: context.nextId(), source: union, groupingKeys: outputs, groupingOperations: [], aggregations: [] };
    }
    case 'INTERSECT':
      return { kind: 'intersect', ...base, distinct };
    case 'EXCEPT':
      return { kind: 'except', ...base, distinct };
  }
}

import type { Ordering, PlanNode, Symbol, TopNNode } from '../../plan/plan.ts';
import { outputNames } from '../../plan/planNodes.ts';
import { computesValues } from '../computesValues.ts';
import { cardinalityOf } from '../cardinality.ts';
import type { OptimizerContext } from '../optimizerContext.ts';

/** The first rows are chosen before they are computed, joined or united with others. */
export function pushTopNDown(node: PlanNode, context: OptimizerContext): PlanNode | undefined {
  if (node.kind !== 'topN') return undefined;
  const { source } = node;
  if (source.kind === 'topN' && sameOrder(node.orderBy, source.orderBy)) return source.count <= node.count ? source : { ...node, source: source.source };
  if (source.kind === 'project') {
    if (computesValues(source)) return undefined;
    const assigned = new Map(source.assignments.map(({ symbol, expression }) => [symbol.name, expression]));
    const orderBy = mapped(node.orderBy, ({ name }) => {
      const expression = assigned.get(name);
      return expression?.kind === 'reference' ? { name: expression.name, type: expression.type } : undefined;
    });
    return orderBy && { ...source, source: { ...node, source: source.source, orderBy } };
  }
  if (source.kind === 'union') {
    const sources = source.sources.map((input, i) => {
      const orderBy = mapped(node.orderBy, ({ name }) => source.inputs[i]?.[source.outputs.findIndex((output) => output.name === name)]);
      return orderBy === undefined ? input : topN(node, input, orderBy, context);
    });
    return sources.every((input, i) => input === source.sources[i]) ? undefined : { ...node, source: { ...source, sources } };
  }
  if (source.kind !== 'join') return undefined;
  const left = source.type === 'LEFT' && isOver(node, source.left) ? topN(node, source.left, node.orderBy, context) : source.left;
  const right = source.type === 'RIGHT' && isOver(node, source.right) ? topN(node, source.right, node.orderBy, context) : source.right;
  return left === source.left && right === source.right ? undefined : { ...node, source: { ...source, left, right } };
}

function mapped(orderBy: readonly Ordering[], change: (symbol: Symbol) => Symbol | undefined): readonly Ordering[] | undefined {
  const result = orderBy.flatMap((ordering) => {
    const symbol = change(ordering.symbol);
    return symbol === undefined ? [] : [{ ...ordering, symbol }];
  });
  return result.length === orderBy.length ? result : undefined;
}

function sameOrder(a: readonly Ordering[], b: readonly Ordering[]): boolean {
  return (
    a.length === b.length && a.every((o, i) => o.symbol.name === b[i]?.symbol.name && o.ascending === b[i]?.ascending && o.nullsFirst === b[i]?.nullsFirst)
  );
}

function isOver(node: TopNNode, source: PlanNode): boolean {
  const names = outputNames(source);
  return node.orderBy.every(({ symbol }) => names.has(symbol.name));
}

function topN({ count }: TopNNode, source: PlanNode, orderBy: readonly Ordering[], context: OptimizerContext): PlanNode {
  const { max } = cardinalityOf(source);
  return max !== undefined && max <= count ? source : { kind: 'topN', id: context.nextId(), source, count, orderBy };
}

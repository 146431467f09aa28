import type { PlanNode } from '../../plan/plan.ts';

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** A limit over a limit, a sort or a top-N is one node. */
export function mergeLimits(node: PlanNode): PlanNode | undefined {
  if (node.kind !== 'limit' || node.withTies !== undefined) return undefined;
  const { source, count } = node;
  if (source.kind === 'limit' && source.withTies === undefined) return { ...source, count: least(count, source.count) };
  if (source.kind === 'topN') return { ...source, count: least(count, source.count) };
  if (source.kind === 'sort') return { kind: 'topN', id: node.id, source: source.source, count, orderBy: source.orderBy };
  return undefined;
}

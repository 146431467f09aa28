import type { JoinNode, LimitNode, PlanNode, UnionNode } from '../../plan/plan.ts';
import { cardinalityOf } from '../cardinality.ts';
import type { OptimizerContext } from '../optimizerContext.ts';

/** As many rows as are wanted, no more, are computed, joined and sent; what OFFSET skips is not computed. */
export function pushLimitDown(node: PlanNode, context: OptimizerContext): PlanNode | undefined {
  if (node.kind === 'offset' && node.source.kind === 'project') return { ...node.source, source: { ...node, source: node.source.source } };
  if (node.kind !== 'limit' || node.withTies !== undefined) return undefined;
  const { source, count } = node;
  switch (source.kind) {
    case 'project':
    case 'assignUniqueId':
    case 'apply':
      return { ...source, source: { ...node, source: source.source } };
    case 'offset':
      return { ...source, source: { ...node, source: source.source, count: count + source.count } };
    case 'union':
      return throughUnion(node, source, context);
    case 'join':
      return throughOuterJoin(node, source, context);
    default:
      return undefined;
  }
}

function limited(source: PlanNode, count: bigint, context: OptimizerContext): PlanNode {
  const { max } = cardinalityOf(source);
  return max !== undefined && max <= count ? source : { kind: 'limit', id: context.nextId(), source, count };
}

function throughUnion(limit: LimitNode, union: UnionNode, context: OptimizerContext): PlanNode | undefined {
  const sources = union.sources.map((source) => limited(source, limit.count, context));
  return sources.every((source, i) => source === union.sources[i]) ? undefined : { ...limit, source: { ...union, sources } };
}

/** Each row of the outer side gives at least one row. */
function throughOuterJoin(limit: LimitNode, join: JoinNode, context: OptimizerContext): PlanNode | undefined {
  const left = join.type === 'LEFT' ? limited(join.left, limit.count, context) : join.left;
  const right = join.type === 'RIGHT' ? limited(join.right, limit.count, context) : join.right;
  return left === join.left && right === join.right ? undefined : { ...limit, source: { ...join, left, right } };
}

import type { PlanNode } from '../plan/plan.ts';

export interface Cardinality {
  readonly min: bigint;
  /** undefined: no bound. */
  readonly max: bigint | undefined;
}

const EXACTLY_ONE: Cardinality = { min: 1n, max: 1n };
const UNKNOWN: Cardinality = { min: 0n, max: undefined };

/** How many rows the shape of the plan guarantees. */
export function cardinalityOf(node: PlanNode): Cardinality {
  switch (node.kind) {
    case 'enforceSingleRow':
    case 'tableWriter':
    case 'mergeWriter':
    case 'tableDelete':
    case 'tableUpdate':
      return EXACTLY_ONE;
    case 'values':
      return { min: BigInt(node.rows.length), max: BigInt(node.rows.length) };
    case 'aggregation':
      if (node.groupingSets !== undefined) return UNKNOWN;
      return node.groupingKeys.length === 0 ? EXACTLY_ONE : { min: 0n, max: cardinalityOf(node.source).max };
    case 'output':
    case 'project':
    case 'sort':
    case 'window':
    case 'assignUniqueId':
    case 'apply':
      return cardinalityOf(node.source);
    case 'filter':
    case 'sample':
      return { min: 0n, max: cardinalityOf(node.source).max };
    case 'limit': {
      const { min, max } = cardinalityOf(node.source);
      return node.withTies === undefined ? { min: least(min, node.count), max: max === undefined ? node.count : least(max, node.count) } : { min: 0n, max };
    }
    case 'topN': {
      const { min, max } = cardinalityOf(node.source);
      return { min: least(min, node.count), max: max === undefined ? node.count : least(max, node.count) };
    }
    case 'offset': {
      const { min, max } = cardinalityOf(node.source);
      return { min: notNegative(min - node.count), max: max === undefined ? undefined : notNegative(max - node.count) };
    }
    default:
      return UNKNOWN;
  }
}

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const notNegative = (n: bigint): bigint => (n < 0n ? 0n : n);

export function isExactlyOneRow(node: PlanNode): boolean {
  const { min, max } = cardinalityOf(node);
  return min === 1n && max === 1n;
}

export function isEmpty(node: PlanNode): boolean {
  return cardinalityOf(node).max === 0n;
}

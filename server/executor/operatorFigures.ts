import { unreachable } from '../../spi/trinoError.ts';
import type { PlanNode, TableScanNode } from '../plan/plan.ts';
import type { NodeFigures } from '../plan/planPrinter.ts';
import { sourcesOf } from '../plan/planNodes.ts';

/** One operator of DuckDB's profile. */
export interface Operator {
  readonly type: string;
  readonly rows: number;
  readonly bytes: number;
  readonly seconds: number;
  /** The relation that it reads. */
  readonly leaf?: string;
  readonly children: readonly Operator[];
}

export interface Profile {
  readonly cpuSeconds: number;
  readonly peakMemoryBytes: number;
  readonly root: Operator;
}

type Json = { readonly [key: string]: unknown };
const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);
const numberOf = (value: unknown): number => (typeof value === 'number' ? value : 0);

/** The answer of `EXPLAIN (ANALYZE, FORMAT JSON)`. */
export function parseProfile(text: string): Profile {
  const top: unknown = JSON.parse(text);
  if (!isObject(top)) throw new Error('unexpected profile');
  return { cpuSeconds: numberOf(top.cpu_time), peakMemoryBytes: numberOf(top.system_peak_buffer_memory), root: operatorOf(top) };
}

function operatorOf(json: Json): Operator {
  const children = Array.isArray(json.children) ? json.children.filter(isObject).map(operatorOf) : [];
  const leaf = leafOf(json);
  return {
    type: String(json.operator_type ?? ''),
    rows: numberOf(json.operator_cardinality),
    bytes: numberOf(json.result_set_size),
    seconds: numberOf(json.operator_timing),
    ...(leaf === undefined ? {} : { leaf }),
    children,
  };
}

/** `scan:17` for lepton_scan(17), whose columns carry its number, `table:…` for a table of the engine. */
function leafOf({ operator_type, extra_info: extra }: Json): string | undefined {
  if (operator_type !== 'TABLE_SCAN' || !isObject(extra)) return undefined;
  const scan = /\bs(\d+)live\b/.exec(JSON.stringify(extra.Projections ?? ''));
  if (scan !== null) return `scan:${scan[1]}`;
  return typeof extra.Table === 'string' ? `table:${extra.Table.split('.').at(-1)}` : undefined;
}

export interface ScanFigures {
  readonly leaf: string;
  /** Of a scan that we feed; what the engine reads itself it counts itself. */
  readonly rows?: number;
  readonly bytes?: number;
}

/**
 * What was measured of each plan node. The engine's tree is another one: sides of joins are swapped, projections vanish. But a node
 * and its operator read the same relations, and of those that do the order is the same.
 */
export function nodeFigures(plan: PlanNode, profile: Operator, scanOf: (node: TableScanNode) => ScanFigures): ReadonlyMap<string, NodeFigures> {
  const nodes = new Map<string, PlanNode[]>();
  const operators = new Map<string, Operator[]>();
  collect(plan, sourcesOf, (node) => (node.kind === 'tableScan' ? scanOf(node).leaf : undefined), nodes);
  collect(
    profile,
    (operator) => operator.children,
    (operator) => operator.leaf,
    operators,
  );
  const figures = new Map<string, NodeFigures>();
  for (const [leaves, chain] of nodes) align(chain, operators.get(leaves) ?? [], scanOf, figures);
  return figures;
}

/** Groups the nodes of a tree, top down, by the relations below them. */
function collect<T>(node: T, childrenOf: (node: T) => readonly T[], leafOfNode: (node: T) => string | undefined, groups: Map<string, T[]>): readonly string[] {
  const leaf = leafOfNode(node);
  const below = childrenOf(node).flatMap((child) => collect(child, childrenOf, leafOfNode, groups));
  const leaves = leaf === undefined ? below : [...below, leaf];
  const key = leaves.toSorted().join(' ');
  groups.set(key, [node, ...(groups.get(key) ?? [])]);
  return leaves;
}

function align(
  nodes: readonly PlanNode[],
  operators: readonly Operator[],
  scanOf: (node: TableScanNode) => ScanFigures,
  figures: Map<string, NodeFigures>,
): void {
  let next = 0;
  for (const node of nodes) {
    const kinds = operatorsOf(node);
    const at = operators.findIndex((operator, i) => i >= next && kinds.includes(operator.type));
    const operator = operators[at];
    if (operator === undefined) continue;
    // what lies between belongs to no node of ours: its time goes to the node below
    const nanos = operators.slice(next, at + 1).reduce((sum, { seconds }) => sum + seconds, 0) * 1e9;
    next = at + 1;
    const scan = node.kind === 'tableScan' ? scanOf(node) : undefined;
    const rows = scan?.rows ?? operator.rows;
    const bytes = scan?.bytes ?? operator.bytes;
    figures.set(node.id, {
      cpuNanos: nanos,
      scheduledNanos: nanos,
      outputRows: rows,
      outputBytes: bytes,
      ...(scan === undefined ? {} : { inputRows: rows, inputBytes: bytes }),
    });
  }
}

const JOINS = [
  'HASH_JOIN',
  'NESTED_LOOP_JOIN',
  'BLOCKWISE_NL_JOIN',
  'PIECEWISE_MERGE_JOIN',
  'IE_JOIN',
  'CROSS_PRODUCT',
  'ASOF_JOIN',
  'LEFT_DELIM_JOIN',
  'RIGHT_DELIM_JOIN',
];

/** The operators that can stand for a node. */
function operatorsOf(node: PlanNode): readonly string[] {
  switch (node.kind) {
    case 'tableScan':
      return ['TABLE_SCAN'];
    case 'values':
      return ['COLUMN_DATA_SCAN', 'DUMMY_SCAN', 'TABLE_SCAN', 'EMPTY_RESULT'];
    case 'filter':
      return ['FILTER'];
    case 'project':
      return ['PROJECTION'];
    case 'aggregation':
      return ['HASH_GROUP_BY', 'PERFECT_HASH_GROUP_BY', 'PARTITIONED_AGGREGATE', 'UNGROUPED_AGGREGATE'];
    case 'window':
      return ['WINDOW', 'STREAMING_WINDOW'];
    case 'sort':
      return ['ORDER_BY'];
    case 'topN':
      return ['TOP_N'];
    case 'limit':
    case 'offset':
      return ['STREAMING_LIMIT', 'LIMIT', 'LIMIT_PERCENT'];
    case 'union':
      return ['UNION'];
    case 'intersect':
    case 'except':
    case 'join':
    case 'apply':
    case 'correlatedJoin':
      return JOINS;
    case 'unnest':
      return ['UNNEST', 'INOUT_FUNCTION'];
    case 'assignUniqueId':
      return ['STREAMING_WINDOW', 'WINDOW'];
    case 'output':
    case 'enforceSingleRow':
    case 'sample':
    case 'tableFunction':
    case 'jsonTable':
    case 'patternRecognition':
    case 'recursiveUnion':
    case 'recursiveReference':
    case 'tableWriter':
    case 'mergeWriter':
    case 'tableDelete':
    case 'tableUpdate':
      return [];
    default:
      return unreachable(node);
  }
}

import type { ColumnStatistics } from '../../spi/connector.ts';
import type { Expression } from '../../spi/expression.ts';
import type { Type } from '../../spi/type.ts';
import { fixedSize } from '../function/fixedSize.ts';
import { extractConjuncts } from './conjuncts.ts';
import type { AggregationNode, JoinNode, PlanNode, Symbol } from './plan.ts';
import { outputSymbols } from './planNodes.ts';

/** What is expected of a node's output; rows undefined: unknown. */
export interface Estimate {
  readonly rows: number | undefined;
  /** By symbol name. */
  readonly columns: ReadonlyMap<string, ColumnStatistics & { readonly rowSize?: number }>;
}

const UNKNOWN: Estimate = { rows: undefined, columns: new Map() };

export function estimate(node: PlanNode): Estimate {
  switch (node.kind) {
    case 'tableScan': {
      const { statistics } = node.table;
      if (statistics === undefined) return UNKNOWN;
      const columns = new Map<string, ColumnStatistics & { rowSize?: number }>();
      for (const [name, handle] of node.assignments) {
        const column = statistics.columns.get(handle.name);
        if (column === undefined) continue;
        const present = (statistics.rowCount ?? 0) * (1 - (column.nullsFraction ?? 0));
        columns.set(name, column.dataSizeBytes === undefined || present === 0 ? column : { ...column, rowSize: column.dataSizeBytes / present });
      }
      return { rows: statistics.rowCount, columns };
    }
    case 'values':
      return { rows: node.rows.length, columns: new Map() };
    case 'filter':
      return filterEstimate(estimate(node.source), node.predicate);
    case 'project': {
      const source = estimate(node.source);
      const columns = new Map(
        node.assignments.flatMap(({ symbol, expression }) => {
          const column = expression.kind === 'reference' ? source.columns.get(expression.name) : undefined;
          return column === undefined ? [] : [[symbol.name, column] as const];
        }),
      );
      return { rows: source.rows, columns };
    }
    case 'aggregation':
      return aggregationEstimate(node);
    case 'join':
      return joinEstimate(node);
    case 'limit':
    case 'topN': {
      const source = estimate(node.source);
      return { ...source, rows: source.rows === undefined ? undefined : Math.min(source.rows, Number(node.count)) };
    }
    case 'offset': {
      const source = estimate(node.source);
      return { ...source, rows: source.rows === undefined ? undefined : Math.max(0, source.rows - Number(node.count)) };
    }
    case 'sample': {
      const source = estimate(node.source);
      return { ...source, rows: source.rows === undefined ? undefined : source.rows * node.ratio };
    }
    case 'union': {
      const sources = node.sources.map((source) => estimate(source).rows);
      return { rows: sources.every((rows) => rows !== undefined) ? sources.reduce((a, b) => (a ?? 0) + (b ?? 0), 0) : undefined, columns: new Map() };
    }
    case 'enforceSingleRow':
      return { ...estimate(node.source), rows: 1 };
    case 'output':
    case 'sort':
    case 'window':
    case 'apply':
    case 'assignUniqueId':
      return estimate(node.source);
    default:
      return UNKNOWN;
  }
}

/** Bytes of the node's output as Trino counts them; undefined: unknown. */
export function outputSize(node: PlanNode, { rows, columns }: Estimate, symbols: readonly Symbol[] = outputSymbols(node)): number | undefined {
  if (rows === undefined) return undefined;
  let size = 0;
  for (const { name, type } of symbols) {
    const width = fixedSize(type);
    const column = columns.get(name);
    size += rows * (1 - (column?.nullsFraction ?? 0)) * (width ?? column?.rowSize ?? DEFAULT_ROW_SIZE) + rows * (width === undefined ? 5 : 1);
  }
  return size;
}

/** Trino's guess for a column of unknown size. */
const DEFAULT_ROW_SIZE = 50;

/** How far conditions are taken to be independent of each other: Trino's default. */
const INDEPENDENCE = 0.75;

function filterEstimate(source: Estimate, predicate: Expression): Estimate {
  if (source.rows === undefined) return UNKNOWN;
  const shares = extractConjuncts(predicate).map((conjunct) => share(conjunct, source));
  if (shares.some((s) => s === undefined)) return UNKNOWN;
  let selectivity = 1;
  let exponent = 1;
  for (const s of shares.map((x) => x ?? 1).sort((a, b) => a - b)) {
    selectivity *= s ** exponent;
    exponent *= INDEPENDENCE;
  }
  return { rows: source.rows * selectivity, columns: source.columns };
}

/** Of the rows, how many satisfy the condition. */
function share(condition: Expression, source: Estimate): number | undefined {
  switch (condition.kind) {
    case 'logical': {
      const terms = condition.terms.map((term) => share(term, source));
      if (terms.some((term) => term === undefined)) return undefined;
      return condition.operator === 'AND' ? terms.reduce((a, b) => (a ?? 1) * (b ?? 1), 1) : 1 - terms.reduce<number>((a, b) => a * (1 - (b ?? 0)), 1);
    }
    case 'not': {
      const inner = share(condition.value, source);
      return inner === undefined ? undefined : 1 - inner;
    }
    case 'is null':
      return condition.value.kind === 'reference' ? source.columns.get(condition.value.name)?.nullsFraction : undefined;
    case 'in': {
      const one = condition.list.map((item) => comparisonShare('=', condition.value, item, source));
      return one.some((s) => s === undefined)
        ? undefined
        : Math.min(
            1,
            one.reduce<number>((a, b) => a + (b ?? 0), 0),
          );
    }
    case 'between': {
      const low = comparisonShare('>=', condition.value, condition.min, source);
      const high = comparisonShare('<=', condition.value, condition.max, source);
      return low === undefined || high === undefined ? undefined : Math.max(0, low + high - 1);
    }
    case 'comparison':
      return comparisonShare(condition.operator, condition.left, condition.right, source);
    default:
      return undefined;
  }
}

function comparisonShare(operator: string, left: Expression, right: Expression, source: Estimate): number | undefined {
  if (left.kind !== 'reference' || right.kind !== 'constant') return undefined;
  const column = source.columns.get(left.name);
  if (column === undefined || right.value === null) return undefined;
  const present = 1 - (column.nullsFraction ?? 0);
  const value = axis(right.value, right.type);
  const { low, high, distinctValues } = column;
  if (operator === '=' || operator === '<>') {
    if (distinctValues === undefined) return undefined;
    const outside = value !== undefined && low !== undefined && high !== undefined && (value < low || value > high);
    const equal = outside ? 0 : present / Math.max(1, distinctValues);
    return operator === '=' ? equal : present - equal;
  }
  if (value === undefined || low === undefined || high === undefined || operator === 'IS DISTINCT FROM') return undefined;
  const below = high === low ? (value >= low ? 1 : 0) : Math.min(1, Math.max(0, (value - low) / (high - low)));
  return present * (operator === '<' || operator === '<=' ? below : 1 - below);
}

function axis(value: unknown, type: Type): number | undefined {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return type.kind === 'decimal' ? Number(value) / 10 ** type.scale : Number(value);
  return undefined;
}

function aggregationEstimate(node: AggregationNode): Estimate {
  if (node.groupingSets !== undefined) return UNKNOWN;
  if (node.groupingKeys.length === 0) return { rows: 1, columns: new Map() };
  const source = estimate(node.source);
  if (source.rows === undefined) return UNKNOWN;
  let groups = 1;
  for (const { name } of node.groupingKeys) {
    const column = source.columns.get(name);
    if (column?.distinctValues === undefined) return UNKNOWN;
    groups *= column.distinctValues + ((column.nullsFraction ?? 0) > 0 ? 1 : 0);
  }
  return { rows: Math.min(groups, source.rows), columns: source.columns };
}

function joinEstimate(node: JoinNode): Estimate {
  const left = estimate(node.left);
  const right = estimate(node.right);
  if (left.rows === undefined || right.rows === undefined) return UNKNOWN;
  const columns = new Map([...left.columns, ...right.columns]);
  let rows = left.rows * right.rows;
  for (const { left: a, right: b } of node.criteria) {
    const distinct = Math.max(left.columns.get(a.name)?.distinctValues ?? Number.NaN, right.columns.get(b.name)?.distinctValues ?? Number.NaN);
    if (Number.isNaN(distinct)) return UNKNOWN;
    rows /= Math.max(1, distinct);
  }
  const filtered = node.filter === undefined ? { rows, columns } : filterEstimate({ rows, columns }, node.filter);
  if (filtered.rows === undefined) return UNKNOWN;
  const outer = Math.max(node.type === 'LEFT' || node.type === 'FULL' ? left.rows : 0, node.type === 'RIGHT' || node.type === 'FULL' ? right.rows : 0);
  return { rows: Math.max(filtered.rows, outer), columns };
}

import type { ColumnHandle, FilterPushdown } from '../../spi/connector.ts';
import type { Comparison, Constant, Expression, In } from '../../spi/expression.ts';
import type { Value } from '../../spi/value.ts';
import { zoneOffsetMs } from './decoder/calendar.ts';
import { isInternal, type KafkaTableHandle, type ScanConstraint } from './kafkaHandle.ts';

const PICOS_PER_MILLI = 1_000_000_000n;
const NONE = Number.MAX_SAFE_INTEGER;

/** What one conjunct asks of one internal column: inclusive bounds of whole numbers, or a list. */
interface Bounds {
  readonly column: 'partition' | 'offset' | 'timestamp';
  readonly min?: bigint;
  readonly max?: bigint;
  readonly values?: readonly bigint[];
  /** The bounds let more through than the conjunct does: it stays as well. */
  readonly loose?: boolean;
}

/** Conjuncts over partition, offset and timestamp are held by the scan, exactly; the others stay. */
export function applyKafkaFilter(
  table: KafkaTableHandle,
  filter: FilterPushdown,
  timeZone: string,
): { readonly table: KafkaTableHandle; readonly residual: readonly Expression[] } | undefined {
  // rows already cut off must not be filtered again
  if (table.limit !== undefined || table.newest !== undefined) return undefined;
  const residual: Expression[] = [];
  let constraint = table.constraint;
  for (const conjunct of filter.conjuncts) {
    const bounds = boundsOf(conjunct, filter.assignments) ?? instantBounds(conjunct, filter.assignments, timeZone);
    if (bounds === undefined || bounds.loose === true) residual.push(conjunct);
    for (const narrower of bounds === undefined ? spansOf(conjunct, filter.assignments, timeZone) : [bounds]) constraint = narrow(constraint, narrower);
  }
  if (residual.length === filter.conjuncts.length && sameConstraint(constraint, table.constraint)) return undefined;
  return { table: { ...table, constraint }, residual };
}

/** Between what a conjunct lets anything through that the scan cannot hold exactly: lists of offsets and times, and alternatives. */
function spansOf(expression: Expression, assignments: ReadonlyMap<string, ColumnHandle>, timeZone: string): readonly Bounds[] {
  if (expression.kind === 'in') return listSpan(expression, assignments);
  if (expression.kind !== 'logical')
    return [boundsOf(expression, assignments) ?? instantBounds(expression, assignments, timeZone)].filter((b) => b !== undefined);
  const [first = [], ...others] = expression.terms.map((term) => spansOf(term, assignments, timeZone));
  return others.reduce(expression.operator === 'AND' ? intersected : united, first).map((bounds) => ({ ...bounds, loose: true }));
}

function listSpan(expression: In, assignments: ReadonlyMap<string, ColumnHandle>): readonly Bounds[] {
  const column = columnOf(expression.value, assignments);
  const items = column === undefined ? [] : expression.list.map((item) => ordinal(column, item));
  const [first] = items;
  if (column === undefined || first === undefined) return [];
  let [min, max] = [first.ceiling, first.floor];
  for (const item of items) {
    if (item === undefined) return [];
    if (item.ceiling < min) min = item.ceiling;
    if (item.floor > max) max = item.floor;
  }
  return [{ column, min, max, loose: true }];
}

/** What one of the two lets through: a column that only one of them bounds is not bounded. */
function united(a: readonly Bounds[], b: readonly Bounds[]): readonly Bounds[] {
  return a.flatMap((one): readonly Bounds[] => {
    const other = b.find(({ column }) => column === one.column);
    if (other === undefined) return [];
    const min = one.min === undefined || other.min === undefined ? undefined : one.min < other.min ? one.min : other.min;
    const max = one.max === undefined || other.max === undefined ? undefined : one.max > other.max ? one.max : other.max;
    return [{ column: one.column, ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) }];
  });
}

function intersected(a: readonly Bounds[], b: readonly Bounds[]): readonly Bounds[] {
  const columns = [...new Set([...a, ...b].map(({ column }) => column))];
  return columns.map((column) => {
    const all = [...a, ...b].filter((bounds) => bounds.column === column);
    const mins = all.flatMap(({ min }) => (min === undefined ? [] : [min]));
    const maxs = all.flatMap(({ max }) => (max === undefined ? [] : [max]));
    return {
      column,
      ...(mins.length === 0 ? {} : { min: mins.reduce((x, y) => (x > y ? x : y)) }),
      ...(maxs.length === 0 ? {} : { max: maxs.reduce((x, y) => (x < y ? x : y)) }),
    };
  });
}

function boundsOf(expression: Expression, assignments: ReadonlyMap<string, ColumnHandle>): Bounds | undefined {
  switch (expression.kind) {
    case 'comparison':
      return comparisonBounds(expression, assignments);
    case 'between': {
      const column = columnOf(expression.value, assignments);
      const low = column === undefined ? undefined : ordinal(column, expression.min);
      const high = column === undefined ? undefined : ordinal(column, expression.max);
      if (column === undefined || low === undefined || high === undefined) return undefined;
      return { column, min: low.ceiling, max: low.ceiling > high.floor ? low.ceiling - 1n : high.floor };
    }
    case 'in': {
      const column = columnOf(expression.value, assignments);
      if (column === undefined) return undefined;
      const items = expression.list.map((item) => ordinal(column, item));
      if (column !== 'partition' || items.some((i) => i === undefined)) return undefined;
      return { column, values: items.flatMap((i) => (i === undefined ? [] : [i.floor])) };
    }
    default:
      return undefined;
  }
}

function comparisonBounds({ operator, left, right }: Comparison, assignments: ReadonlyMap<string, ColumnHandle>): Bounds | undefined {
  const leftColumn = columnOf(left, assignments);
  const column = leftColumn ?? columnOf(right, assignments);
  if (column === undefined) return undefined;
  const constant = ordinal(column, leftColumn === undefined ? left : right);
  if (constant === undefined) return undefined;
  const { floor, ceiling } = constant;
  switch (leftColumn === undefined ? flipped(operator) : operator) {
    case '=':
      return floor === ceiling ? { column, min: floor, max: floor } : { column, min: 1n, max: 0n };
    case '<':
      return { column, max: ceiling - 1n };
    case '<=':
      return { column, max: floor };
    case '>':
      return { column, min: floor + 1n };
    case '>=':
      return { column, min: ceiling };
    case '<>':
    case 'IS DISTINCT FROM':
      return undefined;
  }
}

/**
 * `CAST(_timestamp AS timestamp with time zone)` against a moment, as in `_timestamp > now() - INTERVAL '1' HOUR`: where the
 * zone's offset changes nearby, the wider of the two bounds is taken.
 */
function instantBounds(expression: Expression, assignments: ReadonlyMap<string, ColumnHandle>, timeZone: string): Bounds | undefined {
  if (expression.kind !== 'comparison') return undefined;
  const left = isZonedTimestamp(expression.left, assignments);
  if (!left && !isZonedTimestamp(expression.right, assignments)) return undefined;
  const constant = left ? expression.right : expression.left;
  if (constant.kind !== 'constant' || constant.value === null || typeof constant.value !== 'object' || !('zone' in constant.value)) return undefined;
  const epochMs = Number(constant.value.epochMicros / 1000n);
  const offsets = [-2, 0, 2].map((days) => zoneOffsetMs(timeZone, epochMs + days * 86_400_000));
  const low = BigInt(epochMs + Math.min(...offsets)) - 1n;
  const high = BigInt(epochMs + Math.max(...offsets)) + 1n;
  switch (left ? expression.operator : flipped(expression.operator)) {
    case '=':
      return { column: 'timestamp', min: low, max: high, loose: true };
    case '<':
    case '<=':
      return { column: 'timestamp', max: high, loose: true };
    case '>':
    case '>=':
      return { column: 'timestamp', min: low, loose: true };
    case '<>':
    case 'IS DISTINCT FROM':
      return undefined;
  }
}

function isZonedTimestamp(expression: Expression, assignments: ReadonlyMap<string, ColumnHandle>): boolean {
  return expression.kind === 'cast' && expression.type.kind === 'timestamp with time zone' && columnOf(expression.value, assignments) === 'timestamp';
}

function sameConstraint(a: ScanConstraint, b: ScanConstraint): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

function flipped(operator: Comparison['operator']): Comparison['operator'] {
  switch (operator) {
    case '<':
      return '>';
    case '<=':
      return '>=';
    case '>':
      return '<';
    case '>=':
      return '<=';
    default:
      return operator;
  }
}

/** A reference to one of the three columns, or a cast of it that keeps its order and loses nothing. */
function columnOf(expression: Expression, assignments: ReadonlyMap<string, ColumnHandle>): Bounds['column'] | undefined {
  if (expression.kind === 'cast') {
    const lossless = expression.type.kind === 'timestamp' && expression.type.precision >= 3;
    return lossless && columnOf(expression.value, assignments) === 'timestamp' ? 'timestamp' : undefined;
  }
  if (expression.kind !== 'reference') return undefined;
  const handle = assignments.get(expression.name);
  if (isInternal(handle, 'partition_id')) return 'partition';
  if (isInternal(handle, 'partition_offset')) return 'offset';
  return isInternal(handle, 'timestamp') ? 'timestamp' : undefined;
}

/** The constant among the column's whole numbers; two of them when it lies between. */
function ordinal(column: Bounds['column'], expression: Expression): { readonly floor: bigint; readonly ceiling: bigint } | undefined {
  if (expression.kind !== 'constant') return undefined;
  const { type, value } = expression as Constant;
  if (column !== 'timestamp') return type.kind === 'bigint' && typeof value === 'bigint' ? { floor: value, ceiling: value } : undefined;
  if (type.kind !== 'timestamp' || !isTimestamp(value)) return undefined;
  const picos = value.epochMicros * 1_000_000n + BigInt(value.picosOfMicro);
  const floor = picos / PICOS_PER_MILLI - (picos % PICOS_PER_MILLI < 0n ? 1n : 0n);
  return { floor, ceiling: floor * PICOS_PER_MILLI === picos ? floor : floor + 1n };
}

function isTimestamp(value: Value): value is { readonly epochMicros: bigint; readonly picosOfMicro: number } {
  return value !== null && typeof value === 'object' && 'epochMicros' in value && !('zone' in value);
}

function narrow(constraint: ScanConstraint, bounds: Bounds): ScanConstraint {
  const min = bounds.min === undefined ? undefined : bounded(bounds.min);
  const max = bounds.max === undefined ? undefined : bounded(bounds.max);
  switch (bounds.column) {
    case 'offset':
      return { ...constraint, ...larger('offsetMin', constraint.offsetMin, min), ...smaller('offsetMax', constraint.offsetMax, max) };
    case 'timestamp':
      return { ...constraint, ...larger('timestampMin', constraint.timestampMin, min), ...smaller('timestampMax', constraint.timestampMax, max) };
    case 'partition':
      return { ...constraint, ...narrowPartitions(constraint, bounds, min, max) };
  }
}

/** Partitions are few: bounds become a list, which a snapshot then intersects. */
function narrowPartitions(constraint: ScanConstraint, bounds: Bounds, min: number | undefined, max: number | undefined): ScanConstraint {
  const fits = (p: number): boolean => (min === undefined || p >= min) && (max === undefined || p <= max);
  if (bounds.values !== undefined) {
    const wanted = bounds.values.map(bounded);
    return { partitions: constraint.partitions === undefined ? wanted : constraint.partitions.filter((p) => wanted.includes(p)) };
  }
  if (constraint.partitions !== undefined) return { partitions: constraint.partitions.filter(fits) };
  return { ...larger('partitionMin', constraint.partitionMin, min), ...smaller('partitionMax', constraint.partitionMax, max) };
}

function bounded(value: bigint): number {
  return value > BigInt(NONE) ? NONE : value < -BigInt(NONE) ? -NONE : Number(value);
}

function larger<K extends string>(key: K, a: number | undefined, b: number | undefined): { readonly [P in K]?: number } {
  const value = a === undefined ? b : b === undefined ? a : Math.max(a, b);
  return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: number };
}

function smaller<K extends string>(key: K, a: number | undefined, b: number | undefined): { readonly [P in K]?: number } {
  const value = a === undefined ? b : b === undefined ? a : Math.min(a, b);
  return (value === undefined ? {} : { [key]: value }) as { readonly [P in K]?: number };
}

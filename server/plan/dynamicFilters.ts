import type { Session } from '../../spi/session.ts';
import type { Type } from '../../spi/type.ts';
import { extractConjuncts } from './conjuncts.ts';
import { isDeterministic } from './expressionProperties.ts';
import type { AggregationNode, PlanNode, Symbol, TableScanNode } from './plan.ts';
import { outputSymbols, visitPlan } from './planNodes.ts';

/** What a statement does before it opens its scans; none where the session says so. */
export function dynamicFiltersOf(root: PlanNode, session: Session): readonly DynamicFilter[] {
  return session.systemProperties.get('enable_dynamic_filtering') === false ? [] : findDynamicFilters(root);
}

/** A large table of which a query needs only the rows whose column has one of the values that another part of the query gives. */
export interface DynamicFilter {
  readonly scan: TableScanNode;
  /** The join, or the apply of an IN, that drops the other rows. */
  readonly node: PlanNode;
  /** The column, as a symbol of the scan. */
  readonly column: Symbol;
  /** Where the values come from, and the symbol that has them. */
  readonly source: PlanNode;
  readonly key: Symbol;
  readonly valuesMax: number;
}

/** A part of the plan whose rows are only of use where `symbol` equals a value of `key`. */
interface Need {
  readonly part: PlanNode;
  readonly symbol: Symbol;
  readonly source: PlanNode;
  readonly key: Symbol;
}

/** At most one for each scan: the rest is left to the join. */
function findDynamicFilters(root: PlanNode): readonly DynamicFilter[] {
  const found = new Map<TableScanNode, DynamicFilter>();
  visitPlan(root, (node) => {
    for (const need of needsOf(node)) {
      const probe = scanOf(need.part, need.symbol);
      if (probe === undefined || found.has(probe.scan) || !isComparable(probe.column.type, need.key.type)) continue;
      const { transaction, session, handle } = probe.scan.table;
      const valuesMax = transaction.dynamicFilterValuesMax?.(session, handle);
      if (valuesMax === undefined || !isRepeatable(need.source) || reads(need.source, probe.scan)) continue;
      found.set(probe.scan, { ...probe, node: node.kind === 'filter' ? node.source : node, source: need.source, key: need.key, valuesMax });
    }
  });
  return [...found.values()];
}

function needsOf(node: PlanNode): readonly Need[] {
  if (node.kind === 'join') {
    const needs: Need[] = [];
    for (const { left, right } of node.criteria) {
      if (node.type === 'INNER' || node.type === 'RIGHT') needs.push({ part: node.left, symbol: left, source: node.right, key: right });
      if (node.type === 'INNER' || node.type === 'LEFT') needs.push({ part: node.right, symbol: right, source: node.left, key: left });
    }
    return needs;
  }
  if (node.kind !== 'filter' || node.source.kind !== 'apply' || node.source.correlation.length > 0) return [];
  const { source, subquery, assignments } = node.source;
  const required = extractConjuncts(node.predicate).flatMap((term) => (term.kind === 'reference' ? [term.name] : []));
  return assignments.flatMap(({ symbol, expression }) =>
    expression.kind === 'in' && required.includes(symbol.name) ? [{ part: source, symbol: expression.value, source: subquery, key: expression.reference }] : [],
  );
}

/** The table that the values of a symbol come from, unchanged, where fewer of its rows only mean fewer rows here. */
function scanOf(node: PlanNode, symbol: Symbol): { readonly scan: TableScanNode; readonly column: Symbol } | undefined {
  switch (node.kind) {
    case 'tableScan':
      return node.assignments.has(symbol.name) ? { scan: node, column: symbol } : undefined;
    case 'filter':
    case 'apply':
      return scanOf(node.source, symbol);
    case 'project': {
      const expression = node.assignments.find((assignment) => assignment.symbol.name === symbol.name)?.expression;
      return expression?.kind === 'reference' ? scanOf(node.source, { name: expression.name, type: expression.type }) : undefined;
    }
    case 'aggregation':
      return node.groupingSets === undefined && node.groupingKeys.some(({ name }) => name === symbol.name) ? scanOf(node.source, symbol) : undefined;
    case 'join': {
      const inLeft = outputSymbols(node.left).some(({ name }) => name === symbol.name);
      if (inLeft) return node.type === 'INNER' || node.type === 'LEFT' ? scanOf(node.left, symbol) : undefined;
      return node.type === 'INNER' || node.type === 'RIGHT' ? scanOf(node.right, symbol) : undefined;
    }
    default:
      return undefined;
  }
}

/** Types whose values the source compares as the engine does, and that are written shortly. */
function isComparable(column: Type, key: Type): boolean {
  switch (column.kind) {
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'bigint':
    case 'date':
    case 'uuid':
      return key.kind === column.kind;
    case 'varchar':
      return key.kind === 'varchar';
    case 'decimal':
      return key.kind === 'decimal' && key.precision === column.precision && key.scale === column.scale;
    default:
      return false;
  }
}

/** Whether a second run over the same snapshot gives the same values. */
function isRepeatable(node: PlanNode): boolean {
  switch (node.kind) {
    case 'tableScan':
      return true;
    case 'values':
      return node.rows.every((row) => row.every(isDeterministic));
    case 'filter':
      return isDeterministic(node.predicate) && isRepeatable(node.source);
    case 'project':
      return node.assignments.every(({ expression }) => isDeterministic(expression)) && isRepeatable(node.source);
    case 'join':
      return (node.filter === undefined || isDeterministic(node.filter)) && isRepeatable(node.left) && isRepeatable(node.right);
    case 'union':
      return node.sources.every(isRepeatable);
    case 'aggregation':
      return isOrderless(node) && isRepeatable(node.source);
    default:
      return false;
  }
}

const ORDERLESS: ReadonlySet<string> = new Set(['count', 'min', 'max', 'bool_and', 'bool_or']);

function isOrderless({ aggregations }: AggregationNode): boolean {
  return aggregations.every(({ function: { name } }) => ORDERLESS.has(name));
}

function reads(node: PlanNode, scan: TableScanNode): boolean {
  let found = false;
  visitPlan(node, (inner) => {
    found ||= inner === scan;
  });
  return found;
}

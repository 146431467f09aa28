import type { ColumnStatistics } from '../../../spi/connector.ts';
import type { Expression } from '../../../spi/expression.ts';
import type { Type } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import type { PlanNode, ValuesNode } from '../../plan/plan.ts';

export interface QueryStatistics {
  /** undefined: unknown. */
  readonly rowCount: number | undefined;
  /** By symbol name; what is not there is unknown. */
  readonly columns: ReadonlyMap<string, ColumnStatistics>;
}

/** What Trino says of every column of no rows, and of one that holds nothing but NULL. */
export const NO_VALUES: ColumnStatistics = { dataSizeBytes: 0, distinctValues: 0, nullsFraction: 1 };

const NO_ROWS: QueryStatistics = { rowCount: 0, columns: new Map() };

/**
 * The figures that Trino gives for a query that reads, renames, sorts, limits and counts rows, or makes constant ones: the plan with its constants
 * folded. undefined: the query does more, and Trino would estimate.
 */
export function queryStatistics(node: PlanNode): QueryStatistics | undefined {
  switch (node.kind) {
    case 'output':
    case 'sort':
      return queryStatistics(node.source);
    case 'tableScan': {
      const { statistics } = node.table;
      const columns = [...node.assignments].flatMap(([symbol, { name }]) => {
        const column = statistics?.columns.get(name);
        return column === undefined ? [] : [[symbol, column] as const];
      });
      return { rowCount: statistics?.rowCount, columns: new Map(columns) };
    }
    case 'values':
      return valuesStatistics(node);
    case 'filter':
      return filtered(node.source, node.predicate);
    case 'aggregation':
      return node.groupingKeys.length === 0 && node.groupingSets === undefined ? { rowCount: 1, columns: new Map() } : undefined;
    case 'limit':
      return node.withTies === undefined ? limited(queryStatistics(node.source), Number(node.count)) : undefined;
    case 'topN':
      return limited(queryStatistics(node.source), Number(node.count));
    case 'project': {
      const source = queryStatistics(node.source);
      if (source === undefined) return undefined;
      const columns = new Map<string, ColumnStatistics>();
      for (const { symbol, expression } of node.assignments) {
        if (expression.kind === 'reference') {
          const column = source.columns.get(expression.name);
          if (column !== undefined) columns.set(symbol.name, column);
          continue;
        }
        const column = constantStatistics(symbol.type, [expression]);
        if (column === undefined) return undefined;
        columns.set(symbol.name, column);
      }
      return { ...source, columns };
    }
    default:
      return undefined;
  }
}

/** A condition that is the same for every row, or asks for NULL in a column that holds none. */
function filtered(node: PlanNode, predicate: Expression): QueryStatistics | undefined {
  if (predicate.kind === 'constant') return predicate.value === true ? queryStatistics(node) : NO_ROWS;
  const [isNull, negated] = predicate.kind === 'not' ? [predicate.value, true] : [predicate, false];
  if (isNull.kind !== 'is null' || isNull.value.kind !== 'reference') return undefined;
  const source = queryStatistics(node);
  if (source?.columns.get(isNull.value.name)?.nullsFraction !== 0) return undefined;
  return negated ? source : NO_ROWS;
}

/** Fewer rows than there are: values and bytes become fewer in proportion. */
function limited(source: QueryStatistics | undefined, count: number): QueryStatistics | undefined {
  if (source?.rowCount === undefined) return undefined;
  const { rowCount } = source;
  if (count >= rowCount) return source;
  if (count === 0) return NO_ROWS;
  const columns = new Map<string, ColumnStatistics>();
  for (const [symbol, column] of source.columns) {
    const { distinctValues, nullsFraction, dataSizeBytes } = column;
    if (nullsFraction === 1) {
      columns.set(symbol, column);
      continue;
    }
    if (distinctValues === undefined || nullsFraction === undefined) return undefined;
    // Trino then guesses anew how many rows are NULL
    if (nullsFraction > 0 && distinctValues > count * (1 - nullsFraction)) return undefined;
    const present = (rows: number): number => rows * (1 - nullsFraction);
    const bytes = dataSizeBytes === undefined ? {} : { dataSizeBytes: (dataSizeBytes / present(rowCount)) * present(count) };
    columns.set(symbol, { ...column, ...bytes, distinctValues: Math.min(distinctValues, count) });
  }
  return { rowCount: count, columns };
}

function valuesStatistics({ outputs, rows }: ValuesNode): QueryStatistics | undefined {
  if (rows.length === 0) return NO_ROWS;
  const columns = new Map<string, ColumnStatistics>();
  for (const [at, { name, type }] of outputs.entries()) {
    const column = constantStatistics(
      type,
      rows.flatMap((row) => row[at] ?? []),
    );
    if (column === undefined) return undefined;
    columns.set(name, column);
  }
  return { rowCount: rows.length, columns };
}

/** undefined: not all of them are constants, or not of a type whose values can be told apart and ordered here. */
function constantStatistics(type: Type, expressions: readonly Expression[]): ColumnStatistics | undefined {
  const values = expressions.flatMap((expression) => (expression.kind === 'constant' ? [expression.value] : []));
  if (values.length !== expressions.length) return undefined;
  const present = values.filter((value) => value !== null);
  if (present.length === 0) return NO_VALUES;
  const nullsFraction = (values.length - present.length) / values.length;
  if (isText(type)) {
    const texts = present.filter((value) => typeof value === 'string');
    return texts.length === present.length ? { distinctValues: new Set(texts).size, nullsFraction } : undefined;
  }
  const points = present.flatMap((value) => doubleAxis(type, value) ?? []);
  if (points.length !== present.length) return undefined;
  return { distinctValues: new Set(points).size, nullsFraction, low: Math.min(...points), high: Math.max(...points) };
}

const isText = (type: Type): boolean => type.kind === 'varchar' || type.kind === 'char';

/** Where Trino puts a value on the axis of statistics; undefined: another type, or a number that the axis does not hold exactly. */
function doubleAxis(type: Type, value: Value): number | undefined {
  switch (type.kind) {
    case 'boolean':
      return value === true ? 1 : 0;
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'bigint':
    case 'date':
    case 'decimal': {
      const number = Number(value);
      if (!Number.isSafeInteger(number)) return undefined;
      return type.kind === 'decimal' ? number / 10 ** type.scale : number;
    }
    case 'real':
    case 'double':
      return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
    default:
      return undefined;
  }
}

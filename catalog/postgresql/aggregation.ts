import type { AggregateFunction, AggregationPushdown, AggregationPushdownResult } from '../../spi/connector.ts';
import { type Type, typeEquals } from '../../spi/type.ts';
import { type ColumnMapping, mapColumn } from './columnMapping.ts';
import { comparabilityOf, type RemoteExpression, type Scope, toRemote } from './expressionSql.ts';
import {
  columnSql,
  derivedColumn,
  fromClause,
  isLimited,
  ownColumn,
  type PostgresColumnHandle,
  type PostgresTableHandle,
  withoutCollation,
  wrapped,
} from './handles.ts';
import { scopeOf } from './pushdown.ts';
import type { PostgresProperties } from './sessionProperties.ts';
import { quoteIdentifier } from './sql.ts';

const STRICT: PostgresProperties = {
  arrayMapping: 'DISABLED',
  decimalMapping: 'STRICT',
  decimalDefaultScale: 0,
  decimalRoundingMode: 'UNNECESSARY',
  unsupportedTypeHandling: 'IGNORE',
  aggregationPushdown: true,
  joinPushdown: true,
  complexJoinPushdown: true,
  joinStrategy: 'AUTOMATIC',
  joinMaxTableBytes: undefined,
  joinMaxRatio: 1.25,
  topNPushdown: true,
  dynamicFiltering: true,
};

const REMOTE_NAMES: Readonly<Record<string, string>> = {
  boolean: 'bool',
  smallint: 'int2',
  integer: 'int4',
  bigint: 'int8',
  real: 'float4',
  double: 'float8',
  decimal: 'numeric',
  varchar: 'text',
  date: 'date',
  time: 'time',
  timestamp: 'timestamp',
  'timestamp with time zone': 'timestamptz',
};

/** How a computed column of a type is read. */
export function mappingForResult(type: Type): { readonly mapping: ColumnMapping; readonly remoteType: string } | undefined {
  const name = REMOTE_NAMES[type.kind];
  if (name === undefined) return undefined;
  const mapping = mapColumn({ oid: 0, name, displayName: name, typeType: 'b', modifier: modifierOf(type), dimensions: 0 }, STRICT);
  return mapping === undefined ? undefined : { mapping: { ...mapping, type, comparability: comparabilityOf(type) }, remoteType: name };
}

function modifierOf(type: Type): number {
  switch (type.kind) {
    case 'decimal':
      return ((type.precision << 16) | type.scale) + 4;
    case 'time':
    case 'timestamp':
    case 'timestamp with time zone':
      return Math.min(6, type.precision);
    default:
      return -1;
  }
}

export function applyAggregation(table: PostgresTableHandle, { aggregates, groupBy, assignments }: AggregationPushdown): AggregationPushdownResult | undefined {
  const base = isLimited(table) ? wrapped(table) : table;
  const scope = scopeOf(base, assignments);
  const keys = groupBy.map(ownColumn);
  if (!keys.every(groupsExactly)) return undefined;
  const parts: string[] = keys.map((key) => `${columnSql(base, key)} AS ${quoteIdentifier(key.remoteName)}`);
  const columns: PostgresColumnHandle[] = [];
  let nextName = base.nextName;
  for (const aggregate of aggregates) {
    const sql = aggregateSql(aggregate, scope);
    const result = mappingForResult(aggregate.type);
    if (sql === undefined || result === undefined) return undefined;
    const name = `_pfgnrtd_${nextName++}`;
    parts.push(`${sql} AS ${quoteIdentifier(name)}`);
    columns.push(withoutCollation(derivedColumn(name, result.mapping, result.remoteType)));
  }
  const grouping = keys.length === 0 ? '' : ` GROUP BY ${keys.map((key) => columnSql(base, key)).join(', ')}`;
  const derived: PostgresTableHandle = {
    ...base,
    table: undefined,
    from: `(SELECT ${parts.join(', ')} ${fromClause(base)}${grouping}) o`,
    expressions: {},
    where: [],
    constrained: [],
    rowEstimate: keys.length === 0 ? 1 : undefined,
    nextName,
  };
  return { table: derived, columns };
}

/** Values that are equal are the same value. Negative zero and NaN keep floating-point numbers out. */
function groupsExactly({ mapping, deterministic }: PostgresColumnHandle): boolean {
  if (mapping.asText === true || !deterministic) return false;
  return mapping.comparability === 'order' || mapping.comparability === 'text' || mapping.comparability === 'equality';
}

function aggregateSql(aggregate: AggregateFunction, scope: Scope): string | undefined {
  const operands = aggregate.arguments.map((argument) => toRemote(argument, scope));
  const known = operands.filter((operand) => operand !== undefined);
  if (known.length < operands.length) return undefined;
  const filter = aggregate.filter === undefined ? undefined : toRemote(aggregate.filter, scope);
  if (aggregate.filter !== undefined && filter === undefined) return undefined;
  const [operand] = known;
  const call = operand === undefined ? countAll(aggregate) : (statisticalAggregate(aggregate, known) ?? unaryAggregate(aggregate, operand));
  if (call === undefined) return undefined;
  const filtered = filter === undefined ? call.sql : `${call.sql} FILTER (WHERE ${filter.sql})`;
  return call.cast === undefined ? filtered : `CAST(${filtered} AS ${call.cast})`;
}

interface AggregateCall {
  readonly sql: string;
  readonly cast?: string;
}

const countAll = ({ name }: AggregateFunction): AggregateCall | undefined => (name === 'count' ? { sql: 'count(*)' } : undefined);

/** The name at the source, and how many columns it takes. */
const STATISTICAL: Readonly<Record<string, readonly [string, number]>> = {
  stddev: ['stddev_samp', 1],
  stddev_samp: ['stddev_samp', 1],
  stddev_pop: ['stddev_pop', 1],
  variance: ['var_samp', 1],
  var_samp: ['var_samp', 1],
  var_pop: ['var_pop', 1],
  covar_samp: ['covar_samp', 2],
  covar_pop: ['covar_pop', 2],
  corr: ['corr', 2],
  regr_slope: ['regr_slope', 2],
  regr_intercept: ['regr_intercept', 2],
};

/** Of columns of doubles, as Trino: its answers are the source's then, to the last digit, and so are those of a correlation that is not defined. */
function statisticalAggregate(aggregate: AggregateFunction, operands: readonly RemoteExpression[]): AggregateCall | undefined {
  const [name, count] = STATISTICAL[aggregate.name] ?? [];
  if (name === undefined || operands.length !== count || aggregate.distinct || aggregate.filter !== undefined) return undefined;
  const areColumns = aggregate.arguments.every(({ kind, type }) => kind === 'reference' && type.kind === 'double');
  return areColumns ? { sql: `${name}(${operands.map(({ sql }) => sql).join(', ')})` } : undefined;
}

function unaryAggregate({ name, arguments: { length }, distinct, type }: AggregateFunction, { sql, ...operand }: RemoteExpression): AggregateCall | undefined {
  if (length !== 1) return undefined;
  const { comparability } = operand;
  const isExact = comparability === 'order' || comparability === 'text' || comparability === 'equality';
  if (distinct && !isExact) return undefined;
  const argument = distinct ? `DISTINCT ${sql}` : sql;
  switch (name) {
    case 'count':
      return { sql: `count(${argument})` };
    case 'count_if':
      return distinct ? undefined : { sql: `count(*) FILTER (WHERE ${sql})` };
    case 'min':
    case 'max':
      if (comparability === 'text') return { sql: `${name}(${operand.codePointOrder ? sql : `${sql} COLLATE "C"`})` };
      return comparability === 'order' && operand.type.kind !== 'varbinary' ? { sql: `${name}(${sql})` } : undefined;
    case 'sum':
      return sum(operand.type, type, argument);
    case 'avg':
      return average(operand.type, type, argument, distinct);
    default:
      return undefined;
  }
}

function sum(operand: Type, result: Type, argument: string): AggregateCall | undefined {
  switch (operand.kind) {
    case 'bigint':
      return { sql: `sum(${argument})`, cast: 'bigint' };
    case 'decimal':
      return result.kind === 'decimal' ? { sql: `sum(${argument})` } : undefined;
    case 'double':
      return { sql: `sum(${argument})` };
    default:
      return undefined;
  }
}

function average(operand: Type, result: Type, argument: string, distinct: boolean): AggregateCall | undefined {
  switch (operand.kind) {
    case 'bigint':
      return distinct ? undefined : { sql: `avg(CAST(${argument} AS double precision))` };
    case 'double':
      return { sql: `avg(${argument})` };
    case 'decimal':
      return result.kind === 'decimal' && typeEquals(operand, result)
        ? { sql: `avg(${argument})`, cast: `decimal(${result.precision}, ${result.scale})` }
        : undefined;
    default:
      return undefined;
  }
}

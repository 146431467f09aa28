import type { ColumnHandle, FilterPushdown, FilterPushdownResult, ProjectionPushdown, ProjectionPushdownResult, TopNPushdown } from '../../spi/connector.ts';
import type { Expression } from '../../spi/expression.ts';
import { mappingForResult } from './aggregation.ts';
import { isCalendarField } from './calendarSql.ts';
import { toRemoteConjunct } from './conjunctSql.ts';
import { type Scope, toRemote } from './expressionSql.ts';
import { columnSql, derivedColumn, isLimited, ownColumn, type PostgresColumnHandle, type PostgresTableHandle, wrapped } from './handles.ts';

/** What the symbols of a pushdown stand for. */
export function scopeOf(table: PostgresTableHandle, assignments: ReadonlyMap<string, ColumnHandle>): Scope {
  return (name) => {
    const handle = assignments.get(name);
    if (handle === undefined) return undefined;
    const column = ownColumn(handle);
    return { sql: columnSql(table, column), column };
  };
}

export function applyFilter(
  table: PostgresTableHandle,
  { conjuncts, assignments }: FilterPushdown,
  complexExpressions: boolean,
): FilterPushdownResult | undefined {
  const base = isLimited(table) ? wrapped(table) : table;
  const scope = scopeOf(base, assignments);
  const where: string[] = [];
  const constrained: string[] = [];
  const residual: Expression[] = [];
  for (const conjunct of conjuncts) {
    // Trino, which pushes no more than these, meets the errors of what stands before the others
    const isOrdered = residual.every(neverFails);
    const remote = isSimple(conjunct) ? toRemote(conjunct, scope) : complexExpressions ? remoteConjunct(conjunct, scope, isOrdered) : undefined;
    if (remote?.type.kind === 'boolean') {
      where.push(remote.sql);
      for (const name of referencedNames(conjunct)) constrained.push(assignments.get(name)?.name ?? name);
      continue;
    }
    const prefilter = complexExpressions && isOrdered ? remotePrefilter(conjunct, scope) : undefined;
    if (prefilter !== undefined) where.push(prefilter);
    residual.push(conjunct);
  }
  const added = where.filter((sql) => !base.where.includes(sql));
  if (added.length === 0 && residual.length === conjuncts.length) return undefined;
  const filtered: PostgresTableHandle = {
    ...base,
    where: [...base.where, ...added],
    constrained: [...new Set([...base.constrained, ...constrained])],
    // what stays is not known
    rowEstimate: undefined,
  };
  return { table: filtered, residual };
}

const remoteConjunct = (conjunct: Expression, scope: Scope, isOrdered: boolean) => (isOrdered ? toRemoteConjunct(conjunct, scope) : toRemote(conjunct, scope));

/** Keeps every row for which the conjunct is true, and perhaps others: those beyond the calendars that PostgreSQL and Trino have in common. */
function remotePrefilter(conjunct: Expression, scope: Scope): string | undefined {
  const guards = new Set<string>();
  const remote = toRemoteConjunct(
    conjunct,
    Object.assign((name: string) => scope(name), { guards }),
  );
  if (remote?.type.kind !== 'boolean' || guards.size === 0) return undefined;
  return `CASE WHEN (${[...guards].join(' AND ')}) IS NOT FALSE THEN ${remote.sql} ELSE true END`;
}

function neverFails(expression: Expression): boolean {
  switch (expression.kind) {
    case 'constant':
    case 'reference':
      return true;
    case 'comparison':
    case 'between':
    case 'in':
    case 'logical':
    case 'not':
    case 'is null':
      return partsOf(expression).every(neverFails);
    case 'call':
      return (isCalendarField(expression.function.name) || expression.function.name === '$like') && expression.arguments.every(neverFails);
    default:
      return false;
  }
}

/** A column against constants: what Trino calls a domain. */
function isSimple(expression: Expression): boolean {
  switch (expression.kind) {
    case 'comparison':
      return expression.left.kind === 'reference' && expression.right.kind === 'constant';
    case 'in':
    case 'between':
    case 'is null':
    case 'not':
      return expression.value.kind === 'reference' || (expression.kind === 'not' && isSimple(expression.value));
    case 'logical':
      return expression.terms.every(isSimple);
    default:
      return expression.kind === 'reference';
  }
}

const referencedNames = (expression: Expression): readonly string[] =>
  expression.kind === 'reference' ? [expression.name] : partsOf(expression).flatMap(referencedNames);

const partsOf = (expression: Expression): readonly Expression[] => Object.values(expression).flat().filter(isExpression);

function isExpression(item: unknown): item is Expression {
  return typeof item === 'object' && item !== null && 'kind' in item && 'type' in item;
}

interface GuaranteedLimit {
  readonly table: PostgresTableHandle;
  readonly guaranteed: true;
}

export function applyLimit(table: PostgresTableHandle, limit: bigint): GuaranteedLimit | undefined {
  if (table.limit !== undefined && BigInt(table.limit) <= limit) return undefined;
  return { table: { ...table, limit: String(limit), rowEstimate: Math.min(table.rowEstimate ?? Number.POSITIVE_INFINITY, Number(limit)) }, guaranteed: true };
}

export function applyTopN(table: PostgresTableHandle, { count, sort }: TopNPushdown): GuaranteedLimit | undefined {
  const base = isLimited(table) ? wrapped(table) : table;
  const orderBy = sort.map((item) => {
    const column = ownColumn(item.column);
    const sql = sortableSql(base, column);
    const direction = `${item.ascending ? 'ASC' : 'DESC'} NULLS ${item.nullsFirst ? 'FIRST' : 'LAST'}`;
    return sql === undefined ? undefined : { sql: `${sql} ${direction}`, shown: `${column.name} ${direction}` };
  });
  const known = orderBy.filter((item) => item !== undefined);
  if (known.length < orderBy.length || known.length === 0) return undefined;
  return { table: { ...base, orderBy: known, limit: String(count), rowEstimate: Number(count) }, guaranteed: true };
}

/** The column in Trino's order; floating-point numbers too, where NaN is the greatest to both (but for NULLS FIRST, where Trino pushes it down all the same). */
function sortableSql(table: PostgresTableHandle, column: PostgresColumnHandle): string | undefined {
  const sql = columnSql(table, column);
  switch (column.mapping.comparability) {
    case 'order':
    case 'floating':
      return sql;
    case 'text':
      return column.codePointOrder ? sql : `${sql} COLLATE "C"`;
    case 'equality':
      return column.mapping.type.kind === 'boolean' ? sql : undefined;
    case 'none':
      return undefined;
  }
}

/** Casts alone: what else could be computed costs no less at the source. */
export function applyProjection(table: PostgresTableHandle, { expressions, assignments }: ProjectionPushdown): ProjectionPushdownResult | undefined {
  const scope = scopeOf(table, assignments);
  let next = table;
  const columns = expressions.map((expression) => {
    if (expression.kind !== 'cast') return undefined;
    const remote = toRemote(expression, scope);
    const result = remote === undefined ? undefined : mappingForResult(remote.type);
    if (remote === undefined || result === undefined) return undefined;
    const name = `_pfgnrtd_${next.nextName}`;
    next = { ...next, nextName: next.nextName + 1, expressions: { ...next.expressions, [name]: remote.sql } };
    return derivedColumn(name, result.mapping, result.remoteType);
  });
  return next === table ? undefined : { table: next, columns };
}

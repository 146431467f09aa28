import type { ColumnHandle, JoinPushdown, JoinPushdownResult } from '../../spi/connector.ts';
import type { Expression } from '../../spi/expression.ts';
import { type Scope, toRemote } from './expressionSql.ts';
import { columnSql, fromClause, ownColumn, type PostgresColumnHandle, type PostgresTableHandle } from './handles.ts';
import type { PostgresProperties } from './sessionProperties.ts';
import { quoteIdentifier } from './sql.ts';

interface Side {
  readonly alias: string;
  readonly table: PostgresTableHandle;
  readonly assignments: ReadonlyMap<string, ColumnHandle>;
}

/** Two tables of one database as one query. */
export function applyJoin(
  join: JoinPushdown,
  left: PostgresTableHandle,
  right: PostgresTableHandle,
  properties: PostgresProperties,
): JoinPushdownResult | undefined {
  if (!properties.joinPushdown || left.database !== right.database || join.conjuncts.length === 0) return undefined;
  const sides: readonly Side[] = [
    { alias: 'l', table: left, assignments: join.leftAssignments },
    { alias: 'r', table: right, assignments: join.rightAssignments },
  ];
  if (!join.conjuncts.every((conjunct) => isJoinComparison(conjunct, join.type, properties.complexJoinPushdown))) return undefined;
  if (properties.joinStrategy === 'AUTOMATIC' && !(isWithin(properties, left, right) && isBounded(join, left, right))) return undefined;
  let nextName = Math.max(left.nextName, right.nextName);
  const selected: string[] = [];
  const maps = sides.map(({ alias, assignments }) => {
    const columns = new Map<string, PostgresColumnHandle>();
    for (const column of uniqueColumns(assignments)) {
      const name = `${column.name}_${nextName++}`;
      selected.push(`${alias}.${quoteIdentifier(column.name)} AS ${quoteIdentifier(name)}`);
      columns.set(column.name, { ...column, name, remoteName: name, unique: false, generated: '' });
    }
    return columns;
  });
  const [leftColumns, rightColumns] = maps;
  if (leftColumns === undefined || rightColumns === undefined) return undefined;
  const conditions = join.conjuncts.map((conjunct) => toRemote(conjunct, joinScope(sides)));
  const known = conditions.filter((condition) => condition !== undefined);
  if (known.length < conditions.length) return undefined;
  const [l, r] = sides.map(subquery);
  const table: PostgresTableHandle = {
    ...left,
    schemaTable: undefined,
    table: undefined,
    from: `(SELECT ${selected.length === 0 ? '1 x' : selected.join(', ')} FROM ${l} ${join.type} JOIN ${r} ON ${known.map(({ sql }) => sql).join(' AND ')}) o`,
    expressions: {},
    where: [],
    constrained: [],
    orderBy: [],
    limit: undefined,
    rowEstimate: undefined,
    nextName,
  };
  return { table, leftColumns, rightColumns };
}

function uniqueColumns(assignments: ReadonlyMap<string, ColumnHandle>): readonly PostgresColumnHandle[] {
  return [...new Map([...assignments.values()].map((handle) => [handle.name, ownColumn(handle)])).values()];
}

function subquery({ alias, table, assignments }: Side): string {
  const columns = uniqueColumns(assignments).map((column) => `${columnSql(table, column)} AS ${quoteIdentifier(column.name)}`);
  return `(SELECT ${columns.length === 0 ? '1 x' : columns.join(', ')} ${fromClause(table)}) ${alias}`;
}

function joinScope(sides: readonly Side[]): Scope {
  return (name) => {
    for (const { alias, assignments } of sides) {
      const handle = assignments.get(name);
      if (handle !== undefined) return { sql: `${alias}.${quoteIdentifier(handle.name)}`, column: ownColumn(handle) };
    }
    return undefined;
  };
}

/** Comparisons alone, of columns alone where nothing else is wanted; a full join takes nothing but equality. */
function isJoinComparison(conjunct: Expression, type: JoinPushdown['type'], complex: boolean): boolean {
  if (conjunct.kind !== 'comparison') return false;
  if (!complex && (conjunct.left.kind !== 'reference' || conjunct.right.kind !== 'reference')) return false;
  return conjunct.operator === '=' || (type !== 'FULL' && conjunct.operator !== 'IS DISTINCT FROM');
}

const PAGE_BYTES = 8192;

/** A join whose result is bounded gives as many rows as its tables have, or fewer. */
function isWithin({ joinMaxTableBytes, joinMaxRatio }: PostgresProperties, left: PostgresTableHandle, right: PostgresTableHandle): boolean {
  if (joinMaxRatio < 1) return false;
  return joinMaxTableBytes === undefined || [left, right].every(({ table }) => table !== undefined && table.pages * PAGE_BYTES <= joinMaxTableBytes);
}

/** The result is no larger than one of the tables: each row of it meets one row of the other, at most. */
function isBounded({ conjuncts, leftAssignments, rightAssignments }: JoinPushdown, left: PostgresTableHandle, right: PostgresTableHandle): boolean {
  const isUnique = (expression: Expression, assignments: ReadonlyMap<string, ColumnHandle>): boolean => {
    const handle = expression.kind === 'reference' ? assignments.get(expression.name) : undefined;
    return handle !== undefined && ownColumn(handle).unique;
  };
  if (left.table?.rows === undefined || right.table?.rows === undefined) return false;
  return conjuncts.some(
    (conjunct) =>
      conjunct.kind === 'comparison' &&
      conjunct.operator === '=' &&
      [conjunct.left, conjunct.right].some((side) => isUnique(side, leftAssignments) || isUnique(side, rightAssignments)),
  );
}

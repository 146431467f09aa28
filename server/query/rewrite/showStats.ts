import type { ColumnStatistics } from '../../../spi/connector.ts';
import { TrinoError } from '../../../spi/trinoError.ts';
import type { Type } from '../../../spi/type.ts';
import { qualifiedNameText } from '../../metadata/metadata.ts';
import { doubleText, realText } from '../../function/javaNumberText.ts';
import type { Statement, StatementOf } from '../../sql/ast.ts';
import { parseStatement } from '../../sql/parser/parser.ts';
import { findRelation } from '../tasks/tableLookup.ts';
import { NO_VALUES, type QueryStatistics, queryStatistics } from './queryStatistics.ts';
import type { ShowContext } from './showStatements.ts';
import { literal, quoted } from './sqlText.ts';

const COLUMNS = ['column_name', 'data_size', 'distinct_values_count', 'nulls_fraction', 'row_count', 'low_value', 'high_value'];

export async function showStats(context: ShowContext, statement: StatementOf<'showStats'>): Promise<string> {
  if (statement.relation.kind === 'tableSubquery') return ofQuery(context, statement.relation.query);
  if (statement.relation.kind !== 'table') throw new Error(`SHOW STATS FOR a ${statement.relation.kind}`);
  const { name, part, table, view, materialized } = await findRelation(context, statement.relation.name, statement.location);
  if (materialized !== undefined) throw new TrinoError('NOT_SUPPORTED', statement.location, 'SHOW STATS FOR a materialized view is not supported');
  if (view !== undefined) return ofQuery(context, parseStatement(`SELECT * FROM ${[name.catalog, name.schema, name.object].map(quoted).join('.')}`));
  if (table === undefined) throw new TrinoError('TABLE_NOT_FOUND', undefined, `Table '${qualifiedNameText(name)}' does not exist`);
  const visible = table.columns.filter((column) => column.hidden !== true);
  const statistics = await part.transaction.getStatistics?.(
    part.session,
    table.handle,
    visible.map((column) => column.handle),
  );
  return statisticsQuery(visible, { rowCount: statistics?.rowCount, columns: statistics?.columns ?? new Map() });
}

async function ofQuery(context: ShowContext, query: Statement): Promise<string> {
  const root = await context.unoptimizedPlan(query);
  const statistics = queryStatistics(root);
  if (statistics === undefined) {
    throw new TrinoError('NOT_SUPPORTED', undefined, 'SHOW STATS FOR a query that does more than read, sort and limit rows is not supported');
  }
  const columns = root.outputs.map(({ name, type }, at) => ({ name: root.columnNames[at] ?? name, type, symbol: name }));
  const byName = columns.map(({ symbol }) => statistics.columns.get(symbol));
  return statisticsQuery(columns, statistics, byName);
}

function statisticsQuery(
  columns: readonly { readonly name: string; readonly type: Type }[],
  { rowCount, columns: byName }: QueryStatistics,
  known: readonly (ColumnStatistics | undefined)[] = columns.map(({ name }) => byName.get(name)),
): string {
  const number = (value: number | undefined): string => `CAST(${value === undefined ? 'NULL' : `'${value}'`} AS double)`;
  const string = (value: string | undefined): string => `CAST(${literal(value ?? null)} AS varchar)`;
  const rows = columns.map(({ name, type }, at) => {
    const { dataSizeBytes, distinctValues, nullsFraction, low, high } = rowCount === 0 ? NO_VALUES : (known[at] ?? {});
    const cells = [string(name), number(dataSizeBytes), number(distinctValues), number(nullsFraction), number(undefined)];
    return `(${[...cells, string(rangeText(type, low)), string(rangeText(type, high))].join(', ')})`;
  });
  rows.push(
    `(${[string(undefined), number(undefined), number(undefined), number(undefined), number(rowCount), string(undefined), string(undefined)].join(', ')})`,
  );
  return `SELECT * FROM (VALUES ${rows.join(', ')}) AS t (${COLUMNS.join(', ')})`;
}

/** As Trino prints a number on the double axis in the column's own type. */
function rangeText(type: Type, value: number | undefined): string | undefined {
  if (value === undefined) return undefined;
  switch (type.kind) {
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'bigint':
      return String(Math.round(value));
    case 'date':
      return new Date(value * 86_400_000).toISOString().slice(0, 10);
    case 'boolean':
      return String(value !== 0);
    case 'real':
      return realText(value);
    case 'double':
    case 'decimal':
      return doubleText(value);
    default:
      return undefined;
  }
}

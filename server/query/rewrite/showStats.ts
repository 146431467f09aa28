import type { ColumnStatistics } from '../../../spi/connector.ts';
import { TrinoError } from '../../../spi/trinoError.ts';
import type { Type } from '../../../spi/type.ts';
import { qualifiedNameText } from '../../metadata/metadata.ts';
import type { StatementOf } from '../../sql/ast.ts';
import { findRelation } from '../tasks/tableLookup.ts';
import type { TaskContext } from '../tasks/task.ts';

const COLUMNS = ['column_name', 'data_size', 'distinct_values_count', 'nulls_fraction', 'row_count', 'low_value', 'high_value'];

/** What Trino says of every column of an empty table. */
const NO_ROWS: ColumnStatistics = { dataSizeBytes: 0, distinctValues: 0, nullsFraction: 1 };

export async function showStats(context: TaskContext, statement: StatementOf<'showStats'>): Promise<string> {
  if (statement.relation.kind !== 'table') throw new TrinoError('NOT_SUPPORTED', statement.location, 'SHOW STATS FOR a query is not supported');
  const { name, part, table, view, materialized } = await findRelation(context, statement.relation.name, statement.location);
  if (view !== undefined || materialized !== undefined) throw new TrinoError('NOT_SUPPORTED', statement.location, 'SHOW STATS FOR a view is not supported');
  if (table === undefined) throw new TrinoError('TABLE_NOT_FOUND', undefined, `Table '${qualifiedNameText(name)}' does not exist`);
  const visible = table.columns.filter((column) => column.hidden !== true);
  const statistics = await part.transaction.getStatistics?.(
    part.session,
    table.handle,
    visible.map((column) => column.handle),
  );
  const number = (value: number | undefined): string => `CAST(${value === undefined ? 'NULL' : `'${value}'`} AS double)`;
  const string = (value: string | undefined): string => `CAST(${value === undefined ? 'NULL' : `'${value.replaceAll("'", "''")}'`} AS varchar)`;
  const rows = visible.map((column) => {
    const known: ColumnStatistics = statistics?.rowCount === 0 ? NO_ROWS : (statistics?.columns.get(column.name) ?? {});
    const cells = [string(column.name), number(known.dataSizeBytes), number(known.distinctValues), number(known.nullsFraction), number(undefined)];
    return `(${[...cells, string(rangeText(column.type, known.low)), string(rangeText(column.type, known.high))].join(', ')})`;
  });
  rows.push(
    `(${[string(undefined), number(undefined), number(undefined), number(undefined), number(statistics?.rowCount), string(undefined), string(undefined)].join(', ')})`,
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
    case 'real':
    case 'double':
    case 'decimal':
      return Number.isInteger(value) ? value.toFixed(1) : String(value);
    default:
      return undefined;
  }
}

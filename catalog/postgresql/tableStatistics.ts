import type pg from 'pg';
import type { ColumnStatistics, TableStatistics } from '../../spi/connector.ts';
import type { PostgresColumnHandle, PostgresTableHandle } from './handles.ts';

interface StatisticsRow {
  readonly name: string;
  readonly nulls: number;
  readonly distinct: number;
  readonly width: number;
}

const UNKNOWN: TableStatistics = { columns: new Map() };

/** From pg_class and pg_stats, as Trino reckons. */
export async function tableStatistics(client: pg.ClientBase, handle: PostgresTableHandle, columns: readonly PostgresColumnHandle[]): Promise<TableStatistics> {
  const { table } = handle;
  if (table === undefined || handle.where.length > 0 || handle.limit !== undefined) return UNKNOWN;
  const rowCount = await rowCountOf(client, handle);
  if (rowCount === undefined) return UNKNOWN;
  if (rowCount === 0) return { rowCount, columns: new Map() };
  const { rows } = await client.query<StatisticsRow>(
    `SELECT DISTINCT ON (attname) attname AS name, null_frac AS nulls, n_distinct AS distinct, avg_width AS width
     FROM pg_catalog.pg_stats WHERE schemaname = $1 AND tablename = $2 ORDER BY attname, inherited DESC`,
    [table.schema, table.name],
  );
  const known = new Map(rows.map((row) => [row.name, row]));
  const statistics = columns.flatMap((column) => {
    const row = known.get(column.remoteName);
    return row === undefined ? [] : [[column.name, columnStatistics(column, row, rowCount)] as const];
  });
  return { rowCount, columns: new Map(statistics) };
}

async function rowCountOf(client: pg.ClientBase, { table }: PostgresTableHandle): Promise<number | undefined> {
  if (table === undefined || table.relationKind === 'v') return undefined;
  if (table.relationKind !== 'p') return table.rows;
  const { rows } = await client.query<{ rows: number | null }>(
    'SELECT sum(reltuples)::float8 AS rows FROM pg_catalog.pg_partition_tree($1::oid::regclass) p JOIN pg_catalog.pg_class c ON c.oid = p.relid WHERE p.isleaf AND reltuples >= 0',
    [table.oid],
  );
  return rows[0]?.rows ?? undefined;
}

const SIZED = new Set(['varchar', 'char', 'varbinary', 'json', 'array', 'map']);

function columnStatistics({ mapping }: PostgresColumnHandle, { nulls, distinct, width }: StatisticsRow, rowCount: number): ColumnStatistics {
  // float4 columns: Trino widens them after the subtraction
  const nullsFraction = Math.fround(nulls);
  const present = rowCount * Math.fround(1 - nullsFraction);
  const distinctValues = distinct >= 0 ? distinct : -Math.fround(distinct) * rowCount;
  return {
    nullsFraction,
    ...(distinct === 0 ? {} : { distinctValues: Math.round(Math.min(distinctValues, present)) }),
    ...(SIZED.has(mapping.type.kind) ? { dataSizeBytes: width * present } : {}),
  };
}

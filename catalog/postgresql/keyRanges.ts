import type pg from 'pg';
import { fromClause, type PostgresColumnHandle, type PostgresTableHandle, scanSql } from './handles.ts';
import { estimateScan } from './scanEstimate.ts';
import { quoteIdentifier } from './sql.ts';

/** A range of fewer rows is not worth a statement. */
const RANGE_ROWS_MIN = 10_000;
/** Fewer ranges could cost less than allowed though each of them reads everything. */
const RANGES_MIN = 4;
/** All ranges together may cost the server so many times what one statement does: it takes pages of an index for dear. */
const COST_MAX = 3;
/** Finding the least and the greatest key may cost so much of a whole scan. */
const EXTREMES_COST_MAX = 0.1;

interface Key {
  readonly name: string;
  readonly not_null: boolean;
  readonly is_integer: boolean;
  /** Of equal numbers of rows; null: not known. */
  readonly bounds: readonly string[] | null;
}

/**
 * Columns of a relation that a unique index of its own, or of a table that a view reads, begins with. Types with a collation are left out:
 * a view may sort otherwise than the index. Whether the index is of use is found out by asking what the ranges would cost.
 */
const KEYS_QUERY = `
WITH RECURSIVE bases AS (
  SELECT $1::oid AS oid, 0 AS level
  UNION SELECT d.refobjid, b.level + 1 FROM bases b JOIN pg_catalog.pg_rewrite r ON r.ev_class = b.oid
    JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_catalog.pg_class'::regclass
    WHERE d.refobjid <> b.oid AND b.level < 5)
SELECT DISTINCT ON (i.indisprimary, c.reltuples, own.attnum) own.attname AS name, own.attnotnull AS not_null,
  own.atttypid IN ('int2'::regtype, 'int4'::regtype, 'int8'::regtype) AS is_integer,
  (SELECT s.histogram_bounds::text::text[] FROM pg_catalog.pg_stats s
   WHERE s.schemaname = n.nspname AND s.tablename = c.relname AND s.attname = key.attname ORDER BY s.inherited DESC LIMIT 1) AS bounds
FROM bases b JOIN pg_catalog.pg_class c ON c.oid = b.oid AND c.relkind IN ('r', 'm', 'p') JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
JOIN pg_catalog.pg_index i ON i.indrelid = c.oid AND i.indisunique AND i.indisvalid AND i.indpred IS NULL
JOIN pg_catalog.pg_attribute key ON key.attrelid = c.oid AND key.attnum = i.indkey[0]
JOIN pg_catalog.pg_attribute own ON own.attrelid = $1::oid AND own.attname = key.attname AND own.atttypid = key.atttypid AND own.attcollation = 0
ORDER BY i.indisprimary DESC, c.reltuples DESC, own.attnum LIMIT 3`;

/** The scan as one query for each range of a key; undefined where there is none that the server reads for about the cost of the whole. */
export async function splitByKey(
  client: pg.ClientBase,
  table: PostgresTableHandle,
  columns: readonly PostgresColumnHandle[],
  rangesMax: number,
): Promise<readonly string[] | undefined> {
  if (table.table === undefined) return undefined;
  const whole = await estimateScan(client, scanSql(table, columns));
  const ranges = Math.min(rangesMax, Math.floor(whole.rows / RANGE_ROWS_MIN));
  if (ranges < RANGES_MIN) return undefined;
  const { rows: keys } = await client.query<Key>(KEYS_QUERY, [table.table.oid]);
  for (const key of keys) {
    const bounds = key.bounds === null ? await evenBounds(client, table, key, { ranges, wholeCost: whole.cost }) : someOf(key.bounds, ranges);
    if (bounds.length === 0) continue;
    const queries = conditions(key, bounds).map((condition) => scanSql(table, columns, fromClause({ ...table, where: [...table.where, condition] })));
    let cost = 0;
    for (const query of queries) cost += (await estimateScan(client, query)).cost;
    if (cost <= whole.cost * COST_MAX) return queries;
  }
  return undefined;
}

function conditions({ name, not_null }: Key, bounds: readonly string[]): readonly string[] {
  const column = quoteIdentifier(name);
  const literals = bounds.map((bound) => `'${bound.replaceAll("'", "''")}'`);
  const ranges = [...literals, undefined].map((to, i) => {
    const from = i === 0 ? undefined : literals[i - 1];
    return [from === undefined ? [] : `${column} >= ${from}`, to === undefined ? [] : `${column} < ${to}`].flat().join(' AND ');
  });
  return not_null ? ranges : [...ranges, `${column} IS NULL`];
}

/** Bounds that divide the histogram into so many parts. */
function someOf(bounds: readonly string[], ranges: number): readonly string[] {
  return [...new Set(Array.from({ length: ranges - 1 }, (_, i) => bounds[Math.floor(((i + 1) * (bounds.length - 1)) / ranges)] ?? ''))];
}

/** For integers of which no statistics are known. */
async function evenBounds(
  client: pg.ClientBase,
  table: PostgresTableHandle,
  key: Key,
  { ranges, wholeCost }: { readonly ranges: number; readonly wholeCost: number },
): Promise<readonly string[]> {
  if (!key.is_integer) return [];
  const column = quoteIdentifier(key.name);
  const sql = `SELECT min(${column})::text AS low, max(${column})::text AS high FROM ${table.from}`;
  if ((await estimateScan(client, sql)).cost > wholeCost * EXTREMES_COST_MAX) return [];
  const { rows } = await client.query<{ low: string | null; high: string | null }>(sql);
  const [low, high] = [rows[0]?.low ?? null, rows[0]?.high ?? null];
  if (low === null || high === null) return [];
  const [from, span] = [BigInt(low), BigInt(high) - BigInt(low)];
  return [...new Set(Array.from({ length: ranges - 1 }, (_, i) => String(from + (span * BigInt(i + 1)) / BigInt(ranges))))];
}

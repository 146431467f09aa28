import type pg from 'pg';
import { fromClause, isLimited, type PostgresColumnHandle, type PostgresTableHandle, scanSql } from './handles.ts';
import { splitByKey } from './keyRanges.ts';
import { qualifiedName } from './sql.ts';

/** Fewer pages than this are read at once: 4 MB. */
const SPLIT_PAGES_MIN = 512;
/** Ranges for each connection, so that none waits long for the last. */
const RANGES_PER_CONNECTION = 4;
const CTID_RANGES_SINCE = 140_000;

interface Heap {
  readonly name: string;
  readonly pages: number;
}

/** The scan as queries that together give each row once; one query where it cannot be divided. */
export async function splitScan(
  client: pg.ClientBase,
  table: PostgresTableHandle,
  columns: readonly PostgresColumnHandle[],
  connections: number,
): Promise<readonly string[]> {
  const whole = scanSql(table, columns);
  if (isLimited(table)) return [whole];
  const heaps = await heapsOf(client, table);
  if (heaps === undefined) return (await splitByKey(client, table, columns, connections * RANGES_PER_CONNECTION)) ?? [whole];
  const pages = heaps.reduce((total, heap) => total + heap.pages, 0);
  const step = Math.max(SPLIT_PAGES_MIN, Math.ceil(pages / (connections * RANGES_PER_CONNECTION)));
  return heaps.flatMap((heap) => rangesOf(heap, step).map((range) => scanSql(table, columns, fromRange(table, heap, range))));
}

/** The tables that hold the rows; undefined where they cannot be told or not be read by themselves. */
async function heapsOf(client: pg.ClientBase, { table }: PostgresTableHandle): Promise<readonly Heap[] | undefined> {
  if (table === undefined || !['r', 'm', 'p'].includes(table.relationKind)) return undefined;
  const { rows } = await client.query<{ schema: string; name: string; pages: number; readable: boolean; version: number }>(
    `WITH RECURSIVE heaps AS (SELECT $1::oid AS oid UNION ALL SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN heaps h ON i.inhparent = h.oid)
     SELECT n.nspname AS schema, c.relname AS name, (pg_relation_size(c.oid) / current_setting('block_size')::int)::int AS pages,
       c.relkind IN ('r', 'm') AND NOT c.relrowsecurity AND has_table_privilege(c.oid, 'SELECT') AS readable,
       current_setting('server_version_num')::int AS version
     FROM heaps h JOIN pg_catalog.pg_class c ON c.oid = h.oid JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind <> 'p'`,
    [table.oid],
  );
  if (rows.length === 0 || rows.some(({ readable, version }) => !readable || version < CTID_RANGES_SINCE)) return undefined;
  return rows.map(({ schema, name, pages }) => ({ name: qualifiedName(schema, name), pages }));
}

/** Block numbers; the last range is open, for rows that come later but are seen. */
function rangesOf({ pages }: Heap, step: number): readonly (readonly [number, number | undefined])[] {
  const count = Math.max(1, Math.floor(pages / step));
  return Array.from({ length: count }, (_, i) => [i * step, i === count - 1 ? undefined : (i + 1) * step] as const);
}

function fromRange(table: PostgresTableHandle, heap: Heap, [from, to]: readonly [number, number | undefined]): string {
  const bounds = [from === 0 ? undefined : `ctid >= '(${from},0)'::tid`, to === undefined ? undefined : `ctid < '(${to},0)'::tid`];
  return fromClause({ ...table, from: `ONLY ${heap.name}`, where: [...table.where, ...bounds.filter((bound) => bound !== undefined)] });
}

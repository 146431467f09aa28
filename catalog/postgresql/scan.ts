import os from 'node:os';
import type { Scan } from '../../spi/connector.ts';
import type { Page } from '../../spi/page.ts';
import type { ConnectionPool } from './connectionPool.ts';
import { copyOut } from './copyOut.ts';
import type { FeedArgument } from './feed.ts';
import { isFiltered, isLimited, type PostgresColumnHandle, type PostgresTableHandle, scanSql } from './handles.ts';
import type { ConnectParameters } from './jdbcUrl.ts';
import { remoteError } from './remoteError.ts';
import { estimateScan } from './scanEstimate.ts';
import { splitScan } from './scanSplits.ts';
import { importSnapshot, type SnapshotSession } from './snapshotSession.ts';

/** Up to so many rows are read on the engine's own thread: another thread would cost more than it saves. */
const NEAR_ROWS_MAX = 20_000;
/** Below this a table is small whatever its rows are. */
const NEAR_PAGES_MAX = 128;
/** A scan of a whole table that finds little is still divided when the table is large. */
const NEAR_COST_MAX = 1000;
const CONNECTIONS_PER_SCAN = Math.min(4, Math.max(2, os.availableParallelism()));

export interface ScanSourceOptions {
  readonly pool: ConnectionPool;
  readonly parameters: ConnectParameters;
  readonly session: SnapshotSession;
  readonly signal: AbortSignal;
}

const copyOutStatement = (query: string): string => `COPY (${query}) TO STDOUT (FORMAT binary)`;

/** Opens the scan under the query's snapshot: here when it is small, in a feed worker over several connections when not. */
export async function openScan(table: PostgresTableHandle, columns: readonly PostgresColumnHandle[], options: ScanSourceOptions): Promise<Scan> {
  const { parameters, session, signal } = options;
  const sql = scanSql(table, columns);
  const snapshot = await session.snapshot(signal);
  signal.throwIfAborted();
  if (await isNear(table, sql, options)) return { kind: 'pages', pages: nearPages(sql, snapshot, columns, options) };
  const queries = await session.attempt((client) => splitScan(client, table, columns, CONNECTIONS_PER_SCAN), signal);
  const argument: FeedArgument = {
    parameters,
    snapshot: importSnapshot(snapshot),
    queries: queries.map(copyOutStatement),
    forms: columns.map(({ mapping }) => mapping.read),
    connections: Math.min(queries.length, CONNECTIONS_PER_SCAN),
  };
  return { kind: 'rawMessages', module: new URL('./feed.ts', import.meta.url).href, argument };
}

/** What is known to give few rows without asking the server. */
export function isSmall(table: PostgresTableHandle): boolean {
  if (table.rowEstimate !== undefined && table.rowEstimate <= NEAR_ROWS_MAX && (table.rowEstimate > 0 || isLimited(table))) return true;
  const heap = table.table;
  return (
    heap !== undefined &&
    (heap.relationKind === 'r' || heap.relationKind === 'm') &&
    !heap.hasChildren &&
    heap.rows !== undefined &&
    heap.pages < NEAR_PAGES_MAX &&
    heap.pages > 0
  );
}

async function isNear(table: PostgresTableHandle, sql: string, { session, signal }: ScanSourceOptions): Promise<boolean> {
  if (isSmall(table)) return true;
  const heap = table.table;
  if (heap !== undefined && !isFiltered(table) && (heap.rows ?? 0) > NEAR_ROWS_MAX) return false;
  const estimate = await session.attempt((client) => estimateScan(client, sql), signal);
  return estimate.rows <= NEAR_ROWS_MAX && (!estimate.sequential || estimate.cost <= NEAR_COST_MAX);
}

async function* nearPages(
  sql: string,
  snapshot: string,
  columns: readonly PostgresColumnHandle[],
  { pool, parameters, signal }: ScanSourceOptions,
): AsyncGenerator<Page> {
  const client = await pool.begin(parameters, importSnapshot(snapshot));
  let reusable = false;
  try {
    yield* copyOut(client, { sql: copyOutStatement(sql), forms: columns.map(({ mapping }) => mapping.read), signal });
    await client.query('COMMIT');
    reusable = true;
  } catch (error) {
    throw signal.aborted ? error : remoteError(error);
  } finally {
    pool.release(client, reusable);
  }
}

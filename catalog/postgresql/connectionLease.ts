import type pg from 'pg';
import { cancelOnServer, destroyConnection } from './connection.ts';
import type { ConnectionPool } from './connectionPool.ts';
import type { ConnectParameters } from './jdbcUrl.ts';
import { remoteError } from './remoteError.ts';

/** Runs work that a signal cancels on the server; the connection is then of no more use. */
export async function interruptible<T>(client: pg.Client, signal: AbortSignal | undefined, work: () => Promise<T>): Promise<T> {
  if (signal === undefined) return work();
  signal.throwIfAborted();
  const abort = (): void => void cancelOnServer(client).finally(() => destroyConnection(client));
  signal.addEventListener('abort', abort, { once: true });
  try {
    const result = await work();
    signal.throwIfAborted();
    return result;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

interface Lease {
  readonly pool: ConnectionPool;
  readonly parameters: ConnectParameters;
  /** Cancels what runs, on the server. */
  readonly signal?: AbortSignal | undefined;
}

/** One statement that stands alone, on a connection that serves again. */
export function execute(lease: Lease, sql: string): Promise<pg.QueryResult> {
  return runAlone(lease, sql, true);
}

/** A statement of the user's own: what it has changed of its session ends with its connection. */
export function executeForeign(lease: Lease, sql: string): Promise<pg.QueryResult> {
  return runAlone(lease, sql, false);
}

async function runAlone({ pool, parameters, signal }: Lease, sql: string, reusable: boolean): Promise<pg.QueryResult> {
  const client = await pool.acquire(parameters);
  let done = false;
  try {
    const result = await interruptible(client, signal, () => client.query(sql));
    done = true;
    return result;
  } catch (error) {
    throw remoteError(error);
  } finally {
    pool.release(client, done && reusable);
  }
}

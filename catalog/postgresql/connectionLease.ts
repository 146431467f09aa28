import type pg from 'pg';
import { cancelOnServer, destroyConnection } from './connection.ts';
import type { ConnectionPool } from './connectionPool.ts';
import type { ConnectParameters } from './jdbcUrl.ts';
import { remoteError } from './remoteError.ts';

/** Runs work on a connection of its own; given back afterwards, closed if the work failed. */
async function withConnection<T>(pool: ConnectionPool, parameters: ConnectParameters, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await pool.acquire(parameters);
  let reusable = false;
  try {
    const result = await work(client);
    reusable = true;
    return result;
  } catch (error) {
    throw remoteError(error);
  } finally {
    pool.release(client, reusable);
  }
}

/** One statement that stands alone. A signal cancels it on the server. */
export function execute(pool: ConnectionPool, parameters: ConnectParameters, sql: string, signal?: AbortSignal): Promise<pg.QueryResult> {
  return withConnection(pool, parameters, async (client) => {
    signal?.throwIfAborted();
    const abort = (): void => void cancelOnServer(client).finally(() => destroyConnection(client));
    signal?.addEventListener('abort', abort, { once: true });
    try {
      return await client.query(sql);
    } finally {
      signal?.removeEventListener('abort', abort);
    }
  });
}

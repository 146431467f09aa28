import type pg from 'pg';
import { cancelOnServer } from './connection.ts';
import { interruptible } from './connectionLease.ts';
import type { ConnectionPool } from './connectionPool.ts';
import type { ConnectParameters } from './jdbcUrl.ts';
import { jdbcError, remoteError } from './remoteError.ts';

const BEGIN = 'BEGIN ISOLATION LEVEL REPEATABLE READ';

/** What one query sees of the database: a transaction whose snapshot other connections take over. */
export class SnapshotSession {
  readonly #pool: ConnectionPool;
  readonly #parameters: ConnectParameters;
  #client: Promise<pg.Client> | undefined;
  #snapshot: Promise<string> | undefined;
  #last: Promise<unknown> = Promise.resolve();
  #running = 0;
  #ended = false;

  constructor(pool: ConnectionPool, parameters: ConnectParameters) {
    this.#pool = pool;
    this.#parameters = parameters;
  }

  /** Runs work on the session's own connection, one piece after the other. A signal cancels it, and ends the session with it. */
  run<T>(work: (client: pg.Client) => Promise<T>, signal?: AbortSignal): Promise<T> {
    this.#running++;
    const result = this.#last.then(async () => {
      try {
        if (this.#ended) throw jdbcError('The query has ended');
        const client = await this.#open();
        return await interruptible(client, signal, () => work(client));
      } catch (error) {
        throw remoteError(error);
      } finally {
        this.#running--;
      }
    });
    this.#last = result.catch(() => {
      // told to who asked for it
    });
    return result;
  }

  /** The snapshot by its name. */
  snapshot(signal?: AbortSignal): Promise<string> {
    this.#snapshot ??= this.run(async (client) => {
      const { rows } = await client.query<{ name: string }>('SELECT pg_export_snapshot() AS name');
      return rows[0]?.name ?? '';
    }, signal);
    return this.#snapshot;
  }

  /** Like run, but a failure of the server leaves the session usable. */
  attempt<T>(work: (client: pg.Client) => Promise<T>, signal?: AbortSignal): Promise<T> {
    return this.run(async (client) => {
      await client.query('SAVEPOINT attempt');
      try {
        return await work(client);
      } catch (error) {
        await client.query('ROLLBACK TO SAVEPOINT attempt');
        throw error;
      } finally {
        await client.query('RELEASE SAVEPOINT attempt');
      }
    }, signal);
  }

  /** Nobody waits for what is still asked: the server is told to leave it. */
  async abandon(): Promise<void> {
    if (this.#running === 0 || this.#ended) return this.end();
    this.#ended = true;
    const client = await this.#client?.catch(() => undefined);
    if (client === undefined) return;
    await cancelOnServer(client);
    this.#pool.release(client, false);
  }

  async end(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.#last;
    const client = await this.#client?.catch(() => undefined);
    if (client === undefined) return;
    let reusable = false;
    try {
      await client.query('ROLLBACK');
      reusable = true;
    } catch {
      // the connection is lost, and with it the transaction
    } finally {
      this.#pool.release(client, reusable);
    }
  }

  #open(): Promise<pg.Client> {
    this.#client ??= this.#pool.begin(this.#parameters, BEGIN);
    return this.#client;
  }
}

export const importSnapshot = (snapshot: string): string => `${BEGIN}; SET TRANSACTION SNAPSHOT '${snapshot.replaceAll("'", '')}'`;

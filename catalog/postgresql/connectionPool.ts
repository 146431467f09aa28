import type pg from 'pg';
import { destroyConnection, openConnection } from './connection.ts';
import type { ConnectParameters } from './jdbcUrl.ts';
import { isServerError, jdbcError, remoteError } from './remoteError.ts';

const CONNECTIONS_MAX = 64;
const IDLE_MAX = 8;
const IDLE_TIMEOUT_MS = 30_000;
const WAIT_TIMEOUT_MS = 30_000;

interface Idle {
  readonly key: string;
  readonly client: pg.Client;
  readonly timer: NodeJS.Timeout;
}

/** The connections of one catalog: bounded in number, kept for a while when idle. */
export class ConnectionPool {
  readonly #waiting: (() => void)[] = [];
  readonly #busy = new Map<pg.Client, string>();
  #idle: Idle[] = [];
  #opening = 0;
  #closed = false;

  /** In use, opened or being opened. */
  get size(): number {
    return this.#busy.size + this.#idle.length + this.#opening;
  }

  get busy(): number {
    return this.#busy.size;
  }

  async acquire(parameters: ConnectParameters): Promise<pg.Client> {
    if (this.#closed) throw jdbcError('The catalog is closed');
    const key = JSON.stringify([parameters.user, parameters.password]);
    for (let found = this.#takeIdle(key); found !== undefined; found = this.#takeIdle(key)) {
      if (isUsable(found)) {
        this.#busy.set(found, key);
        return found;
      }
      destroyConnection(found);
    }
    await this.#waitForRoom();
    this.#opening++;
    try {
      const client = await openConnection(parameters);
      this.#busy.set(client, key);
      return client;
    } catch (error) {
      this.#wakeOne();
      throw remoteError(error);
    } finally {
      this.#opening--;
    }
  }

  /** A connection with a transaction begun. One that died while it was idle is replaced. */
  async begin(parameters: ConnectParameters, sql: string): Promise<pg.Client> {
    for (let attempt = 0; ; attempt++) {
      const fresh = attempt > IDLE_MAX || this.#idle.length === 0;
      const client = await this.acquire(parameters);
      try {
        await client.query(sql);
        return client;
      } catch (error) {
        this.release(client, false);
        if (fresh || isServerError(error)) throw remoteError(error);
      }
    }
  }

  /** Gives a connection back: with no transaction open it serves again, else it is closed. */
  release(client: pg.Client, reusable: boolean): void {
    const key = this.#busy.get(client);
    if (key === undefined) return;
    this.#busy.delete(client);
    if (reusable && !this.#closed && this.#idle.length < IDLE_MAX && isUsable(client)) {
      const timer = setTimeout(() => this.#dropIdle(client), IDLE_TIMEOUT_MS).unref();
      this.#idle.push({ key, client, timer });
    } else destroyConnection(client);
    this.#wakeOne();
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const { client, timer } of this.#idle) {
      clearTimeout(timer);
      destroyConnection(client);
    }
    this.#idle = [];
    for (const client of this.#busy.keys()) destroyConnection(client);
    this.#busy.clear();
  }

  #takeIdle(key: string): pg.Client | undefined {
    const at = this.#idle.findLastIndex((entry) => entry.key === key);
    const [found] = at < 0 ? [] : this.#idle.splice(at, 1);
    clearTimeout(found?.timer);
    return found?.client;
  }

  #dropIdle(client: pg.Client): void {
    this.#idle = this.#idle.filter((entry) => entry.client !== client);
    destroyConnection(client);
    this.#wakeOne();
  }

  async #waitForRoom(): Promise<void> {
    const deadline = Date.now() + WAIT_TIMEOUT_MS;
    while (this.size >= CONNECTIONS_MAX) {
      const oldest = this.#idle.shift();
      if (oldest !== undefined) {
        clearTimeout(oldest.timer);
        destroyConnection(oldest.client);
        continue;
      }
      await this.#turn(deadline - Date.now());
    }
  }

  #turn(withinMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.splice(this.#waiting.indexOf(go), 1);
        reject(jdbcError(`No connection came free within ${WAIT_TIMEOUT_MS / 1000} s: ${CONNECTIONS_MAX} are in use`));
      }, withinMs);
      const go = (): void => {
        clearTimeout(timer);
        resolve();
      };
      this.#waiting.push(go);
    });
  }

  #wakeOne(): void {
    this.#waiting.shift()?.();
  }
}

function isUsable(client: pg.Client): boolean {
  return !('_queryable' in client && client._queryable === false) && !('_ended' in client && client._ended === true);
}

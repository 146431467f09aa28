import { randomUUID } from 'node:crypto';
import type { TransactionOptions } from '../../spi/connector.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import type { CatalogManager } from '../metadata/catalogManager.ts';
import { QueryTransaction } from '../metadata/queryTransaction.ts';

export interface ExplicitTransaction {
  readonly id: string;
  readonly options: TransactionOptions;
  readonly createdMs: number;
  readonly transaction: QueryTransaction;
  lastUsedMs: number;
  /** Statements that run in it now: it is not idle. */
  activeStatements: number;
  /** A statement failed in it: only ROLLBACK is left. */
  aborted: boolean;
}

/** The transactions that clients have started, by the id that travels in X-Trino-Transaction-Id. */
export class TransactionManager {
  readonly #catalogs: CatalogManager;
  readonly #now: () => number;
  readonly #idleTimeoutMs: number;
  readonly #transactions = new Map<string, ExplicitTransaction>();

  constructor(catalogs: CatalogManager, now: () => number, idleTimeoutMs: number) {
    this.#catalogs = catalogs;
    this.#now = now;
    this.#idleTimeoutMs = idleTimeoutMs;
  }

  start(options: TransactionOptions): ExplicitTransaction {
    const id = randomUUID();
    const transaction = new QueryTransaction(this.#catalogs, options);
    const started = { id, options, createdMs: this.#now(), transaction, lastUsedMs: this.#now(), activeStatements: 0, aborted: false };
    this.#transactions.set(id, started);
    return started;
  }

  autoCommit(): QueryTransaction {
    return new QueryTransaction(this.#catalogs, { readOnly: false, isolation: 'READ UNCOMMITTED', autoCommit: true });
  }

  find(id: string): ExplicitTransaction | undefined {
    const found = this.#transactions.get(id);
    if (found !== undefined) found.lastUsedMs = this.#now();
    return found;
  }

  get(id: string): ExplicitTransaction {
    const found = this.find(id);
    if (found === undefined)
      throw new TrinoError(
        'UNKNOWN_TRANSACTION',
        undefined,
        `Unknown transaction ID: ${id}. Possibly expired? Commands ignored until end of transaction block`,
      );
    return found;
  }

  /** A statement in the transaction has begun; the answer tells that it has ended. */
  use(transaction: ExplicitTransaction): () => void {
    transaction.activeStatements++;
    return () => {
      transaction.activeStatements--;
      transaction.lastUsedMs = this.#now();
    };
  }

  all(): readonly ExplicitTransaction[] {
    return [...this.#transactions.values()];
  }

  async commit(id: string): Promise<void> {
    const found = this.get(id);
    this.#transactions.delete(id);
    await found.transaction.commit();
  }

  async rollback(id: string): Promise<void> {
    const found = this.#transactions.get(id);
    this.#transactions.delete(id);
    await found?.transaction.rollback();
  }

  /** Rolls back what its client has left alone. */
  async expire(): Promise<void> {
    const limit = this.#now() - this.#idleTimeoutMs;
    const idle = this.all().filter((transaction) => transaction.activeStatements === 0 && transaction.lastUsedMs < limit);
    await Promise.all(idle.map((transaction) => this.rollback(transaction.id)));
  }

  async close(): Promise<void> {
    await Promise.allSettled(this.all().map((transaction) => this.rollback(transaction.id)));
  }
}

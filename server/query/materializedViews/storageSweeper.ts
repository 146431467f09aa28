import type { Logger } from '../../../spi/connector.ts';
import type { QueryTransaction } from '../../metadata/queryTransaction.ts';
import type { StorageTable, ViewStore } from '../../metadata/views/viewStore.ts';
import { serverSession } from './serverSession.ts';

export interface StorageSweeperOptions {
  readonly views: ViewStore;
  readonly begin: () => QueryTransaction;
  readonly log: Logger;
}

/** Drops the tables whose rows are no materialized view's any more, once nobody reads them. */
export class StorageSweeper {
  readonly #options: StorageSweeperOptions;
  #sweeping: Promise<void> | undefined;
  #again = false;
  #closed = false;

  constructor(options: StorageSweeperOptions) {
    this.#options = options;
    options.views.onOwed = () => this.wake();
  }

  wake(): void {
    if (this.#closed) return;
    if (this.#sweeping !== undefined) {
      this.#again = true;
      return;
    }
    this.#sweeping = this.#sweep().finally(() => {
      this.#sweeping = undefined;
      if (!this.#again) return;
      this.#again = false;
      this.wake();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#sweeping;
  }

  async #sweep(): Promise<void> {
    const { views, log } = this.#options;
    try {
      for (const { storage, state } of await views.storageTables()) {
        if (state === 'owed' && !views.isRead(storage)) await this.#drop(storage);
      }
    } catch (error) {
      log.warn('tables of materialized views could not be looked through', { error: String(error) });
    }
  }

  /** One that cannot be dropped now stays owed: the next change of a view, or the next start, tries again. */
  async #drop(storage: StorageTable): Promise<void> {
    const { views, begin, log } = this.#options;
    const transaction = begin();
    try {
      const part = transaction.begin(storage.catalog);
      if (part === undefined) return;
      const session = transaction.connectorSession(serverSession('lepton', [], 'storage'), part.catalog);
      const table = await part.transaction.getTable(session, storage);
      if (table !== undefined) await part.transaction.dropTable?.(session, table.handle);
      await transaction.commit();
      await views.forgetStorage(storage);
    } catch (error) {
      log.warn('the table of a materialized view could not be dropped', { ...storage, error: String(error) });
    } finally {
      await transaction.rollback();
    }
  }
}

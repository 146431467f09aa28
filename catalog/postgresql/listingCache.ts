import type { ConnectorSession } from '../../spi/session.ts';
import { connectParametersFor, type PostgresConfig } from './postgresConfig.ts';

/** Names and columns that all answers together may hold; an answer beyond that is not kept. */
const ITEMS_MAX = 500_000;

interface Entry {
  readonly answer: Promise<unknown>;
  readonly expires: number;
  items: number;
}

export type ListingKind = 'schemas' | 'tables' | 'columns';

/** Listings that were answered a short while ago: nothing, unless the catalog's configuration gives a time to keep them. */
export class ListingCache {
  readonly #config: PostgresConfig;
  /** The one used last stands last. */
  readonly #entries = new Map<string, Entry>();
  #items = 0;

  constructor(config: PostgresConfig) {
    this.#config = config;
  }

  /** `about`: all that the answer hangs on, beside the kind and the user of the database. */
  async get<T>(
    kind: ListingKind,
    session: ConnectorSession,
    listing: { readonly about: string; readonly ask: () => Promise<readonly T[]>; readonly itemsOf: (item: T) => number },
  ): Promise<readonly T[]> {
    const { ttlMs, entriesMax } = this.#config.listingCache;
    if (ttlMs[kind] === 0 || entriesMax === 0) return listing.ask();
    const { user, password } = connectParametersFor(this.#config, session);
    const key = JSON.stringify([kind, user, password, listing.about]);
    const known = this.#entries.get(key);
    if (known !== undefined && known.expires > performance.now()) {
      this.#entries.delete(key);
      this.#entries.set(key, known);
      return (await known.answer) as readonly T[];
    }
    this.#forget(key);
    const answer = listing.ask();
    const entry: Entry = { answer, expires: performance.now() + ttlMs[kind], items: 0 };
    this.#entries.set(key, entry);
    try {
      const found = await answer;
      this.#count(
        key,
        entry,
        found.reduce((sum, item) => sum + listing.itemsOf(item), 1),
      );
      return found;
    } catch (error) {
      if (this.#entries.get(key) === entry) this.#forget(key);
      throw error;
    }
  }

  /** Something has changed, or may have. */
  clear(): void {
    this.#entries.clear();
    this.#items = 0;
  }

  #count(key: string, entry: Entry, items: number): void {
    if (this.#entries.get(key) !== entry) return; // cleared while it was asked for
    entry.items = items;
    this.#items += items;
    if (items > ITEMS_MAX) this.#forget(key);
    for (const oldest of this.#entries.keys()) {
      if (this.#items <= ITEMS_MAX && this.#entries.size <= this.#config.listingCache.entriesMax) return;
      this.#forget(oldest);
    }
  }

  #forget(key: string): void {
    this.#items -= this.#entries.get(key)?.items ?? 0;
    this.#entries.delete(key);
  }
}

import type { ListedTable, SchemaTableName } from '../../spi/connector.ts';
import type { ConnectorSession } from '../../spi/session.ts';
import { connectParametersFor, type PostgresConfig } from './postgresConfig.ts';

/** Names that the answers of one kind may hold together; an answer beyond that is not kept. */
const NAMES_MAX = 250_000;

interface Entry<T> {
  readonly answer: readonly T[];
  readonly expiresAtMs: number;
  readonly names: number;
}

/** Listings that were answered a short while ago: none, unless the catalog's configuration gives a time to keep them. */
export class ListingCache {
  readonly schemas: AnswerCache<string>;
  readonly tables: AnswerCache<SchemaTableName>;
  readonly columns: AnswerCache<ListedTable>;

  constructor(config: PostgresConfig) {
    const { schemas, tables, columns } = config.listingCache.ttlMs;
    this.schemas = new AnswerCache(config, schemas, () => 1);
    this.tables = new AnswerCache(config, tables, () => 1);
    this.columns = new AnswerCache(config, columns, (table) => table.columns.length + 1);
  }

  /** Something has changed, or may have. */
  clear(): void {
    this.schemas.clear();
    this.tables.clear();
    this.columns.clear();
  }
}

class AnswerCache<T> {
  readonly #config: PostgresConfig;
  readonly #ttlMs: number;
  readonly #namesOf: (item: T) => number;
  /** The one used last stands last. */
  readonly #entries = new Map<string, Entry<T>>();
  #names = 0;
  #generation = 0;

  constructor(config: PostgresConfig, ttlMs: number, namesOf: (item: T) => number) {
    this.#config = config;
    this.#ttlMs = ttlMs;
    this.#namesOf = namesOf;
  }

  /** `about`: all that the answer hangs on, beside the user of the database. A question that is under way is not shared: it ends with its query. */
  async get(session: ConnectorSession, about: unknown, ask: () => Promise<readonly T[]>): Promise<readonly T[]> {
    if (this.#ttlMs === 0) return ask();
    const { user, password } = connectParametersFor(this.#config, session);
    const key = JSON.stringify([user, password, about]);
    const known = this.#entries.get(key);
    this.#forget(key);
    if (known !== undefined && known.expiresAtMs > performance.now()) {
      this.#keep(key, known);
      return known.answer;
    }
    const generation = this.#generation;
    const answer = await ask();
    const names = answer.reduce((sum, item) => sum + this.#namesOf(item), 0);
    if (generation === this.#generation) this.#keep(key, { answer, names, expiresAtMs: performance.now() + this.#ttlMs });
    return answer;
  }

  clear(): void {
    this.#generation++;
    this.#entries.clear();
    this.#names = 0;
  }

  #keep(key: string, entry: Entry<T>): void {
    if (entry.names > NAMES_MAX) return;
    this.#forget(key);
    this.#entries.set(key, entry);
    this.#names += entry.names;
    for (const oldest of this.#entries.keys()) {
      if (this.#names <= NAMES_MAX && this.#entries.size <= this.#config.listingCache.entriesMax) return;
      this.#forget(oldest);
    }
  }

  #forget(key: string): void {
    this.#names -= this.#entries.get(key)?.names ?? 0;
    this.#entries.delete(key);
  }
}

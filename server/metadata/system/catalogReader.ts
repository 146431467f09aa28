import type { ConnectorTransaction, ListedTable, SchemaTableName } from '../../../spi/connector.ts';
import type { MaterializedViewDefinition } from '../../../spi/materializedView.ts';
import type { ConnectorSession } from '../../../spi/session.ts';
import { TrinoError } from '../../../spi/trinoError.ts';
import type { Value } from '../../../spi/value.ts';
import type { Catalog, CatalogManager } from '../catalogManager.ts';
import { type Allowed, isAllowed, singleValue, valuesOf } from '../columnFilter.ts';
import { INFORMATION_SCHEMA, informationSchema } from '../informationSchema.ts';
import { type Listed, listColumns, listing, listNames, type NameFilter, orNothing, singleName } from '../listing.ts';
import { QueryTransaction } from '../queryTransaction.ts';
import { type Freshness, freshness, type OpenSource } from '../views/freshness.ts';

type Rows = readonly (readonly Value[])[];

export interface ListedMaterializedView {
  readonly catalog: string;
  readonly name: SchemaTableName;
  readonly definition: MaterializedViewDefinition;
  readonly freshness: Freshness;
}

/** One catalog, open for listing. */
export interface OpenCatalog {
  readonly name: string;
  readonly schemas: () => Promise<readonly string[]>;
  /** Tables and views with their type only. */
  readonly list: (names: NameFilter) => ReturnType<ConnectorTransaction['listTables']>;
  /** Tables and views with their columns and comments. `what`: how Trino names the listing in an error; undefined: not at all. */
  readonly tables: (names: NameFilter, what: Listed | undefined) => Promise<readonly ListedTable[]>;
}

export interface CatalogReaderOptions {
  readonly catalogs: CatalogManager;
  /** How long a catalog may take that the query does not name. */
  readonly timeoutMs: number;
}

/** Lists over all catalogs at once, each in a transaction of its own. */
export class CatalogReader {
  readonly #catalogs: CatalogManager;

  readonly #timeoutMs: number;

  constructor({ catalogs, timeoutMs }: CatalogReaderOptions) {
    this.#catalogs = catalogs;
    this.#timeoutMs = timeoutMs;
  }

  /** A catalog that fails, or that the filter does not name and that is too slow, fails the listing: Trino leaves none out. */
  async each(session: ConnectorSession, names: Allowed | undefined, signal: AbortSignal, rows: (catalog: OpenCatalog) => Promise<Rows>): Promise<Rows> {
    const wanted = this.#catalogs.names().filter((name) => isAllowed(names, name));
    const timeoutMs = valuesOf(names) === undefined ? this.#timeoutMs : undefined;
    const parts = await Promise.all(wanted.map((name) => this.#one(session, name, { signal, timeoutMs, rows })));
    return parts.flat();
  }

  /** Those of all catalogs, with how they stand to their sources. */
  async materializedViews(
    session: ConnectorSession,
    admitted: (catalog: string, name: SchemaTableName) => boolean,
  ): Promise<readonly ListedMaterializedView[]> {
    const all = await this.#catalogs.views.materializedViews();
    const transaction = new QueryTransaction(this.#catalogs, { readOnly: true, isolation: 'READ UNCOMMITTED', autoCommit: true });
    const open: OpenSource = (catalog) => {
      const part = transaction.begin(catalog);
      return part && { transaction: part.transaction, session: catalogSession(session, part.catalog) };
    };
    try {
      const wanted = all.filter(({ catalog, name }) => this.#catalogs.has(catalog) && admitted(catalog, name));
      return await Promise.all(wanted.map(async (view) => ({ ...view, freshness: await knownFreshness(view.definition, open) })));
    } finally {
      await transaction.rollback();
    }
  }

  async #one(session: ConnectorSession, name: string, { signal, timeoutMs, rows }: CatalogListing): Promise<Rows> {
    const catalog = this.#catalogs.acquire(name);
    if (catalog === undefined) return [];
    const transaction = catalog.connector.begin({ readOnly: true, isolation: 'READ UNCOMMITTED', autoCommit: true });
    let answered = false;
    const work = async (): Promise<Rows> => {
      signal.throwIfAborted();
      try {
        return await rows(openCatalog(name, transaction, catalogSession(session, catalog)));
      } finally {
        answered = true;
      }
    };
    const end = async (): Promise<void> => {
      try {
        await transaction.rollback();
      } finally {
        await this.#catalogs.release(catalog);
      }
    };
    try {
      return await within(work(), { catalog: name, signal, timeoutMs });
    } finally {
      const ended = end();
      // a source that hangs may take its time to let go: who waits for the list does not wait for that
      if (answered) await ended;
      else ended.catch(() => {});
    }
  }
}

interface CatalogListing {
  readonly signal: AbortSignal;
  readonly timeoutMs: number | undefined;
  readonly rows: (catalog: OpenCatalog) => Promise<Rows>;
}

/** What the work gives, unless the query ends or the time is over before. */
function within<T>(
  work: Promise<T>,
  { catalog, signal, timeoutMs }: { readonly catalog: string; readonly signal: AbortSignal; readonly timeoutMs: number | undefined },
): Promise<T> {
  return new Promise((resolve, reject) => {
    const late = (): void =>
      reject(new TrinoError('EXCEEDED_TIME_LIMIT', undefined, `Error listing tables for catalog ${catalog}: no answer within ${(timeoutMs ?? 0) / 1000} s`));
    const timer = timeoutMs === undefined ? undefined : setTimeout(late, timeoutMs);
    const aborted = (): void => reject(signal.reason);
    signal.addEventListener('abort', aborted, { once: true });
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', aborted);
    };
    work.then(resolve, reject).finally(done);
  });
}

/** A source that does not answer must not stand in the way of the list. */
async function knownFreshness(definition: MaterializedViewDefinition, open: OpenSource): Promise<Freshness> {
  try {
    return await freshness(definition, open);
  } catch (error) {
    if (error instanceof TrinoError) return 'UNKNOWN';
    throw error;
  }
}

/** The defaults of the catalog's own properties: what a listing needs does not depend on them. */
function catalogSession(session: ConnectorSession, catalog: Catalog): ConnectorSession {
  return { ...session, properties: new Map((catalog.connector.sessionProperties ?? []).map((property) => [property.name, property.defaultValue])) };
}

function openCatalog(name: string, transaction: ConnectorTransaction, session: ConnectorSession): OpenCatalog {
  const builtIn = informationSchema(name, transaction);
  const isBuiltIn = (names: NameFilter): boolean => singleValue(names.schema) === INFORMATION_SCHEMA;
  return {
    name,
    schemas: async () => [...new Set([...(await listing(name, 'schemas', () => transaction.listSchemas(session))), INFORMATION_SCHEMA])],
    list: async (names) => {
      const work = () => listing(name, 'tables', () => listNames(transaction, session, names));
      const own = isBuiltIn(names) ? [] : await (singleName(names) === undefined ? work() : orNothing(work));
      return [...(await listNames(builtIn, session, names)), ...own];
    },
    tables: async (names, what) => {
      const ask = () => listColumns(transaction, session, names);
      const work = () => (what === undefined ? ask() : listing(name, isSearched(names) ? 'schemas' : what, ask));
      const own = isBuiltIn(names) ? [] : await (singleName(names) === undefined ? work() : orNothing(work));
      return [...(await listColumns(builtIn, session, names)), ...own];
    },
  };
}

/** Trino goes through the schemas where the filter names more than one schema or table. */
function isSearched({ schema, table }: NameFilter): boolean {
  return (schema !== undefined && singleValue(schema) === undefined) || (table !== undefined && singleValue(table) === undefined);
}

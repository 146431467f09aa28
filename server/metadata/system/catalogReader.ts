import type { ConnectorTransaction, SchemaTableName, TableMetadata } from '../../../spi/connector.ts';
import type { MaterializedViewDefinition } from '../../../spi/materializedView.ts';
import type { ConnectorSession } from '../../../spi/session.ts';
import { TrinoError } from '../../../spi/trinoError.ts';
import type { Value } from '../../../spi/value.ts';
import type { Catalog, CatalogManager } from '../catalogManager.ts';
import { INFORMATION_SCHEMA, informationSchema, tableMetadata } from '../informationSchema.ts';
import { QueryTransaction } from '../queryTransaction.ts';
import { type Freshness, freshness, type OpenSource } from '../views/freshness.ts';

type Names = ReadonlySet<string> | undefined;
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
  readonly list: (schemas: Names) => ReturnType<ConnectorTransaction['listTables']>;
  /** Tables and views with their columns and comments. */
  readonly tables: (schemas: Names, names: Names) => Promise<readonly TableMetadata[]>;
}

/** Lists over all catalogs at once, each in a transaction of its own, so that a slow one does not hold up the others. */
export class CatalogReader {
  readonly #catalogs: CatalogManager;

  constructor(catalogs: CatalogManager) {
    this.#catalogs = catalogs;
  }

  async each(session: ConnectorSession, names: Names, signal: AbortSignal, rows: (catalog: OpenCatalog) => Promise<Rows>): Promise<Rows> {
    const wanted = this.#catalogs.names().filter((name) => names?.has(name) ?? true);
    const parts = await Promise.all(wanted.map((name) => this.#one(session, name, signal, rows)));
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

  async #one(session: ConnectorSession, name: string, signal: AbortSignal, rows: (catalog: OpenCatalog) => Promise<Rows>): Promise<Rows> {
    const catalog = this.#catalogs.acquire(name);
    if (catalog === undefined) return [];
    const transaction = catalog.connector.begin({ readOnly: true, isolation: 'READ UNCOMMITTED', autoCommit: true });
    try {
      signal.throwIfAborted();
      return await rows(openCatalog(name, transaction, catalogSession(session, catalog)));
    } catch (cause) {
      if (cause instanceof TrinoError && cause.errorType === 'USER_ERROR') throw cause;
      throw new TrinoError(
        'GENERIC_INTERNAL_ERROR',
        undefined,
        `Error listing tables for catalog ${name}: ${cause instanceof Error ? cause.message : String(cause)}`,
        { cause },
      );
    } finally {
      await transaction.rollback();
      await this.#catalogs.release(catalog);
    }
  }
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
  const wants = (schemas: Names, schema: string) => schemas?.has(schema) ?? true;
  return {
    name,
    schemas: async () => [...new Set([...(await transaction.listSchemas(session)), INFORMATION_SCHEMA])],
    list: async (schemas) => {
      const own = schemas === undefined ? [undefined] : [...schemas].filter((schema) => schema !== INFORMATION_SCHEMA);
      const found = await Promise.all(own.map((schema) => transaction.listTables(session, schema)));
      return [...(wants(schemas, INFORMATION_SCHEMA) ? await builtIn.listTables(session, undefined) : []), ...found.flat()];
    },
    tables: async (schemas, names) => {
      const filter = new Map([
        ...(schemas === undefined ? [] : ([['table_schema', schemas]] as const)),
        ...(names === undefined ? [] : ([['table_name', names]] as const)),
      ]);
      const own = schemas?.size === 1 && schemas.has(INFORMATION_SCHEMA) ? [] : await tableMetadata(transaction, session, filter);
      return [...(wants(schemas, INFORMATION_SCHEMA) ? await tableMetadata(builtIn, session, filter) : []), ...own];
    },
  };
}

import type { Connector, ConnectorTransaction, PropertyMetadata, SchemaTableName, ViewDefinition } from '../../../spi/connector.ts';
import type { MaterializedViewDefinition } from '../../../spi/materializedView.ts';
import type { ConnectorSession } from '../../../spi/session.ts';
import { TrinoError } from '../../../spi/trinoError.ts';
import { materializedViewProperties } from './materializedViewProperties.ts';
import type { StoredKind, ViewStore } from './viewStore.ts';

type ViewMembers = 'listViews' | 'getView' | 'createView' | 'dropView' | 'renameView' | 'setViewComment' | 'setViewColumnComment' | 'setViewOwner';
type MaterializedMembers =
  | 'getMaterializedView'
  | 'createMaterializedView'
  | 'dropMaterializedView'
  | 'renameMaterializedView'
  | 'setMaterializedViewProperties'
  | 'setMaterializedViewColumnComment';
type ListingMembers = 'listTables' | 'dropSchema' | 'renameSchema';

/** The connector with views for a connector that has none, and with materialized views; both are kept in the store. */
export function withStoredViews(catalog: string, connector: Connector, store: ViewStore): Connector {
  const properties: readonly PropertyMetadata[] = materializedViewProperties();
  return {
    ...connector,
    materializedViewProperties: properties,
    begin: (options) => withViewMembers(connector.begin(options), new StoredViews(catalog, store)),
    close: () => connector.close(),
  };
}

/** The connector's own transaction, in which the members of `views` come first. */
function withViewMembers(own: ConnectorTransaction, views: StoredViews): ConnectorTransaction {
  const members: Partial<ConnectorTransaction> = {
    ...views.listing(own),
    ...(own.getView === undefined ? views.views(own) : {}),
    ...views.materializedViews(own),
  };
  return new Proxy(own, {
    get(target, key) {
      const member: unknown = Object.hasOwn(members, key) ? Reflect.get(members, key) : undefined;
      if (member !== undefined) return member;
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}

/** The part of one catalog's views in one query. */
class StoredViews {
  readonly #catalog: string;
  readonly #store: ViewStore;

  constructor(catalog: string, store: ViewStore) {
    this.#catalog = catalog;
    this.#store = store;
  }

  listing(own: ConnectorTransaction): Partial<Pick<ConnectorTransaction, ListingMembers>> {
    const { dropSchema, renameSchema } = own;
    return {
      listTables: async (session, schema) => {
        const [tables, stored, storage] = await Promise.all([
          own.listTables(session, schema),
          this.#store.list(this.#catalog, schema),
          this.#store.storageTables(this.#catalog),
        ]);
        if (stored.length === 0 && storage.length === 0) return tables;
        const taken = new Set([...stored.map(({ name }) => name), ...storage.map((table) => table.storage)].map(nameKey));
        const views = await this.#inSchemas(own, session, { stored, schema });
        return [...tables.filter(({ name }) => !taken.has(nameKey(name))), ...views.map(({ name, kind }) => ({ name, type: kind }))];
      },
      ...(dropSchema !== undefined && {
        dropSchema: async (session, schema, cascade) => {
          if (!cascade && (await this.#store.list(this.#catalog, schema)).length > 0) {
            throw new TrinoError('SCHEMA_NOT_EMPTY', undefined, `Cannot drop non-empty schema '${schema}'`);
          }
          await dropSchema.call(own, session, schema, cascade);
          await this.#store.removeSchema(this.#catalog, schema);
        },
      }),
      ...(renameSchema !== undefined && {
        renameSchema: async (session, from, to) => {
          await renameSchema.call(own, session, from, to);
          await this.#store.renameSchema(this.#catalog, from, to);
        },
      }),
    };
  }

  views(own: ConnectorTransaction): Required<Pick<ConnectorTransaction, ViewMembers>> {
    const change = (name: SchemaTableName, how: (view: ViewDefinition) => ViewDefinition) => this.#change(name, 'VIEW', how);
    return {
      listViews: async (session, schema) => {
        const stored = (await this.#store.list(this.#catalog, schema)).filter(({ kind }) => kind === 'VIEW');
        return (await this.#inSchemas(own, session, { stored, schema })).map(({ name }) => name);
      },
      getView: (_session, name) => this.#store.get(this.#catalog, name, 'VIEW'),
      createView: async (session, name, view, replace) => {
        await requireSchema(own, session, name.schema);
        if (!replace && (await this.#store.get(this.#catalog, name, 'VIEW')) !== undefined) {
          throw new TrinoError('ALREADY_EXISTS', undefined, `View already exists: '${name.schema}.${name.table}'`);
        }
        await this.#store.put(this.#catalog, name, 'VIEW', view);
      },
      dropView: (_session, name) => this.#store.remove(this.#catalog, name),
      renameView: async (session, from, to) => {
        await requireSchema(own, session, to.schema);
        await this.#store.rename(this.#catalog, from, to);
      },
      setViewComment: (_session, name, comment) => change(name, (view) => withComment(view, comment)),
      setViewColumnComment: (_session, name, column, comment) => change(name, (view) => withColumnComment(view, column, comment)),
      setViewOwner: (_session, name, owner) => change(name, (view) => (view.owner === undefined ? view : { ...view, owner })),
    };
  }

  materializedViews(own: ConnectorTransaction): Required<Pick<ConnectorTransaction, MaterializedMembers>> {
    const kind: StoredKind = 'MATERIALIZED VIEW';
    return {
      getMaterializedView: (_session, name) => this.#store.get(this.#catalog, name, kind),
      createMaterializedView: async (session, name, view, mode) => {
        await requireSchema(own, session, name.schema);
        const existing = await this.#store.get(this.#catalog, name, kind);
        if (existing !== undefined && mode === 'ignore') return;
        const text = `${name.schema}.${name.table}`;
        if (existing !== undefined && mode === 'fail') throw new TrinoError('ALREADY_EXISTS', undefined, `Materialized view already exists: ${text}`);
        if ((await own.getTable(session, name)) !== undefined || (await this.#viewOf(own, session, name)) !== undefined) {
          throw new TrinoError('UNSUPPORTED_TABLE_TYPE', undefined, `Existing table is not a Materialized View: ${text}`);
        }
        await this.#store.put(this.#catalog, name, kind, view);
      },
      dropMaterializedView: (_session, name) => this.#store.remove(this.#catalog, name),
      renameMaterializedView: async (_session, from, to) => {
        if (from.schema !== to.schema) throw new TrinoError('NOT_SUPPORTED', undefined, 'Materialized View rename across schemas is not supported');
        await this.#store.rename(this.#catalog, from, to);
      },
      setMaterializedViewProperties: (_session, name, properties) =>
        this.#change(name, kind, (view) => {
          const kept = new Map(view.properties);
          for (const [property, value] of properties) {
            if (value === undefined || value === null) kept.delete(property);
            else kept.set(property, value);
          }
          return { ...view, properties: kept };
        }),
      setMaterializedViewColumnComment: (_session, name, column, comment) => this.#change(name, kind, (view) => withColumnComment(view, column, comment)),
    };
  }

  /** Without those whose schema is gone. */
  async #inSchemas<T extends { readonly name: SchemaTableName }>(
    own: ConnectorTransaction,
    session: ConnectorSession,
    { stored, schema }: { readonly stored: readonly T[]; readonly schema: string | undefined },
  ): Promise<readonly T[]> {
    if (schema !== undefined || stored.length === 0) return stored;
    const schemas = new Set(await own.listSchemas(session));
    return stored.filter(({ name }) => schemas.has(name.schema));
  }

  #viewOf(own: ConnectorTransaction, session: Parameters<ConnectorTransaction['listSchemas']>[0], name: SchemaTableName) {
    return own.getView === undefined ? this.#store.get(this.#catalog, name, 'VIEW') : own.getView(session, name);
  }

  async #change(name: SchemaTableName, kind: StoredKind, how: (view: MaterializedViewDefinition) => ViewDefinition): Promise<void> {
    const view = await this.#store.get(this.#catalog, name, kind);
    if (view === undefined) throw new TrinoError('TABLE_NOT_FOUND', undefined, `View '${name.schema}.${name.table}' does not exist`);
    await this.#store.put(this.#catalog, name, kind, how(view));
  }
}

const nameKey = ({ schema, table }: SchemaTableName): string => JSON.stringify([schema, table]);

async function requireSchema(own: ConnectorTransaction, session: Parameters<ConnectorTransaction['listSchemas']>[0], schema: string): Promise<void> {
  const exists = own.schemaExists === undefined ? (await own.listSchemas(session)).includes(schema) : await own.schemaExists(session, schema);
  if (!exists) throw new TrinoError('NOT_FOUND', undefined, `Schema ${schema} not found`);
}

function withComment({ comment: _, ...view }: ViewDefinition, comment: string | undefined): ViewDefinition {
  return { ...view, ...(comment === undefined ? {} : { comment }) };
}

function withColumnComment<T extends ViewDefinition>(view: T, name: string, comment: string | undefined): T {
  const columns = view.columns.map(({ comment: before, ...column }) => {
    const now = column.name === name ? comment : before;
    return { ...column, ...(now === undefined ? {} : { comment: now }) };
  });
  return { ...view, columns };
}

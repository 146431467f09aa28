import type { ConnectorTransaction, TableMetadata, TableVersion, ViewDefinition } from '../../spi/connector.ts';
import type { LanguageFunction } from '../../spi/languageFunction.ts';
import type { MaterializedViewDefinition } from '../../spi/materializedView.ts';
import type { ConnectorSession, Session } from '../../spi/session.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import type { Value } from '../../spi/value.ts';
import { INFORMATION_SCHEMA, informationSchema } from './informationSchema.ts';
import { type Metadata, type QualifiedObjectName, qualifiedNameText, type ResolvedTable, type ResolvedView } from './metadata.ts';
import { connectorSession, type QueryTransaction } from './queryTransaction.ts';
import { isReadable, type OpenSource } from './views/freshness.ts';

/** A table that a statement names, with what it says of the version. */
export interface TableRequest {
  readonly name: QualifiedObjectName;
  readonly version?: TableVersion;
}

export interface FetchOptions {
  readonly transaction: QueryTransaction;
  readonly session: Session;
  /** The tables that a view's own text names. */
  readonly referencesOf: (view: ViewDefinition, name: QualifiedObjectName) => readonly TableRequest[];
  readonly statistics: boolean;
  readonly tableFunctions?: readonly TableFunctionRequest[];
  readonly functions?: FunctionReferences;
}

/** A connector's table function with its arguments in the order of their declaration. */
export interface TableFunctionRequest {
  readonly name: QualifiedObjectName;
  readonly values: readonly Value[];
}

type Found = ResolvedTable | ResolvedView | { readonly kind: 'failed'; readonly error: unknown } | undefined;

export interface FetchedMetadata extends Metadata {
  /** The tables and views that were found, those that views name among them. */
  readonly found: readonly (ResolvedTable | ResolvedView)[];
  readonly storedFunctions: readonly StoredFunctions[];
}

/** The functions of a name that is called, as they are stored. */
export interface StoredFunctions {
  readonly name: QualifiedObjectName;
  readonly definitions: readonly LanguageFunction[];
}

/** The places of functions that are called. */
export interface FunctionReferences {
  readonly called: readonly QualifiedObjectName[];
  inView(view: ViewDefinition): readonly QualifiedObjectName[];
  inFunction(definition: LanguageFunction): readonly QualifiedObjectName[];
}

/** Asks the catalogs for everything that the statement and the views in it name, all at once. */
export async function fetchMetadata(requests: readonly TableRequest[], options: FetchOptions): Promise<FetchedMetadata> {
  const found = new Map<string, Found>();
  const schemas = new Map<string, boolean>();
  let wave = requests;
  while (wave.length > 0) {
    const next: TableRequest[] = [];
    await Promise.all(
      wave.map(async (request) => {
        const key = requestKey(request.name, request.version);
        if (found.has(key)) return;
        found.set(key, undefined);
        const result = await fetchOne(request, options, schemas);
        found.set(key, result);
        if (result?.kind === 'view' || result?.kind === 'materialized view') next.push(...options.referencesOf(result.definition, result.name));
      }),
    );
    wave = next;
  }
  const tableFunctions = new Map<string, Found>();
  for (const request of options.tableFunctions ?? []) tableFunctions.set(functionKey(request), await callTableFunction(request, options));
  const functions = await fetchFunctions(options, [...found.values()]);
  return {
    functions: (name) => functions.get(qualifiedNameText(name))?.definitions ?? [],
    storedFunctions: [...functions.values()].filter(({ definitions }) => definitions.length > 0),
    found: [...found.values()].filter((item) => item !== undefined && item.kind !== 'failed'),
    catalogExists: (catalog) => options.transaction.catalogExists(catalog),
    catalog: (name) => {
      const part = options.transaction.begin(name);
      if (part === undefined) return undefined;
      return { connector: part.catalog.connector, transaction: part.transaction, session: connectorSession(options.session, part.catalog) };
    },
    tableFunction: (name, values) => {
      const result = tableFunctions.get(functionKey({ name, values }));
      if (result?.kind === 'failed') throw result.error;
      return result?.kind === 'table' ? result : undefined;
    },
    schemaExists: (catalog, schema) => schemas.get(`${catalog}.${schema}`) ?? false,
    resolve: (name, version) => {
      const key = requestKey(name, version);
      if (!found.has(key)) throw new Error(`not fetched before analysis: ${qualifiedNameText(name)}`);
      const result = found.get(key);
      if (result?.kind === 'failed') throw result.error;
      return result;
    },
  };
}

/** The stored functions that the statement calls, and those that they and the views in it call. */
async function fetchFunctions({ transaction, session, functions }: FetchOptions, found: readonly Found[]): Promise<ReadonlyMap<string, StoredFunctions>> {
  const stored = new Map<string, StoredFunctions>();
  const inViews = found.flatMap((item) => (item?.kind === 'view' || item?.kind === 'materialized view' ? (functions?.inView(item.definition) ?? []) : []));
  let wave: readonly QualifiedObjectName[] = [...(functions?.called ?? []), ...inViews];
  while (wave.length > 0) {
    const next: QualifiedObjectName[] = [];
    for (const name of wave) {
      const key = qualifiedNameText(name);
      if (stored.has(key)) continue;
      const part = transaction.begin(name.catalog);
      const all = part === undefined ? [] : await part.transaction.listFunctions?.(connectorSession(session, part.catalog), name.schema);
      const own = (all ?? []).filter((definition) => definition.name === name.object);
      stored.set(key, { name, definitions: own });
      for (const definition of own) next.push(...(functions?.inFunction(definition) ?? []));
    }
    wave = next;
  }
  return stored;
}

function functionKey({ name, values }: TableFunctionRequest): string {
  return `${qualifiedNameText(name)}(${JSON.stringify(values, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))})`;
}

async function callTableFunction({ name, values }: TableFunctionRequest, options: FetchOptions): Promise<Found> {
  try {
    const part = options.transaction.begin(name.catalog);
    const called = part?.catalog.connector.tableFunctions?.find((candidate) => candidate.schema === name.schema && candidate.name === name.object);
    if (part === undefined || called === undefined) return undefined;
    const session = connectorSession(options.session, part.catalog);
    const table = await called.analyze(part.transaction, session, values);
    return await resolvedTable(name, table, part.transaction, session, false);
  } catch (error) {
    return { kind: 'failed', error }; // raised when, and if, the analysis comes to this call
  }
}

function requestKey(name: QualifiedObjectName, version: TableVersion | undefined): string {
  const suffix =
    version === undefined ? '' : `@${version.kind}:${JSON.stringify(version.value, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))}`;
  return qualifiedNameText(name) + suffix;
}

async function fetchOne({ name, version }: TableRequest, options: FetchOptions, schemas: Map<string, boolean>): Promise<Found> {
  try {
    const part = options.transaction.begin(name.catalog);
    if (part === undefined) return undefined;
    if (version !== undefined && part.catalog.connector.versionedTables !== true) {
      throw new TrinoError('NOT_SUPPORTED', undefined, 'This connector does not support versioned tables');
    }
    const session = connectorSession(options.session, part.catalog);
    const transaction = name.schema === INFORMATION_SCHEMA ? informationSchema(name.catalog, part.transaction) : part.transaction;
    const schemaTable = { schema: name.schema, table: name.object };
    const materialized = await transaction.getMaterializedView?.(session, schemaTable);
    if (materialized !== undefined) return await resolvedMaterializedView(name, materialized, options);
    const view = await transaction.getView?.(session, schemaTable);
    if (view !== undefined) return { kind: 'view', name, definition: view };
    const table = await transaction.getTable(session, schemaTable, version);
    if (table === undefined) {
      schemas.set(`${name.catalog}.${name.schema}`, await schemaExists(transaction, session, name.schema));
      return undefined;
    }
    schemas.set(`${name.catalog}.${name.schema}`, true);
    return await resolvedTable(name, table, transaction, session, options.statistics);
  } catch (error) {
    return { kind: 'failed', error }; // raised when, and if, the analysis comes to this name
  }
}

async function resolvedMaterializedView(name: QualifiedObjectName, definition: MaterializedViewDefinition, options: FetchOptions): Promise<ResolvedView> {
  const { transaction, session } = options;
  const view: ResolvedView = { kind: 'materialized view', name, definition };
  const open: OpenSource = (catalog) => {
    const source = transaction.begin(catalog);
    return source && { transaction: source.transaction, session: connectorSession(session, source.catalog) };
  };
  if (definition.refresh === undefined || !(await isReadable(definition, open, session))) return view;
  const { storage, appended } = definition.refresh;
  const part = transaction.begin(storage.catalog);
  if (part === undefined) return view;
  transaction.keep(storage);
  const own = connectorSession(session, part.catalog);
  const table = await part.transaction.getTable(own, storage);
  if (table === undefined) return view;
  const stored = { catalog: storage.catalog, schema: storage.schema, object: storage.table };
  const rows = { storage: await resolvedTable(stored, table, part.transaction, own, options.statistics), ...(appended && { appended }) };
  return { ...view, rows };
}

async function schemaExists(transaction: ConnectorTransaction, session: ConnectorSession, schema: string): Promise<boolean> {
  if (transaction.schemaExists !== undefined) return transaction.schemaExists(session, schema);
  return (await transaction.listSchemas(session)).includes(schema);
}

async function resolvedTable(
  name: QualifiedObjectName,
  metadata: TableMetadata,
  transaction: ConnectorTransaction,
  session: ConnectorSession,
  withStatistics: boolean,
): Promise<ResolvedTable> {
  const visible = metadata.columns.map((column) => column.handle);
  const statistics = withStatistics ? await transaction.getStatistics?.(session, metadata.handle, visible) : undefined;
  const table = {
    catalog: name.catalog,
    schema: name.schema,
    table: name.object,
    handle: metadata.handle,
    transaction,
    session,
    ...(statistics === undefined ? {} : { statistics }),
  };
  return { kind: 'table', name, table, metadata, columns: metadata.columns };
}

/** For names that need a catalog or schema that the session does not give. */
export function qualify(
  parts: readonly string[],
  session: Pick<Session, 'catalog' | 'schema'>,
  location: { line: number; column: number } | undefined,
): QualifiedObjectName {
  const lower = parts.map((part) => part.toLowerCase());
  const [object = '', schema = session.schema?.toLowerCase(), catalog = session.catalog?.toLowerCase()] = lower.reverse();
  if (parts.length > 3) throw new TrinoError('SYNTAX_ERROR', location, `Too many dots in table name: ${parts.join('.')}`);
  if (schema === undefined) throw new TrinoError('MISSING_SCHEMA_NAME', location, 'Schema must be specified when session schema is not set');
  if (catalog === undefined) throw new TrinoError('MISSING_CATALOG_NAME', location, 'Catalog must be specified when session catalog is not set');
  return { catalog, schema, object };
}

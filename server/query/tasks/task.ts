import type { Connector, ConnectorTransaction, PropertyMetadata } from '../../../spi/connector.ts';
import type { ConnectorSession, Session } from '../../../spi/session.ts';
import { type Location, TrinoError } from '../../../spi/trinoError.ts';
import type { Type } from '../../../spi/type.ts';
import type { NullableValue, Value } from '../../../spi/value.ts';
import type { CatalogManager } from '../../metadata/catalogManager.ts';
import type { QualifiedObjectName } from '../../metadata/metadata.ts';
import { qualify } from '../../metadata/metadataSnapshot.ts';
import { connectorSession, type QueryTransaction } from '../../metadata/queryTransaction.ts';
import type { Expression, FunctionSpecification, Identifier, QualifiedName, Statement } from '../../sql/ast.ts';
import type { SessionEffects } from '../sessionEffects.ts';
import type { TransactionManager } from '../transactionManager.ts';

/** What a statement without a plan may use. */
export interface TaskContext {
  readonly session: Session;
  readonly sql: string;
  readonly transaction: QueryTransaction;
  readonly catalogs: CatalogManager;
  readonly transactions: TransactionManager;
  readonly catalogManagement: 'static' | 'dynamic';
  readonly systemProperties: ReadonlyMap<string, PropertyMetadata>;
  readonly signal: AbortSignal;
  /** `?` of the statement. */
  readonly parameters: readonly Expression[];
  /** A constant of the wanted type; raises Trino's error when it is not one. */
  constant(expression: Expression, type: Type): Value;
  /** The type that the constant has by itself. */
  constantValue(expression: Expression): NullableValue;
  killQuery(queryId: string, message: string): Promise<boolean>;
  /** Columns of a query, or of the view that a statement creates. */
  describeQuery(statement: Statement): Promise<readonly { readonly name: string; readonly type: Type }[]>;
  validate(statement: Statement): Promise<void>;
  validateFunction(specification: FunctionSpecification): Promise<void>;
}

export interface TaskResult {
  readonly updateType: string;
  readonly effects?: SessionEffects;
  /** Rows that the statement itself counts (ANALYZE). */
  readonly updateCount?: bigint;
}

/** One catalog's part in the statement, ready to call. */
export interface CatalogPart {
  readonly name: string;
  readonly connector: Connector;
  readonly transaction: ConnectorTransaction;
  readonly session: ConnectorSession;
}

export function catalogPart(context: TaskContext, catalog: string, location: Location | undefined): CatalogPart {
  const part = context.transaction.begin(catalog);
  if (part === undefined) throw new TrinoError('CATALOG_NOT_FOUND', location, `Catalog '${catalog}' not found`);
  return { name: catalog, connector: part.catalog.connector, transaction: part.transaction, session: connectorSession(context.session, part.catalog) };
}

export function objectName(context: TaskContext, name: QualifiedName, location: Location): QualifiedObjectName {
  return qualify(
    name.parts.map((part) => part.value),
    context.session,
    location,
  );
}

export interface CatalogSchemaName {
  readonly catalog: string;
  readonly schema: string;
}

/** `schema` or `catalog.schema`. */
export function schemaName(context: TaskContext, parts: readonly Identifier[], location: Location): CatalogSchemaName {
  const [schema, catalog = context.session.catalog?.toLowerCase(), ...more] = parts.map((part) => part.value.toLowerCase()).reverse();
  if (more.length > 0) throw new TrinoError('INVALID_SCHEMA_PROPERTY', location, `Too many parts in schema name: ${parts.map((part) => part.value).join('.')}`);
  if (catalog === undefined) throw new TrinoError('MISSING_CATALOG_NAME', location, 'Session catalog must be set to create schema');
  if (schema === undefined) throw new TrinoError('MISSING_SCHEMA_NAME', location, 'Schema must be specified when session schema is not set');
  return { catalog, schema };
}

export async function schemaExists({ transaction, session }: CatalogPart, schema: string): Promise<boolean> {
  if (schema === 'information_schema') return true;
  if (transaction.schemaExists !== undefined) return transaction.schemaExists(session, schema);
  return (await transaction.listSchemas(session)).includes(schema);
}

export const notSupported = (what: string): TrinoError => new TrinoError('NOT_SUPPORTED', undefined, `This connector does not support ${what}`);

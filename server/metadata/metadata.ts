import type { ColumnMetadata, Connector, ConnectorTransaction, TableMetadata, TableVersion, ViewDefinition } from '../../spi/connector.ts';
import type { LanguageFunction } from '../../spi/languageFunction.ts';
import type { AppendedRows } from '../../spi/materializedView.ts';
import type { ConnectorSession } from '../../spi/session.ts';
import type { Value } from '../../spi/value.ts';
import type { PlanTable } from '../plan/plan.ts';

/** Both in lower case. */
export interface CatalogSchema {
  readonly catalog: string;
  readonly schema: string;
}

/** All parts in lower case. */
export interface QualifiedObjectName {
  readonly catalog: string;
  readonly schema: string;
  readonly object: string;
}

export interface ResolvedTable {
  readonly kind: 'table';
  readonly name: QualifiedObjectName;
  readonly table: PlanTable;
  readonly metadata: TableMetadata;
  readonly columns: readonly ColumnMetadata[];
}

export interface ResolvedView {
  readonly kind: 'view' | 'materialized view';
  readonly name: QualifiedObjectName;
  readonly definition: ViewDefinition;
  /** Of a materialized view whose rows are fresh enough to be read. */
  readonly rows?: MaterializedRows;
}

/** A table whose first columns are those of the view. */
export interface MaterializedRows {
  readonly storage: ResolvedTable;
  readonly appended?: AppendedRows;
}

/**
 * What one statement may know of the catalogs: fetched before analysis, in one step, for the names that the statement (and
 * the views in it) mention. Everything here answers at once.
 */
export interface Metadata {
  catalogExists(catalog: string): boolean;
  schemaExists(catalog: string, schema: string): boolean;
  /** undefined: no such table or view. Raises the error of a source that did not answer. */
  resolve(name: QualifiedObjectName, version?: TableVersion): ResolvedTable | ResolvedView | undefined;
  /** To put a new table into a catalog, or to ask its table functions; undefined: no such catalog. */
  catalog?(name: string): CatalogAccess | undefined;
  /** The functions that are stored under the name. */
  functions?(name: QualifiedObjectName): readonly LanguageFunction[];
  /** The table that a connector's table function describes for these arguments. */
  tableFunction?(name: QualifiedObjectName, values: readonly Value[]): ResolvedTable | undefined;
}

/** A catalog's part of the transaction, and the session as the catalog sees it. */
export interface CatalogAccess {
  readonly connector: Connector;
  readonly transaction: ConnectorTransaction;
  readonly session: ConnectorSession;
}

const PLAIN_NAME = /^[a-zA-Z0-9_]*$/;

/** The name as errors show it: parts that hold more than letters, digits and underscores in quotes. */
export function qualifiedNameText({ catalog, schema, object }: QualifiedObjectName): string {
  return [catalog, schema, object].map((part) => (PLAIN_NAME.test(part) ? part : `"${part.replaceAll('"', '""')}"`)).join('.');
}

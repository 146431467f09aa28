import { type ConnectorTransaction, ISOLATION_LEVELS, type IsolationLevel, type PropertyMetadata, type TransactionOptions } from '../../spi/connector.ts';
import type { ConnectorSession, Session } from '../../spi/session.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import type { Value } from '../../spi/value.ts';
import type { Catalog, CatalogManager } from './catalogManager.ts';
import { parsePropertyValue } from './propertyValue.ts';
import type { StorageTable, ViewStore } from './views/viewStore.ts';

interface Part {
  readonly catalog: Catalog;
  readonly transaction: ConnectorTransaction;
}

/** The catalogs that one query (or one explicit transaction) has touched, each begun once. */
export class QueryTransaction {
  readonly #manager: CatalogManager;
  readonly #options: TransactionOptions;
  readonly #parts = new Map<string, Part>();
  #written: string | undefined;
  #ended = false;
  readonly #kept: StorageTable[] = [];
  readonly #listeners: ((committed: boolean) => Promise<void>)[] = [];

  constructor(manager: CatalogManager, options: TransactionOptions) {
    this.#manager = manager;
    this.#options = options;
  }

  catalogExists(name: string): boolean {
    return this.#parts.has(name) || this.#manager.has(name);
  }

  /** undefined: no such catalog. */
  begin(name: string): Part | undefined {
    const known = this.#parts.get(name);
    if (known !== undefined) return known;
    if (this.#ended) throw new Error('the transaction has ended');
    this.#checkIsolation(this.#manager.get(name)?.connector.isolation);
    const catalog = this.#manager.acquire(name);
    if (catalog === undefined) return undefined;
    const part = { catalog, transaction: catalog.connector.begin(this.#options) };
    this.#parts.set(name, part);
    return part;
  }

  #checkIsolation(offered: IsolationLevel | undefined): void {
    const { isolation } = this.#options;
    if (offered === undefined || ISOLATION_LEVELS.indexOf(offered) >= ISOLATION_LEVELS.indexOf(isolation)) return;
    const message = `Connector supported isolation level ${offered} does not meet requested isolation level ${isolation}`;
    throw new TrinoError('UNSUPPORTED_ISOLATION_LEVEL', undefined, message);
  }

  /** The rows of a materialized view are about to be read: the table stays until the transaction ends. */
  keep(storage: StorageTable): void {
    this.#manager.views.enter(storage);
    this.#kept.push(storage);
  }

  get views(): ViewStore {
    return this.#manager.views;
  }

  /** Called once, when everything is committed or rolled back; what it throws is the transaction's failure. */
  afterEnd(listener: (committed: boolean) => Promise<void>): void {
    this.#listeners.push(listener);
  }

  /** A transaction over the same catalogs that has seen nothing yet. */
  sibling(): QueryTransaction {
    return new QueryTransaction(this.#manager, { ...this.#options, autoCommit: true });
  }

  connectorSession(session: Session, catalog: Catalog): ConnectorSession {
    return connectorSession(session, catalog);
  }

  /** Called before a catalog is written to. */
  checkWrite(name: string): void {
    if (this.#options.readOnly) throw new TrinoError('READ_ONLY_VIOLATION', undefined, 'Cannot execute write in a read-only transaction');
    if (this.#written !== undefined && this.#written !== name) {
      throw new TrinoError(
        'MULTI_CATALOG_WRITE_CONFLICT',
        undefined,
        `Multi-catalog writes not supported in a single transaction. Already wrote to catalog ${this.#written}`,
      );
    }
    if (!this.#options.autoCommit && this.begin(name)?.catalog.connector.multiStatementWrites !== true)
      throw new TrinoError('AUTOCOMMIT_WRITE_CONFLICT', undefined, `Catalog only supports writes using autocommit: ${name}`);
    this.#written = name;
  }

  /** Commits every part, the written one last; what fails rolls the rest back. */
  async commit(): Promise<void> {
    const parts = [...this.#parts.values()].sort((a, b) => Number(a.catalog.name === this.#written) - Number(b.catalog.name === this.#written));
    this.#ended = true;
    try {
      for (const part of parts) {
        await part.transaction.commit();
        this.#parts.delete(part.catalog.name);
        await this.#manager.release(part.catalog);
      }
      for (const listener of this.#listeners.splice(0)) await listener(true);
    } finally {
      await this.rollback();
    }
  }

  async rollback(): Promise<void> {
    this.#ended = true;
    const parts = [...this.#parts.values()];
    this.#parts.clear();
    const results = await Promise.allSettled(parts.map((part) => part.transaction.rollback()));
    await Promise.all(parts.map((part) => this.#manager.release(part.catalog)));
    const failed = results.find((result) => result.status === 'rejected');
    for (const storage of this.#kept.splice(0)) this.#manager.views.leave(storage);
    for (const listener of this.#listeners.splice(0)) await listener(false);
    if (failed !== undefined) throw failed.reason;
  }
}

/** The session as the catalog sees it: its properties decoded, defaults filled in. */
export function connectorSession(session: Session, catalog: Catalog): ConnectorSession {
  const properties = new Map<string, Value>();
  const set = session.catalogProperties.get(catalog.name);
  for (const property of catalog.connector.sessionProperties ?? []) {
    const text = set?.get(property.name);
    properties.set(property.name, text === undefined ? property.defaultValue : decode(catalog.name, property, text));
  }
  const { queryId, user, source, timeZone, startMicros, extraCredentials, signal } = session;
  return { queryId, user, source, timeZone, startMicros, extraCredentials, properties, ...(signal === undefined ? {} : { signal }) };
}

function decode(catalog: string, property: PropertyMetadata, text: string): Value {
  const value = parsePropertyValue(`${catalog}.${property.name}`, property.type, text);
  try {
    property.validate?.(value);
  } catch (cause) {
    if (cause instanceof TrinoError || !(cause instanceof Error)) throw cause;
    throw new TrinoError('INVALID_SESSION_PROPERTY', undefined, `Session property '${catalog}.${property.name}' is invalid: ${cause.message}`, { cause });
  }
  return value;
}

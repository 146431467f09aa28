import { existsSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import type { DatabaseSync, SQLInputValue, StatementSync } from 'node:sqlite';
import type { SchemaTableName, ViewDefinition } from '../../../spi/connector.ts';
import type { MaterializedRefresh, MaterializedViewDefinition } from '../../../spi/materializedView.ts';
import { definitionText, parseDefinition } from './definitionText.ts';

export type StoredKind = 'VIEW' | 'MATERIALIZED VIEW';

/** A table that holds, held or is to hold the rows of a materialized view. */
export interface StorageTable extends SchemaTableName {
  readonly catalog: string;
}

/** `owed`: to be dropped as soon as nobody reads it; so is what was `building` when the server ended. */
export type StorageState = 'building' | 'current' | 'owed';

const FORMAT = 1;
const LAYOUT = `
  CREATE TABLE view (
    catalog TEXT NOT NULL, schema TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, definition TEXT NOT NULL,
    PRIMARY KEY (catalog, schema, name)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE storage (
    catalog TEXT NOT NULL, schema TEXT NOT NULL, name TEXT NOT NULL, state TEXT NOT NULL,
    PRIMARY KEY (catalog, schema, name)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE refresh_number (last INTEGER NOT NULL) STRICT;
  INSERT INTO refresh_number VALUES (0);
  PRAGMA user_version = ${FORMAT};
`;
const BUSY_WAIT_MS = 5_000;

/**
 * The views of catalogs that cannot keep their own, and all materialized views: an SQLite file. Each change is one transaction that is on
 * disk when the call returns. The file is made by the first change and opened by the first who looks.
 */
export class ViewStore {
  readonly #file: string;
  /** Told when a table may have come to be owed. */
  onOwed: () => void = () => {};
  #database: DatabaseSync | undefined;
  #opening: Promise<DatabaseSync> | undefined;
  #readers = new Map<string, number>();

  constructor(file: string) {
    this.#file = file;
  }

  async list(catalog: string, schema?: string): Promise<readonly { readonly name: SchemaTableName; readonly kind: StoredKind }[]> {
    const database = await this.#existing();
    if (database === undefined) return [];
    const sql = 'SELECT schema, name, kind FROM view WHERE catalog = ? AND schema = coalesce(?, schema) ORDER BY schema, name';
    return rows(database, sql, catalog, schema ?? null).map((row) => ({
      name: { schema: String(row.schema), table: String(row.name) },
      kind: row.kind === 'VIEW' ? 'VIEW' : 'MATERIALIZED VIEW',
    }));
  }

  async get(catalog: string, { schema, table }: SchemaTableName, kind: StoredKind): Promise<MaterializedViewDefinition | undefined> {
    const database = await this.#existing();
    if (database === undefined) return undefined;
    const [found] = rows(database, 'SELECT definition FROM view WHERE catalog = ? AND schema = ? AND name = ? AND kind = ?', catalog, schema, table, kind);
    return found === undefined ? undefined : parseDefinition(String(found.definition));
  }

  /** Every materialized view, of all catalogs. */
  async materializedViews(): Promise<readonly { readonly catalog: string; readonly name: SchemaTableName; readonly definition: MaterializedViewDefinition }[]> {
    const database = await this.#existing();
    if (database === undefined) return [];
    return rows(database, `SELECT catalog, schema, name, definition FROM view WHERE kind = 'MATERIALIZED VIEW'`).map((row) => ({
      catalog: String(row.catalog),
      name: { schema: String(row.schema), table: String(row.name) },
      definition: parseDefinition(String(row.definition)),
    }));
  }

  /** Puts the definition in the place of what has this name; the storage of a materialized view that it replaces is owed. */
  async put(catalog: string, { schema, table }: SchemaTableName, kind: StoredKind, definition: ViewDefinition): Promise<void> {
    await this.#change((database) => {
      oweStorage(database, 'catalog = ? AND schema = ? AND name = ?', catalog, schema, table);
      run(database, 'INSERT OR REPLACE INTO view VALUES (?, ?, ?, ?, ?)', catalog, schema, table, kind, definitionText(definition));
      const refresh = 'refresh' in definition ? (definition as MaterializedViewDefinition).refresh : undefined;
      if (refresh !== undefined) setStorage(database, refresh.storage, 'current');
    });
  }

  async remove(catalog: string, { schema, table }: SchemaTableName): Promise<void> {
    await this.#change((database) => {
      oweStorage(database, 'catalog = ? AND schema = ? AND name = ?', catalog, schema, table);
      run(database, 'DELETE FROM view WHERE catalog = ? AND schema = ? AND name = ?', catalog, schema, table);
    });
  }

  async rename(catalog: string, from: SchemaTableName, to: SchemaTableName): Promise<void> {
    const sql = 'UPDATE view SET schema = ?, name = ? WHERE catalog = ? AND schema = ? AND name = ?';
    await this.#change((database) => run(database, sql, to.schema, to.table, catalog, from.schema, from.table));
  }

  async removeSchema(catalog: string, schema: string): Promise<void> {
    if ((await this.#existing()) === undefined) return;
    await this.#change((database) => {
      oweStorage(database, 'catalog = ? AND schema = ?', catalog, schema);
      run(database, 'DELETE FROM view WHERE catalog = ? AND schema = ?', catalog, schema);
      run(database, 'DELETE FROM storage WHERE catalog = ? AND schema = ?', catalog, schema);
    });
  }

  /** Views that are in the schema, and views whose rows are. */
  async renameSchema(catalog: string, from: string, to: string): Promise<void> {
    if ((await this.#existing()) === undefined) return;
    await this.#change((database) => {
      run(database, 'UPDATE view SET schema = ? WHERE catalog = ? AND schema = ?', to, catalog, from);
      run(database, 'UPDATE storage SET schema = ? WHERE catalog = ? AND schema = ?', to, catalog, from);
      const moved = `definition ->> '$.refresh.storage.catalog' = ? AND definition ->> '$.refresh.storage.schema' = ?`;
      run(database, `UPDATE view SET definition = json_set(definition, '$.refresh.storage.schema', ?) WHERE ${moved}`, to, catalog, from);
    });
  }

  // --- storage of materialized views

  /** A number that no refresh has had, for the rows that this one is about to write. */
  async nextRefreshNumber(): Promise<number> {
    return this.#change((database) => Number(rows(database, 'UPDATE refresh_number SET last = last + 1 RETURNING last')[0]?.last));
  }

  /** Takes a number for rows that are to be appended; they do not count until publish(). undefined: the view is not what it was. */
  async beginAppend(catalog: string, name: SchemaTableName, before: MaterializedViewDefinition): Promise<MaterializedViewDefinition | undefined> {
    const number = await this.nextRefreshNumber();
    return this.#change((database) => {
      const now = unchanged(database, catalog, name, before);
      if (now?.refresh?.appended === undefined) return undefined;
      const appended = { ...now.refresh.appended, undone: [...now.refresh.appended.undone, number] };
      const begun = { ...now, refresh: { ...now.refresh, appended } };
      update(database, catalog, name, begun);
      return begun;
    });
  }

  async setStorage(storage: StorageTable, state: StorageState): Promise<void> {
    await this.#change((database) => setStorage(database, storage, state));
  }

  async forgetStorage({ catalog, schema, table }: StorageTable): Promise<void> {
    await this.#change((database) => run(database, 'DELETE FROM storage WHERE catalog = ? AND schema = ? AND name = ?', catalog, schema, table));
  }

  /** Without a catalog those of all. */
  async storageTables(catalog?: string): Promise<readonly { readonly storage: StorageTable; readonly state: StorageState }[]> {
    const database = await this.#existing();
    if (database === undefined) return [];
    return rows(database, 'SELECT catalog, schema, name, state FROM storage WHERE catalog = coalesce(?, catalog)', catalog ?? null).map((row) => ({
      storage: { catalog: String(row.catalog), schema: String(row.schema), table: String(row.name) },
      state: row.state as StorageState,
    }));
  }

  /** The refresh has succeeded: from here on its rows are the view's. False: the view is gone or was replaced meanwhile. */
  async publish(catalog: string, name: SchemaTableName, before: MaterializedViewDefinition, after: MaterializedRefresh): Promise<boolean> {
    return this.#change((database) => {
      const now = unchanged(database, catalog, name, before);
      if (now === undefined) return false;
      if (before.refresh !== undefined) setStorage(database, before.refresh.storage, 'owed');
      setStorage(database, after.storage, 'current');
      update(database, catalog, name, { ...now, refresh: after });
      return true;
    });
  }

  /** From here to the matching leave() the table stays, though it may be owed. */
  enter(storage: StorageTable): void {
    const key = storageKey(storage);
    this.#readers.set(key, (this.#readers.get(key) ?? 0) + 1);
  }

  leave(storage: StorageTable): void {
    const key = storageKey(storage);
    const left = (this.#readers.get(key) ?? 1) - 1;
    if (left === 0) {
      this.#readers.delete(key);
      this.onOwed();
    } else this.#readers.set(key, left);
  }

  isRead(storage: StorageTable): boolean {
    return this.#readers.has(storageKey(storage));
  }

  async close(): Promise<void> {
    const database = await this.#opening;
    database?.close();
    this.#database = undefined;
    this.#opening = undefined;
  }

  async #existing(): Promise<DatabaseSync | undefined> {
    if (this.#database !== undefined) return this.#database;
    return this.#opening !== undefined || existsSync(this.#file) ? this.#open() : undefined;
  }

  #open(): Promise<DatabaseSync> {
    this.#opening ??= openDatabase(this.#file).then(
      (database) => {
        this.#database = database;
        this.onOwed();
        return database;
      },
      (error: unknown) => {
        this.#opening = undefined;
        throw error;
      },
    );
    return this.#opening;
  }

  async #change<T>(change: (database: DatabaseSync) => T): Promise<T> {
    const database = await this.#open();
    const result = inTransaction(database, () => change(database));
    this.onOwed();
    return result;
  }
}

const storageKey = ({ catalog, schema, table }: StorageTable): string => JSON.stringify([catalog, schema, table]);

async function openDatabase(file: string): Promise<DatabaseSync> {
  // loaded by those who have views
  const { DatabaseSync } = await import('node:sqlite');
  mkdirSync(path.dirname(file), { recursive: true });
  const database = new DatabaseSync(file, { timeout: BUSY_WAIT_MS });
  try {
    database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL');
    inTransaction(database, () => {
      const version = Number(rows(database, 'PRAGMA user_version')[0]?.user_version);
      if (version === 0) database.exec(LAYOUT);
      else if (version !== FORMAT) throw new Error(`${file} was written by another version (format ${version}, not ${FORMAT})`);
      run(database, `UPDATE storage SET state = 'owed' WHERE state = 'building'`);
    });
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

function inTransaction<T>(database: DatabaseSync, work: () => T): T {
  database.exec('BEGIN IMMEDIATE');
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    database.exec('ROLLBACK');
    throw error;
  }
}

const statements = new WeakMap<DatabaseSync, Map<string, StatementSync>>();

/** Each of the few texts is compiled once: the store is asked for every table that a query names. */
function prepared(database: DatabaseSync, sql: string): StatementSync {
  const known = statements.get(database) ?? new Map<string, StatementSync>();
  statements.set(database, known);
  const statement = known.get(sql) ?? database.prepare(sql);
  known.set(sql, statement);
  return statement;
}

function rows(database: DatabaseSync, sql: string, ...values: readonly SQLInputValue[]) {
  return prepared(database, sql).all(...values);
}

function run(database: DatabaseSync, sql: string, ...values: readonly SQLInputValue[]): void {
  prepared(database, sql).run(...values);
}

function setStorage(database: DatabaseSync, { catalog, schema, table }: StorageTable, state: StorageState): void {
  run(database, 'INSERT OR REPLACE INTO storage VALUES (?, ?, ?, ?)', catalog, schema, table, state);
}

/** The materialized view as it is now, unless it is another one or was refreshed meanwhile. */
function unchanged(database: DatabaseSync, catalog: string, { schema, table }: SchemaTableName, before: MaterializedViewDefinition) {
  const sql = `SELECT definition FROM view WHERE catalog = ? AND schema = ? AND name = ? AND kind = 'MATERIALIZED VIEW'`;
  const [found] = rows(database, sql, catalog, schema, table);
  const now = found === undefined ? undefined : parseDefinition(String(found.definition));
  const same = now?.originalSql === before.originalSql && JSON.stringify(now.refresh) === JSON.stringify(before.refresh);
  return same ? now : undefined;
}

function update(database: DatabaseSync, catalog: string, { schema, table }: SchemaTableName, definition: MaterializedViewDefinition): void {
  run(database, 'UPDATE view SET definition = ? WHERE catalog = ? AND schema = ? AND name = ?', definitionText(definition), catalog, schema, table);
}

/** The storage of the materialized views that the condition selects. */
function oweStorage(database: DatabaseSync, condition: string, ...values: readonly SQLInputValue[]): void {
  const path = (part: string): string => `definition ->> '$.refresh.storage.${part}'`;
  const selected = `SELECT ${path('catalog')}, ${path('schema')}, ${path('table')} FROM view WHERE ${condition} AND kind = 'MATERIALIZED VIEW'`;
  run(database, `UPDATE storage SET state = 'owed' WHERE (catalog, schema, name) IN (${selected})`, ...values);
}

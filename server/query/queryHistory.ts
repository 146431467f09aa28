import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { Logger } from '../../spi/connector.ts';
import type { HistoryConfig } from '../config/serverConfig.ts';
import type { QueryRecord } from './queryRecord.ts';
import { errorMessage } from '../../spi/trinoError.ts';

/** What a search asks for; everything that is given must hold. */
export interface HistoryFilter {
  readonly state?: string;
  readonly user?: string;
  readonly source?: string;
  readonly errorName?: string;
  /** A part of the statement, its id or its error, in any case. */
  readonly text?: string;
  readonly createdFromMs?: number;
  readonly createdToMs?: number;
  readonly limit: number;
}

const FLUSH_MS = 250;
const TRIM_MS = 60_000;
const PENDING_MAX = 1_000;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS query (
    id TEXT PRIMARY KEY, created_ms INTEGER NOT NULL, ended_ms INTEGER NOT NULL, state TEXT NOT NULL, user TEXT NOT NULL,
    source TEXT, error_name TEXT, searched TEXT NOT NULL, record TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS query_created ON query (created_ms);`;

/** The ended queries, in a file that a restart leaves alone. Bounded by count and age; written together a few times a second. */
export class QueryHistory {
  readonly #config: HistoryConfig;
  readonly #now: () => number;
  readonly #log: Logger;
  readonly #database: DatabaseSync;
  readonly #insert: StatementSync;
  readonly #trim: NodeJS.Timeout;
  #pending: QueryRecord[] = [];
  #flush: NodeJS.Timeout | undefined;

  constructor(config: HistoryConfig, options: { readonly now: () => number; readonly log: Logger }) {
    this.#config = config;
    this.#now = options.now;
    this.#log = options.log;
    mkdirSync(path.dirname(config.file), { recursive: true });
    this.#database = new DatabaseSync(config.file);
    this.#database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 2000');
    this.#database.exec(SCHEMA);
    this.#insert = this.#database.prepare('INSERT OR REPLACE INTO query VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)');
    this.#trim = setInterval(() => this.#guarded(() => this.#trimNow()), TRIM_MS);
    this.#trim.unref();
    this.#trimNow();
  }

  add(record: QueryRecord): void {
    if (this.#pending.length >= PENDING_MAX) this.#guarded(() => this.#flushNow());
    this.#pending.push(record);
    this.#flush ??= setTimeout(() => this.#guarded(() => this.#flushNow()), FLUSH_MS).unref();
  }

  get(id: string): QueryRecord | undefined {
    this.#flushNow();
    return this.#records('SELECT record FROM query WHERE id = ?', [id])[0];
  }

  /** The newest first. */
  search(filter: HistoryFilter): readonly QueryRecord[] {
    this.#flushNow();
    const conditions: string[] = [];
    const values: SQLInputValue[] = [];
    const add = (condition: string, value: SQLInputValue | undefined) => {
      if (value === undefined) return;
      conditions.push(condition);
      values.push(value);
    };
    add('state = ?', filter.state);
    add('user = ?', filter.user);
    add('source = ?', filter.source);
    add('error_name = ?', filter.errorName);
    add('created_ms >= ?', filter.createdFromMs);
    add('created_ms <= ?', filter.createdToMs);
    add('instr(searched, ?) > 0', filter.text?.toLowerCase());
    const where = conditions.length === 0 ? '' : `WHERE ${conditions.join(' AND ')}`;
    return this.#records(`SELECT record FROM query ${where} ORDER BY created_ms DESC, id DESC LIMIT ?`, [...values, filter.limit]);
  }

  close(): void {
    clearInterval(this.#trim);
    clearTimeout(this.#flush);
    this.#guarded(() => this.#flushNow());
    this.#database.close();
  }

  #records(sql: string, values: readonly SQLInputValue[]): readonly QueryRecord[] {
    return this.#database
      .prepare(sql)
      .all(...values)
      .map((row): QueryRecord => JSON.parse(String(row.record)));
  }

  #flushNow(): void {
    clearTimeout(this.#flush);
    this.#flush = undefined;
    if (this.#pending.length === 0) return;
    const records = this.#pending;
    this.#pending = [];
    this.#database.exec('BEGIN');
    try {
      for (const record of records) this.#write(record);
      this.#database.exec('COMMIT');
    } catch (error) {
      this.#database.exec('ROLLBACK');
      throw error;
    }
  }

  #write(record: QueryRecord): void {
    const { session, error } = record;
    const searched = `${record.id} ${record.sql} ${error?.message ?? ''}`.toLowerCase();
    this.#insert.run(
      record.id,
      Math.floor(record.createdMs),
      Math.floor(record.endedMs ?? record.createdMs),
      record.state,
      session.user,
      session.source ?? null,
      error?.errorName ?? null,
      searched,
      JSON.stringify(record),
    );
  }

  #trimNow(): void {
    const { countMax, ageMaxMs } = this.#config;
    this.#database.prepare('DELETE FROM query WHERE ended_ms < ?').run(Math.floor(this.#now() - ageMaxMs));
    this.#database.prepare('DELETE FROM query WHERE id IN (SELECT id FROM query ORDER BY created_ms DESC, id DESC LIMIT -1 OFFSET ?)').run(countMax);
  }

  /** A full disk must not end queries: the log says what was not kept. */
  #guarded(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#log.error('the history of queries cannot be written', { file: this.#config.file, error: errorMessage(error) });
    }
  }
}

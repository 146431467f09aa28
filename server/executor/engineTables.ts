import { randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import duckdb from '@duckdb/node-bindings';
import type { EngineFile, EngineTables } from '../../spi/connector.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import { type Type, VARCHAR } from '../../spi/type.ts';
import type { Engine } from './engine.ts';
import type { EngineConnection } from './engineConnection.ts';
import { physicalType } from './physicalType.ts';
import { bigInt64s } from './rawVector.ts';
import { valueReader } from './vectorReader.ts';

const FILE = 'tables.duckdb';

/** Tables in the engine's own memory, for connectors that keep their data there. */
export class DuckDbEngineTables implements EngineTables {
  readonly #engine: Engine;
  /** The attached file that the tables are in; undefined: memory. */
  readonly #readers: readonly Engine[];
  readonly #database: string | undefined;
  #last = 0;

  /** `readers`: all engines that scans run in. */
  constructor(engine: Engine, readers: readonly Engine[] = [engine], database?: string) {
    this.#engine = engine;
    this.#readers = readers;
    this.#database = database;
  }

  async create(columns: readonly { readonly name: string; readonly type: Type }[]): Promise<{ readonly table: string; readonly columns: readonly string[] }> {
    const table = this.#database === undefined ? `"table_${++this.#last}"` : `"${this.#database}"."table_${randomUUID()}"`;
    const names = columns.map((_, i) => `"c${i}"`);
    const definitions = columns.map((column, i) => `${names[i]} ${physicalType(column.type)}`);
    await this.run(`CREATE TABLE ${table} (${definitions.length === 0 ? '"_none" BOOLEAN' : definitions.join(', ')})`);
    return { table, columns: names };
  }

  async drop(table: string): Promise<void> {
    await this.run(`DROP TABLE IF EXISTS ${table}`);
  }

  async rowCount(relation: string): Promise<bigint> {
    return this.with(async (connection) => firstBigint(await connection.query(`SELECT count(*) FROM ${relation}`)));
  }

  async sizeBytes(table: string): Promise<number> {
    const name = table.split('.').at(-1)?.replaceAll('"', '') ?? '';
    // the segments of a table in memory carry no sizes: rows by what a row of the column types takes
    const width = `(SELECT sum(CASE WHEN data_type IN ('BOOLEAN', 'TINYINT') THEN 1 WHEN data_type IN ('INTEGER', 'DATE', 'FLOAT') THEN 4 WHEN data_type = 'VARCHAR' THEN 32 ELSE 8 END) FROM duckdb_columns() WHERE table_name = '${name}')`;
    return this.with(async (connection) => Number(firstBigint(await connection.query(`SELECT CAST((SELECT count(*) FROM ${table}) * ${width} AS BIGINT)`))));
  }

  async execute(sql: string): Promise<bigint> {
    return BigInt(await this.run(sql));
  }

  async transaction(statements: readonly string[]): Promise<void> {
    await this.with(async (connection) => {
      await connection.run('BEGIN TRANSACTION');
      try {
        for (const statement of statements) await connection.run(statement);
        await connection.run('COMMIT');
      } catch (error) {
        await connection.run('ROLLBACK');
        throw error;
      }
    });
  }

  async keepRowIds(table: string): Promise<() => Promise<void>> {
    const connection = await this.#engine.connect();
    try {
      await connection.run('BEGIN TRANSACTION');
      // rows are moved by full checkpoints (of tables in memory too), and those wait for transactions that have begun to read
      await connection.query(`SELECT 1 FROM ${table} LIMIT 1`);
    } catch (error) {
      await connection.close();
      throw error;
    }
    return async () => {
      try {
        await connection.run('COMMIT');
      } finally {
        await connection.close();
      }
    };
  }

  allowFilesIn(directory: string): void {
    const folder = path.resolve(directory);
    if (!this.#readers.map((engine) => engine.allowDirectory(folder)).every(Boolean)) {
      throw new TrinoError('CONFIGURATION_INVALID', undefined, `${folder}: a folder outside of node.data-dir must be known when the server starts`);
    }
    mkdirSync(folder, { recursive: true });
  }

  async openFile(directory: string): Promise<EngineFile> {
    const folder = path.resolve(directory);
    this.allowFilesIn(folder);
    return DuckDbEngineFile.open(this.#engine, path.join(folder, FILE));
  }

  protected run(sql: string): Promise<number> {
    return this.with((connection) => connection.run(sql));
  }

  protected async with<T>(use: (connection: EngineConnection) => Promise<T>): Promise<T> {
    const connection = await this.#engine.connect();
    try {
      return await use(connection);
    } finally {
      await connection.close();
    }
  }
}

function firstBigint(chunks: readonly duckdb.DataChunk[]): bigint {
  const [chunk] = chunks;
  if (chunk === undefined) throw new Error('the engine gave no row');
  return bigInt64s(duckdb.data_chunk_get_vector(chunk, 0), 1)[0] ?? 0n;
}

/** The tables of one file. Beside them it has one row with a text. */
class DuckDbEngineFile extends DuckDbEngineTables implements EngineFile {
  static #files = 0;
  readonly #database: string;
  text: string | undefined;

  private constructor(engine: Engine, database: string) {
    super(engine, [engine], database);
    this.#database = database;
  }

  static async open(engine: Engine, file: string): Promise<EngineFile> {
    const database = `file_${++DuckDbEngineFile.#files}`;
    const opened = new DuckDbEngineFile(engine, database);
    await opened.run(`ATTACH '${file.replaceAll("'", "''")}' AS "${database}"`);
    try {
      await opened.run(`CREATE TABLE IF NOT EXISTS ${opened.#textTable} (text VARCHAR)`);
      const [text] = await opened.#strings(`SELECT text FROM ${opened.#textTable}`);
      if (text === undefined) await opened.run(`INSERT INTO ${opened.#textTable} VALUES ('')`);
      opened.text = text === '' ? undefined : text;
    } catch (error) {
      await opened.closeFile();
      throw error;
    }
    return opened;
  }

  get prefix(): string {
    return `"${this.#database}".`;
  }

  get #textTable(): string {
    return `${this.prefix}"text"`;
  }

  setText(text: string): string {
    return `UPDATE ${this.#textTable} SET text = '${text.replaceAll("'", "''")}'`;
  }

  async keepOnly(tables: ReadonlySet<string>): Promise<void> {
    const names = await this.#strings(`SELECT table_name FROM duckdb_tables() WHERE database_name = '${this.#database}' AND table_name <> 'text'`);
    for (const name of names) {
      const table = `${this.prefix}"${name}"`;
      if (!tables.has(table)) await this.drop(table);
    }
  }

  async closeFile(): Promise<void> {
    await this.run(`DETACH "${this.#database}"`);
  }

  #strings(sql: string): Promise<string[]> {
    return this.with(async (connection) =>
      (await connection.query(sql)).flatMap((chunk) => {
        const rowCount = duckdb.data_chunk_get_size(chunk);
        const read = valueReader(duckdb.data_chunk_get_vector(chunk, 0), VARCHAR, rowCount);
        return Array.from({ length: rowCount }, (_, row) => String(read(row)));
      }),
    );
  }
}

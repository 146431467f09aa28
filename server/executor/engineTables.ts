import duckdb from '@duckdb/node-bindings';
import type { EngineTables } from '../../spi/connector.ts';
import type { Type } from '../../spi/type.ts';
import type { Engine } from './engine.ts';
import type { EngineConnection } from './engineConnection.ts';
import { physicalType } from './physicalType.ts';
import { bigInt64s } from './rawVector.ts';

/** Tables in the engine's own memory, for connectors that keep their data there. */
export class DuckDbEngineTables implements EngineTables {
  readonly #engine: Engine;
  #last = 0;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async create(columns: readonly { readonly name: string; readonly type: Type }[]): Promise<{ readonly table: string; readonly columns: readonly string[] }> {
    const table = `"table_${++this.#last}"`;
    const names = columns.map((_, i) => `"c${i}"`);
    const definitions = columns.map((column, i) => `${names[i]} ${physicalType(column.type)}`);
    await this.#run(`CREATE TABLE ${table} (${definitions.length === 0 ? '"_none" BOOLEAN' : definitions.join(', ')})`);
    return { table, columns: names };
  }

  async drop(table: string): Promise<void> {
    await this.#run(`DROP TABLE IF EXISTS ${table}`);
  }

  async rowCount(table: string): Promise<bigint> {
    return this.#with(async (connection) => firstBigint(await connection.query(`SELECT count(*) FROM ${table}`)));
  }

  async sizeBytes(table: string): Promise<number> {
    const name = table.replaceAll('"', '');
    // the segments of a table in memory carry no sizes: rows by what a row of the column types takes
    const width = `(SELECT sum(CASE WHEN data_type IN ('BOOLEAN', 'TINYINT') THEN 1 WHEN data_type IN ('INTEGER', 'DATE', 'FLOAT') THEN 4 WHEN data_type = 'VARCHAR' THEN 32 ELSE 8 END) FROM duckdb_columns() WHERE table_name = '${name}')`;
    return this.#with(async (connection) => Number(firstBigint(await connection.query(`SELECT CAST((SELECT count(*) FROM ${table}) * ${width} AS BIGINT)`))));
  }

  async execute(sql: string): Promise<bigint> {
    return BigInt(await this.#run(sql));
  }

  async transaction(statements: readonly string[]): Promise<void> {
    await this.#with(async (connection) => {
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

  #run(sql: string): Promise<number> {
    return this.#with((connection) => connection.run(sql));
  }

  async #with<T>(use: (connection: EngineConnection) => Promise<T>): Promise<T> {
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

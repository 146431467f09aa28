import { DuckDBInstance } from '@duckdb/node-api';
import type { EngineTables } from '../../spi/connector.ts';
import type { Type } from '../../spi/type.ts';

/** The engine as connectors know it, for the few types that the suite writes. */
export interface TestEngine {
  readonly tables: EngineTables;
  query(sql: string): Promise<readonly (readonly unknown[])[]>;
  tableCount(): Promise<number>;
  close(): void;
}

export async function testEngine(): Promise<TestEngine> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  let created = 0;
  const query = async (sql: string) => (await connection.runAndReadAll(sql)).getRows();
  const count = async (sql: string) => BigInt(String((await query(sql))[0]?.[0] ?? 0));
  const tables: EngineTables = {
    create: async (columns) => {
      const table = `"t${created++}"`;
      const names = columns.map(({ name }) => `"${name}"`);
      await query(`CREATE TABLE ${table} (${columns.map(({ type }, i) => `${names[i]} ${engineType(type)}`).join(', ')})`);
      return { table, columns: names };
    },
    drop: async (table) => void (await query(`DROP TABLE ${table}`)),
    rowCount: (table) => count(`SELECT count(*) FROM ${table}`),
    sizeBytes: async (table) => 64 * Number(await count(`SELECT count(*) FROM ${table}`)),
    execute: (sql) => count(sql),
    keepRowIds: () => Promise.resolve(() => Promise.resolve()),
    allowFilesIn: () => undefined,
    openFile: () => Promise.reject(new Error('the suite keeps nothing in files')),
    transaction: async (statements) => {
      await query('BEGIN');
      try {
        for (const sql of statements) await query(sql);
        await query('COMMIT');
      } catch (error) {
        await query('ROLLBACK');
        throw error;
      }
    },
  };
  return {
    tables,
    query,
    tableCount: async () => Number(await count('SELECT count(*) FROM duckdb_tables()')),
    close: () => {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

function engineType(type: Type): string {
  switch (type.kind) {
    case 'tinyint':
      return 'TINYINT';
    case 'bigint':
      return 'BIGINT';
    case 'double':
      return 'DOUBLE';
    case 'varchar':
      return 'VARCHAR';
    default:
      throw new Error(`the suite writes no ${type.kind}`);
  }
}

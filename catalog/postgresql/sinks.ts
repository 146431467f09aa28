import type pg from 'pg';
import type { ColumnHandle, PageSink, TableDefinition } from '../../spi/connector.ts';
import type { Page } from '../../spi/page.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import { interruptible } from './connectionLease.ts';
import type { ConnectionPool } from './connectionPool.ts';
import { CopyIn } from './copyIn.ts';
import { createTableSql } from './ddl.ts';
import { ownColumn, type PostgresColumnHandle, type PostgresTableHandle, type RemoteTable } from './handles.ts';
import type { ConnectParameters } from './jdbcUrl.ts';
import { jdbcError, remoteError } from './remoteError.ts';
import type { WrittenColumn } from './rowEncoder.ts';
import type { PostgresProperties } from './sessionProperties.ts';
import { qualifiedName, quoteIdentifier } from './sql.ts';

export interface SinkSource {
  readonly pool: ConnectionPool;
  readonly parameters: ConnectParameters;
  readonly signal: AbortSignal | undefined;
}

const STAGE = 'lepton_stage';
const STAGE_NAME = `pg_temp.${quoteIdentifier(STAGE)}`;

/** A load within one transaction: nothing is seen before it ends, nothing stays when it fails. */
export class CopySink implements PageSink {
  readonly kind = 'pages';
  readonly #pool: ConnectionPool;
  readonly #signal: AbortSignal | undefined;
  readonly #client: pg.Client;
  readonly #copy: CopyIn;
  readonly #complete: (client: pg.Client, rows: bigint) => Promise<bigint>;
  #state: 'open' | 'closed' = 'open';

  private constructor({ pool, signal }: SinkSource, client: pg.Client, copy: CopyIn, complete: (client: pg.Client, rows: bigint) => Promise<bigint>) {
    this.#pool = pool;
    this.#signal = signal;
    this.#client = client;
    this.#copy = copy;
    this.#complete = complete;
  }

  static async open(source: SinkSource, load: Load): Promise<CopySink> {
    const client = await source.pool.acquire(source.parameters);
    try {
      const copy = await interruptible(client, source.signal, async () => {
        await client.query(load.begin ?? 'BEGIN');
        for (const sql of load.prepare) await client.query(sql);
        return CopyIn.start(client, load.copy, load.columns);
      });
      return new CopySink(source, client, copy, load.complete);
    } catch (error) {
      source.pool.release(client, false);
      throw remoteError(error);
    }
  }

  async append(page: Page): Promise<void> {
    try {
      await interruptible(this.#client, this.#signal, () => this.#copy.append(page));
    } catch (error) {
      await this.abort();
      throw remoteError(error);
    }
  }

  async finish(): Promise<bigint> {
    let done = false;
    try {
      const rows = await interruptible(this.#client, this.#signal, async () => {
        const changed = await this.#complete(this.#client, await this.#copy.finish());
        await this.#client.query('COMMIT');
        return changed;
      });
      done = true;
      return rows;
    } catch (error) {
      throw remoteError(error);
    } finally {
      this.#state = 'closed';
      // a connection that is closed within a transaction takes everything back
      this.#pool.release(this.#client, done);
    }
  }

  async abort(): Promise<void> {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    await this.#copy.abort();
    this.#pool.release(this.#client, false);
  }
}

export interface Load {
  /** The statements that open the transaction; default BEGIN. */
  readonly begin?: string;
  readonly prepare: readonly string[];
  readonly copy: string;
  readonly columns: readonly WrittenColumn[];
  /** What follows the last row, before COMMIT; the number of rows written. */
  complete(client: pg.Client, rows: bigint): Promise<bigint>;
}

const asWritten = async (_client: pg.Client, rows: bigint): Promise<bigint> => rows;

export function copyStatement(target: string, columns: readonly string[]): string {
  return `COPY ${target} (${columns.map(quoteIdentifier).join(', ')}) FROM STDIN (FORMAT binary)`;
}

/** The name in pg_type of the column that CREATE TABLE makes for a type. */
const CREATED_TYPES: Readonly<Record<string, string>> = {
  boolean: 'bool',
  tinyint: 'int2',
  smallint: 'int2',
  integer: 'int4',
  bigint: 'int8',
  real: 'float4',
  double: 'float8',
  decimal: 'numeric',
  varchar: 'varchar',
  char: 'bpchar',
  varbinary: 'bytea',
  json: 'jsonb',
  time: 'time',
  timestamp: 'timestamp',
  'timestamp with time zone': 'timestamptz',
};

function createdType(type: TableDefinition['columns'][number]['type']): string {
  let element = type;
  while (element.kind === 'array') element = element.element;
  const name = CREATED_TYPES[element.kind] ?? element.kind;
  return type.kind === 'array' ? `_${name}` : name;
}

export function createTableSink(source: SinkSource, table: TableDefinition, properties: PostgresProperties): Promise<CopySink> {
  const columns = table.columns.map(({ type }) => ({ type, remoteType: createdType(type) }));
  return CopySink.open(source, {
    prepare: createTableSql(table, properties),
    copy: copyStatement(
      qualifiedName(table.name.schema, table.name.table),
      table.columns.map(({ name }) => name),
    ),
    columns,
    complete: asWritten,
  });
}

export function requireWritable(handle: PostgresTableHandle): RemoteTable {
  if (handle.table === undefined) throw new TrinoError('NOT_SUPPORTED', undefined, 'This connector does not support modifying the result of a query');
  return handle.table;
}

function writtenColumns(handles: readonly ColumnHandle[]): readonly PostgresColumnHandle[] {
  const columns = handles.map(ownColumn);
  for (const { mapping, remoteType } of columns) {
    if (mapping.readOnly !== undefined) throw new TrinoError('NOT_SUPPORTED', undefined, mapping.readOnly);
    if (mapping.read.kind === 'arrayJson') throw new TrinoError('NOT_SUPPORTED', undefined, `Writing to an array as json is not supported: ${remoteType}`);
  }
  return columns;
}

export const asWrittenColumn = ({ mapping, remoteType }: PostgresColumnHandle): WrittenColumn => ({ type: mapping.type, remoteType });

export function insertSink(source: SinkSource, handle: PostgresTableHandle, columnHandles: readonly ColumnHandle[]): Promise<CopySink> {
  const table = requireWritable(handle);
  const columns = writtenColumns(columnHandles);
  const names = columns.map(({ remoteName }) => remoteName);
  if (columns.some(({ remoteType }) => remoteType === 'bit')) {
    const name = columns.find(({ remoteType }) => remoteType === 'bit')?.remoteName;
    throw jdbcError(
      `Failed to insert data: ERROR: column "${name}" is of type bit but expression is of type boolean\n  Hint: You will need to rewrite or cast the expression.`,
    );
  }
  const target = qualifiedName(table.schema, table.name);
  const written = columns.map(asWrittenColumn);
  // COPY takes no views, goes past rules, and overrides identities
  const direct = table.relationKind !== 'v' && table.relationKind !== 'm' && !table.hasRules && columns.every(({ generated }) => generated === '');
  if (direct) return CopySink.open(source, { prepare: [], copy: copyStatement(target, names), columns: written, complete: asWritten });
  const list = names.map(quoteIdentifier).join(', ');
  return CopySink.open(source, {
    prepare: [`CREATE TEMP TABLE ${quoteIdentifier(STAGE)} ON COMMIT DROP AS SELECT ${list} FROM ${target} WITH NO DATA`],
    copy: copyStatement(STAGE_NAME, names),
    columns: written,
    complete: async (client, rows) => {
      await client.query(`INSERT INTO ${target} (${list}) SELECT ${list} FROM ${STAGE_NAME}`);
      return rows;
    },
  });
}

import type { Connector, ConnectorTransaction, FeedSource, Scan, SchemaTableName, Sink, TableHandle, TableMetadata } from '../../spi/connector.ts';
import type { Block, Page } from '../../spi/page.ts';
import type { Value } from '../../spi/value.ts';
import { SESSION } from './connectorContext.ts';
import type { TestEngine } from './testEngine.ts';

export type Row = readonly Value[];

export const neverAborted = (): AbortSignal => new AbortController().signal;

/** Runs one query's work as the engine does: committed at the end, rolled back on an error. */
export async function inTransaction<T>(connector: Connector, work: (transaction: ConnectorTransaction) => Promise<T>): Promise<T> {
  const transaction = connector.begin({ readOnly: false, isolation: 'READ UNCOMMITTED', autoCommit: true });
  try {
    const result = await work(transaction);
    await transaction.commit();
    return result;
  } catch (error) {
    await transaction.rollback();
    throw error;
  }
}

export async function requireTable(transaction: ConnectorTransaction, name: SchemaTableName): Promise<TableMetadata> {
  const table = await transaction.getTable(SESSION, name);
  if (table === undefined) throw new Error(`${name.schema}.${name.table} is not there`);
  return table;
}

export async function readTable(transaction: ConnectorTransaction, table: TableMetadata, engine?: TestEngine, handle: TableHandle = table.handle) {
  const columns = table.columns.filter((column) => column.hidden !== true);
  const scan = await transaction.scan(
    SESSION,
    handle,
    columns.map((column) => column.handle),
    neverAborted(),
  );
  return readScan(scan, engine);
}

export async function readScan(scan: Scan, engine?: TestEngine): Promise<Row[]> {
  switch (scan.kind) {
    case 'pages': {
      const rows: Row[] = [];
      for await (const page of scan.pages) rows.push(...rowsOf(page));
      return rows;
    }
    case 'rawMessages': {
      const source: { default: FeedSource } = await import(scan.module);
      const rows: Row[] = [];
      await source.default(structuredClone(scan.argument), { push: async (page) => void rows.push(...rowsOf(page)), signal: neverAborted() });
      return rows;
    }
    case 'engineTable': {
      if (engine === undefined) throw new Error('a scan of the engine needs the engine');
      const rows = await engine.query(`SELECT ${scan.columns.join(', ')} FROM ${scan.table}`);
      return rows.map((row) => row.map(asValue));
    }
    case 'concatenated':
    case 'parquetFiles':
      throw new Error('the suite does not read Parquet files');
  }
}

/** Writes rows of the sink's columns and leaves the sink open. */
export async function fillSink(sink: Sink, rows: readonly Row[], engine?: TestEngine): Promise<void> {
  if (sink.kind === 'pages') {
    const width = rows[0]?.length ?? 0;
    const columns = Array.from({ length: width }, (_, i): Block => ({ kind: 'values', values: rows.map((row) => row[i] ?? null) }));
    await sink.append({ rowCount: rows.length, columns });
    return;
  }
  if (engine === undefined) throw new Error('a sink of the engine needs the engine');
  for (const row of rows) await engine.query(`INSERT INTO ${sink.table} (${sink.columns.join(', ')}) VALUES (${row.map(literal).join(', ')})`);
}

function literal(value: Value): string {
  return typeof value === 'string' ? `'${value.replaceAll("'", "''")}'` : String(value);
}

function asValue(value: unknown): Value {
  if (value === null || typeof value === 'boolean' || typeof value === 'number' || typeof value === 'bigint' || typeof value === 'string') return value;
  throw new Error(`unexpected value ${String(value)}`);
}

function rowsOf(page: Page): Row[] {
  return Array.from({ length: page.rowCount }, (_, row) => page.columns.map((block) => valueAt(block, row)));
}

function valueAt(block: Block, row: number): Value {
  if (block.kind === 'values') return block.values[row] ?? null;
  const present = block.nulls === undefined || ((block.nulls[row >> 3] ?? 0) & (1 << (row & 7))) !== 0;
  if (!present) return null;
  if (block.kind === 'fixed') return block.data[row] ?? null;
  const length = block.slots[row * 4] ?? 0;
  const inline = new Uint8Array(block.slots.buffer, block.slots.byteOffset + row * 16 + 4, 12);
  const start = block.slots[row * 4 + 2] ?? 0;
  return Buffer.from(length <= 12 ? inline.subarray(0, length) : block.heap.subarray(start, start + length)).toString();
}

export const sorted = (rows: readonly Row[]): string[] => rows.map((row) => row.map(String).join('|')).sort();

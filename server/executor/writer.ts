import duckdb from '@duckdb/node-bindings';
import type { EngineTableSink, PageSink, Sink } from '../../spi/connector.ts';
import { TrinoError, unreachable } from '../../spi/trinoError.ts';
import type { MergeWriterNode, PlanNode, Symbol, TableDeleteNode, TableUpdateNode, TableWriterNode } from '../plan/plan.ts';
import type { ChunkStream, EngineConnection } from './engineConnection.ts';
import { readBlock } from './vectorReader.ts';

export type WriterNode = TableWriterNode | MergeWriterNode | TableDeleteNode | TableUpdateNode;

/** The node that writes, when the statement is one that does. */
export function writerOf(node: PlanNode): WriterNode | undefined {
  if (node.kind === 'output' || node.kind === 'project') return writerOf(node.source);
  const { kind } = node;
  return kind === 'tableWriter' || kind === 'mergeWriter' || kind === 'tableDelete' || kind === 'tableUpdate' ? node : undefined;
}

export interface WriterContext {
  /** For rows that are streamed, or that the engine itself takes. */
  connect(streamed: boolean): Promise<EngineConnection>;
  readonly signal: AbortSignal;
  /** The rows to write, in SQL. */
  select(node: PlanNode, symbols: readonly Symbol[]): string;
  onRows(rowCount: number): void;
}

/** Runs the statement to its end: either every row is written or none. The number of rows. */
export async function write(node: WriterNode, context: WriterContext): Promise<bigint | undefined> {
  if (node.kind === 'tableDelete') {
    const { table } = node;
    const { executeDelete } = table.transaction;
    if (executeDelete === undefined) throw unsupported('modifying table rows');
    return executeDelete.call(table.transaction, table.session, table.handle);
  }
  if (node.kind === 'tableUpdate') {
    const { table } = node;
    const { executeUpdate } = table.transaction;
    if (executeUpdate === undefined) throw unsupported('modifying table rows');
    return executeUpdate.call(table.transaction, table.session, table.handle);
  }
  const sink = await openSink(node);
  let finished = false;
  try {
    context.signal.throwIfAborted();
    const count = await fill(sink, node, context);
    const own = await sink.finish();
    finished = true;
    return count ?? own;
  } finally {
    if (!finished) await sink.abort();
  }
}

function unsupported(what: string): TrinoError {
  return new TrinoError('NOT_SUPPORTED', undefined, `This connector does not support ${what}`);
}

async function openSink(node: TableWriterNode | MergeWriterNode): Promise<Sink> {
  if (node.kind === 'mergeWriter') {
    const { transaction, handle, session } = node.table;
    if (transaction.beginMerge === undefined) throw unsupported('modifying table rows');
    return transaction.beginMerge(session, handle);
  }
  const { target } = node;
  switch (target.kind) {
    case 'create': {
      if (target.transaction.beginCreateTable === undefined) throw unsupported('creating tables with data');
      return target.transaction.beginCreateTable(target.session, target.definition, target.mode);
    }
    case 'insert': {
      const { transaction, handle, session } = target.table;
      if (transaction.beginInsert === undefined) throw unsupported('inserts');
      return transaction.beginInsert(session, handle, target.columns);
    }
    default:
      return unreachable(target);
  }
}

/** How many rows the engine itself has counted; undefined: the sink counts (of a merge too, whose rows need not change anything). */
async function fill(sink: Sink, node: TableWriterNode | MergeWriterNode, context: WriterContext): Promise<bigint | undefined> {
  switch (sink.kind) {
    case 'engineTable': {
      const count = await fillEngineTable(sink, node, context);
      return node.kind === 'mergeWriter' ? undefined : count;
    }
    case 'pages':
      await fillPages(sink, node, context);
      return undefined;
    default:
      return unreachable(sink);
  }
}

async function fillEngineTable(sink: EngineTableSink, node: TableWriterNode | MergeWriterNode, context: WriterContext): Promise<bigint> {
  const columns = sink.columns.length === 0 ? '' : ` (${sink.columns.join(', ')})`;
  const connection = await context.connect(false);
  const changed = await connection.insert(`INSERT INTO ${sink.table}${columns} ${context.select(node.source, node.inputs)}`);
  context.onRows(changed);
  return BigInt(changed);
}

async function fillPages(sink: PageSink, node: TableWriterNode | MergeWriterNode, context: WriterContext): Promise<void> {
  const connection = await context.connect(true);
  const stream: ChunkStream = await connection.stream(context.select(node.source, node.inputs));
  for (let chunk = await stream.next(); chunk !== undefined; chunk = await stream.next()) {
    context.signal.throwIfAborted();
    const source = chunk;
    const rowCount = duckdb.data_chunk_get_size(source);
    const columns = node.inputs.map((symbol, i) => readBlock(duckdb.data_chunk_get_vector(source, i), symbol.type, rowCount));
    await sink.append({ rowCount, columns });
    context.onRows(rowCount);
  }
}

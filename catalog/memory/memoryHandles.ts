import type { ColumnHandle, ColumnMetadata, TableHandle } from '../../spi/connector.ts';
import { BIGINT } from '../../spi/type.ts';
import type { MemoryColumn, MemoryTable } from './memoryState.ts';

/** A table as the query saw it first. */
export interface MemoryTableHandle extends TableHandle {
  readonly kind: 'memory';
  readonly id: number;
  readonly columns: readonly MemoryColumn[];
  readonly engineTable: string;
  readonly engineColumns: ReadonlyMap<number, string>;
  readonly rowsVersion: number;
  readonly dataVersion: string;
}

export interface MemoryColumnHandle extends ColumnHandle {
  /** undefined: the row id. */
  readonly columnId: number | undefined;
  readonly ordinal: number;
}

const rowIdHandle: MemoryColumnHandle = { name: '$row_id', columnId: undefined, ordinal: -1 };
export const ROW_ID: ColumnMetadata = { name: '$row_id', type: BIGINT, handle: rowIdHandle, nullable: false, hidden: true };
/** The engine's own name of it. */
export const ENGINE_ROW_ID = 'rowid';

export function tableHandle(table: MemoryTable): MemoryTableHandle {
  const { id, columns, generation, rowsVersion, dataVersion } = table;
  return { kind: 'memory', id, columns, rowsVersion, dataVersion, ...generation };
}

export function columnMetadata(column: MemoryColumn, ordinal: number): ColumnMetadata {
  const handle: MemoryColumnHandle = { name: column.name, columnId: column.id, ordinal };
  const { name, type, nullable, comment } = column;
  return { name, type, handle, nullable, ...(comment === undefined ? {} : { comment }) };
}

export function ownTable(table: TableHandle): MemoryTableHandle {
  if (!isMemoryTable(table)) throw new Error(`not a memory table: ${table.kind}`);
  return table;
}

export function ownColumn(column: ColumnHandle): MemoryColumnHandle {
  if (!isMemoryColumn(column)) throw new Error(`not a memory column: ${column.name}`);
  return column;
}

const isMemoryTable = (table: TableHandle): table is MemoryTableHandle => table.kind === 'memory';
const isMemoryColumn = (column: ColumnHandle): column is MemoryColumnHandle => 'columnId' in column;

import type { ColumnDefinition, ColumnHandle, SchemaTableName, TableHandle } from '../../spi/connector.ts';
import { TrinoError } from '../../spi/trinoError.ts';
import type { Type } from '../../spi/type.ts';
import type { Value } from '../../spi/value.ts';

export interface BlackholeColumn {
  readonly name: string;
  readonly type: Type;
}

/** What a scan makes up: splits × pages × rows, all alike. */
export interface BlackholeTable {
  readonly columns: readonly BlackholeColumn[];
  readonly splitCount: number;
  readonly pagesPerSplit: number;
  readonly rowsPerPage: number;
  readonly fieldLength: number;
  readonly pageDelayMs: number;
}

export interface BlackholeTableHandle extends TableHandle {
  readonly kind: 'blackhole';
  readonly name: SchemaTableName;
  readonly table: BlackholeTable;
}

export interface BlackholeColumnHandle extends ColumnHandle {
  readonly type: Type;
}

/** Comments vanish too. */
export const blackholeColumn = ({ name, type }: ColumnDefinition): BlackholeColumn => ({ name, type });

export function blackholeTable(
  columns: readonly ColumnDefinition[],
  properties: ReadonlyMap<string, Value>,
  parseDurationMs: (text: string) => number,
): BlackholeTable {
  const count = (name: string, fallback: number): number => {
    const value = properties.get(name) ?? fallback;
    if (typeof value !== 'number') throw new Error(`table property ${name} is not an integer`);
    return value;
  };
  const notNegative = (name: string): number => {
    const value = count(name, 0);
    if (value < 0) throw new TrinoError('INVALID_TABLE_PROPERTY', undefined, `${name} property is negative`);
    return value;
  };
  const splitCount = notNegative('split_count');
  const pagesPerSplit = notNegative('pages_per_split');
  const rowsPerPage = notNegative('rows_per_page');
  const sizes = [splitCount, pagesPerSplit, rowsPerPage];
  if (sizes.some((n) => n > 0) && sizes.some((n) => n === 0)) {
    throw new TrinoError('INVALID_TABLE_PROPERTY', undefined, 'All properties [split_count, pages_per_split, rows_per_page] must be set if any are set');
  }
  const delay = properties.get('page_processing_delay');
  const pageDelayMs = typeof delay === 'string' ? parseDurationMs(delay) : 0;
  return { columns: columns.map(blackholeColumn), splitCount, pagesPerSplit, rowsPerPage, fieldLength: count('field_length', 16), pageDelayMs };
}

export const rowCount = ({ splitCount, pagesPerSplit, rowsPerPage }: BlackholeTable): number => splitCount * pagesPerSplit * rowsPerPage;

export function ownTable(table: TableHandle): BlackholeTableHandle {
  if (!isBlackholeTable(table)) throw new Error(`not a blackhole table: ${table.kind}`);
  return table;
}

export function ownColumn(column: ColumnHandle): BlackholeColumnHandle {
  if (!isBlackholeColumn(column)) throw new Error(`not a blackhole column: ${column.name}`);
  return column;
}

const isBlackholeTable = (table: TableHandle): table is BlackholeTableHandle => table.kind === 'blackhole';
const isBlackholeColumn = (column: ColumnHandle): column is BlackholeColumnHandle => 'type' in column;

import type { Page } from '../../../spi/page.ts';
import { customerPages } from './customer.ts';
import { lineitemPages } from './lineitem.ts';
import { nationPages, regionPages } from './nationRegion.ts';
import { ordersPages } from './orders.ts';
import { PageColumns } from './pageColumns.ts';
import { partPages } from './part.ts';
import { partsuppPages } from './partsupp.ts';
import { customerCount, orderCount, partCount, supplierCount } from './scale.ts';
import { supplierPages } from './supplier.ts';
import type { TableRows } from './tableRows.ts';
import { textPool } from './textPool.ts';
import { NATIONS, REGIONS } from './words.ts';

export type TpchTableName = 'customer' | 'lineitem' | 'nation' | 'orders' | 'part' | 'partsupp' | 'region' | 'supplier';

/** Plain data: it crosses to the feed worker. Columns by their simplified names, in the order of the answer. */
export interface TableRequest {
  readonly table: TpchTableName;
  readonly scaleFactor: number;
  readonly columns: readonly string[];
  readonly doubleAsDecimal: boolean;
  readonly accepted: readonly { readonly column: string; readonly values: readonly string[] }[];
  /** Memory of the text pool, when another thread has one already. */
  readonly textMemory?: SharedArrayBuffer;
  /** Rows of the driving entity, from 0; default: all. */
  readonly range?: { readonly start: number; readonly end: number };
}

const TABLES: Readonly<Record<TpchTableName, { readonly rows: TableRows; readonly count: (scaleFactor: number) => number }>> = {
  customer: { rows: customerPages, count: customerCount },
  lineitem: { rows: lineitemPages, count: orderCount },
  nation: { rows: nationPages, count: () => NATIONS.length },
  orders: { rows: ordersPages, count: orderCount },
  part: { rows: partPages, count: partCount },
  partsupp: { rows: partsuppPages, count: partCount },
  region: { rows: regionPages, count: () => REGIONS.length },
  supplier: { rows: supplierPages, count: supplierCount },
};

export function generateTable(request: TableRequest): Generator<Page> {
  if (request.textMemory !== undefined) textPool(request.textMemory);
  const { rows, count } = TABLES[request.table];
  const { start, end } = request.range ?? { start: 0, end: count(request.scaleFactor) };
  const accepted = new Map(request.accepted.map(({ column, values }) => [column, new Set(values)]));
  return rows({ scaleFactor: request.scaleFactor, start, end }, new PageColumns(request.columns, request.doubleAsDecimal), accepted);
}

import type { Page } from '../../../spi/page.ts';
import type { PageColumns } from './pageColumns.ts';

/** What part of a table to generate: rows of the driving entity (orders for lineitem, parts for partsupp), counted from 0. */
export interface RowRange {
  readonly scaleFactor: number;
  readonly start: number;
  readonly end: number;
}

/** A filter of the pushed-down columns: the accepted values; undefined = all. */
export type AcceptedValues = ReadonlyMap<string, ReadonlySet<string>>;

export type TableRows = (range: RowRange, columns: PageColumns, accepted: AcceptedValues) => Generator<Page>;

export function streamsOf<T extends { skipRows(rows: number): void }>(start: number, streams: readonly (T | undefined)[]): void {
  for (const stream of streams) stream?.skipRows(start);
}

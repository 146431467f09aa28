import type { Page } from '../../../spi/page.ts';
import { PAGE_ROWS, type PageColumns } from './pageColumns.ts';
import { RandomStream } from './randomStream.ts';
import { SUPPLIERS_PER_PART, supplierCount, supplierOfPart } from './scale.ts';
import { CommentStream, textBytesMax } from './streams.ts';
import { type RowRange, streamsOf } from './tableRows.ts';

const COMMENT_LENGTH = 124;

/** Four suppliers for each part of the range. */
export function* partsuppPages(range: RowRange, columns: PageColumns): Generator<Page> {
  const rowNumber = columns.bigint('row_number');
  const partkey = columns.bigint('partkey');
  const suppkey = columns.bigint('suppkey');
  const availqty = columns.integer('availqty');
  const supplycost = columns.money('supplycost');
  const comment = columns.text('comment', textBytesMax(COMMENT_LENGTH));

  const quantities = availqty && new RandomStream(1671059989, SUPPLIERS_PER_PART);
  const costs = supplycost && new RandomStream(1051288424, SUPPLIERS_PER_PART);
  const comments = comment && new CommentStream(1961692154, COMMENT_LENGTH, SUPPLIERS_PER_PART);
  streamsOf(range.start, [quantities, costs, comments]);
  const suppliers = supplierCount(range.scaleFactor);

  let row = 0;
  for (let index = range.start; index < range.end; index++) {
    for (let nth = 0; nth < SUPPLIERS_PER_PART; nth++, row++) {
      rowNumber?.set(row, index + 1);
      partkey?.set(row, index + 1);
      suppkey?.set(row, supplierOfPart(index + 1, nth, suppliers));
      if (quantities) availqty?.set(row, quantities.next(1, 9999));
      if (costs) supplycost?.set(row, costs.next(100, 100_000));
      if (comment) comments?.write(comment, row);
    }
    quantities?.finishRow();
    costs?.finishRow();
    comments?.finishRow();
    if (row === PAGE_ROWS) {
      yield columns.take(row);
      row = 0;
    }
  }
  if (row > 0) yield columns.take(row);
}

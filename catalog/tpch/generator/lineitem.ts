import type { Page } from '../../../spi/page.ts';
import { PAGE_ROWS, type PageColumns } from './pageColumns.ts';
import { randomKeyStream } from './randomKeyStream.ts';
import { RandomStream } from './randomStream.ts';
import { LINES_PER_ORDER_MAX, ORDER_DATE_MIN, ORDER_DAYS, orderKey, partCount, partPrice, supplierCount, supplierOfPart, TODAY } from './scale.ts';
import { CommentStream, textBytesMax } from './streams.ts';
import { type RowRange, streamsOf } from './tableRows.ts';
import { SHIP_INSTRUCTIONS, SHIP_MODES } from './words.ts';

const COMMENT_LENGTH = 27;
const RETURN_FLAGS = ['R', 'A', 'N'];
const NOT_RETURNED = 2;
const LINE_STATUS = ['F', 'O'];

const perLine = (wanted: unknown, seed: number): RandomStream | undefined => (wanted === undefined ? undefined : new RandomStream(seed, LINES_PER_ORDER_MAX));

export const orderDateStream = (): RandomStream => new RandomStream(1066728069);
export const lineCountStream = (): RandomStream => new RandomStream(1434868289);
export const quantityStream = (): RandomStream => new RandomStream(209208115, LINES_PER_ORDER_MAX);
export const discountStream = (): RandomStream => new RandomStream(554590007, LINES_PER_ORDER_MAX);
export const taxStream = (): RandomStream => new RandomStream(721958466, LINES_PER_ORDER_MAX);
export const linePartStream = (scaleFactor: number) => randomKeyStream(scaleFactor, 1808217256, LINES_PER_ORDER_MAX);
export const shipDaysStream = (): RandomStream => new RandomStream(1769349045, LINES_PER_ORDER_MAX);

function lineitemColumns(columns: PageColumns) {
  return {
    rowNumber: columns.bigint('row_number'),
    orderkey: columns.bigint('orderkey'),
    partkey: columns.bigint('partkey'),
    suppkey: columns.bigint('suppkey'),
    linenumber: columns.integer('linenumber'),
    quantity: columns.money('quantity'),
    extendedprice: columns.money('extendedprice'),
    discount: columns.money('discount'),
    tax: columns.money('tax'),
    returnflag: columns.dictionary('returnflag', RETURN_FLAGS),
    linestatus: columns.dictionary('linestatus', LINE_STATUS),
    shipdate: columns.integer('shipdate'),
    commitdate: columns.integer('commitdate'),
    receiptdate: columns.integer('receiptdate'),
    shipinstruct: columns.dictionary('shipinstruct', SHIP_INSTRUCTIONS),
    shipmode: columns.dictionary('shipmode', SHIP_MODES),
    comment: columns.text('comment', textBytesMax(COMMENT_LENGTH)),
  };
}

/** Only the streams that the wanted columns depend on. */
function lineitemStreams(c: ReturnType<typeof lineitemColumns>, scaleFactor: number) {
  const receipt = c.receiptdate ?? c.returnflag;
  const ship = c.shipdate ?? c.linestatus ?? receipt;
  const part = c.partkey ?? c.suppkey ?? c.extendedprice;
  return {
    orderDate: (ship ?? c.commitdate) === undefined ? undefined : orderDateStream(),
    lineCount: lineCountStream(),
    quantity: (c.quantity ?? c.extendedprice) === undefined ? undefined : quantityStream(),
    discount: c.discount === undefined ? undefined : discountStream(),
    tax: c.tax === undefined ? undefined : taxStream(),
    part: part === undefined ? undefined : linePartStream(scaleFactor),
    supplier: perLine(c.suppkey, 2095021727),
    shipDays: ship === undefined ? undefined : shipDaysStream(),
    commitDays: perLine(c.commitdate, 904914315),
    receiptDays: perLine(receipt, 373135028),
    returnFlag: perLine(c.returnflag, 717419739),
    instructions: perLine(c.shipinstruct, 1371272478),
    mode: perLine(c.shipmode, 675466456),
    comment: c.comment === undefined ? undefined : new CommentStream(1095462486, COMMENT_LENGTH, LINES_PER_ORDER_MAX),
  };
}

/** The lines of the orders in the range. */
export function* lineitemPages(range: RowRange, columns: PageColumns): Generator<Page> {
  const c = lineitemColumns(columns);
  const s = lineitemStreams(c, range.scaleFactor);
  const streams = Object.values(s);
  streamsOf(range.start, streams);
  const running = streams.filter((stream) => stream !== undefined);
  const parts = partCount(range.scaleFactor);
  const suppliers = supplierCount(range.scaleFactor);
  let row = 0;
  for (let index = range.start; index < range.end; index++) {
    const key = orderKey(index + 1);
    const orderDate = s.orderDate === undefined ? 0 : s.orderDate.next(ORDER_DATE_MIN, ORDER_DATE_MIN + ORDER_DAYS - 1);
    const lines = s.lineCount.next(1, LINES_PER_ORDER_MAX);
    if (row + lines > PAGE_ROWS) {
      yield columns.take(row);
      row = 0;
    }
    for (let line = 1; line <= lines; line++, row++) {
      c.rowNumber?.set(row, index + 1);
      c.orderkey?.set(row, key);
      c.linenumber?.set(row, line);
      const quantity = s.quantity === undefined ? 0 : s.quantity.next(1, 50);
      c.quantity?.set(row, quantity * 100);
      if (s.discount !== undefined) c.discount?.set(row, s.discount.next(0, 10));
      if (s.tax !== undefined) c.tax?.set(row, s.tax.next(0, 8));
      if (s.part !== undefined) {
        const part = s.part.next(1, parts);
        c.partkey?.set(row, part);
        if (s.supplier !== undefined) c.suppkey?.set(row, supplierOfPart(part, s.supplier.next(0, 3), suppliers));
        c.extendedprice?.set(row, partPrice(part) * quantity);
      }
      if (s.commitDays !== undefined) c.commitdate?.set(row, orderDate + s.commitDays.next(30, 90));
      if (s.shipDays !== undefined) {
        const shipDate = orderDate + s.shipDays.next(1, 121);
        c.shipdate?.set(row, shipDate);
        c.linestatus?.set(row, shipDate <= TODAY ? 0 : 1);
        if (s.receiptDays !== undefined) {
          const receiptDate = shipDate + s.receiptDays.next(1, 30);
          c.receiptdate?.set(row, receiptDate);
          if (s.returnFlag !== undefined) c.returnflag?.set(row, receiptDate <= TODAY ? s.returnFlag.next(0, 1) : NOT_RETURNED);
        }
      }
      if (s.instructions !== undefined) c.shipinstruct?.set(row, s.instructions.next(0, 3));
      if (s.mode !== undefined) c.shipmode?.set(row, s.mode.next(0, 6));
      if (c.comment !== undefined) s.comment?.write(c.comment, row);
    }
    for (const stream of running) stream.finishRow();
  }
  if (row > 0) yield columns.take(row);
}

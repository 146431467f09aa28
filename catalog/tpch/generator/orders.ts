import type { Page } from '../../../spi/page.ts';
import { discountStream, lineCountStream, linePartStream, orderDateStream, quantityStream, shipDaysStream, taxStream } from './lineitem.ts';
import { PAGE_ROWS, type PageColumns } from './pageColumns.ts';
import { randomKeyStream } from './randomKeyStream.ts';
import { RandomStream } from './randomStream.ts';
import { clerkCount, customerCount, LINES_PER_ORDER_MAX, ORDER_DATE_MIN, ORDER_DAYS, orderKey, partCount, partPrice, TODAY } from './scale.ts';
import { CommentStream, NumberedName, textBytesMax } from './streams.ts';
import { type AcceptedValues, type RowRange, streamsOf } from './tableRows.ts';
import { ORDER_PRIORITIES } from './words.ts';

const COMMENT_LENGTH = 49;
const CUSTOMERS_WITHOUT_ORDERS = 3;
export const ORDER_STATUSES = ['F', 'O', 'P'];
const FINISHED = 0;
const OPEN = 1;
const PARTIAL = 2;

function ordersColumns(columns: PageColumns) {
  return {
    rowNumber: columns.bigint('row_number'),
    orderkey: columns.bigint('orderkey'),
    custkey: columns.bigint('custkey'),
    orderstatus: columns.dictionary('orderstatus', ORDER_STATUSES),
    totalprice: columns.money('totalprice'),
    orderdate: columns.integer('orderdate'),
    orderpriority: columns.dictionary('orderpriority', ORDER_PRIORITIES),
    clerk: columns.text('clerk', 32),
    shippriority: columns.integer('shippriority'),
    comment: columns.text('comment', textBytesMax(COMMENT_LENGTH)),
  };
}

function ordersStreams(c: ReturnType<typeof ordersColumns>, scaleFactor: number, statusNeeded: boolean) {
  const priced = c.totalprice !== undefined;
  return {
    orderDate: statusNeeded || c.orderdate !== undefined ? orderDateStream() : undefined,
    lineCount: statusNeeded || priced ? lineCountStream() : undefined,
    customer: c.custkey === undefined ? undefined : randomKeyStream(scaleFactor, 851767375),
    priority: c.orderpriority === undefined ? undefined : new RandomStream(591449447),
    clerk: c.clerk === undefined ? undefined : new RandomStream(1171034773),
    comment: c.comment === undefined ? undefined : new CommentStream(276090261, COMMENT_LENGTH),
    quantity: priced ? quantityStream() : undefined,
    discount: priced ? discountStream() : undefined,
    tax: priced ? taxStream() : undefined,
    part: priced ? linePartStream(scaleFactor) : undefined,
    shipDays: statusNeeded ? shipDaysStream() : undefined,
  };
}

export function* ordersPages(range: RowRange, columns: PageColumns, accepted: AcceptedValues): Generator<Page> {
  const c = ordersColumns(columns);
  const statuses = accepted.get('orderstatus');
  const acceptedStatus = ORDER_STATUSES.map((status) => statuses?.has(status) ?? true);
  const statusNeeded = c.orderstatus !== undefined || acceptedStatus.includes(false);
  const s = ordersStreams(c, range.scaleFactor, statusNeeded);
  const streams = Object.values(s);
  streamsOf(range.start, streams);
  const running = streams.filter((stream) => stream !== undefined);
  const parts = partCount(range.scaleFactor);
  const customers = customerCount(range.scaleFactor);
  const clerks = clerkCount(range.scaleFactor);
  const clerkName = new NumberedName('Clerk#');

  let row = 0;
  for (let index = range.start; index < range.end; index++) {
    const orderDate = s.orderDate === undefined ? 0 : s.orderDate.next(ORDER_DATE_MIN, ORDER_DATE_MIN + ORDER_DAYS - 1);
    const lines = s.lineCount === undefined ? 0 : s.lineCount.next(1, LINES_PER_ORDER_MAX);
    let totalPrice = 0;
    let shipped = 0;
    for (let line = 0; line < lines; line++) {
      if (s.quantity !== undefined && s.discount !== undefined && s.tax !== undefined && s.part !== undefined) {
        const quantity = s.quantity.next(1, 50);
        const discount = s.discount.next(0, 10);
        const tax = s.tax.next(0, 8);
        totalPrice += lineTotal(partPrice(s.part.next(1, parts)) * quantity, discount, tax);
      }
      if (s.shipDays !== undefined && orderDate + s.shipDays.next(1, 121) <= TODAY) shipped++;
    }
    const status = shipped === lines ? FINISHED : shipped > 0 ? PARTIAL : OPEN;
    if (!statusNeeded || acceptedStatus[status] === true) {
      c.rowNumber?.set(row, index + 1);
      c.orderkey?.set(row, orderKey(index + 1));
      if (s.customer !== undefined) c.custkey?.set(row, orderingCustomer(s.customer.next(1, customers), customers));
      c.orderstatus?.set(row, status);
      c.totalprice?.set(row, totalPrice);
      c.orderdate?.set(row, orderDate);
      if (s.priority !== undefined) c.orderpriority?.set(row, s.priority.next(0, 4));
      if (c.clerk !== undefined && s.clerk !== undefined) clerkName.write(c.clerk, row, s.clerk.next(1, clerks));
      c.shippriority?.set(row, 0);
      if (c.comment !== undefined) s.comment?.write(c.comment, row);
      row++;
    }
    for (const stream of running) stream.finishRow();
    if (row === PAGE_ROWS) {
      yield columns.take(row);
      row = 0;
    }
  }
  if (row > 0) yield columns.take(row);
}

/** In cents, rounded down after the discount and after the tax. */
function lineTotal(extendedPrice: number, discount: number, tax: number): number {
  return Math.floor((Math.floor((extendedPrice * (100 - discount)) / 100) * (100 + tax)) / 100);
}

/** Every third customer never orders: the draw moves on to a neighbour. */
function orderingCustomer(drawn: number, customers: number): number {
  let customer = drawn;
  for (let delta = 1; customer % CUSTOMERS_WITHOUT_ORDERS === 0; delta = -delta) customer = Math.min(customer + delta, customers);
  return customer;
}

import type { Page } from '../../../spi/page.ts';
import { PAGE_ROWS, type PageColumns } from './pageColumns.ts';
import { RandomStream } from './randomStream.ts';
import { AddressStream, CommentStream, NumberedName, PhoneStream, textBytesMax } from './streams.ts';
import { type RowRange, streamsOf } from './tableRows.ts';
import { MARKET_SEGMENTS, NATIONS } from './words.ts';

const ADDRESS_LENGTH = 25;
const COMMENT_LENGTH = 73;
export const BALANCE_MIN = -99_999;
export const BALANCE_MAX = 999_999;

export function* customerPages(range: RowRange, columns: PageColumns): Generator<Page> {
  const rowNumber = columns.bigint('row_number');
  const custkey = columns.bigint('custkey');
  const name = columns.text('name', 32);
  const address = columns.text('address', textBytesMax(ADDRESS_LENGTH));
  const nationkey = columns.bigint('nationkey');
  const phone = columns.text('phone', 15);
  const acctbal = columns.money('acctbal');
  const mktsegment = columns.dictionary('mktsegment', MARKET_SEGMENTS);
  const comment = columns.text('comment', textBytesMax(COMMENT_LENGTH));

  const names = new NumberedName('Customer#');
  const addresses = address && new AddressStream(881155353, ADDRESS_LENGTH);
  const nations = (nationkey ?? phone) && new RandomStream(1489529863);
  const phones = phone && new PhoneStream(1521138112);
  const balances = acctbal && new RandomStream(298370230);
  const segments = mktsegment && new RandomStream(1140279430);
  const comments = comment && new CommentStream(1335826707, COMMENT_LENGTH);
  streamsOf(range.start, [addresses, nations, phones, balances, segments, comments]);

  let row = 0;
  for (let index = range.start; index < range.end; index++) {
    rowNumber?.set(row, index + 1);
    custkey?.set(row, index + 1);
    if (name) names.write(name, row, index + 1);
    if (address) addresses?.write(address, row);
    if (nations) {
      const nation = nations.next(0, NATIONS.length - 1);
      nations.finishRow();
      nationkey?.set(row, nation);
      if (phone) phones?.write(phone, row, nation);
    }
    if (balances) {
      acctbal?.set(row, balances.next(BALANCE_MIN, BALANCE_MAX));
      balances.finishRow();
    }
    if (segments) {
      mktsegment?.set(row, segments.next(0, MARKET_SEGMENTS.length - 1));
      segments.finishRow();
    }
    if (comment) {
      comments?.write(comment, row);
      comments?.finishRow();
    }
    row++;
    if (row === PAGE_ROWS) {
      yield columns.take(row);
      row = 0;
    }
  }
  if (row > 0) yield columns.take(row);
}

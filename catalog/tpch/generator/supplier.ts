import type { Page } from '../../../spi/page.ts';
import { BALANCE_MAX, BALANCE_MIN } from './customer.ts';
import { PAGE_ROWS, type PageColumns } from './pageColumns.ts';
import { RandomStream } from './randomStream.ts';
import { AddressStream, CommentStream, NumberedName, PhoneStream, textBytesMax } from './streams.ts';
import { type RowRange, streamsOf } from './tableRows.ts';
import { NATIONS } from './words.ts';

const ADDRESS_LENGTH = 25;
const COMMENT_LENGTH = 63;

export function* supplierPages(range: RowRange, columns: PageColumns): Generator<Page> {
  const rowNumber = columns.bigint('row_number');
  const suppkey = columns.bigint('suppkey');
  const name = columns.text('name', 32);
  const address = columns.text('address', textBytesMax(ADDRESS_LENGTH));
  const nationkey = columns.bigint('nationkey');
  const phone = columns.text('phone', 15);
  const acctbal = columns.money('acctbal');
  const comment = columns.text('comment', textBytesMax(COMMENT_LENGTH));

  const names = new NumberedName('Supplier#');
  const addresses = address && new AddressStream(706178559, ADDRESS_LENGTH);
  const nations = (nationkey ?? phone) && new RandomStream(110356601);
  const phones = phone && new PhoneStream(884434366);
  const balances = acctbal && new RandomStream(962338209);
  const comments = comment && new SupplierComments();
  streamsOf(range.start, [addresses, nations, phones, balances, comments]);

  let row = 0;
  for (let index = range.start; index < range.end; index++) {
    rowNumber?.set(row, index + 1);
    suppkey?.set(row, index + 1);
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
    if (comment && comments) {
      const { bytes, start, length } = comments.next();
      comment.set(row, bytes, start, length);
    }
    row++;
    if (row === PAGE_ROWS) {
      yield columns.take(row);
      row = 0;
    }
  }
  if (row > 0) yield columns.take(row);
}

const CUSTOMER = new TextEncoder().encode('Customer ');
const COMPLAINTS = new TextEncoder().encode('Complaints');
const RECOMMENDS = new TextEncoder().encode('Recommends');
const REMARK_LENGTH = CUSTOMER.length + COMPLAINTS.length;

/** Ten of 10,000 suppliers have a remark of customers in their comment, half of them complaints (query 16). */
class SupplierComments {
  private readonly comments = new CommentStream(1341315363, COMMENT_LENGTH);
  private readonly remarks = new RandomStream(202794285);
  private readonly gaps = new RandomStream(263032577);
  private readonly offsets = new RandomStream(715851524);
  private readonly kinds = new RandomStream(753643799);
  private readonly buffer = new Uint8Array(textBytesMax(COMMENT_LENGTH));

  next(): { readonly bytes: Uint8Array; readonly start: number; readonly length: number } {
    const { comments, buffer } = this;
    comments.draw();
    const { length } = comments;
    buffer.set(comments.bytes.subarray(comments.start, comments.start + length));
    if (this.remarks.next(1, 10_000) <= 10) {
      const gap = this.gaps.next(0, length - REMARK_LENGTH);
      const offset = this.offsets.next(0, length - (REMARK_LENGTH + gap));
      buffer.set(CUSTOMER, offset);
      buffer.set(this.kinds.next(0, 100) < 50 ? COMPLAINTS : RECOMMENDS, offset + CUSTOMER.length + gap);
    }
    for (const stream of [comments, this.remarks, this.gaps, this.offsets, this.kinds]) stream.finishRow();
    return { bytes: buffer, start: 0, length };
  }

  skipRows(rows: number): void {
    for (const stream of [this.comments, this.remarks, this.gaps, this.offsets, this.kinds]) stream.skipRows(rows);
  }
}

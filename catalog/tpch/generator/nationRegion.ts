import type { Page } from '../../../spi/page.ts';
import type { PageColumns } from './pageColumns.ts';
import { CommentStream, textBytesMax } from './streams.ts';
import { type RowRange, streamsOf } from './tableRows.ts';
import { NATIONS, REGIONS } from './words.ts';

const COMMENT_LENGTH = 72;

export function* nationPages(range: RowRange, columns: PageColumns): Generator<Page> {
  const rowNumber = columns.bigint('row_number');
  const nationkey = columns.bigint('nationkey');
  const name = columns.dictionary(
    'name',
    NATIONS.map((nation) => nation.name),
  );
  const regionkey = columns.bigint('regionkey');
  const comment = columns.text('comment', textBytesMax(COMMENT_LENGTH));
  const comments = comment && new CommentStream(606179079, COMMENT_LENGTH);
  streamsOf(range.start, [comments]);
  for (let index = range.start; index < range.end; index++) {
    const row = index - range.start;
    rowNumber?.set(row, index);
    nationkey?.set(row, index);
    name?.set(row, index);
    regionkey?.set(row, NATIONS[index]?.region ?? 0);
    if (comment) comments?.write(comment, row);
    comments?.finishRow();
  }
  yield columns.take(range.end - range.start);
}

export function* regionPages(range: RowRange, columns: PageColumns): Generator<Page> {
  const rowNumber = columns.bigint('row_number');
  const regionkey = columns.bigint('regionkey');
  const name = columns.dictionary('name', REGIONS);
  const comment = columns.text('comment', textBytesMax(COMMENT_LENGTH));
  const comments = comment && new CommentStream(1500869201, COMMENT_LENGTH);
  streamsOf(range.start, [comments]);
  for (let index = range.start; index < range.end; index++) {
    const row = index - range.start;
    rowNumber?.set(row, index);
    regionkey?.set(row, index);
    name?.set(row, index);
    if (comment) comments?.write(comment, row);
    comments?.finishRow();
  }
  yield columns.take(range.end - range.start);
}

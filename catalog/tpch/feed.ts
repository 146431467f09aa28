import type { FeedSource } from '../../spi/connector.ts';
import { generateTable, type TableRequest } from './generator/generateTable.ts';
import { isTpchTable } from './tpchTables.ts';

/** Generates the rows of one scan in the feed worker. */
const feed: FeedSource = async (argument, sink) => {
  if (!isTableRequest(argument)) throw new Error('the tpch feed takes a TableRequest');
  for (const page of generateTable(argument)) {
    if (sink.signal.aborted) return;
    await sink.push(page);
  }
};

export default feed;

function isTableRequest(argument: unknown): argument is TableRequest {
  return typeof argument === 'object' && argument !== null && 'table' in argument && typeof argument.table === 'string' && isTpchTable(argument.table);
}

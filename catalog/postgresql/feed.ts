import type { FeedSource } from '../../spi/connector.ts';
import { destroyConnection, openConnection } from './connection.ts';
import { copyOut } from './copyOut.ts';
import type { ConnectParameters } from './jdbcUrl.ts';
import type { ReadForm } from './readForm.ts';
import { remoteError } from './remoteError.ts';

/** A scan as the feed worker gets it. */
export interface FeedArgument {
  readonly parameters: ConnectParameters;
  /** The statements that join the query's snapshot. */
  readonly snapshot: string;
  /** COPY statements that together give each row once. */
  readonly queries: readonly string[];
  readonly forms: readonly ReadForm[];
  readonly connections: number;
}

/** Reads a large table over several connections, each taking the next range when it is done with one. */
const feed: FeedSource = async (argument, sink) => {
  if (!isFeedArgument(argument)) throw new Error('the PostgreSQL feed takes a FeedArgument');
  const { parameters, snapshot, queries, forms, connections } = argument;
  const failed = new AbortController();
  const signal = AbortSignal.any([sink.signal, failed.signal]);
  const waiting = [...queries];
  const read = async (): Promise<void> => {
    const client = await openConnection(parameters);
    try {
      await client.query(snapshot);
      for (let sql = waiting.shift(); sql !== undefined; sql = waiting.shift()) {
        for await (const page of copyOut(client, { sql, forms, signal })) await sink.push(page);
      }
      await client.query('COMMIT');
    } catch (error) {
      failed.abort(error);
      throw remoteError(error);
    } finally {
      destroyConnection(client);
    }
  };
  const results = await Promise.allSettled(Array.from({ length: connections }, read));
  const failure = results.find((result) => result.status === 'rejected');
  if (failure === undefined || sink.signal.aborted) return;
  throw remoteError(failed.signal.aborted ? failed.signal.reason : failure.reason);
};

export default feed;

function isFeedArgument(argument: unknown): argument is FeedArgument {
  return typeof argument === 'object' && argument !== null && 'queries' in argument && Array.isArray(argument.queries) && 'parameters' in argument;
}

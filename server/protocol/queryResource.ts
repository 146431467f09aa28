import type { FastifyInstance, FastifyRequest } from 'fastify';
import { TrinoError } from '../../spi/trinoError.ts';
import { userCanceled } from '../query/query.ts';
import type { HistoryFilter } from '../query/queryHistory.ts';
import type { QueryManager } from '../query/queryManager.ts';
import type { QueryRecord } from '../query/queryRecord.ts';
import type { QueryRecords } from '../query/queryRecords.ts';
import { isQueryState } from '../query/queryState.ts';
import { BadRequest } from './badRequest.ts';
import { basicQueryInfo, queryInfo } from './queryInfoJson.ts';
import { baseUri } from './queryResults.ts';
import { requestUser } from './requestUser.ts';

export interface QueryResourceOptions {
  readonly queries: QueryManager;
  readonly records: QueryRecords;
  readonly processForwarded: boolean;
}

export const gone = () => new BadRequest(410, 'Error 410 Gone: HTTP 410 Gone');

export interface ListQuery {
  readonly state?: string;
  readonly user?: string;
  readonly source?: string;
  readonly error?: string;
  readonly search?: string;
  readonly from?: string;
  readonly to?: string;
  readonly limit?: string;
}

/** /v1/query: the list of queries, one query, and its end by another hand. */
export function registerQueryResource(app: FastifyInstance, options: QueryResourceOptions): void {
  const { queries, records } = options;
  const base = (request: FastifyRequest) => baseUri(request.headers, options.processForwarded, 'localhost');
  app.get<{ Querystring: ListQuery }>('/v1/query', (request, reply) => {
    requestUser(request.headers);
    return reply.send(listed(records, request.query).map((record) => basicQueryInfo(record, base(request))));
  });
  app.get<{ Params: { id: string } }>('/v1/query/:id', (request, reply) => {
    requestUser(request.headers);
    const record = records.get(request.params.id);
    if (record === undefined) throw gone();
    return reply.send(queryInfo(record, base(request)));
  });
  app.delete<{ Params: { id: string } }>('/v1/query/:id', async (request, reply) => {
    requestUser(request.headers);
    await queries.kill(request.params.id, userCanceled());
    return reply.code(204).send();
  });
  for (const path of ['killed', 'preempted'] as const) {
    app.put<{ Params: { id: string } }>(`/v1/query/:id/${path}`, async (request, reply) => {
      requestUser(request.headers);
      await endQuery(options, request.params.id, path, request.body);
      return reply.code(202).send();
    });
  }
}

const LIST_MAX = 10_000;

/** As Trino lists its queries; with any other word than `state` the whole history is searched, the newest first. */
export function listed(records: QueryRecords, query: ListQuery): readonly QueryRecord[] {
  const { user, source, error, search, from, to, limit } = query;
  const state = query.state?.toUpperCase();
  if (state !== undefined && !isQueryState(state))
    throw new BadRequest(500, `java.lang.IllegalArgumentException: No enum constant io.trino.execution.QueryState.${state}`);
  if ([user, source, error, search, from, to, limit].every((given) => given === undefined)) {
    return records.list().filter((record) => state === undefined || record.state === state);
  }
  const filter: HistoryFilter = {
    ...(state === undefined ? {} : { state }),
    ...(user === undefined ? {} : { user }),
    ...(source === undefined ? {} : { source }),
    ...(error === undefined ? {} : { errorName: error.toUpperCase() }),
    ...(search === undefined ? {} : { text: search }),
    ...(from === undefined ? {} : { createdFromMs: instant(from) }),
    ...(to === undefined ? {} : { createdToMs: instant(to) }),
    limit: limit === undefined ? 100 : count(limit),
  };
  return records.search(filter);
}

function instant(text: string): number {
  const ms = Date.parse(text);
  if (Number.isNaN(ms)) throw new BadRequest(400, `Error 400 Bad Request: not a time: ${text}`);
  return ms;
}

function count(text: string): number {
  if (!/^\d{1,5}$/.test(text) || Number(text) > LIST_MAX) throw new BadRequest(400, `Error 400 Bad Request: limit must be a number up to ${LIST_MAX}: ${text}`);
  return Number(text);
}

const ENDS = {
  killed: ['ADMINISTRATIVELY_KILLED', 'killed'],
  preempted: ['ADMINISTRATIVELY_PREEMPTED', 'preempted'],
} as const;

/** Kills or preempts a running query, with the reason that the body gives. */
export async function endQuery({ queries, records }: QueryResourceOptions, id: string, how: keyof typeof ENDS, body: unknown): Promise<void> {
  const query = queries.get(id);
  if (query === undefined && records.get(id) === undefined) throw gone();
  if (query === undefined || query.states.done) throw new BadRequest(409, `Error 409 Conflict: Target query is not running: ${id}`);
  const [name, word] = ENDS[how];
  await query.cancel(killedBy(name, word, body instanceof Buffer ? body.toString('utf8') : ''));
}

export function killedBy(name: 'ADMINISTRATIVELY_KILLED' | 'ADMINISTRATIVELY_PREEMPTED', word: string, message: string): TrinoError {
  return new TrinoError(name, undefined, message === '' ? `Query ${word}.` : `Query ${word}. Message: ${message}`);
}

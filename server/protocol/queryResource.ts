import type { FastifyInstance } from 'fastify';
import { TrinoError } from '../../spi/trinoError.ts';
import { formatDataSize, formatDuration } from '../config/units.ts';
import { type Query, userCanceled } from '../query/query.ts';
import type { QueryManager } from '../query/queryManager.ts';
import { BadRequest } from './badRequest.ts';
import { errorJson } from './queryResults.ts';

/** /v1/query: the list of queries, one query, and its end by another hand. */
export function registerQueryResource(app: FastifyInstance, queries: QueryManager): void {
  const gone = () => new BadRequest(410, 'Error 410 Gone: HTTP 410 Gone');
  app.get<{ Querystring: { state?: string } }>('/v1/query', (request, reply) => {
    const state = request.query.state?.toUpperCase();
    const all = queries.all().filter((query) => state === undefined || query.states.state === state);
    return reply.send(all.map((query) => basicQueryInfo(query)));
  });
  app.get<{ Params: { id: string } }>('/v1/query/:id', (request, reply) => {
    const query = queries.get(request.params.id);
    if (query === undefined) throw gone();
    return reply.send(queryInfo(query));
  });
  app.delete<{ Params: { id: string } }>('/v1/query/:id', async (request, reply) => {
    await queries.kill(request.params.id, userCanceled());
    return reply.code(204).send();
  });
  const end = (path: string, name: 'ADMINISTRATIVELY_KILLED' | 'ADMINISTRATIVELY_PREEMPTED', word: string) =>
    app.put<{ Params: { id: string } }>(`/v1/query/:id/${path}`, async (request, reply) => {
      const query = queries.get(request.params.id);
      if (query === undefined) throw gone();
      if (query.states.done) throw new BadRequest(409, `Error 409 Conflict: Target query is not running: ${query.id}`);
      const message = request.body instanceof Buffer ? request.body.toString('utf8') : '';
      await query.cancel(killedBy(name, word, message));
      return reply.code(202).send();
    });
  end('killed', 'ADMINISTRATIVELY_KILLED', 'killed');
  end('preempted', 'ADMINISTRATIVELY_PREEMPTED', 'preempted');
}

export function killedBy(name: 'ADMINISTRATIVELY_KILLED' | 'ADMINISTRATIVELY_PREEMPTED', word: string, message: string): TrinoError {
  return new TrinoError(name, undefined, message === '' ? `Query ${word}.` : `Query ${word}. Message: ${message}`);
}

const time = (ms: number): string => new Date(ms).toISOString();

function sessionJson({ session }: Query): Record<string, unknown> {
  return {
    queryId: session.queryId,
    user: session.user,
    originalUser: session.originalUser,
    principal: session.user,
    source: session.source,
    catalog: session.catalog,
    schema: session.schema,
    timeZoneKey: session.timeZone,
    locale: session.language.replace('-', '_'),
    remoteUserAddress: session.remoteAddress,
    userAgent: session.userAgent,
    clientInfo: session.clientInfo,
    clientTags: session.clientTags,
    clientCapabilities: [...session.clientCapabilities].filter((name) => !name.startsWith('$')),
    traceToken: session.traceToken,
    transactionId: session.transactionId,
    start: time(Number(session.startMicros / 1000n)),
  };
}

/** One line of the list of queries. */
export function basicQueryInfo(query: Query): Record<string, unknown> {
  const { states } = query;
  const statistics = query.statistics();
  const { error } = states;
  return {
    queryId: query.id,
    session: sessionJson(query),
    ...(query.resourceGroupId === undefined ? {} : { resourceGroupId: query.resourceGroupId }),
    state: states.state,
    scheduled: states.timeOf('RUNNING') !== undefined,
    self: `/v1/query/${query.id}`,
    query: query.sql,
    queryType: query.info?.queryType,
    updateType: query.info?.updateType,
    preparedQuery: query.info?.preparedQuery,
    queryStats: {
      createTime: time(states.createdMs),
      ...(states.endedMs === undefined ? {} : { endTime: time(states.endedMs) }),
      queuedTime: formatDuration(states.durationMs('QUEUED')),
      elapsedTime: formatDuration(states.elapsedMs()),
      executionTime: formatDuration(states.timeOf('RUNNING') === undefined ? 0 : states.elapsedMs()),
      totalCpuTime: formatDuration(statistics.cpuTimeMs),
      processedInputPositions: statistics.processedRows,
      processedInputDataSize: formatDataSize(statistics.processedBytes),
      peakUserMemoryReservation: formatDataSize(statistics.peakMemoryBytes),
      progressPercentage: states.done ? 100 : (statistics.progress ?? 0) * 100,
    },
    ...(error === undefined ? {} : { errorType: error.errorType, errorCode: { code: error.errorCode, name: error.errorName, type: error.errorType } }),
  };
}

/** Everything about one query. */
export function queryInfo(query: Query): Record<string, unknown> {
  const { states } = query;
  const basic = basicQueryInfo(query);
  return {
    ...basic,
    fieldNames: query.columns?.map((column) => column.name) ?? [],
    finalQueryInfo: states.done,
    warnings: query.warnings.map(({ name, code, message }) => ({ warningCode: { code, name }, message })),
    outputRows: query.outputRows,
    outputDataSize: formatDataSize(query.outputBytes),
    ...(query.info?.plan === undefined ? {} : { plan: query.info.plan }),
    ...(states.error === undefined ? {} : { failureInfo: errorJson(states.error).failureInfo }),
  };
}

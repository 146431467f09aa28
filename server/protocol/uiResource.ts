import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { availableParallelism } from 'node:os';
import { formatDuration } from '../config/units.ts';
import type { ServerInfo } from './infoResource.ts';
import { type ListQuery, type QueryResourceOptions, endQuery, gone, listed } from './queryResource.ts';
import { queryInfo, trimmedQueryInfo } from './queryInfoJson.ts';
import { baseUri } from './queryResults.ts';
import { loginPage, queriesPage, queryPage } from './uiPages.ts';
import type { UiSessions } from './uiSession.ts';

export interface UiResourceOptions extends QueryResourceOptions {
  readonly info: ServerInfo;
  readonly sessions: UiSessions;
}

const NOT_CACHED = { 'x-download-options': 'noopen', 'cache-control': 'no-cache, no-store, max-age=0', pragma: 'no-cache', expires: '0' };

/** /ui: sign in, a plain list of queries, and the JSON behind it as Trino's page has it. */
export function registerUiResource(app: FastifyInstance, options: UiResourceOptions): void {
  const { sessions, records } = options;
  const base = (request: FastifyRequest) => baseUri(request.headers, options.processForwarded, 'localhost');
  const redirect = (request: FastifyRequest, reply: FastifyReply, path: string) =>
    reply
      .code(303)
      .header('location', `${base(request)}${path}`)
      .send();
  app.get('/', (request, reply) => redirect(request, reply, '/ui/'));
  app.get('/ui/login.html', (request, reply) =>
    sessions.user(request.headers) === undefined ? html(reply, loginPage(queryOf(request))) : redirect(request, reply, '/ui/'),
  );
  app.post('/ui/login', (request, reply) => {
    const form = new URLSearchParams(request.body instanceof Buffer ? request.body.toString('utf8') : '');
    const user = form.get('username') ?? '';
    // a password needs TLS
    if (user === '' || (form.get('password') ?? '') !== '') return redirect(request, reply, '/ui/login.html');
    reply.header('set-cookie', sessions.cookieFor(user));
    return redirect(request, reply, redirectPath(form.get('redirectPath') ?? ''));
  });
  app.get('/ui/logout', (request, reply) => redirect(request, reply.header('set-cookie', sessions.endOfSession), '/ui/login.html'));
  app.get<{ Querystring: ListQuery }>('/ui/', { preHandler: signedIn(sessions, base) }, (request, reply) =>
    html(
      reply,
      queriesPage(
        [...listed(records, request.query)].sort((a, b) => b.createdMs - a.createdMs),
        request.query.search ?? '',
      ),
    ),
  );
  app.get('/ui/query.html', { preHandler: signedIn(sessions, base) }, (request, reply) => {
    const record = records.get(decodeURIComponent(queryOf(request)));
    if (record === undefined) throw gone();
    return html(reply, queryPage(record));
  });
  app.get('/favicon.ico', (_, reply) => reply.code(204).send());
  registerUiApi(app, options, base);
}

/** /ui/api, for who is signed in. */
function registerUiApi(app: FastifyInstance, options: UiResourceOptions, base: (request: FastifyRequest) => string): void {
  const { sessions, records, info } = options;
  const preHandler = (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
    if (sessions.user(request.headers) !== undefined) done();
    else reply.code(401).type('text/plain;charset=utf-8').header('www-authenticate', 'Trino-Form-Login').send('Unauthorized');
  };
  const totals = { inputRows: 0, inputBytes: 0, cpuMs: 0 };
  options.queries.onEnd((query) => {
    const { processedRows, processedBytes } = query.statistics();
    totals.inputRows += processedRows;
    totals.inputBytes += processedBytes;
    totals.cpuMs += query.cpuTimeMs;
  });
  app.get('/ui/api/cluster', { preHandler }, (_, reply) =>
    reply.send({ nodeVersion: { version: info.version }, environment: info.environment, uptime: formatDuration(info.now() - info.startedMs) }),
  );
  app.get('/ui/api/stats', { preHandler }, (_, reply) => {
    const { queued, running } = options.queries.counts();
    const reservedMemory = options.queries.groups.roots.reduce((sum, group) => sum + group.memoryUsageBytes, 0);
    return reply.send({
      runningQueries: running,
      blockedQueries: 0,
      queuedQueries: queued,
      activeCoordinators: 1,
      activeWorkers: 1,
      runningDrivers: running,
      totalAvailableProcessors: availableParallelism(),
      reservedMemory,
      totalInputRows: totals.inputRows,
      totalInputBytes: totals.inputBytes,
      totalCpuTimeSecs: Math.floor(totals.cpuMs / 1_000),
    });
  });
  app.get('/ui/api/worker', { preHandler }, (request, reply) =>
    reply.send([{ nodeId: info.nodeId, nodeIp: request.socket.localAddress, nodeVersion: info.version, coordinator: true, state: 'active' }]),
  );
  app.get<{ Querystring: ListQuery }>('/ui/api/query', { preHandler }, (request, reply) =>
    reply.headers(NOT_CACHED).send(listed(records, request.query).map((record) => trimmedQueryInfo(record, base(request)))),
  );
  app.get<{ Params: { id: string } }>('/ui/api/query/:id', { preHandler }, (request, reply) => {
    reply.headers(NOT_CACHED);
    const record = records.get(request.params.id);
    if (record === undefined) throw gone();
    return reply.send(queryInfo(record, base(request)));
  });
  for (const path of ['killed', 'preempted'] as const) {
    app.put<{ Params: { id: string } }>(`/ui/api/query/:id/${path}`, { preHandler }, async (request, reply) => {
      reply.headers(NOT_CACHED);
      await endQuery(options, request.params.id, path, request.body);
      return reply.code(202).send();
    });
  }
}

const queryOf = (request: FastifyRequest): string => {
  const at = request.url.indexOf('?');
  return at < 0 ? '' : request.url.slice(at + 1);
};

const PATH_AND_QUERY = /^(?:[a-z][a-z\d+.-]*:)?(?:\/\/[^/?#]*)?([^?#]*)(\?[^#]*)?/i;
const NOT_IN_URI = /[\s\\<>"{}|^`]/;

/** Back to where the page came from: of an address on whatever server its path on this one. */
function redirectPath(wanted: string): string {
  if (wanted === '' || NOT_IN_URI.test(wanted)) return '/ui/';
  const [, path = '', query = ''] = PATH_AND_QUERY.exec(wanted) ?? [];
  return `/${path.replace(/^\/+/, '')}${query}`;
}

/** Who is not signed in is sent to the form, and afterwards back. */
function signedIn(sessions: UiSessions, base: (request: FastifyRequest) => string) {
  return (request: FastifyRequest, reply: FastifyReply, done: () => void) => {
    const back = request.url === '/ui/' || request.url === '/ui' ? '' : `?${request.url}`;
    if (sessions.user(request.headers) !== undefined) done();
    else
      reply
        .code(303)
        .header('location', `${base(request)}/ui/login.html${back}`)
        .send();
  };
}

const html = (reply: FastifyReply, text: string) => reply.type('text/html; charset=utf-8').send(text);

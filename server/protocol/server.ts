import Fastify, { type FastifyError, type FastifyInstance } from 'fastify';
import type { ConnectorMetric, Logger } from '../../spi/connector.ts';
import type { QueryRecords } from '../query/queryRecords.ts';
import { BadRequest } from './badRequest.ts';
import { type ServerInfo, registerInfoResource } from './infoResource.ts';
import { registerMetricsResource } from './metricsResource.ts';
import { registerQueryResource } from './queryResource.ts';
import { registerResourceGroupResource } from './resourceGroupResource.ts';
import { registerSpoolingResource } from './spooling/spoolingResource.ts';
import { type StatementResourceOptions, registerStatementResource } from './statementResource.ts';
import { registerUiResource } from './uiResource.ts';
import type { UiSessions } from './uiSession.ts';

export interface HttpServerOptions extends StatementResourceOptions {
  readonly info: ServerInfo;
  readonly records: QueryRecords;
  /** Absent: no /ui. */
  readonly sessions: UiSessions | undefined;
  readonly log: Logger;
  /** What the catalogs tell of themselves. */
  readonly catalogMetrics: () => ReadonlyMap<string, readonly ConnectorMetric[]>;
  /** Longest statement in characters; the body may be as long in UTF-8, and somewhat more to be told so politely. */
  readonly queryLengthMax: number;
  readonly shutdown: () => void;
}

const HEADER_BYTES_MAX = 4 * 1024 * 1024;
const UTF8_BYTES_MAX = 4;
const BODY_SLACK_BYTES = 16 * 1024 * 1024;

/** Trino's HTTP surface. */
export function createHttpServer(options: HttpServerOptions): FastifyInstance {
  const app = Fastify({
    bodyLimit: options.queryLengthMax * UTF8_BYTES_MAX + BODY_SLACK_BYTES,
    http: { maxHeaderSize: HEADER_BYTES_MAX, keepAliveTimeout: 0 },
    requestTimeout: 0,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 1_000, ignoreTrailingSlash: true },
  });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    if (error instanceof BadRequest) {
      if (error.status === 409) return reply.code(409).send();
      if (error.status === 401) reply.type('text/plain;charset=utf-8').header('www-authenticate', 'Basic realm="Trino"');
      else reply.type('text/plain');
      return reply.code(error.status).send(error.message);
    }
    const status = error.statusCode ?? 500;
    if (status >= 500) options.log.error('request failed', { error: error.stack ?? error.message });
    return reply.code(status).type('text/plain').send(`Error ${status}: ${error.message}`);
  });
  app.setNotFoundHandler((_request, reply) => reply.code(404).type('text/plain').send('Error 404 Not Found: HTTP 404 Not Found'));
  app.addHook('onSend', (request, reply, payload, done) => {
    if (request.method === 'GET' || request.method === 'POST') reply.header('vary', 'Accept-Encoding');
    if (payload != null && String(reply.getHeader('content-type')).startsWith('application/json'))
      reply.type('application/json').header('x-content-type-options', 'nosniff');
    done(null, payload);
  });
  registerStatementResource(app, options);
  registerQueryResource(app, options);
  registerInfoResource(app, options.info, options.queries, options.shutdown);
  registerResourceGroupResource(app, options.queries, options.now);
  if (options.sessions !== undefined) registerUiResource(app, { ...options, sessions: options.sessions });
  registerMetricsResource(app, options.queries, options.catalogMetrics);
  if (options.segments !== undefined) registerSpoolingResource(app, options.segments);
  refuseMethods(app, '/v1/statement', ['HEAD', 'POST']);
  for (const stage of ['queued', 'executing']) refuseMethods(app, `/v1/statement/${stage}/:id/:slug/:token`, ['HEAD', 'DELETE', 'GET']);
  refuseMethods(app, '/v1/info', ['GET']);
  return app;
}

/** 405 for what a resource does not understand. */
function refuseMethods(app: FastifyInstance, url: string, allowed: readonly string[]): void {
  app.route({
    method: ['GET', 'POST', 'PUT', 'DELETE'].filter((method) => !allowed.includes(method)),
    url,
    handler: (_request, reply) =>
      reply
        .code(405)
        .header('allow', [...allowed, 'OPTIONS'].join(','))
        .send(),
    exposeHeadRoute: false,
  });
}

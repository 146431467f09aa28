import { availableParallelism, loadavg } from 'node:os';
import type { FastifyInstance } from 'fastify';
import { formatDuration } from '../config/units.ts';
import type { QueryManager } from '../query/queryManager.ts';
import { BadRequest } from './badRequest.ts';
import { requestUser } from './requestUser.ts';

export interface ServerInfo {
  readonly version: string;
  readonly environment: string;
  readonly nodeId: string;
  readonly startedMs: number;
  readonly now: () => number;
  /** What queries may hold. */
  readonly memoryBytesMax: number;
}

const LOOPBACK = /^(?:127\.|::1$|::ffff:127\.)/;

/** /v1/info, /v1/status: for clients that ask what they talk to, and for load balancers. */
export function registerInfoResource(app: FastifyInstance, info: ServerInfo, queries: QueryManager, shutdown: () => void): void {
  const uptime = () => formatDuration(info.now() - info.startedMs);
  app.get('/v1/info', (_, reply) =>
    reply.send({ nodeVersion: { version: info.version }, environment: info.environment, coordinator: true, starting: false, uptime: uptime() }),
  );
  app.get('/v1/info/coordinator', (_, reply) => reply.code(200).send());
  app.get('/v1/info/state', (_, reply) => reply.type('application/json').send(JSON.stringify(queries.draining ? 'SHUTTING_DOWN' : 'ACTIVE')));
  app.put('/v1/info/state', (request, reply) => {
    if (request.headers['content-type']?.startsWith('application/json') !== true) return reply.code(415).send();
    requestUser(request.headers);
    if (!LOOPBACK.test(request.socket.remoteAddress ?? '')) throw new BadRequest(403, 'Error 403 Forbidden: Management only resource');
    const wanted = request.body instanceof Buffer ? request.body.toString('utf8').replaceAll(/["\s]/g, '') : '';
    if (wanted !== 'SHUTTING_DOWN') throw new BadRequest(400, `Error 400 Bad Request: Invalid state transition to ${wanted}`);
    shutdown();
    return reply.code(200).send();
  });
  let cpu = process.cpuUsage();
  let cpuAtMs = info.now();
  app.get('/v1/status', (request, reply) => {
    const used = process.cpuUsage(cpu);
    const elapsedMs = Math.max(1, info.now() - cpuAtMs);
    cpu = process.cpuUsage();
    cpuAtMs = info.now();
    const address = request.socket.localAddress ?? '';
    const processCpuLoad = Math.min(1, (used.user + used.system) / 1_000 / elapsedMs / availableParallelism());
    return reply.send({ ...status(info, uptime(), queries, processCpuLoad), externalAddress: address, internalAddress: address });
  });
  app.get('/v1/node', (_, reply) => reply.send([]));
  app.get('/v1/node/failed', (_, reply) => reply.send([]));
  app.get('/v1/memory', (_, reply) => reply.code(403).type('text/plain').send('Error 403 Forbidden: Internal only resource'));
}

function status(info: ServerInfo, uptime: string, queries: QueryManager, processCpuLoad: number): Record<string, unknown> {
  const memory = process.memoryUsage();
  const maxBytes = Math.round(info.memoryBytesMax);
  const reservations = new Map(queries.groups.running().map((query) => [query.id, Math.round(query.memoryBytes())]));
  const reservedBytes = [...reservations.values()].reduce((sum, bytes) => sum + bytes, 0);
  const nothing = { reservedRevocableBytes: 0, queryMemoryAllocations: {}, queryMemoryRevocableReservations: {} };
  return {
    nodeId: info.nodeId,
    nodeVersion: { version: info.version },
    environment: info.environment,
    coordinator: true,
    uptime,
    memoryInfo: {
      availableProcessors: availableParallelism(),
      pool: {
        maxBytes,
        reservedBytes,
        ...nothing,
        queryMemoryReservations: Object.fromEntries(reservations),
        taskMemoryReservations: Object.fromEntries(reservations),
        taskMemoryRevocableReservations: {},
        freeBytes: Math.max(0, maxBytes - reservedBytes),
      },
    },
    processors: availableParallelism(),
    processCpuLoad,
    systemCpuLoad: Math.min(1, (loadavg()[0] ?? 0) / availableParallelism()),
    heapUsed: memory.heapUsed,
    heapAvailable: memory.heapTotal,
    nonHeapUsed: memory.rss - memory.heapTotal,
  };
}

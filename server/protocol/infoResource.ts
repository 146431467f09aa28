import type { FastifyInstance } from 'fastify';
import { formatDuration } from '../config/units.ts';
import type { QueryManager } from '../query/queryManager.ts';

export interface ServerInfo {
  readonly version: string;
  readonly environment: string;
  readonly nodeId: string;
  readonly startedMs: number;
  readonly now: () => number;
}

/** /v1/info, /v1/status: for clients that ask what they talk to, and for load balancers. */
export function registerInfoResource(app: FastifyInstance, info: ServerInfo, queries: QueryManager, shutdown: () => void): void {
  const uptime = () => formatDuration(info.now() - info.startedMs);
  app.get('/v1/info', (_, reply) =>
    reply.send({ nodeVersion: { version: info.version }, environment: info.environment, coordinator: true, starting: false, uptime: uptime() }),
  );
  app.get('/v1/info/coordinator', (_, reply) => reply.code(200).send());
  app.get('/v1/info/state', (_, reply) => reply.send(JSON.stringify(queries.draining ? 'SHUTTING_DOWN' : 'ACTIVE')));
  app.put('/v1/info/state', (request, reply) => {
    const wanted = request.body instanceof Buffer ? request.body.toString('utf8').replaceAll(/["\s]/g, '') : '';
    if (wanted !== 'SHUTTING_DOWN') return reply.code(400).type('text/plain').send(`Bad state transition: ${wanted}`);
    shutdown();
    return reply.code(200).send();
  });
  app.get('/v1/status', (_, reply) => {
    const memory = process.memoryUsage();
    const cpu = process.cpuUsage();
    return reply.send({
      nodeId: info.nodeId,
      nodeVersion: { version: info.version },
      environment: info.environment,
      coordinator: true,
      uptime: uptime(),
      processCpuTimeMillis: Math.round((cpu.user + cpu.system) / 1_000),
      heapUsed: memory.heapUsed,
      heapAvailable: memory.heapTotal,
      nonHeapUsed: memory.rss - memory.heapTotal,
      ...queries.counts(),
    });
  });
  app.get('/v1/memory', (_, reply) => reply.code(403).type('text/plain').send('Error 403 Forbidden: Forbidden'));
}

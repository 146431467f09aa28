import type { FastifyInstance } from 'fastify';
import { BadRequest } from '../badRequest.ts';
import type { SegmentStore } from './segmentStore.ts';

interface SegmentParams {
  readonly id: string;
}

/** /v1/spooled: segments for clients that hold their signed ids; no user is asked for. */
export function registerSpoolingResource(app: FastifyInstance, store: SegmentStore): void {
  const missing = () => new BadRequest(404, 'Error 404 Not Found: Segment not found');
  app.get<{ Params: SegmentParams }>('/v1/spooled/download/:id', async (request, reply) => {
    const segment = await store.read(request.params.id);
    if (segment === undefined) throw missing();
    if ('redirect' in segment) return reply.code(303).header('location', segment.redirect.uri).send();
    return reply.type('application/octet-stream').header('content-length', segment.bytes).send(segment.stream);
  });
  app.get<{ Params: SegmentParams }>('/v1/spooled/ack/:id', async (request, reply) => {
    if (!(await store.acknowledge(request.params.id))) throw missing();
    return reply.code(200).send();
  });
}

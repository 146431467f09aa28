import { hash, randomBytes } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Query, userCanceled } from '../query/query.ts';
import type { QueryIdGenerator } from '../query/queryId.ts';
import type { QueryManager } from '../query/queryManager.ts';
import type { SystemSessionProperties } from '../query/sessionProperties.ts';
import { BadRequest } from './badRequest.ts';
import { byteCountOf, compressed } from './compression.ts';
import { baseUri, queryResults } from './queryResults.ts';
import { sessionResponseHeaders } from './responseHeaders.ts';
import type { SegmentStore } from './spooling/segmentStore.ts';
import type { QueryDataEncoding } from '../config/spoolingConfig.ts';
import { chosenEncoding } from './spooling/queryDataEncoding.ts';
import { type SegmentJson, SpooledResults } from './spooling/spooledResults.ts';
import { requestedSession } from './sessionHeaders.ts';

export interface StatementResourceOptions {
  readonly queries: QueryManager;
  readonly ids: QueryIdGenerator;
  readonly now: () => number;
  readonly processForwarded: boolean;
  readonly sessionProperties: SystemSessionProperties;
  readonly groupsOf: (user: string) => readonly string[];
  /** Absent: results only in the pages themselves. */
  readonly segments: SegmentStore | undefined;
  readonly encodings: readonly QueryDataEncoding[];
}

type Stage = 'queued' | 'executing';

/** The answer that was last given for a token, to be given again when a client repeats its request. */
interface Answer {
  readonly token: number;
  readonly parts: readonly Uint8Array[];
  readonly headers: Readonly<Record<string, string | string[]>>;
}

/** What the protocol keeps of a query: secrets of its addresses and the last answer of each stage. */
class Client {
  readonly query: Query;
  readonly #secret = randomBytes(20).toString('hex');
  answers: { queued: Answer | undefined; executing: Answer | undefined } = { queued: undefined, executing: undefined };
  /** Requests of one query follow each other. */
  turn: Promise<unknown> = Promise.resolve();

  readonly encoding: QueryDataEncoding | undefined;
  /** Made when the client first comes for rows. */
  spooled: SpooledResults | undefined;

  constructor(query: Query, encoding: QueryDataEncoding | undefined) {
    this.query = query;
    this.encoding = encoding;
  }

  slug(stage: Stage, token: number): string {
    return `y${slugOf(this.#secret, stage, token)}`;
  }
}

const MAX_WAIT_MS = 1_000;
const COPIED_BYTES_MAX = 65_536;

interface TokenParams {
  readonly id: string;
  readonly slug: string;
  readonly token: string;
}

const clients = new WeakMap<Query, Client>();

export function registerStatementResource(app: FastifyInstance, options: StatementResourceOptions): void {
  app.post('/v1/statement', (request, reply) => post(options, request, reply));
  app.head('/v1/statement', (_, reply) => reply.code(200).type('application/json').send());
  app.delete<{ Params: TokenParams & { stage: string } }>('/v1/statement/executing/partialCancel/:id/:stage/:slug/:token', (request, reply) => {
    clientOf(options, 'executing', request.params).query.stopReading();
    return reply.code(204).send();
  });
  for (const stage of ['queued', 'executing'] as const) {
    const url = `/v1/statement/${stage}/:id/:slug/:token`;
    app.get<{ Params: TokenParams; Querystring: { maxWait?: string } }>(url, { exposeHeadRoute: false }, (request, reply) =>
      get(options, stage, request, reply),
    );
    app.head<{ Params: TokenParams }>(url, (request, reply) => {
      clientOf(options, stage, request.params).query.touch();
      return reply.code(200).type('application/json').send();
    });
    app.delete<{ Params: TokenParams }>(url, async (request, reply) => {
      const { query } = clientOf(options, stage, request.params);
      await query.cancel(userCanceled());
      return reply.code(204).send();
    });
  }
}

async function post(options: StatementResourceOptions, request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> {
  const sql = request.body instanceof Buffer ? request.body.toString('utf8') : '';
  if (sql === '') throw new BadRequest(400, 'Error 400 Bad Request: SQL statement is empty');
  const facts = {
    headers: request.headers,
    remoteAddress: request.ip,
    queryId: options.ids.next(),
    nowMs: options.now(),
    sessionProperties: options.sessionProperties,
    groupsOf: options.groupsOf,
  };
  const { session, failure } = requestedSession(facts);
  const query = options.queries.submit(session, sql, failure);
  const encoding =
    options.segments === undefined || session.systemProperties.get('spooling_enabled') === false
      ? undefined
      : chosenEncoding(request.headers['x-trino-query-data-encoding'], options.encodings);
  const client = new Client(query, encoding);
  clients.set(query, client);
  return send(request, reply, answerWith(options, client, request.headers, { stage: 'queued', token: 0, next: { stage: 'queued', token: 1 } }));
}

function clientOf(options: StatementResourceOptions, stage: Stage, params: TokenParams): Client {
  const query = options.queries.get(params.id);
  const client = query === undefined ? undefined : clients.get(query);
  const token = Number(params.token);
  if (client === undefined || !Number.isSafeInteger(token) || params.slug !== client.slug(stage, token))
    throw new BadRequest(404, 'Error 404 Not Found: Query not found');
  return client;
}

async function get(
  options: StatementResourceOptions,
  stage: Stage,
  request: FastifyRequest<{ Params: TokenParams; Querystring: { maxWait?: string } }>,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const client = clientOf(options, stage, request.params);
  client.query.touch();
  const token = Number(request.params.token);
  const work = client.turn.then(() => (stage === 'queued' ? queuedAnswer : executingAnswer)(options, client, token, request.headers));
  client.turn = work.catch(() => {}); // the error is this request's alone
  const answer = await work;
  client.query.touch();
  return send(request, reply, answer);
}

async function queuedAnswer(options: StatementResourceOptions, client: Client, token: number, headers: IncomingHttpHeaders): Promise<Answer> {
  const last = client.answers.queued;
  if (last !== undefined && token <= last.token)
    return last.token === token ? last : answerWith(options, client, headers, { stage: 'queued', token, next: { stage: 'executing', token: 0 } });
  const { states } = client.query;
  const ready = () => states.done || states.timeOf('RUNNING') !== undefined;
  await states.wait(ready, MAX_WAIT_MS);
  const failed = states.done && (states.timeOf('RUNNING') === undefined || states.error?.errorName === 'USER_CANCELED');
  const next = failed ? undefined : ready() ? ({ stage: 'executing', token: 0 } as const) : ({ stage: 'queued', token: token + 1 } as const);
  return answerWith(options, client, headers, { stage: 'queued', token, next });
}

async function executingAnswer(options: StatementResourceOptions, client: Client, token: number, headers: IncomingHttpHeaders): Promise<Answer> {
  const last = client.answers.executing;
  if (last !== undefined && token === last.token) return last;
  if (token !== (last?.token ?? -1) + 1) throw new BadRequest(410, 'Error 410 Gone: HTTP 410 Gone');
  const { query, encoding } = client;
  // a count of changed rows comes after the rows, on a page of its own: the Go client reads it there
  const ends = (done: boolean, hasRows: boolean) => done && (!hasRows || query.updateType === undefined);
  const next = (end: boolean) => (end ? undefined : ({ stage: 'executing', token: token + 1 } as const));
  if (encoding !== undefined && options.segments !== undefined) {
    client.spooled ??= new SpooledResults({ query, encoding, store: options.segments, baseUri: baseUri(headers, options.processForwarded, 'localhost') });
    const segments = await client.spooled.take(MAX_WAIT_MS);
    return answerWith(options, client, headers, { stage: 'executing', token, next: next(ends(client.spooled.finished, segments.length > 0)), segments });
  }
  const page = await query.takePage(MAX_WAIT_MS);
  return answerWith(options, client, headers, { stage: 'executing', token, next: next(ends(query.states.done, page !== undefined)), page });
}

interface AnswerParts {
  readonly stage: Stage;
  readonly token: number;
  readonly next: { readonly stage: Stage; readonly token: number } | undefined;
  readonly page?: Awaited<ReturnType<Query['takePage']>>;
  readonly segments?: readonly SegmentJson[];
}

function answerWith(options: StatementResourceOptions, client: Client, headers: IncomingHttpHeaders, parts: AnswerParts): Answer {
  const { query } = client;
  const base = baseUri(headers, options.processForwarded, 'localhost');
  const { next } = parts;
  const executing = parts.stage === 'executing';
  const place = next === undefined ? undefined : `${query.id}/${client.slug(next.stage, next.token)}/${next.token}`;
  const nextUri = place === undefined ? undefined : `${base}/v1/statement/${next?.stage}/${place}`;
  const stops = executing && next !== undefined && query.updateType === undefined;
  const partialCancelUri = stops
    ? `${base}/v1/statement/executing/partialCancel/${query.id}/0/${client.slug(next.stage, next.token)}/${next.token}`
    : undefined;
  const results = queryResults({ query, baseUri: base, nextUri, partialCancelUri, page: parts.page, executing, spooled: spooledData(client, parts.segments) });
  const encoded = client.encoding === undefined ? {} : { 'X-Trino-Query-Data-Encoding': client.encoding };
  const answer = {
    token: parts.token,
    parts: ownMemory(results),
    headers: { ...encoded, ...(executing && nextUri === undefined ? sessionResponseHeaders(query.effects) : {}) },
  };
  client.answers[parts.stage] = answer;
  return answer;
}

function spooledData({ encoding }: Client, segments: readonly SegmentJson[] | undefined): object | undefined {
  return segments === undefined || segments.length === 0 ? undefined : { encoding, segments };
}

async function send(request: FastifyRequest, reply: FastifyReply, answer: Answer): Promise<FastifyReply> {
  const { parts, encoding } = await compressed(answer.parts, request.headers['accept-encoding']);
  for (const [name, value] of Object.entries(answer.headers)) reply.header(name, value);
  reply.header('x-content-type-options', 'nosniff').type('application/json');
  if (encoding !== undefined) reply.header('content-encoding', encoding);
  const length = byteCountOf(parts);
  if (length < COPIED_BYTES_MAX) return reply.code(200).send(parts[0]);
  reply.hijack(); // Fastify takes one piece of memory: these would have to be copied into one
  const { raw } = reply;
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value);
  raw.writeHead(200, { vary: 'Accept-Encoding', 'content-length': length });
  raw.cork();
  for (const part of parts) raw.write(part);
  raw.end();
  return reply;
}

/** What is remembered of a query must not hold on to the pool that Node cuts small buffers from. */
function ownMemory(parts: readonly Uint8Array[]): readonly Uint8Array[] {
  const length = byteCountOf(parts);
  if (length >= COPIED_BYTES_MAX) return parts;
  const own = Buffer.allocUnsafeSlow(length);
  let at = 0;
  for (const part of parts) {
    own.set(part, at);
    at += part.length;
  }
  return [own];
}

function slugOf(secret: string, stage: Stage, token: number): string {
  return hash('sha1', `${secret} ${stage} ${token}`);
}

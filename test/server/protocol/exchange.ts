import http from 'node:http';
import { promisify } from 'node:util';
import zlib from 'node:zlib';

/** A request whose `path` may hold `{next}`, `{first}`, `{partial}`, `{id}` and `{transaction}`: what earlier answers of the scenario told. */
export interface RequestStep {
  readonly kind: 'request';
  readonly method: string;
  readonly path: string;
  readonly headers?: Headers;
  readonly body?: string;
  /** The answer is asked for again until the query has come to this stage. */
  readonly until?: 'executing';
}

/** A statement followed to its end; its pages are told as one. */
export interface StatementStep {
  readonly kind: 'statement';
  readonly sql: string;
  readonly headers?: Headers;
  /** Which rows come first, and on which page, is not compared. */
  readonly unordered?: boolean;
}

export type Step = RequestStep | StatementStep;

export interface Scenario {
  readonly name: string;
  readonly steps: readonly Step[];
}

export type Headers = Readonly<Record<string, string>>;

export interface RawAnswer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Buffer;
}

const REQUEST_MS_MAX = 60_000;

/** Nothing is added to the headers, and nothing is decoded. */
export function send(base: string, method: string, path: string, headers: Headers, body?: string): Promise<RawAnswer> {
  const { promise, resolve, reject } = Promise.withResolvers<RawAnswer>();
  const url = new URL(path, base);
  const length = body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) };
  const request = http.request(url, { method, headers: { ...headers, ...length }, agent: false, signal: AbortSignal.timeout(REQUEST_MS_MAX) }, (response) => {
    const chunks: Buffer[] = [];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.on('error', reject);
    response.on('end', () => {
      const all: Record<string, string> = {};
      for (const [name, values] of Object.entries(response.headersDistinct)) all[name] = (values ?? []).join(', ');
      resolve({ status: response.statusCode ?? 0, headers: all, body: Buffer.concat(chunks) });
    });
  });
  request.on('error', reject);
  request.end(body);
  return promise;
}

const gunzip = promisify(zlib.gunzip);
const inflate = promisify(zlib.inflate);
const zstdDecompress = promisify(zlib.zstdDecompress);

export async function decoded({ headers, body }: RawAnswer): Promise<Buffer> {
  const encoding = headers['content-encoding'];
  switch (encoding) {
    case undefined:
      return body;
    case 'gzip':
      return await gunzip(body);
    case 'deflate':
      return await inflate(body);
    case 'zstd':
      return await zstdDecompress(body);
    default:
      throw new Error(`the answer is encoded as ${encoding}`);
  }
}

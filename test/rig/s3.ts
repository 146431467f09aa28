import { createHash, createHmac } from 'node:crypto';
import http from 'node:http';

/** A small S3 in this process: path-style PUT, GET, HEAD, DELETE and listing, with every signature checked. */
export interface TestS3 {
  readonly url: string;
  readonly accessKey: string;
  readonly secretKey: string;
  /** What is stored, by `bucket/key`. */
  readonly objects: Map<string, StoredObject>;
  /** Method and path of each request, refused ones with their status. */
  readonly requests: string[];
  /** The next requests are answered with 503. */
  failNext(count: number): void;
  close(): Promise<void>;
}

export interface StoredObject {
  readonly body: Buffer;
  readonly lastModified: Date;
  /** MD5 of the customer's key, when the object is encrypted with one. */
  readonly customerKeyMd5: string | undefined;
}

const REGION = 'us-east-1';

export async function startTestS3(port = 0): Promise<TestS3> {
  const accessKey = 'test-access';
  const secretKey = 'test-secret/+';
  const objects = new Map<string, StoredObject>();
  const requests: string[] = [];
  let failures = 0;
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks);
      const { pathname } = new URL(request.url ?? '', 'http://s3');
      const refuse = (status: number, code: string) => {
        requests.push(`${request.method} ${pathname} ${status}`);
        response.writeHead(status, { 'content-type': 'application/xml' }).end(`<Error><Code>${code}</Code></Error>`);
      };
      if (failures > 0) {
        failures--;
        return refuse(503, 'SlowDown');
      }
      const problem = signatureProblem(request, { accessKey, secretKey });
      if (problem !== undefined) return refuse(403, problem);
      requests.push(`${request.method} ${pathname}`);
      answer(request, response, body, objects);
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the store has no address');
  return {
    url: `http://127.0.0.1:${address.port}`,
    accessKey,
    secretKey,
    objects,
    requests,
    failNext: (count) => {
      failures = count;
    },
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function answer(request: http.IncomingMessage, response: http.ServerResponse, body: Buffer, objects: Map<string, StoredObject>): void {
  const url = new URL(request.url ?? '', 'http://s3');
  const name = decodeURIComponent(url.pathname).slice(1);
  const md5 = headerOf(request, 'x-amz-server-side-encryption-customer-key-md5');
  const stored = objects.get(name);
  const fail = (status: number, code: string) => response.writeHead(status, { 'content-type': 'application/xml' }).end(`<Error><Code>${code}</Code></Error>`);
  if (!name.includes('/') || name.endsWith('/')) {
    list(url, name.replace(/\/$/, ''), response, objects);
    return;
  }
  switch (request.method) {
    case 'PUT':
      objects.set(name, { body: unchunked(request, body), lastModified: new Date(), customerKeyMd5: md5 });
      response.writeHead(200, { etag: '"1"' }).end();
      return;
    case 'GET':
    case 'HEAD':
      if (stored === undefined) fail(404, 'NoSuchKey');
      else if (stored.customerKeyMd5 !== md5) fail(400, 'InvalidRequest');
      else {
        response.writeHead(200, { 'content-length': stored.body.length, 'last-modified': stored.lastModified.toUTCString(), etag: '"1"' });
        response.end(request.method === 'GET' ? stored.body : undefined);
      }
      return;
    case 'DELETE':
      objects.delete(name);
      response.writeHead(204).end();
      return;
    default:
      fail(405, 'MethodNotAllowed');
  }
}

function list(url: URL, bucket: string, response: http.ServerResponse, objects: Map<string, StoredObject>): void {
  const prefix = url.searchParams.get('prefix') ?? '';
  const found = [...objects].filter(([name]) => name.startsWith(`${bucket}/${prefix}`));
  const contents = found.map(
    ([name, object]) =>
      `<Contents><Key>${name.slice(bucket.length + 1)}</Key><LastModified>${object.lastModified.toISOString()}</LastModified><Size>${object.body.length}</Size></Contents>`,
  );
  response.writeHead(200, { 'content-type': 'application/xml' });
  response.end(
    `<?xml version="1.0"?><ListBucketResult><Name>${bucket}</Name><KeyCount>${found.length}</KeyCount><IsTruncated>false</IsTruncated>${contents.join('')}</ListBucketResult>`,
  );
}

/** Bodies sent in signed or trailed chunks, as the AWS SDK does. */
function unchunked(request: http.IncomingMessage, body: Buffer): Buffer {
  if (!headerOf(request, 'x-amz-content-sha256')?.startsWith('STREAMING-')) return body;
  const parts: Buffer[] = [];
  for (let at = 0; at < body.length; ) {
    const end = body.indexOf('\r\n', at);
    const size = Number.parseInt(body.subarray(at, end).toString('latin1').split(';')[0] ?? '0', 16);
    if (!(size > 0)) break;
    parts.push(body.subarray(end + 2, end + 2 + size));
    at = end + 2 + size + 2;
  }
  return Buffer.concat(parts);
}

const headerOf = (request: http.IncomingMessage, name: string): string | undefined => {
  const value = request.headers[name];
  return Array.isArray(value) ? value.join(',') : value;
};

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
const escaped = (text: string): string => encodeURIComponent(text).replaceAll(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);

/** AWS Signature Version 4, in the Authorization header or in the query; undefined: it is right. */
function signatureProblem(request: http.IncomingMessage, keys: { readonly accessKey: string; readonly secretKey: string }): string | undefined {
  const url = new URL(request.url ?? '', 'http://s3');
  const query = [...url.searchParams];
  const inQuery = new Map(query);
  const [, ...parts] =
    /^AWS4-HMAC-SHA256 Credential=([^,]+),\s*SignedHeaders=([^,]+),\s*Signature=([0-9a-f]+)$/.exec(headerOf(request, 'authorization') ?? '') ?? [];
  const presigned = parts.length === 0;
  const credential = presigned ? inQuery.get('X-Amz-Credential') : parts[0];
  const signedHeaders = (presigned ? inQuery.get('X-Amz-SignedHeaders') : parts[1])?.split(';') ?? [];
  const signature = presigned ? inQuery.get('X-Amz-Signature') : parts[2];
  const date = presigned ? inQuery.get('X-Amz-Date') : headerOf(request, 'x-amz-date');
  if (credential === undefined || signature === undefined || date === undefined) return 'AccessDenied';
  const [key, day = '', region = '', service = ''] = credential.split('/');
  if (key !== keys.accessKey || region !== REGION || service !== 's3') return 'InvalidAccessKeyId';
  if (!signedHeaders.includes('host')) return 'AccessDenied';
  const signedAt = Date.parse(date.replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  const lifeMs = presigned ? Number(inQuery.get('X-Amz-Expires')) * 1_000 : 15 * 60_000;
  if (!(Date.now() - signedAt <= lifeMs)) return 'RequestTimeTooSkewed';
  const canonicalQuery = query
    .filter(([name]) => name !== 'X-Amz-Signature')
    .map(([name, value]) => `${escaped(name)}=${escaped(value)}`)
    .sort()
    .join('&');
  const headers = signedHeaders.map((name) => `${name}:${(headerOf(request, name) ?? '').trim().replaceAll(/\s+/g, ' ')}\n`).join('');
  const payload = presigned ? 'UNSIGNED-PAYLOAD' : (headerOf(request, 'x-amz-content-sha256') ?? '');
  const path = url.pathname
    .split('/')
    .map((part) => escaped(decodeURIComponent(part)))
    .join('/');
  const canonical = [request.method, path, canonicalQuery, headers, signedHeaders.join(';'), payload].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', date, scope, sha256(canonical)].join('\n');
  const signingKey = hmac(hmac(hmac(hmac(`AWS4${keys.secretKey}`, day), region), service), 'aws4_request');
  return hmac(signingKey, toSign).toString('hex') === signature ? undefined : 'SignatureDoesNotMatch';
}

import zlib from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type TestS3, startTestS3 } from '../../rig/s3.ts';
import { type TestServer, startTestServer } from '../../rig/server.ts';
import { type Segment, allPages, request } from '../../rig/statementProtocol.ts';

const SECRET = Buffer.alloc(32, 7).toString('base64');

describe('results spooled to a store with the S3 protocol', () => {
  let s3: TestS3;
  let server: TestServer | undefined;
  beforeAll(async () => {
    s3 = await startTestS3();
  });
  afterEach(async () => {
    await server?.close();
    server = undefined;
    s3.objects.clear();
  });
  afterAll(async () => {
    await s3?.close();
  });

  const start = async (config = '', manager = ''): Promise<TestServer> => {
    const properties = [
      'spooling-manager.name=filesystem',
      'fs.s3.enabled=true',
      'fs.location=s3://bucket/some/folder/',
      `s3.endpoint=${s3.url}`,
      's3.path-style-access=true',
      `s3.aws-access-key=${s3.accessKey}`,
      `s3.aws-secret-key=${s3.secretKey}`,
      's3.max-error-retries=2',
      manager,
    ];
    server = await startTestServer({
      config: `protocol.spooling.shared-secret-key=${SECRET}\nprotocol.spooling.inlining.enabled=false\n${config}`,
      files: { 'spooling-manager.properties': properties.join('\n') },
    });
    return server;
  };
  const segmentsOf = async (base: string, sql = 'SELECT * FROM tpch.tiny.orders', session = ''): Promise<readonly Segment[]> => {
    const pages = await allPages(base, sql, { 'X-Trino-Query-Data-Encoding': 'json+zstd', 'X-Trino-Session': session });
    expect(pages.at(-1)?.body.error).toBeUndefined();
    return pages.flatMap(({ body }) => (body.data !== undefined && 'segments' in body.data ? body.data.segments : []));
  };
  const failureOf = async (base: string) =>
    (await allPages(base, 'SELECT * FROM tpch.tiny.orders', { 'X-Trino-Query-Data-Encoding': 'json' })).at(-1)?.body.error?.message;
  const headersOf = (segment: Segment | undefined): Record<string, string> =>
    Object.fromEntries(Object.entries(segment?.headers ?? {}).map(([name, values]) => [name, values[0] ?? '']));
  const download = async (segment: Segment | undefined, headers = headersOf(segment)) => {
    const response = await fetch(segment?.uri ?? '', { headers });
    return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) };
  };
  const rowsIn = (bytes: Buffer): unknown[] => JSON.parse(zlib.zstdDecompressSync(bytes).toString('utf8'));

  it('are read by the client itself, encrypted with keys that only it has', async () => {
    const { url } = await start();
    const segments = await segmentsOf(url);
    expect(segments.map(({ type }) => type)).toEqual(['spooled']);
    const [segment] = segments;
    expect(segment?.uri).toMatch(new RegExp(`^${s3.url}/bucket/some/folder/[0-9a-f]{32}\\?.*X-Amz-Expires=3600.*X-Amz-Signature=`));
    expect(segment?.ackUri).toMatch(/\/v1\/spooled\/ack\//);
    expect(Object.keys(segment?.headers ?? {}).sort()).toEqual([
      'x-amz-server-side-encryption-customer-algorithm',
      'x-amz-server-side-encryption-customer-key',
      'x-amz-server-side-encryption-customer-key-md5',
    ]);
    const { status, bytes } = await download(segment);
    expect([status, bytes.length]).toEqual([200, segment?.metadata.segmentSize]);
    expect(rowsIn(bytes)).toHaveLength(15_000);
    expect((await download(segment, {})).status).toBe(403);
    expect([...s3.objects.values()].map(({ customerKeyMd5 }) => customerKeyMd5)).toEqual([headersOf(segment)['x-amz-server-side-encryption-customer-key-md5']]);
    expect((await request('GET', segment?.ackUri ?? '')).status).toBe(200);
    expect([...s3.objects]).toEqual([]);
    expect((await download(segment)).status).toBe(404);
  });

  it('are handed out or pointed to by the server, as the mode says', async () => {
    const proxied = (await segmentsOf((await start('protocol.spooling.retrieval-mode=COORDINATOR_PROXY\n')).url))[0];
    expect(proxied?.uri).toContain(`${server?.url}/v1/spooled/download/`);
    const { bytes } = await download(proxied);
    expect(rowsIn(bytes)).toHaveLength(15_000);
    await server?.close();
    const { url } = await start('protocol.spooling.retrieval-mode=COORDINATOR_STORAGE_REDIRECT\n');
    const redirected = (await segmentsOf(url))[0];
    const answer = await request('GET', redirected?.uri ?? '');
    expect([answer.status, answer.headers.get('location')?.startsWith(`${s3.url}/bucket/some/folder/`)]).toEqual([303, true]);
    expect(rowsIn((await download(redirected)).bytes)).toHaveLength(15_000);
  });

  it('grow from the initial to the maximal size, and inline what the session says', async () => {
    const { url } = await start('', 'fs.segment.encryption=false');
    const sizes = 'spooling_initial_segment_size=1MB,spooling_max_segment_size=2MB';
    const sql = 'SELECT * FROM tpch.sf1.orders LIMIT 60000';
    const grown = (await segmentsOf(url, sql, sizes)).map(({ metadata }) => metadata.uncompressedSize ?? 0);
    expect(grown.length).toBeGreaterThan(3);
    expect(Math.max(...grown)).toBeLessThan(3.5 * 1024 ** 2);
    expect(grown[1] ?? 0).toBeGreaterThan((grown[0] ?? 0) * 1.5);
    const inlined = await segmentsOf(url, sql, 'spooling_inlining_enabled=true,spooling_inlining_max_rows=10000');
    expect(inlined.filter(({ type }) => type === 'inline').reduce((sum, { metadata }) => sum + metadata.rowsCount, 0)).toBeLessThanOrEqual(10_000);
    const plain = await allPages(url, 'SELECT 1', { 'X-Trino-Query-Data-Encoding': 'json', 'X-Trino-Session': 'spooling_enabled=false' });
    expect(plain.map(({ body }) => body.data).find((data) => data !== undefined)).toEqual([[1]]);
  });

  it('survive a store that stutters, and fail the query when it stays away', async () => {
    const { url } = await start();
    s3.failNext(2);
    expect(await segmentsOf(url)).toHaveLength(1);
    s3.failNext(3);
    expect(await failureOf(url)).toMatch(/^The store of spooled segments answers 503 SlowDown to PUT http:/);
    s3.failNext(0);
    await server?.close();
    expect(await failureOf((await start('', 's3.aws-secret-key=wrong')).url)).toMatch(/answers 403 SignatureDoesNotMatch/);
    await server?.close();
    expect(await failureOf((await start('lepton.spooling.max-size=1kB\n')).url)).toBe(
      'Spooled results exceed the maximum size of 1024 bytes (lepton.spooling.max-size)',
    );
  });

  it('are removed when a server that is gone has left them', async () => {
    const old = { body: Buffer.from('x'), lastModified: new Date(Date.now() - 3_600_000), customerKeyMd5: undefined };
    const left = `bucket/some/folder/${'0'.repeat(32)}`;
    s3.objects.set(left, old);
    s3.objects.set('bucket/some/folder/of somebody else', old);
    s3.objects.set(`bucket/some/folder/${'1'.repeat(32)}`, { ...old, lastModified: new Date() });
    await start('', 'fs.segment.ttl=1m\nfs.segment.pruning.interval=100ms');
    await expect.poll(() => s3.objects.has(left), { timeout: 5_000 }).toBe(false);
    expect(s3.objects.size).toBe(2);
  });
});

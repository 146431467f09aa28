import zlib from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestServer, startTestServer } from '../../rig/server.ts';
import { type Segment, allPages, request } from '../../rig/statementProtocol.ts';

async function rowsOf(segment: Segment, encoding: string): Promise<unknown[]> {
  const bytes = segment.type === 'inline' ? Buffer.from(segment.data ?? '', 'base64') : Buffer.from(await (await fetch(segment.uri ?? '')).arrayBuffer());
  expect(bytes.length).toBe(segment.metadata.segmentSize);
  const plain = segment.metadata.uncompressedSize === undefined ? bytes : encoding === 'json+zstd' ? zlib.zstdDecompressSync(bytes) : Buffer.from('[]');
  const rows: unknown = JSON.parse(plain.toString('utf8'));
  if (!Array.isArray(rows)) throw new Error('not a list of rows');
  return rows;
}

describe('spooled results', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(async () => {
    await server?.close();
  });

  for (const encoding of ['json', 'json+zstd']) {
    it(`arrive as inline, then as spooled segments: ${encoding}`, { timeout: 60_000 }, async () => {
      const pages = await allPages(server.url, 'SELECT * FROM tpch.sf1.orders LIMIT 150000', { 'X-Trino-Query-Data-Encoding': `${encoding},json` });
      expect(pages.at(-1)?.body.error).toBeUndefined();
      const segments = pages.flatMap(({ body }) => (body.data !== undefined && 'segments' in body.data ? body.data.segments : []));
      expect(pages[0]?.headers.get('x-trino-query-data-encoding')).toBe(encoding);
      expect(segments[0]?.type).toBe('inline');
      expect(segments.at(-1)?.type).toBe('spooled');
      let offset = 0;
      for (const segment of segments) {
        expect(segment.metadata.rowOffset).toBe(offset);
        const rows = await rowsOf(segment, encoding);
        expect(rows.length).toBe(segment.metadata.rowsCount);
        offset += rows.length;
      }
      expect(offset).toBe(150_000);
      const last = segments.at(-1);
      expect((await request('GET', last?.ackUri ?? '')).status).toBe(200);
      expect((await request('GET', last?.uri ?? '')).status).toBe(404);
    });
  }

  it('are plain data for a client that names no encoding that there is', async () => {
    const pages = await allPages(server.url, 'SELECT 1', { 'X-Trino-Query-Data-Encoding': 'parquet' });
    expect(pages.map(({ body }) => body.data).find((data) => data !== undefined)).toEqual([[1]]);
  });

  it('do not hand out forged ids', async () => {
    expect((await request('GET', `${server.url}/v1/spooled/download/${Buffer.alloc(48).toString('base64url')}`)).status).toBe(404);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestServer, startTestServer } from '../../rig/server.ts';
import { allPages, outcome, request } from '../../rig/statementProtocol.ts';

const ENDLESS = 'SELECT count(*) FROM tpch.sf10000.lineitem a CROSS JOIN tpch.sf10000.lineitem b';
const PLAIN = { 'Accept-Encoding': 'identity' };

describe('the statement resource', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(async () => {
    await server?.close();
  });

  it('answers from queued to executing, with columns, rows and stats', async () => {
    const { pages, rows, last } = await outcome(server.url, "SELECT 1 AS x, 'a' AS y");
    expect(pages[0]?.body.nextUri).toMatch(/\/v1\/statement\/queued\/\d{8}_\d{6}_\d{5}_[a-z0-9]{5}\/y[0-9a-f]{40}\/1$/);
    expect(pages[0]?.body.infoUri).toContain('/ui/query.html?');
    expect(pages[1]?.body.nextUri).toMatch(/\/v1\/statement\/executing\/.*\/0$/);
    expect(rows).toEqual([[1, 'a']]);
    expect(last.body.columns?.map(({ name, type }) => [name, type])).toEqual([
      ['x', 'integer'],
      ['y', 'varchar(1)'],
    ]);
    expect(last.body.columns?.[1]?.typeSignature).toEqual({ rawType: 'varchar', arguments: [{ kind: 'LONG', value: 1 }] });
    expect(last.body.stats?.state).toBe('FINISHED');
    expect(last.body.nextUri).toBeUndefined();
  });

  it('gives the last page again, and says 410 to an older token and 404 to a wrong slug', async () => {
    const pages = await allPages(server.url, 'SELECT * FROM tpch.sf1.orders LIMIT 20000');
    const executing = pages.map(({ body }) => body.nextUri).filter((uri) => uri?.includes('/executing/') === true);
    const last = executing.at(-1) ?? '';
    const again = await request('GET', last);
    expect(again.status).toBe(200);
    expect(again.text).toBe(pages.at(-1)?.text);
    expect((await request('GET', executing[0] ?? '')).status).toBe(410);
    expect((await request('GET', last.replace(/\/y./, '/yz'))).status).toBe(404);
    expect((await request('GET', `${server.url}/v1/statement/executing/20200101_000000_00000_aaaaa/y${'0'.repeat(40)}/0`)).status).toBe(404);
  });

  it("fails a statement in Trino's form, with its place", async () => {
    const { last } = await outcome(server.url, 'SELECT\n  nope FROM tpch.tiny.nation');
    expect(last.status).toBe(200);
    expect(last.body.stats?.state).toBe('FAILED');
    expect(last.body.error).toMatchObject({
      errorName: 'COLUMN_NOT_FOUND',
      errorCode: 47,
      errorType: 'USER_ERROR',
      message: "line 2:3: Column 'nope' cannot be resolved",
      errorLocation: { lineNumber: 2, columnNumber: 3 },
    });
  });

  it('finishes with what it has read after a partial cancel', async () => {
    const first = await request('POST', `${server.url}/v1/statement`, {}, 'SELECT count(*) FROM tpch.sf10000.lineitem');
    let page = await request('GET', first.body.nextUri ?? '');
    while (page.body.partialCancelUri === undefined) page = await request('GET', page.body.nextUri ?? '');
    expect((await request('DELETE', page.body.partialCancelUri)).status).toBe(204);
    while (page.body.nextUri !== undefined && page.body.data === undefined) page = await request('GET', page.body.nextUri);
    const rows = page.body.data !== undefined && 'length' in page.body.data ? page.body.data : [];
    expect(Number(rows[0]?.[0])).toBeLessThan(59_999_994_267);
    expect(page.body.stats?.state).toBe('FINISHED');
  });

  it('cancels by DELETE, and the engine stops', async () => {
    const first = await request('POST', `${server.url}/v1/statement`, {}, ENDLESS);
    const second = await request('GET', first.body.nextUri ?? '');
    expect((await request('DELETE', second.body.nextUri ?? '')).status).toBe(204);
    const after = await request('GET', second.body.nextUri ?? '');
    expect(after.body.error?.errorName).toBe('USER_CANCELED');
    expect((await outcome(server.url, `SELECT state FROM system.runtime.queries WHERE query_id = '${first.body.id}'`)).rows).toEqual([['FAILED']]);
  });

  it('kills by procedure with the message', async () => {
    const first = await request('POST', `${server.url}/v1/statement`, {}, ENDLESS);
    await request('GET', first.body.nextUri ?? '');
    const killed = await outcome(server.url, `CALL system.runtime.kill_query(query_id => '${first.body.id}', message => 'enough')`);
    expect(killed.last.body.error).toBeUndefined();
    const info = await request('GET', `${server.url}/v1/query/${first.body.id}`);
    expect(info.text).toContain('Query killed. Message: enough');
  });

  it('tells the client what to change in its session', async () => {
    const headers = { 'X-Trino-Catalog': 'tpch', 'X-Trino-Schema': 'tiny' };
    const header = async (sql: string, name: string, more = {}) => (await outcome(server.url, sql, { ...headers, ...more })).last.headers.get(name);
    expect(await header('USE tpch.sf1', 'x-trino-set-schema')).toBe('sf1');
    expect(await header("SET SESSION query_max_run_time = '5m'", 'x-trino-set-session')).toBe('query_max_run_time=5m');
    expect(await header('RESET SESSION query_max_run_time', 'x-trino-clear-session')).toBe('query_max_run_time');
    expect(await header("SET TIME ZONE 'America/New_York'", 'x-trino-set-session')).toBe('time_zone_id=America%2FNew_York');
    expect(await header('SET ROLE ALL', 'x-trino-set-role')).toBe('system=ALL');
    expect(await header('DEALLOCATE PREPARE p', 'x-trino-deallocated-prepare', { 'X-Trino-Prepared-Statement': 'p=SELECT+1' })).toBe('p');
    expect(await header('PREPARE p FROM SELECT ? + 1', 'x-trino-added-prepare')).toContain('p=SELECT');
  });

  it('runs prepared statements with their parameters', async () => {
    const headers = { 'X-Trino-Prepared-Statement': `p=${encodeURIComponent('SELECT x FROM (VALUES 1, 2, 3) t(x) WHERE x > ? ORDER BY 1')}` };
    expect((await outcome(server.url, 'EXECUTE p USING 1', headers)).rows).toEqual([[2], [3]]);
    expect((await outcome(server.url, "EXECUTE IMMEDIATE 'SELECT ? + 1' USING 2")).rows).toEqual([[3]]);
    expect((await outcome(server.url, 'DESCRIBE INPUT p', headers)).rows).toEqual([[0, 'integer']]);
    const wrong = await outcome(server.url, 'EXECUTE p', headers);
    expect(wrong.last.body.error?.errorName).toBe('INVALID_PARAMETER_USAGE');
  });

  it('keeps explicit transactions', async () => {
    const none = await outcome(server.url, 'START TRANSACTION');
    expect(none.last.body.error?.errorName).toBe('INCOMPATIBLE_CLIENT');
    const started = await outcome(server.url, 'START TRANSACTION', { 'X-Trino-Transaction-Id': 'NONE' });
    const id = started.last.headers.get('x-trino-started-transaction-id') ?? '';
    expect(id).toMatch(/^[0-9a-f-]{36}$/);
    const inside = { 'X-Trino-Transaction-Id': id };
    expect((await outcome(server.url, 'SELECT 1', inside)).rows).toEqual([[1]]);
    await outcome(server.url, 'SELECT nope', inside);
    expect((await outcome(server.url, 'SELECT 1', inside)).last.body.error?.errorName).toBe('TRANSACTION_ALREADY_ABORTED');
    const ended = await outcome(server.url, 'ROLLBACK', inside);
    expect(ended.last.headers.get('x-trino-clear-transaction-id')).toBe('true');
    expect((await outcome(server.url, 'SELECT 1', inside)).last.body.error?.errorName).toBe('UNKNOWN_TRANSACTION');
  });

  it("refuses bad requests with Trino's status", async () => {
    const post = (headers: Record<string, string>, body: string) => fetch(`${server.url}/v1/statement`, { method: 'POST', headers, body });
    expect((await post({}, 'SELECT 1')).status).toBe(401);
    expect((await post({ 'X-Trino-User': 'x' }, '')).status).toBe(400);
    expect((await post({ 'X-Trino-User': 'x', 'X-Trino-Schema': 's' }, 'SELECT 1')).status).toBe(400);
    expect((await post({ 'X-Trino-User': 'x', 'X-Trino-Session': 'broken' }, 'SELECT 1')).status).toBe(400);
    expect((await post({ 'X-Trino-User': 'x', 'X-Trino-Session': '' }, 'SELECT 1')).status).toBe(200);
    expect((await post({ Authorization: `Basic ${Buffer.from('me:secret').toString('base64')}` }, 'SELECT 1')).status).toBe(401);
    expect((await post({ Authorization: `Basic ${Buffer.from('me:').toString('base64')}` }, 'SELECT 1')).status).toBe(200);
    expect((await fetch(`${server.url}/v1/statement`)).status).toBe(405);
    expect((await fetch(`${server.url}/v1/statement`, { method: 'HEAD' })).status).toBe(200);
  });

  it('takes statements up to query.max-length and headers of megabytes', async () => {
    const long = `SELECT length('${'x'.repeat(900_000)}')`;
    expect((await outcome(server.url, long)).rows).toEqual([[900_000]]);
    const tooLong = await outcome(server.url, `SELECT '${'x'.repeat(1_000_001)}'`);
    expect(tooLong.last.body.error?.errorName).toBe('QUERY_TEXT_TOO_LARGE');
    const prepared = `p=${encodeURIComponent(`SELECT length('${'y'.repeat(1_500_000)}')`)}`;
    expect((await request('POST', `${server.url}/v1/statement`, { 'X-Trino-Prepared-Statement': prepared }, 'SELECT 1')).status).toBe(200);
  });

  it('sends pages of a megabyte as it sends small ones', async () => {
    const sql = 'SELECT orderkey, comment FROM tpch.sf1.orders ORDER BY orderkey LIMIT 20000';
    const large = (await allPages(server.url, sql, PLAIN)).filter(({ text }) => text.length > 1_000_000);
    const small = await allPages(server.url, 'SELECT 1', PLAIN);
    expect(large.length).toBeGreaterThan(0);
    for (const { headers, text } of large) {
      expect(headers.get('content-length')).toBe(String(Buffer.byteLength(text)));
      expect([...headers.keys()].sort()).toEqual([...(small[0]?.headers.keys() ?? [])].sort());
      expect(headers.get('vary')).toBe(small[0]?.headers.get('vary'));
    }
    const rows = (await outcome(server.url, sql)).rows.map((row) => Number(row[0]));
    expect(rows).toEqual(rows.toSorted((a, b) => a - b));
    expect(rows.length).toBe(20_000);
  });

  it('compresses when asked', async () => {
    const sql = 'SELECT * FROM tpch.tiny.nation';
    for (const encoding of ['gzip', 'zstd']) {
      const pages = await allPages(server.url, sql, { 'Accept-Encoding': encoding });
      expect(pages.some(({ headers }) => headers.get('content-encoding') === encoding)).toBe(true);
    }
  });

  it('names types plainly for clients without PARAMETRIC_DATETIME', async () => {
    const sql = "SELECT TIMESTAMP '2020-01-01 00:00:00.123456' AS t";
    const plain = await outcome(server.url, sql);
    expect([plain.last.body.columns?.[0]?.type, plain.rows]).toEqual(['timestamp', [['2020-01-01 00:00:00.123']]]);
    const parametric = await outcome(server.url, sql, { 'X-Trino-Client-Capabilities': 'PARAMETRIC_DATETIME' });
    expect([parametric.last.body.columns?.[0]?.type, parametric.rows]).toEqual(['timestamp(6)', [['2020-01-01 00:00:00.123456']]]);
  });
});

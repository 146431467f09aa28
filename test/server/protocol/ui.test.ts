import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestServer, startTestServer } from '../../rig/server.ts';
import { outcome, request } from '../../rig/statementProtocol.ts';

const ENDLESS = 'SELECT count(*) FROM tpch.sf10000.lineitem a CROSS JOIN tpch.sf10000.lineitem b';

/** From where to where: as Trino answers. */
const BACK = [
  ['https://elsewhere.example/x?a=b#c', '/x?a=b'],
  ['//elsewhere.example/z', '/z'],
  ['/ui/query.html?2020', '/ui/query.html?2020'],
  ['x/y', '/x/y'],
  ['http://localhost/ui/a b', '/ui/'],
] as const;

describe('/ui', () => {
  let server: TestServer;
  let cookie = '';
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(async () => {
    await server?.close();
  });

  const json = async (path: string): Promise<unknown> => JSON.parse((await request('GET', `${server.url}${path}`, { cookie })).text);

  it('lets in who gives a name, as Trino does without TLS', async () => {
    const page = await request('GET', `${server.url}/ui/query.html?x`);
    expect([page.status, page.headers.get('location')]).toEqual([303, `${server.url}/ui/login.html?/ui/query.html?x`]);
    const refused = await request('GET', `${server.url}/ui/api/stats`);
    expect([refused.status, refused.headers.get('www-authenticate'), refused.text]).toEqual([401, 'Trino-Form-Login', 'Unauthorized']);
    for (const form of ['username=&password=', 'username=a&password=b', 'password=b']) {
      const login = await request('POST', `${server.url}/ui/login`, {}, form);
      expect([login.status, login.headers.get('location'), login.headers.get('set-cookie')]).toEqual([303, `${server.url}/ui/login.html`, null]);
    }
    const login = await request('POST', `${server.url}/ui/login`, {}, 'username=ann&password=&redirectPath=ui/query.html?x');
    expect([login.status, login.headers.get('location')]).toEqual([303, `${server.url}/ui/query.html?x`]);
    for (const [wanted, place] of BACK) {
      const back = await request('POST', `${server.url}/ui/login`, {}, `username=ann&password=&redirectPath=${encodeURIComponent(wanted)}`);
      expect(back.headers.get('location')).toBe(`${server.url}${place}`);
    }
    expect(login.headers.get('set-cookie')).toMatch(/^Trino-UI-Token=[\w.-]+;Version=1;Path=\/ui;HttpOnly$/);
    cookie = login.headers.get('set-cookie')?.split(';')[0] ?? '';
    expect((await request('GET', `${server.url}/ui/api/stats`, { cookie: `${cookie}x` })).status).toBe(401);
    expect((await request('GET', `${server.url}/ui/login.html`, { cookie })).headers.get('location')).toBe(`${server.url}/ui/`);
    expect((await request('GET', `${server.url}/ui/logout`, { cookie })).headers.get('set-cookie')).toBe(
      'Trino-UI-Token=delete;Version=1;Path=/ui;Max-Age=0;HttpOnly',
    );
  });

  it('tells of the server, of queries, and kills them', async () => {
    expect(await json('/ui/api/cluster')).toMatchObject({ nodeVersion: { version: '476' }, environment: 'test' });
    const done = await outcome(server.url, 'SELECT * FROM tpch.tiny.nation', { 'X-Trino-Client-Tags': 'x,y' });
    const running = await request('POST', `${server.url}/v1/statement`, {}, ENDLESS);
    await request('GET', running.body.nextUri ?? '');
    expect(await json('/ui/api/stats')).toMatchObject({ runningQueries: 1, queuedQueries: 0, activeCoordinators: 1, activeWorkers: 1, totalInputRows: 25 });
    expect(await json('/ui/api/worker')).toMatchObject([{ nodeVersion: '476', coordinator: true, state: 'active' }]);
    expect(await json('/ui/api/query?state=finished')).toMatchObject([
      {
        queryId: done.last.body.id,
        state: 'FINISHED',
        queryTextPreview: 'SELECT * FROM tpch.tiny.nation',
        queryType: 'SELECT',
        clientTags: ['x', 'y'],
        resourceGroupId: ['global'],
      },
    ]);
    expect(await json(`/ui/api/query/${done.last.body.id}`)).toMatchObject({
      fieldNames: ['nationkey', 'name', 'regionkey', 'comment'],
      queryStats: { outputPositions: 25 },
    });
    const gone = await request('GET', `${server.url}/ui/api/query/nope`, { cookie });
    expect([gone.status, gone.text, gone.headers.get('cache-control')]).toEqual([410, 'Error 410 Gone: HTTP 410 Gone', 'no-cache, no-store, max-age=0']);
    expect((await request('PUT', `${server.url}/ui/api/query/${running.body.id}/killed`, { cookie }, 'enough')).status).toBe(202);
    const killed = await request('GET', `${server.url}/ui/query.html?${running.body.id}`, { cookie });
    expect(killed.text).toContain('ADMINISTRATIVELY_KILLED: Query killed. Message: enough');
    const page = await request('GET', `${server.url}/ui/?search=lineitem`, { cookie });
    expect(page.text).toContain(running.body.id);
    expect(page.text).not.toContain(done.last.body.id);
  });

  it('asks for a user before it tells of queries elsewhere, and for JSON before it shuts down', async () => {
    const anonymous = await fetch(`${server.url}/v1/query`);
    expect([anonymous.status, anonymous.headers.get('www-authenticate')]).toEqual([401, 'Basic realm="Trino"']);
    expect((await request('PUT', `${server.url}/v1/info/state`, {}, '"SHUTTING_DOWN"')).status).toBe(415);
    const info = await request('GET', `${server.url}/v1/info`);
    expect([info.headers.get('content-type'), info.headers.get('vary'), info.headers.get('x-content-type-options')]).toEqual([
      'application/json',
      'Accept-Encoding',
      'nosniff',
    ]);
    const shut = await request('PUT', `${server.url}/v1/info/state`, { 'Content-Type': 'application/json' }, '"SHUTTING_DOWN"');
    expect(shut.status).toBe(200);
  });
});

import { describe, expect, it } from 'vitest';
import { startTestServer, type TestServerOptions } from '../../rig/server.ts';
import { allPages, outcome, request } from '../../rig/statementProtocol.ts';

const group = (name: string, more = {}) => ({ name, softMemoryLimit: '80%', hardConcurrencyLimit: 5, maxQueued: 5, ...more });

async function withServer(options: TestServerOptions, run: (url: string) => Promise<void>): Promise<void> {
  const server = await startTestServer(options);
  try {
    await run(server.url);
  } finally {
    await server.close();
  }
}

async function errorOf(url: string, sql: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const { error } = (await outcome(url, sql, headers)).last.body;
  return error === undefined ? 'none' : `${error.errorName}: ${error.message}`;
}

describe('errors that are not about what a statement says', () => {
  it('resource groups that take no queries', async () => {
    const groups = {
      rootGroups: [group('outer', { subGroups: [group('inner')] })],
      selectors: [
        { user: 'parent', group: 'outer' },
        { user: 'child', group: 'outer.inner' },
      ],
    };
    const files = {
      'resource-groups.properties': 'resource-groups.configuration-manager=file\nresource-groups.config-file=etc/groups.json\n',
      'groups.json': JSON.stringify(groups),
    };
    await withServer({ files }, async (url) => {
      expect(await errorOf(url, 'SELECT 1', { 'X-Trino-User': 'child' })).toBe('none');
      expect(await errorOf(url, 'SELECT 1', { 'X-Trino-User': 'parent' })).toMatch(/^INVALID_RESOURCE_GROUP: Cannot add queries to outer/);
      expect(await errorOf(url, 'SELECT 1', { 'X-Trino-User': 'nobody' })).toMatch(/^QUERY_REJECTED: /);
    });
  });

  it('a server that shuts down', async () => {
    await withServer({}, async (url) => {
      const running = await request('POST', `${url}/v1/statement`, { 'X-Trino-User': 'test' }, 'SELECT count(*) FROM tpch.sf10000.lineitem');
      expect(running.status).toBe(200);
      await request('PUT', `${url}/v1/info/state`, { 'Content-Type': 'application/json', 'X-Trino-User': 'test' }, '"SHUTTING_DOWN"');
      expect(await errorOf(url, 'SELECT 1')).toBe('SERVER_SHUTTING_DOWN: Server is shutting down');
    });
  });

  it('properties of a catalog that are no text', async () => {
    await withServer({}, async (url) => {
      const error = (property: string) => errorOf(url, `CREATE CATALOG sqlc USING memory WITH (foo = ${property})`);
      const refused = (why: string) => `INVALID_CATALOG_PROPERTY: line 1:40: ${why}`;
      expect(await error('1')).toBe(refused("Invalid value for catalog property 'foo': Cannot convert [1] to varchar"));
      expect(await error('nope')).toBe(refused("Invalid value for catalog property 'foo': Cannot convert [nope] to varchar"));
      expect(await error('NULL')).toBe(refused("Invalid null value for catalog property 'foo' from [null]"));
      expect(await error('DEFAULT')).toBe(refused('Catalog properties do not support DEFAULT value'));
    });
  });

  it('a store of spooled segments that is full', async () => {
    const headers = { 'X-Trino-Query-Data-Encoding': 'json' };
    await withServer({ config: 'lepton.spooling.max-size=1MB\n' }, async (url) => {
      const pages = await allPages(url, 'SELECT * FROM tpch.sf1.orders', headers);
      expect(pages.at(-1)?.body.error?.errorName).toBe('GENERIC_INSUFFICIENT_RESOURCES');
    });
  });

  it('a query that gave way to another', async () => {
    await withServer({}, async (url) => {
      const running = await request('POST', `${url}/v1/statement`, { 'X-Trino-User': 'test' }, 'SELECT count(*) FROM tpch.sf10000.lineitem');
      const { id } = JSON.parse(running.text) as { id: string };
      const preempted = await request('PUT', `${url}/v1/query/${id}/preempted`, { 'X-Trino-User': 'test' }, 'later');
      expect(preempted.status).toBe(202);
      const info = await request('GET', `${url}/v1/query/${id}`, { 'X-Trino-User': 'test' });
      expect(info.text).toContain('ADMINISTRATIVELY_PREEMPTED');
    });
  });
});

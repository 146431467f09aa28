import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestServer, startTestServer } from '../../rig/server.ts';
import { type ProtocolPage, outcome, request } from '../../rig/statementProtocol.ts';

const ENDLESS = 'SELECT count(*) FROM tpch.sf10000.lineitem a CROSS JOIN tpch.sf10000.lineitem b';

const group = (name: string, hardConcurrencyLimit: number, maxQueued: number, more = {}) => ({
  name,
  softMemoryLimit: '80%',
  hardConcurrencyLimit,
  maxQueued,
  ...more,
});

function groups(singleQueue: number): string {
  return JSON.stringify({
    rootGroups: [
      group('global', 10, 10, {
        subGroups: [
          group('single', 1, singleQueue),
          group('users', 5, 5, { schedulingPolicy: 'query_priority', subGroups: [group('${USER}-${tool}', 1, 5)] }),
          group('cpu', 5, 5, { softCpuLimit: '1ms', hardCpuLimit: '2ms' }),
        ],
      }),
      group('ddl', 5, 5),
      group('tagged', 5, 5),
      group('estimated', 5, 5),
    ],
    selectors: [
      { user: 'single', group: 'global.single' },
      { user: 'cpu', group: 'global.cpu' },
      { source: 'tool-(?<tool>[a-z]+)', group: 'global.users.${USER}-${tool}' },
      { clientTags: ['a', 'b'], group: 'tagged' },
      { queryType: 'data_definition', group: 'ddl' },
      { selectorResourceEstimate: { executionTime: { min: '1h' } }, group: 'estimated' },
      { user: '(?i)ADMIN', group: 'ddl' },
      { userGroup: 'none', group: 'ddl' },
    ],
    cpuQuotaPeriod: '1h',
  });
}

describe('resource groups', () => {
  let server: TestServer;
  const open: string[] = [];

  beforeAll(async () => {
    server = await startTestServer({
      files: {
        'resource-groups.properties': 'resource-groups.configuration-manager=file\nresource-groups.config-file=etc/groups.json\n',
        'groups.json': groups(1),
      },
    });
  });
  afterAll(async () => {
    await server?.close();
  });

  const as = (user: string, more: Record<string, string> = {}) => ({ 'X-Trino-User': user, ...more });
  const start = async (user: string, more: Record<string, string> = {}): Promise<ProtocolPage> => {
    const first = await request('POST', `${server.url}/v1/statement`, as(user, more), ENDLESS);
    open.push(first.body.id ?? '');
    return request('GET', first.body.nextUri ?? '', as(user));
  };
  const killAll = async () => {
    for (const id of open.splice(0)) await request('DELETE', `${server.url}/v1/query/${id}`);
  };
  const json = async (url: string): Promise<unknown> => JSON.parse((await request('GET', `${server.url}${url}`)).text);
  const groupOf = async (user: string, sql: string, more: Record<string, string> = {}) => {
    const { last } = await outcome(server.url, sql, as(user, more));
    return last.body.error?.message ?? (await json(`/v1/query/${last.body.id}`));
  };

  it('let queries wait where all can see it, refuse more, and start the next', async () => {
    const running = await start('single');
    const waiting = await start('single');
    const refused = await start('single');
    expect(waiting.body.stats).toMatchObject({ state: 'QUEUED', queued: true, scheduled: false });
    expect(refused.body.error).toMatchObject({
      errorName: 'QUERY_QUEUE_FULL',
      errorType: 'INSUFFICIENT_RESOURCES',
      message: 'Too many queued queries for "global.single"',
    });
    expect(await json('/v1/resourceGroupState/global/single')).toMatchObject({
      id: ['global', 'single'],
      state: 'FULL',
      schedulingPolicy: 'FAIR',
      hardConcurrencyLimit: 1,
      maxQueuedQueries: 1,
      numQueuedQueries: 1,
      numRunningQueries: 1,
      runningQueries: [{ queryId: running.body.id, resourceGroupId: ['global', 'single'] }],
    });
    const { rows } = await outcome(
      server.url,
      "SELECT state, resource_group_id FROM system.runtime.queries WHERE user = 'single' ORDER BY created",
      as('admin'),
    );
    expect(rows.slice(1)).toEqual([
      ['QUEUED', ['global', 'single']],
      ['FAILED', ['global', 'single']],
    ]);
    await request('DELETE', `${server.url}/v1/query/${running.body.id}`);
    const now = await request('GET', waiting.body.nextUri ?? '', as('single'));
    expect(now.body.stats?.state).toMatch(/PLANNING|RUNNING/);
    await killAll();
  });

  it('are made from the templates of the selector', async () => {
    await start('u1', { 'X-Trino-Source': 'tool-abc' });
    await start('u1', { 'X-Trino-Source': 'tool-abc' });
    await start('u2', { 'X-Trino-Source': 'tool-abc' });
    expect(await json('/v1/resourceGroupState/global/users')).toMatchObject({
      numRunningQueries: 2,
      numQueuedQueries: 1,
      subGroups: [{ id: ['global', 'users', 'u1-abc'], schedulingPolicy: 'QUERY_PRIORITY' }, { id: ['global', 'users', 'u2-abc'] }],
    });
    await killAll();
  });

  it('are chosen by tags, kind of statement, estimates and user, in the order of the file', async () => {
    expect(await groupOf('x', 'SELECT 1', { 'X-Trino-Client-Tags': 'b,c,a' })).toMatchObject({ resourceGroupId: ['tagged'] });
    expect(await groupOf('x', 'CREATE SCHEMA memory.groups')).toMatchObject({ resourceGroupId: ['ddl'] });
    expect(await groupOf('x', 'EXECUTE p', { 'X-Trino-Prepared-Statement': 'p=DROP+SCHEMA+memory.groups' })).toMatchObject({ resourceGroupId: ['ddl'] });
    expect(await groupOf('x', 'SELECT 1', { 'X-Trino-Resource-Estimate': 'EXECUTION_TIME=2h' })).toMatchObject({ resourceGroupId: ['estimated'] });
    expect(await groupOf('admin', 'SELECT 1')).toMatchObject({ resourceGroupId: ['ddl'] });
    expect(await groupOf('x', 'SELECT 1', { 'X-Trino-Client-Tags': 'b' })).toBe('No matching resource group found with the configured selection rules');
    expect(await groupOf('x', 'SELEC 1')).toMatch(/^line 1:1: mismatched input 'SELEC'/);
  });

  it('make queries wait once their processor time is used up', async () => {
    await outcome(server.url, 'SELECT sum(quantity) FROM tpch.tiny.lineitem', as('cpu'));
    const waiting = await start('cpu');
    expect(waiting.body.stats?.state).toBe('QUEUED');
    await killAll();
  });

  it('follow their file, and keep what they were when it cannot be read', async () => {
    const file = path.join(server.etcDir, 'groups.json');
    const queueOfSingle = async () => {
      const state: unknown = await json('/v1/resourceGroupState/global/single');
      return typeof state === 'object' && state !== null && 'maxQueuedQueries' in state ? state.maxQueuedQueries : undefined;
    };
    writeFileSync(file, groups(7));
    await expect.poll(queueOfSingle, { timeout: 5_000 }).toBe(7);
    writeFileSync(file, '{"rootGroups": [');
    writeFileSync(file, groups(8).replace('"80%"', '"nonsense"'));
    await outcome(server.url, 'SELECT 1', as('admin'));
    expect(await queueOfSingle()).toBe(7);
  });
});

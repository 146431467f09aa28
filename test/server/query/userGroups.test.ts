import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readGroupProvider, readUserGroups } from '../../../server/config/groupProviderConfig.ts';
import { type TestServer, startTestServer } from '../../rig/server.ts';
import { outcome, request } from '../../rig/statementProtocol.ts';

const group = (name: string) => ({ name, softMemoryLimit: '80%', hardConcurrencyLimit: 10, maxQueued: 10 });
const RESOURCE_GROUPS = JSON.stringify({
  rootGroups: [group('analysts'), group('others')],
  selectors: [{ userGroup: 'data-(?:analysts|scientists)', group: 'analysts' }, { group: 'others' }],
});

describe('groups of users', () => {
  let server: TestServer;
  let dir: string;
  beforeAll(async () => {
    dir = mkdtempSync(path.join(os.tmpdir(), 'lepton-groups-'));
    const file = path.join(dir, 'groups.txt');
    writeFileSync(file, 'staff:alice, bob\ndata-analysts:alice\n');
    server = await startTestServer({
      files: {
        'group-provider.properties': `group-provider.name=file\nfile.group-file=${file}\nfile.refresh-period=1ms\n`,
        'resource-groups.properties': 'resource-groups.configuration-manager=file\nresource-groups.config-file=etc/groups.json\n',
        'groups.json': RESOURCE_GROUPS,
      },
    });
  });
  afterAll(async () => {
    await server?.close();
    rmSync(dir, { recursive: true, force: true });
  });

  const groupsOf = async (user: string): Promise<unknown> => (await outcome(server.url, 'SELECT current_groups()', { 'X-Trino-User': user })).rows[0]?.[0];
  async function told(user: string): Promise<{ readonly resourceGroup: unknown; readonly session: unknown }> {
    const { last } = await outcome(server.url, 'SELECT 1', { 'X-Trino-User': user });
    const { text } = await request('GET', `${server.url}/v1/query/${last.body.id}`);
    const { resourceGroupId, session } = JSON.parse(text);
    return { resourceGroup: resourceGroupId, session: [session.groups, session.originalUserGroups] };
  }

  it('are seen by selectors of resource groups, current_groups() and what is told of a query', async () => {
    expect(await told('alice')).toEqual({
      resourceGroup: ['analysts'],
      session: [
        ['staff', 'data-analysts'],
        ['staff', 'data-analysts'],
      ],
    });
    expect(await told('bob')).toEqual({ resourceGroup: ['others'], session: [['staff'], ['staff']] });
    expect(await told('carol')).toEqual({ resourceGroup: ['others'], session: [[], []] });
    expect(await groupsOf('alice')).toEqual(['staff', 'data-analysts']);
    expect(await groupsOf('carol')).toEqual([]);
  });

  it('are read again, and stay as they were when the file has a mistake', async () => {
    writeFileSync(path.join(dir, 'groups.txt'), 'data-scientists:carol\n');
    await expect.poll(() => groupsOf('carol'), { timeout: 30_000 }).toEqual(['data-scientists']);
    expect(await groupsOf('alice')).toEqual([]);
    expect((await told('carol')).resourceGroup).toEqual(['analysts']);
    writeFileSync(path.join(dir, 'groups.txt'), 'no members here\n');
    expect(await groupsOf('carol')).toEqual(['data-scientists']);
    writeFileSync(path.join(dir, 'groups.txt'), 'last:carol\n');
    await expect.poll(() => groupsOf('carol'), { timeout: 30_000 }).toEqual(['last']);
  });
});

describe('the file of groups', () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(path.join(os.tmpdir(), 'lepton-groups-'));
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  function read(text: string, user: string): readonly string[] | undefined {
    const file = path.join(dir, 'groups.txt');
    writeFileSync(file, text);
    return readUserGroups(file).get(user);
  }

  // as Trino 476's FileGroupProvider answers
  it.each([
    ['zeta:alice,bob\nalpha:alice\n', 'alice', ['zeta', 'alpha']],
    [' a b : alice , bob \nc: alice\n', 'alice', ['a b', 'c']],
    ['a:alice\n\n   \nb:alice\n', 'alice', ['a', 'b']],
    ['a:alice,bob\r\nb:bob\r\n', 'bob', ['a', 'b']],
    ['a:b:alice\n', 'b:alice', ['a']],
    ['a:b:alice\n', 'alice', undefined],
    ['a:\nb:alice\n', 'alice', ['b']],
    [':alice\nb:alice\n', 'alice', ['', 'b']],
    ['a:alice\na:bob\na:alice\n', 'alice', ['a']],
    ['a:alice,,bob\n', '', undefined],
    ['a:alice\n', 'Alice', undefined],
  ])('%j: %s', (text, user, expected) => {
    expect(read(text, user)).toEqual(expected);
  });

  it('names the line with a mistake', () => {
    expect(() => read('a:b\n\nbad\n', 'b')).toThrow('Error in group file line 3: Expected two parts for group and users');
  });

  it.each([
    ['group-provider.name=ldap', "Group provider 'ldap' is not registered"],
    ['group-provider.name=file', 'Invalid configuration property file.group-file: must not be null'],
    ['group-provider.name=file\nfile.group-file=/no/such', 'Invalid configuration property file.group-file: file does not exist: /no/such'],
    [
      'group-provider.name=file\nfile.group-file=@dir@/groups.txt\nfile.refresh-period=0ms',
      'Invalid configuration property file.refresh-period: must be greater than or equal to 1ms',
    ],
    ['group-provider.name=file\nfile.group-file=@dir@/groups.txt\nx.y=1', "'x.y' was not used"],
    ['group-provider.name=file\nfile.group-file=@dir@/bad.txt', 'Error in group file line 1'],
  ])('is refused in %j', (text, message) => {
    writeFileSync(path.join(dir, 'groups.txt'), 'a:b\n');
    writeFileSync(path.join(dir, 'bad.txt'), 'bad\n');
    writeFileSync(path.join(dir, 'group-provider.properties'), text.replaceAll('@dir@', dir));
    expect(() => readGroupProvider(dir, {})).toThrow(message);
  });
});

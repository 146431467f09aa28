import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { watchNameMapping } from '../../../catalog/postgresql/nameMapping.ts';
import { postgresCatalogFile } from '../../rig/postgres.ts';
import { startTestServer, type TestServer } from '../../rig/server.ts';
import { StatementAsker } from '../../sql/askServer.ts';
import { readGoldenFile } from '../../sql/goldenCase.ts';
import { judge } from '../../sql/judge.ts';
import { NAME_CATALOGS } from './oracle/names/catalogs.ts';
import { type PostgresFixture, startFixture } from './postgresFixture.ts';

const ORACLE = path.join(import.meta.dirname, 'oracle', 'names');

let fixture: PostgresFixture;
let server: TestServer;
let asker: StatementAsker;

beforeAll(async () => {
  fixture = await startFixture();
  const lines = (properties: Readonly<Record<string, string>>): string =>
    Object.entries(properties)
      .map(([key, value]) => `${key}=${value}\n`)
      .join('');
  const catalogs = Object.entries(NAME_CATALOGS).map(([name, properties]) => [name, postgresCatalogFile(fixture.rig) + lines(properties)] as const);
  server = await startTestServer({ catalogs: Object.fromEntries(catalogs) });
  asker = new StatementAsker(server.url);
});
afterAll(async () => {
  asker?.close();
  await server?.close();
  await fixture?.close();
});

test('names that differ in case, with and without a mapping: what Trino answered', { timeout: 120_000 }, async () => {
  await fixture.query(readFileSync(path.join(ORACLE, 'seed.sql'), 'utf8'));
  const unexpected: string[] = [];
  for (const golden of readGoldenFile(path.join(ORACLE, 'answers.jsonl'))) {
    const { verdict, why } = judge(golden, await asker.ask(golden.sql, golden.session));
    if (verdict !== 'equal') unexpected.push(`${verdict}: ${golden.sql}\n    ${why}`);
  }
  expect(unexpected).toEqual([]);
});

test('the file of names is read again when its time has come, and no sooner', () => {
  const file = path.join(server.etcDir, 'names.json');
  const write = (mapping: string): void => writeFileSync(file, JSON.stringify({ schemas: [{ remoteSchema: 'Shop', mapping }], tables: [] }));
  let now = 0;
  write('first');
  const once = watchNameMapping(file, 0, () => now);
  const often = watchNameMapping(file, 1000, () => now);
  write('second');
  now = 999;
  expect(often().schemaName('Shop')).toBe('first');
  now = 1000;
  expect(often().schemaName('Shop')).toBe('second');
  expect(often().remoteSchema('second')).toBe('Shop');
  writeFileSync(file, 'nope');
  now = 2000;
  expect(often).toThrow(expect.objectContaining({ errorName: 'GENERIC_INTERNAL_ERROR', message: expect.stringContaining(`Invalid JSON file '${file}'`) }));
  write('third');
  expect(often().schemaName('Shop')).toBe('third');
  expect(once().schemaName('Shop')).toBe('first');
});

test.each([
  ['nope', 'Invalid JSON file'],
  ['{}', 'schemas is null'],
  ['{"schemas": []}', 'tables is null'],
  ['{"schemas": [{"remoteSchema": "A"}], "tables": []}', 'mapping is null'],
  ['{"schemas": [{"remoteSchema": "A", "mapping": "X"}], "tables": []}', 'mapping is not lower case: X'],
  ['{"schemas": [{"remoteSchema": "A", "mapping": "x", "more": 1}], "tables": []}', 'unrecognized field "more"'],
  ['{"schemas": [], "tables": [], "more": 1}', 'unrecognized field "more"'],
  ['{"schemas": [{"remoteSchema": "A", "mapping": "x"}, {"remoteSchema": "B", "mapping": "x"}], "tables": []}', 'Multiple entries with same key: x=B and x=A'],
  ['{"schemas": [{"remoteSchema": "A", "mapping": "x"}, {"remoteSchema": "A", "mapping": "y"}], "tables": []}', 'Multiple entries with same key: A=y and A=x'],
])('a file of names that is refused: %s', (text, message) => {
  const file = path.join(server.etcDir, 'refused.json');
  writeFileSync(file, text);
  expect(() => watchNameMapping(file, 0)).toThrow(expect.objectContaining({ errorName: 'CONFIGURATION_INVALID', message: expect.stringContaining(message) }));
});

import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { postgresCatalogFile } from '../../rig/postgres.ts';
import { startTestServer, type TestServer } from '../../rig/server.ts';
import { StatementAsker } from '../../sql/askServer.ts';
import { readGoldenFile } from '../../sql/goldenCase.ts';
import { judge } from '../../sql/judge.ts';
import { type PostgresFixture, startFixture } from './postgresFixture.ts';

const FIXTURES = path.join(import.meta.dirname, 'fixtures');
const SEED = readFileSync(path.join(import.meta.dirname, 'oracle', 'seed.sql'), 'utf8');

/** What we answer otherwise than Trino, and why; each stands in docs/differences.md. */
const DIFFERENT: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'the source takes the backslash for an escape': ['de', 'c', 'plain'].map((column) => `SELECT id FROM collated WHERE ${column} like '%\\%'`),
    'the source takes NaN for greater than every number': ['> 1e0', '>= 1e0', '> infinity()'].map((test) => `SELECT f8 FROM nan WHERE f8 ${test}`),
    'the source has no min and max of uuid': ['SELECT min(ext_id), max(ext_id) FROM people'],
    'NULL is no query, and no internal error': ['SELECT * FROM TABLE(system.query(query => NULL))'],
    'views are kept on every catalog': ['create view vv as select 1 a'],
    'the source does not read the driver’s form of years before 1': ["SELECT id FROM dates WHERE ts < timestamp '-0001-01-01 00:00:00' and id > 2"],
  }).flatMap(([why, statements]) => statements.map((sql) => [sql, why] as const)),
);

let fixture: PostgresFixture;
let server: TestServer;
let asker: StatementAsker;

beforeAll(async () => {
  fixture = await startFixture();
  server = await startTestServer({ catalogs: { postgresql: postgresCatalogFile(fixture.rig) } });
  asker = new StatementAsker(server.url);
});
afterAll(async () => {
  asker?.close();
  await server?.close();
  await fixture?.close();
});

for (const file of readdirSync(FIXTURES)) {
  test(`${file}: what Trino answered`, { timeout: 120_000 }, async () => {
    await fixture.query(SEED);
    const unexpected: string[] = [];
    for (const golden of readGoldenFile(path.join(FIXTURES, file))) {
      const answer = await asker.ask(golden.sql, golden.session);
      const { verdict, why } = judge(golden, answer);
      if ((verdict === 'equal') === DIFFERENT.has(golden.sql)) unexpected.push(`${verdict}: ${golden.sql}\n    ${why}`);
    }
    expect(unexpected.length === 0 ? 'none' : `${unexpected.length}:\n${unexpected.slice(0, 60).join('\n')}`).toBe('none');
  });
}

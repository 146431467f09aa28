import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { postgresCatalogFile } from '../../rig/postgres.ts';
import { startTestServer, type TestServer } from '../../rig/server.ts';
import { StatementAsker } from '../../sql/askServer.ts';
import { readGoldenFile } from '../../sql/goldenCase.ts';
import { judge } from '../../sql/judge.ts';
import { seedOf } from './oracle/statements.ts';
import { type PostgresFixture, startFixture } from './postgresFixture.ts';

const FIXTURES = path.join(import.meta.dirname, 'fixtures');

/** What we answer otherwise than Trino, and why; each stands in docs/differences.md. */
const DIFFERENT: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'the source takes the backslash for an escape': ['de', 'c', 'plain'].map((column) => `SELECT id FROM collated WHERE ${column} like '%\\%'`),
    'the source takes NaN for greater than every number': [
      ...['> 1e0', '>= 1e0', '> infinity()'].map((test) => `SELECT f8 FROM nan WHERE f8 ${test}`),
      ...['f8 > 1e0', 'f8 >= 1e0', 'f8 = f8'].map((test) => `SELECT id FROM big WHERE ${test}`),
      'SELECT min(f8), max(f8) FROM big',
      'SELECT count(*), max(f8) FROM big WHERE id < 3',
      'SELECT b.id, s.id FROM big b JOIN small s ON b.f8 = s.f8',
    ],
    'the source compares by the column’s collation, or does not know by which': [
      ...["tn = 'a'", "tn IN ('a', 'z')", "tn LIKE 'a%'", 'ti <> tc'].map((test) => `SELECT id FROM big WHERE ${test}`),
      'SELECT b.id, s.id FROM big b JOIN small s ON b.tn = s.ti',
    ],
    'the source knows no other label of an enum, and no pattern': ["en IN ('sad', 'nothing')", "en LIKE 's%'"].map(
      (test) => `SELECT id FROM big WHERE ${test}`,
    ),
    'the source compares and groups numerics before they are rounded': ['SELECT id FROM big WHERE nu = 1.50', 'SELECT nu, count(*) FROM big GROUP BY nu'],
    'the source has no min and max of bytea and boolean': ['SELECT min(ba), max(ba) FROM big', 'SELECT min(b), max(b) FROM big'],
    'the column of types is as wide as those of the catalogs that there are (connector.test.ts compares the rows)': ["SHOW SESSION LIKE 'postgresql.%'"],
    'the engine does not subtract moments of 292,000 years and more': ["SELECT id FROM wild WHERE date_diff('day', ts6, TIMESTAMP '2020-06-15 00:00:00') < 1"],
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
    await fixture.query(seedOf(file.replace(/\.jsonl$/, '')));
    const unexpected: string[] = [];
    for (const golden of readGoldenFile(path.join(FIXTURES, file))) {
      const answer = await asker.ask(golden.sql, golden.session);
      const { verdict, why } = judge(golden, answer);
      if ((verdict === 'equal') === DIFFERENT.has(golden.sql)) unexpected.push(`${verdict}: ${golden.sql}\n    ${why}`);
    }
    expect(unexpected.length === 0 ? 'none' : `${unexpected.length}:\n${unexpected.slice(0, 60).join('\n')}`).toBe('none');
  });
}

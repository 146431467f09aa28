import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { postgresCatalogFile } from '../../../rig/postgres.ts';
import { startTestServer, type TestServer } from '../../../rig/server.ts';
import { StatementAsker } from '../../../sql/askServer.ts';
import { readRules, readStatementFile, seedOf } from '../oracle/statements.ts';
import { type PostgresFixture, startFixture } from '../postgresFixture.ts';
import { readGoldenFile } from '../../../sql/goldenCase.ts';
import { remotePlan } from './remotePlan.ts';

let fixture: PostgresFixture;
let server: TestServer;
let asker: StatementAsker;

beforeAll(async () => {
  fixture = await startFixture();
  await fixture.query(seedOf('rules'));
  server = await startTestServer({ catalogs: { postgresql: postgresCatalogFile(fixture.rig) } });
  asker = new StatementAsker(server.url);
}, 120_000);
afterAll(async () => {
  asker?.close();
  await server?.close();
  await fixture?.close();
});

describe.concurrent('what PostgreSQL is asked', () => {
  for (const { sql, plan } of readRules()) test(sql.slice(0, 300), { timeout: 60_000 }, async () => expect(await remotePlan(asker, sql)).toBe(plan));
});

test('Trino has answered each of them (answers.test.ts replays the answers)', () => {
  const recorded = readGoldenFile(new URL('../fixtures/rules.jsonl', import.meta.url).pathname);
  expect(recorded.map(({ sql, session }) => ({ sql, session }))).toEqual(readStatementFile('rules').statements);
});

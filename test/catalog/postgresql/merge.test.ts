import { afterAll, beforeAll, expect, test } from 'vitest';
import { postgresCatalogFile } from '../../rig/postgres.ts';
import { startTestServer, type TestServer } from '../../rig/server.ts';
import { StatementAsker } from '../../sql/askServer.ts';
import { type PostgresFixture, startFixture } from './postgresFixture.ts';

let fixture: PostgresFixture;
let server: TestServer;
let asker: StatementAsker;

beforeAll(async () => {
  fixture = await startFixture();
  server = await startTestServer({ catalogs: { postgresql: postgresCatalogFile(fixture.rig) } });
  asker = new StatementAsker(server.url);
  await fixture.query(`
    DROP SCHEMA IF EXISTS merges CASCADE;
    CREATE SCHEMA merges;
    CREATE TABLE merges.odd (a int, j json, jb jsonb, up timestamp, down timestamp, tm time, m money, span interval, kept numeric, g int GENERATED ALWAYS AS (a * 2) STORED);
    INSERT INTO merges.odd VALUES (1, '{"b":1.10,  "a":2}', '{"b":1.10}', 'infinity', '-infinity', '24:00', '12.50', '1 day', 1.123456789012345678901234567890123456789012345);
    CREATE TABLE merges.parts (k int, v text) PARTITION BY RANGE (k);
    CREATE TABLE merges.low PARTITION OF merges.parts FOR VALUES FROM (0) TO (10);
    CREATE TABLE merges.high PARTITION OF merges.parts FOR VALUES FROM (10) TO (20);
    INSERT INTO merges.parts SELECT g, 'v' || g FROM generate_series(0, 19) g`);
});
afterAll(async () => {
  asker?.close();
  await server?.close();
  await fixture?.close();
});

const ask = async (sql: string) => {
  const { rows, error } = await asker.ask(sql, { catalog: 'postgresql', schema: 'merges', tz: 'UTC' });
  return error?.message ?? rows;
};
const ODD = 'SELECT a, j::text, jb::text, up::text, down::text, tm::text, m::text, span::text, kept::text, g FROM merges.odd';

test('an UPDATE leaves what it does not name as it is, to the last digit', async () => {
  const [before] = await fixture.query(ODD);
  expect(await ask('UPDATE odd SET a = a + length(CAST(a AS varchar))')).toEqual([[1]]);
  expect(await fixture.query(ODD)).toEqual([{ ...before, a: 2, g: 4 }]);
});

test('what cannot be written is refused when it changes', async () => {
  const before = await fixture.query(ODD);
  expect(await ask("UPDATE odd SET m = 'x'")).toBe('Money type is not supported for INSERT');
  expect(await ask('UPDATE odd SET g = a + 1')).toBe('ERROR: column "g" can only be updated to DEFAULT\n  Detail: Column "g" is a generated column.');
  expect(await fixture.query(ODD)).toEqual(before);
});

test('rows of partitions are told apart, and move between them', async () => {
  expect(await ask("UPDATE parts SET v = v || '!', k = 19 - k WHERE k % 5 = 0")).toEqual([[4]]);
  expect(await ask('DELETE FROM parts WHERE length(v) = 2')).toEqual([[8]]);
  expect(await fixture.query("SELECT string_agg(k || v, ' ' ORDER BY k, v) AS all FROM merges.parts")).toEqual([
    { all: '4v15! 9v10! 11v11 12v12 13v13 14v14 14v5! 16v16 17v17 18v18 19v0! 19v19' },
  ]);
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { postgresCatalogFile } from '../../rig/postgres.ts';
import { startTestServer, type TestServer } from '../../rig/server.ts';
import { type PostgresFixture, startFixture } from './postgresFixture.ts';

let fixture: PostgresFixture;
let server: TestServer;

beforeAll(async () => {
  fixture = await startFixture();
  server = await startTestServer({ catalogs: { postgresql: postgresCatalogFile(fixture.rig) } });
  await fixture.query(`
    DROP SCHEMA IF EXISTS cancels CASCADE;
    CREATE SCHEMA cancels;
    CREATE TABLE cancels.t (id int PRIMARY KEY, v text);
    INSERT INTO cancels.t SELECT g, 'v' || g FROM generate_series(1, 10) g`);
});
afterAll(async () => {
  await server?.close();
  await fixture?.close();
});

interface Page {
  readonly nextUri?: string;
  readonly error?: { readonly errorName: string };
}

async function ask(url: string, init?: RequestInit): Promise<Page> {
  const page: Page = JSON.parse(await (await fetch(url, init)).text());
  return page;
}

/** How many statements of the server's own connections wait for the lock. */
async function waiting(): Promise<number> {
  const rows = await fixture.query(
    `SELECT count(*)::int AS n FROM pg_locks l JOIN pg_class c ON c.oid = l.relation WHERE c.relname = 't' AND c.relnamespace = 'cancels'::regnamespace AND NOT l.granted`,
  );
  return Number(rows[0]?.n);
}

async function until(wanted: number): Promise<void> {
  await expect.poll(waiting, { timeout: 60_000 }).toBe(wanted);
}

const STATEMENTS = [
  'DELETE FROM t',
  'DELETE FROM t WHERE id < 5',
  "UPDATE t SET v = 'x' WHERE id = 5",
  "UPDATE t SET v = v || 'x'",
  "INSERT INTO t VALUES (50, 'x')",
  'MERGE INTO t USING (VALUES 1) s(i) ON t.id = s.i WHEN MATCHED THEN DELETE',
  'TRUNCATE TABLE t',
  'ALTER TABLE t ADD COLUMN z integer',
  'ALTER TABLE t RENAME TO u',
  "COMMENT ON TABLE t IS 'x'",
  'DROP TABLE t',
  "CALL system.execute('DELETE FROM cancels.t')",
];

test.each(STATEMENTS)('%s: cancelled while it waits, it never happens', { timeout: 120_000 }, async (sql) => {
  const before = await fixture.query('SELECT * FROM cancels.t ORDER BY id');
  const release = await fixture.hold('LOCK TABLE cancels.t IN SHARE ROW EXCLUSIVE MODE');
  try {
    const headers = { 'X-Trino-User': 'me', 'X-Trino-Catalog': 'postgresql', 'X-Trino-Schema': 'cancels' };
    const first = await ask(`${server.url}/v1/statement`, { method: 'POST', headers, body: sql });
    let next = first.nextUri;
    let last = first;
    const poll = (async () => {
      while (next !== undefined) {
        last = await ask(next);
        next = last.nextUri;
      }
    })();
    await until(1);
    if (next === undefined) throw new Error('the statement has ended');
    await fetch(next, { method: 'DELETE' });
    await until(0);
    await poll;
    expect(last.error?.errorName).toBe('USER_CANCELED');
  } finally {
    await release();
  }
  expect(await fixture.query('SELECT * FROM cancels.t ORDER BY id')).toEqual(before);
  expect(await fixture.query("SELECT obj_description('cancels.t'::regclass) AS comment")).toEqual([{ comment: null }]);
});

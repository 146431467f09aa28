import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { allPages } from '../../rig/statementProtocol.ts';
import { startTestServer, type TestServer } from '../../rig/server.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({ catalogs: { blackhole: 'connector.name=blackhole\n' } });
}, 30_000);
afterAll(() => server?.close());
beforeEach(async () => void (await ask('CREATE SCHEMA s')));
afterEach(async () => void (await ask('DROP SCHEMA s CASCADE')));

const HEADERS = { 'X-Trino-Catalog': 'memory', 'X-Trino-Schema': 's', 'X-Trino-Client-Capabilities': 'PARAMETRIC_DATETIME,PATH' };

/** Rows, or the count of what was written, or nothing; a failure is `NAME: message`. */
async function ask(sql: string): Promise<unknown> {
  const pages = await allPages(server.url, sql, HEADERS);
  const last = pages.at(-1)?.body;
  if (last?.error !== undefined) return `${last.error.errorName}: ${last.error.message}`;
  if (last?.updateType !== undefined) return last.updateCount ?? last.updateType;
  return pages.flatMap((page) => (Array.isArray(page.body.data) ? page.body.data : []));
}

const freshness = async (name: string) => ask(`SELECT freshness FROM system.metadata.materialized_views WHERE catalog_name = 'memory' AND name = '${name}'`);

test('a view of a catalog that cannot keep views is queried, shown, replaced, commented, renamed and dropped', async () => {
  expect(await ask("CREATE VIEW tpch.tiny.asia COMMENT 'c' SECURITY INVOKER AS SELECT name, nationkey FROM tpch.tiny.nation WHERE regionkey = 2")).toBe(
    'CREATE VIEW',
  );
  expect(await ask('SELECT count(*), max(name) FROM tpch.tiny.asia')).toEqual([[5, 'VIETNAM']]);
  expect(await ask("SELECT table_type FROM tpch.information_schema.tables WHERE table_name = 'asia'")).toEqual([['VIEW']]);
  expect(await ask('SHOW CREATE VIEW tpch.tiny.asia')).toEqual([
    ["CREATE VIEW tpch.tiny.asia COMMENT 'c' SECURITY INVOKER AS\nSELECT\n  name\n, nationkey\nFROM\n  tpch.tiny.nation\nWHERE (regionkey = 2)"],
  ]);
  expect(await ask("SELECT table_type FROM system.jdbc.tables WHERE table_cat = 'tpch' AND table_schem = 'tiny' AND table_name = 'asia'")).toEqual([['VIEW']]);
  expect(await ask('CREATE VIEW tpch.tiny.asia AS SELECT 1 x')).toBe("TABLE_ALREADY_EXISTS: line 1:1: View already exists: 'tpch.tiny.asia'");
  expect(await ask('CREATE VIEW tpch.tiny.nation AS SELECT 1 x')).toBe("TABLE_ALREADY_EXISTS: line 1:1: Table already exists: 'tpch.tiny.nation'");
  expect(await ask('CREATE VIEW tpch.nope.v AS SELECT 1 x')).toBe('NOT_FOUND: Schema nope not found');
  expect(await ask("CREATE OR REPLACE VIEW tpch.tiny.asia AS SELECT CAST(1 AS decimal(38, 5)) d, ARRAY[ROW(1, TIME '01:02:03.123456')] r")).toBe('CREATE VIEW');
  expect(await ask("COMMENT ON COLUMN tpch.tiny.asia.d IS 'dd'")).toBe('COMMENT');
  expect(await ask('DESCRIBE tpch.tiny.asia')).toEqual([
    ['d', 'decimal(38,5)', '', 'dd'],
    ['r', 'array(row(integer, time(6)))', '', ''],
  ]);
  expect(await ask('ALTER VIEW tpch.tiny.asia RENAME TO tpch.sf1.asia')).toBe('RENAME VIEW');
  expect(await ask('ALTER VIEW tpch.sf1.asia SET AUTHORIZATION bob')).toBe('SET VIEW AUTHORIZATION');
  expect(await ask('DROP TABLE tpch.sf1.asia')).toBe(
    "GENERIC_USER_ERROR: line 1:1: Table 'tpch.sf1.asia' does not exist, but a view with that name exists. Did you mean DROP VIEW tpch.sf1.asia?",
  );
  expect(await ask('DROP VIEW tpch.sf1.asia')).toBe('DROP VIEW');
  expect(await ask('SELECT * FROM tpch.sf1.asia')).toBe("TABLE_NOT_FOUND: line 1:15: Table 'tpch.sf1.asia' does not exist");
});

test('a materialized view answers from its query until the first refresh, then from its rows', async () => {
  await ask("CREATE TABLE t AS SELECT 1 x, varchar 'a' y");
  expect(await ask('CREATE MATERIALIZED VIEW m AS SELECT y, count(*) c FROM t GROUP BY y')).toBe('CREATE MATERIALIZED VIEW');
  expect(await ask('CREATE MATERIALIZED VIEW m AS SELECT 1 x')).toBe('ALREADY_EXISTS: Materialized view already exists: s.m');
  expect(await freshness('m')).toEqual([['STALE']]);
  expect(await ask('SELECT * FROM m')).toEqual([['a', 1]]);
  expect(await ask('REFRESH MATERIALIZED VIEW m')).toBe(1);
  expect(await freshness('m')).toEqual([['FRESH']]);
  expect(await ask('REFRESH MATERIALIZED VIEW m')).toBe(0);
  await ask("INSERT INTO t VALUES (2, 'b')");
  expect(await freshness('m')).toEqual([['STALE']]);
  expect(await ask('SELECT * FROM m ORDER BY 1')).toEqual([['a', 1]]);
  expect(await ask('REFRESH MATERIALIZED VIEW m')).toBe(2);
  expect(await ask('SELECT * FROM m ORDER BY 1')).toEqual([
    ['a', 1],
    ['b', 1],
  ]);
  expect(await ask('SHOW TABLES')).toEqual([['m'], ['t']]);
  expect(await ask('INSERT INTO m VALUES (1)')).toBe('NOT_SUPPORTED: line 1:1: Inserting into materialized views is not supported');
  expect(await ask('DROP MATERIALIZED VIEW m')).toBe('DROP MATERIALIZED VIEW');
});

test('a grace period of nothing reads stale rows never, one of an hour does', async () => {
  await ask('CREATE TABLE t AS SELECT 1 x');
  await ask("CREATE MATERIALIZED VIEW never GRACE PERIOD INTERVAL '0' SECOND AS SELECT x FROM t");
  await ask("CREATE MATERIALIZED VIEW hour GRACE PERIOD INTERVAL '1' HOUR AS SELECT x FROM t");
  for (const view of ['never', 'hour']) expect(await ask(`REFRESH MATERIALIZED VIEW ${view}`)).toBe(1);
  await ask('INSERT INTO t VALUES 2');
  expect(await ask('SELECT count(*) FROM never')).toEqual([[2]]);
  expect(await ask('SELECT count(*) FROM hour')).toEqual([[1]]);
  expect(await ask("CREATE MATERIALIZED VIEW v GRACE PERIOD INTERVAL '1' MONTH AS SELECT 1 z")).toBe(
    'TYPE_MISMATCH: Unsupported grace period type interval year to month, expected interval day to second',
  );
});

test('a refresh that fails keeps the rows of the one before', async () => {
  await ask('CREATE TABLE t AS SELECT 1 x');
  await ask('CREATE MATERIALIZED VIEW m AS SELECT 10 / x q FROM t');
  expect(await ask('REFRESH MATERIALIZED VIEW m')).toBe(1);
  await ask('INSERT INTO t VALUES 0');
  expect(await ask('REFRESH MATERIALIZED VIEW m')).toBe('DIVISION_BY_ZERO: Division by zero');
  expect(await ask('SELECT * FROM m')).toEqual([[10]]);
  expect(await ask("SELECT table_name FROM information_schema.tables WHERE table_schema = 's'")).toEqual(expect.arrayContaining([['m'], ['t']]));
});

test('a materialized view whose query has other columns now is stale', async () => {
  await ask('CREATE TABLE t AS SELECT 1 x');
  await ask('CREATE MATERIALIZED VIEW m AS SELECT * FROM t');
  await ask('REFRESH MATERIALIZED VIEW m');
  await ask('ALTER TABLE t ADD COLUMN z int');
  const reason =
    "View 'memory.s.m' is stale or in invalid state: stored view column count (1) does not match column count derived from the view query analysis (2)";
  expect(await ask('SELECT * FROM m')).toBe(`VIEW_IS_STALE: line 1:15: ${reason}`);
  expect(await ask('REFRESH MATERIALIZED VIEW m')).toBe(`VIEW_IS_STALE: line 1:1: ${reason}`);
});

test('a catalog that cannot keep the rows needs another that can', async () => {
  const refused =
    "NOT_SUPPORTED: Catalog 'tpch' cannot keep the rows of a materialized view: name one that can with the properties storage_catalog and storage_schema";
  expect(await ask('CREATE MATERIALIZED VIEW tpch.tiny.m AS SELECT 1 x')).toBe(refused);
  expect(await ask("CREATE MATERIALIZED VIEW memory.s.m WITH (storage_catalog = 'blackhole', storage_schema = 'default') AS SELECT 1 x")).toBe(
    refused.replace('tpch', 'blackhole'),
  );
  expect(await ask("CREATE MATERIALIZED VIEW tpch.tiny.m WITH (storage_catalog = 'memory', storage_schema = 's') AS SELECT name FROM tpch.tiny.nation")).toBe(
    'CREATE MATERIALIZED VIEW',
  );
  expect(await ask('REFRESH MATERIALIZED VIEW tpch.tiny.m')).toBe(25);
  expect(await ask('EXPLAIN REFRESH MATERIALIZED VIEW tpch.tiny.m')).toEqual([
    [expect.stringContaining('Refresh: whole (the source does not tell the rows that were added)')],
  ]);
  expect(await ask('SELECT count(*) FROM tpch.tiny.m')).toEqual([[25]]);
  expect(await ask('DROP MATERIALIZED VIEW tpch.tiny.m')).toBe('DROP MATERIALIZED VIEW');
  await expect.poll(() => ask('SHOW TABLES'), { timeout: 5_000 }).toEqual([]);
  expect(await ask("SELECT count(*) FROM system.metadata.table_comments WHERE catalog_name = 'memory' AND schema_name = 's'")).toEqual([[0]]);
});

test('refresh_interval refreshes without being asked', async () => {
  await ask('CREATE TABLE t AS SELECT 1 x');
  expect(await ask("CREATE MATERIALIZED VIEW m WITH (refresh_interval = 'soon') AS SELECT x FROM t")).toBe(
    'INVALID_MATERIALIZED_VIEW_PROPERTY: refresh_interval must be a duration of at least 1s, such as 5m: soon',
  );
  await ask("CREATE MATERIALIZED VIEW m WITH (refresh_interval = '1s') AS SELECT x FROM t");
  await expect.poll(() => freshness('m'), { timeout: 15_000 }).toEqual([['FRESH']]);
  expect(await ask('ALTER MATERIALIZED VIEW m SET PROPERTIES refresh_interval = DEFAULT')).toBe('SET PROPERTIES');
  expect(await ask('SHOW CREATE MATERIALIZED VIEW m')).toEqual([['CREATE MATERIALIZED VIEW memory.s.m AS\nSELECT x\nFROM\n  t']]);
});

test('readers see each refresh wholly while the next one replaces it', async () => {
  await ask('CREATE TABLE t AS SELECT 1 x');
  await ask('CREATE MATERIALIZED VIEW m AS SELECT x FROM t');
  await ask('REFRESH MATERIALIZED VIEW m');
  let done = false;
  const read = async (): Promise<unknown[]> => {
    const seen: unknown[] = [];
    while (!done) seen.push(await ask('SELECT count(*) = max(x) FROM m'));
    return seen;
  };
  const readers = [read(), read()];
  for (let x = 2; x <= 12; x++) {
    await ask(`INSERT INTO t VALUES ${x}`);
    expect(await ask('REFRESH MATERIALIZED VIEW m')).toBe(x);
  }
  done = true;
  const seen = (await Promise.all(readers)).flat();
  expect(seen.length).toBeGreaterThan(2);
  expect(seen.filter((answer) => JSON.stringify(answer) !== '[[true]]')).toEqual([]);
});

test('of two refreshes at once one wins, and the rows are whole', async () => {
  await ask('CREATE TABLE t AS SELECT x FROM UNNEST(sequence(1, 1000)) u (x)');
  await ask('CREATE MATERIALIZED VIEW m AS SELECT x FROM t');
  const answers = await Promise.all([ask('REFRESH MATERIALIZED VIEW m'), ask('REFRESH MATERIALIZED VIEW m')]);
  const lost = "TRANSACTION_CONFLICT: Materialized view 'memory.s.m' was changed or refreshed by another query meanwhile";
  expect([1000, 0, lost]).toEqual(expect.arrayContaining(answers));
  expect(answers).toContain(1000);
  expect(await ask('SELECT count(*), count(DISTINCT x) FROM m')).toEqual([[1000, 1000]]);
});

test('a stored function that the query calls is one of its sources', async () => {
  await ask('CREATE TABLE t AS SELECT 1 x');
  await ask('CREATE FUNCTION memory.s.f(x integer) RETURNS integer RETURN x + 1');
  await ask('CREATE FUNCTION memory.s.g(x integer) RETURNS integer RETURN memory.s.f(x)');
  await ask('CREATE MATERIALIZED VIEW m AS SELECT memory.s.g(x) y FROM t');
  expect(await ask('REFRESH MATERIALIZED VIEW m')).toBe(1);
  expect(await ask('REFRESH MATERIALIZED VIEW m')).toBe(0);
  await ask('CREATE OR REPLACE FUNCTION memory.s.f(x integer) RETURNS integer RETURN x + 100');
  expect(await freshness('m')).toEqual([['STALE']]);
  expect(await ask('REFRESH MATERIALIZED VIEW m')).toBe(1);
  expect(await ask('SELECT * FROM m')).toEqual([[101]]);
  expect(await freshness('m')).toEqual([['FRESH']]);
  await ask('CREATE OR REPLACE FUNCTION memory.s.f(x integer) RETURNS integer RETURN x + CAST(second(now()) AS integer)');
  expect(await ask('REFRESH MATERIALIZED VIEW m')).toBe(1);
  expect(await ask('REFRESH MATERIALIZED VIEW m')).toBe(1);
  await ask('DROP FUNCTION memory.s.g(integer)');
  await ask('DROP FUNCTION memory.s.f(integer)');
});

test('a listing shows the columns of a view in lower case, its definition as they were written', async () => {
  await ask('CREATE VIEW v AS SELECT 1 "A b", 2 "SELECT"');
  for (const listing of [
    'DESCRIBE v',
    "SELECT column_name FROM information_schema.columns WHERE table_schema = 's' AND table_name = 'v' ORDER BY ordinal_position",
    "SELECT column_name FROM system.jdbc.columns WHERE table_cat = 'memory' AND table_schem = 's' ORDER BY ordinal_position",
  ]) {
    const rows = await ask(listing);
    expect(Array.isArray(rows) && rows.map((row: unknown) => (Array.isArray(row) ? row[0] : row))).toEqual(['a b', 'select']);
  }
  expect(await ask('SHOW CREATE VIEW v')).toEqual([['CREATE VIEW memory.s.v SECURITY DEFINER AS\nSELECT\n  1 "A b"\n, 2 "SELECT"']]);
});

test('what cannot be a view, and what cannot be its name, is told as Trino tells it', async () => {
  expect(await ask('CREATE VIEW v AS SELECT * FROM v')).toBe("TABLE_NOT_FOUND: line 1:32: Table 'memory.s.v' does not exist");
  expect(await ask('CREATE VIEW v AS SELECT ? a')).toBe('INVALID_PARAMETER_USAGE: line 1:1: Incorrect number of parameters: expected 1 but found 0');
  await ask('CREATE VIEW v AS SELECT 1 a');
  await ask('CREATE VIEW w AS SELECT * FROM v');
  expect(await ask('CREATE OR REPLACE VIEW v AS SELECT * FROM w')).toBe(
    "INVALID_VIEW: line 1:43: Failed analyzing stored view 'memory.s.w': line 3:3: Statement would create a recursive view",
  );
  expect(await ask('ALTER VIEW v RENAME TO w')).toBe("GENERIC_USER_ERROR: line 1:1: Target view 'memory.s.w' already exists");
  expect(await ask('DROP SCHEMA information_schema')).toBe("SCHEMA_NOT_EMPTY: line 1:1: Cannot drop non-empty schema 'information_schema'");
  expect(await ask('DROP SCHEMA information_schema CASCADE')).toBe('NOT_SUPPORTED: This connector does not support dropping information_schema');
});

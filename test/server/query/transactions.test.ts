import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { outcome } from '../../rig/statementProtocol.ts';
import { type TestServer, startTestServer } from '../../rig/server.ts';

const BLACKHOLE = { blackhole: 'connector.name=blackhole\n' };
// never connected to
const NOWHERE = { nowhere: 'connector.name=postgresql\nconnection-url=jdbc:postgresql://127.0.0.1:9/none\nconnection-user=none\n' };

describe('writes and explicit transactions', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ catalogs: { ...BLACKHOLE, ...NOWHERE } });
    await answer('CREATE TABLE memory.default.known (a integer)');
  });
  afterAll(() => server.close());

  async function answer(sql: string, headers: Readonly<Record<string, string>> = {}): Promise<string> {
    const { rows, last } = await outcome(server.url, sql, headers);
    const { error } = last.body;
    return error === undefined ? JSON.stringify(rows) : `${error.errorName}: ${error.message}`;
  }

  /** The answers of the statements, one after the other in one transaction. */
  async function within(start: string, ...statements: string[]): Promise<string[]> {
    const { last } = await outcome(server.url, start, { 'X-Trino-Transaction-Id': 'NONE' });
    const headers = { 'X-Trino-Transaction-Id': last.headers.get('x-trino-started-transaction-id') ?? '' };
    const answers: string[] = [];
    for (const sql of statements) answers.push(await answer(sql, headers));
    await answer('ROLLBACK', headers);
    return answers;
  }

  it('end by themselves when their client leaves them alone, and not while a statement runs', async () => {
    const impatient = await startTestServer({ catalogs: BLACKHOLE, config: 'transaction.idle-timeout=600ms\ntransaction.idle-check-interval=50ms\n' });
    const { url } = impatient;
    const count = async () => (await outcome(url, 'SELECT count(*) FROM system.runtime.transactions WHERE NOT auto_commit_context')).rows[0]?.[0];
    await outcome(
      url,
      "CREATE TABLE blackhole.default.slow (a integer) WITH (split_count = 1, pages_per_split = 1, rows_per_page = 1, page_processing_delay = '2s')",
    );
    const { last } = await outcome(url, 'START TRANSACTION', { 'X-Trino-Transaction-Id': 'NONE' });
    const headers = { 'X-Trino-Transaction-Id': last.headers.get('x-trino-started-transaction-id') ?? '' };
    const slow = await outcome(url, 'SELECT count(*) FROM blackhole.default.slow', headers);
    expect(slow.last.body.error).toBeUndefined();
    expect(slow.rows).toEqual([[1]]);
    expect(await count()).toBe(1);
    await expect.poll(count, { timeout: 5_000 }).toBe(0);
    expect((await outcome(url, 'SELECT 1', headers)).last.body.error?.errorName).toBe('UNKNOWN_TRANSACTION');
    await impatient.close();
  });

  const conflict = (catalog: string) => `AUTOCOMMIT_WRITE_CONFLICT: Catalog only supports writes using autocommit: ${catalog}`;
  it.each([
    ['INSERT INTO memory.default.known VALUES (1)', conflict('memory')],
    ["INSERT INTO memory.default.known VALUES ('x')", conflict('memory')],
    ['EXPLAIN INSERT INTO memory.default.known VALUES (1)', conflict('memory')],
    ['INSERT INTO memory.default.missing VALUES (1)', "TABLE_NOT_FOUND: line 1:1: Table 'memory.default.missing' does not exist"],
    ['CREATE TABLE memory.default.made (a integer)', conflict('memory')],
    ['CREATE TABLE tpch.tiny.made (a integer)', conflict('tpch')],
    ['CREATE TABLE memory.default.made AS SELECT 1 a', conflict('memory')],
    ['CREATE TABLE memory.default.known AS SELECT 1 a', "TABLE_ALREADY_EXISTS: line 1:1: Destination table 'memory.default.known' already exists"],
    ['CREATE TABLE IF NOT EXISTS memory.default.known AS SELECT 1 a', '[[0]]'],
    ['CREATE TABLE IF NOT EXISTS memory.default.known (a integer)', '[]'],
    ['CREATE VIEW memory.default.made AS SELECT 1 a', conflict('memory')],
    ['DROP TABLE memory.default.known', conflict('memory')],
    ['DROP TABLE IF EXISTS memory.default.missing', '[]'],
    ['CREATE TABLE blackhole.default.made AS SELECT 1 a', conflict('blackhole')],
    ['ANALYZE tpch.tiny.nation', conflict('tpch')],
    ["CALL system.runtime.kill_query('x', 'y')", 'NOT_SUPPORTED: Procedures cannot be called within a transaction (use autocommit mode)'],
  ])('%s', async (sql, expected) => expect(await within('START TRANSACTION', sql)).toEqual([expected]));

  it('refuses every write in a transaction that only reads', async () => {
    const violation = 'READ_ONLY_VIOLATION: Cannot execute write in a read-only transaction';
    expect(await within('START TRANSACTION READ ONLY', 'INSERT INTO memory.default.known VALUES (1)')).toEqual([violation]);
    expect(await within('START TRANSACTION READ ONLY', 'ANALYZE tpch.tiny.nation')).toEqual([violation]);
  });

  it.each(['SERIALIZABLE', 'REPEATABLE READ'])('refuses %s of a catalog that does not offer it', async (level) => {
    const message = `Connector supported isolation level READ COMMITTED does not meet requested isolation level ${level}`;
    expect(await within(`START TRANSACTION ISOLATION LEVEL ${level}`, 'SELECT * FROM nowhere.public.t')).toEqual([`UNSUPPORTED_ISOLATION_LEVEL: ${message}`]);
    expect(await within(`START TRANSACTION ISOLATION LEVEL ${level}`, 'SELECT count(*) FROM tpch.tiny.region')).toEqual(['[[5]]']);
  });

  it('leaves only ROLLBACK after a failure', async () => {
    const aborted = 'TRANSACTION_ALREADY_ABORTED: Current transaction';
    expect(await within('START TRANSACTION', 'SELECT nope', 'SELECT 1', 'COMMIT')).toEqual([
      "COLUMN_NOT_FOUND: line 1:8: Column 'nope' cannot be resolved",
      `${aborted} is aborted, commands ignored until end of transaction block`,
      `${aborted} has already been aborted`,
    ]);
  });

  it('tells clients of no work where there was no query, so that the CLI draws none', async () => {
    const { last } = await outcome(server.url, 'USE tpch.tiny');
    expect(last.body.stats).toMatchObject({ state: 'FINISHED', nodes: 0, totalSplits: 0 });
    expect(last.body.stats).not.toHaveProperty('rootStage');
  });

  it('analyzes the tables that have statistics, and counts their rows', async () => {
    const { rows, last } = await outcome(server.url, 'ANALYZE tpch.tiny.nation');
    expect([rows, last.body.updateType, last.body.updateCount]).toEqual([[[25]], 'ANALYZE', 25]);
    expect(await answer('ANALYZE memory.default.known')).toBe('NOT_SUPPORTED: This connector does not support analyze');
    expect(await answer('ANALYZE tpch.tiny.nope')).toBe("TABLE_NOT_FOUND: line 1:1: Table 'tpch.tiny.nope' does not exist");
    expect(await answer('ANALYZE tpch.tiny.nation WITH (x = 1)')).toBe(
      "INVALID_ANALYZE_PROPERTY: line 1:32: Catalog 'tpch' analyze property 'x' does not exist",
    );
  });

  it.each([
    ['SET ROLE ALL IN memory', "NOT_SUPPORTED: line 1:1: Catalog 'memory' does not support role management"],
    ['SET ROLE x', "ROLE_NOT_FOUND: line 1:1: Role 'x' does not exist"],
    ['SET SESSION AUTHORIZATION bob', 'NOT_SUPPORTED: SET SESSION AUTHORIZATION not supported by client'],
    ['RESET SESSION AUTHORIZATION', 'NOT_SUPPORTED: RESET SESSION AUTHORIZATION not supported by client'],
    ['SHOW STATS FOR memory.default.nope', "TABLE_NOT_FOUND: Table 'memory.default.nope' does not exist"],
  ])('%s', async (sql, expected) => expect(await answer(sql)).toBe(expected));
});

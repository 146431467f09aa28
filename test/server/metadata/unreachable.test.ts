import { createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgresFixture, startFixture } from '../../catalog/postgresql/postgresFixture.ts';
import { postgresCatalogFile } from '../../rig/postgres.ts';
import { startTestServer, type TestServer } from '../../rig/server.ts';
import { StatementAsker } from '../../sql/askServer.ts';
import { readGoldenFile } from '../../sql/goldenCase.ts';
import { judge, sameError } from '../../sql/judge.ts';

const postgresAt = (port: number): string =>
  `connector.name=postgresql\nconnection-url=jdbc:postgresql://127.0.0.1:${port}/x?sslmode=disable\nconnection-user=x\nconnection-password=x\n`;

/** Recorded from a Trino with the catalogs system, tpch and down. */
const RECORDED = readGoldenFile(path.join(import.meta.dirname, 'unreachable.jsonl'));

describe('a catalog whose server refuses connections', () => {
  let server: TestServer;
  let asker: StatementAsker;
  beforeAll(async () => {
    server = await startTestServer({ catalogs: { down: postgresAt(1) } });
    asker = new StatementAsker(server.url);
    await asker.ask('DROP CATALOG memory', {});
  });
  afterAll(async () => {
    asker?.close();
    await server?.close();
  });

  it.each(RECORDED.map((golden) => [golden.sql, golden] as const))('%s', async (_, golden) => {
    const answer = await asker.ask(golden.sql, golden.session);
    expect(judge(golden, answer)).toEqual({ verdict: 'equal', why: '' });
    expect(answer.error?.message).toBe(golden.error?.message);
    expect(sameError(golden, answer)).toBe(true);
  });
});

describe('a catalog whose server hangs', () => {
  const sockets = new Set<Socket>();
  let silent: Server;
  let server: TestServer;
  let asker: StatementAsker;
  beforeAll(async () => {
    silent = createServer((socket) => sockets.add(socket));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const address = silent.address();
    if (address === null || typeof address !== 'object') throw new Error('no port');
    server = await startTestServer({ catalogs: { hangs: postgresAt(address.port) }, config: 'catalog.listing-timeout=500ms\n' });
    asker = new StatementAsker(server.url);
  });
  afterAll(async () => {
    asker?.close();
    for (const socket of sockets) socket.destroy();
    silent?.close();
    await server?.close();
  });

  it('fails a listing of all catalogs when the time is over', async () => {
    const start = performance.now();
    const { error } = await asker.ask('SELECT count(*) FROM system.jdbc.tables', {});
    expect(error).toMatchObject({ errorName: 'EXCEEDED_TIME_LIMIT', message: 'Error listing tables for catalog hangs: no answer within 0.5 s' });
    expect(performance.now() - start).toBeLessThan(8_000);
  });

  it('does not hold up listings that do not ask it', async () => {
    const named = await asker.ask("SELECT count(*) FROM system.jdbc.tables WHERE table_cat IN ('tpch', 'memory')", {});
    expect(named.error).toBeUndefined();
    const own = await asker.ask('SELECT count(*) FROM tpch.information_schema.columns', {});
    expect(own.error).toBeUndefined();
  });
});

describe('a catalog whose server hangs in the middle of a statement', () => {
  let fixture: PostgresFixture;
  let server: TestServer;
  let asker: StatementAsker;
  beforeAll(async () => {
    fixture = await startFixture();
    server = await startTestServer({ catalogs: { slow: postgresCatalogFile(fixture.rig) }, config: 'catalog.listing-timeout=500ms\n' });
    asker = new StatementAsker(server.url);
  });
  afterAll(async () => {
    asker?.close();
    await server?.close();
    await fixture?.close();
  });

  it('is told to leave it', async () => {
    const all = 'SELECT count(*) FROM system.jdbc.schemas';
    expect((await asker.ask(all, {})).error).toBeUndefined();
    const blocker = new pg.Client({ connectionString: fixture.rig.url });
    await blocker.connect();
    try {
      await blocker.query('BEGIN; LOCK TABLE pg_catalog.pg_namespace IN ACCESS EXCLUSIVE MODE');
      expect((await asker.ask(all, {})).error).toMatchObject({ errorName: 'EXCEEDED_TIME_LIMIT' });
      // others cannot even begin: the lock's own connection looks
      const waiting = async () => (await blocker.query("SELECT query FROM pg_stat_activity WHERE application_name = 'Lepton' AND state = 'active'")).rows;
      await expect.poll(waiting, { timeout: 10_000 }).toEqual([]);
    } finally {
      await blocker.end();
    }
    expect((await asker.ask(all, {})).error).toBeUndefined();
  });
});

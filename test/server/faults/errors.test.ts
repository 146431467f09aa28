import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestServer, startTestServer } from '../../rig/server.ts';
import { outcome, request } from '../../rig/statementProtocol.ts';

const UNREACHABLE = 1; // nobody listens on port 1

describe('errors that a user sees', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({
      catalogs: {
        downkafka: `connector.name=kafka\nkafka.nodes=127.0.0.1:${UNREACHABLE}\nkafka.table-names=default.t\nkafka.table-description-dir=@etc@/kafka\n`,
        downpg: `connector.name=postgresql\nconnection-url=jdbc:postgresql://127.0.0.1:${UNREACHABLE}/x\nconnection-user=x\n`,
      },
      files: { 'kafka/README': 'table descriptions' },
      config: 'lepton.engine.max-memory=64MB\n',
    });
  });
  afterAll(async () => {
    await server?.close();
  });

  const error = async (sql: string) => (await outcome(server.url, sql, { 'X-Trino-Catalog': 'tpch', 'X-Trino-Schema': 'tiny' })).last.body.error;

  it('names what is not there', async () => {
    expect((await error('SELECT * FROM nope.a.b'))?.message).toBe("line 1:15: Catalog 'nope' not found");
    expect((await error('SELECT * FROM nope.b'))?.message).toBe("line 1:15: Schema 'nope' does not exist");
    expect((await error('SELECT * FROM nope'))?.message).toBe("line 1:15: Table 'tpch.tiny.nope' does not exist");
    expect((await error('SELECT nope FROM nation'))?.message).toBe("line 1:8: Column 'nope' cannot be resolved");
    expect((await error('SELECT nope(1)'))?.message).toBe("line 1:8: Function 'nope' not registered");
    expect((await error("SELECT 1 + 'a'"))?.message).toBe('line 1:10: Cannot apply operator: integer + varchar(1)');
    expect((await error('SELEC 1'))?.errorName).toBe('SYNTAX_ERROR');
    expect((await error('SELECT 1 / (nationkey - nationkey) FROM nation'))?.errorName).toBe('DIVISION_BY_ZERO');
  });

  it('a catalog whose server is down says so, and the others answer', async () => {
    expect((await error('SELECT count(*) FROM downkafka.default.t'))?.errorName).toBe('KAFKA_SPLIT_ERROR');
    expect((await error('SELECT * FROM downpg.public.t'))?.errorName).toBe('JDBC_ERROR');
    expect((await outcome(server.url, 'SELECT count(*) FROM tpch.tiny.nation')).rows).toEqual([[25]]);
  });

  it('a malformed table description names its file', async () => {
    writeFileSync(
      path.join(server.etcDir, 'kafka', 't.json'),
      '{\n  "tableName": "t",\n  "message": { "dataFormat": "json", "fields": [{ "name": "a", "type": "NOPE", "mapping": "a" }] }\n}\n',
    );
    expect((await error('SELECT a FROM downkafka.default.t'))?.message).toContain('t.json');
  });

  it('a query that needs too much memory fails alone', { timeout: 120_000 }, async () => {
    const greedy = error('SELECT cardinality(array_agg(comment)) FROM tpch.sf1.orders');
    const modest = outcome(server.url, 'SELECT count(*) FROM tpch.tiny.orders');
    expect((await modest).rows).toEqual([[15000]]);
    expect((await greedy)?.errorName).toBe('EXCEEDED_LOCAL_MEMORY_LIMIT');
    expect((await outcome(server.url, 'SELECT 1')).rows).toEqual([[1]]);
  });
});

describe('a client that goes away', () => {
  it('leaves nothing that runs', { timeout: 30_000 }, async () => {
    const server = await startTestServer({ config: 'query.client.timeout=1s\n' });
    try {
      const first = await request('POST', `${server.url}/v1/statement`, {}, 'SELECT count(*) FROM tpch.sf10000.lineitem');
      await request('GET', first.body.nextUri ?? '');
      let state = '';
      for (const deadline = Date.now() + 20_000; state !== 'FAILED' && Date.now() < deadline; ) {
        const rows = (await outcome(server.url, `SELECT state, error_code FROM system.runtime.queries WHERE query_id = '${first.body.id}'`)).rows;
        state = String(rows[0]?.[0]);
        if (state === 'FAILED') expect(rows[0]?.[1]).toBe('ABANDONED_QUERY');
      }
      expect(state).toBe('FAILED');
    } finally {
      await server.close();
    }
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestServer, startTestServer } from '../../rig/server.ts';
import { outcome } from '../../rig/statementProtocol.ts';

const LONG = "SELECT count(*) FROM tpch.sf100.lineitem a CROSS JOIN tpch.sf100.lineitem b WHERE a.comment || b.comment = 'x'";

describe('limits of a query', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ config: 'query.max-cpu-time=90s\nquery.max-scan-physical-bytes=64MB\nquery.max-execution-time=5.5m\n' });
  });
  afterAll(async () => {
    await server?.close();
  });

  const errorOf = async (session: string, sql = LONG): Promise<string> => {
    const { error } = (await outcome(server.url, sql, { 'X-Trino-Session': session })).last.body;
    return `${error?.errorName} ${error?.errorType}: ${error?.message}`;
  };

  // the texts are those of a real Trino for the same statements
  it.each([
    ['query_max_run_time=100ms', 'EXCEEDED_TIME_LIMIT INSUFFICIENT_RESOURCES: Query exceeded maximum time limit of 100.00ms'],
    ['query_max_execution_time=1s', 'EXCEEDED_TIME_LIMIT INSUFFICIENT_RESOURCES: Query exceeded the maximum execution time limit of 1.00s'],
    ['query_max_planning_time=1ns', 'EXCEEDED_TIME_LIMIT INSUFFICIENT_RESOURCES: Query exceeded the maximum planning time limit of 1.00ns'],
    ['query_max_cpu_time=0s', 'EXCEEDED_CPU_LIMIT INSUFFICIENT_RESOURCES: Exceeded CPU limit of 0.00s'],
    ['query_max_scan_physical_bytes=1kB', 'EXCEEDED_SCAN_LIMIT INSUFFICIENT_RESOURCES: Exceeded scan limit of 1kB'],
  ])('%s', { timeout: 30_000 }, async (session, expected) => {
    expect(await errorOf(session)).toBe(expected);
  });

  it('query_max_memory', { timeout: 30_000 }, async () => {
    const numbers = 'UNNEST(sequence(1, 10000))';
    const sql = `SELECT count(*) FROM ${numbers} a (x) CROSS JOIN ${numbers} b (y) CROSS JOIN ${numbers} c (z) WHERE x * y * z = -1`;
    const expected = 'EXCEEDED_GLOBAL_MEMORY_LIMIT INSUFFICIENT_RESOURCES: Query exceeded distributed user memory limit of 1B';
    expect(await errorOf('query_max_memory=1B', sql)).toBe(expected);
  });

  it('of the configuration hold where a session asks for more', { timeout: 60_000 }, async () => {
    expect(await errorOf('query_max_scan_physical_bytes=1PB')).toBe('EXCEEDED_SCAN_LIMIT INSUFFICIENT_RESOURCES: Exceeded scan limit of 64MB');
    const { rows } = await outcome(server.url, "SHOW SESSION LIKE 'query_max%time'", { 'X-Trino-Session': 'query_max_run_time=5.0m' });
    expect(rows.map(([name, value, fallback]) => [name, value, fallback])).toEqual([
      ['query_max_cpu_time', '90.00s', '90.00s'],
      ['query_max_execution_time', '5.50m', '5.50m'],
      ['query_max_planning_time', '10.00m', '10.00m'],
      ['query_max_run_time', '5.0m', '100.00d'],
    ]);
  });
});

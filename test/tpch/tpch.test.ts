import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { difference } from '../../bench/compareAnswers.ts';
import { startTestServer, type TestServer } from '../rig/server.ts';
import { type Answer, run } from '../rig/statementClient.ts';

interface Recorded extends Answer {
  readonly sql: string;
  readonly src: string;
}

const answers: readonly Recorded[] = readFileSync(new URL('./tiny.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line): Recorded => JSON.parse(line));

describe("TPC-H's queries", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer();
  });
  afterAll(() => server?.close());

  it('are those of the benchmark', () => {
    for (const { src, sql } of answers) expect(readFileSync(new URL(`../../bench/tpch/${src}.sql`, import.meta.url), 'utf8').trim()).toBe(sql);
  });

  for (const recorded of answers) {
    it(`${recorded.src} answers as Trino over the generated tables`, { timeout: 60_000 }, async () => {
      const answer = await run({ url: server.url, catalog: 'tpch', schema: 'tiny' }, recorded.sql);
      expect(answer.columns.map(({ name, type }) => [name, type])).toEqual(recorded.columns.map(({ name, type }) => [name, type]));
      expect(difference(answer, recorded)).toBeUndefined();
    });
  }
});

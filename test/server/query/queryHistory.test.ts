import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer } from '../../rig/server.ts';
import { outcome, request } from '../../rig/statementProtocol.ts';

describe('the history of queries', () => {
  let dir: string;
  beforeAll(() => {
    dir = mkdtempSync(path.join(os.tmpdir(), 'lepton-history-'));
  });
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  const start = (more = '') => startTestServer({ config: `lepton.history.file=${dir}/history.sqlite\n${more}` });
  const list = async (base: string, words: string): Promise<readonly { readonly query: string; readonly state: string }[]> =>
    JSON.parse((await request('GET', `${base}/v1/query?${words}`)).text);

  it('survives a restart, can be searched, and is bounded', async () => {
    const first = await start();
    const found = await outcome(first.url, 'SELECT 41 + 1 AS "the Answer"', { 'X-Trino-User': 'ann', 'X-Trino-Source': 'tool' });
    const failed = await outcome(first.url, 'SELECT nope', { 'X-Trino-User': 'bob' });
    const before = await request('GET', `${first.url}/v1/query/${failed.last.body.id}`);
    await first.close();

    const second = await start();
    const after = await request('GET', `${second.url}/v1/query/${failed.last.body.id}`);
    expect(JSON.parse(after.text.replaceAll(second.url, first.url))).toEqual(JSON.parse(before.text));
    expect((await list(second.url, 'state=failed')).map(({ query }) => query)).toEqual(['SELECT nope']);
    expect((await list(second.url, 'search=ANSWER&user=ann&source=tool')).map(({ query }) => query)).toEqual(['SELECT 41 + 1 AS "the Answer"']);
    expect(await list(second.url, 'search=answer&user=bob')).toEqual([]);
    expect(await list(second.url, 'error=column_not_found&from=2000-01-01&limit=5')).toHaveLength(1);
    expect(await list(second.url, 'to=2000-01-01')).toEqual([]);
    const { rows } = await outcome(second.url, 'SELECT query, state, error_code, "user", source FROM system.runtime.queries ORDER BY created LIMIT 2');
    expect(rows).toEqual([
      ['SELECT 41 + 1 AS "the Answer"', 'FINISHED', null, 'ann', 'tool'],
      ['SELECT nope', 'FAILED', 'COLUMN_NOT_FOUND', 'bob', null],
    ]);
    expect((await request('PUT', `${second.url}/v1/query/${found.last.body.id}/killed`)).status).toBe(409);
    await second.close();

    const third = await start('lepton.history.max-count=1\n');
    expect(await list(third.url, 'limit=10')).toHaveLength(1);
    await third.close();
    const fourth = await start('lepton.history.max-age=0s\n');
    expect(await list(fourth.url, 'limit=10')).toEqual([]);
    await fourth.close();
  });
});

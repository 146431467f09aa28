import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type LeptonProcess, startLepton } from '../../clients/leptonProcess.ts';
import { run, type WireRow } from '../../rig/statementClient.ts';

const KILLS = Number(process.env.LEPTON_TEST_KILLS ?? 5);
const ROWS = 100;
const DELAY_MS_MAX = 700;

let dir: string;
let server: LeptonProcess | undefined;
beforeEach(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'lepton-kill-'));
});
afterEach(async () => {
  await server?.kill();
  rmSync(dir, { recursive: true, force: true });
});

const start = async (): Promise<LeptonProcess> => startLepton(dir, { durable: `connector.name=memory\nmemory.data-dir=${dir}/tables\n` });

async function rows(sql: string): Promise<readonly WireRow[]> {
  return (await run({ url: `http://127.0.0.1:${server?.port}` }, sql)).rows;
}

/** The number of the last change that was begun, and of the last one that was answered. */
interface Progress {
  begun: number;
  done: number;
}

/** Changes one after another until the server is gone. */
async function changeUntilKilled(progress: Progress, statement: (n: number) => string): Promise<void> {
  for (;;) {
    progress.begun++;
    try {
      await rows(statement(progress.begun));
    } catch {
      return; // killed: whether the last change was made is what the test looks at
    }
    progress.done = progress.begun;
  }
}

test('views, tables and materialized views survive kill -9: what was answered is there, what was not is there wholly or not at all', async () => {
  server = await start();
  await server.execute('CREATE SCHEMA durable.s');
  await server.execute('CREATE TABLE durable.s.t (n bigint, k bigint)');
  await server.execute('CREATE FUNCTION durable.s.twice(x bigint) RETURNS bigint RETURN x * 2');
  await server.execute('CREATE MATERIALIZED VIEW durable.s.m AS SELECT n, count(*) c FROM durable.s.t GROUP BY n');
  const [view, insert, refresh] = [0, 0, 0].map((): Progress => ({ begun: 0, done: 0 }));
  if (view === undefined || insert === undefined || refresh === undefined) throw new Error('three of them');
  for (let kill = 0; kill < KILLS; kill++) {
    const work = [
      changeUntilKilled(view, (n) => `CREATE OR REPLACE VIEW tpch.tiny.v AS SELECT BIGINT '${n}' x`),
      changeUntilKilled(insert, (n) => `INSERT INTO durable.s.t SELECT ${n}, k FROM UNNEST(sequence(1, ${ROWS})) u (k)`),
      changeUntilKilled(refresh, () => 'REFRESH MATERIALIZED VIEW durable.s.m'),
    ];
    await new Promise((resolve) => setTimeout(resolve, 100 + (DELAY_MS_MAX * kill) / KILLS));
    await server.kill();
    await Promise.all(work);
    server = await start();
    if (view.done > 0) {
      const [[shown] = []] = await rows('SELECT x FROM tpch.tiny.v');
      expect([view.done, view.begun]).toContain(shown);
    }
    const [[numbers, last, fewest, most] = []] = await rows('SELECT count(*), max(n), min(c), max(c) FROM (SELECT n, count(*) c FROM durable.s.t GROUP BY n)');
    expect(Number(numbers)).toBeGreaterThanOrEqual(insert.done > 0 ? 1 : 0);
    if (Number(numbers) > 0) expect([fewest, most]).toEqual([ROWS, ROWS]);
    expect(Number(last ?? 0)).toBeGreaterThanOrEqual(insert.done);
    const [[wrong] = []] = await rows(`SELECT count(*) FROM durable.s.m WHERE c <> ${ROWS}`);
    expect(wrong).toBe(0);
    expect(await rows('SELECT durable.s.twice(21)')).toEqual([[42]]);
  }
  expect(view.done + insert.done + refresh.done).toBeGreaterThan(KILLS);
  await server.execute('REFRESH MATERIALIZED VIEW durable.s.m');
  expect(await rows('SELECT sum(c) FROM durable.s.m')).toEqual(await rows('SELECT count(*) FROM durable.s.t'));
}, 240_000);

import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestServer, startTestServer } from '../rig/server.ts';
import { StatementAsker } from './askServer.ts';
import { isComparable, readGoldenFile } from './goldenCase.ts';
import { type Verdict, judge } from './judge.ts';
import { readScript } from './script.ts';

/** Every recorded answer of a real Trino, asked again. What is refused, or known to differ, stands by its statement in refused.txt. */
const RECORDED = path.join(import.meta.dirname, 'recorded');
const refused = new Set(
  readFileSync(path.join(import.meta.dirname, 'refused.txt'), 'utf8')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#')),
);
const oneLine = (sql: string): string => sql.replaceAll(/\s*\n\s*/g, ' ');
const PARALLEL = 4;

describe('answers recorded from a real Trino', () => {
  let server: TestServer;
  let asker: StatementAsker;
  beforeAll(async () => {
    server = await startTestServer({ catalogs: { blackhole: 'connector.name=blackhole\n' } });
    asker = new StatementAsker(server.url);
  });
  afterAll(async () => {
    asker?.close();
    await server?.close();
  });

  for (const file of readdirSync(RECORDED)
    .filter((name) => /\.jsonl(\.gz)?$/.test(name))
    .sort()) {
    it(file, { timeout: 300_000 }, async () => {
      const cases = readGoldenFile(path.join(RECORDED, file)).filter(isComparable);
      const unexpected: string[] = [];
      const counts = new Map<Verdict, number>();
      const queue = [...cases];
      const work = async () => {
        for (let golden = queue.shift(); golden !== undefined; golden = queue.shift()) {
          const { verdict, why } = judge(golden, await asker.ask(golden.sql, golden.session));
          counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
          const known = refused.has(oneLine(golden.sql));
          if (verdict !== 'equal' && !known) unexpected.push(`${verdict}: ${golden.sql}\n    ${why}`);
        }
      };
      await Promise.all(Array.from({ length: PARALLEL }, work));
      expect(unexpected.length === 0 ? 'none' : `${unexpected.length} of ${cases.length}:\n${unexpected.slice(0, 40).join('\n')}`).toBe('none');
    });
  }

  for (const file of readdirSync(import.meta.dirname)
    .filter((name) => name.endsWith('.slt'))
    .sort()) {
    it(file, { timeout: 120_000 }, async () => {
      const unexpected: string[] = [];
      for (const golden of readScript(readFileSync(path.join(import.meta.dirname, file), 'utf8'))) {
        const { verdict, why } = judge(golden, await asker.ask(golden.sql, golden.session));
        if (verdict !== 'equal' && !refused.has(oneLine(golden.sql))) unexpected.push(`${verdict}: ${golden.sql}\n    ${why}`);
      }
      expect(unexpected.length === 0 ? 'none' : `${unexpected.length}:\n${unexpected.slice(0, 40).join('\n')}`).toBe('none');
    });
  }
});

import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestServer, startTestServer } from '../../rig/server.ts';
import { type RequestHeaderCase, answerTo } from './requestHeaderCase.ts';

const CASES = readFileSync(path.join(import.meta.dirname, 'requestHeaders.jsonl'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line): RequestHeaderCase => JSON.parse(line));

describe('request headers and session properties', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ config: 'http-server.process-forwarded=true\n' });
  });
  afterAll(async () => {
    await server?.close();
  });

  for (const recorded of CASES) {
    it(`are answered as by Trino: ${JSON.stringify(recorded.headers)} ${recorded.sql}`, async () => {
      expect(await answerTo(server.url, recorded)).toBe(recorded.answer);
    });
  }
});

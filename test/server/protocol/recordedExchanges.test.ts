import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type TestServer, startTestServer } from '../../rig/server.ts';
import { runScenario } from './runScenario.ts';
import { SCENARIOS } from './scenarios.ts';

const recorded: Readonly<Record<string, unknown>> = JSON.parse(readFileSync(path.join(import.meta.dirname, 'recorded/exchanges.json'), 'utf8'));

describe('exchanges with a real Trino, replayed', () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await startTestServer({ config: 'http-server.process-forwarded=true\n' });
  });
  afterAll(async () => {
    await server?.close();
  });

  for (const scenario of SCENARIOS) {
    it(scenario.name, async () => {
      expect(await runScenario(server.url, scenario)).toEqual(recorded[scenario.name]);
    });
  }
});

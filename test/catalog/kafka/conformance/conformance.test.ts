import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type KafkaRig, startKafka } from '../../../rig/kafka.ts';
import { startTestServer, type TestServer } from '../../../rig/server.ts';
import type { GoldenCase } from '../../../sql/goldenCase.ts';
import { type RegistryServer, startOwnRegistry } from '../registry/registryServer.ts';
import { askAll } from './askAll.ts';
import { conformanceWorld } from './conformanceWorld.ts';
import { populate } from './populate.ts';
import { catalogProperties, type Question } from './world.ts';

const START_MS = 300_000;
const dir = mkdtempSync(path.join(os.tmpdir(), 'lepton-conformance-'));
const world = conformanceWorld(path.join(dir, 'schemas'));
const keyOf = ({ catalog, sql }: Question): string => `${catalog}: ${sql}`;
/** Integers beyond 2^53 are texts such as `9223372036854775807n`. */
const recorded = new Map<string, GoldenCase>(
  gunzipSync(readFileSync(path.join(import.meta.dirname, '..', 'fixtures', 'conformance.jsonl.gz')))
    .toString('utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))
    .map((one: GoldenCase) => [`${one.session.catalog}: ${one.sql}`, one]),
);
/** Answered differently: docs/differences.md says why. */
const different: ReadonlySet<string> = new Set(
  readFileSync(path.join(import.meta.dirname, 'different.txt'), 'utf8')
    .split('\n')
    .filter((line) => line !== ''),
);

let broker: KafkaRig;
let registry: RegistryServer;
let server: TestServer;

beforeAll(async () => {
  broker = await startKafka({ dataDir: path.join(dir, 'kafka'), properties: {} });
  registry = await startOwnRegistry();
  const place = { nodes: broker.nodes, registry: registry.url, descriptions: path.join(dir, 'descriptions'), schemas: path.join(dir, 'schemas') };
  await populate(world, place);
  const catalogs = [...catalogProperties(place, world)].map(([name, lines]) => [name, `${lines.join('\n')}\n`] as const);
  server = await startTestServer({ catalogs: Object.fromEntries(catalogs) });
}, START_MS);

afterAll(async () => {
  await server?.close();
  await registry?.stop();
  await broker?.stop();
  rmSync(dir, { recursive: true, force: true });
}, START_MS);

/** By the table, or the kind of tables, that they ask. */
const groups = Map.groupBy(world.questions, ({ catalog, sql }) => `${catalog}: ${/(?:FROM|DESCRIBE|INTO|TABLE) "?([a-z_]+)/.exec(sql)?.[1] ?? 'others'}`);

describe('messages read by Trino and by Lepton', () => {
  test.each([...groups.keys()])(
    '%s',
    async (name) => {
      const questions = groups.get(name) ?? [];
      const answers = await askAll(server.url, questions, dir);
      for (const [i, question] of questions.entries()) {
        const key = keyOf(question);
        const expected = recorded.get(key);
        if (expected === undefined) throw new Error(`no answer is recorded to ${key}`);
        if (different.has(key)) expect(answers[i], key).not.toEqual(expected);
        else expect(answers[i], key).toEqual(expected);
      }
    },
    START_MS,
  );

  test('what is listed as different is asked', () => {
    const asked = new Set(world.questions.map(keyOf));
    expect([...different].filter((key) => !asked.has(key))).toEqual([]);
  });
});

/**
 * `TRINO_HOME=/path/of/trino-server-476 npm run kafka:record`: what a real Trino answers to the questions of test/catalog/kafka/conformance, over topics, files and
 * subjects made for it. TRINO_JAVA_HOME names the Java that it needs. Words choose statements that have one of them: these are printed, not recorded.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { askAll } from '../catalog/kafka/conformance/askAll.ts';
import { conformanceWorld } from '../catalog/kafka/conformance/conformanceWorld.ts';
import { populate } from '../catalog/kafka/conformance/populate.ts';
import { catalogProperties } from '../catalog/kafka/conformance/world.ts';
import { prepareKafkaPlugin } from '../catalog/kafka/oracle/kafkaPlugin.ts';
import { startOwnRegistry } from '../catalog/kafka/registry/registryServer.ts';
import { startKafka } from '../rig/kafka.ts';
import { startTrino } from '../rig/trino.ts';

const home = process.env.TRINO_HOME;
if (home === undefined) throw new Error('TRINO_HOME must name the folder of a Trino 476 server');
const words = process.argv.slice(2);
const dir = mkdtempSync(path.join(os.tmpdir(), 'lepton-conformance-'));
const log = (line: string): void => void process.stderr.write(`${line}\n`);
const world = conformanceWorld(path.join(dir, 'schemas'));
const broker = await startKafka({ dataDir: path.join(dir, 'kafka'), properties: {}, log });
const registry = await startOwnRegistry();
try {
  const place = { nodes: broker.nodes, registry: registry.url, descriptions: path.join(dir, 'descriptions'), schemas: path.join(dir, 'schemas') };
  await populate(world, place);
  log('starting Trino …');
  const trino = await startTrino({
    home,
    dir,
    heapGigabytes: 2,
    ...prepareKafkaPlugin(home, dir, world.protoTexts),
    catalogs: Object.fromEntries(catalogProperties(place, world)),
  });
  try {
    const questions = world.questions.filter(({ sql, catalog }) => words.length === 0 || words.some((word) => `${catalog}: ${sql}`.includes(word)));
    const started = performance.now();
    const answered = await askAll(trino.url, questions, dir);
    log(`${answered.length} answers in ${Math.round((performance.now() - started) / 1000)} s`);
    const lines = answered.map((one) => `${JSON.stringify(one)}\n`).join('');
    if (words.length > 0) process.stdout.write(lines);
    else writeFileSync(path.join(import.meta.dirname, '../catalog/kafka/fixtures/conformance.jsonl.gz'), gzipSync(lines, { level: 9 }));
  } finally {
    await trino.stop();
  }
} finally {
  await registry.stop();
  await broker.stop();
  rmSync(dir, { recursive: true, force: true });
}

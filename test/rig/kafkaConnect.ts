import { spawn } from 'node:child_process';
import { mkdirSync, openSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './freePort.ts';
import { KAFKA_VERSION } from './kafka.ts';
import { mavenJars } from './mavenJars.ts';
import { end } from './program.ts';

const DEBEZIUM_VERSION = '3.4.0.Final';
const AVRO_CONVERTER_VERSION = '2.6.13.Final';
const START_TIMEOUT_MS = 180_000;

export interface KafkaConnectRig {
  /** A connector of this name with this configuration, once its tasks run. */
  start(name: string, config: Readonly<Record<string, string>>): Promise<void>;
  remove(name: string): Promise<void>;
  stop(): Promise<void>;
}

/** Kafka Connect in one process of its own, with Debezium's connector for PostgreSQL and Apicurio's converter to Avro. */
export async function startKafkaConnect(options: {
  readonly nodes: string;
  readonly dataDir: string;
  readonly log: (line: string) => void;
}): Promise<KafkaConnectRig> {
  const { nodes, dataDir, log } = options;
  const jars = await mavenJars(`connect-${KAFKA_VERSION}`, 'connect-pom.xml', log);
  const debezium = await mavenJars(`debezium-${DEBEZIUM_VERSION}`, 'debezium-pom.xml', log);
  const plugins = path.join(dataDir, 'plugins');
  mkdirSync(plugins, { recursive: true });
  symlinkSync(debezium, path.join(plugins, 'debezium'));
  symlinkSync(await mavenJars(`avro-converter-${AVRO_CONVERTER_VERSION}`, 'avro-converter-pom.xml', log), path.join(plugins, 'avro-converter'));
  const url = `http://127.0.0.1:${await freePort()}`;
  const properties: Record<string, string> = {
    'bootstrap.servers': nodes,
    listeners: url,
    'plugin.path': plugins,
    'offset.storage.file.filename': path.join(dataDir, 'offsets'),
    'offset.flush.interval.ms': '1000',
    'key.converter': 'org.apache.kafka.connect.json.JsonConverter',
    'value.converter': 'org.apache.kafka.connect.json.JsonConverter',
  };
  const file = path.join(dataDir, 'worker.properties');
  const lines = Object.entries(properties).map(([key, value]) => `${key}=${value}\n`);
  writeFileSync(file, lines.join(''));
  log('starting Kafka Connect …');
  const logFile = path.join(dataDir, 'connect.log');
  const out = openSync(logFile, 'w');
  const flags = ['-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn'];
  const child = spawn('java', [...flags, '-cp', path.join(jars, '*'), 'org.apache.kafka.connect.cli.ConnectStandalone', file], { stdio: ['ignore', out, out] });
  const onExit = (): void => void child.kill('SIGKILL');
  process.once('exit', onExit);
  child.once('exit', () => process.off('exit', onExit));
  const failure = (what: string): Error => new Error(`${what}; the end of ${logFile}:\n${readFileSync(logFile, 'utf8').slice(-3000)}`);
  const until = async (what: string, ready: () => Promise<boolean>): Promise<void> => {
    for (const deadline = Date.now() + START_TIMEOUT_MS; !(await ready().catch(() => false)); ) {
      if (child.exitCode !== null || Date.now() > deadline) throw failure(what);
      await delay(200);
    }
  };
  await until('Kafka Connect did not start', async () => (await fetch(`${url}/connectors`)).ok);
  return {
    async start(name, config) {
      const body = JSON.stringify({ name, config });
      const answer = await fetch(`${url}/connectors`, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
      if (!answer.ok) throw new Error(`connector ${name}: ${await answer.text()}`);
      await until(`connector ${name} does not run`, async () => {
        const status = await (await fetch(`${url}/connectors/${name}/status`)).text();
        if (status.includes('FAILED')) throw failure(status.slice(0, 2000));
        return /"tasks":\[\{[^}]*"state":"RUNNING"/.test(status);
      });
    },
    async remove(name) {
      await fetch(`${url}/connectors/${name}`, { method: 'DELETE' });
    },
    stop: () => end(child, 'SIGTERM'),
  };
}

/** Configuration of a connector that writes Avro as Confluent's converters do, its schemas in an Apicurio Registry. */
export function avroConverter(registryUrl: string): Record<string, string> {
  const converter = (which: string): readonly (readonly [string, string])[] => [
    [`${which}.converter`, 'io.apicurio.registry.utils.converter.AvroConverter'],
    [`${which}.converter.apicurio.registry.url`, registryUrl],
    [`${which}.converter.apicurio.registry.auto-register`, 'true'],
    [`${which}.converter.apicurio.registry.as-confluent`, 'true'],
    [`${which}.converter.apicurio.registry.use-id`, 'contentId'],
    [`${which}.converter.apicurio.registry.headers.enabled`, 'false'],
  ];
  return { ...Object.fromEntries([...converter('key'), ...converter('value')]), 'schema.name.adjustment.mode': 'avro' };
}

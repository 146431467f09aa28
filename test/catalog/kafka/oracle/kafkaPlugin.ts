import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type ProtoText, protoDescriptorSet } from './protoDescriptors.ts';

export interface PreparedPlugin {
  /** Lines of config.properties. */
  readonly config: readonly string[];
  readonly jvm: readonly string[];
}

/** A folder of plugins with the kafka connector alone, and with a provider of protobuf schemas that knows these. */
export function prepareKafkaPlugin(home: string, dir: string, schemas: readonly ProtoText[]): PreparedPlugin {
  const plugin = path.join(dir, 'plugins', 'kafka');
  const descriptors = path.join(dir, 'descriptors');
  for (const folder of [plugin, descriptors]) mkdirSync(folder, { recursive: true });
  const given = path.join(home, 'plugin', 'kafka');
  for (const jar of readdirSync(given)) symlinkSync(path.join(given, jar), path.join(plugin, jar));
  const sources = path.join(import.meta.dirname, 'protobufProvider');
  const files = readdirSync(sources, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.java'));
  const classes = path.join(dir, 'classes');
  java('javac', ['-nowarn', '-cp', `${given}/*`, '-d', classes, ...files.map((name) => path.join(sources, name))]);
  java('jar', ['--create', '--file', path.join(plugin, 'protobuf-provider.jar'), '-C', classes, '.']);
  for (const schema of schemas) writeFileSync(path.join(descriptors, createHash('sha256').update(schema.text).digest('hex')), protoDescriptorSet(schema));
  return { config: [`plugin.dir=${path.join(dir, 'plugins')}`], jvm: [`-Dlepton.descriptors=${descriptors}`] };
}

function java(tool: string, args: readonly string[]): void {
  const home = process.env.TRINO_JAVA_HOME ?? process.env.JAVA_HOME;
  const done = spawnSync(home === undefined ? tool : path.join(home, 'bin', tool), args, { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`${tool}: ${done.stderr}`);
}

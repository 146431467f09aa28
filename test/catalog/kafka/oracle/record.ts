// Records what the row decoders of a real Trino answer: TRINO_HOME=… [JAVA_HOME=…] node test/catalog/kafka/oracle/record.ts
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { avroCases } from './avroCases.ts';
import { avroEvolutionCases, avroRegistryCases } from './avroEvolutionCases.ts';
import { decoderCases } from './decoderCases.ts';
import { protobufCases } from './protobufCases.ts';
import { registryProtobufCases } from './registryProtobufCases.ts';

const home = process.env.TRINO_HOME;
if (home === undefined) throw new Error('TRINO_HOME must name the folder of a Trino 476 server');
const java = process.env.JAVA_HOME === undefined ? 'java' : path.join(process.env.JAVA_HOME, 'bin', 'java');
const input = [...decoderCases(), ...avroCases(), ...avroEvolutionCases(), ...avroRegistryCases(), ...protobufCases(), ...registryProtobufCases()]
  .map((c) => JSON.stringify({ ...c, messages: c.messages.map((m) => m.toString('base64')) }))
  .join('\n');
const run = spawnSync(java, ['-cp', `${home}/plugin/kafka/*:${home}/lib/*`, path.join(import.meta.dirname, 'DecoderOracle.java')], {
  input,
  maxBuffer: 1 << 29,
  encoding: 'utf8',
});
if (run.status !== 0) throw new Error(run.stderr);
// the decoders log to standard output as well
const answers = run.stdout.split('\n').filter((line) => line.startsWith('{'));
const target = path.join(import.meta.dirname, '..', 'fixtures', 'decoders.jsonl.gz');
writeFileSync(target, gzipSync(`${answers.join('\n')}\n`, { level: 9 }));
process.stdout.write(`${answers.length} cases in ${target}\n`);

import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { run } from '../test/rig/statementClient.ts';
import { FIELDS } from './kafkaTopic.ts';
import { note } from './report.ts';

/** Offsets of each partition that one INSERT takes: its transaction must not last too long. */
const SLICE_OFFSETS = 100_000;
/** The encoders know no moments. */
const PLAIN_FIELDS = FIELDS.filter(({ name }) => name !== 'created_at').map(({ name, mapping, type }) => ({ name, mapping, type }));
const AVRO_TYPES: ReadonlyMap<string, string> = new Map([
  ['BIGINT', 'long'],
  ['VARCHAR', 'string'],
  ['DOUBLE', 'double'],
  ['INTEGER', 'int'],
  ['BOOLEAN', 'boolean'],
]);
const PROTOBUF_TYPES: ReadonlyMap<string, string> = new Map([
  ['BIGINT', 'int64'],
  ['VARCHAR', 'string'],
  ['DOUBLE', 'double'],
  ['INTEGER', 'int32'],
  ['BOOLEAN', 'bool'],
]);

export type Format = 'avro' | 'protobuf';

/** The `message` of a table description; its schema is written beside it. */
export function messageOf(format: Format, dir: string): object {
  const dataSchema = path.join(dir, `bench.${format}`);
  writeFileSync(dataSchema, format === 'avro' ? avroSchema() : protoFile());
  return { dataFormat: format, dataSchema, fields: PLAIN_FIELDS };
}

function avroSchema(): string {
  const fields = PLAIN_FIELDS.map(({ name, type }) => ({ name, type: ['null', AVRO_TYPES.get(type)], default: null }));
  return JSON.stringify({ type: 'record', name: 'Order', fields });
}

function protoFile(): string {
  const fields = PLAIN_FIELDS.map(({ name, type }, i) => `  ${PROTOBUF_TYPES.get(type)} ${name} = ${i + 1};`);
  return ['syntax = "proto3";', 'message schema {', ...fields, '}', ''].join('\n');
}

/** The rows of a JSON topic in another format, unless they are there already. */
export async function copyTopic(url: string, { from, to, messages }: { readonly from: string; readonly to: string; readonly messages: number }): Promise<void> {
  const { rows } = await run({ url }, `SELECT count(*) FROM ${to}`);
  const there = Number(rows[0]?.[0]);
  if (there === messages) return;
  if (there !== 0) throw new Error(`${to} holds ${there} of ${messages} messages: delete the topic`);
  note(`writing ${messages} messages to ${to} …`);
  const names = PLAIN_FIELDS.map(({ name }) => name).join(', ');
  for (let copied = 0, start = 0; copied < messages; start += SLICE_OFFSETS) {
    const slice = `_partition_offset >= ${start} AND _partition_offset < ${start + SLICE_OFFSETS}`;
    const answer = await run({ url }, `INSERT INTO ${to} (${names}) SELECT ${names} FROM ${from} WHERE ${slice}`);
    const written = Number(answer.rows[0]?.[0] ?? 0);
    if (written === 0) throw new Error(`${from} holds ${copied} of ${messages} messages`);
    copied += written;
  }
}

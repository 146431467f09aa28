import avro from 'avsc';
import type { KafkaTopics, TestMessage } from '../catalog/kafka/kafkaTopics.ts';
import type { RegistryServer } from '../catalog/kafka/registry/registryServer.ts';
import { run, type WireValue } from '../rig/statementClient.ts';

/** A schema of Kafka Connect, as its JSON converter writes it beside the payload. */
interface ConnectSchema {
  readonly type: string;
  readonly name?: string;
  readonly version?: number;
  readonly optional?: boolean;
  readonly default?: unknown;
  readonly parameters?: Readonly<Record<string, string>>;
  readonly fields?: readonly (ConnectSchema & { readonly field: string })[];
  readonly items?: ConnectSchema;
}

const PLAIN: Readonly<Record<string, unknown>> = {
  int8: { type: 'int', 'connect.type': 'int8' },
  int16: { type: 'int', 'connect.type': 'int16' },
  int32: 'int',
  int64: 'long',
  float: 'float',
  double: 'double',
  boolean: 'boolean',
  string: 'string',
  bytes: 'bytes',
};
const DECIMAL = 'org.apache.kafka.connect.data.Decimal';
const CONFLUENT_HEADER_BYTES = 5;

/** What Avro converters for Kafka Connect make of a schema: names, parameters and logical types are kept in its properties. */
function avroSchema(schema: ConnectSchema, known: Set<string>): unknown {
  const own = named(schema, known);
  if (schema.optional !== true) return own;
  return schema.default === undefined || schema.default === null ? ['null', own] : [own, 'null'];
}

function named(schema: ConnectSchema, known: Set<string>): unknown {
  const { type, name, version, parameters, fields, items } = schema;
  const properties = {
    ...(version === undefined ? {} : { 'connect.version': version }),
    ...(parameters === undefined ? {} : { 'connect.parameters': parameters }),
    ...(name === undefined ? {} : { 'connect.name': name }),
  };
  if (type === 'struct') {
    const full = name ?? 'ConnectDefault';
    if (known.has(full)) return full;
    known.add(full);
    const dot = full.lastIndexOf('.');
    const members = (fields ?? []).map((f) => ({
      name: f.field,
      type: avroSchema(f, known),
      ...(f.default !== undefined ? { default: f.default } : f.optional === true ? { default: null } : {}),
    }));
    return { type: 'record', name: full.slice(dot + 1), ...(dot < 0 ? {} : { namespace: full.slice(0, dot) }), fields: members, ...properties };
  }
  if (type === 'array') return { type: 'array', items: items === undefined ? 'null' : avroSchema(items, known), ...properties };
  const plain = PLAIN[type];
  if (plain === undefined) throw new Error(`a Connect schema of type ${type}`);
  if (name === undefined) return plain;
  const decimal =
    name === DECIMAL ? { logicalType: 'decimal', scale: Number(parameters?.scale), precision: Number(parameters?.['connect.decimal.precision'] ?? 64) } : {};
  return { ...(typeof plain === 'string' ? { type: plain } : plain), ...properties, ...decimal };
}

/** Bytes stand in JSON as base64, and numbers that JSON lacks as text. */
function avroValue(value: unknown, schema: ConnectSchema): unknown {
  if (value === null || value === undefined) return null;
  const own = presentValue(value, schema);
  return schema.optional === true ? { [branchName(schema)]: own } : own;
}

/** How avsc names the branch of a union. */
function branchName({ type, name }: ConnectSchema): string {
  if (type === 'struct') return name ?? 'ConnectDefault';
  if (type === 'int64') return 'long';
  return type.startsWith('int') ? 'int' : type;
}

function presentValue(value: unknown, schema: ConnectSchema): unknown {
  switch (schema.type) {
    case 'struct': {
      const given = value as Readonly<Record<string, unknown>>;
      return Object.fromEntries((schema.fields ?? []).map((f) => [f.field, avroValue(given[f.field], f)]));
    }
    case 'array':
      return (value as readonly unknown[]).map((item) => avroValue(item, schema.items ?? schema));
    case 'bytes':
      return Buffer.from(String(value), 'base64');
    case 'float':
    case 'double':
      return Number(value);
    case 'int64':
      return BigInt(String(value));
    default:
      return value;
  }
}

const LONG = avro.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(value);
    return bytes;
  },
  fromJSON: BigInt,
  toJSON: Number,
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0),
});

function exactLongs(schema: avro.Schema): avro.Type | undefined {
  const type = typeof schema === 'object' && 'type' in schema ? schema.type : schema;
  return type === 'long' ? LONG : undefined;
}

/** Numbers that a double does not hold stay texts. */
function withDigits(_: string, value: unknown, ...[context]: readonly unknown[]): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value) || !Number.isInteger(value)) return value;
  return context !== null && typeof context === 'object' && 'source' in context ? context.source : value;
}

export interface AvroMirrorOptions {
  /** The server that reads, and the table of what the JSON converter wrote. */
  readonly url: string;
  readonly from: string;
  readonly to: string;
  readonly topics: KafkaTopics;
  readonly registry: RegistryServer;
}

/** Writes what the JSON converter wrote once more, as an Avro converter does, its schemas in the registry. */
export class AvroMirror {
  private readonly options: AvroMirrorOptions;
  private readonly types = new Map<string, { readonly id: number; readonly type: avro.Type }>();
  private next = 0;

  constructor(options: AvroMirrorOptions) {
    this.options = options;
  }

  /** What has come since the last time. */
  async copy(): Promise<void> {
    const { url, from, to, topics } = this.options;
    const unread = `SELECT _key, _message, _partition_offset FROM ${from} WHERE _partition_offset >= ${this.next} ORDER BY _partition_offset`;
    const { rows } = await run({ url }, unread);
    if (rows.length === 0) return;
    const part = async (subject: string, text: WireValue | undefined): Promise<Buffer | undefined> =>
      typeof text === 'string' ? this.encode(`${to}-${subject}`, text) : undefined;
    const messages: TestMessage[] = [];
    for (const [key, value] of rows) {
      const [k, v] = [await part('key', key), await part('value', value)];
      messages.push({ ...(k === undefined ? {} : { key: k }), ...(v === undefined ? {} : { value: v }) });
    }
    await topics.produce(to, messages);
    this.next = Number(rows.at(-1)?.[2]) + 1;
  }

  private async encode(subject: string, message: string): Promise<Buffer> {
    const { schema, payload }: { schema: ConnectSchema; payload: unknown } = JSON.parse(message, withDigits);
    const { id, type } = await this.typeOf(subject, schema);
    const header = Buffer.alloc(CONFLUENT_HEADER_BYTES);
    header.writeInt32BE(id, 1);
    return Buffer.concat([header, type.toBuffer(avroValue(payload, schema))]);
  }

  private async typeOf(subject: string, schema: ConnectSchema): Promise<{ readonly id: number; readonly type: avro.Type }> {
    const text = JSON.stringify(avroSchema(schema, new Set()));
    const known = this.types.get(`${subject} ${text}`);
    if (known !== undefined) return known;
    const id = await this.options.registry.register(subject, text);
    const made = { id, type: avro.Type.forSchema(JSON.parse(text), { typeHook: exactLongs, wrapUnions: true }) };
    this.types.set(`${subject} ${text}`, made);
    return made;
  }
}

import type { Type } from '../../../spi/type.ts';
import { type DecodeError, type FieldSpec, isDecodeError } from '../decoder/rowDecoder.ts';
import type { ProtoSchema } from '../decoder/protobuf/protoSchema.ts';
import type { RegisteredSchema } from '../registry/registryClient.ts';
import { CHANGE_ENVELOPES, type ChangeEnvelope } from '../kafkaHandle.ts';
import { JsonPlaceError, type LocatedJson, type LocatedObject, parseLocatedJson } from './locatedJson.ts';
import { parseTypeText } from './typeText.ts';

/** How a topic is a table: what a file of the description folder says. Plain data. */
export interface TableDescription {
  /** Both in lower case, as Trino's names are. */
  readonly schema: string;
  readonly table: string;
  readonly topic: string;
  readonly comment?: string;
  readonly decodeError?: DecodeError;
  readonly upsert?: Upsert;
  /** Made by CREATE TABLE: a table of its catalog also where kafka.table-names does not name it. */
  readonly createTable?: TableOrigin;
  readonly key?: FieldGroup;
  readonly message?: FieldGroup;
}

/** The topic is a stream of changes to rows, told apart by these columns. */
export interface Upsert {
  readonly key: readonly string[];
  readonly envelope: ChangeEnvelope;
  /** Path of a whole number in the envelope (`source/lsn`), by which changes of a key are ordered; absent: their offsets. */
  readonly orderBy?: string;
  /** Debezium's `unavailable.value.placeholder`. */
  readonly unavailableValue?: string;
  /** The columns of the rows, when a schema tells them; absent: those of the table. */
  readonly fields?: readonly DescribedField[];
}

/** What CREATE TABLE was asked for. */
export interface TableOrigin {
  /** Catalogs of several clusters may share a folder. */
  readonly catalog: string;
  /** `created`: DROP TABLE deletes the topic as well; `adopted`: it was there before. */
  readonly topic: 'created' | 'adopted';
  readonly partitions?: number;
  readonly replication?: number;
  readonly config: ReadonlyMap<string, string>;
}

export interface FieldGroup {
  readonly dataFormat: string;
  /** Where the schema lies (avro, protobuf). */
  readonly dataSchema?: string;
  readonly subject?: string;
  /** The schema, when it comes from a schema registry. */
  readonly registered?: RegisteredSchema;
  readonly protobuf?: ProtoSchema;
  readonly fields: readonly DescribedField[];
}

export interface DescribedField extends FieldSpec {
  readonly comment?: string;
  readonly hidden: boolean;
}

/** What is wrong with a description, with its file, line and what is expected. */
export class TableDescriptionError extends Error {
  readonly file: string;

  constructor(file: string, line: number, message: string) {
    super(`Failed to get table description file for Kafka: ${file}, line ${line}: ${message}`);
    this.name = 'TableDescriptionError';
    this.file = file;
  }
}

export function parseTableDescription(file: string, text: string, defaultSchema: string): TableDescription {
  try {
    const root = object(parseLocatedJson(text), 'a table description');
    const comment = optionalText(root, 'comment');
    const error = decodeError(root);
    const changes = upsert(root);
    const made = origin(root);
    const key = group(root, 'key');
    const message = group(root, 'message');
    return {
      table: requiredText(root, 'tableName').toLowerCase(),
      schema: (optionalText(root, 'schemaName') ?? defaultSchema).toLowerCase(),
      topic: requiredText(root, 'topicName'),
      ...(comment === undefined ? {} : { comment }),
      ...(error === undefined ? {} : { decodeError: error }),
      ...(changes === undefined ? {} : { upsert: changes }),
      ...(made === undefined ? {} : { createTable: made }),
      ...(key === undefined ? {} : { key }),
      ...(message === undefined ? {} : { message }),
    };
  } catch (error) {
    if (error instanceof JsonPlaceError) throw new TableDescriptionError(file, error.line, error.message);
    throw error;
  }
}

const HEX_BYTES = /^hex:(?:[0-9A-Fa-f]{2})+$/;

function upsert(root: LocatedObject): Upsert | undefined {
  const node = root.fields.get('upsert');
  if (node === undefined || isNull(node)) return undefined;
  const section = object(node, '"upsert"');
  const key = section.fields.get('key');
  const names =
    key?.kind === 'array' ? key.items.map((item) => (item.kind === 'scalar' && typeof item.value === 'string' ? item.value.toLowerCase() : '')) : [];
  if (names.length === 0 || names.includes('')) throw new JsonPlaceError((key ?? section).line, '"upsert" needs "key", a list of columns');
  const named = optionalText(section, 'envelope') ?? 'none';
  const envelope = CHANGE_ENVELOPES.find((known) => known === named);
  if (envelope === undefined) throw new JsonPlaceError(section.line, '"envelope" is expected to be "debezium", "flattened" or "none"');
  const unavailableValue = optionalText(section, 'unavailableValue');
  const orderBy = optionalText(section, 'orderBy')
    ?.split(/[./]/)
    .filter((part) => part !== '');
  if (orderBy !== undefined && (envelope === 'none' || orderBy.length === 0))
    throw new JsonPlaceError(section.line, '"orderBy" is expected to name a field of a "debezium" envelope, such as "source.lsn", or of a "flattened" row');
  if (unavailableValue !== undefined && unavailableValue.startsWith('hex:') && !HEX_BYTES.test(unavailableValue))
    throw new JsonPlaceError(section.line, '"unavailableValue" is expected to be a text, or "hex:" with the digits of its bytes');
  return {
    key: names,
    envelope,
    ...(orderBy === undefined ? {} : { orderBy: orderBy.join('/') }),
    ...(unavailableValue === undefined ? {} : { unavailableValue }),
  };
}

function origin(root: LocatedObject): TableOrigin | undefined {
  const node = root.fields.get('createTable');
  if (node === undefined || isNull(node)) return undefined;
  const section = object(node, '"createTable"');
  const topic = optionalText(section, 'topic') ?? 'adopted';
  if (topic !== 'created' && topic !== 'adopted') throw new JsonPlaceError(section.line, '"topic" is expected to be "created" or "adopted"');
  const config = section.fields.get('config');
  const entries = config === undefined || isNull(config) ? new Map<string, LocatedJson>() : object(config, '"config"').fields;
  return {
    catalog: requiredText(section, 'catalog'),
    topic,
    ...optionalCount(section, 'partitions'),
    ...optionalCount(section, 'replication'),
    config: new Map([...entries].map(([name, value]) => [name, value.kind === 'scalar' ? String(value.value) : ''])),
  };
}

function optionalCount(node: LocatedObject, key: 'partitions' | 'replication'): { readonly [K in typeof key]?: number } {
  const text = optionalText(node, key);
  if (text === undefined) return {};
  if (!/^[1-9][0-9]{0,8}$/.test(text)) throw new JsonPlaceError(node.fields.get(key)?.line ?? node.line, `"${key}" is expected to be a number`);
  return { [key]: Number(text) };
}

function decodeError(root: LocatedObject): DecodeError | undefined {
  const text = optionalText(root, 'decodeError');
  if (text === undefined || isDecodeError(text)) return text;
  throw new JsonPlaceError(root.fields.get('decodeError')?.line ?? root.line, `"decodeError" is expected to be "fail", "null" or "dead-letter"`);
}

function group(parent: LocatedObject, name: string): FieldGroup | undefined {
  const node = parent.fields.get(name);
  if (node === undefined || isNull(node)) return undefined;
  const section = object(node, `"${name}"`);
  const fields = section.fields.get('fields');
  if (fields === undefined || fields.kind !== 'array') throw new JsonPlaceError((fields ?? section).line, `"${name}" needs "fields", a list of columns`);
  const dataSchema = optionalText(section, 'dataSchema');
  const subject = optionalText(section, 'subject');
  return {
    dataFormat: requiredText(section, 'dataFormat'),
    ...(dataSchema === undefined ? {} : { dataSchema }),
    ...(subject === undefined ? {} : { subject }),
    fields: fields.items.map((item) => field(object(item, 'a column'))),
  };
}

function field(node: LocatedObject): DescribedField {
  const name = requiredText(node, 'name');
  const optional = (key: 'mapping' | 'comment' | 'dataFormat' | 'formatHint'): { readonly [K in typeof key]?: string } => {
    const value = optionalText(node, key);
    return value === undefined ? {} : { [key]: value };
  };
  return {
    name,
    type: columnType(node, name),
    ...optional('mapping'),
    ...optional('dataFormat'),
    ...optional('formatHint'),
    ...optional('comment'),
    hidden: flag(node, 'hidden'),
  };
}

function columnType(node: LocatedObject, column: string): Type {
  const text = requiredText(node, 'type');
  const type = parseTypeText(text);
  if (type !== undefined) return type;
  throw new JsonPlaceError(
    node.fields.get('type')?.line ?? node.line,
    `Unknown type: ${text} (column "${column}"; expected a Trino type such as BIGINT, DOUBLE, BOOLEAN, VARCHAR(10) or TIMESTAMP(3))`,
  );
}

function object(node: LocatedJson, what: string): LocatedObject {
  if (node.kind === 'object') return node;
  throw new JsonPlaceError(node.line, `${what} is expected to be an object`);
}

function isNull(node: LocatedJson): boolean {
  return node.kind === 'scalar' && node.value === null;
}

/** A field that must be there. */
function requiredText(node: LocatedObject, key: string): string {
  const value = optionalText(node, key);
  if (value === undefined || value === '') throw new JsonPlaceError(node.fields.get(key)?.line ?? node.line, `"${key}" is null or is empty`);
  return value;
}

function optionalText(node: LocatedObject, key: string): string | undefined {
  const value = node.fields.get(key);
  if (value === undefined || isNull(value)) return undefined;
  // numbers and booleans are taken for their text, as Trino does
  if (value.kind === 'scalar') return String(value.value);
  throw new JsonPlaceError(value.line, `"${key}" is expected to be a text`);
}

function flag(node: LocatedObject, key: string): boolean {
  const value = node.fields.get(key);
  if (value === undefined || isNull(value)) return false;
  if (value.kind === 'scalar') {
    if (typeof value.value === 'boolean') return value.value;
    if (typeof value.value === 'string' && /^(?:true|True|TRUE|false|False|FALSE|)$/.test(value.value)) return value.value.toLowerCase() === 'true';
  }
  throw new JsonPlaceError(value.line, `"${key}" is expected to be true or false`);
}

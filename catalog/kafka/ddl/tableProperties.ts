import type { PropertyMetadata } from '../../../spi/connector.ts';
import { TrinoError } from '../../../spi/trinoError.ts';
import { array, INTEGER, map, VARCHAR } from '../../../spi/type.ts';
import type { MapValue, Value } from '../../../spi/value.ts';
import { type DecodeError, isDecodeError } from '../decoder/rowDecoder.ts';

const FORMATS = ['json', 'csv', 'raw', 'avro', 'protobuf'];
const EXISTING_TOPIC = ['FAIL', 'ADOPT'];
const REPLICATION_MAX = 32_767;

const text = (name: string, description: string, validate?: (value: Value) => void): PropertyMetadata => ({
  name,
  description,
  type: VARCHAR,
  defaultValue: null,
  ...(validate === undefined ? {} : { validate }),
});

const oneOf = (name: string, values: readonly string[]) => (value: Value) => {
  if (typeof value !== 'string' || !values.some((v) => v.toLowerCase() === value.toLowerCase()))
    throw invalid(`Invalid value [${String(value)}] of table property '${name}'. Valid values: [${values.join(', ')}]`);
};

const count = (name: string, description: string, max: number): PropertyMetadata => ({
  name,
  description,
  type: INTEGER,
  defaultValue: null,
  validate: (value) => {
    if (typeof value !== 'number' || value < 1 || value > max) throw invalid(`Table property '${name}' must be between 1 and ${max}`);
  },
});

export const TABLE_PROPERTIES: readonly PropertyMetadata[] = [
  text('topic', 'Name of the topic; default: that of the table, behind that of the schema unless it is the default one'),
  text('existing_topic', 'A topic that exists already. Possible values: [FAIL, ADOPT]', oneOf('existing_topic', EXISTING_TOPIC)),
  count('partitions', "Partitions of the topic; default: the broker's", 1_000_000),
  count('replication', "Replicas of each partition; default: the broker's", REPLICATION_MAX),
  { name: 'topic_config', description: 'Configuration of the topic, such as retention.ms', type: map(VARCHAR, VARCHAR), defaultValue: { entries: [] } },
  { name: 'key_columns', description: "Columns that are in the message's key; the first ones of the table", type: array(VARCHAR), defaultValue: [] },
  text('key_format', 'Data format of the key', oneOf('key_format', FORMATS)),
  text('key_schema', "File or URL of the key's schema (avro, protobuf)"),
  text('message_format', 'Data format of the message; default: json', oneOf('message_format', FORMATS)),
  text('message_schema', "File or URL of the message's schema (avro, protobuf)"),
  text('decode_error', 'What becomes of values that do not fit their column. Possible values: [fail, null, dead-letter]', (value) => {
    if (typeof value !== 'string' || !isDecodeError(value.toLowerCase()))
      throw invalid(`Invalid value [${String(value)}] of table property 'decode_error'. Valid values: [fail, null, dead-letter]`);
  }),
];

export const COLUMN_PROPERTIES: readonly PropertyMetadata[] = [
  text('mapping', 'Where the value stands in the key or the message; default: a field of the name of the column'),
  text('data_format', 'Data format of the value, such as iso8601'),
  text('format_hint', 'Pattern of the data format custom-date-time'),
];

/** The properties of CREATE TABLE, read. */
export interface TableOptions {
  readonly topic: string | undefined;
  readonly adopt: boolean;
  readonly partitions: number | undefined;
  readonly replication: number | undefined;
  readonly config: ReadonlyMap<string, string>;
  readonly keyColumns: readonly string[];
  readonly keyFormat: string | undefined;
  readonly keySchema: string | undefined;
  readonly messageFormat: string;
  readonly messageSchema: string | undefined;
  readonly decodeError: DecodeError | undefined;
}

export function readTableOptions(properties: ReadonlyMap<string, Value>): TableOptions {
  const string = (name: string): string | undefined => {
    const value = properties.get(name);
    return typeof value === 'string' && value !== '' ? value : undefined;
  };
  const number = (name: string): number | undefined => {
    const value = properties.get(name);
    return typeof value === 'number' ? value : undefined;
  };
  const decodeError = string('decode_error')?.toLowerCase();
  return {
    topic: string('topic'),
    adopt: string('existing_topic')?.toUpperCase() === 'ADOPT',
    partitions: number('partitions'),
    replication: number('replication'),
    config: textMap(properties.get('topic_config') ?? null),
    keyColumns: textList(properties.get('key_columns') ?? null).map((name) => name.toLowerCase()),
    keyFormat: string('key_format')?.toLowerCase(),
    keySchema: string('key_schema'),
    messageFormat: string('message_format')?.toLowerCase() ?? 'json',
    messageSchema: string('message_schema'),
    decodeError: decodeError !== undefined && isDecodeError(decodeError) ? decodeError : undefined,
  };
}

function textList(value: Value): string[] {
  if (!Array.isArray(value)) return [];
  return value.map((item: Value) => {
    if (typeof item === 'string') return item;
    throw invalid("Table property 'key_columns' cannot hold NULL");
  });
}

function textMap(value: Value): Map<string, string> {
  if (value === null || typeof value !== 'object' || !('entries' in value)) return new Map();
  return new Map(
    (value as MapValue).entries.map(([key, item]) => {
      if (typeof key !== 'string' || typeof item !== 'string') throw invalid("Table property 'topic_config' cannot hold NULL");
      return [key, item];
    }),
  );
}

export const invalid = (message: string): TrinoError => new TrinoError('INVALID_TABLE_PROPERTY', undefined, message);

import type { TableMetadata } from '../../../spi/connector.ts';
import type { NullableValue, Value } from '../../../spi/value.ts';
import type { FieldGroup, TableDescription, TableOrigin } from '../description/tableDescription.ts';
import type { KafkaConfig } from '../kafkaConfig.ts';
import type { TopicSnapshot } from '../kafkaHandle.ts';
import { defaultPlaces } from './describeColumns.ts';
import { isGenerated } from './generatedSchemas.ts';
import { defaultTopic, keyFormat } from './newTable.ts';
import { TABLE_PROPERTIES } from './tableProperties.ts';

/** With the properties by which SHOW CREATE TABLE makes such a table again; none for tables that the configuration declares. */
export function withShownProperties(
  metadata: TableMetadata,
  description: TableDescription,
  config: KafkaConfig,
  snapshot: TopicSnapshot | undefined,
): TableMetadata {
  if (description.createTable === undefined) return metadata;
  const byColumn = new Map([...groupProperties(description.key), ...groupProperties(description.message)]);
  const columns = metadata.columns.map((column) => ({ ...column, properties: byColumn.get(column.name) ?? new Map() }));
  return { ...metadata, columns, properties: tableProperties(description, description.createTable, config, snapshot) };
}

function tableProperties(
  description: TableDescription,
  origin: TableOrigin,
  config: KafkaConfig,
  snapshot: TopicSnapshot | undefined,
): ReadonlyMap<string, NullableValue> {
  const { key, message, topic, decodeError } = description;
  const keyColumns = (key?.fields ?? []).map((field) => field.name);
  const ownTopic = origin.topic === 'created';
  const values: Readonly<Record<string, Value | undefined>> = {
    topic: topic === defaultTopic(description, config) ? undefined : topic,
    existing_topic: ownTopic ? undefined : 'ADOPT',
    partitions: ownTopic ? (snapshot?.ranges.length ?? origin.partitions) : undefined,
    replication: origin.replication,
    topic_config: origin.config.size === 0 ? undefined : { entries: [...origin.config] },
    key_columns: keyColumns.length === 0 ? undefined : keyColumns,
    key_format: key === undefined || key.dataFormat === keyFormat({ keyFormat: undefined, keyColumns }) ? undefined : key.dataFormat,
    key_schema: isGenerated(description, 'key', config) ? undefined : key?.dataSchema,
    message_format: message?.dataFormat === 'json' ? undefined : message?.dataFormat,
    message_schema: isGenerated(description, 'message', config) ? undefined : message?.dataSchema,
    decode_error: decodeError,
  };
  const properties = TABLE_PROPERTIES.flatMap(({ name, type }): (readonly [string, NullableValue])[] => {
    const value = values[name];
    return value === undefined ? [] : [[name, { type, value }]];
  });
  return new Map(properties);
}

/** By column: what CREATE TABLE would not have chosen by itself. */
function groupProperties(group: FieldGroup | undefined): (readonly [string, ReadonlyMap<string, Value>])[] {
  if (group === undefined) return [];
  const places = defaultPlaces(group.dataFormat, group.fields);
  return group.fields.map(({ name, mapping, dataFormat, formatHint }, i) => {
    const place = places[i];
    const values = [
      ['mapping', mapping === place?.mapping ? undefined : mapping],
      ['data_format', dataFormat === place?.dataFormat ? undefined : dataFormat],
      ['format_hint', formatHint],
    ] as const;
    return [name.toLowerCase(), new Map(values.flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])))];
  });
}

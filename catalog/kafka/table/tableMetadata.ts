import type { ColumnMetadata, TableMetadata } from '../../../spi/connector.ts';
import { TrinoError } from '../../../spi/trinoError.ts';
import type { DescribedField, FieldGroup, TableDescription } from '../description/tableDescription.ts';
import type { DecodeError } from '../decoder/rowDecoder.ts';
import { INSERTABLE, INTERNAL_COLUMNS } from './internalColumns.ts';
import type { KafkaConfig } from '../kafkaConfig.ts';
import type { Encoding, KafkaColumnHandle, KafkaTableHandle, TopicSnapshot } from '../kafkaHandle.ts';

/** The table as the engine sees it: key columns, message columns, then the internal ones. */
export function tableMetadata(description: TableDescription, config: KafkaConfig, snapshot: TopicSnapshot | undefined): TableMetadata {
  const declared = [...groupColumns('key', description.key), ...groupColumns('message', description.message)];
  const internal = INTERNAL_COLUMNS.map((column): ColumnMetadata => {
    const name = `${config.internalColumnPrefix}${column.id}`;
    const handle: KafkaColumnHandle = { kind: 'internal', name, type: column.type, id: column.id };
    return { name, type: column.type, handle, comment: column.comment, hidden: config.hideInternalColumns, insertable: INSERTABLE.has(column.id) };
  });
  checkNames(description, declared, internal);
  const handle: KafkaTableHandle = {
    kind: 'kafka',
    schema: description.schema,
    table: description.table,
    topic: description.topic,
    key: encoding(description.key, description.decodeError),
    message: encoding(description.message, description.decodeError),
    ...(description.decodeError === 'dead-letter' ? { only: 'decoded' as const } : {}),
    ...(snapshot === undefined ? {} : { snapshot }),
    constraint: {},
  };
  return {
    name: { schema: description.schema, table: description.table },
    handle,
    columns: [...declared, ...internal],
    ...(description.comment === undefined ? {} : { comment: description.comment }),
  };
}

function groupColumns(kind: 'key' | 'message', group: FieldGroup | undefined): ColumnMetadata[] {
  return (group?.fields ?? []).map((field) => column(kind, field));
}

function column(kind: 'key' | 'message', { comment, hidden, ...field }: DescribedField): ColumnMetadata {
  const name = field.name.toLowerCase();
  const handle: KafkaColumnHandle = { kind, name, type: field.type, field };
  return { name, type: field.type, handle, hidden, ...(comment === undefined ? {} : { comment }) };
}

function encoding(group: FieldGroup | undefined, decodeError: DecodeError | undefined): Encoding {
  return {
    dataFormat: group?.dataFormat ?? 'dummy',
    ...(decodeError === undefined ? {} : { decodeError }),
    fields: (group?.fields ?? []).map(({ comment: _, hidden: __, ...field }) => field),
    ...(group?.dataSchema === undefined ? {} : { dataSchemaLocation: group.dataSchema }),
    ...(group?.registered === undefined ? {} : { registered: group.registered }),
    ...(group?.protobuf === undefined ? {} : { protobuf: group.protobuf }),
  };
}

function checkNames(description: TableDescription, declared: readonly ColumnMetadata[], internal: readonly ColumnMetadata[]): void {
  const table = `${description.schema}.${description.table}`;
  const conflicting = internal.map((c) => c.name).filter((name) => declared.some((d) => d.name === name));
  if (conflicting.length > 0) {
    throw new TrinoError(
      'DUPLICATE_COLUMN_NAME',
      undefined,
      `Internal Kafka column names conflict with column names from the table. Consider changing kafka.internal-column-prefix configuration property. topic=${table}, Conflicting names=[${conflicting.join(', ')}]`,
    );
  }
  const seen = new Set<string>();
  for (const { name } of declared) {
    if (seen.has(name)) throw new TrinoError('DUPLICATE_COLUMN_NAME', undefined, `Table '${table}' describes column '${name}' more than once`);
    seen.add(name);
  }
}

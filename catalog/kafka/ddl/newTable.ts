import type { ColumnDefinition, TableDefinition } from '../../../spi/connector.ts';
import { TrinoError } from '../../../spi/trinoError.ts';
import { typeEquals } from '../../../spi/type.ts';
import { ColumnBuilder } from '../block/columnBuilder.ts';
import { createDecoder } from '../decoder/decoderFactory.ts';
import type { FieldGroup, TableDescription } from '../description/tableDescription.ts';
import { rowEncoder } from '../encoder/encoderFactory.ts';
import { INTERNAL_COLUMNS } from '../table/internalColumns.ts';
import type { KafkaConfig } from '../kafkaConfig.ts';
import { withSchemaText } from '../schemaText.ts';
import { describeColumns } from './describeColumns.ts';
import type { GeneratedSchema } from './generatedSchemas.ts';
import { invalid, readTableOptions, type TableOptions } from './tableProperties.ts';

/** The description that CREATE TABLE asks for. */
export function describeNewTable({ name, columns, comment, properties }: TableDefinition, catalog: string, config: KafkaConfig): TableDescription {
  const options = readTableOptions(properties);
  const declared = columns.filter((column) => !isInternalColumn(column, config.internalColumnPrefix));
  const { keyColumns } = options;
  keyColumns.forEach((column, i) => {
    if (!declared.some((d) => d.name === column)) throw invalid(`Table property 'key_columns' names '${column}', which is no column`);
    if (declared[i]?.name !== column) throw invalid(`The columns of table property 'key_columns' must be the first ones of the table, in their order`);
  });
  if (keyColumns.length > 0 && keyColumns.length === declared.length) throw invalid('A table needs a column that is not in the key');
  const key = group(keyFormat(options), options.keySchema, declared.slice(0, keyColumns.length));
  const message = group(options.messageFormat, options.messageSchema, declared.slice(keyColumns.length));
  return {
    ...name,
    topic: options.topic ?? defaultTopic(name, config),
    ...(comment === undefined ? {} : { comment }),
    ...(options.decodeError === undefined ? {} : { decodeError: options.decodeError }),
    createTable: {
      catalog,
      topic: options.adopt ? 'adopted' : 'created',
      ...(options.partitions === undefined ? {} : { partitions: options.partitions }),
      ...(options.replication === undefined ? {} : { replication: options.replication }),
      config: options.config,
    },
    ...(key === undefined ? {} : { key }),
    ...(message === undefined ? {} : { message }),
  };
}

export const defaultTopic = ({ schema, table }: { readonly schema: string; readonly table: string }, { defaultSchema }: KafkaConfig): string =>
  schema === defaultSchema ? table : `${schema}.${table}`;

export const keyFormat = ({ keyFormat: format, keyColumns }: Pick<TableOptions, 'keyFormat' | 'keyColumns'>): string =>
  format ?? (keyColumns.length === 1 ? 'raw' : 'json');

/** Internal columns are there in any case: SHOW CREATE TABLE and LIKE name them where they are not hidden. */
function isInternalColumn({ name, type }: ColumnDefinition, prefix: string): boolean {
  return INTERNAL_COLUMNS.some((internal) => `${prefix}${internal.id}` === name && typeEquals(internal.type, type));
}

function group(dataFormat: string, dataSchema: string | undefined, columns: readonly ColumnDefinition[]): FieldGroup | undefined {
  if (columns.length === 0) return undefined;
  return { dataFormat, ...(dataSchema === undefined ? {} : { dataSchema }), fields: describeColumns(dataFormat, columns) };
}

/** What INSERT could not write or SELECT not read is refused before there is a table. */
export async function checkEncodings(
  { key, message }: TableDescription,
  schemas: readonly GeneratedSchema[],
  config: KafkaConfig,
  signal: AbortSignal,
): Promise<void> {
  for (const part of [key, message]) {
    if (part === undefined) continue;
    if (part.dataFormat === 'protobuf' && part.dataSchema === undefined)
      throw invalid(`Data format 'protobuf' needs a schema: table property '${part === key ? 'key_schema' : 'message_schema'}'`);
    const { dataFormat, dataSchema, fields } = part;
    const generated = schemas.find(({ file }) => file === dataSchema)?.text;
    const encoding = { dataFormat, fields, ...(dataSchema === undefined ? {} : { dataSchemaLocation: dataSchema }) };
    const spec = generated === undefined ? await withSchemaText(encoding, config, signal) : { dataFormat, dataSchema: generated };
    rowEncoder({ ...spec, fields });
    try {
      createDecoder(
        spec,
        fields.map((field) => ({ field, builder: new ColumnBuilder(field.type) })),
      );
    } catch (cause) {
      if (cause instanceof TrinoError) throw new TrinoError('NOT_SUPPORTED', undefined, cause.message, { cause });
      throw cause;
    }
  }
}

import path from 'node:path';
import { TrinoError } from '../../../spi/trinoError.ts';
import { typeId } from '../../../spi/type.ts';
import { tableFileName } from '../description/fileTableDescriptions.ts';
import type { DescribedField, TableDescription } from '../description/tableDescription.ts';
import { AVRO_KINDS } from '../encoder/avroEncoder.ts';
import type { KafkaConfig } from '../kafkaConfig.ts';

/** A file with a schema that CREATE TABLE writes beside the description. */
export interface GeneratedSchema {
  readonly part: 'key' | 'message';
  readonly file: string;
  readonly text: string;
}

const PARTS = ['key', 'message'] as const;

/** Avro without a schema gets that of its columns, each of which may be NULL. */
export function withGeneratedSchemas(
  description: TableDescription,
  config: KafkaConfig,
): { readonly description: TableDescription; readonly schemas: readonly GeneratedSchema[] } {
  let described = description;
  const schemas: GeneratedSchema[] = [];
  for (const part of PARTS) {
    const group = description[part];
    if (group === undefined || group.dataFormat !== 'avro' || group.dataSchema !== undefined) continue;
    const file = schemaFile(description, part, config);
    schemas.push({ part, file, text: `${JSON.stringify(avroRecord(part, group.fields), undefined, 2)}\n` });
    described = { ...described, [part]: { ...group, dataSchema: file } };
  }
  return { description: described, schemas };
}

/** Whether CREATE TABLE has written the schema of this part itself. */
export function isGenerated(description: TableDescription, part: GeneratedSchema['part'], config: KafkaConfig): boolean {
  return description.createTable !== undefined && description[part]?.dataSchema === schemaFile(description, part, config);
}

export const generatedFiles = (description: TableDescription, config: KafkaConfig): readonly string[] =>
  PARTS.filter((part) => isGenerated(description, part, config)).map((part) => schemaFile(description, part, config));

function schemaFile({ schema, table }: TableDescription, part: GeneratedSchema['part'], { tableDescriptionDir }: KafkaConfig): string {
  return path.resolve(tableDescriptionDir, `${tableFileName(schema, table)}.${part}.avsc`);
}

function avroRecord(name: string, fields: readonly DescribedField[]): object {
  return {
    type: 'record',
    name,
    fields: fields.map(({ name: column, mapping = column, type }) => {
      const avroType = AVRO_KINDS.get(type.kind);
      if (avroType === undefined) throw new TrinoError('NOT_SUPPORTED', undefined, `Unsupported column type '${typeId(type)}' for column '${column}'`);
      if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(mapping))
        throw new TrinoError('INVALID_COLUMN_PROPERTY', undefined, `Column '${column}' needs a mapping: '${mapping}' is no name of an Avro field`);
      return { name: mapping, type: ['null', avroType], default: null };
    }),
  };
}

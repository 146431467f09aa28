import { typeId } from '../../../spi/type.ts';
import type { DescribedField, FieldGroup, TableDescription, TableOrigin } from './tableDescription.ts';

/** The description as a file of the description folder has it. */
export function descriptionText({ schema, table, topic, comment, decodeError, upsert, createTable, key, message }: TableDescription): string {
  const json = {
    tableName: table,
    schemaName: schema,
    topicName: topic,
    comment,
    decodeError,
    upsert,
    createTable: createTable === undefined ? undefined : originJson(createTable),
    key: key === undefined ? undefined : groupJson(key),
    message: message === undefined ? undefined : groupJson(message),
  };
  return jsonText(json);
}

/** The text of a description file; what is undefined is left out. */
export const jsonText = (json: object): string => `${JSON.stringify(json, undefined, 2)}\n`;

function originJson({ config, ...origin }: TableOrigin): object {
  return { ...origin, config: config.size === 0 ? undefined : Object.fromEntries(config) };
}

/** What a registry says of a subject's columns is asked of it again. */
export function groupJson({ dataFormat, dataSchema, subject, registered, fields }: FieldGroup): object {
  if (registered !== undefined) return { dataFormat, subject, fields: [] };
  return { dataFormat, dataSchema, fields: fields.map(fieldJson) };
}

function fieldJson({ name, type, mapping, dataFormat, formatHint, comment, hidden }: DescribedField): object {
  return { name, type: typeId(type), mapping, dataFormat, formatHint, comment, hidden: hidden ? true : undefined };
}

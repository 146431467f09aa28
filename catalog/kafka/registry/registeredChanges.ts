import { type AvroRecordSchema, type AvroSchema, parseAvroSchema } from '../decoder/avro/avroSchema.ts';
import type { DescribedField, FieldGroup, Upsert } from '../description/tableDescription.ts';
import { type EmptyFieldStrategy, meantColumns } from './avroColumns.ts';
import { describedField } from './registeredGroup.ts';

/** A topic whose registered messages are Debezium's: its rows are those of `after`, told apart by the fields of the key. undefined: they are not. */
export function registeredChanges(key: FieldGroup | undefined, message: FieldGroup | undefined, strategy: EmptyFieldStrategy): Upsert | undefined {
  const fields = changedFields(message, strategy);
  const keys = key?.registered?.type === 'AVRO' ? recordOf(schemaOf(key)) : undefined;
  if (fields === undefined || keys === undefined || keys.fields.length === 0) return undefined;
  const names = keys.fields.map((f) => f.name.toLowerCase());
  return names.every((name) => fields.some((f) => f.name === name)) ? { key: names, envelope: 'debezium', fields } : undefined;
}

/** The columns of the rows in an envelope; undefined: the messages are none. */
export function changedFields(message: FieldGroup | undefined, strategy: EmptyFieldStrategy): readonly DescribedField[] | undefined {
  if (message?.registered?.type !== 'AVRO') return undefined;
  const envelope = recordOf(schemaOf(message));
  const part = (name: string): AvroSchema | undefined => envelope?.fields.find((f) => f.name === name)?.schema;
  const after = part('after');
  const row = after === undefined || part('before') === undefined || part('op')?.kind !== 'string' ? undefined : recordOf(after);
  return row === undefined ? undefined : meantColumns(row, strategy).map(describedField);
}

/** The columns of rows without an envelope, as their schema means them. */
export function flattenedFields(message: FieldGroup | undefined, strategy: EmptyFieldStrategy): readonly DescribedField[] | undefined {
  if (message?.registered?.type !== 'AVRO') return undefined;
  const row = recordOf(schemaOf(message));
  return row === undefined ? undefined : meantColumns(row, strategy).map(describedField);
}

function schemaOf({ registered }: FieldGroup): AvroSchema | undefined {
  if (registered === undefined) return undefined;
  return parseAvroSchema(
    registered.text,
    registered.references.map((r) => r.text),
  );
}

function recordOf(schema: AvroSchema | undefined): AvroRecordSchema | undefined {
  if (schema?.kind === 'union') return recordOf(schema.branches.find((b) => b.kind === 'record'));
  return schema?.kind === 'record' ? schema : undefined;
}

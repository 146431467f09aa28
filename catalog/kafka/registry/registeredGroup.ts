import { TrinoError } from '../../../spi/trinoError.ts';
import type { Type } from '../../../spi/type.ts';
import { parseAvroSchema } from '../decoder/avro/avroSchema.ts';
import type { DescribedField, FieldGroup } from '../description/tableDescription.ts';
import { avroColumns, type EmptyFieldStrategy } from './avroColumns.ts';
import { jsonSchemaColumns } from './jsonSchemaColumns.ts';
import { NotRegisteredError, type RegistryClient } from './registryClient.ts';

/** How the keys or messages of a subject are encoded, and the columns of its latest version. */
export async function registeredGroup(client: RegistryClient, subject: string, strategy: EmptyFieldStrategy): Promise<FieldGroup> {
  const registered = await client.latest(subject).catch((error: unknown) => {
    if (error instanceof NotRegisteredError) throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, `Subject '${subject}' not found`, { cause: error });
    throw error;
  });
  switch (registered.type) {
    case 'AVRO': {
      const texts = registered.references.map((r) => r.text);
      const columns = avroColumns(parseAvroSchema(registered.text, texts), registered.text, subject, strategy);
      return { dataFormat: 'avro', subject, registered, fields: columns.map(describedField) };
    }
    case 'PROTOBUF': {
      const { parseProto } = await import('../decoder/protobuf/parseProto.ts');
      const { protobufColumns } = await import('./protobufColumns.ts');
      const imports = new Map(registered.references.map((r) => [r.name, r.text]));
      const protobuf = parseProto({ text: registered.text, imports }, { kind: 'registry' });
      return { dataFormat: 'protobuf', subject, registered, protobuf, fields: protobufColumns(protobuf, client.resolvesAny).map(describedField) };
    }
    case 'JSON':
      return { dataFormat: 'json', subject, registered, fields: jsonSchemaColumns(registered, subject).map(describedField) };
  }
}

export function describedField({ name, type }: { readonly name: string; readonly type: Type }): DescribedField {
  return { name: name.toLowerCase(), type, mapping: name, hidden: false };
}

import { TrinoError } from '../../../spi/trinoError.ts';
import { array, BIGINT, BOOLEAN, DOUBLE, INTEGER, JSON_TYPE, map, REAL, row, timestamp, type Type, VARBINARY, VARCHAR } from '../../../spi/type.ts';
import { ANY, type ProtoField, type ProtoMessage, type ProtoSchema, protoMessage } from '../decoder/protobuf/protoSchema.ts';

/** The columns of a registered protobuf schema as Trino makes them; the members of a oneof are one column of JSON. */
export function protobufColumns(schema: ProtoSchema): readonly { readonly name: string; readonly type: Type }[] {
  const { fields } = protoMessage(schema, schema.root);
  const oneofs = [...new Set(fields.flatMap((f) => f.oneof ?? []))];
  return [
    ...fields.filter((f) => f.oneof === undefined).map((f) => ({ name: f.name, type: typeOf(schema, f, []) })),
    ...oneofs.map((name) => ({ name, type: JSON_TYPE })),
  ];
}

function typeOf(schema: ProtoSchema, field: ProtoField, within: readonly ProtoMessage[]): Type {
  if (field.map) {
    const [key, value] = protoMessage(schema, field.typeName ?? '').fields;
    if (key === undefined || value === undefined) throw new Error('a map without key and value');
    return map(single(schema, key, within), single(schema, value, within));
  }
  const type = single(schema, field, within);
  return field.repeated ? array(type) : type;
}

function single(schema: ProtoSchema, field: ProtoField, within: readonly ProtoMessage[]): Type {
  switch (field.kind) {
    case 'bool':
      return BOOLEAN;
    case 'int32':
    case 'uint32':
    case 'sint32':
    case 'fixed32':
    case 'sfixed32':
      return INTEGER;
    case 'int64':
    case 'uint64':
    case 'sint64':
    case 'fixed64':
    case 'sfixed64':
      return BIGINT;
    case 'float':
      return REAL;
    case 'double':
      return DOUBLE;
    case 'string':
    case 'enum':
      return VARCHAR;
    case 'bytes':
      return VARBINARY;
    case 'message':
      return messageType(schema, protoMessage(schema, field.typeName ?? ''), within);
  }
}

function messageType(schema: ProtoSchema, message: ProtoMessage, within: readonly ProtoMessage[]): Type {
  if (message.name === 'google.protobuf.Timestamp') return timestamp(6);
  if (message.name === ANY) return JSON_TYPE;
  if (within.includes(message)) {
    throw new TrinoError(
      'NOT_SUPPORTED',
      undefined,
      `Protobuf schema containing fields with self-reference are not supported because they cannot be mapped to a Trino type: ${message.name}`,
    );
  }
  return row(message.fields.map((f) => ({ name: f.name, type: typeOf(schema, f, [...within, message]) })));
}

import { TrinoError } from '../../../spi/trinoError.ts';
import { array, BIGINT, BOOLEAN, DOUBLE, INTEGER, JSON_TYPE, map, REAL, row, timestamp, type Type, VARBINARY, VARCHAR } from '../../../spi/type.ts';
import { ANY, type ProtoField, type ProtoKind, type ProtoSchema, protoMessage } from '../decoder/protobuf/protoSchema.ts';

/**
 * The columns of a registered protobuf schema as Trino makes them; the members of a oneof are one column of JSON, also of the oneof that an `optional` of proto3
 * stands for. `any`: a google.protobuf.Any is JSON.
 */
export function protobufColumns(schema: ProtoSchema, any: boolean): readonly { readonly name: string; readonly type: Type }[] {
  const { fields } = protoMessage(schema, schema.root);
  const oneofs = [...new Set(fields.flatMap((f) => f.oneof ?? []))];
  const types = new ColumnTypes(schema, any);
  return [
    ...fields.filter((f) => f.oneof === undefined).map((f) => ({ name: f.name, type: types.of(f, schema.root, []) })),
    ...oneofs.map((name) => ({ name, type: JSON_TYPE })),
  ];
}

/** A field that a message was reached by. */
interface Step {
  readonly field: string;
  readonly message: string;
}

class ColumnTypes {
  private readonly schema: ProtoSchema;
  private readonly any: boolean;

  constructor(schema: ProtoSchema, any: boolean) {
    this.schema = schema;
    this.any = any;
  }

  of(field: ProtoField, owner: string, path: readonly Step[]): Type {
    if (field.map) {
      const entry = protoMessage(this.schema, field.typeName ?? '');
      const [key, value] = entry.fields;
      if (key === undefined || value === undefined) throw new Error('a map without key and value');
      const within = [...path, { field: `${owner}.${field.name}`, message: entry.name }];
      return map(this.single(key, entry.name, within), this.single(value, entry.name, within));
    }
    const type = this.single(field, owner, path);
    return field.repeated ? array(type) : type;
  }

  private single(field: ProtoField, owner: string, path: readonly Step[]): Type {
    if (field.kind !== 'message') return scalarType(field.kind);
    const message = protoMessage(this.schema, field.typeName ?? '');
    if (message.name === 'google.protobuf.Timestamp') return timestamp(6);
    if (message.name === ANY && this.any) return JSON_TYPE;
    const reached = [...path, { field: `${owner}.${field.name}`, message: message.name }];
    if (path.some((step) => step.message === message.name)) {
      throw new TrinoError(
        'NOT_SUPPORTED',
        undefined,
        `Protobuf schema containing fields with self-reference are not supported because they cannot be mapped to a Trino type: ${reached.map((step) => `${step.field}: ${step.message}`).join(' > ')}`,
      );
    }
    return row(message.fields.map((f) => ({ name: f.name, type: this.of(f, message.name, reached) })));
  }
}

function scalarType(kind: Exclude<ProtoKind, 'message'>): Type {
  switch (kind) {
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
  }
}

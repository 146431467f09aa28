/** What the decoder needs of a .proto file, as plain data: messages speak of each other by full name, so that they may be recursive. */
export interface ProtoSchema {
  readonly root: string;
  readonly messages: Readonly<Record<string, ProtoMessage>>;
  readonly enums: Readonly<Record<string, ProtoEnum>>;
}
export interface ProtoMessage {
  readonly name: string;
  readonly fields: readonly ProtoField[];
}
export interface ProtoField {
  readonly name: string;
  readonly number: number;
  readonly kind: ProtoKind;
  /** Full name of the message or enum. */
  readonly typeName?: string;
  readonly repeated: boolean;
  readonly required: boolean;
  /** A value is told apart from the default. */
  readonly presence: boolean;
  /** Lists of numbers are written packed. */
  readonly packed: boolean;
  /** Entries of a message with key (1) and value (2). */
  readonly map: boolean;
  /** A message between a tag that begins it and one that ends it. */
  readonly group?: boolean;
  /** A text must be UTF-8 (proto3). */
  readonly utf8: boolean;
  readonly oneof?: string;
  /** What a missing value is; of a message it is the empty message. */
  readonly defaultValue: ProtoScalar;
}
export interface ProtoEnum {
  readonly name: string;
  readonly values: readonly (readonly [number, string])[];
  /** Numbers that are not declared are unknown fields (proto2). */
  readonly closed: boolean;
}
export type ProtoScalar = boolean | number | bigint | string | Uint8Array;
export type ProtoKind =
  | 'double'
  | 'float'
  | 'int32'
  | 'int64'
  | 'uint32'
  | 'uint64'
  | 'sint32'
  | 'sint64'
  | 'fixed32'
  | 'fixed64'
  | 'sfixed32'
  | 'sfixed64'
  | 'bool'
  | 'string'
  | 'bytes'
  | 'enum'
  | 'message';

export const ANY = 'google.protobuf.Any';

export function protoMessage(schema: ProtoSchema, name: string): ProtoMessage {
  const found = schema.messages[name];
  if (found === undefined) throw new Error(`no protobuf message ${name}`);
  return found;
}

export function protoEnum(schema: ProtoSchema, name: string): ProtoEnum {
  const found = schema.enums[name];
  if (found === undefined) throw new Error(`no protobuf enum ${name}`);
  return found;
}

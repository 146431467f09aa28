import { TrinoError } from '../../../spi/trinoError.ts';
import { type Type, typeId } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import { type ProtoField, type ProtoKind, type ProtoMessage, type ProtoSchema, protoEnum, protoMessage } from '../decoder/protobuf/protoSchema.ts';
import type { FieldSpec } from '../decoder/rowDecoder.ts';
import { javaClass } from './javaClass.ts';
import type { EncoderSpec, RowEncoder } from './rowEncoder.ts';

const TIMESTAMP = 'google.protobuf.Timestamp';

/** Messages as Trino writes them: no NULL at all, and the fields that no column writes are left out. */
export function protobufEncoder({ fields, protobuf: schema }: EncoderSpec): RowEncoder {
  if (schema === undefined) throw internal('proto file is missing');
  for (const field of fields) checkColumn(field);
  const writer = new MessageWriter(schema);
  const paths = fields.map((field) => ({ field, path: field.mapping?.split('/').filter((part) => part !== '') }));
  return (values) => {
    const root: Tree = new Map();
    paths.forEach(({ field, path }, i) => {
      const value = values[i] ?? null;
      rejectNull(value);
      // the mapping that is missing is what Trino trips over
      if (path === undefined) throw internal('Internal error');
      place(root, path, { type: field.type, value });
    });
    return writer.message(protoMessage(schema, schema.root), root);
  };
}

/** An array is looked through before it is known whether its field can take it. */
function rejectNull(value: Value): void {
  if (value === null) throw internal("Protobuf doesn't support serializing null values");
  if (Array.isArray(value)) value.forEach(rejectNull);
}

interface Leaf {
  readonly type: Type;
  readonly value: Value;
}
type Tree = Map<string, Leaf | Tree>;

function place(tree: Tree, path: readonly string[], leaf: Leaf): void {
  const [first = '', ...rest] = path;
  if (rest.length === 0) {
    tree.set(first, leaf);
    return;
  }
  const known = tree.get(first);
  const inner: Tree = known instanceof Map ? known : new Map();
  tree.set(first, inner);
  place(inner, rest, leaf);
}

function checkColumn(field: FieldSpec): void {
  if (field.formatHint !== undefined) throw internal('formatHint must be null');
  if (field.dataFormat !== undefined) throw internal('dataFormat must be null');
  if (!isSupported(field.type)) throw internal(`Unsupported column type '${typeId(field.type)}' for column '${field.name}'`);
}

function isSupported(type: Type): boolean {
  switch (type.kind) {
    case 'boolean':
    case 'integer':
    case 'bigint':
    case 'real':
    case 'double':
    case 'varchar':
    case 'varbinary':
      return true;
    case 'timestamp':
      return type.precision <= 6;
    case 'array':
      return isSupported(type.element);
    case 'map':
      return isSupported(type.key) && isSupported(type.value);
    case 'row':
      return type.fields.every((f) => f.name !== undefined && isSupported(f.type));
    default:
      return false;
  }
}

/** The kinds that a type can be written to. */
const KINDS: ReadonlyMap<string, readonly ProtoKind[]> = new Map<string, readonly ProtoKind[]>([
  ['boolean', ['bool']],
  ['integer', ['int32', 'uint32', 'sint32', 'fixed32', 'sfixed32']],
  ['bigint', ['int64', 'uint64', 'sint64', 'fixed64', 'sfixed64']],
  ['real', ['float']],
  ['double', ['double']],
  ['varchar', ['string', 'enum']],
  ['varbinary', ['bytes']],
]);

/** Of a row's field that its message does not have. */
const NO_DESCRIPTOR = 'Cannot invoke "com.google.protobuf.Descriptors$FieldDescriptor.getJavaType()" because "fieldDescriptor" is null';

class MessageWriter {
  private readonly schema: ProtoSchema;

  constructor(schema: ProtoSchema) {
    this.schema = schema;
  }

  message(message: ProtoMessage, tree: Tree): Buffer {
    for (const name of tree.keys()) if (!message.fields.some((f) => f.name === name)) throw internal(`Unknown Field ${name}`);
    const ordered = message.fields.toSorted((a, b) => a.number - b.number);
    return Buffer.concat(
      ordered.map((field) => {
        const at = tree.get(field.name);
        if (at === undefined) return Buffer.alloc(0);
        if (!(at instanceof Map)) return this.field(field, at);
        if (field.kind !== 'message') throw internal(`Expected MESSAGE type, but got: ${JAVA_KINDS[field.kind]}`);
        if (field.repeated) throw wrongType(field, 'com.google.protobuf.DynamicMessage');
        return framed(field, this.message(this.inner(field), at));
      }),
    );
  }

  private field(field: ProtoField, { type, value }: Leaf): Buffer {
    if (value === null) throw internal("Protobuf doesn't support serializing null values");
    if (field.map) {
      if (type.kind === 'row') throw internal(NO_DESCRIPTOR);
      if (type.kind !== 'map' || typeof value !== 'object' || !('entries' in value) || typeof value.entries === 'function') throw this.notList(field, type);
      const entry = this.inner(field);
      return Buffer.concat(
        value.entries.map(([key, item]) =>
          framed(
            field,
            this.message(
              entry,
              new Map([
                ['key', { type: type.key, value: key }],
                ['value', { type: type.value, value: item }],
              ]),
            ),
          ),
        ),
      );
    }
    if (!field.repeated) return this.single(field, { type, value });
    if (type.kind !== 'array' || !Array.isArray(value)) throw this.notList(field, type);
    const items: readonly Leaf[] = value.map((item: Value) => ({ type: type.element, value: item }));
    if (!field.packed) return Buffer.concat(items.map((item) => this.single(field, item)));
    const data = Buffer.concat(items.map((item) => this.payload(field, item)));
    return data.length === 0 ? data : Buffer.concat([varint(BigInt(field.number * 8 + 2)), varint(BigInt(data.length)), data]);
  }

  private single(field: ProtoField, leaf: Leaf): Buffer {
    if (leaf.value === null) throw internal("Protobuf doesn't support serializing null values");
    if (field.kind === 'message') return framed(field, this.messageOf(field, leaf));
    const data = this.payload(field, leaf);
    return Buffer.concat([varint(BigInt(field.number * 8 + wireType(field.kind))), data]);
  }

  private messageOf(field: ProtoField, { type, value }: Leaf): Buffer {
    const message = this.inner(field);
    if (type.kind === 'row' && Array.isArray(value)) {
      if (!type.fields.every(({ name }) => message.fields.some((f) => f.name === name))) throw internal(NO_DESCRIPTOR);
      const tree: Tree = new Map(type.fields.map((f, i) => [f.name ?? '', { type: f.type, value: value[i] ?? null }]));
      return this.message(message, tree);
    }
    if (type.kind === 'timestamp' && message.name === TIMESTAMP && value !== null && typeof value === 'object' && 'epochMicros' in value) {
      const micros = BigInt(String(value.epochMicros));
      const seconds = (micros - (((micros % 1_000_000n) + 1_000_000n) % 1_000_000n)) / 1_000_000n;
      const leaf = (kind: 'bigint' | 'integer', of: Value): Leaf => ({ type: { kind }, value: of });
      const nanos = Number((micros - seconds * 1_000_000n) * 1000n);
      // zeros are left out
      return this.message(
        message,
        new Map([
          ...(seconds === 0n ? [] : [['seconds', leaf('bigint', seconds)] as const]),
          ...(nanos === 0 ? [] : [['nanos', leaf('integer', nanos)] as const]),
        ]),
      );
    }
    throw wrongType(field, javaClass(type));
  }

  private payload(field: ProtoField, { type, value }: Leaf): Buffer {
    if (value === null) throw internal("Protobuf doesn't support serializing null values");
    if (KINDS.get(type.kind)?.includes(field.kind) !== true) throw this.wrongPayload(field, type);
    if (field.kind === 'enum') {
      const number = protoEnum(this.schema, field.typeName ?? '').values.find(([, label]) => label === value)?.[0];
      if (number === undefined) throw internal('Internal error');
      return varint(BigInt(number));
    }
    return scalar(field.kind, value);
  }

  private notList(field: ProtoField, type: Type): TrinoError {
    return field.kind !== 'message' && isComposite(type) ? this.notMessage(field) : badCast(type, 'java.util.List');
  }

  private notMessage(field: ProtoField): TrinoError {
    return internal(`This field is not of message type. (${this.schema.root}.${field.name})`);
  }

  private wrongPayload(field: ProtoField, type: Type): TrinoError {
    if (isComposite(type)) return this.notMessage(field);
    return field.kind === 'enum' ? badCast(type, 'java.lang.String') : wrongType(field, javaClass(type));
  }

  private inner(field: ProtoField): ProtoMessage {
    return protoMessage(this.schema, field.typeName ?? '');
  }
}

function framed(field: ProtoField, data: Buffer): Buffer {
  return Buffer.concat([varint(BigInt(field.number * 8 + 2)), varint(BigInt(data.length)), data]);
}

function wireType(kind: ProtoKind): number {
  switch (kind) {
    case 'double':
    case 'fixed64':
    case 'sfixed64':
      return 1;
    case 'float':
    case 'fixed32':
    case 'sfixed32':
      return 5;
    case 'string':
    case 'bytes':
    case 'message':
      return 2;
    default:
      return 0;
  }
}

function scalar(kind: ProtoKind, value: Value): Buffer {
  const out = Buffer.alloc(8);
  const whole = (): bigint => BigInt(typeof value === 'bigint' ? value : Number(value));
  switch (kind) {
    case 'double':
      out.writeDoubleLE(Number(value));
      return out;
    case 'float':
      out.writeFloatLE(Number(value));
      return out.subarray(0, 4);
    case 'fixed32':
    case 'sfixed32':
      out.writeInt32LE(Number(value));
      return out.subarray(0, 4);
    case 'fixed64':
    case 'sfixed64':
      out.writeBigInt64LE(whole());
      return out;
    case 'bool':
      return Buffer.from([value === true ? 1 : 0]);
    case 'uint32':
      return varint(BigInt.asUintN(32, whole()));
    case 'sint32':
    case 'sint64':
      return varint((whole() << 1n) ^ (whole() >> 63n));
    case 'string': {
      const text = Buffer.from(String(value));
      return Buffer.concat([varint(BigInt(text.length)), text]);
    }
    case 'bytes': {
      const bytes = value instanceof Uint8Array ? Buffer.from(value) : Buffer.alloc(0);
      return Buffer.concat([varint(BigInt(bytes.length)), bytes]);
    }
    default:
      return varint(whole());
  }
}

function varint(value: bigint): Buffer {
  let rest = BigInt.asUintN(64, value);
  const bytes: number[] = [];
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}

const JAVA_KINDS: Readonly<Record<ProtoKind, string>> = {
  ...{ double: 'DOUBLE', float: 'FLOAT', int32: 'INT', uint32: 'INT', sint32: 'INT', fixed32: 'INT', sfixed32: 'INT', int64: 'LONG', uint64: 'LONG' },
  ...{ sint64: 'LONG', fixed64: 'LONG', sfixed64: 'LONG', bool: 'BOOLEAN', string: 'STRING', bytes: 'BYTE_STRING', enum: 'ENUM', message: 'MESSAGE' },
};

function wrongType(field: ProtoField, given: string): TrinoError {
  return internal(
    `Wrong object type used with protocol message reflection.\nField number: ${field.number}, field java type: ${JAVA_KINDS[field.kind]}, value type: ${given}\n`,
  );
}

function isComposite({ kind }: Type): boolean {
  return kind === 'map' || kind === 'row';
}

function badCast(type: Type, wanted: string): TrinoError {
  return internal(`class ${javaClass(type)} cannot be cast to class ${wanted}`);
}

function internal(message: string): TrinoError {
  return new TrinoError('GENERIC_INTERNAL_ERROR', undefined, message);
}

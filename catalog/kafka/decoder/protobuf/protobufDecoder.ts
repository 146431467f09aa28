import { TrinoError } from '../../../../spi/trinoError.ts';
import { type Type, typeId } from '../../../../spi/type.ts';
import type { Value } from '../../../../spi/value.ts';
import { DECODER_CONVERSION_NOT_SUPPORTED, INVALID_PROTOBUF_MESSAGE } from '../../kafkaErrorCode.ts';
import { checkStorable, INTEGER_BOUNDS } from '../integerBounds.ts';
import { realOfBits, truncateToLength } from '../javaNumber.ts';
import type { DecodedColumn, DecoderSpec, FieldSpec, RowDecoder } from '../rowDecoder.ts';
import type { RegistryOptions } from '../../registry/registryClient.ts';
import { readFrame, readMessagePath } from '../../registry/wireFormat.ts';
import { fetchWriterSchema, UnknownSchemaError } from '../../registry/writerSchemas.ts';
import { compileProtoReader, emptyRecord, isRecord, ProtoDataError, type ProtoRead, type ProtoRecord, type ProtoValue, type Wanted } from './protoReader.ts';
import { AnyTypes } from './anyTypes.ts';
import { fieldJson, ProtoJsonError } from './protoJson.ts';
import { ProtoScanner } from './protoScanner.ts';
import { ANY, type ProtoField, type ProtoSchema, protoEnum, protoMessage } from './protoSchema.ts';

const TIMESTAMP_PRECISION_MAX = 6;
const READERS_MAX = 64;
const BITS = new DataView(new ArrayBuffer(4));

/** Messages of a schema that the table names. A message that cannot be read fails the query, as in Trino. */
export function protobufDecoder({ protobuf: schema, registry }: DecoderSpec, decoded: readonly DecodedColumn[]): RowDecoder {
  if (schema === undefined) throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, 'proto file is missing');
  const columns = decoded.map((column) => ({ ...column, path: columnPath(column.field) }));
  const wanted = wantedOf(columns);
  const readerOf = (written: ProtoSchema): Reader => ({
    schema: written,
    read: compileProtoReader(written, wanted),
    scanner: ProtoScanner.of(written, columns),
  });
  const locate: Locate = registry === undefined ? plainMessage(readerOf(schema)) : registeredMessage(registry, readerOf);
  const anys = registry?.resolvesAny === true ? new AnyTypes() : undefined;
  return {
    decode(data, start, end, row) {
      const { reader, at } = locate(data, start, end);
      if (reader.scanner?.scan(data, at, end, row) === true) return true;
      const message = { schema: reader.schema, root: readOrFail(() => reader.read(data, at, end)) };
      for (const { field, builder, path } of columns) builder.put(row, columnValue(message, { path, field }, anys));
      return true;
    },
  };
}

/** A message, and the schema that it was written with. */
interface ReadMessage {
  readonly schema: ProtoSchema;
  readonly root: ProtoRecord;
}

/** How messages of one schema are read: the scanner takes those without anything unusual. */
interface Reader {
  readonly schema: ProtoSchema;
  readonly read: ProtoRead;
  readonly scanner: ProtoScanner | undefined;
}
/** The reader of a message, and where it begins. */
type Locate = (data: Buffer, start: number, end: number) => { readonly reader: Reader; readonly at: number };

const plainMessage =
  (reader: Reader): Locate =>
  (_data, start) => ({ reader, at: start });

function registeredMessage(registry: RegistryOptions, readerOf: (schema: ProtoSchema) => Reader): Locate {
  const readers = new Map<string, Reader>();
  return (data, start, end) => {
    if (end > start && data[start] !== 0) throw internal('Invalid MagicByte');
    const frame = readFrame(data, start, end);
    const message = frame === undefined ? undefined : readMessagePath(data, frame.start, end);
    // as Trino tells of a buffer that ends too early
    if (frame === undefined || message === undefined) throw internal('Internal error');
    const key = `${frame.schemaId} ${message.path.join(' ')}`;
    const reader = readers.get(key) ?? readerOf(writerSchema(registry, frame.schemaId, message.path));
    if (readers.size >= READERS_MAX) readers.clear();
    readers.set(key, reader);
    return { reader, at: message.start };
  };
}

function writerSchema(registry: RegistryOptions, id: number, path: readonly number[]): ProtoSchema {
  try {
    const { protobuf } = fetchWriterSchema(registry, id, path);
    if (protobuf !== undefined) return protobuf;
  } catch (cause) {
    if (!(cause instanceof UnknownSchemaError)) throw cause;
    throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, `io.trino.spi.TrinoException: Looking up schemaId '${id}'from confluent schema registry failed`, {
      cause,
    });
  }
  throw internal('java.lang.IllegalArgumentException: schema should be an instance of ProtobufSchema');
}

function readOrFail<T>(read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof ProtoDataError)) throw cause;
    throw new TrinoError(INVALID_PROTOBUF_MESSAGE, undefined, 'Decoding Protobuf record failed.', { cause });
  }
}

function columnPath(field: FieldSpec): readonly string[] {
  const error = (message: string): TrinoError => new TrinoError('GENERIC_USER_ERROR', undefined, message);
  if (!isSupported(field.type)) throw error(`Unsupported column type '${typeId(field.type)}' for column '${field.name}'`);
  if (field.mapping === undefined) throw error(`mapping not defined for column '${field.name}'`);
  if (field.formatHint !== undefined) throw error(`unexpected format hint '${field.formatHint}' defined for column '${field.name}'`);
  if (field.dataFormat !== undefined) throw error(`unexpected data format '${field.dataFormat}' defined for column '${field.name}'`);
  return field.mapping.split('/').filter((part) => part !== '');
}

function isSupported(type: Type): boolean {
  switch (type.kind) {
    case 'array':
      return isSupported(type.element);
    case 'map':
      return isSupported(type.key) && isSupported(type.value);
    case 'row':
      return type.fields.every((f) => f.name !== undefined && isSupported(f.type));
    case 'timestamp':
      return type.precision <= TIMESTAMP_PRECISION_MAX;
    case 'boolean':
    case 'real':
    case 'double':
    case 'varchar':
    case 'varbinary':
    case 'json':
      return true;
    default:
      return INTEGER_BOUNDS.has(type.kind);
  }
}

/** A path of length zero, and what stands at the end of a path, are wanted with all that is in them. */
function wantedOf(columns: readonly { readonly path: readonly string[] }[]): Wanted {
  const root = new Map<string, Wanted>();
  for (const { path } of columns) {
    if (path.length === 0) return 'all';
    let at: Map<string, Wanted> = root;
    for (const [i, part] of path.entries()) {
      const known = at.get(part);
      if (known === 'all') break;
      if (i === path.length - 1) {
        at.set(part, 'all');
        break;
      }
      const next: Map<string, Wanted> = known === undefined ? new Map() : new Map(known);
      at.set(part, next);
      at = next;
    }
  }
  return root;
}

interface LocatedColumn {
  readonly path: readonly string[];
  readonly field: FieldSpec;
}

interface Typed {
  readonly field: ProtoField | undefined;
  readonly value: ProtoValue;
}

function columnValue({ schema, root }: ReadMessage, { path, field: column }: LocatedColumn, anys: AnyTypes | undefined): Value {
  const oneof = path.length === 1 ? oneofJson(schema, root, path[0] ?? '') : undefined;
  if (oneof !== undefined) return jsonValue(oneof, column);
  let at: Typed = { field: undefined, value: root };
  for (const part of path) {
    const found: Typed | undefined = member(schema, at, part);
    if (found === undefined) return null;
    at = found;
  }
  const any = path.length === 0 ? undefined : anyAt(at);
  // what it holds is not looked for unless that is asked for
  if (any !== undefined) return anys === undefined ? null : jsonValue(anys.json(any), column);
  return new Conversion(schema, column).convert(at, column.type);
}

function anyAt({ field, value }: Typed): ProtoRecord | undefined {
  if (isRecord(value)) return value.message.name === ANY ? value : undefined;
  if (field?.typeName === ANY) throw cannotCast(javaClass({ field, value }), 'com.google.protobuf.Message');
  return undefined;
}

/** The member that is there as an object of one field; undefined: no oneof has this name. */
function oneofJson(schema: ProtoSchema, root: ProtoRecord, name: string): string | undefined {
  const { fields } = root.message;
  if (fields.some((f) => f.name === name) || !fields.some((f) => f.oneof === name)) return undefined;
  const slot = fields.findIndex((f, i) => f.oneof === name && root.values[i] !== undefined);
  const field = fields[slot];
  const value = root.values[slot];
  try {
    return field === undefined || value === undefined ? '{}' : fieldJson(schema, field, value);
  } catch (cause) {
    if (!(cause instanceof ProtoJsonError)) throw cause;
    throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, 'Failed to convert oneof message to JSON', { cause });
  }
}

function jsonValue(json: string, { type, name }: FieldSpec): Value {
  switch (type.kind) {
    case 'json':
      return json;
    case 'array':
      throw cannotCast('io.airlift.slice.Slice', 'java.util.List');
    case 'map':
      throw cannotCast('io.airlift.slice.Slice', 'java.util.Collection');
    case 'row':
      throw cannotCast('io.airlift.slice.Slice', 'com.google.protobuf.DynamicMessage');
    default:
      throw new TrinoError(
        DECODER_CONVERSION_NOT_SUPPORTED,
        undefined,
        `cannot decode object of 'class io.airlift.slice.Slice' as '${typeId(type)}' for column '${name}'`,
      );
  }
}

/** undefined: the message has no such field. */
function member(schema: ProtoSchema, { field, value }: Typed, name: string): Typed | undefined {
  if (!isRecord(value)) {
    if (!Array.isArray(value)) return undefined;
    if (field?.map === true) return undefined;
    throw cannotCast(javaClass({ field, value }), 'com.google.protobuf.DynamicMessage');
  }
  const slot = value.message.fields.findIndex((f) => f.name === name);
  return slot < 0 ? undefined : fieldAt(schema, value, slot);
}

function fieldAt(schema: ProtoSchema, record: ProtoRecord, slot: number): Typed | undefined {
  const field = record.message.fields[slot];
  if (field === undefined) return undefined;
  const value = record.values[slot];
  if (value !== undefined) return { field, value };
  if (field.repeated) return { field, value: [] };
  if (field.kind === 'message' && field.typeName !== undefined) return { field, value: emptyRecord(protoMessage(schema, field.typeName)) };
  return { field, value: field.defaultValue };
}

/** Exactly Trino's conversions, which go by the Java class of the value. */
class Conversion {
  private readonly schema: ProtoSchema;
  private readonly column: FieldSpec;

  constructor(schema: ProtoSchema, column: FieldSpec) {
    this.schema = schema;
    this.column = column;
  }

  convert(typed: Typed, type: Type, nested = false): Value {
    const { field, value } = typed;
    switch (type.kind) {
      case 'array':
        if (!Array.isArray(value)) throw cannotCast(javaClass(typed), 'java.util.List');
        return value.map((item: ProtoValue) => this.convert({ field: single(field), value: item }, type.element, true));
      case 'map':
        return this.map(typed, type.key, type.value);
      case 'row':
        return this.row(typed, type.fields);
      case 'json':
        if (field?.kind === 'enum' && !Array.isArray(value)) throw internal('type must be the instance of VarcharType');
        throw cannotCast(javaClass(typed), 'io.airlift.slice.Slice');
      case 'boolean':
        if (typeof value === 'boolean') return value;
        break;
      case 'double':
        if (typeof value === 'number' && (field?.kind === 'double' || field?.kind === 'float')) return value;
        break;
      case 'real':
        return this.real(typed, type, nested);
      case 'varchar': {
        const text = this.text(typed);
        if (text !== undefined) return type.length === undefined ? text : truncateToLength(text, type.length);
        break;
      }
      case 'varbinary':
        if (value instanceof Uint8Array) return Buffer.from(value);
        if (field?.kind === 'enum' && !Array.isArray(value)) throw internal('type must be the instance of VarcharType');
        break;
      default:
        return this.whole(typed, type, nested);
    }
    throw this.cannotDecode(typed, type);
  }

  private text({ field, value }: Typed): string | undefined {
    if (typeof value === 'string') return value;
    if (field?.kind !== 'enum' || typeof value !== 'number' || field.typeName === undefined) return undefined;
    const { name, values } = protoEnum(this.schema, field.typeName);
    return values.find(([number]) => number === value)?.[1] ?? `UNKNOWN_ENUM_VALUE_${name.slice(name.lastIndexOf('.') + 1)}_${value}`;
  }

  private map(typed: Typed, keyType: Type, valueType: Type): Value {
    const { value } = typed;
    if (!Array.isArray(value)) throw cannotCast(javaClass(typed), 'java.util.Collection');
    const entries = new Map<Value, readonly [Value, Value]>();
    for (const entry of value) {
      if (!isRecord(entry)) throw internal(`Cannot cast ${javaClass({ field: single(typed.field), value: entry })} to com.google.protobuf.DynamicMessage`);
      const [key, item] = [0, 1].map((slot) => fieldAt(this.schema, entry, slot));
      if (key === undefined || item === undefined) throw internal('the entries of a map have a key and a value');
      const converted = this.convert(key, keyType, true);
      entries.set(converted, [converted, this.convert(item, valueType, true)]);
    }
    return { entries: [...entries.values()] };
  }

  private row(typed: Typed, fields: readonly { readonly name?: string; readonly type: Type }[]): Value {
    const { value } = typed;
    if (!isRecord(value)) throw cannotCast(javaClass(typed), 'com.google.protobuf.DynamicMessage');
    return fields.map(({ name = '', type }) => {
      const slot = value.message.fields.findIndex((f) => f.name === name);
      const found = slot < 0 ? undefined : fieldAt(this.schema, value, slot);
      if (found === undefined) throw internal(`Unknown Field ${name}`);
      return this.convert(found, type, true);
    });
  }

  /** Of a whole number Trino takes the bits for those of a float. */
  private real(typed: Typed, type: Type, nested: boolean): number {
    const { field, value } = typed;
    if (isRecord(value) && !nested) throw internal('type should be an instance of Timestamp');
    if (typeof value === 'number' && field?.kind === 'float') return value;
    const whole = wholeNumber(typed);
    if (whole === undefined) throw this.cannotDecode(typed, type);
    return realOfBits(whole);
  }

  /** Whole numbers and, by its bits, a float: for integers, and as the microseconds of a timestamp. */
  private whole(typed: Typed, type: Type, nested: boolean): Value {
    const { field, value } = typed;
    if (isRecord(value)) {
      if (type.kind === 'timestamp') return { epochMicros: roundMicros(this.timestampMicros(value), type.precision), picosOfMicro: 0 };
      if (!nested) throw internal('type should be an instance of Timestamp');
    }
    let whole = wholeNumber(typed);
    if (whole === undefined && typeof value === 'number' && field?.kind === 'float') {
      BITS.setFloat32(0, value);
      whole = BigInt(BITS.getInt32(0));
    }
    if (whole === undefined) throw this.cannotDecode(typed, type);
    if (type.kind === 'timestamp') return { epochMicros: whole, picosOfMicro: 0 };
    checkStorable(type.kind, whole);
    return type.kind === 'bigint' ? whole : Number(whole);
  }

  private timestampMicros(record: ProtoRecord): bigint {
    const part = (name: string): bigint => {
      const slot = record.message.fields.findIndex((f) => f.name === name);
      const found = slot < 0 ? undefined : fieldAt(this.schema, record, slot);
      const whole = found === undefined ? undefined : wholeNumber(found);
      if (whole === undefined) throw internal('Cannot invoke "com.google.protobuf.Descriptors$FieldDescriptor.getContainingType()" because "field" is null');
      return whole;
    };
    const micros = part('seconds') * 1_000_000n + roundDivide(part('nanos'), 1000n);
    return BigInt.asIntN(64, micros);
  }

  private cannotDecode(typed: Typed, type: Type): TrinoError {
    return new TrinoError(
      DECODER_CONVERSION_NOT_SUPPORTED,
      undefined,
      `cannot decode object of 'class ${javaClass(typed)}' as '${typeId(type)}' for column '${this.column.name}'`,
    );
  }
}

function single(field: ProtoField | undefined): ProtoField | undefined {
  return field === undefined ? undefined : { ...field, repeated: false };
}

function wholeNumber({ field, value }: Typed): bigint | undefined {
  if (typeof value === 'bigint') return value;
  if (typeof value !== 'number' || field === undefined || field.kind === 'enum' || field.kind === 'float' || field.kind === 'double') return undefined;
  return BigInt(value);
}

function roundDivide(value: bigint, by: bigint): bigint {
  const shifted = value + by / 2n;
  return (shifted - (((shifted % by) + by) % by)) / by;
}

function roundMicros(micros: bigint, precision: number): bigint {
  const unit = 10n ** BigInt(TIMESTAMP_PRECISION_MAX - precision);
  return BigInt.asIntN(64, roundDivide(micros, unit) * unit);
}

function internal(message: string): TrinoError {
  return new TrinoError('GENERIC_INTERNAL_ERROR', undefined, message);
}

function cannotCast(from: string, to: string): TrinoError {
  return internal(`class ${from} cannot be cast to class ${to}`);
}

function javaClass({ field, value }: Typed): string {
  if (Array.isArray(value)) return `java.util.Collections$${value.length === 0 ? 'EmptyList' : 'UnmodifiableRandomAccessList'}`;
  switch (typeof value) {
    case 'boolean':
      return 'java.lang.Boolean';
    case 'string':
      return 'java.lang.String';
    case 'bigint':
      return 'java.lang.Long';
    case 'number':
      if (field?.kind === 'enum') return 'com.google.protobuf.Descriptors$EnumValueDescriptor';
      return `java.lang.${field?.kind === 'double' ? 'Double' : field?.kind === 'float' ? 'Float' : 'Integer'}`;
    default:
      return value instanceof Uint8Array ? 'com.google.protobuf.ByteString$LiteralByteString' : 'com.google.protobuf.DynamicMessage';
  }
}

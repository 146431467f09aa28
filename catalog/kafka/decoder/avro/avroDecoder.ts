import { TrinoError } from '../../../../spi/trinoError.ts';
import { type Type, typeId } from '../../../../spi/type.ts';
import type { Value } from '../../../../spi/value.ts';
import { DECODER_CONVERSION_NOT_SUPPORTED } from '../../kafkaErrorCode.ts';
import { checkStorable, INTEGER_BOUNDS } from '../integerBounds.ts';
import { realOfBits, truncateToLength } from '../javaNumber.ts';
import { readFrame } from '../../registry/wireFormat.ts';
import { fetchWriterSchema } from '../../registry/writerSchemas.ts';
import type { RegistryOptions } from '../../registry/registryClient.ts';
import type { DecodedColumn, DecoderSpec, FieldSpec, RowDecoder } from '../rowDecoder.ts';
import { type ConnectValue, connectToTrino, isConnectField } from '../connect/connectValue.ts';
import { openAvroContainer } from './avroContainer.ts';
import { AvroCursor, AvroDataError, type AvroRead, type AvroValue, compileAvroReader } from './avroReader.ts';
import { type AvroSchema, AvroSchemaError, parseAvroSchema } from './avroSchema.ts';

const READERS_MAX = 64;

interface AvroColumn extends DecodedColumn {
  readonly path: readonly string[];
  /** Read as the writer's schema means it. */
  readonly ofMeaning: boolean;
}

/** Messages that bring their schema along, read as the table's own schema says. */
export function avroDecoder(spec: DecoderSpec, decoded: readonly DecodedColumn[]): RowDecoder {
  const meant = spec.connect === true;
  const columns = decoded.map((column) => (meant && isConnectField(column.field) ? meantColumn(column) : avroColumn(column)));
  const reader = readerSchema(spec);
  const readers = new Readers(
    reader,
    new Set(columns.map((c) => c.path[0] ?? '')),
    columns.every((c) => c.path.length > 0),
  );
  const { registry } = spec;
  const read = registry === undefined ? containerRead(readers) : registeredRead(readers, registry);
  return {
    decode(data, start, end, row) {
      let root: AvroValue;
      try {
        root = read(data, start, end);
      } catch (error) {
        // whatever goes wrong while reading makes the message corrupt, as in Trino; but not a registry that does not answer
        if (!(error instanceof Error) || error instanceof TrinoError) throw error;
        for (const { builder } of columns) builder.setNull(row);
        return false;
      }
      for (const { field, builder, path, ofMeaning } of columns) {
        const value = reader.kind === 'record' ? locate(root, path) : root;
        builder.put(row, value === null ? null : ofMeaning ? connectToTrino(connectValue(value), field) : convert(value, field.type, field));
      }
      return true;
    },
  };
}

type MessageRead = (data: Buffer, start: number, end: number) => AvroValue;

function containerRead(readers: Readers): MessageRead {
  return (data, start, end) => {
    const { schema, record } = openAvroContainer(data.subarray(start, end));
    return readers.of(schema, () => parseAvroSchema(schema))(new AvroCursor(record));
  };
}

function registeredRead(readers: Readers, registry: RegistryOptions): MessageRead {
  return (data, start, end) => {
    const frame = readFrame(data, start, end);
    if (frame === undefined) throw new AvroDataError('not a framed message');
    const writer = (): AvroSchema => {
      const { text, references } = fetchWriterSchema(registry, frame.schemaId, []);
      return parseAvroSchema(
        text,
        references.map((r) => r.text),
      );
    };
    return readers.of(`${frame.schemaId}`, writer)(new AvroCursor(data, frame.start, end));
  };
}

function userError(message: string): TrinoError {
  return new TrinoError('GENERIC_USER_ERROR', undefined, message);
}

function readerSchema({ dataSchema, dataSchemaReferences }: DecoderSpec): AvroSchema {
  if (dataSchema === undefined) throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, 'dataSchema cannot be null');
  try {
    return parseAvroSchema(dataSchema, dataSchemaReferences);
  } catch (error) {
    if (error instanceof AvroSchemaError) throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, error.message, { cause: error });
    throw error;
  }
}

function avroColumn(column: DecodedColumn): AvroColumn {
  const { field } = column;
  if (field.mapping === undefined) throw userError(`mapping not defined for column '${field.name}'`);
  if (field.formatHint !== undefined) throw userError(`unexpected format hint '${field.formatHint}' defined for column '${field.name}'`);
  if (field.dataFormat !== undefined) throw userError(`unexpected data format '${field.dataFormat}' defined for column '${field.name}'`);
  if (!isSupported(field.type)) throw userError(`Unsupported column type '${typeId(field.type)}' for column '${field.name}'`);
  return { ...column, path: pathOf(field.mapping), ofMeaning: false };
}

function meantColumn(column: DecodedColumn): AvroColumn {
  const { mapping, name } = column.field;
  if (mapping === undefined) throw userError(`mapping not defined for column '${name}'`);
  return { ...column, path: pathOf(mapping), ofMeaning: true };
}

function pathOf(mapping: string): readonly string[] {
  return mapping.split('/').filter((part) => part !== '');
}

function connectValue(value: AvroValue): ConnectValue {
  if (value === null || typeof value === 'boolean') return { data: value };
  if (typeof value === 'string') return { data: value, semantics: { text: true } };
  switch (value.kind) {
    case 'int':
    case 'long':
      return { data: BigInt(value.value), ...(value.semantics === undefined ? {} : { semantics: value.semantics }) };
    case 'float':
    case 'double':
      return { data: value.value };
    case 'bytes':
    case 'fixed':
      return { data: Buffer.from(value.value), semantics: value.semantics ?? {} };
    case 'enum':
      return { data: value.value };
    case 'array':
      return { data: value.items.map(connectValue) };
    case 'map':
      return { data: new Map([...value.entries].map(([key, item]) => [key, connectValue(item)])) };
    case 'record':
      return { data: new Map([...value.fields].map(([key, item]) => [key, connectValue(item)])) };
  }
}

function isSupported(type: Type): boolean {
  switch (type.kind) {
    case 'array':
      return isSupported(type.element);
    case 'map':
      return type.key.kind === 'varchar' && isSupported(type.value);
    case 'row':
      return type.fields.every((f) => f.name !== undefined && isSupported(f.type));
    case 'boolean':
    case 'real':
    case 'double':
    case 'varchar':
    case 'varbinary':
      return true;
    default:
      return INTEGER_BOUNDS.has(type.kind);
  }
}

/** One compiled reader for each schema that messages were written with. */
class Readers {
  private readonly schema: AvroSchema;
  private readonly wanted: ReadonlySet<string> | undefined;
  private readonly byWriter = new Map<string, AvroRead>();

  constructor(schema: AvroSchema, fields: ReadonlySet<string>, byField: boolean) {
    this.schema = schema;
    this.wanted = byField && schema.kind === 'record' ? fields : undefined;
  }

  of(writer: string, schema: () => AvroSchema): AvroRead {
    const known = this.byWriter.get(writer);
    if (known !== undefined) return known;
    const made = this.compile(schema);
    if (this.byWriter.size >= READERS_MAX) this.byWriter.clear();
    this.byWriter.set(writer, made);
    return made;
  }

  /** What cannot be read once need not be asked for again. */
  private compile(schema: () => AvroSchema): AvroRead {
    try {
      return compileAvroReader(schema(), this.schema, this.wanted);
    } catch (error) {
      if (error instanceof TrinoError) throw error;
      return () => {
        throw error;
      };
    }
  }
}

function locate(root: AvroValue, path: readonly string[]): AvroValue {
  let value = root;
  for (const part of path) {
    if (value === null) return null;
    if (typeof value !== 'object' || value.kind !== 'record')
      throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, `class ${javaClass(value)} cannot be cast to class org.apache.avro.generic.GenericRecord`);
    value = value.fields.get(part) ?? null;
  }
  return value;
}

/** The Java class that Trino names in its message. */
function javaClass(value: Exclude<AvroValue, null>): string {
  if (typeof value === 'boolean') return 'java.lang.Boolean';
  if (typeof value === 'string') return 'org.apache.avro.util.Utf8';
  switch (value.kind) {
    case 'int':
      return 'java.lang.Integer';
    case 'long':
      return 'java.lang.Long';
    case 'float':
      return 'java.lang.Float';
    case 'double':
      return 'java.lang.Double';
    case 'bytes':
      return 'java.nio.HeapByteBuffer';
    case 'fixed':
      return 'org.apache.avro.generic.GenericData$Fixed';
    case 'enum':
      return 'org.apache.avro.generic.GenericData$EnumSymbol';
    case 'map':
      return 'java.util.HashMap';
    case 'record':
      return 'org.apache.avro.generic.GenericData$Record';
    case 'array': {
      const name = { int: 'Int', long: 'Long', float: 'Float', double: 'Double', boolean: 'Boolean' }[value.element as string];
      return name === undefined ? 'org.apache.avro.generic.GenericData$Array' : `org.apache.avro.generic.PrimitivesArrays$${name}Array`;
    }
  }
}

function cannotDecode(value: Exclude<AvroValue, null>, type: Type, field: FieldSpec): TrinoError {
  return new TrinoError(
    DECODER_CONVERSION_NOT_SUPPORTED,
    undefined,
    `cannot decode object of 'class ${javaClass(value)}' as '${typeId(type)}' for column '${field.name}'`,
  );
}

function cannotCast(value: Exclude<AvroValue, null>, to: string): TrinoError {
  return new TrinoError('GENERIC_INTERNAL_ERROR', undefined, `class ${javaClass(value)} cannot be cast to class ${to}`);
}

function convert(value: Exclude<AvroValue, null>, type: Type, field: FieldSpec): Value {
  const element = (item: AvroValue, of: Type): Value => (item === null ? null : convert(item, of, field));
  switch (type.kind) {
    case 'array':
      if (typeof value !== 'object' || value.kind !== 'array') throw cannotCast(value, 'java.util.List');
      return value.items.map((item) => element(item, type.element));
    case 'map':
      if (typeof value !== 'object' || value.kind !== 'map') throw cannotCast(value, 'java.util.Map');
      return { entries: [...value.entries].map(([key, item]) => [key, element(item, type.value)] as const) };
    case 'row':
      if (typeof value !== 'object' || value.kind !== 'record') throw cannotCast(value, 'org.apache.avro.generic.GenericRecord');
      return type.fields.map((f) => {
        const item = value.fields.get(f.name ?? '');
        if (item === undefined) throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, `Not a valid schema field: ${f.name}`);
        return element(item, f.type);
      });
    case 'boolean':
      if (typeof value === 'boolean') return value;
      break;
    case 'real':
      return real(value, type, field);
    case 'double':
      if (typeof value === 'object' && value.kind === 'double') return value.value;
      break;
    case 'varchar': {
      const text = typeof value === 'string' ? value : typeof value === 'object' && value.kind === 'enum' ? value.value : undefined;
      if (text !== undefined) return type.length === undefined ? text : truncateToLength(text, type.length);
      break;
    }
    case 'varbinary':
      if (typeof value === 'object' && (value.kind === 'bytes' || value.kind === 'fixed')) return Buffer.from(value.value);
      break;
    default:
      if (typeof value === 'object' && (value.kind === 'int' || value.kind === 'long')) {
        const number = BigInt(value.value);
        checkStorable(type.kind, number);
        return type.kind === 'bigint' ? number : Number(number);
      }
  }
  throw cannotDecode(value, type, field);
}

/** Of a whole number Trino takes the bits for those of a float. */
function real(value: Exclude<AvroValue, null>, type: Type, field: FieldSpec): number {
  if (typeof value === 'object' && value.kind === 'float') return value.value;
  if (typeof value !== 'object' || (value.kind !== 'int' && value.kind !== 'long')) throw cannotDecode(value, type, field);
  return realOfBits(BigInt(value.value));
}

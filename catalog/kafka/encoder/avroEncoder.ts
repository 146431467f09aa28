import { randomBytes } from 'node:crypto';
import { TrinoError } from '../../../spi/trinoError.ts';
import { type Type, typeId } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import { type AvroRecordSchema, type AvroSchema, parseAvroSchema } from '../decoder/avro/avroSchema.ts';
import type { FieldSpec } from '../decoder/rowDecoder.ts';
import { checkNoFormat } from './checkColumn.ts';
import { javaClass, javaText } from './javaClass.ts';
import type { EncoderSpec, RowEncoder } from './rowEncoder.ts';

const MAGIC = Buffer.from('Obj\u0001', 'latin1');
/** The branch of a union, and the kind of a field, that a column's type is written to. */
export const AVRO_KINDS: ReadonlyMap<string, AvroSchema['kind']> = new Map([
  ['boolean', 'boolean'],
  ['integer', 'int'],
  ['bigint', 'long'],
  ['real', 'float'],
  ['double', 'double'],
  ['varchar', 'string'],
]);

/** Each message an object container file with one record, as Trino writes it. */
export function avroEncoder({ fields, dataSchema }: EncoderSpec): RowEncoder {
  if (dataSchema === undefined) throw internal('dataSchema cannot be null');
  for (const field of fields) checkColumn(field);
  const schema = parseAvroSchema(dataSchema);
  if (schema.kind !== 'record') throw internal(`Not a record schema: ${dataSchema}`);
  const slots = schema.fields.map((f) => fields.findIndex((c) => c.mapping === f.name));
  const unknown = fields.find((c) => !schema.fields.some((f) => f.name === c.mapping));
  const name = recordName(schema);
  const header = containerHeader(JSON.stringify(schema.json));
  return (values) => {
    // the columns are set one after the other, before anything is written
    if (unknown !== undefined) throw internal(`Not a valid schema field: ${unknown.mapping ?? 'null'}`);
    const parts: Buffer[] = [];
    schema.fields.forEach((field, i) => {
      const slot = slots[i] ?? -1;
      const value = values[slot] ?? null;
      parts.push(encode(field.schema, value, fields[slot], `${name}.${field.name}`));
    });
    const record = Buffer.concat(parts);
    const sync = randomBytes(16);
    return Buffer.concat([header, sync, varint(1n), varint(BigInt(record.length)), record, sync]);
  };
}

function checkColumn(field: FieldSpec): void {
  checkNoFormat(field);
  if (!AVRO_KINDS.has(field.type.kind)) throw internal(`Unsupported column type '${typeId(field.type)}' for column '${field.name}'`);
}

function recordName({ json }: AvroRecordSchema): string {
  if (json === null || typeof json !== 'object' || !('name' in json)) return '';
  const namespace = 'namespace' in json && !String(json.name).includes('.') ? `${String(json.namespace)}.` : '';
  return `${namespace}${String(json.name)}`;
}

function containerHeader(schema: string): Buffer {
  const text = (s: string): Buffer => Buffer.concat([varint(BigInt(Buffer.byteLength(s))), Buffer.from(s)]);
  return Buffer.concat([MAGIC, varint(1n), text('avro.schema'), text(schema), varint(0n)]);
}

function encode(schema: AvroSchema, value: Value, column: FieldSpec | undefined, place: string): Buffer {
  const kind = value === null || column === undefined ? 'null' : (AVRO_KINDS.get(column.type.kind) ?? 'null');
  if (schema.kind === 'union') {
    const branch = schema.branches.findIndex((b) => b.kind === kind);
    if (branch < 0) {
      const field = place.slice(place.lastIndexOf('.') + 1);
      throw internal(`org.apache.avro.UnresolvedUnionException: Not in union ${JSON.stringify(schema.json)}: ${String(value)} (field=${field})`);
    }
    return Buffer.concat([varint(BigInt(branch)), scalar(kind, value)]);
  }
  if (schema.kind === kind) return scalar(kind, value);
  if (value === null) throw internal(`java.lang.NullPointerException: null value for (non-nullable) ${schema.kind} at ${place}`);
  // whole numbers and floats are numbers to Avro, which takes what it needs of them
  const promoted = typeof value === 'number' || typeof value === 'bigint' ? numberAs(schema.kind, value) : undefined;
  if (promoted === undefined) throw wrongClass(value, column, schema.kind, place);
  return promoted;
}

function wrongClass(value: Value, column: FieldSpec | undefined, kind: AvroSchema['kind'], place: string): TrinoError {
  const number = typeof value === 'number' || typeof value === 'bigint';
  if (number && NUMBER_KINDS.has(kind))
    return new TrinoError('NOT_SUPPORTED', undefined, `${String(value)} cannot be written as ${kind} at ${place} without loss`);
  const type: Type = column?.type ?? { kind: 'unknown' };
  return internal(`java.lang.ClassCastException: value ${javaText(type, value)} (a ${javaClass(type)}) cannot be cast to expected type ${kind} at ${place}`);
}

const NUMBER_KINDS: ReadonlySet<string> = new Set(['int', 'long', 'float', 'double']);

/** Only where nothing is lost. */
function numberAs(kind: AvroSchema['kind'], value: number | bigint): Buffer | undefined {
  switch (kind) {
    case 'int':
    case 'long': {
      if (!Number.isInteger(Number(value)) || Object.is(value, -0)) return undefined;
      const whole = BigInt(value);
      return whole === BigInt.asIntN(kind === 'int' ? 32 : 64, whole) ? scalar(kind, whole) : undefined;
    }
    case 'float':
      return sameNumber(Math.fround(Number(value)), value) ? scalar(kind, value) : undefined;
    case 'double':
      return sameNumber(Number(value), value) ? scalar(kind, value) : undefined;
    default:
      return undefined;
  }
}

function sameNumber(written: number, value: number | bigint): boolean {
  return typeof value === 'number' ? Object.is(written, value) : Number.isInteger(written) && BigInt(written) === value;
}

function scalar(kind: AvroSchema['kind'], value: Value): Buffer {
  switch (kind) {
    case 'boolean':
      return Buffer.from([value === true ? 1 : 0]);
    case 'int':
    case 'long':
      return varint(BigInt(typeof value === 'bigint' ? value : Number(value)));
    case 'float': {
      const out = Buffer.alloc(4);
      out.writeFloatLE(Number(value));
      return out;
    }
    case 'double': {
      const out = Buffer.alloc(8);
      out.writeDoubleLE(Number(value));
      return out;
    }
    case 'string': {
      const text = Buffer.from(String(value));
      return Buffer.concat([varint(BigInt(text.length)), text]);
    }
    default:
      return Buffer.alloc(0);
  }
}

function varint(value: bigint): Buffer {
  let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
  const bytes: number[] = [];
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}

function internal(message: string): TrinoError {
  return new TrinoError('GENERIC_INTERNAL_ERROR', undefined, message);
}

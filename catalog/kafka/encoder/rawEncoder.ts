import { TrinoError } from '../../../spi/trinoError.ts';
import { typeId } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import type { FieldSpec } from '../decoder/rowDecoder.ts';
import { checkMapped, checkNoHint } from './checkColumn.ts';
import type { RowEncoder } from './rowEncoder.ts';

const SIZES: ReadonlyMap<string, number> = new Map([
  ['BYTE', 1],
  ['SHORT', 2],
  ['INT', 4],
  ['LONG', 8],
  ['FLOAT', 4],
  ['DOUBLE', 8],
]);

/** The formats of each type. */
const FORMATS: ReadonlyMap<string, readonly string[]> = new Map([
  ['boolean', ['BYTE', 'SHORT', 'INT', 'LONG']],
  ['tinyint', ['BYTE']],
  ['smallint', ['BYTE', 'SHORT']],
  ['integer', ['BYTE', 'SHORT', 'INT']],
  ['bigint', ['BYTE', 'SHORT', 'INT', 'LONG']],
  ['real', [...SIZES.keys()]],
  ['double', ['DOUBLE', 'FLOAT']],
  ['varchar', ['BYTE']],
]);

interface RawField {
  readonly field: FieldSpec;
  readonly size: number;
}

/** Fields of fixed size one after the other, as Trino writes them; a single text without a mapping is the whole message. */
export function rawEncoder(fields: readonly FieldSpec[]): RowEncoder {
  const [only] = fields;
  if (fields.length === 1 && only?.type.kind === 'varchar' && only.mapping === undefined && only.dataFormat === undefined && only.formatHint === undefined)
    return ([value]) => (typeof value === 'string' ? Buffer.from(value) : undefined);
  const parts = rawFields(fields);
  return (values) => Buffer.concat(parts.map((part, i) => encode(part, values[i] ?? null)));
}

function rawFields(fields: readonly FieldSpec[]): RawField[] {
  let position = 0;
  return fields.map((field) => {
    const size = fieldSize(field, position);
    position += size;
    return { field, size };
  });
}

/** In the order that Trino checks them. */
function fieldSize(field: FieldSpec, position: number): number {
  const { name, type } = field;
  checkNoHint(field);
  const formats = FORMATS.get(type.kind);
  if (formats === undefined) throw internal(`Unsupported column type '${typeId(type)}' for column '${name}'`);
  const format = (field.dataFormat ?? 'BYTE').toUpperCase();
  const size = SIZES.get(format);
  if (size === undefined) throw internal(`Invalid dataFormat '${field.dataFormat ?? ''}' for column '${name}'`);
  if (!formats.includes(format))
    throw internal(`Wrong dataformat '${format}' specified for column '${name}'; ${type.kind} type implies use of ${formats.join('/')}`);
  checkMapped(field);
  const m = /^([0-9]+)(?::([0-9]+))?$/.exec(field.mapping ?? '');
  if (m === null) throw internal(`Invalid mapping for column '${name}'`);
  const start = Number(m[1]);
  const length = m[2] === undefined ? size : Number(m[2]) - start;
  if (type.kind !== 'varchar' && length !== size) throw internal(`Mapping length '${length}' is not equal to expected length '${size}' for column '${name}'`);
  if (start !== position) throw internal(`Start mapping '${start}' for column '${name}' does not equal expected mapping '${position}'`);
  if (length <= 0) throw internal(`End mapping '${start + length}' for column '${name}' is less than or equal to start '${start}'`);
  return length;
}

/** A value is never cut: where it has no room Trino fails without a word of why. What it leaves of its room is zero. */
function encode({ field, size }: RawField, value: Value): Buffer {
  if (value === null) throw internal(`Column '${field.name}' does not support 'null' value`);
  const bytes = bytesOf(field, value);
  if (typeof value === 'string' && bytes.length !== size)
    throw internal(`length '${bytes.length}' of message '${value}' for column '${field.name}' does not equal expected length '${size}'`);
  if (bytes.length > size) throw internal('Internal error');
  const out = Buffer.alloc(size);
  bytes.copy(out);
  return out;
}

function bytesOf({ type, name }: FieldSpec, value: Value): Buffer {
  const out = Buffer.alloc(8);
  switch (type.kind) {
    case 'boolean':
      return Buffer.from([value === true ? 1 : 0]);
    case 'tinyint':
      return out.subarray(0, out.writeInt8(Number(value)));
    case 'smallint':
      return out.subarray(0, out.writeInt16BE(Number(value)));
    case 'integer':
      return out.subarray(0, out.writeInt32BE(Number(value)));
    case 'bigint':
      return out.subarray(0, out.writeBigInt64BE(BigInt(String(value))));
    case 'real':
      return out.subarray(0, out.writeFloatBE(Number(value)));
    case 'double':
      return out.subarray(0, out.writeDoubleBE(Number(value)));
    case 'varchar':
      return Buffer.from(String(value));
    default:
      throw internal(`Unsupported column type '${typeId(type)}' for column '${name}'`);
  }
}

function internal(message: string): TrinoError {
  return new TrinoError('GENERIC_INTERNAL_ERROR', undefined, message);
}

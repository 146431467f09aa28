import { TrinoError } from '../../../spi/trinoError.ts';
import { typeId } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import type { FieldSpec } from '../decoder/rowDecoder.ts';
import type { RowEncoder } from './rowEncoder.ts';

const SIZES: ReadonlyMap<string, number> = new Map([
  ['BYTE', 1],
  ['SHORT', 2],
  ['INT', 4],
  ['LONG', 8],
  ['FLOAT', 4],
  ['DOUBLE', 8],
]);

interface RawField {
  readonly field: FieldSpec;
  readonly format: string;
  readonly size: number;
}

/** Fields of fixed size one after the other. A single text without a mapping is the whole message. */
export function rawEncoder(fields: readonly FieldSpec[]): RowEncoder {
  const [only] = fields;
  if (fields.length === 1 && only?.type.kind === 'varchar' && only.mapping === undefined)
    return ([value]) => (typeof value === 'string' ? Buffer.from(value) : undefined);
  const parts = rawFields(fields);
  return (values) => Buffer.concat(parts.map((part, i) => encode(part, values[i] ?? null)));
}

function rawFields(fields: readonly FieldSpec[]): RawField[] {
  let position = 0;
  return fields.map((field) => {
    const m = /^([0-9]+)(?::([0-9]+))?$/.exec(field.mapping ?? '');
    if (m === null) throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, `No mapping defined for column '${field.name}'`);
    const format = (field.dataFormat ?? 'BYTE').toUpperCase();
    const size = m[2] === undefined ? (SIZES.get(format) ?? 1) : Number(m[2]) - Number(m[1]);
    if (Number(m[1]) !== position)
      throw new TrinoError('NOT_SUPPORTED', undefined, `INSERT into raw fields with gaps between them is not supported (column '${field.name}')`);
    position += size;
    return { field, format, size };
  });
}

function encode({ field, format, size }: RawField, value: Value): Buffer {
  if (value === null) throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, `Column '${field.name}' does not support 'null' value`);
  if (typeof value === 'string') {
    const text = Buffer.from(value);
    if (text.length !== size) {
      throw new TrinoError(
        'GENERIC_INTERNAL_ERROR',
        undefined,
        `length '${text.length}' of message '${value}' for column '${field.name}' does not equal expected length '${size}'`,
      );
    }
    return text;
  }
  const out = Buffer.alloc(size);
  const number = typeof value === 'boolean' ? Number(value) : value;
  if (typeof number !== 'number' && typeof number !== 'bigint')
    throw new TrinoError('NOT_SUPPORTED', undefined, `Unsupported column type '${typeId(field.type)}' for column '${field.name}'`);
  switch (format) {
    case 'DOUBLE':
      out.writeDoubleBE(Number(number));
      break;
    case 'FLOAT':
      out.writeFloatBE(Number(number));
      break;
    default:
      if (size > 8) throw new TrinoError('NOT_SUPPORTED', undefined, `Unsupported column type '${typeId(field.type)}' for column '${field.name}'`);
      checkFits(field, BigInt(number), size);
      if (size === 8) out.writeBigInt64BE(BigInt(number));
      else out.writeIntBE(Number(number), 0, size);
  }
  return out;
}

function checkFits(field: FieldSpec, value: bigint, size: number): void {
  if (value !== BigInt.asIntN(size * 8, value))
    throw new TrinoError('NUMERIC_VALUE_OUT_OF_RANGE', undefined, `${value} does not fit into ${size} bytes of column '${field.name}'`);
}

import { TrinoError } from '../../../spi/trinoError.ts';
import { type Type, typeId } from '../../../spi/type.ts';
import { DECODER_CONVERSION_NOT_SUPPORTED } from '../kafkaErrorCode.ts';
import type { DecodedColumn, FieldSpec, RowDecoder } from './rowDecoder.ts';
import { codePointEnd } from './utf8.ts';

type RawFormat = 'BYTE' | 'SHORT' | 'INT' | 'LONG' | 'FLOAT' | 'DOUBLE';
const SIZES: Readonly<Record<RawFormat, number>> = { BYTE: 1, SHORT: 2, INT: 4, LONG: 8, FLOAT: 4, DOUBLE: 8 };
const INTEGRAL: readonly RawFormat[] = ['BYTE', 'SHORT', 'INT', 'LONG'];

interface RawColumn extends DecodedColumn {
  readonly format: RawFormat;
  readonly start: number;
  readonly end: number | undefined;
}

/** Fields at fixed places of the bytes. */
export function rawDecoder(decoded: readonly DecodedColumn[]): RowDecoder {
  const columns = decoded.map(rawColumn);
  return {
    decode(data, start, end, row) {
      for (const column of columns) decodeColumn(column, data, start, end, row);
      return true;
    },
  };
}

function userError(message: string): TrinoError {
  return new TrinoError('GENERIC_USER_ERROR', undefined, message);
}

function rawColumn(column: DecodedColumn): RawColumn {
  const { field } = column;
  if (field.formatHint !== undefined) throw userError(`unexpected format hint '${field.formatHint}' defined for column '${field.name}'`);
  const format = rawFormat(field);
  const mapping = field.mapping ?? '0';
  const m = /^([0-9]+)(?::([0-9]+))?$/.exec(mapping);
  if (m === null) throw userError(`invalid mapping format '${mapping}' for column '${field.name}'`);
  const tooLarge = [m[1], m[2]].find((n) => Number(n ?? 0) > 2147483647);
  if (tooLarge !== undefined) throw userError(`For input string: "${tooLarge}"`);
  const start = Number(m[1]);
  const isText = field.type.kind === 'varchar';
  checkTypeAndFormat(field, format);
  const end = m[2] === undefined ? (isText ? undefined : start + SIZES[format]) : Number(m[2]);
  if (end !== undefined && start > end) throw userError(`end offset ${end} for column '${field.name}' must greater or equal start offset`);
  if (end !== undefined && !isText && end - start !== SIZES[format]) {
    throw userError(`Bytes mapping for column '${field.name}' does not match dataFormat '${format}'; expected ${end - start} bytes but got ${SIZES[format]}`);
  }
  return { ...column, format, start, end };
}

function rawFormat(field: FieldSpec): RawFormat {
  const name = (field.dataFormat ?? 'BYTE').toUpperCase();
  if (!Object.hasOwn(SIZES, name)) throw userError(`invalid dataFormat '${field.dataFormat ?? ''}' for column '${field.name}'`);
  return name as RawFormat;
}

function checkTypeAndFormat(field: FieldSpec, format: RawFormat): void {
  const allowed = allowedFormats(field.type);
  if (allowed === undefined) throw userError(`Unsupported column type '${typeId(field.type)}' for column '${field.name}'`);
  if (!allowed.includes(format)) {
    throw userError(`Wrong dataFormat '${format}' specified for column '${field.name}'; ${typeId(field.type)} type implies use of ${allowed.join('/')}`);
  }
}

function allowedFormats(type: Type): readonly RawFormat[] | undefined {
  switch (type.kind) {
    case 'boolean':
    case 'bigint':
      return INTEGRAL;
    case 'integer':
      return INTEGRAL.slice(0, 3);
    case 'smallint':
      return INTEGRAL.slice(0, 2);
    case 'tinyint':
    case 'varchar':
      return INTEGRAL.slice(0, 1);
    case 'double':
      return ['DOUBLE', 'FLOAT'];
    default:
      return undefined;
  }
}

function decodeColumn(column: RawColumn, data: Buffer, from: number, to: number, row: number): void {
  const { field, builder, start } = column;
  const size = to - from;
  if (start > size) throw tooShort('start', start, field.name, size);
  const end = column.end ?? size;
  if (end > size) throw tooShort('end', end, field.name, size);
  if (end === start) return builder.setNull(row);
  const at = from + start;
  if (field.type.kind === 'varchar') {
    const stop = field.type.length === undefined ? from + end : codePointEnd(data, at, from + end, field.type.length);
    return builder.putBytes(row, data, at, stop);
  }
  switch (column.format) {
    case 'DOUBLE':
      return builder.putDouble(row, data.readDoubleBE(at));
    case 'FLOAT':
      return builder.putDouble(row, data.readFloatBE(at));
    case 'LONG':
      if (field.type.kind === 'boolean') return builder.putBoolean(row, data.readBigInt64BE(at) !== 0n);
      return builder.putBigint(row, data.readBigInt64BE(at));
    default: {
      const value = column.format === 'BYTE' ? data.readInt8(at) : column.format === 'SHORT' ? data.readInt16BE(at) : data.readInt32BE(at);
      if (field.type.kind === 'boolean') builder.putBoolean(row, value !== 0);
      else builder.putInteger(row, value);
    }
  }
}

function tooShort(which: 'start' | 'end', offset: number, column: string, size: number): TrinoError {
  return new TrinoError(
    DECODER_CONVERSION_NOT_SUPPORTED,
    undefined,
    `${which} offset ${offset} for column '${column}' must be less that or equal to value length ${size}`,
  );
}

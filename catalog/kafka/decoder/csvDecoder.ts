import { isUtf8 } from 'node:buffer';
import { TrinoError } from '../../../spi/trinoError.ts';
import { typeId } from '../../../spi/type.ts';
import { DECODER_CONVERSION_NOT_SUPPORTED } from '../kafkaErrorCode.ts';
import { checkStorable, INTEGER_BOUNDS } from './integerBounds.ts';
import { parseDouble, parseLong, truncateToLength } from './javaNumber.ts';
import type { DecodedColumn, RowDecoder } from './rowDecoder.ts';

/** One line of comma-separated values; a field is named by its place. */
export function csvDecoder(decoded: readonly DecodedColumn[]): RowDecoder {
  const columns = decoded.map((column) => ({ column, index: fieldIndex(column) }));
  return {
    decode(data, start, end, row) {
      const tokens = splitCsvLine(javaUtf8(data.subarray(start, end)));
      if (tokens === undefined) {
        for (const { column } of columns) column.builder.setNull(row);
        return false;
      }
      for (const { column, index } of columns) decodeField(column, tokens[index] ?? '', row);
      return true;
    },
  };
}

function userError(message: string): TrinoError {
  return new TrinoError('GENERIC_USER_ERROR', undefined, message);
}

function fieldIndex({ field }: DecodedColumn): number {
  if (field.formatHint !== undefined) throw userError(`unexpected format hint '${field.formatHint}' defined for column '${field.name}'`);
  if (field.dataFormat !== undefined) throw userError(`unexpected data format '${field.dataFormat}' defined for column '${field.name}'`);
  if (field.mapping === undefined) throw userError(`mapping not defined for column '${field.name}'`);
  const index = parseLong(field.mapping);
  if (index === undefined || index < 0n || index > 2147483647n) throw userError(`invalid mapping '${field.mapping}' for column '${field.name}'`);
  const { kind } = field.type;
  if (kind !== 'boolean' && kind !== 'double' && kind !== 'varchar' && !INTEGER_BOUNDS.has(kind)) {
    throw userError(`Unsupported column type '${typeId(field.type)}' for column '${field.name}'`);
  }
  return Number(index);
}

function decodeField({ field, builder }: DecodedColumn, token: string, row: number): void {
  if (token === '') return builder.setNull(row);
  if (field.type.kind === 'varchar') return builder.putText(row, field.type.length === undefined ? token : truncateToLength(token, field.type.length));
  // biome-ignore lint/suspicious/noControlCharactersInRegex: Java trims every character up to the blank
  const trimmed = token.replace(/^[\u0000-\u0020]+|[\u0000-\u0020]+$/g, '');
  if (field.type.kind === 'boolean') return builder.putBoolean(row, trimmed.toLowerCase() === 'true');
  if (field.type.kind === 'double') {
    const value = parseDouble(trimmed);
    if (value !== undefined) return builder.putDouble(row, value);
  } else {
    const value = parseLong(trimmed);
    if (value !== undefined) {
      checkStorable(field.type.kind, value);
      return builder.putBigint(row, value);
    }
  }
  throw new TrinoError(DECODER_CONVERSION_NOT_SUPPORTED, undefined, `could not parse value '${trimmed}' as '${typeId(field.type)}' for column '${field.name}'`);
}

/** Commas, double quotes and backslashes as OpenCSV reads them, with its odd treatment of quotes inside a field; undefined: a quote stays open. */
export function splitCsvLine(line: string): string[] | undefined {
  const tokens: string[] = [];
  let token = '';
  let inQuotes = false;
  let inField = false;
  for (let i = 0; i < line.length; ) {
    const ch = line.charAt(i++);
    if (ch === '\\') {
      inField = true;
      if (i < line.length) token += line.charAt(i++);
    } else if (ch === '"') {
      if ((inQuotes || inField) && line.charAt(i) === '"') {
        token += '"';
        i++;
      } else {
        inQuotes = !inQuotes;
        if (i > 3 && line.charAt(i - 2) !== ',' && i < line.length && line.charAt(i) !== ',') {
          // a quote in mid-field stays, unless only blanks came before it
          if (token !== '' && /^\s+$/.test(token)) token = '';
          else token += '"';
        }
      }
      inField = !inField;
    } else if (ch === ',' && !inQuotes) {
      tokens.push(token);
      token = '';
      inField = false;
    } else {
      token += ch;
      inField = true;
    }
  }
  if (inQuotes) return undefined;
  tokens.push(token);
  return tokens;
}

/** As Java decodes: an encoded half of a surrogate pair gives one replacement character, not three. */
function javaUtf8(data: Buffer): string {
  if (isUtf8(data)) return data.toString('utf8');
  const binary = data.toString('latin1').replace(/\xed[\xa0-\xbf][\x80-\xbf]/g, '\xef\xbf\xbd');
  return Buffer.from(binary, 'latin1').toString('utf8');
}

import { unreachable } from '../../spi/trinoError.ts';
import type { Type } from '../../spi/type.ts';
import type { MapValue, Timestamp, TimestampWithTimeZone, TimeWithTimeZone, Value } from '../../spi/value.ts';
import { decimalText } from './columnEncoder.ts';
import { physicalType } from './physicalType.ts';

/** A constant in SQL, of exactly the physical type. It stands as an operand without parentheses. */
export function literal(type: Type, value: Value): string {
  const physical = physicalType(type);
  if (value === null) return `CAST(NULL AS ${physical})`;
  switch (type.kind) {
    case 'unknown':
      return `CAST(NULL AS ${physical})`;
    case 'boolean':
      return value === true ? 'true' : 'false';
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'bigint':
    case 'time':
    case 'interval year to month':
    case 'interval day to second':
    case 'color':
      return `CAST('${String(value)}' AS ${physical})`;
    case 'real':
    case 'double':
      return floatLiteral(Number(value), physical);
    case 'decimal':
      return `CAST('${decimalText(value as bigint, type.scale)}' AS ${physical})`;
    case 'varchar':
    case 'char':
    case 'json':
    case 'json2016':
    case 'JoniRegExp':
    case 'LikePattern':
    case 'JsonPath':
    case 'JsonPath2016':
    case 'CodePoints':
      return textLiteral(value as string);
    case 'uuid':
      return `CAST('${String(value)}' AS UUID)`;
    case 'varbinary':
    case 'ipaddress':
    case 'HyperLogLog':
    case 'P4HyperLogLog':
    case 'SetDigest':
    case 'tdigest':
    case 'qdigest':
      return `unhex('${Buffer.from(value as Uint8Array).toString('hex')}')`;
    case 'date':
      return `CAST(make_date(CAST(${String(value)} AS INTEGER)) AS DATE)`;
    case 'timestamp':
      return timestampLiteral(type.precision, value as Timestamp, undefined, physical);
    case 'timestamp with time zone': {
      const moment = value as TimestampWithTimeZone;
      return timestampLiteral(type.precision, moment, moment.zone, physical);
    }
    case 'time with time zone': {
      const { picos, offsetMinutes } = value as TimeWithTimeZone;
      return `CAST({'picos': ${picos}, 'z': ${offsetMinutes}} AS ${physical})`;
    }
    case 'array':
      return list(value as readonly Value[], type.element, physical);
    case 'map': {
      const { entries } = value as MapValue;
      const keys = entries.map(([key]) => literal(type.key, key)).join(', ');
      const values = entries.map(([, item]) => literal(type.value, item)).join(', ');
      return `CAST(map([${keys}], [${values}]) AS ${physical})`;
    }
    case 'row': {
      const fields = value as readonly Value[];
      return `CAST({${type.fields.map((field, i) => `'f${i}': ${literal(field.type, fields[i] ?? null)}`).join(', ')}} AS ${physical})`;
    }
    case 'function':
      throw new Error('a function is no value');
    default:
      return unreachable(type);
  }
}

function list(values: readonly Value[], element: Type, physical: string): string {
  return `CAST([${values.map((value) => literal(element, value)).join(', ')}] AS ${physical})`;
}

/** A NUL ends a literal of DuckDB. */
export function textLiteral(text: string): string {
  if (!text.includes('\0')) return `'${text.replaceAll("'", "''")}'`;
  return `(${text
    .split('\0')
    .map((part) => `'${part.replaceAll("'", "''")}'`)
    .join(' || chr(0) || ')})`;
}

function floatLiteral(x: number, physical: string): string {
  if (Number.isFinite(x)) return `CAST('${Object.is(x, -0) ? '-0.0' : String(x)}' AS ${physical})`;
  return `CAST('${Number.isNaN(x) ? 'nan' : x > 0 ? 'inf' : '-inf'}' AS ${physical})`;
}

function timestampLiteral(precision: number, value: Timestamp, zone: string | undefined, physical: string): string {
  const micros = `make_timestamp(CAST(${value.epochMicros} AS BIGINT))`;
  if (precision <= 6 && zone === undefined) return micros;
  const fields = [`'t': ${micros}`];
  if (precision > 6) fields.push(`'picos': ${value.picosOfMicro}`);
  if (zone !== undefined) fields.push(`'z': ${textLiteral(zone)}`);
  return `CAST({${fields.join(', ')}} AS ${physical})`;
}

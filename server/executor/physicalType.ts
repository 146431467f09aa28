import { unreachable } from '../../spi/trinoError.ts';
import type { Type } from '../../spi/type.ts';

/**
 * The DuckDB type that holds a Trino type.
 *
 * | Trino | DuckDB |
 * |---|---|
 * | unknown | BOOLEAN, always NULL |
 * | varchar(n), char(n) (without trailing blanks), json (canonical text), CodePoints (their text) | VARCHAR |
 * | time(p) | BIGINT, picoseconds of the day |
 * | time(p) with time zone | STRUCT(picos BIGINT, z SMALLINT): local picoseconds and offset in minutes |
 * | timestamp(p) | TIMESTAMP, and from p = 7 STRUCT(t TIMESTAMP, picos INTEGER) |
 * | timestamp(p) with time zone | STRUCT(t TIMESTAMP, z VARCHAR), and from p = 7 STRUCT(t TIMESTAMP, picos INTEGER, z VARCHAR): t in UTC |
 * | interval year to month, day to second | INTEGER months, BIGINT milliseconds |
 * | row | STRUCT(f0 …, f1 …) by position |
 * | ipaddress, varbinary, sketches | BLOB |
 */
export function physicalType(type: Type): string {
  switch (type.kind) {
    case 'unknown':
    case 'boolean':
      return 'BOOLEAN';
    case 'tinyint':
      return 'TINYINT';
    case 'smallint':
      return 'SMALLINT';
    case 'integer':
    case 'interval year to month':
    case 'color':
      return 'INTEGER';
    case 'bigint':
    case 'interval day to second':
    case 'time':
      return 'BIGINT';
    case 'real':
      return 'FLOAT';
    case 'double':
      return 'DOUBLE';
    case 'decimal':
      return `DECIMAL(${type.precision},${type.scale})`;
    case 'varchar':
    case 'char':
    case 'json':
    case 'json2016':
    case 'JoniRegExp':
    case 'LikePattern':
    case 'JsonPath':
    case 'JsonPath2016':
    case 'CodePoints':
      return 'VARCHAR';
    case 'varbinary':
    case 'ipaddress':
    case 'HyperLogLog':
    case 'P4HyperLogLog':
    case 'SetDigest':
    case 'tdigest':
    case 'qdigest':
      return 'BLOB';
    case 'uuid':
      return 'UUID';
    case 'date':
      return 'DATE';
    case 'timestamp':
      return type.precision <= 6 ? 'TIMESTAMP' : 'STRUCT(t TIMESTAMP, picos INTEGER)';
    case 'timestamp with time zone':
      return type.precision <= 6 ? 'STRUCT(t TIMESTAMP, z VARCHAR)' : 'STRUCT(t TIMESTAMP, picos INTEGER, z VARCHAR)';
    case 'time with time zone':
      return 'STRUCT(picos BIGINT, z SMALLINT)';
    case 'array':
      return `${physicalType(type.element)}[]`;
    case 'map':
      return `MAP(${physicalType(type.key)}, ${physicalType(type.value)})`;
    case 'row':
      return `STRUCT(${type.fields.map((field, i) => `f${i} ${physicalType(field.type)}`).join(', ')})`;
    case 'function':
      throw new Error('a function type has no physical form');
    default:
      return unreachable(type);
  }
}

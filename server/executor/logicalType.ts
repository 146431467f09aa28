import duckdb from '@duckdb/node-bindings';
import { unreachable } from '../../spi/trinoError.ts';
import type { Type } from '../../spi/type.ts';

/** The same as `physicalType`, as DuckDB's API wants it. */
export function logicalType(type: Type): duckdb.LogicalType {
  const simple = (id: duckdb.Type) => duckdb.create_logical_type(id);
  const struct = (fields: Readonly<Record<string, duckdb.LogicalType>>) => duckdb.create_struct_type(Object.values(fields), Object.keys(fields));
  const { Type: T } = duckdb;
  switch (type.kind) {
    case 'unknown':
    case 'boolean':
      return simple(T.BOOLEAN);
    case 'tinyint':
      return simple(T.TINYINT);
    case 'smallint':
      return simple(T.SMALLINT);
    case 'integer':
    case 'interval year to month':
    case 'color':
      return simple(T.INTEGER);
    case 'bigint':
    case 'interval day to second':
    case 'time':
      return simple(T.BIGINT);
    case 'real':
      return simple(T.FLOAT);
    case 'double':
      return simple(T.DOUBLE);
    case 'decimal':
      return duckdb.create_decimal_type(type.precision, type.scale);
    case 'varchar':
    case 'char':
    case 'json':
    case 'json2016':
    case 'JoniRegExp':
    case 'LikePattern':
    case 'JsonPath':
    case 'JsonPath2016':
    case 'CodePoints':
      return simple(T.VARCHAR);
    case 'varbinary':
    case 'ipaddress':
    case 'HyperLogLog':
    case 'P4HyperLogLog':
    case 'SetDigest':
    case 'tdigest':
    case 'qdigest':
      return simple(T.BLOB);
    case 'uuid':
      return simple(T.UUID);
    case 'date':
      return simple(T.DATE);
    case 'timestamp':
      return type.precision <= 6 ? simple(T.TIMESTAMP) : struct({ t: simple(T.TIMESTAMP), picos: simple(T.INTEGER) });
    case 'timestamp with time zone':
      return type.precision <= 6
        ? struct({ t: simple(T.TIMESTAMP), z: simple(T.VARCHAR) })
        : struct({ t: simple(T.TIMESTAMP), picos: simple(T.INTEGER), z: simple(T.VARCHAR) });
    case 'time with time zone':
      return struct({ picos: simple(T.BIGINT), z: simple(T.SMALLINT) });
    case 'array':
      return duckdb.create_list_type(logicalType(type.element));
    case 'map':
      return duckdb.create_map_type(logicalType(type.key), logicalType(type.value));
    case 'row':
      return duckdb.create_struct_type(
        type.fields.map((field) => logicalType(field.type)),
        type.fields.map((_, i) => `f${i}`),
      );
    case 'function':
      throw new Error('a function type has no physical form');
    default:
      return unreachable(type);
  }
}

import type { Type } from '../../spi/type.ts';

/** Bytes of a value of a type whose values are all of one size; undefined: they are not. */
export function fixedSize(type: Type): number | undefined {
  switch (type.kind) {
    case 'boolean':
    case 'tinyint':
    case 'unknown':
      return 1;
    case 'smallint':
      return 2;
    case 'integer':
    case 'real':
    case 'date':
    case 'interval year to month':
      return 4;
    case 'bigint':
    case 'double':
    case 'time':
    case 'interval day to second':
      return 8;
    case 'decimal':
      return type.precision <= 18 ? 8 : 16;
    case 'timestamp':
      return type.precision <= 6 ? 8 : 12;
    case 'timestamp with time zone':
      return type.precision <= 3 ? 8 : 12;
    case 'time with time zone':
      return type.precision <= 9 ? 8 : 12;
    case 'uuid':
    case 'ipaddress':
      return 16;
    default:
      return undefined;
  }
}

import { unreachable } from '../../spi/trinoError.ts';
import type { Type } from '../../spi/type.ts';

/** Has = and can be grouped by. */
export function isComparable(type: Type): boolean {
  return supports(type, 'comparable');
}

/** Has < and can be sorted by. */
export function isOrderable(type: Type): boolean {
  return supports(type, 'orderable');
}

function supports(type: Type, operator: 'comparable' | 'orderable'): boolean {
  switch (type.kind) {
    case 'unknown':
    case 'boolean':
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'bigint':
    case 'real':
    case 'double':
    case 'decimal':
    case 'varchar':
    case 'char':
    case 'varbinary':
    case 'date':
    case 'time':
    case 'time with time zone':
    case 'timestamp':
    case 'timestamp with time zone':
    case 'interval day to second':
    case 'interval year to month':
    case 'uuid':
    case 'ipaddress':
      return true;
    case 'json':
    case 'color':
      return operator === 'comparable';
    case 'array':
      return supports(type.element, operator);
    case 'map':
      return operator === 'comparable' && isComparable(type.value);
    case 'row':
      return type.fields.every((field) => supports(field.type, operator));
    case 'HyperLogLog':
    case 'P4HyperLogLog':
    case 'tdigest':
    case 'qdigest':
    case 'SetDigest':
    case 'JoniRegExp':
    case 'LikePattern':
    case 'JsonPath':
    case 'JsonPath2016':
    case 'json2016':
    case 'CodePoints':
    case 'function':
      return false;
    default:
      return unreachable(type);
  }
}

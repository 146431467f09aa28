import type { Type } from '../../spi/type.ts';
import type { MapValue, Value } from '../../spi/value.ts';
import { codePointCount, lengthExceeded } from '../function/castValue.ts';
import type { EmitContext } from './functions/implementation.ts';

/** A column as a client gets it: raises Trino's error where a value is longer than its varchar(n). */
export function withinLength(sql: string, type: Type, context: EmitContext): string {
  if (!hasLength(type)) return sql;
  const evaluate = (value: Value): Value => {
    check(value, type);
    return value;
  };
  return context.udf({ name: 'within_length', parameterTypes: [type], returnType: type, nulls: 'propagate', evaluate })(sql);
}

function hasLength(type: Type): boolean {
  switch (type.kind) {
    case 'varchar':
      return type.length !== undefined;
    case 'array':
      return hasLength(type.element);
    case 'map':
      return hasLength(type.key) || hasLength(type.value);
    case 'row':
      return type.fields.some((field) => hasLength(field.type));
    default:
      return false;
  }
}

function check(value: Value, type: Type): void {
  if (value === null) return;
  switch (type.kind) {
    case 'varchar':
      if (type.length !== undefined && codePointCount(String(value)) > type.length) throw lengthExceeded(String(value), type.length);
      return;
    case 'array':
      for (const item of value as readonly Value[]) check(item, type.element);
      return;
    case 'map':
      for (const [key, item] of (value as MapValue).entries) {
        check(key, type.key);
        check(item, type.value);
      }
      return;
    case 'row':
      for (const [i, item] of (value as readonly Value[]).entries()) check(item, type.fields[i]?.type ?? type);
      return;
    default:
  }
}

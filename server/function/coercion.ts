import { array, char, decimal, map, type RowField, row, type SimpleKind, type Type, typeEquals, VARCHAR, varchar } from '../../spi/type.ts';

/** Base kinds that a value of a kind turns into by itself; parameters are settled by coerceToKind. */
const WIDER_KINDS: Readonly<Partial<Record<Type['kind'], readonly Type['kind'][]>>> = {
  tinyint: ['smallint', 'integer', 'bigint', 'real', 'double', 'decimal'],
  smallint: ['integer', 'bigint', 'real', 'double', 'decimal'],
  integer: ['bigint', 'real', 'double', 'decimal'],
  bigint: ['real', 'double', 'decimal'],
  decimal: ['real', 'double'],
  real: ['double'],
  date: ['timestamp', 'timestamp with time zone'],
  time: ['time with time zone'],
  timestamp: ['timestamp with time zone'],
  varchar: ['char', 'JoniRegExp', 'JsonPath', 'CodePoints'],
  char: ['JoniRegExp', 'JsonPath', 'CodePoints'],
  P4HyperLogLog: ['HyperLogLog'],
};

const CHAR_LENGTH_MAX = 65536;
const DECIMAL_OF_INTEGERS: Readonly<Record<string, number>> = { tinyint: 3, smallint: 5, integer: 10, bigint: 19 };

/** What CASE, COALESCE, UNION and comparisons of the two agree on; undefined: nothing. */
export function commonSuperType(a: Type, b: Type): Type | undefined {
  return compatibility(a, b)?.common;
}

export function canCoerce(from: Type, to: Type): boolean {
  return compatibility(from, to)?.coercible ?? false;
}

interface Compatibility {
  readonly common: Type;
  /** The first becomes the second by itself. */
  readonly coercible: boolean;
}

function compatibility(from: Type, to: Type): Compatibility | undefined {
  if (typeEquals(from, to)) return { common: to, coercible: true };
  if (from.kind === 'unknown') return { common: to, coercible: true };
  if (to.kind === 'unknown') return { common: from, coercible: false };
  if (from.kind === to.kind) return sameKind(from, to);
  const up = coerceToKind(from, to);
  if (up !== undefined) return compatibility(up, to);
  const down = coerceToKind(to, from);
  if (down !== undefined) {
    const common = commonSuperType(from, down);
    return common === undefined ? undefined : { common, coercible: false };
  }
  return undefined;
}

function sameKind(from: Type, to: Type): Compatibility | undefined {
  if (from.kind === 'decimal' && to.kind === 'decimal') {
    const common = commonDecimal(from, to);
    return { common, coercible: typeEquals(common, to) };
  }
  if (from.kind === 'varchar' && to.kind === 'varchar') {
    const common = from.length === undefined || to.length === undefined ? VARCHAR : varchar(Math.max(from.length, to.length));
    return { common, coercible: typeEquals(common, to) };
  }
  if (from.kind === 'char' && to.kind === 'char') return { common: char(Math.max(from.length, to.length)), coercible: from.length <= to.length };
  if ('precision' in from && 'precision' in to) {
    return { common: { ...to, precision: Math.max(from.precision, to.precision) }, coercible: from.precision <= to.precision };
  }
  return sameContainer(from, to);
}

function sameContainer(from: Type, to: Type): Compatibility | undefined {
  if (from.kind === 'array' && to.kind === 'array') {
    const element = compatibility(from.element, to.element);
    return element && { common: array(element.common), coercible: element.coercible };
  }
  if (from.kind === 'map' && to.kind === 'map') {
    const key = compatibility(from.key, to.key);
    const value = compatibility(from.value, to.value);
    return key && value && { common: map(key.common, value.common), coercible: key.coercible && value.coercible };
  }
  if (from.kind === 'row' && to.kind === 'row') {
    if (from.fields.length !== to.fields.length) return undefined;
    const fields: RowField[] = [];
    let coercible = true;
    for (const [i, left] of from.fields.entries()) {
      const right = to.fields[i];
      const field = right && compatibility(left.type, right.type);
      if (right === undefined || field === undefined) return undefined;
      coercible &&= field.coercible;
      fields.push(left.name !== undefined && left.name === right.name ? { name: left.name, type: field.common } : { type: field.common });
    }
    return { common: row(fields), coercible };
  }
  return undefined;
}

function commonDecimal(a: Type & { kind: 'decimal' }, b: Type & { kind: 'decimal' }): Type {
  const scale = Math.max(a.scale, b.scale);
  const integral = Math.max(a.precision - a.scale, b.precision - b.scale);
  return decimal(Math.min(38, integral + scale), scale);
}

function coerceToKind(from: Type, to: Type): Type | undefined {
  if (!WIDER_KINDS[from.kind]?.includes(to.kind)) return undefined;
  return typeOfKind(from, to.kind);
}

/** The type of base kind `kind` that holds every value of `from`; undefined: `from` does not become one by itself. */
export function coerceTypeBase(from: Type, kind: Type['kind']): Type | undefined {
  if (from.kind === kind) return from;
  if (from.kind === 'unknown') return typeOfUnknown(kind);
  return WIDER_KINDS[from.kind]?.includes(kind) ? typeOfKind(from, kind) : undefined;
}

function typeOfKind(from: Type, kind: Type['kind']): Type {
  switch (kind) {
    case 'decimal':
      return decimal(DECIMAL_OF_INTEGERS[from.kind] ?? 38, 0);
    case 'char':
      return char(from.kind === 'varchar' && from.length !== undefined ? Math.min(from.length, CHAR_LENGTH_MAX) : CHAR_LENGTH_MAX);
    case 'timestamp':
    case 'timestamp with time zone':
    case 'time with time zone':
      return { kind, precision: 'precision' in from && from.kind !== 'decimal' ? from.precision : 0 };
    case 'array':
    case 'map':
    case 'row':
    case 'qdigest':
    case 'function':
    case 'varchar':
    case 'time':
      throw new Error(`${from.kind} does not become ${kind}`);
    default:
      return simpleType(kind);
  }
}

function typeOfUnknown(kind: Type['kind']): Type | undefined {
  switch (kind) {
    case 'decimal':
      return decimal(1, 0);
    case 'varchar':
      return varchar(0);
    case 'char':
      return char(0);
    case 'time':
    case 'time with time zone':
    case 'timestamp':
    case 'timestamp with time zone':
      return { kind, precision: 3 };
    case 'array':
    case 'map':
    case 'row':
    case 'qdigest':
    case 'function':
      return undefined;
    default:
      return simpleType(kind);
  }
}

const simpleType = (kind: SimpleKind): Type => ({ kind });

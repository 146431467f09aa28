/** Trino's types as plain data. `kind` is the base name of Trino's type signature. */
export type Type =
  | { readonly kind: SimpleKind }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  /** Without a length: unbounded. */
  | { readonly kind: 'varchar'; readonly length?: number }
  | { readonly kind: 'char'; readonly length: number }
  | { readonly kind: TemporalKind; readonly precision: number }
  | { readonly kind: 'array'; readonly element: Type }
  | { readonly kind: 'map'; readonly key: Type; readonly value: Type }
  | { readonly kind: 'row'; readonly fields: readonly RowField[] }
  | { readonly kind: 'qdigest'; readonly value: Type }
  /** Only as the type of a lambda argument. */
  | { readonly kind: 'function'; readonly arguments: readonly Type[]; readonly result: Type };

export type SimpleKind =
  | 'unknown'
  | 'boolean'
  | 'tinyint'
  | 'smallint'
  | 'integer'
  | 'bigint'
  | 'real'
  | 'double'
  | 'date'
  | 'varbinary'
  | 'json'
  | 'uuid'
  | 'ipaddress'
  | 'interval day to second'
  | 'interval year to month'
  | 'HyperLogLog'
  | 'P4HyperLogLog'
  | 'SetDigest'
  | 'tdigest'
  | 'color'
  | 'JoniRegExp'
  | 'LikePattern'
  | 'JsonPath'
  | 'JsonPath2016'
  | 'json2016'
  | 'CodePoints';

export type TemporalKind = 'time' | 'time with time zone' | 'timestamp' | 'timestamp with time zone';

export interface RowField {
  readonly name?: string;
  readonly type: Type;
}

const simple = (kind: SimpleKind): Type => ({ kind });

export const UNKNOWN = simple('unknown');
export const BOOLEAN = simple('boolean');
export const TINYINT = simple('tinyint');
export const SMALLINT = simple('smallint');
export const INTEGER = simple('integer');
export const BIGINT = simple('bigint');
export const REAL = simple('real');
export const DOUBLE = simple('double');
export const DATE = simple('date');
export const VARBINARY = simple('varbinary');
export const JSON_TYPE = simple('json');
export const UUID = simple('uuid');
export const IPADDRESS = simple('ipaddress');
export const INTERVAL_DAY_TO_SECOND = simple('interval day to second');
export const INTERVAL_YEAR_TO_MONTH = simple('interval year to month');
export const VARCHAR: Type = { kind: 'varchar' };
export const varchar = (length: number): Type => ({ kind: 'varchar', length });
export const char = (length: number): Type => ({ kind: 'char', length });
export const decimal = (precision: number, scale: number): Type => ({ kind: 'decimal', precision, scale });
export const time = (precision: number): Type => ({ kind: 'time', precision });
export const timeWithTimeZone = (precision: number): Type => ({ kind: 'time with time zone', precision });
export const timestamp = (precision: number): Type => ({ kind: 'timestamp', precision });
export const timestampWithTimeZone = (precision: number): Type => ({ kind: 'timestamp with time zone', precision });
export const array = (element: Type): Type => ({ kind: 'array', element });
export const map = (key: Type, value: Type): Type => ({ kind: 'map', key, value });
export const row = (fields: readonly RowField[]): Type => ({ kind: 'row', fields });

/** The longest varchar with a length, and the value that stands for "unbounded" on the wire. */
export const UNBOUNDED_VARCHAR_LENGTH = 2147483647;

/** Same type to the last parameter, row field names included (they are part of the type in Trino). */
export function typeEquals(a: Type, b: Type): boolean {
  return a === b || typeId(a) === typeId(b);
}

/** The text of `typeof(x)`, of DESCRIBE and of error messages: `decimal(2,1)`, `map(integer, varchar(1))`, `row(x bigint)`. */
export function typeId(type: Type): string {
  const list = (types: readonly Type[]): string => types.map(typeId).join(', ');
  switch (type.kind) {
    case 'decimal':
      return `decimal(${type.precision},${type.scale})`;
    case 'varchar':
      return type.length === undefined ? 'varchar' : `varchar(${type.length})`;
    case 'char':
      return `char(${type.length})`;
    case 'time':
    case 'timestamp':
      return `${type.kind}(${type.precision})`;
    case 'time with time zone':
      return `time(${type.precision}) with time zone`;
    case 'timestamp with time zone':
      return `timestamp(${type.precision}) with time zone`;
    case 'array':
      return `array(${typeId(type.element)})`;
    case 'map':
      return `map(${list([type.key, type.value])})`;
    case 'row':
      return `row(${type.fields.map((field) => (field.name === undefined ? '' : `${field.name} `) + typeId(field.type)).join(', ')})`;
    case 'qdigest':
      return `qdigest(${typeId(type.value)})`;
    case 'function':
      return `function(${[...type.arguments, type.result].map(typeId).join(',')})`;
    default:
      return type.kind;
  }
}

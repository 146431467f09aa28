import {
  array,
  BIGINT,
  BOOLEAN,
  char,
  DATE,
  DOUBLE,
  decimal,
  INTEGER,
  JSON_TYPE,
  map,
  REAL,
  SMALLINT,
  type Type,
  time,
  timestamp,
  timestampWithTimeZone,
  UUID,
  VARBINARY,
  VARCHAR,
  varchar,
} from '../../spi/type.ts';
import type { ReadForm } from './readForm.ts';
import type { PostgresProperties } from './sessionProperties.ts';

/** What pg_type and pg_attribute say of a column. */
export interface RemoteType {
  readonly oid: number;
  readonly name: string;
  /** With the schema, when it is not pg_catalog; quoted. */
  readonly displayName: string;
  /** pg_type.typtype: b base, c composite, d domain, e enum, r range, m multirange. */
  readonly typeType: string;
  readonly modifier: number;
  readonly dimensions: number;
  /** Of arrays. */
  readonly element?: RemoteType;
}

/**
 * How far the source's comparison of a column is Trino's: `order` for every comparison and ORDER BY, `text` for equality, and
 * order by an explicit collation, `equality` for = and IN alone.
 */
export type Comparability = 'order' | 'floating' | 'text' | 'equality' | 'none';

export interface ColumnMapping {
  readonly type: Type;
  readonly read: ReadForm;
  readonly comparability: Comparability;
  /** Read and compare the column as text. */
  readonly asText?: boolean;
  /** Cannot be written; Trino's words. */
  readonly readOnly?: string;
}

const UNSPECIFIED = -1;
const DECIMAL_PRECISION_MAX = 38;
const CHAR_LENGTH_MAX = 65_536;
const HEADER_BYTES = 4;

const mapped = (type: Type, kind: Exclude<ReadForm['kind'], 'numeric' | 'time' | 'array' | 'arrayJson'>, comparability: Comparability): ColumnMapping => ({
  type,
  read: { kind },
  comparability,
});

/** As Trino maps a column of PostgreSQL; undefined: not supported, the column is hidden. */
export function mapColumn(remote: RemoteType, properties: PostgresProperties): ColumnMapping | undefined {
  return mapSupported(remote, properties) ?? (properties.unsupportedTypeHandling === 'CONVERT_TO_VARCHAR' ? convertedToVarchar(remote) : undefined);
}

function convertedToVarchar(remote: RemoteType): ColumnMapping {
  return {
    type: VARCHAR,
    read: { kind: 'text' },
    comparability: 'none',
    asText: true,
    readOnly: `Underlying type that is mapped to VARCHAR is not supported for INSERT: ${remote.displayName}`,
  };
}

function mapSupported(remote: RemoteType, properties: PostgresProperties): ColumnMapping | undefined {
  if (remote.typeType === 'e') return { ...mapped(VARCHAR, 'text', 'equality'), asText: true };
  if (remote.typeType !== 'b') return undefined;
  const { modifier } = remote;
  switch (remote.name) {
    case 'bool':
      return mapped(BOOLEAN, 'boolean', 'equality');
    case 'bit':
      return mapped(BOOLEAN, 'bit', 'none');
    case 'int2':
      return mapped(SMALLINT, 'int2', 'order');
    case 'int4':
      return mapped(INTEGER, 'int4', 'order');
    case 'int8':
      return mapped(BIGINT, 'int8', 'order');
    case 'oid':
      return mapped(BIGINT, 'oid', 'none');
    case 'float4':
      return mapped(REAL, 'float4', 'floating');
    case 'float8':
      return mapped(DOUBLE, 'float8', 'floating');
    case 'numeric':
      return mapNumeric(modifier, properties);
    case 'bpchar':
      return modifier === UNSPECIFIED ? mapped(VARCHAR, 'text', 'none') : mapChar(modifier - HEADER_BYTES);
    case 'char':
      return { ...mapped(char(1), 'char', 'none'), asText: true };
    case 'name':
      return { ...mapped(VARCHAR, 'text', 'equality'), asText: true };
    case 'text':
      return mapped(VARCHAR, 'text', 'text');
    case 'varchar':
      return mapped(modifier === UNSPECIFIED ? VARCHAR : varchar(modifier - HEADER_BYTES), 'text', 'text');
    case 'bytea':
      return mapped(VARBINARY, 'bytea', 'order');
    case 'date':
      return mapped(DATE, 'date', 'order');
    case 'time': {
      const precision = secondPrecision(modifier);
      return { type: time(precision), read: { kind: 'time', precision }, comparability: 'order' };
    }
    case 'timetz':
      return mapped(time(secondPrecision(modifier)), 'timetz', 'none');
    case 'timestamp':
      return mapped(timestamp(secondPrecision(modifier)), 'timestamp', 'order');
    case 'timestamptz':
      return mapInstant(secondPrecision(modifier));
    case 'json':
      return mapped(JSON_TYPE, 'json', 'none');
    case 'jsonb':
      return mapped(JSON_TYPE, 'jsonb', 'none');
    case 'uuid':
      return mapped(UUID, 'uuid', 'equality');
    case 'money':
      return { ...mapped(VARCHAR, 'text', 'none'), asText: true, readOnly: 'Money type is not supported for INSERT' };
    case 'hstore':
      return mapped(map(VARCHAR, VARCHAR), 'hstore', 'none');
    default:
      return remote.element === undefined ? undefined : mapArray(remote, remote.element, properties);
  }
}

/** The fraction of a second that a type keeps: six digits unless it says otherwise. */
const secondPrecision = (modifier: number): number => (modifier === UNSPECIFIED ? 6 : modifier);

const MILLIS_PRECISION = 3;
const mapInstant = (precision: number): ColumnMapping =>
  mapped(timestampWithTimeZone(precision), precision <= MILLIS_PRECISION ? 'timestamptzMillis' : 'timestamptz', 'order');

function mapChar(length: number): ColumnMapping {
  return length <= CHAR_LENGTH_MAX ? mapped(char(length), 'char', 'equality') : mapped(varchar(length), 'text', 'none');
}

function mapNumeric(modifier: number, properties: PostgresProperties): ColumnMapping | undefined {
  const precision = modifier === UNSPECIFIED ? 0 : ((modifier - HEADER_BYTES) >> 16) & 0xffff;
  const scale = modifier === UNSPECIFIED ? 0 : (((modifier - HEADER_BYTES) & 0x7ff) ^ 1024) - 1024;
  if (precision > 0 && precision <= DECIMAL_PRECISION_MAX) {
    if (scale < 0 || scale > precision) return undefined;
    return { type: decimal(precision, scale), read: { kind: 'numeric', precision, scale, rounding: 'UNNECESSARY' }, comparability: 'order' };
  }
  if (properties.decimalMapping === 'STRICT') return undefined;
  const kept = precision === 0 ? properties.decimalDefaultScale : Math.min(scale, properties.decimalDefaultScale);
  return {
    type: decimal(DECIMAL_PRECISION_MAX, kept),
    read: { kind: 'numeric', precision: DECIMAL_PRECISION_MAX, scale: kept, rounding: properties.decimalRoundingMode },
    // the source compares before it is rounded
    comparability: 'none',
  };
}

function mapArray(remote: RemoteType, element: RemoteType, properties: PostgresProperties): ColumnMapping | undefined {
  if (properties.arrayMapping === 'DISABLED' || !remote.name.startsWith('_') || element.name === 'bytea') return undefined;
  // of an array of unspecified numerics Trino knows no scale
  const scaled = element.name === 'numeric' && remote.modifier === UNSPECIFIED ? { ...properties, decimalDefaultScale: 0 } : properties;
  const item = mapColumn({ ...element, modifier: remote.modifier }, scaled);
  if (item === undefined) return undefined;
  const dimensions = Math.max(1, remote.dimensions);
  const precision = item.type.kind === 'timestamp' || item.type.kind === 'timestamp with time zone' ? item.type.precision : 0;
  const asText = item.asText === true ? { asText: true } : {};
  if (properties.arrayMapping === 'AS_JSON')
    return { type: JSON_TYPE, read: { kind: 'arrayJson', element: item.read, precision }, comparability: 'none', ...asText };
  let type = item.type;
  for (let i = 0; i < dimensions; i++) type = array(type);
  return {
    type,
    read: { kind: 'array', element: item.read, dimensions, elementName: JAVA_NAMES[element.name] ?? element.name },
    comparability: 'none',
    ...asText,
  };
}

const JAVA_NAMES: Readonly<Record<string, string>> = { int4: 'int', int8: 'long', int2: 'int', float4: 'float', float8: 'double' };

/** The type of PostgreSQL that CREATE TABLE and ADD COLUMN give to a type of Trino; undefined: there is none. */
export function remoteTypeFor(type: Type, properties: PostgresProperties): string | undefined {
  switch (type.kind) {
    case 'boolean':
    case 'smallint':
    case 'integer':
    case 'bigint':
    case 'real':
    case 'date':
    case 'uuid':
      return type.kind;
    case 'tinyint':
      return 'smallint';
    case 'double':
      return 'double precision';
    case 'decimal':
      return `decimal(${type.precision}, ${type.scale})`;
    case 'varchar':
      return type.length === undefined ? 'varchar' : `varchar(${type.length})`;
    case 'char':
      return `char(${type.length})`;
    case 'varbinary':
      return 'bytea';
    case 'json':
      return 'jsonb';
    case 'time':
      return `time(${Math.min(6, type.precision)})`;
    case 'timestamp':
      return `timestamp(${Math.min(6, type.precision)})`;
    case 'timestamp with time zone':
      return `timestamptz(${Math.min(6, type.precision)})`;
    case 'array': {
      if (properties.arrayMapping !== 'AS_ARRAY') return undefined;
      const element = remoteTypeFor(type.element, properties);
      return element === undefined ? undefined : `${element}[]`;
    }
    default:
      return undefined;
  }
}

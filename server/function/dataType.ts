import { type Location, TrinoError, unreachable } from '../../spi/trinoError.ts';
import {
  array,
  BOOLEAN,
  char,
  decimal,
  INTERVAL_DAY_TO_SECOND,
  INTERVAL_YEAR_TO_MONTH,
  map,
  type RowField,
  row,
  type SimpleKind,
  type TemporalKind,
  type Type,
  UNBOUNDED_VARCHAR_LENGTH,
  VARCHAR,
  varchar,
} from '../../spi/type.ts';
import type { DataType } from '../sql/ast.ts';
import { isComparable } from './typeOperators.ts';

const SIMPLE_KINDS: readonly SimpleKind[] = [
  'unknown',
  'boolean',
  'tinyint',
  'smallint',
  'integer',
  'bigint',
  'real',
  'double',
  'date',
  'varbinary',
  'json',
  'uuid',
  'ipaddress',
  'interval day to second',
  'interval year to month',
  'HyperLogLog',
  'P4HyperLogLog',
  'SetDigest',
  'tdigest',
  'color',
  'JoniRegExp',
  'LikePattern',
  'JsonPath',
  'JsonPath2016',
  'json2016',
  'CodePoints',
];
const simpleTypes = new Map<string, Type>(SIMPLE_KINDS.map((kind) => [kind.toLowerCase(), { kind }]));
simpleTypes.set('int', { kind: 'integer' });
simpleTypes.set('double precision', { kind: 'double' });

const TEMPORAL_KINDS: ReadonlySet<string> = new Set<TemporalKind>(['time', 'time with time zone', 'timestamp', 'timestamp with time zone']);
const REFUSED_TYPES = new Set(['geometry', 'sphericalgeography', 'bingtile', 'kdbtree', 'classifier', 'regressor', 'model', 'objectid']);

const PRECISION_DEFAULT = 3;
const PRECISION_MAX = 12;
const CHAR_LENGTH_MAX = 65536;

/** A type written in SQL; TYPE_MISMATCH "Unknown type: x" at `location` (that of the expression it stands in). */
export function toType(dataType: DataType, location: Location | undefined = dataType.location): Type {
  const type = findType(dataType);
  if (type === undefined) throw new TrinoError('TYPE_MISMATCH', location, `Unknown type: ${dataTypeText(dataType)}`);
  return type;
}

/** undefined: no such type. Parameters out of range raise an error, as in Trino. */
export function findType(dataType: DataType): Type | undefined {
  switch (dataType.kind) {
    case 'rowType': {
      const fields: RowField[] = [];
      for (const field of dataType.fields) {
        const type = findType(field.type);
        if (type === undefined) return undefined;
        fields.push(field.name === undefined ? { type } : { name: rowFieldName(field.name), type });
      }
      return row(fields);
    }
    case 'dateTimeType': {
      const kind = `${dataType.base.toLowerCase()}${dataType.withTimeZone ? ' with time zone' : ''}`;
      return temporalType(kind, dataType.precision);
    }
    case 'intervalType':
      if (dataType.from === 'YEAR' && dataType.to === 'MONTH') return INTERVAL_YEAR_TO_MONTH;
      if (dataType.from === 'DAY' && dataType.to === 'SECOND') return INTERVAL_DAY_TO_SECOND;
      throw new TrinoError('NOT_SUPPORTED', undefined, `INTERVAL ${dataType.from} TO ${dataType.to} type not supported`);
    case 'genericType': {
      const parameters: (Type | string)[] = [];
      for (const argument of dataType.arguments) {
        if (argument.kind === 'numericParameter') {
          parameters.push(argument.text);
          continue;
        }
        const type = findType(argument);
        if (type === undefined) return undefined;
        parameters.push(type);
      }
      return typeOfParts(dataType.name.value.toLowerCase(), parameters);
    }
    default:
      return unreachable(dataType);
  }
}

// Trino keeps a field's name as it is written.
function rowFieldName(name: { readonly value: string; readonly delimited: boolean }): string {
  return name.delimited ? name.value : name.value.toLowerCase();
}

/** A type from its lower-case base name and its parameters: types, or numbers as text. */
export function typeOfParts(base: string, parameters: readonly (Type | string)[]): Type | undefined {
  const simple = simpleTypes.get(base);
  if (simple !== undefined) return parameters.length === 0 ? simple : undefined;
  const [first, second] = parameters;
  switch (base) {
    case 'varchar':
      return varcharType(parameters);
    case 'char': {
      const length = parameters.length === 0 ? 1 : numberParameter(parameters, 1);
      return length === undefined || length > CHAR_LENGTH_MAX ? undefined : char(length);
    }
    case 'decimal':
      return decimalType(parameters);
    case 'array':
      return parameters.length === 1 && typeof first === 'object' ? array(first) : undefined;
    case 'map':
      return parameters.length === 2 && typeof first === 'object' && typeof second === 'object' && isComparable(first) ? map(first, second) : undefined;
    case 'qdigest':
      return parameters.length === 1 && typeof first === 'object' ? { kind: 'qdigest', value: first } : undefined;
    case 'row':
      return row(parameters.map((type) => ({ type: typeof type === 'object' ? type : BOOLEAN })));
    default:
      if (TEMPORAL_KINDS.has(base) && parameters.length <= 1 && typeof first !== 'object') return temporalType(base, first);
      if (REFUSED_TYPES.has(base)) throw new TrinoError('NOT_SUPPORTED', undefined, `Type not supported: ${base}`);
      return undefined;
  }
}

function varcharType(parameters: readonly (Type | string)[]): Type | undefined {
  if (parameters.length === 0) return VARCHAR;
  const length = numberParameter(parameters, 1);
  if (length === undefined || length > UNBOUNDED_VARCHAR_LENGTH) return undefined;
  return length === UNBOUNDED_VARCHAR_LENGTH ? VARCHAR : varchar(length);
}

function decimalType(parameters: readonly (Type | string)[]): Type | undefined {
  if (parameters.length === 0) return decimal(38, 0);
  if (parameters.length > 2) return undefined;
  const [precision, scale] = [
    ...parameters.map((p) => (typeof p === 'string' && /^\d+$/.test(p) ? Number(p) : undefined)),
    ...(parameters.length === 1 ? [0] : []),
  ];
  if (precision === undefined || scale === undefined) return undefined;
  return decimalInRange(precision, scale);
}

/** INVALID_FUNCTION_ARGUMENT when Trino has no such decimal. */
function decimalInRange(precision: number, scale: number): Type {
  if (precision < 1 || precision > 38) throw new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, `DECIMAL precision must be in range [1, 38]: ${precision}`);
  if (scale > precision) throw new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, `DECIMAL scale must be in range [0, precision (${precision})]: ${scale}`);
  return decimal(precision, scale);
}

function temporalType(kind: string, precisionText: string | undefined): Type | undefined {
  const precision = precisionText === undefined ? PRECISION_DEFAULT : numberParameter([precisionText], 1);
  if (precision === undefined || precision > PRECISION_MAX) return undefined;
  return isTemporalKind(kind) ? { kind, precision } : undefined;
}

function isTemporalKind(kind: string): kind is TemporalKind {
  return TEMPORAL_KINDS.has(kind);
}

function numberParameter(parameters: readonly (Type | string)[], count: number): number | undefined {
  const [first] = parameters;
  return parameters.length === count && typeof first === 'string' && /^\d+$/.test(first) ? Number(first) : undefined;
}

/** A type as Trino's messages name one that was written in SQL. */
function dataTypeText(dataType: DataType): string {
  switch (dataType.kind) {
    case 'rowType':
      return `ROW(${dataType.fields.map((f) => (f.name === undefined ? dataTypeText(f.type) : `${f.name.value} ${dataTypeText(f.type)}`)).join(', ')})`;
    case 'dateTimeType': {
      const precision = dataType.precision === undefined ? '' : `(${dataType.precision})`;
      return `${dataType.base.toLowerCase()}${precision}${dataType.withTimeZone ? ' with time zone' : ''}`;
    }
    case 'intervalType':
      return `INTERVAL ${dataType.from} TO ${dataType.to}`;
    case 'genericType': {
      const parameters = dataType.arguments.map((a) => (a.kind === 'numericParameter' ? a.text : dataTypeText(a)));
      return parameters.length === 0 ? dataType.name.value : `${dataType.name.value}(${parameters.join(', ')})`;
    }
    default:
      return unreachable(dataType);
  }
}

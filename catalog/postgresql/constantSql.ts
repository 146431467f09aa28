import type { Type } from '../../spi/type.ts';
import type { Timestamp, Value } from '../../spi/value.ts';
import { decimalText } from './arrayDecoder.ts';
import { dateLiteral, timeLiteral, timestampLiteral, writtenMillis } from './calendar.ts';
import { arrayText, quoteLiteral } from './sql.ts';

/** The type by which a constant enters the query. */
export function constantType(type: Type): string | undefined {
  switch (type.kind) {
    case 'boolean':
      return 'boolean';
    case 'tinyint':
    case 'smallint':
      return 'smallint';
    case 'integer':
      return 'integer';
    case 'bigint':
      return 'bigint';
    case 'real':
      return 'real';
    case 'double':
      return 'double precision';
    case 'decimal':
      return 'numeric';
    case 'varchar':
      return 'text';
    case 'char':
      return 'bpchar';
    case 'varbinary':
      return 'bytea';
    case 'date':
      return 'date';
    case 'time':
      return 'time';
    case 'timestamp':
      return 'timestamp';
    case 'timestamp with time zone':
      return 'timestamptz';
    case 'uuid':
      return 'uuid';
    default:
      return undefined;
  }
}

const PICOS_PER_MICRO = 1_000_000n;
const MILLIS_PRECISION = 3;

const isTimestamp = (value: Value): value is Timestamp => typeof value === 'object' && value !== null && 'epochMicros' in value;

/** The text that the source reads as exactly this value; undefined: it has none. */
export function constantText(type: Type, value: Value): string | undefined {
  if (typeof value === 'boolean') return type.kind === 'boolean' ? String(value) : undefined;
  switch (type.kind) {
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'bigint':
      return String(value);
    case 'real':
    case 'double':
      return Number.isNaN(value) ? undefined : String(value);
    case 'decimal':
      return typeof value === 'bigint' ? decimalText(value, type.scale) : undefined;
    case 'varchar':
    case 'char':
      // PostgreSQL has no NUL in its texts
      return typeof value === 'string' && !value.includes('\0') && value.isWellFormed() ? value : undefined;
    case 'varbinary':
      return value instanceof Uint8Array ? `\\x${Buffer.from(value).toString('hex')}` : undefined;
    case 'uuid':
      return typeof value === 'string' ? value : undefined;
    case 'date':
      return typeof value === 'number' ? dateLiteral(value) : undefined;
    case 'time':
      return typeof value === 'bigint' && value % PICOS_PER_MICRO === 0n ? timeLiteral(value / PICOS_PER_MICRO) : undefined;
    case 'timestamp':
      return momentText(value);
    case 'timestamp with time zone': {
      const text = momentText(type.precision <= MILLIS_PRECISION ? asWritten(value) : value);
      return text?.replace(/(\d)( BC)?$/, '$1+00$2');
    }
    default:
      return undefined;
  }
}

/** Trino sends such an instant as a java.sql.Timestamp. */
function asWritten(value: Value): Value {
  if (!isTimestamp(value)) return null;
  const epochMicros = writtenMillis(value.epochMicros);
  return epochMicros === undefined ? null : { ...value, epochMicros };
}

function momentText(value: Value): string | undefined {
  if (!isTimestamp(value) || value.picosOfMicro !== 0) return undefined;
  return timestampLiteral(value.epochMicros);
}

export function constantSql(type: Type, value: Value): string | undefined {
  const remote = constantType(type);
  if (remote === undefined) return undefined;
  if (value === null) return `NULL::${remote}`;
  const text = constantText(type, value);
  if (text === undefined) return undefined;
  // int8::text(max) aside, a plain number reads better in EXPLAIN
  if (remote === 'integer' && !text.startsWith('-')) return text;
  return `${quoteLiteral(text)}::${remote}`;
}

/** A list of constants as one array: a plan of thousands of values stays one comparison. */
export function constantArraySql(type: Type, values: readonly Value[]): string | undefined {
  const remote = constantType(type);
  if (remote === undefined) return undefined;
  const texts = values.map((value) => (value === null ? null : constantText(type, value)));
  const known = texts.filter((text) => text !== undefined);
  return known.length < texts.length ? undefined : `${quoteLiteral(arrayText(known))}::${remote}[]`;
}

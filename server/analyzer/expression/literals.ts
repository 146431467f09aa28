import type { Constant, Expression } from '../../../spi/expression.ts';
import { TrinoError } from '../../../spi/trinoError.ts';
import { BIGINT, char, decimal, INTEGER, type Type, time, timestamp, timestampWithTimeZone, timeWithTimeZone, VARCHAR, varchar } from '../../../spi/type.ts';
import { checkInstant, isInstantInRange } from '../../function/castTemporal.ts';
import type { Value } from '../../../spi/value.ts';
import { MICROS_OF_DAY } from '../../function/calendar.ts';
import { canCast } from '../../function/cast.ts';
import { type CastSession, castValue } from '../../function/castValue.ts';
import { findType } from '../../function/dataType.ts';
import { parseDate, parseTime, parseTimestamp, withZone } from '../../function/temporalText.ts';
import type * as ast from '../../sql/ast.ts';
import { functionCall } from './expressionBuilder.ts';

export const constant = (type: Type, value: Value): Constant => ({ kind: 'constant', type, value });

const INTEGER_MAX = 2147483647n;
const DECIMAL_PRECISION_MAX = 38;
const TEMPORAL_PRECISION_MAX = 12;

export function longLiteral(node: ast.LongLiteral): Constant {
  const fits = node.value >= -INTEGER_MAX - 1n && node.value <= INTEGER_MAX;
  return fits ? constant(INTEGER, Number(node.value)) : constant(BIGINT, node.value);
}

export function stringLiteral(node: ast.StringLiteral): Constant {
  return constant(varchar(codePoints(node.value)), node.value);
}

const codePoints = (text: string): number => [...text].length;

export function decimalLiteral(node: ast.Expression, text: string): Constant {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?$/.exec(text.replaceAll('_', ''));
  const integral = (match?.[2] ?? '').replace(/^0+/, '');
  const fraction = match?.[3] ?? '';
  const precision = Math.max(1, integral.length + fraction.length);
  if (match === null || (match[2] ?? '') + fraction === '' || precision > DECIMAL_PRECISION_MAX) throw invalid(node, text, 'DECIMAL');
  const unscaled = BigInt(`${integral}${fraction}` || '0');
  return constant(decimal(precision, fraction.length), match[1] === '-' ? -unscaled : unscaled);
}

function invalid(node: ast.Expression, text: string, type: string): TrinoError {
  return new TrinoError('INVALID_LITERAL', node.location, `'${text}' is not a valid ${type} literal`);
}

/** DATE '2020-01-01', JSON '{}', BIGINT '12': a type's name before a string. */
export function genericLiteral(node: ast.GenericLiteral, session: CastSession): Expression {
  const name = node.type.kind === 'genericType' ? node.type.name.value.toLowerCase() : '';
  const text = node.value;
  switch (name) {
    case 'decimal':
      return decimalLiteral(node, text);
    case 'char':
      return constant(char(codePoints(text)), text.replace(/ +$/, ''));
    case 'timestamp':
      return timestampLiteral(node);
    case 'time':
      return timeLiteral(node);
    default:
  }
  const type = literalType(node, name);
  if (type.kind === 'json') {
    if (!isJson(text)) throw invalid(node, text, 'JSON');
    return functionCall('json_parse', [constant(VARCHAR, text)], type);
  }
  const value = literalValue(type, text, session);
  if (value === undefined) throw invalid(node, text, displayName(node, name));
  return constant(type, value);
}

function displayName(node: ast.GenericLiteral, name: string): string {
  return (name === 'int' ? 'integer' : name === 'double precision' ? 'double' : name).toUpperCase() || String(node.type.kind);
}

function literalType(node: ast.GenericLiteral, name: string): Type {
  const type = findType(node.type);
  if (type === undefined) throw unknownType(node, name);
  if (type.kind === 'row') throw unknownType(node, name);
  if (type.kind === 'json') return type;
  if (type.kind === 'unknown' || !canCast(VARCHAR, type)) {
    throw new TrinoError('OPERATOR_NOT_FOUND', undefined, `io.trino.metadata.OperatorNotFoundException: Cannot cast varchar to ${type.kind}`);
  }
  return type;
}

function unknownType({ location }: ast.GenericLiteral, name: string): TrinoError {
  return new TrinoError('TYPE_NOT_FOUND', undefined, `io.trino.spi.TrinoException: line ${location.line}:${location.column}: Unknown resolvedType: ${name}`);
}

/** As CAST('…' AS type), and NULL for what it refuses. */
function literalValue(type: Type, text: string, session: CastSession): Value | undefined {
  try {
    return castValue(text, VARCHAR, type, session);
  } catch (error) {
    if (error instanceof TrinoError) return undefined;
    throw error;
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false; // what the caller asks
  }
}

function timestampLiteral(node: ast.GenericLiteral): Constant {
  const beyond = /([+-])(\d\d):(\d\d)$/.exec(node.value);
  const minutes = Number(beyond?.[2] ?? 0) * 60 + Number(beyond?.[3] ?? 0);
  const withoutZone = beyond !== null && minutes > 14 * 60 ? node.value.slice(0, -6).trimEnd() : node.value;
  const parsed = parseTimestamp(withoutZone);
  if (parsed === undefined || !inMicrosRange(withoutZone)) throw invalid(node, node.value, 'TIMESTAMP');
  if (withoutZone !== node.value) throw new TrinoError('NOT_SUPPORTED', node.location, `Time zone not supported: ${beyond?.[0] ?? ''}`);
  checkPrecision(node, 'TIMESTAMP', parsed.precision);
  if (parsed.zone === undefined) return constant(timestamp(parsed.precision), parsed.timestamp);
  const value = withZone(parsed.timestamp, parsed.zone, 'none');
  // the short form is packed while it is parsed, the long one when it is made
  if (value === undefined || (parsed.precision <= 3 && !isInstantInRange(value))) throw invalid(node, node.value, 'TIMESTAMP');
  return constant(timestampWithTimeZone(parsed.precision), checkInstant({ ...value }));
}

/** A day beyond what 64 bits of microseconds can say wraps around. */
function inMicrosRange(text: string): boolean {
  const day = parseDate(/^[+-]?\d+-\d\d?-\d\d?/.exec(text)?.[0] ?? '');
  return day !== undefined && BigInt.asIntN(64, BigInt(day) * MICROS_OF_DAY) === BigInt(day) * MICROS_OF_DAY;
}

function timeLiteral(node: ast.GenericLiteral): Constant {
  const parsed = parseTime(node.value);
  if (parsed === undefined) throw invalid(node, node.value, 'TIME');
  checkPrecision(node, 'TIME', parsed.precision);
  if (parsed.offsetMinutes === undefined) return constant(time(parsed.precision), parsed.picos);
  return constant(timeWithTimeZone(parsed.precision), { picos: parsed.picos, offsetMinutes: parsed.offsetMinutes });
}

function checkPrecision(node: ast.Expression, type: string, precision: number): void {
  if (precision <= TEMPORAL_PRECISION_MAX) return;
  throw new TrinoError('NUMERIC_VALUE_OUT_OF_RANGE', node.location, `${type} precision must be in range [0, ${TEMPORAL_PRECISION_MAX}]: ${precision}`);
}

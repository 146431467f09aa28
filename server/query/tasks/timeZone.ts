import { TrinoError } from '../../../spi/trinoError.ts';
import { typeId } from '../../../spi/type.ts';
import type { NullableValue } from '../../../spi/value.ts';
import type { Expression } from '../../sql/ast.ts';
import { formatExpression } from '../../sql/formatter/formatExpressions.ts';

const OFFSET_MINUTES_MAX = 14 * 60;

/** The zone of SET TIME ZONE: a name or an offset as text, or an interval. */
export function zoneOf({ type, value }: NullableValue, node: Expression): string {
  if (type.kind === 'interval day to second' && typeof value === 'bigint') return offsetZone(value);
  if (type.kind !== 'varchar' || typeof value !== 'string') {
    throw new TrinoError(
      'TYPE_MISMATCH',
      undefined,
      `Expected expression of varchar or interval day-time type, but '${formatExpression(node)}' has ${typeId(type)} type`,
    );
  }
  if (value === '') throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, 'Zone id is an empty string');
  if (!isTimeZone(value)) throw new TrinoError('NOT_SUPPORTED', undefined, `Time zone not supported: ${value}`);
  return value;
}

function offsetZone(ms: bigint): string {
  if (ms % 60_000n !== 0n) throw new TrinoError('INVALID_LITERAL', undefined, 'Invalid TIME ZONE offset interval: interval contains seconds');
  const minutes = Number(ms / 60_000n);
  if (Math.abs(minutes) > OFFSET_MINUTES_MAX) throw new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, `Invalid offset minutes ${minutes}`);
  const two = (n: number) => String(n).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(Math.abs(minutes) / 60))}:${two(Math.abs(minutes) % 60)}`;
}

/** Making a formatter takes longer than the rest of a short query's preparation. */
const known = new Set(['UTC', ...Intl.supportedValuesOf('timeZone')]);

export function isTimeZone(zone: string): boolean {
  if (known.has(zone)) return true;
  const offset = /^[+-](\d{2}):(\d{2})$/.exec(zone);
  if (offset !== null) return Number(offset[1]) * 60 + Number(offset[2]) <= OFFSET_MINUTES_MAX && Number(offset[2]) < 60;
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone });
    return true;
  } catch {
    return false; // a RangeError is how Intl says that it knows no such zone
  }
}

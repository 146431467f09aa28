import { type Location, TrinoError } from '../../../spi/trinoError.ts';
import { typeId } from '../../../spi/type.ts';
import type { NullableValue } from '../../../spi/value.ts';

const OFFSET_MINUTES_MAX = 14 * 60;

/** The zone of SET TIME ZONE: a name or an offset as text, or an interval. */
export function zoneOf({ type, value }: NullableValue, location: Location): string {
  if (type.kind === 'interval day to second' && typeof value === 'bigint') return offsetZone(value);
  if (typeof value !== 'string') {
    throw new TrinoError(
      'TYPE_MISMATCH',
      location,
      `Expected expression of varchar or interval day-time type, but '${String(value)}' has ${typeId(type)} type`,
    );
  }
  if (!isTimeZone(value)) throw new TrinoError('NOT_SUPPORTED', undefined, `Time zone not supported: ${value}`);
  return value;
}

function offsetZone(ms: bigint): string {
  if (ms % 60_000n !== 0n) throw new TrinoError('INVALID_LITERAL', undefined, 'Invalid time zone offset interval: interval contains seconds');
  const minutes = Number(ms / 60_000n);
  if (Math.abs(minutes) > OFFSET_MINUTES_MAX)
    throw new TrinoError('INVALID_LITERAL', undefined, `Invalid time zone offset interval: interval is greater than ${OFFSET_MINUTES_MAX} minutes`);
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

import type { Type } from '../../../../spi/type.ts';
import type { DateUnit } from '../../../function/dateFields.ts';
import type { ScalarCall } from '../implementation.ts';

const MICROS: Readonly<Partial<Record<DateUnit, number>>> = { millisecond: 1000, second: 1e6, minute: 6e7, hour: 3.6e9 };
const DAYS: Readonly<Partial<Record<DateUnit, number>>> = { day: 1, week: 7 };
const MONTHS: Readonly<Partial<Record<DateUnit, number>>> = { month: 1, quarter: 3, year: 12 };
const MICROS_OF_DAY = 86_400_000_000;

/** date_add in SQL for counts and years that are not extreme; undefined: not for this type. */
export function nativeDateAdd(unit: DateUnit, call: ScalarCall): ((count: string, value: string) => string) | undefined {
  const type = call.returnType;
  const precision = type.kind === 'timestamp' ? type.precision : undefined;
  if (type.kind !== 'date' && (precision === undefined || precision > 6)) return undefined;
  const [micros, days, months] = [MICROS[unit], DAYS[unit], MONTHS[unit]];
  if (months !== undefined) return (n, x) => `CAST(${x} + to_months(CAST(${n} * ${months} AS INTEGER)) AS ${type.kind === 'date' ? 'DATE' : 'TIMESTAMP'})`;
  if (days !== undefined) return (n, x) => `(${x} + ${type.kind === 'date' ? `CAST(${n} * ${days} AS INTEGER)` : `to_days(CAST(${n} * ${days} AS INTEGER))`})`;
  // milliseconds have no room in a timestamp of fewer than three digits
  if (micros === undefined || precision === undefined || (unit === 'millisecond' && precision < 3)) return undefined;
  return (n, x) => `make_timestamp(epoch_us(${x}) + ${n} * ${micros})`;
}

/** date_diff in SQL, for units of a fixed length. */
export function nativeDateDiff(unit: DateUnit, first: string, second: string, type: Type): string | undefined {
  const days = DAYS[unit];
  if (type.kind === 'date') {
    if (days === undefined) return undefined;
    const difference = `CAST(${second} - ${first} AS BIGINT)`;
    return days === 1 ? difference : `(${difference} // ${days})`;
  }
  const micros = MICROS[unit] ?? (days === undefined ? undefined : days * MICROS_OF_DAY);
  if (type.kind !== 'timestamp' || type.precision > 6 || micros === undefined) return undefined;
  return `((${wholeMillis(second, type.precision)} - ${wholeMillis(first, type.precision)}) // ${micros})`;
}

/** Microseconds of the millisecond that has begun. */
function wholeMillis(sql: string, precision: number): string {
  const micros = `epoch_us(${sql})`;
  return precision <= 3 ? micros : `(${micros} - ((${micros} % 1000 + 1000) % 1000))`;
}

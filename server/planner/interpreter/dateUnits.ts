import { civilOfDays, dayOfWeek, daysOfCivil, floorDiv, MICROS_OF_DAY, plusMonths } from '../../function/calendar.ts';

export type DateUnit = 'millisecond' | 'second' | 'minute' | 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year';

const MICROS: Readonly<Partial<Record<DateUnit, bigint>>> = { millisecond: 1000n, second: 1_000_000n, minute: 60_000_000n, hour: 3_600_000_000n };
const MONTHS: Readonly<Partial<Record<DateUnit, number>>> = { month: 1, quarter: 3, year: 12 };

export function unitOf(name: string): DateUnit | undefined {
  const unit = name.toLowerCase();
  return isUnit(unit) ? unit : undefined;
}

const isUnit = (name: string): name is DateUnit => name in MICROS || name in MONTHS || name === 'day' || name === 'week';

/** The first day of the unit's period; undefined for units below a day. */
export function truncateDate(unit: DateUnit, days: number): number | undefined {
  if (unit === 'day') return days;
  if (unit === 'week') return days - dayOfWeek(days) + 1;
  const months = MONTHS[unit];
  if (months === undefined) return undefined;
  const { year, month } = civilOfDays(days);
  return daysOfCivil(year, Math.floor((month - 1) / months) * months + 1, 1);
}

/** The first day of the period after the one that begins on this day. */
export function nextPeriod(unit: DateUnit, start: number): number | undefined {
  if (unit === 'day') return start + 1;
  if (unit === 'week') return start + 7;
  const months = MONTHS[unit];
  if (months === undefined) return undefined;
  const { year, month } = plusMonths({ ...civilOfDays(start), day: 1 }, months);
  return daysOfCivil(year, month, 1);
}

export function truncateTimestamp(unit: DateUnit, micros: bigint): bigint {
  const step = MICROS[unit];
  if (step !== undefined) return floorDiv(micros, step) * step;
  return BigInt(truncateDate(unit, Number(floorDiv(micros, MICROS_OF_DAY))) ?? 0) * MICROS_OF_DAY;
}

/** The start of the period after the one that begins at `start`. */
export function nextTimestampPeriod(unit: DateUnit, start: bigint): bigint {
  const step = MICROS[unit];
  if (step !== undefined) return start + step;
  return BigInt(nextPeriod(unit, Number(floorDiv(start, MICROS_OF_DAY))) ?? 0) * MICROS_OF_DAY;
}

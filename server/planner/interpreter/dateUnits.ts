import { floorDivide } from './castValue.ts';

export type DateUnit = 'millisecond' | 'second' | 'minute' | 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year';

const MICROS: Readonly<Partial<Record<DateUnit, bigint>>> = { millisecond: 1000n, second: 1_000_000n, minute: 60_000_000n, hour: 3_600_000_000n };
const MONTHS: Readonly<Partial<Record<DateUnit, number>>> = { month: 1, quarter: 3, year: 12 };
const MICROS_OF_DAY = 86_400_000_000n;
const MONDAY = -3;

export function unitOf(name: string): DateUnit | undefined {
  const unit = name.toLowerCase();
  return isUnit(unit) ? unit : undefined;
}

const isUnit = (name: string): name is DateUnit => name in MICROS || name in MONTHS || name === 'day' || name === 'week';

/** The first day of the unit's period; undefined for units below a day. */
export function truncateDate(unit: DateUnit, days: number): number | undefined {
  if (unit === 'day') return days;
  if (unit === 'week') return days - ((((days - MONDAY) % 7) + 7) % 7);
  const months = MONTHS[unit];
  if (months === undefined) return undefined;
  const date = new Date(days * 86_400_000);
  date.setUTCMonth(Math.floor(date.getUTCMonth() / months) * months, 1);
  return date.getTime() / 86_400_000;
}

/** The first day of the period after the one that begins on this day. */
export function nextPeriod(unit: DateUnit, start: number): number | undefined {
  if (unit === 'day') return start + 1;
  if (unit === 'week') return start + 7;
  const months = MONTHS[unit];
  if (months === undefined) return undefined;
  const date = new Date(start * 86_400_000);
  date.setUTCMonth(date.getUTCMonth() + months, 1);
  return date.getTime() / 86_400_000;
}

export function truncateTimestamp(unit: DateUnit, micros: bigint): bigint {
  const step = MICROS[unit];
  if (step !== undefined) return floorDivide(micros, step) * step;
  return BigInt(truncateDate(unit, Number(floorDivide(micros, MICROS_OF_DAY))) ?? 0) * MICROS_OF_DAY;
}

/** The start of the period after the one that begins at `start`. */
export function nextTimestampPeriod(unit: DateUnit, start: bigint): bigint {
  const step = MICROS[unit];
  if (step !== undefined) return start + step;
  return BigInt(nextPeriod(unit, Number(floorDivide(start, MICROS_OF_DAY))) ?? 0) * MICROS_OF_DAY;
}

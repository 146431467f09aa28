import { daysFromCivil, daysInMonth } from './calendar.ts';
import type { FieldSpec } from './rowDecoder.ts';

/** Shortcuts for the spellings that machines write; NaN sends the value to the exact parser. */
export interface FastTemporal {
  readonly fromBytes?: (data: Uint8Array, start: number, end: number) => number;
  readonly fromNumber?: (value: number) => number;
}

const SECONDS_PER_DAY = 86_400;
const MILLIS_MAX = 9e12;

export function fastTemporal({ type, dataFormat }: FieldSpec): FastTemporal {
  if (type.kind === 'date' && dataFormat === 'iso8601') return { fromBytes: (data, start, end) => (end - start === 10 ? isoDay(data, start) : Number.NaN) };
  if (type.kind !== 'timestamp' || type.precision !== 3) return {};
  switch (dataFormat) {
    case 'iso8601':
      return { fromBytes: isoMicros };
    case 'milliseconds-since-epoch':
      return { fromNumber: (value) => (Math.abs(value) <= MILLIS_MAX ? value * 1_000 : Number.NaN) };
    case 'seconds-since-epoch':
      return { fromNumber: (value) => (Math.abs(value) <= MILLIS_MAX / 1_000 ? value * 1_000_000 : Number.NaN) };
    default:
      return {};
  }
}

function twoDigits(data: Uint8Array, at: number): number {
  const tens = (data[at] as number) - 0x30;
  const ones = (data[at + 1] as number) - 0x30;
  return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : Number.NaN;
}

/** The same day comes again and again. */
let lastYear = 1970;
let lastMonth = 1;
let lastMonthStart = 0;
let lastMonthDays = 31;

/** `2024-02-29` at this place. */
function isoDay(data: Uint8Array, at: number): number {
  if (data[at + 4] !== 0x2d || data[at + 7] !== 0x2d) return Number.NaN;
  const year = twoDigits(data, at) * 100 + twoDigits(data, at + 2);
  const month = twoDigits(data, at + 5);
  const day = twoDigits(data, at + 8);
  if (year !== lastYear || month !== lastMonth) {
    if (!(month >= 1 && month <= 12) || Number.isNaN(year)) return Number.NaN;
    lastYear = year;
    lastMonth = month;
    lastMonthStart = daysFromCivil(year, month, 1);
    lastMonthDays = daysInMonth(year, month);
  }
  return day >= 1 && day <= lastMonthDays ? lastMonthStart + day - 1 : Number.NaN;
}

/** `2024-02-29T12:34:56`, then perhaps `.` and up to nine digits, then perhaps `Z` or `+02:00`, which Trino leaves out. */
function isoMicros(data: Uint8Array, start: number, end: number): number {
  if (end - start < 19 || data[start + 10] !== 0x54 || data[start + 13] !== 0x3a || data[start + 16] !== 0x3a) return Number.NaN;
  const day = isoDay(data, start);
  const hour = twoDigits(data, start + 11);
  const minute = twoDigits(data, start + 14);
  const second = twoDigits(data, start + 17);
  if (!(hour <= 23 && minute <= 59 && second <= 59)) return Number.NaN;
  let at = start + 19;
  let micros = 0;
  if (at < end && data[at] === 0x2e) {
    const first = ++at;
    let scale = 100_000;
    for (let byte = data[at] as number; at < end && byte >= 0x30 && byte <= 0x39; byte = data[at] as number) {
      micros += (byte - 0x30) * Math.floor(scale);
      scale /= 10;
      at++;
    }
    if (at - first > 9) return Number.NaN;
  }
  if (at < end && !zoneEnds(data, at, end)) return Number.NaN;
  const total = (day * SECONDS_PER_DAY + hour * 3_600 + minute * 60 + second) * 1_000_000 + micros;
  return Number.isSafeInteger(total) ? total : Number.NaN;
}

function zoneEnds(data: Uint8Array, at: number, end: number): boolean {
  if (data[at] === 0x5a) return at + 1 === end;
  const sign = data[at];
  if ((sign !== 0x2b && sign !== 0x2d) || end - at !== 6 || data[at + 3] !== 0x3a) return false;
  return twoDigits(data, at + 1) <= 17 && twoDigits(data, at + 4) <= 59;
}

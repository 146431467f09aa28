import type { Timestamp, TimestampWithTimeZone, TimeWithTimeZone } from '../../spi/value.ts';
import { civilOfDays, daysOfCivil, floorDiv, floorMod, lengthOfMonth, MICROS_OF_DAY, PICOS_OF_DAY, SECONDS_OF_DAY } from './calendar.ts';
import { instantOfLocal, normalizeTimeZone, offsetSecondsAt, offsetText } from './timeZone.ts';

// ------------------------------------------------------------------ reading

const DATE_DAYS_MIN = -2147483648;
const DATE_DAYS_MAX = 2147483647;

/** Days of '2020-1-31', blanks around it ignored; undefined: not a date. */
export function parseDate(text: string): number | undefined {
  const match = /^\s*([+-]?\d+)-(\d\d?)-(\d\d?)\s*$/.exec(text);
  if (match === null) return undefined;
  return dayOf(Number(match[1]), Number(match[2]), Number(match[3]));
}

function dayOf(year: number, month: number, day: number): number | undefined {
  if (month < 1 || month > 12 || day < 1 || day > lengthOfMonth(year, month)) return undefined;
  const days = daysOfCivil(year, month, day);
  return days >= DATE_DAYS_MIN && days <= DATE_DAYS_MAX ? days : undefined;
}

export interface ParsedTime {
  /** Picoseconds of the day as written, not rounded. */
  readonly picos: bigint;
  /** Digits of the fraction; beyond 12 Trino has no such time. */
  readonly precision: number;
  readonly offsetMinutes: number | undefined;
}

const OFFSET_MINUTES_MAX = 14 * 60;

export function parseTime(text: string): ParsedTime | undefined {
  const match = /^(\d\d?):(\d\d?)(?::(\d\d?)(?:\.(\d+))?)?\s*(?:([+-])(\d\d):(\d\d))?$/.exec(text);
  if (match === null) return undefined;
  const picos = picosOf(match[1], match[2], match[3], match[4]);
  if (picos === undefined) return undefined;
  const precision = match[4]?.length ?? 0;
  if (match[5] === undefined) return { picos, precision, offsetMinutes: undefined };
  const minutes = Number(match[6]) * 60 + Number(match[7]);
  if (Number(match[7]) > 59 || minutes > OFFSET_MINUTES_MAX) return undefined;
  return { picos, precision, offsetMinutes: match[5] === '-' ? -minutes : minutes };
}

function picosOf(hour = '0', minute = '0', second = '0', fraction = ''): bigint | undefined {
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined;
  const seconds = Number(hour) * 3600 + Number(minute) * 60 + Number(second);
  return BigInt(seconds) * 1_000_000_000_000n + BigInt(fraction.padEnd(12, '0').slice(0, 12));
}

export interface ParsedTimestamp {
  /** Local, as written. */
  readonly timestamp: Timestamp;
  readonly precision: number;
  /** The digits of the fraction. */
  readonly fraction: string;
  /** Normalized. */
  readonly zone: string | undefined;
}

export function parseTimestamp(text: string): ParsedTimestamp | undefined {
  const match = /^([+-]?\d+)-(\d\d?)-(\d\d?)(?: (\d\d?):(\d\d?)(?::(\d\d?)(?:\.(\d+))?)?)?\s*(\S.*)?$/s.exec(text);
  if (match === null) return undefined;
  const [, year, month, day, hour, minute, second, fraction, zoneText] = match;
  const days = dayOf(Number(year), Number(month), Number(day));
  const picos = picosOf(hour, minute, second, fraction);
  const zone = zoneText === undefined ? undefined : normalizeTimeZone(zoneText.trimEnd());
  if (days === undefined || picos === undefined || (zoneText !== undefined && zone === undefined)) return undefined;
  const epochMicros = BigInt.asIntN(64, BigInt(days) * MICROS_OF_DAY + picos / 1_000_000n);
  return { timestamp: { epochMicros, picosOfMicro: Number(picos % 1_000_000n) }, precision: fraction?.length ?? 0, fraction: fraction ?? '', zone };
}

// ------------------------------------------------------------------ zones

/** The instant of a local time; `gap` 'none' refuses times that no clock of the zone ever showed. */
export function withZone(local: Timestamp, zone: string, gap: 'shift' | 'none' = 'shift'): TimestampWithTimeZone | undefined {
  const second = floorDiv(local.epochMicros, 1_000_000n);
  const { epochSecond, inGap } = instantOfLocal(zone, Number(second));
  if (inGap && gap === 'none') return undefined;
  return { epochMicros: BigInt(epochSecond) * 1_000_000n + floorMod(local.epochMicros, 1_000_000n), picosOfMicro: local.picosOfMicro, zone };
}

export function offsetSecondsOf(value: TimestampWithTimeZone): number {
  return offsetSecondsAt(value.zone, Number(floorDiv(value.epochMicros, 1_000_000n)));
}

/** What a clock of the value's zone shows. */
export function localOf(value: TimestampWithTimeZone): Timestamp {
  return { epochMicros: value.epochMicros + BigInt(offsetSecondsOf(value)) * 1_000_000n, picosOfMicro: value.picosOfMicro };
}

// ------------------------------------------------------------------ rounding

/** Digits that Trino reads of a fraction, as a number of 64 bits, and drops at once. */
const FRACTION_MAX = 9_223_372_036_854_775_807n;
const DROPPED_DIGITS_MAX = 12;

/** Of a text, half up to `precision` digits; undefined where Trino cannot read so long a fraction. */
export function roundParsed({ timestamp, fraction }: ParsedTimestamp, precision: number): Timestamp | undefined {
  if (fraction.length > precision && (fraction.length - precision > DROPPED_DIGITS_MAX || BigInt(fraction) > FRACTION_MAX)) return undefined;
  if (fraction.length <= 12 || precision < 12 || (fraction[12] ?? '0') < '5') return roundTimestamp(timestamp, precision);
  const picos = timestamp.picosOfMicro + 1;
  return picos < 1_000_000 ? { ...timestamp, picosOfMicro: picos } : { epochMicros: timestamp.epochMicros + 1n, picosOfMicro: 0 };
}

/** Half up to `precision` digits of the second. */
export function roundTimestamp(value: Timestamp, precision: number): Timestamp {
  if (precision >= 12) return value;
  if (precision > 6) {
    const unit = 10 ** (12 - precision);
    const picos = Math.floor((value.picosOfMicro + unit / 2) / unit) * unit;
    if (picos < 1_000_000) return { epochMicros: value.epochMicros, picosOfMicro: picos };
    return { epochMicros: value.epochMicros + 1n, picosOfMicro: 0 };
  }
  if (precision === 6) return { epochMicros: value.epochMicros + (value.picosOfMicro >= 500_000 ? 1n : 0n), picosOfMicro: 0 };
  const unit = 10n ** BigInt(6 - precision);
  return { epochMicros: floorDiv(value.epochMicros + unit / 2n, unit) * unit, picosOfMicro: 0 };
}

/** Half up; midnight follows the last moment of the day. */
export function roundTime(picos: bigint, precision: number): bigint {
  if (precision >= 12) return picos;
  const unit = 10n ** BigInt(12 - precision);
  return (((picos + unit / 2n) / unit) * unit) % PICOS_OF_DAY;
}

// ------------------------------------------------------------------ writing

const two = (value: number): string => (value < 10 ? `0${value}` : String(value));

/** `2020-01-31`, `-0001-01-01`, `+12345-01-01`. */
export function dateText(epochDay: number): string {
  const { year, month, day } = civilOfDays(epochDay);
  const sign = year < 0 ? '-' : year > 9999 ? '+' : '';
  return `${sign}${String(Math.abs(year)).padStart(4, '0')}-${two(month)}-${two(day)}`;
}

export function timeText(picos: bigint, precision: number): string {
  const second = Number(picos / 1_000_000_000_000n);
  const fraction =
    precision === 0
      ? ''
      : `.${String(picos % 1_000_000_000_000n)
          .padStart(12, '0')
          .slice(0, precision)}`;
  return `${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}${fraction}`;
}

export function timestampText(value: Timestamp, precision: number, separator = ' '): string {
  const day = floorDiv(value.epochMicros, MICROS_OF_DAY);
  const picos = floorMod(value.epochMicros, MICROS_OF_DAY) * 1_000_000n + BigInt(value.picosOfMicro);
  return `${dateText(Number(day))}${separator}${timeText(picos, precision)}`;
}

export function timestampWithTimeZoneText(value: TimestampWithTimeZone, precision: number): string {
  return `${timestampText(localOf(value), precision)} ${value.zone}`;
}

export function timeWithTimeZoneText(value: TimeWithTimeZone, precision: number): string {
  return `${timeText(value.picos, precision)}${offsetText(value.offsetMinutes)}`;
}

/** Picoseconds of the day in UTC: what times with a zone are compared by. */
export function utcPicosOf(value: TimeWithTimeZone): bigint {
  return floorMod(value.picos - BigInt(value.offsetMinutes) * 60_000_000_000_000n, PICOS_OF_DAY);
}

export function intervalDayToSecondText(millis: bigint): string {
  const size = millis < 0n ? -millis : millis;
  const second = Number((size / 1000n) % BigInt(SECONDS_OF_DAY));
  const time = `${two(Math.floor(second / 3600))}:${two(Math.floor(second / 60) % 60)}:${two(second % 60)}.${String(size % 1000n).padStart(3, '0')}`;
  return `${millis < 0n ? '-' : ''}${size / 86_400_000n} ${time}`;
}

export function intervalYearToMonthText(months: number): string {
  const size = Math.abs(months);
  return `${months < 0 ? '-' : ''}${Math.floor(size / 12)}-${size % 12}`;
}

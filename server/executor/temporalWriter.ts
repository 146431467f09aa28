import type { JsonWriter } from './jsonWriter.ts';
import { zoneOffsets } from './timeZoneOffsets.ts';

const DAY_SECONDS = 86400;
const CACHED_DATES_MAX = 20_000;
const dates = new Map<number, Uint8Array>();

/** `2020-01-31`, `-0001-01-01`, `+12345-01-01`, without quotes. */
export function writeDate(out: JsonWriter, epochDay: number): void {
  let bytes = dates.get(epochDay);
  if (bytes === undefined) {
    if (dates.size >= CACHED_DATES_MAX) dates.clear();
    bytes = Buffer.from(dateText(epochDay));
    dates.set(epochDay, bytes);
  }
  out.bytes(bytes, 0, bytes.length);
}

/** Days to the proleptic Gregorian calendar, for every 32-bit day. */
export function dateText(epochDay: number): string {
  // counted from 0000-03-01, so that the leap day comes last
  const z = epochDay + 719468;
  const era = Math.floor(z / 146097);
  const dayOfEra = z - era * 146097;
  const yearOfEra = Math.floor((dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36524) - Math.floor(dayOfEra / 146096)) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shifted = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * shifted + 2) / 5) + 1;
  const month = shifted < 10 ? shifted + 3 : shifted - 9;
  const year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0);
  const sign = year < 0 ? '-' : year > 9999 ? '+' : '';
  return `${sign}${String(Math.abs(year)).padStart(4, '0')}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`;
}

/** `01:02:03` and `digits` digits of the picoseconds of the second. */
export function writeTimeOfDay(out: JsonWriter, second: number, picosOfSecond: number, digits: number): void {
  out.padded(Math.floor(second / 3600), 2);
  out.byte(58);
  out.padded(Math.floor(second / 60) % 60, 2);
  out.byte(58);
  out.padded(second % 60, 2);
  if (digits > 0) {
    out.byte(46);
    out.padded(Math.floor(picosOfSecond / 10 ** (12 - digits)), digits);
  }
}

/** A moment as whole seconds since 1970 and picoseconds within the second. */
export interface Moment {
  second: number;
  picos: number;
}

/** Rounds half up to `digits`, as Trino does for clients that know no precision. */
export function roundMoment(moment: Moment, digits: number): void {
  const unit = 10 ** (12 - digits);
  const rounded = Math.floor((moment.picos + unit / 2) / unit) * unit;
  moment.picos = rounded;
  if (rounded >= 1e12) {
    moment.picos = rounded - 1e12;
    moment.second += 1;
  }
}

export function writeTimestamp(out: JsonWriter, moment: Moment, digits: number): void {
  const day = Math.floor(moment.second / DAY_SECONDS);
  writeDate(out, day);
  out.byte(32);
  writeTimeOfDay(out, moment.second - day * DAY_SECONDS, moment.picos, digits);
}

export function writeTimestampWithTimeZone(out: JsonWriter, moment: Moment, digits: number, zone: string): void {
  if (zone !== 'UTC') moment.second += zoneOffsets(zone).secondsAt(moment.second);
  writeTimestamp(out, moment, digits);
  out.byte(32);
  out.ascii(zone);
}

export function writeOffset(out: JsonWriter, minutes: number): void {
  out.byte(minutes < 0 ? 45 : 43);
  const absolute = Math.abs(minutes);
  out.padded(Math.floor(absolute / 60), 2);
  out.byte(58);
  out.padded(absolute % 60, 2);
}

/** `3-2`, `-3-2`. */
export function intervalYearToMonthText(months: number): string {
  const absolute = Math.abs(months);
  return `${months < 0 ? '-' : ''}${Math.floor(absolute / 12)}-${absolute % 12}`;
}

/** `1 02:03:04.567`. */
export function intervalDayToSecondText(millis: bigint): string {
  const absolute = millis < 0n ? -millis : millis;
  const two = (n: bigint) => n.toString().padStart(2, '0');
  const clock = `${two((absolute / 3_600_000n) % 24n)}:${two((absolute / 60_000n) % 60n)}:${two((absolute / 1000n) % 60n)}`;
  return `${millis < 0n ? '-' : ''}${absolute / 86_400_000n} ${clock}.${(absolute % 1000n).toString().padStart(3, '0')}`;
}

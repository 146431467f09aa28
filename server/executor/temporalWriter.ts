import { dateText } from '../function/temporalText.ts';
import { offsetSecondsAt } from '../function/timeZone.ts';
import type { JsonWriter } from './jsonWriter.ts';

const DAY_SECONDS = 86400;
const DATE_SLOTS = 4096;
const DATE_BYTES = 10;
const slotDays = new Int32Array(DATE_SLOTS).fill(-2147483648);
const slotBytes = new Uint8Array(DATE_SLOTS * DATE_BYTES);

/** `2020-01-31`, `-0001-01-01`, `+12345-01-01`, without quotes. Those of four-digit years are kept for the next time. */
export function writeDate(out: JsonWriter, epochDay: number): void {
  const slot = epochDay & (DATE_SLOTS - 1);
  let at = slot * DATE_BYTES;
  if (slotDays[slot] !== epochDay) {
    const text = dateText(epochDay);
    if (text.length !== DATE_BYTES) return out.ascii(text);
    for (let i = 0; i < DATE_BYTES; i++) slotBytes[at + i] = text.charCodeAt(i);
    slotDays[slot] = epochDay;
  }
  out.ensure(DATE_BYTES);
  const { buffer } = out;
  let p = out.position;
  for (const end = at + DATE_BYTES; at < end; at++) buffer[p++] = slotBytes[at] as number;
  out.position = p;
}

/** `01:02:03` and `digits` digits of the picoseconds of the second. */
export function writeTimeOfDay(out: JsonWriter, second: number, picosOfSecond: number, digits: number): void {
  out.ensure(22);
  const { buffer } = out;
  let p = out.position;
  const hour = (second / 3600) | 0;
  const minute = ((second / 60) | 0) % 60;
  const rest = second % 60;
  buffer[p++] = 48 + ((hour / 10) | 0);
  buffer[p++] = 48 + (hour % 10);
  buffer[p++] = 58;
  buffer[p++] = 48 + ((minute / 10) | 0);
  buffer[p++] = 48 + (minute % 10);
  buffer[p++] = 58;
  buffer[p++] = 48 + ((rest / 10) | 0);
  buffer[p++] = 48 + (rest % 10);
  if (digits > 0) buffer[p++] = 46;
  out.position = p;
  if (digits > 0) out.padded(Math.floor(picosOfSecond / (POWERS[12 - digits] ?? 1)), digits);
}

const POWERS: readonly number[] = Array.from({ length: 13 }, (_, i) => 10 ** i);

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

export function writeOffset(out: JsonWriter, minutes: number): void {
  out.byte(minutes < 0 ? 45 : 43);
  const absolute = Math.abs(minutes);
  out.padded(Math.floor(absolute / 60), 2);
  out.byte(58);
  out.padded(absolute % 60, 2);
}

/** `moment` in UTC is changed to local time. */
export function writeTimestampWithTimeZone(out: JsonWriter, moment: Moment, digits: number, zone: string): void {
  if (zone !== 'UTC') moment.second += offsetSecondsAt(zone, moment.second);
  writeTimestamp(out, moment, digits);
  out.byte(32);
  out.ascii(zone);
}

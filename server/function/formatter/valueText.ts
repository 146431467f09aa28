import { civilOfDays } from '../calendar.ts';
import { doubleText, realText } from '../javaNumberText.ts';
import { bigDecimalText } from '../numberText.ts';
import { dateText } from '../temporalText.ts';
import type { FormatMoment, FormatValue } from './formatValue.ts';
import { offsetSecondsText } from './momentFormat.ts';

/** toString() of Java's class. */
export function textOf(value: FormatValue): string {
  switch (value.kind) {
    case 'null':
      return 'null';
    case 'Boolean':
    case 'Long':
    case 'String':
      return String(value.value);
    case 'Double':
      return doubleText(value.value);
    case 'Float':
      return realText(value.value);
    case 'BigDecimal':
      return bigDecimalText(value.unscaled, value.scale);
    case 'LocalDate':
      return dateText(value.epochDay ?? 0);
    case 'LocalTime':
      return timeText(value);
    case 'LocalDateTime':
      return `${dateText(value.epochDay ?? 0)}T${timeText(value)}`;
    case 'ZonedDateTime': {
      const { name, offsetSeconds } = value.zone ?? { name: 'UTC', offsetSeconds: 0 };
      return `${dateText(value.epochDay ?? 0)}T${timeText(value)}${offsetSecondsText(offsetSeconds)}${/^[+-]/.test(name) ? '' : `[${name}]`}`;
    }
  }
}

const two = (value: number): string => String(value).padStart(2, '0');

/** Without seconds that are zero; the fraction in groups of three digits. */
function timeText({ nanosOfDay = 0n }: FormatMoment): string {
  const seconds = Number(nanosOfDay / 1_000_000_000n);
  const nanos = String(nanosOfDay % 1_000_000_000n).padStart(9, '0');
  const clock = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}`;
  const fraction = nanos.replace(/(?:000){1,3}$/, '');
  if (fraction === '' && seconds % 60 === 0) return clock;
  return `${clock}:${two(seconds % 60)}${fraction === '' ? '' : `.${fraction}`}`;
}

/** hashCode() of Java's class. */
export function hashOf(value: FormatValue): number {
  switch (value.kind) {
    case 'null':
      return 0;
    case 'Boolean':
      return value.value ? 1231 : 1237;
    case 'Long':
      return longHash(value.value);
    case 'String':
      return stringHash(value.value);
    case 'Double':
      return doubleHash(value.value);
    case 'Float':
      return Number.isNaN(value.value) ? 0x7fc00000 : (new Int32Array(new Float32Array([value.value]).buffer)[0] ?? 0);
    case 'BigDecimal':
      return (Math.imul(31, bigIntegerHash(value.unscaled)) + value.scale) | 0;
    case 'LocalDate':
      return dateHash(value);
    case 'LocalTime':
      return longHash(value.nanosOfDay ?? 0n);
    case 'LocalDateTime':
      return dateHash(value) ^ longHash(value.nanosOfDay ?? 0n);
    case 'ZonedDateTime': {
      const { name, offsetSeconds } = value.zone ?? { name: 'UTC', offsetSeconds: 0 };
      const zone = /^[+-]/.test(name) ? offsetSeconds : stringHash(name);
      return dateHash(value) ^ longHash(value.nanosOfDay ?? 0n) ^ offsetSeconds ^ ((zone << 3) | (zone >>> 29));
    }
  }
}

const longHash = (value: bigint): number => Number(BigInt.asIntN(32, value ^ (BigInt.asUintN(64, value) >> 32n)));

/** String.hashCode of Java. */
export function stringHash(text: string): number {
  let hash = 0;
  for (let at = 0; at < text.length; at++) hash = (Math.imul(31, hash) + text.charCodeAt(at)) | 0;
  return hash;
}

function doubleHash(x: number): number {
  if (Number.isNaN(x)) return 0x7ff80000;
  return longHash(new BigInt64Array(new Float64Array([x]).buffer)[0] ?? 0n);
}

function bigIntegerHash(value: bigint): number {
  let hash = 0;
  const digits = (value < 0n ? -value : value).toString(16);
  const words = digits.padStart(Math.ceil(digits.length / 8) * 8, '0').match(/.{8}/g) ?? [];
  for (const word of words) hash = (Math.imul(31, hash) + Number.parseInt(word, 16)) | 0;
  return value < 0n ? -hash | 0 : hash;
}

function dateHash({ epochDay = 0 }: FormatMoment): number {
  const { year, month, day } = civilOfDays(epochDay);
  return (year & 0xfffff800) ^ ((year << 11) + (month << 6) + day);
}

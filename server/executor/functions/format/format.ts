import { TrinoError } from '../../../../spi/trinoError.ts';
import type { Type } from '../../../../spi/type.ts';
import type { Timestamp, TimestampWithTimeZone, Value } from '../../../../spi/value.ts';
import { floorDiv, floorMod, MICROS_OF_DAY } from '../../../function/calendar.ts';
import { scalarText } from '../../../function/castValue.ts';
import { doubleText, realText } from '../../../function/javaNumberText.ts';
import { decimalText } from '../../../function/numberText.ts';
import { dateText, localOf, offsetSecondsOf, roundTimestamp, timeText } from '../../../function/temporalText.ts';
import type { ScalarImplementation } from '../implementation.ts';
import { formatDecimal, formatDouble, formatInteger } from './formatNumber.ts';
import { badFlag, FormatFailure, type FormatPart, type FormatSpecifier, parseFormat } from './formatSpecifier.ts';
import { formatMoment, type Moment } from './formatTemporal.ts';

/** format(): Java's String.format over what Trino makes of its values. */
export const format: ScalarImplementation = {
  mayFail: true,
  emit(call, context) {
    const types = call.argumentTypes.slice(1);
    const name = context.udf({
      name: 'format',
      parameterTypes: call.argumentTypes,
      returnType: call.returnType,
      nulls: 'handled',
      evaluate: (text = null, ...values) => (typeof text === 'string' ? formatted(text, values, types) : null),
    });
    return `${name}(${call.arguments.join(', ')})`;
  },
};

function formatted(format: string, values: readonly Value[], types: readonly Type[]): string {
  try {
    const text = render(parseFormat(format), (at) => {
      const type = types[at];
      return type === undefined ? undefined : { value: values[at] ?? null, type };
    });
    // half of a character that a precision cut in two
    return text.replace(/\p{Surrogate}/gu, '?');
  } catch (error) {
    if (!(error instanceof FormatFailure)) throw error;
    throw new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, `Invalid format string: ${format} (${error.message})`, { cause: error });
  }
}

interface Argument {
  readonly value: Value;
  readonly type: Type;
}

function render(parts: readonly FormatPart[], argument: (at: number) => Argument | undefined): string {
  let ordinary = -1;
  let last = -1;
  return parts
    .map((part) => {
      if (typeof part === 'string') return part;
      if (part.conversion === 'n') return '\n';
      if (part.conversion === '%' && !part.temporal) return justified('%', part);
      if (part.index === 0) last = ++ordinary;
      else if (part.index > 0) last = part.index - 1;
      const found = last < 0 ? undefined : argument(last);
      if (found === undefined) throw new FormatFailure('MissingFormatArgument', `Format specifier '${part.text}'`);
      return justified(convert(found, part), part);
    })
    .join('');
}

function justified(text: string, { flags, width = 0, upperCase }: FormatSpecifier): string {
  const shown = upperCase ? text.toUpperCase() : text;
  return flags.includes('-') ? shown.padEnd(width) : shown.padStart(width);
}

function convert({ value, type }: Argument, specifier: FormatSpecifier): string {
  const { conversion, flags, precision, temporal } = specifier;
  const cut = (text: string): string => text.slice(0, precision);
  if (!temporal && conversion === 'b') return cut(String(value !== null && value !== false));
  if (!temporal && conversion === 's') {
    if (flags.includes('#')) throw badFlag('s', '#');
    return cut(value === null ? 'null' : textOf(value, type));
  }
  if (value === null) return cut('null');
  if (temporal) return formatMoment(conversion, momentOf(value, type, conversion), (field) => mismatch(field, type));
  switch (conversion) {
    case 'h':
      return cut(BigInt.asUintN(32, BigInt(hashOf(value, type))).toString(16));
    case 'd':
    case 'o':
    case 'x':
      if (!isInteger(type)) throw mismatch(conversion, type);
      return formatInteger(BigInt(value as bigint | number), specifier);
    case 'e':
    case 'f':
    case 'g':
      if (type.kind === 'decimal') return formatDecimal({ unscaled: value as bigint, scale: type.scale }, specifier);
      break;
    case 'a':
      if (precision !== undefined || flags.replace('-', '') !== '')
        throw new TrinoError('NOT_SUPPORTED', undefined, 'Flags and precision of %a in format are not supported');
      break;
    default:
      throw mismatch(conversion, type);
  }
  if (type.kind !== 'double' && type.kind !== 'real') throw mismatch(conversion, type);
  return formatDouble(Number(value), specifier);
}

const isInteger = ({ kind }: Type): boolean => kind === 'tinyint' || kind === 'smallint' || kind === 'integer' || kind === 'bigint';

const mismatch = (conversion: string, type: Type): FormatFailure => new FormatFailure('IllegalFormatConversion', `${conversion} != ${javaClass(type)}`);

/** What Trino hands over for a value of the type. */
function javaClass(type: Type): string {
  switch (type.kind) {
    case 'boolean':
      return 'java.lang.Boolean';
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'bigint':
      return 'java.lang.Long';
    case 'real':
      return 'java.lang.Float';
    case 'double':
      return 'java.lang.Double';
    case 'decimal':
      return 'java.math.BigDecimal';
    case 'date':
      return 'java.time.LocalDate';
    case 'time':
      return 'java.time.LocalTime';
    case 'timestamp':
      return 'java.time.LocalDateTime';
    case 'timestamp with time zone':
      return 'java.time.ZonedDateTime';
    default:
      return 'java.lang.String';
  }
}

function textOf(value: Value, type: Type): string {
  switch (type.kind) {
    case 'double':
      return doubleText(Number(value));
    case 'real':
      return realText(Number(value));
    case 'decimal':
      return decimalForm(value as bigint, type.scale);
    case 'char':
      return String(value).padEnd(type.length);
    case 'date':
      return dateText(Number(value));
    case 'time':
      return isoTime(nanosOfTime(value as bigint));
    case 'timestamp':
      return isoTimestamp(value as Timestamp);
    case 'timestamp with time zone': {
      const zoned = value as TimestampWithTimeZone;
      const isRegion = !/^[+-]/.test(zoned.zone);
      return `${isoTimestamp(localOf(zoned))}${isoOffset(offsetSecondsOf(zoned))}${isRegion ? `[${zoned.zone}]` : ''}`;
    }
    default:
      return scalarText(value, type);
  }
}

/** Java's BigDecimal.toString: small numbers of many digits have an exponent. */
function decimalForm(unscaled: bigint, scale: number): string {
  const digits = String(unscaled < 0n ? -unscaled : unscaled);
  const exponent = digits.length - 1 - scale;
  if (exponent >= -6) return decimalText(unscaled, scale);
  return `${unscaled < 0n ? '-' : ''}${digits[0]}${digits.length > 1 ? `.${digits.slice(1)}` : ''}E${exponent}`;
}

const NANO_DIGITS = 9;
const NANOS_OF_DAY = 86_400_000_000_000n;

/** Trino rounds, and then finds no such time after the last moment of the day. */
function nanosOfTime(picos: bigint): bigint {
  const nanos = (picos + 500n) / 1000n;
  if (nanos < NANOS_OF_DAY) return nanos;
  throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, `Invalid value for NanoOfDay (valid values 0 - ${NANOS_OF_DAY - 1n}): ${nanos}`);
}

function isoTime(nanos: bigint): string {
  const digits = nanos % 1_000n !== 0n ? 9 : nanos % 1_000_000n !== 0n ? 6 : nanos % 1_000_000_000n !== 0n ? 3 : 0;
  const text = timeText(nanos * 1000n, digits);
  return digits === 0 && text.endsWith(':00') ? text.slice(0, -3) : text;
}

function isoTimestamp(value: Timestamp): string {
  const { epochMicros, picosOfMicro } = roundTimestamp(value, NANO_DIGITS);
  const nanos = floorMod(epochMicros, MICROS_OF_DAY) * 1000n + BigInt(picosOfMicro / 1000);
  return `${dateText(Number(floorDiv(epochMicros, MICROS_OF_DAY)))}T${isoTime(nanos)}`;
}

function isoOffset(seconds: number): string {
  if (seconds === 0) return 'Z';
  const [size, two] = [Math.abs(seconds), (value: number) => String(value).padStart(2, '0')];
  const rest = size % 60;
  return `${seconds < 0 ? '-' : '+'}${two(Math.floor(size / 3600))}:${two(Math.floor(size / 60) % 60)}${rest === 0 ? '' : `:${two(rest)}`}`;
}

/** From here on back Java's calendar is the Julian one. */
const GREGORIAN_START_MILLIS = -12_219_292_800_000n;

function momentOf(value: Value, type: Type, conversion: string): Moment {
  const ofMicros = (local: Timestamp): Moment => {
    const { epochMicros, picosOfMicro } = roundTimestamp(local, NANO_DIGITS);
    return { epochDay: Number(floorDiv(epochMicros, MICROS_OF_DAY)), nanosOfDay: floorMod(epochMicros, MICROS_OF_DAY) * 1000n + BigInt(picosOfMicro / 1000) };
  };
  switch (type.kind) {
    case 'date':
      return { epochDay: Number(value) };
    case 'time':
      return { nanosOfDay: nanosOfTime(value as bigint) };
    case 'timestamp':
      return ofMicros(value as Timestamp);
    case 'timestamp with time zone': {
      const zoned = value as TimestampWithTimeZone;
      return { ...ofMicros(localOf(zoned)), zone: { name: zoned.zone, offsetSeconds: offsetSecondsOf(zoned) } };
    }
    default: {
      if (!isInteger(type)) throw mismatch(conversion, type);
      const millis = BigInt(value as bigint | number);
      if (millis < GREGORIAN_START_MILLIS) throw new TrinoError('NOT_SUPPORTED', undefined, 'Instants before 1582 in format are not supported');
      return { ...ofMicros({ epochMicros: millis * 1000n, picosOfMicro: 0 }), zone: { name: 'UTC', offsetSeconds: 0 } };
    }
  }
}

/** Java's hashCode. */
function hashOf(value: Value, type: Type): number {
  if (type.kind === 'boolean') return value === true ? 1231 : 1237;
  if (isInteger(type)) return folded(BigInt.asUintN(64, BigInt(value as bigint | number)));
  const data = new DataView(new ArrayBuffer(8));
  switch (type.kind) {
    case 'real':
      data.setFloat32(0, Number(value));
      return data.getInt32(0);
    case 'double':
      data.setFloat64(0, Number(value));
      return folded(data.getBigUint64(0));
    case 'decimal':
    case 'date':
    case 'time':
    case 'timestamp':
    case 'timestamp with time zone':
      throw new TrinoError('NOT_SUPPORTED', undefined, `%h of ${type.kind} in format is not supported`);
    default: {
      let hash = 0;
      const text = textOf(value, type);
      for (let i = 0; i < text.length; i++) hash = (Math.imul(hash, 31) + text.charCodeAt(i)) | 0;
      return hash;
    }
  }
}

const folded = (bits: bigint): number => Number(BigInt.asIntN(32, bits ^ (bits >> 32n)));

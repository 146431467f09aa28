import { type TemporalKind, type Type, typeId } from '../../../../spi/type.ts';
import { TrinoError } from '../../../../spi/trinoError.ts';
import type { Value } from '../../../../spi/value.ts';
import { INTEGER_BOUNDS } from '../integerBounds.ts';
import { parseIsoDate, parseIsoDateTime, parseIsoTime } from '../isoDateTime.ts';
import { truncateToLength } from '../javaNumber.ts';
import { DECODER_CONVERSION_NOT_SUPPORTED } from '../../kafkaErrorCode.ts';
import type { FieldSpec } from '../rowDecoder.ts';
import type { EpochUnit, Semantics } from './semantics.ts';

/** A value of a change as it was written, with what is known of its meaning; `fraction` is a number with all of its digits. */
export interface ConnectValue {
  readonly data: ConnectData;
  readonly semantics?: Semantics;
}
export type ConnectData =
  | null
  | boolean
  | bigint
  | number
  | string
  | Uint8Array
  | { readonly fraction: string }
  | readonly ConnectValue[]
  | ReadonlyMap<string, ConnectValue>;

/** What a description may say where messages bring no schema. */
const FORMATS: ReadonlyMap<string | undefined, Semantics> = new Map<string, Semantics>([
  ['milliseconds-since-epoch', { unit: 'milliseconds' }],
  ['microseconds-since-epoch', { unit: 'microseconds' }],
  ['nanoseconds-since-epoch', { unit: 'nanoseconds' }],
  ['base64', { encoding: 'base64' }],
  ['base64-url-safe', { encoding: 'base64url' }],
  ['hex', { encoding: 'hex' }],
  ['text', { text: true }],
]);
const PICOS: Readonly<Record<EpochUnit, bigint>> = {
  days: 86_400_000_000_000_000n,
  milliseconds: 1_000_000_000n,
  microseconds: 1_000_000n,
  nanoseconds: 1_000n,
};
const DAY_PICOS = PICOS.days;
const PICOS_PER_MICRO = 1_000_000n;
const MICROS_MAX = 2n ** 63n;
/** Milliseconds that a timestamp with time zone holds. */
const ZONED_MILLIS_MAX = 2n ** 51n;
const UUID_TEXT = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** The field is read by what it means, and not by Trino's decoders, which know neither of these types nor of these formats. */
export function isConnectField({ type, dataFormat }: FieldSpec): boolean {
  if (dataFormat !== undefined) return FORMATS.has(dataFormat);
  return !(INTEGER_BOUNDS.has(type.kind) || type.kind === 'varchar' || type.kind === 'double' || type.kind === 'boolean');
}

/** Fails with DECODER_CONVERSION_NOT_SUPPORTED where the value does not fit its column exactly. */
export function connectToTrino(value: ConnectValue, field: FieldSpec): Value {
  return convert(value, field.type, field);
}

function convert({ data, semantics }: ConnectValue, type: Type, field: FieldSpec): Value {
  if (data === null) return null;
  switch (type.kind) {
    case 'array':
      if (!isList(data)) break;
      return data.map((item) => convert(item, type.element, field));
    case 'map':
      if (!(data instanceof Map) || type.key.kind !== 'varchar') break;
      return { entries: [...(data as ReadonlyMap<string, ConnectValue>)].map(([key, item]) => [key, convert(item, type.value, field)] as const) };
    case 'row':
      if (!(data instanceof Map)) break;
      return type.fields.map((f) => convert((data as ReadonlyMap<string, ConnectValue>).get(f.name ?? '') ?? { data: null }, f.type, field));
    default: {
      const declared = FORMATS.get(field.dataFormat);
      const found = scalar(data, declared === undefined ? semantics : { ...declared, ...semantics }, type, field);
      if (found !== undefined) return found;
    }
  }
  throw doesNotFit(data, type, field);
}

function scalar(data: ConnectData, semantics: Semantics | undefined, type: Type, field: FieldSpec): Value | undefined {
  const bounds = INTEGER_BOUNDS.get(type.kind);
  if (bounds !== undefined)
    return typeof data === 'bigint' && data >= bounds.min && data <= bounds.max ? (type.kind === 'bigint' ? data : Number(data)) : undefined;
  switch (type.kind) {
    case 'boolean':
      return typeof data === 'boolean' ? data : undefined;
    case 'double':
      return numberOf(data);
    case 'real': {
      const number = numberOf(data);
      return number === undefined ? undefined : Math.fround(number);
    }
    case 'varchar': {
      const text = typeof data === 'string' ? data : typeof data === 'bigint' || typeof data === 'boolean' ? String(data) : undefined;
      return text === undefined || type.length === undefined ? text : truncateToLength(text, type.length);
    }
    case 'char':
      return typeof data === 'string' ? truncateToLength(data, type.length).replace(/ +$/, '') : undefined;
    case 'varbinary':
      return varbinaryOf(data, semantics, field);
    case 'uuid':
      return typeof data === 'string' && UUID_TEXT.test(data) ? data : undefined;
    case 'decimal':
      return decimalOf(data, semantics, type, field);
    case 'date':
      return dateOf(data, semantics);
    case 'time':
    case 'time with time zone':
      return timeOf(data, semantics, type, field);
    case 'timestamp':
    case 'timestamp with time zone':
      return timestampOf(data, semantics, type, field);
    default:
      throw new TrinoError('NOT_SUPPORTED', undefined, `unsupported column type '${typeId(type)}' for column '${field.name}'`);
  }
}

function numberOf(data: ConnectData): number | undefined {
  if (typeof data === 'number') return data;
  if (typeof data === 'bigint') return Number(data);
  if (isFraction(data)) return Number(data.fraction);
  return data === 'NaN' || data === 'Infinity' || data === '-Infinity' ? Number(data) : undefined;
}

const BYTES: Readonly<Record<NonNullable<Semantics['encoding']>, RegExp>> = {
  base64: /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/,
  base64url: /^[A-Za-z0-9_-]*={0,2}$/,
  hex: /^(?:[0-9A-Fa-f]{2})*$/,
};

/** Bytes, or a text that binary.handling.mode has made of them. */
function varbinaryOf(data: ConnectData, semantics: Semantics | undefined, field: FieldSpec): Uint8Array | undefined {
  if (typeof data !== 'string') return bytesOf(data);
  const { encoding, text } = semantics ?? {};
  if (encoding === undefined && text === true)
    throw untold(field, 'how its bytes are written: declare "dataFormat": "base64", "base64-url-safe" or "hex" (binary.handling.mode)');
  return BYTES[encoding ?? 'base64'].test(data) ? Buffer.from(data, encoding ?? 'base64') : undefined;
}

function bytesOf(data: ConnectData): Uint8Array | undefined {
  if (data instanceof Uint8Array) return data;
  if (typeof data !== 'string' || !BYTES.base64.test(data)) return undefined;
  return Buffer.from(data, 'base64');
}

function decimalOf(data: ConnectData, semantics: Semantics | undefined, type: Type & { readonly kind: 'decimal' }, field: FieldSpec): bigint | undefined {
  if (data instanceof Map) {
    // a decimal that brings its scale: io.debezium.data.VariableScaleDecimal
    const { scale, value } = Object.fromEntries(data as ReadonlyMap<string, ConnectValue>);
    const bytes = value === undefined ? undefined : bytesOf(value.data);
    return bytes === undefined || typeof scale?.data !== 'bigint' ? undefined : rescaled(unscaled(bytes), Number(scale.data), type);
  }
  if (typeof data === 'bigint') return rescaled(data, 0, type);
  if (isFraction(data)) return parsedDecimal(data.fraction, type);
  if (typeof data === 'string' && semantics?.text === true) return parsedDecimal(data, type);
  if (typeof data === 'string' && semantics === undefined)
    throw untold(field, 'how its decimals are written: declare "dataFormat": "base64" (decimal.handling.mode=precise) or "text" (string)');
  const bytes = bytesOf(data);
  return bytes === undefined ? undefined : rescaled(unscaled(bytes), semantics?.scale ?? type.scale, type);
}

function parsedDecimal(text: string, type: Type & { readonly kind: 'decimal' }): bigint | undefined {
  const m = /^([+-]?)([0-9]*)(?:\.([0-9]*))?(?:[eE]([+-]?[0-9]{1,4}))?$/.exec(text);
  if (m === null || `${m[2]}${m[3] ?? ''}` === '') return undefined;
  const digits = BigInt(`${m[2]}${m[3] ?? ''}`);
  return rescaled(m[1] === '-' ? -digits : digits, (m[3] ?? '').length - Number(m[4] ?? 0), type);
}

/** Big-endian, in two's complement. */
function unscaled(bytes: Uint8Array): bigint {
  if (bytes.length === 0) return 0n;
  return BigInt.asIntN(bytes.length * 8, BigInt(`0x${Buffer.from(bytes).toString('hex')}`));
}

function rescaled(value: bigint, scale: number, { precision, scale: to }: Type & { readonly kind: 'decimal' }): bigint | undefined {
  if (Math.abs(scale) > 10_000) return undefined;
  const factor = 10n ** BigInt(Math.abs(to - scale));
  if (scale > to && value % factor !== 0n) return undefined;
  const result = scale > to ? value / factor : value * factor;
  const limit = 10n ** BigInt(precision);
  return result < limit && result > -limit ? result : undefined;
}

function dateOf(data: ConnectData, semantics: Semantics | undefined): number | undefined {
  if (typeof data === 'string') return parseIsoDate(data);
  if (typeof data !== 'bigint' || data !== BigInt.asIntN(32, data) || (semantics?.unit ?? 'days') !== 'days') return undefined;
  return Number(data);
}

/** Picoseconds from 1970 or from midnight. */
function picosOf(data: bigint, semantics: Semantics | undefined, field: FieldSpec): bigint {
  if (semantics?.unit === undefined)
    throw untold(field, 'the unit of its times: declare "dataFormat": "milliseconds-since-epoch", "microseconds-since-epoch" or "nanoseconds-since-epoch"');
  return data * PICOS[semantics.unit];
}

type Temporal = Type & { readonly kind: TemporalKind };

function timeOf(data: ConnectData, semantics: Semantics | undefined, type: Temporal, field: FieldSpec): Value | undefined {
  const parsed = typeof data === 'string' ? parseIsoTime(data) : undefined;
  const picos = parsed !== undefined ? BigInt(parsed.nanoOfDay) * PICOS.nanoseconds : typeof data === 'bigint' ? picosOf(data, semantics, field) : undefined;
  if (picos === undefined || picos < 0n || picos >= DAY_PICOS || !isRound(picos, type.precision)) return undefined;
  if (type.kind === 'time') return picos;
  const offset = parsed?.offsetSeconds ?? 0;
  return offset % 60 === 0 ? { picos, offsetMinutes: offset / 60 } : undefined;
}

function timestampOf(data: ConnectData, semantics: Semantics | undefined, type: Temporal, field: FieldSpec): Value | undefined {
  const parsed = typeof data === 'string' ? parseIsoDateTime(data) : undefined;
  if (parsed === undefined && typeof data !== 'bigint') return undefined;
  const local =
    parsed === undefined ? picosOf(data as bigint, semantics, field) : BigInt(parsed.epochDay) * DAY_PICOS + BigInt(parsed.nanoOfDay) * PICOS.nanoseconds;
  const picos = type.kind === 'timestamp' ? local : local - BigInt(parsed?.offsetSeconds ?? 0) * 1_000n * PICOS.milliseconds;
  if (!isRound(picos, type.precision)) return undefined;
  const within = ((picos % PICOS_PER_MICRO) + PICOS_PER_MICRO) % PICOS_PER_MICRO;
  const epochMicros = (picos - within) / PICOS_PER_MICRO;
  if (epochMicros >= MICROS_MAX || epochMicros < -MICROS_MAX) return undefined;
  if (type.kind === 'timestamp') return { epochMicros, picosOfMicro: Number(within) };
  const millis = epochMicros / 1000n;
  return millis < ZONED_MILLIS_MAX && millis > -ZONED_MILLIS_MAX ? { epochMicros, picosOfMicro: Number(within), zone: 'UTC' } : undefined;
}

/** No digit is lost. */
function isRound(picos: bigint, precision: number): boolean {
  return precision >= 12 || picos % 10n ** BigInt(12 - precision) === 0n;
}

function isList(data: ConnectData): data is readonly ConnectValue[] {
  return Array.isArray(data);
}

function isFraction(data: ConnectData): data is { readonly fraction: string } {
  return data !== null && typeof data === 'object' && 'fraction' in data;
}

function untold(field: FieldSpec, what: string): TrinoError {
  return new TrinoError(DECODER_CONVERSION_NOT_SUPPORTED, undefined, `the messages do not tell of column '${field.name}' ${what}`);
}

function doesNotFit(data: ConnectData, type: Type, field: FieldSpec): TrinoError {
  const shown = isFraction(data) ? data.fraction : typeof data === 'object' ? 'of another shape' : `'${String(data)}'`;
  return new TrinoError(DECODER_CONVERSION_NOT_SUPPORTED, undefined, `could not parse value ${shown} as '${typeId(type)}' for column '${field.name}'`);
}

import duckdb from '@duckdb/node-bindings';
import { unreachable } from '../../spi/trinoError.ts';
import type { TemporalKind, Type } from '../../spi/type.ts';
import { ipAddressText } from '../function/ipAddressText.ts';
import { doubleText, realText } from '../function/javaNumberText.ts';
import { intervalDayToSecondText, intervalYearToMonthText } from '../function/temporalText.ts';
import { TDigest } from './functions/sketch/tDigest.ts';
import type { JsonWriter } from './jsonWriter.ts';
import { mapEncoder } from './mapKeyEncoder.ts';
import { bigInt64s, int32s, isPresent, RawStrings, validityOf } from './rawVector.ts';
import { type Moment, roundMoment, writeDate, writeOffset, writeTimeOfDay, writeTimestamp, writeTimestampWithTimeZone } from './temporalWriter.ts';

/** Writes the value of one row of a vector as JSON. */
export type RowWriter = (row: number) => void;

export interface EncoderOptions {
  readonly out: JsonWriter;
  /** Whether the client understands precisions other than 3 in dates and times; else they are rounded. */
  readonly parametricDatetime: boolean;
}

/** The writer for the rows of one vector; valid as long as its chunk is. */
export function columnEncoder(vector: duckdb.Vector, type: Type, rowCount: number, options: EncoderOptions): RowWriter {
  const validity = validityOf(vector, rowCount);
  const write = presentEncoder({ vector, rowCount, validity }, type, options);
  if (validity === undefined) return write;
  const { out } = options;
  return (row) => {
    if (isPresent(validity, row)) write(row);
    else out.ascii('null');
  };
}

export interface VectorRows {
  readonly vector: duckdb.Vector;
  readonly rowCount: number;
  readonly validity: Uint8Array | undefined;
}

function presentEncoder(rows: VectorRows, type: Type, options: EncoderOptions): RowWriter {
  const { vector, rowCount } = rows;
  const { out } = options;
  const data = (width: number) => duckdb.vector_get_data(vector, rowCount * width);
  switch (type.kind) {
    case 'unknown':
      return () => out.ascii('null');
    case 'boolean': {
      const values = data(1);
      return (row) => out.ascii(values[row] === 0 ? 'false' : 'true');
    }
    case 'tinyint': {
      const { buffer, byteOffset } = data(1);
      return integers(new Int8Array(buffer, byteOffset, rowCount), out);
    }
    case 'smallint': {
      const { buffer, byteOffset } = data(2);
      return integers(new Int16Array(buffer, byteOffset, rowCount), out);
    }
    case 'integer':
      return integers(int32s(vector, rowCount), out);
    case 'bigint':
      return bigints(vector, rowCount, out);
    case 'real': {
      const { buffer, byteOffset } = data(4);
      return reals(new Float32Array(buffer, byteOffset, rowCount), out);
    }
    case 'double': {
      const { buffer, byteOffset } = data(8);
      return doubles(new Float64Array(buffer, byteOffset, rowCount), out);
    }
    case 'decimal':
      return decimals(vector, type, rowCount, out);
    case 'varchar':
    case 'json':
    case 'json2016':
    case 'JoniRegExp':
    case 'LikePattern':
    case 'JsonPath':
    case 'JsonPath2016':
    case 'CodePoints':
      return strings(rows, (s) => out.string(s.source, s.start, s.length));
    case 'char':
      return chars(rows, type.length, out);
    case 'varbinary':
    case 'HyperLogLog':
    case 'P4HyperLogLog':
    case 'SetDigest':
    case 'qdigest':
      return strings(rows, (s) => out.base64(s.source, s.start, s.length));
    case 'tdigest':
      return strings(rows, (s) => {
        const bytes = TDigest.deserialize(s.source.subarray(s.start, s.start + s.length)).serialize();
        out.base64(bytes, 0, bytes.length);
      });
    case 'ipaddress':
      return strings(rows, (s) => quoted(out, ipAddressText(s.source.subarray(s.start, s.start + s.length))));
    case 'uuid':
      return uuids(data(16), out);
    case 'color':
      return colors(int32s(vector, rowCount), out);
    case 'date': {
      const values = int32s(vector, rowCount);
      return (row) => {
        out.byte(34);
        writeDate(out, values[row] ?? 0);
        out.byte(34);
      };
    }
    case 'interval year to month': {
      const values = int32s(vector, rowCount);
      return (row) => quoted(out, intervalYearToMonthText(values[row] ?? 0));
    }
    case 'interval day to second': {
      const values = bigInt64s(vector, rowCount);
      return (row) => quoted(out, intervalDayToSecondText(values[row] ?? 0n));
    }
    case 'time':
    case 'time with time zone':
      return times(rows, type, options);
    case 'timestamp':
    case 'timestamp with time zone':
      return timestamps(rows, type, options);
    case 'array':
      return lists(rows, type.element, options);
    case 'map':
      return mapEncoder(rows, type, options, columnEncoder);
    case 'row': {
      const fields = type.fields.map((field, i) => columnEncoder(duckdb.struct_vector_get_child(vector, i), field.type, rowCount, options));
      return (row) => {
        out.byte(91);
        for (let i = 0; i < fields.length; i++) {
          if (i > 0) out.byte(44);
          fields[i]?.(row);
        }
        out.byte(93);
      };
    }
    case 'function':
      throw new Error('a function is no value');
    default:
      return unreachable(type);
  }
}

function quoted(out: JsonWriter, text: string): void {
  out.byte(34);
  out.ascii(text);
  out.byte(34);
}

function integers(values: Int8Array | Int16Array | Int32Array, out: JsonWriter): RowWriter {
  return (row) => out.integer(values[row] ?? 0);
}

/** Numbers that a double holds exactly go the fast way. */
function bigints(vector: duckdb.Vector, rowCount: number, out: JsonWriter): RowWriter {
  const words = int32s(vector, rowCount * 2);
  return (row) => {
    const value = safeInteger(words, row * 2);
    if (value !== undefined) out.integer(value);
    else out.ascii(bigValue(words, row * 2, 2).toString());
  };
}

function safeInteger(words: Int32Array, at: number): number | undefined {
  const high = words[at + 1] ?? 0;
  return high >= -2097152 && high < 2097152 ? high * 4294967296 + ((words[at] ?? 0) >>> 0) : undefined;
}

/** Whether the upper half of a 128-bit value only repeats the sign. */
function isSignOf(words: Int32Array, row: number): boolean {
  const sign = (words[row * 4 + 1] ?? 0) < 0 ? -1 : 0;
  return words[row * 4 + 2] === sign && words[row * 4 + 3] === sign;
}

function bigValue(words: Int32Array, at: number, stride: 2 | 4): bigint {
  let value = BigInt(words[at + stride - 1] ?? 0);
  for (let i = stride - 2; i >= 0; i--) value = (value << 32n) | BigInt((words[at + i] ?? 0) >>> 0);
  return value;
}

function doubles(values: Float64Array, out: JsonWriter): RowWriter {
  return (row) => {
    const x = values[row] ?? 0;
    if (x > -1e7 && x < 1e7 && out.shortDecimal(x)) return;
    if (Number.isFinite(x)) out.ascii(doubleText(x));
    else quoted(out, doubleText(x));
  };
}

function reals(values: Float32Array, out: JsonWriter): RowWriter {
  return (row) => {
    const x = values[row] ?? 0;
    if (Number.isInteger(x) && x > -1e7 && x < 1e7 && x !== 0) {
      out.integer(x);
      out.ascii('.0');
    } else if (Number.isFinite(x)) out.ascii(realText(x));
    else quoted(out, realText(x));
  };
}

function decimals(vector: duckdb.Vector, type: { readonly precision: number; readonly scale: number }, rowCount: number, out: JsonWriter): RowWriter {
  const { precision, scale } = type;
  if (precision <= 9) {
    const small = precision <= 4;
    const data = duckdb.vector_get_data(vector, rowCount * (small ? 2 : 4));
    const values = small ? new Int16Array(data.buffer, data.byteOffset, rowCount) : new Int32Array(data.buffer, data.byteOffset, rowCount);
    return (row) => safeDecimal(values[row] ?? 0, scale, out);
  }
  const stride = precision <= 18 ? 2 : 4;
  const words = int32s(vector, rowCount * stride);
  return (row) => {
    const value = safeInteger(words, row * stride);
    if (value !== undefined && (stride === 2 || isSignOf(words, row))) safeDecimal(value, scale, out);
    else quoted(out, decimalText(bigValue(words, row * stride, stride), scale));
  };
}

function safeDecimal(unscaled: number, scale: number, out: JsonWriter): void {
  out.byte(34);
  if (scale === 0) out.integer(unscaled);
  else {
    const absolute = Math.abs(unscaled);
    const unit = 10 ** scale;
    const whole = Math.floor(absolute / unit);
    if (unscaled < 0) out.byte(45);
    out.integer(whole);
    out.byte(46);
    if (scale <= 15) out.padded(absolute - whole * unit, scale);
    else out.ascii(String(absolute).padStart(scale, '0'));
  }
  out.byte(34);
}

export function decimalText(unscaled: bigint, scale: number): string {
  const sign = unscaled < 0n ? '-' : '';
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function strings(rows: VectorRows, write: (strings: RawStrings) => void): RowWriter {
  const raw = new RawStrings(rows.vector, rows.rowCount, rows.validity);
  return (row) => {
    raw.locate(row);
    write(raw);
  };
}

/** Kept without trailing blanks, shown with them: the length counts code points. */
function chars(rows: VectorRows, length: number, out: JsonWriter): RowWriter {
  return strings(rows, (s) => {
    out.string(s.source, s.start, s.length);
    let characters = 0;
    for (let i = s.start; i < s.start + s.length; i++) if (((s.source[i] ?? 0) & 0xc0) !== 0x80) characters++;
    if (characters >= length) return;
    out.position--;
    out.ascii(`${' '.repeat(length - characters)}"`);
  });
}

/** A 128-bit number, most significant byte last and its top bit inverted. */
function uuids(data: Uint8Array, out: JsonWriter): RowWriter {
  return (row) => {
    let hex = '';
    for (let i = 15; i >= 0; i--) hex += ((data[row * 16 + i] ?? 0) ^ (i === 15 ? 0x80 : 0)).toString(16).padStart(2, '0');
    quoted(out, `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`);
  };
}

const SYSTEM_COLORS = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'];

function colors(values: Int32Array, out: JsonWriter): RowWriter {
  return (row) => {
    const value = values[row] ?? 0;
    quoted(out, value < 0 ? (SYSTEM_COLORS[-value - 1] ?? '') : `#${value.toString(16).padStart(6, '0')}`);
  };
}

function lists(rows: VectorRows, element: Type, options: EncoderOptions): RowWriter {
  const { vector, rowCount } = rows;
  const entries = int32s(vector, rowCount * 4);
  const child = columnEncoder(duckdb.list_vector_get_child(vector), element, duckdb.list_vector_get_size(vector), options);
  const { out } = options;
  return (row) => {
    out.byte(91);
    const start = entries[row * 4] ?? 0;
    const end = start + (entries[row * 4 + 2] ?? 0);
    for (let i = start; i < end; i++) {
      if (i > start) out.byte(44);
      child(i);
    }
    out.byte(93);
  };
}

type Temporal = { readonly kind: TemporalKind; readonly precision: number };

const DAY_PICOS = 86_400_000_000_000_000n;

function times(rows: VectorRows, type: Temporal, { out, parametricDatetime }: EncoderOptions): RowWriter {
  const withZone = type.kind === 'time with time zone';
  const values = bigInt64s(withZone ? duckdb.struct_vector_get_child(rows.vector, 0) : rows.vector, rows.rowCount);
  const zoneData = withZone ? duckdb.vector_get_data(duckdb.struct_vector_get_child(rows.vector, 1), rows.rowCount * 2) : undefined;
  const offsets = zoneData === undefined ? undefined : new Int16Array(zoneData.buffer, zoneData.byteOffset, rows.rowCount);
  const digits = parametricDatetime ? type.precision : 3;
  return (row) => {
    let picos = values[row] ?? 0n;
    if (!parametricDatetime) picos = (((picos + 500_000_000n) / 1_000_000_000n) * 1_000_000_000n) % DAY_PICOS;
    out.byte(34);
    writeTimeOfDay(out, Number(picos / 1_000_000_000_000n), Number(picos % 1_000_000_000_000n), digits);
    if (offsets !== undefined) writeOffset(out, offsets[row] ?? 0);
    out.byte(34);
  };
}

function timestamps(rows: VectorRows, type: Temporal, { out, parametricDatetime }: EncoderOptions): RowWriter {
  const withZone = type.kind === 'timestamp with time zone';
  const long = type.precision > 6;
  const isStruct = withZone || long;
  const child = (i: number) => duckdb.struct_vector_get_child(rows.vector, i);
  const micros = int32s(isStruct ? child(0) : rows.vector, rows.rowCount * 2);
  const picos = long ? int32s(child(1), rows.rowCount) : undefined;
  const zones = withZone ? new RawStrings(child(long ? 2 : 1), rows.rowCount, rows.validity) : undefined;
  const digits = parametricDatetime ? type.precision : 3;
  const moment: Moment = { second: 0, picos: 0 };
  const zoneOf = zones === undefined ? undefined : repeatedText(zones);
  return (row) => {
    setMoment(moment, micros, row, picos?.[row] ?? 0);
    if (!parametricDatetime) roundMoment(moment, 3);
    out.byte(34);
    if (zoneOf === undefined) writeTimestamp(out, moment, digits);
    else writeTimestampWithTimeZone(out, moment, digits, zoneOf(row));
    out.byte(34);
  };
}

/** Texts that are mostly the one of the row before. */
function repeatedText(strings: RawStrings): (row: number) => string {
  const { slots } = strings;
  let last = '';
  let at = -4;
  return (row) => {
    const k = row * 4;
    if (
      at >= 0 &&
      (slots[k] ?? 0) <= 12 &&
      slots[k] === slots[at] &&
      slots[k + 1] === slots[at + 1] &&
      slots[k + 2] === slots[at + 2] &&
      slots[k + 3] === slots[at + 3]
    )
      return last;
    last = strings.text(row);
    at = k;
    return last;
  };
}

function setMoment(moment: Moment, words: Int32Array, row: number, picosOfMicro: number): void {
  const micros = safeInteger(words, row * 2);
  if (micros === undefined) {
    const big = bigValue(words, row * 2, 2);
    const rest = ((big % 1_000_000n) + 1_000_000n) % 1_000_000n;
    moment.second = Number((big - rest) / 1_000_000n);
    moment.picos = Number(rest) * 1e6 + picosOfMicro;
    return;
  }
  moment.second = Math.floor(micros / 1e6);
  moment.picos = (micros - moment.second * 1e6) * 1e6 + picosOfMicro;
}

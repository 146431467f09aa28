import type { MapValue, Value } from '../../spi/value.ts';
import { decodeArray, decodeJsonArray } from './arrayDecoder.ts';
import { trinoDate, trinoMillisWithTimeZone, trinoTime, trinoTimestamp, trinoTimestampWithTimeZone } from './calendar.ts';
import { canonicalJson } from './canonicalJson.ts';
import { checkPrecision, readNumeric } from './numericFormat.ts';
import type { ReadForm } from './readForm.ts';
import { jdbcError } from './remoteError.ts';

/** Bytes that came over the wire and a view of the same bytes. */
export interface Wire {
  readonly bytes: Buffer;
  readonly view: DataView;
}

/** One value, for the types that have no block of their own and for the elements of arrays. */
export function decodeValue(form: ReadForm, wire: Wire, at: number, length: number): Value {
  const { bytes, view } = wire;
  switch (form.kind) {
    case 'boolean':
      return view.getUint8(at) !== 0;
    case 'bit':
      return decodeBit(wire, at);
    case 'int2':
      return view.getInt16(at);
    case 'int4':
      return view.getInt32(at);
    case 'int8':
      return view.getBigInt64(at);
    case 'oid':
      return BigInt(view.getUint32(at));
    case 'float4':
      return view.getFloat32(at);
    case 'float8':
      return view.getFloat64(at);
    case 'numeric':
      return checkPrecision(readNumeric(view, at, form.scale, form.rounding), form.precision);
    case 'text':
      return bytes.toString('utf8', at, at + length);
    case 'char':
      return bytes.toString('utf8', at, at + length).replace(/ +$/, '');
    case 'bytea':
      return Uint8Array.prototype.slice.call(bytes, at, at + length);
    case 'date':
      return trinoDate(view.getInt32(at));
    case 'time':
      return trinoTime(view.getBigInt64(at), form.precision);
    case 'timetz':
      throw jdbcError('Cannot convert the column of type TIMETZ to requested type java.time.LocalTime.');
    case 'timestamp':
      return { epochMicros: trinoTimestamp(view.getBigInt64(at)), picosOfMicro: 0 };
    case 'timestamptz':
      return { epochMicros: trinoTimestampWithTimeZone(view.getBigInt64(at)), picosOfMicro: 0, zone: 'UTC' };
    case 'timestamptzMillis':
      return { epochMicros: trinoMillisWithTimeZone(view.getBigInt64(at)), picosOfMicro: 0, zone: 'UTC' };
    case 'uuid':
      return decodeUuid(bytes, at);
    case 'json':
      return decodeJson(bytes.toString('utf8', at, at + length));
    case 'jsonb':
      return decodeJson(bytes.toString('utf8', at + 1, at + length));
    case 'hstore':
      return decodeHstore(wire, at);
    case 'tid':
      return BigInt(view.getUint32(at)) * 65_536n + BigInt(view.getUint16(at + 4));
    case 'array':
      return decodeArray(form, wire, at);
    case 'arrayJson':
      return decodeJsonArray(form, wire, at);
  }
}

/** The text in canonical form; an error in Trino's words. */
export function decodeJson(text: string): string {
  try {
    return canonicalJson(text);
  } catch (error) {
    throw jdbcError(`Cannot convert value to JSON: '${text}'`, error);
  }
}

export function decodeBit({ view }: Wire, at: number): boolean {
  const count = view.getInt32(at);
  const bits = Array.from({ length: count }, (_, i) => (view.getUint8(at + 4 + (i >> 3)) >> (7 - (i & 7))) & 1).join('');
  if (count !== 1) throw jdbcError(`Cannot cast to boolean: "${bits}"`);
  return bits === '1';
}

function decodeUuid(bytes: Buffer, at: number): string {
  const hex = bytes.toString('hex', at, at + 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

function decodeHstore({ bytes, view }: Wire, start: number): MapValue {
  let at = start;
  const text = (): string | null => {
    const length = view.getInt32(at);
    at += 4;
    if (length < 0) return null;
    at += length;
    return bytes.toString('utf8', at - length, at);
  };
  const count = view.getInt32(at);
  at += 4;
  return { entries: Array.from({ length: count }, () => [text(), text()] as const) };
}

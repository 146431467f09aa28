import type { Value } from '../../spi/value.ts';
import { trinoDateText, trinoTimestampText, trinoTimeText } from './calendar.ts';
import { javaDouble, quoteJson } from './canonicalJson.ts';
import type { ReadForm } from './readForm.ts';
import { jdbcError } from './remoteError.ts';
import { decodeValue, type Wire } from './valueDecoder.ts';

interface ArrayHeader {
  readonly sizes: readonly number[];
  readonly elementsAt: number;
}

function readHeader({ view }: Wire, at: number): ArrayHeader {
  const dimensions = view.getInt32(at);
  return { sizes: Array.from({ length: dimensions }, (_, i) => view.getInt32(at + 12 + i * 8)), elementsAt: at + 12 + dimensions * 8 };
}

function readElements<T>(wire: Wire, { sizes, elementsAt }: ArrayHeader, read: (at: number, length: number) => T): readonly unknown[] {
  let at = elementsAt;
  const level = (depth: number): unknown[] =>
    Array.from({ length: sizes[depth] ?? 0 }, () => {
      if (depth < sizes.length - 1) return level(depth + 1);
      const length = wire.view.getInt32(at);
      at += 4;
      if (length < 0) return null;
      at += length;
      return read(at - length, length);
    });
  return level(0);
}

/** An array of the declared dimensions; PostgreSQL itself does not hold its values to them. */
export function decodeArray(form: Extract<ReadForm, { kind: 'array' }>, wire: Wire, at: number): Value {
  const header = readHeader(wire, at);
  if (header.sizes.length > 0 && header.sizes.length !== form.dimensions) {
    throw jdbcError(
      header.sizes.length > form.dimensions
        ? `Bad value for type ${form.elementName} : an array of ${header.sizes.length} dimensions in a column declared with ${form.dimensions}`
        : `An array of ${header.sizes.length} dimensions in a column declared with ${form.dimensions}`,
    );
  }
  return asValues(readElements(wire, header, (place, length) => decodeValue(form.element, wire, place, length)));
}

function asValues(items: readonly unknown[]): readonly Value[] {
  return items.map((item) => (Array.isArray(item) ? asValues(item) : isValue(item) ? item : null));
}

const isValue = (item: unknown): item is Value => item !== undefined && typeof item !== 'function' && typeof item !== 'symbol';

export function decodeJsonArray(form: Extract<ReadForm, { kind: 'arrayJson' }>, wire: Wire, at: number): string {
  const items = readElements(wire, readHeader(wire, at), (place, length) => elementJson(form, wire, place, length));
  const write = (item: unknown): string => (item === null ? 'null' : Array.isArray(item) ? `[${item.map(write).join(',')}]` : String(item));
  return write(items);
}

/** As Jackson prints what PostgreSQL's JDBC driver gives for an element. */
function elementJson({ element, precision }: Extract<ReadForm, { kind: 'arrayJson' }>, wire: Wire, at: number, length: number): string {
  const value = decodeValue(element, wire, at, length);
  switch (element.kind) {
    case 'boolean':
    case 'int2':
    case 'int4':
    case 'int8':
    case 'oid':
      return String(value);
    case 'float4':
      return javaFloat(Number(value));
    case 'float8':
      return jsonNumber(javaDouble(Number(value)));
    case 'numeric':
      return quoteJson(decimalText(BigInt(String(value)), element.scale));
    case 'date':
      return quoteJson(trinoDateText(Number(value)));
    case 'time':
      return quoteJson(trinoTimeText(BigInt(String(value)) / 1_000_000n, element.precision));
    case 'timestamp':
      return quoteJson(trinoTimestampText(microsOf(value), precision));
    case 'timestamptz':
    case 'timestamptzMillis':
      return quoteJson(`${trinoTimestampText(microsOf(value), precision)} UTC`);
    case 'char':
      return quoteJson(wire.bytes.toString('utf8', at, at + length));
    case 'hstore':
      return hstoreJson(value);
    case 'bytea':
      return quoteJson(wire.bytes.toString('base64', at, at + length));
    default:
      return quoteJson(String(value));
  }
}

const microsOf = (value: Value): bigint => (typeof value === 'object' && value !== null && 'epochMicros' in value ? value.epochMicros : 0n);

const jsonNumber = (text: string): string => (/^[-\d]/.test(text) && text !== '-Infinity' ? text : quoteJson(text));

/** The shortest text that gives the same float again. */
function javaFloat(value: number): string {
  for (let digits = 1; digits < 10; digits++) {
    const candidate = Number(value.toPrecision(digits));
    if (Math.fround(candidate) === value) return jsonNumber(javaDouble(candidate));
  }
  return jsonNumber(javaDouble(value));
}

export function decimalText(unscaled: bigint, scale: number): string {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const sign = unscaled < 0n ? '-' : '';
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

function hstoreJson(value: Value): string {
  if (typeof value !== 'object' || value === null || !('entries' in value) || typeof value.entries === 'function') return 'null';
  return `{${value.entries.map(([key, item]) => `${quoteJson(String(key))}:${item === null ? 'null' : quoteJson(String(item))}`).join(',')}}`;
}

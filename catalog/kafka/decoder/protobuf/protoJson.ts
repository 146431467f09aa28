import { doubleToString, floatToString } from '../javaNumber.ts';
import { compileProtoReader, isRecord, ProtoDataError, type ProtoRecord, type ProtoValue } from './protoReader.ts';
import { ANY, type ProtoField, type ProtoScalar, type ProtoSchema, protoEnum } from './protoSchema.ts';

const WRAPPERS = /^google\.protobuf\.(?:Double|Float|Int64|UInt64|Int32|UInt32|Bool|String|Bytes)Value$/;

/** What has no JSON: an Any whose message is not known. */
export class ProtoJsonError extends Error {}

/** One field as the object that protobuf's JSON mapping makes of it, with the escapes of Java's printer. */
export function fieldJson(schema: ProtoSchema, field: ProtoField, value: ProtoValue): string {
  return `{${text(jsonName(field.name))}:${new JsonPrinter(schema).value(field, value)}}`;
}

/** An Any as JSON, with what it holds: `types` has the messages that may be in it. */
export function anyJson(types: ProtoSchema, any: ProtoRecord): string {
  return new JsonPrinter(types, true).message(any);
}

class JsonPrinter {
  private readonly schema: ProtoSchema;
  private readonly opensAny: boolean;

  constructor(schema: ProtoSchema, opensAny = false) {
    this.schema = schema;
    this.opensAny = opensAny;
  }

  value(field: ProtoField, value: ProtoValue): string {
    if (!isList(value)) return isRecord(value) ? this.message(value) : this.scalar(field, value);
    if (!field.map) return `[${value.map((item) => (isRecord(item) ? this.message(item) : this.scalar(field, item))).join(',')}]`;
    const entries = value.flatMap((entry) => {
      if (!isRecord(entry)) return [];
      const [key, item] = entry.message.fields;
      if (key === undefined || item === undefined) return [];
      const of = (f: ProtoField, slot: number): string => {
        const found = entry.values[slot];
        return found === undefined ? (f.kind === 'message' ? '{}' : this.scalar(f, f.defaultValue)) : this.value(f, found);
      };
      const name = of(key, 0);
      return [`${name.startsWith('"') ? name : `"${name}"`}:${of(item, 1)}`];
    });
    return `{${entries.join(',')}}`;
  }

  message(record: ProtoRecord): string {
    return this.wellKnown(record) ?? `{${this.members(record).join(',')}}`;
  }

  /** undefined: a message like any other. */
  private wellKnown(record: ProtoRecord): string | undefined {
    const { name } = record.message;
    const at = (field: string): ProtoValue | undefined => record.values[record.message.fields.findIndex((f) => f.name === field)];
    switch (name) {
      case ANY:
        return this.any(String(at('type_url') ?? ''), at('value'));
      case 'google.protobuf.Timestamp':
        return `"${timestampText(whole(at('seconds')), whole(at('nanos')))}"`;
      case 'google.protobuf.Duration':
        return `"${durationText(whole(at('seconds')), whole(at('nanos')))}"`;
      case 'google.protobuf.Struct':
      case 'google.protobuf.ListValue': {
        const [field] = record.message.fields;
        return field === undefined ? '{}' : this.value(field, record.values[0] ?? []);
      }
      case 'google.protobuf.Value':
        return this.structValue(record);
    }
    if (WRAPPERS.test(name)) {
      const [field] = record.message.fields;
      return field === undefined ? 'null' : this.value(field, record.values[0] ?? field.defaultValue);
    }
    return undefined;
  }

  private any(url: string, data: ProtoValue | undefined): string {
    if (url === '' && data === undefined) return '{}';
    const name = url.slice(url.lastIndexOf('/') + 1);
    if (!this.opensAny || this.schema.messages[name] === undefined) throw new ProtoJsonError('Cannot find type for url');
    const bytes = data instanceof Uint8Array ? Buffer.from(data) : Buffer.alloc(0);
    const held = readHeld({ ...this.schema, root: name }, bytes);
    const whole = this.wellKnown(held);
    return `{${[`"@type":${text(url)}`, ...(whole === undefined ? this.members(held) : [`"value":${whole}`])].join(',')}}`;
  }

  private members(record: ProtoRecord): readonly string[] {
    const slots = record.message.fields.map((field, slot) => ({ field, value: record.values[slot] })).toSorted((a, b) => a.field.number - b.field.number);
    return slots.flatMap(({ field, value }) => {
      if (value === undefined || (!field.presence && !field.repeated && field.oneof === undefined && isDefault(value))) return [];
      return [`${text(jsonName(field.name))}:${this.value(field, value)}`];
    });
  }

  private structValue(record: ProtoRecord): string {
    const slot = record.values.findIndex((v) => v !== undefined);
    const field = record.message.fields[slot];
    const value = record.values[slot];
    if (field === undefined || value === undefined) throw new ProtoJsonError('a Value without a value');
    return field.kind === 'enum' ? 'null' : this.value(field, value);
  }

  private scalar(field: ProtoField, value: ProtoScalar): string {
    switch (field.kind) {
      case 'double':
      case 'float': {
        const number = Number(value);
        const shown = field.kind === 'double' ? doubleToString(number) : floatToString(number);
        return Number.isFinite(number) ? shown : `"${shown}"`;
      }
      case 'uint32':
      case 'fixed32':
        return String(Number(value) >>> 0);
      case 'uint64':
      case 'fixed64':
        return `"${BigInt.asUintN(64, BigInt(String(value)))}"`;
      case 'int64':
      case 'sint64':
      case 'sfixed64':
        return `"${String(value)}"`;
      case 'bytes':
        return `"${(value instanceof Uint8Array ? Buffer.from(value) : Buffer.alloc(0)).toString('base64')}"`;
      case 'enum': {
        const label = protoEnum(this.schema, field.typeName ?? '').values.find(([number]) => number === value)?.[1];
        return label === undefined ? String(value) : text(label);
      }
      case 'string':
        return text(String(value));
      default:
        return String(value);
    }
  }
}

function readHeld(schema: ProtoSchema, bytes: Buffer): ProtoRecord {
  try {
    return compileProtoReader(schema, 'all')(bytes, 0, bytes.length);
  } catch (cause) {
    if (cause instanceof ProtoDataError) throw new ProtoJsonError(cause.message, { cause });
    throw cause;
  }
}

function isList(value: ProtoValue): value is readonly (ProtoScalar | ProtoRecord)[] {
  return Array.isArray(value);
}

function whole(value: ProtoValue | undefined): bigint {
  return typeof value === 'bigint' || typeof value === 'number' ? BigInt(value) : 0n;
}

function isDefault(value: ProtoValue): boolean {
  if (value instanceof Uint8Array) return value.length === 0;
  return value === 0n || Object.is(value, 0) || value === '' || value === false;
}

/** Three, six or nine digits, or none. */
function fraction(nanos: bigint): string {
  if (nanos === 0n) return '';
  const digits = String(nanos).padStart(9, '0');
  if (digits.endsWith('000000')) return `.${digits.slice(0, 3)}`;
  return `.${digits.endsWith('000') ? digits.slice(0, 6) : digits}`;
}

function timestampText(seconds: bigint, nanos: bigint): string {
  if (seconds < -62_135_596_800n || seconds > 253_402_300_799n || nanos < 0n || nanos > 999_999_999n) throw new ProtoJsonError('Timestamp is not valid');
  return `${new Date(Number(seconds) * 1000).toISOString().slice(0, 19)}${fraction(nanos)}Z`;
}

function durationText(seconds: bigint, nanos: bigint): string {
  const abs = (n: bigint): bigint => (n < 0n ? -n : n);
  const mixed = (seconds > 0n && nanos < 0n) || (seconds < 0n && nanos > 0n);
  if (abs(seconds) > 315_576_000_000n || abs(nanos) > 999_999_999n || mixed) throw new ProtoJsonError('Duration is not valid');
  return `${seconds < 0n || nanos < 0n ? '-' : ''}${abs(seconds)}${fraction(abs(nanos))}s`;
}

/** lowerCamelCase. */
function jsonName(name: string): string {
  return name.replace(/_+(.?)/g, (_, next: string) => next.toUpperCase());
}

function text(value: string): string {
  return JSON.stringify(value).replace(/[<>&='\u2028\u2029]/g, (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

import { createHash } from 'node:crypto';
import { TrinoError } from '../../../spi/trinoError.ts';
import type { Type } from '../../../spi/type.ts';
import type { MapValue, Value } from '../../../spi/value.ts';

/** PostgreSQL keeps nothing out of line that is as short as a pointer to it. */
const IN_LINE_BYTES = 16;
const HEX = 'hex:';

/** What Debezium writes for a value kept out of line (TOAST) that an UPDATE left as it was: its `unavailable.value.placeholder`, in the manner of the type. */
export class UnavailableValue {
  private readonly bytes: Uint8Array;
  private readonly signed: Int8Array;
  private readonly texts: ReadonlySet<Value>;
  private readonly uuid: string;

  constructor(placeholder: string) {
    const bytes = placeholder.startsWith(HEX) ? Buffer.from(placeholder.slice(HEX.length), 'hex') : Buffer.from(placeholder);
    const text = bytes.toString();
    this.bytes = bytes;
    this.signed = new Int8Array(bytes);
    // as it is; as binary.handling.mode has it; as hstore.handling.mode=json has it
    const encodings = ['base64', 'hex'] as const;
    this.texts = new Set([text, ...encodings.map((encoding) => bytes.toString(encoding)), urlSafe(bytes), JSON.stringify({ [text]: text })]);
    this.uuid = nameUuid(bytes);
  }

  is(value: Value, type: Type): boolean {
    if (value === null) return false;
    switch (type.kind) {
      case 'varchar':
        return this.texts.has(value);
      case 'varbinary':
        return value instanceof Uint8Array && value.length === this.bytes.length && this.bytes.every((byte, i) => value[i] === byte);
      case 'array':
        return Array.isArray(value) && this.isList(value, type.element);
      case 'map':
        return isMap(value) && value.entries.length === 1 && this.texts.has(value.entries[0]?.[0] ?? null);
      default:
        return false;
    }
  }

  /** Lists of numbers hold the placeholder's bytes, those of other kinds the placeholder alone. */
  private isList(items: readonly Value[], element: Type): boolean {
    const [first = null] = items;
    if (items.length === 1 && (this.is(first, element) || (element.kind === 'uuid' && first === this.uuid))) return true;
    // Java's bytes have a sign
    const { signed } = this;
    return items.length === signed.length && items.every((item, i) => (typeof item === 'bigint' || typeof item === 'number') && Number(item) === signed[i]);
  }
}

export function unknownValue(topic: string): TrinoError {
  return new TrinoError(
    'NOT_SUPPORTED',
    undefined,
    `An update in topic '${topic}' leaves out a value that it did not change, and no earlier message has it (REPLICA IDENTITY FULL writes it, "decodeError": "null" takes NULL for it)`,
  );
}

function isMap(value: Value): value is MapValue {
  return value !== null && typeof value === 'object' && !Array.isArray(value) && !(value instanceof Uint8Array) && 'entries' in value;
}

/** The value may one day be left out of an UPDATE. */
export function mayBeLeftOut(value: Value, type: Type): boolean {
  if (value === null) return false;
  if (typeof value === 'string') return Buffer.byteLength(value) > IN_LINE_BYTES;
  if (value instanceof Uint8Array) return value.length > IN_LINE_BYTES;
  return type.kind === 'array' || type.kind === 'map';
}

/** binary.handling.mode=base64-url-safe keeps the padding. */
const urlSafe = (bytes: Buffer): string => bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_');

/** UUID of version 3 of a name without a name space, as Java makes it. */
function nameUuid(name: Uint8Array): string {
  const bytes = createHash('md5').update(name).digest();
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x30;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

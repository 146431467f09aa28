import { createHash } from 'node:crypto';
import type { Type } from '../../../spi/type.ts';
import type { MapValue, Value } from '../../../spi/value.ts';

/** What Debezium writes for a value kept out of line (TOAST) that an UPDATE left as it was. */
const PLACEHOLDER = '__debezium_unavailable_value';
const CODES = [...Buffer.from(PLACEHOLDER)];
const UUID_TEXT = nameUuid(PLACEHOLDER);
/** PostgreSQL keeps nothing out of line that is as short as a pointer to it. */
const IN_LINE_BYTES = 16;

export function isUnavailable(value: Value, type: Type): boolean {
  if (value === null) return false;
  switch (type.kind) {
    case 'varchar':
      return value === PLACEHOLDER;
    case 'varbinary':
      return value instanceof Uint8Array && value.length === CODES.length && CODES.every((code, i) => value[i] === code);
    case 'array':
      return Array.isArray(value) && isUnavailableList(value, type.element);
    case 'map':
      return isMap(value) && value.entries.length === 1 && value.entries[0]?.[0] === PLACEHOLDER;
    default:
      return false;
  }
}

/** Lists of numbers hold the placeholder's bytes, those of other kinds the placeholder alone. */
function isUnavailableList(items: readonly Value[], element: Type): boolean {
  if (items.length === 1 && (isUnavailable(items[0] ?? null, element) || (element.kind === 'uuid' && items[0] === UUID_TEXT))) return true;
  return items.length === CODES.length && items.every((item, i) => (typeof item === 'bigint' || typeof item === 'number') && Number(item) === CODES[i]);
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

/** UUID of version 3 of a name without a name space, as Java makes it. */
function nameUuid(name: string): string {
  const bytes = createHash('md5').update(name).digest();
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x30;
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80;
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

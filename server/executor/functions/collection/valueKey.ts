import type { MapValue, Value } from '../../../../spi/value.ts';

/** A text that is equal for values of one type that are not distinct: instants without their zone, -0 as 0, NaN as itself. */
export function valueKey(value: Value): string {
  if (value === null) return 'n';
  switch (typeof value) {
    case 'bigint':
      return `${value}`;
    case 'number':
      return value === 0 ? '0' : String(value);
    case 'string':
      return JSON.stringify(value);
    case 'boolean':
      return value ? 't' : 'f';
    default:
      return objectKey(value);
  }
}

function objectKey(value: Exclude<Value, null | boolean | number | bigint | string>): string {
  if (value instanceof Uint8Array) return `x${Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('hex')}`;
  if (Array.isArray(value)) return `[${value.map((item: Value) => valueKey(item)).join()}]`;
  if (isMapValue(value)) {
    return `{${value.entries
      .map(([key, item]) => `${valueKey(key)}:${valueKey(item)}`)
      .sort()
      .join()}}`;
  }
  if ('epochMicros' in value) return `${value.epochMicros}.${value.picosOfMicro}`;
  if ('offsetMinutes' in value)
    return String((value.picos - BigInt(value.offsetMinutes) * 60_000_000_000_000n + 86_400_000_000_000_000n) % 86_400_000_000_000_000n);
  throw new Error('not a value');
}

export function isMapValue(value: Value): value is MapValue {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && 'entries' in value && typeof value.entries !== 'function';
}

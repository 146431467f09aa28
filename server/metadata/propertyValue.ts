import { TrinoError } from '../../spi/trinoError.ts';
import { type Type, typeId } from '../../spi/type.ts';
import type { Value } from '../../spi/value.ts';

/** Decodes the text of a session property as it travels in X-Trino-Session. */
export function parsePropertyValue(name: string, type: Type, text: string): Value {
  const invalid = () => new TrinoError('INVALID_SESSION_PROPERTY', undefined, `${name} is invalid: ${text}`);
  switch (type.kind) {
    case 'varchar':
      return text;
    case 'boolean':
      if (!/^(true|false)$/i.test(text)) throw invalid();
      return text.toLowerCase() === 'true';
    case 'integer':
    case 'double':
      if (text.trim() === '' || Number.isNaN(Number(text)) || (type.kind === 'integer' && !Number.isInteger(Number(text)))) throw invalid();
      return Number(text);
    case 'bigint':
      if (!/^[+-]?\d+$/.test(text)) throw invalid();
      return BigInt(text);
    case 'array':
      return parseJsonArray(text, invalid).map((item) => parsePropertyValue(name, type.element, String(item)));
    default:
      throw new TrinoError('INVALID_SESSION_PROPERTY', undefined, `Session property type ${typeId(type)} is not supported`);
  }
}

function parseJsonArray(text: string, invalid: () => Error): unknown[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw invalid(); // the text is the user's: that it is no JSON is all there is to say
  }
  if (!Array.isArray(parsed)) throw invalid();
  return parsed;
}

/** The text of a property's value as SHOW SESSION and X-Trino-Set-Session have it. */
export function formatPropertyValue(type: Type, value: Value): string {
  if (value === null) return '';
  if (type.kind === 'array' && Array.isArray(value)) return JSON.stringify(value.map((item: Value) => (typeof item === 'bigint' ? Number(item) : item)));
  if (type.kind === 'double' && typeof value === 'number') return Number.isInteger(value) && Math.abs(value) < 1e7 ? value.toFixed(1) : String(value);
  if (type.kind === 'map' && typeof value === 'object' && 'entries' in value && Array.isArray(value.entries))
    return `{${value.entries.map(([key, item]: readonly [Value, Value]) => `${String(key)}=${String(item)}`).join(', ')}}`; // as Java prints a map
  return String(value);
}

import { TrinoError } from '../../../spi/trinoError.ts';
import { typeId } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import { INTEGER_BOUNDS } from '../decoder/integerBounds.ts';
import { nodeJson } from '../decoder/json/jsonTree.ts';
import type { FieldSpec } from '../decoder/rowDecoder.ts';
import type { RowEncoder } from './rowEncoder.ts';
import { temporalText } from './temporalText.ts';

/** Every field is written, NULL too; moments always as texts, whole numbers of milliseconds included. */
export function jsonEncoder(fields: readonly FieldSpec[]): RowEncoder {
  const writers = fields.map((field) => ({ key: nodeJson(jsonKey(field)), write: fieldWriter(field) }));
  return (values) => Buffer.from(`{${writers.map(({ key, write }, i) => `${key}:${write(values[i] ?? null)}`).join(',')}}`);
}

function jsonKey(field: FieldSpec): string {
  if (field.mapping === undefined) throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, `No mapping defined for column '${field.name}'`);
  // `a/b` is the name of one field here, though it is a path when read: as Trino writes it
  return field.mapping;
}

function fieldWriter(field: FieldSpec): (value: Value) => string {
  if (field.dataFormat !== undefined) {
    const text = temporalText(field);
    return (value) => (value === null ? 'null' : nodeJson(text(value)));
  }
  const { kind } = field.type;
  if (kind === 'double') return (value) => (typeof value === 'number' ? nodeJson(value) : 'null');
  if (kind === 'boolean' || INTEGER_BOUNDS.has(kind)) return (value) => String(value);
  if (kind === 'varchar') return (value) => (typeof value === 'string' ? escapedPairs(nodeJson(value)) : 'null');
  throw new TrinoError('NOT_SUPPORTED', undefined, `Unsupported column type '${typeId(field.type)}' for column '${field.name}'`);
}

/** Characters beyond 16 bits are written as two escapes, as Trino writes them. */
function escapedPairs(json: string): string {
  return json.replace(/[\ud800-\udfff]/g, (half) => `\\u${half.charCodeAt(0).toString(16).toUpperCase()}`);
}

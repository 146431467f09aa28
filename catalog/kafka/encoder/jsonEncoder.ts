import { TrinoError } from '../../../spi/trinoError.ts';
import { typeId } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import { INTEGER_BOUNDS } from '../decoder/integerBounds.ts';
import { nodeJson } from '../decoder/json/jsonTree.ts';
import type { FieldSpec } from '../decoder/rowDecoder.ts';
import { checkNoFormat } from './checkColumn.ts';
import type { RowEncoder } from './rowEncoder.ts';
import { temporalText } from './temporalText.ts';

/** Every field is written, NULL too; moments always as texts, whole numbers of milliseconds included. */
export function jsonEncoder(fields: readonly FieldSpec[]): RowEncoder {
  const writers = fields.map((field) => ({ key: nodeJson(jsonKey(field)), write: fieldWriter(field) }));
  return (values) => Buffer.from(`{${writers.map(({ key, write }, i) => `${key}:${write(values[i] ?? null)}`).join(',')}}`);
}

function jsonKey(field: FieldSpec): string {
  // `a/b` is the name of one field here, though it is a path when read: as Trino writes it
  return field.mapping ?? '';
}

const TEMPORAL: ReadonlySet<string> = new Set(['date', 'time', 'time with time zone', 'timestamp', 'timestamp with time zone']);

function fieldWriter(field: FieldSpec): (value: Value) => string {
  const { type, name, mapping } = field;
  const { kind } = type;
  const temporal = TEMPORAL.has(kind) && (!('precision' in type) || type.precision === 3);
  const plain = plainWriter(kind);
  if (!temporal && plain === undefined) throw new TrinoError('NOT_SUPPORTED', undefined, `Unsupported column type '${typeId(type)}' for column '${name}'`);
  if (plain !== undefined) checkNoFormat(field);
  const text = plain === undefined ? temporalText(field) : undefined;
  // what Trino trips over is the name that is missing
  if (mapping === undefined) throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, 'Internal error');
  if (text === undefined) return plain ?? String;
  return (value) => (value === null ? 'null' : nodeJson(text(value)));
}

function plainWriter(kind: FieldSpec['type']['kind']): ((value: Value) => string) | undefined {
  if (kind === 'double') return (value) => (typeof value === 'number' ? nodeJson(value) : 'null');
  if (kind === 'boolean' || INTEGER_BOUNDS.has(kind)) return String;
  return kind === 'varchar' ? (value) => (typeof value === 'string' ? escapedPairs(nodeJson(value)) : 'null') : undefined;
}

/** Characters beyond 16 bits are written as two escapes, as Trino writes them. */
function escapedPairs(json: string): string {
  return json.replace(/[\ud800-\udfff]/g, (half) => `\\u${half.charCodeAt(0).toString(16).toUpperCase()}`);
}

import { TrinoError } from '../../../spi/trinoError.ts';
import { typeId } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import { INTEGER_BOUNDS } from '../decoder/integerBounds.ts';
import { doubleToString } from '../decoder/javaNumber.ts';
import type { FieldSpec } from '../decoder/rowDecoder.ts';
import type { RowEncoder } from './rowEncoder.ts';

/** One line, every value in double quotes, NULL as nothing at all. Fields stand in their declared order, as in Trino. */
export function csvEncoder(fields: readonly FieldSpec[]): RowEncoder {
  for (const { type, name } of fields) {
    const supported = ['boolean', 'double', 'varchar'].includes(type.kind) || INTEGER_BOUNDS.has(type.kind);
    if (!supported) throw new TrinoError('NOT_SUPPORTED', undefined, `Unsupported column type '${typeId(type)}' for column '${name}'`);
  }
  return (values) => Buffer.from(fields.map((field, i) => csvText(field, values[i] ?? null)).join(','));
}

function csvText({ type }: FieldSpec, value: Value): string {
  if (value === null) return '';
  const text = type.kind === 'double' ? doubleToString(Number(value)) : String(value);
  return `"${text.replaceAll('"', '""')}"`;
}

import { TrinoError } from '../../../spi/trinoError.ts';
import { typeId } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import { INTEGER_BOUNDS } from '../decoder/integerBounds.ts';
import type { FieldSpec } from '../decoder/rowDecoder.ts';
import { checkNoFormat } from './checkColumn.ts';
import { javaText } from './javaClass.ts';
import type { RowEncoder } from './rowEncoder.ts';

/** One line, every value in double quotes, NULL as nothing at all. Fields stand in their declared order, as in Trino. */
export function csvEncoder(fields: readonly FieldSpec[]): RowEncoder {
  for (const field of fields) {
    checkNoFormat(field);
    const { type, name } = field;
    const supported = ['boolean', 'real', 'double', 'varchar'].includes(type.kind) || INTEGER_BOUNDS.has(type.kind);
    if (!supported) throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, `Unsupported column type '${typeId(type)}' for column '${name}'`);
  }
  return (values) => Buffer.from(fields.map((field, i) => csvText(field, values[i] ?? null)).join(','));
}

function csvText({ type }: FieldSpec, value: Value): string {
  return value === null ? '' : `"${javaText(type, value).replaceAll('"', '""')}"`;
}

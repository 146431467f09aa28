import { TrinoError } from '../../../spi/trinoError.ts';
import type { FieldSpec } from '../decoder/rowDecoder.ts';

/** A column of a format that knows neither data formats nor hints. */
export function checkNoFormat(field: FieldSpec): void {
  checkNoHint(field);
  if (field.dataFormat !== undefined) throw internal(`Unexpected data format '${field.dataFormat}' defined for column '${field.name}'`);
}

export function checkNoHint({ name, formatHint }: FieldSpec): void {
  if (formatHint !== undefined) throw internal(`Unexpected format hint '${formatHint}' defined for column '${name}'`);
}

export function checkMapped({ name, mapping }: FieldSpec): void {
  if (mapping === undefined) throw internal(`No mapping defined for column '${name}'`);
}

function internal(message: string): TrinoError {
  return new TrinoError('GENERIC_INTERNAL_ERROR', undefined, message);
}

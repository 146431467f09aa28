import { TrinoError } from '../../../spi/trinoError.ts';

const DATA_FORMATS: ReadonlySet<string> = new Set(['avro', 'csv', 'dummy', 'json', 'protobuf', 'raw']);

export function checkDataFormat(dataFormat: string): void {
  if (!DATA_FORMATS.has(dataFormat)) throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, `unknown data format '${dataFormat}'`);
}

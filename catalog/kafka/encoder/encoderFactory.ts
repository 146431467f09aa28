import { TrinoError } from '../../../spi/trinoError.ts';
import { avroEncoder } from './avroEncoder.ts';
import { csvEncoder } from './csvEncoder.ts';
import { jsonEncoder } from './jsonEncoder.ts';
import { protobufEncoder } from './protobufEncoder.ts';
import { rawEncoder } from './rawEncoder.ts';
import type { EncoderSpec, RowEncoder } from './rowEncoder.ts';

export function rowEncoder(spec: EncoderSpec): RowEncoder {
  const { dataFormat, fields } = spec;
  switch (dataFormat) {
    case 'json':
      return jsonEncoder(fields);
    case 'csv':
      return csvEncoder(fields);
    case 'raw':
      return rawEncoder(fields);
    case 'avro':
      return avroEncoder(spec);
    case 'protobuf':
      return protobufEncoder(spec);
    case 'dummy':
      return () => undefined;
    default:
      throw new TrinoError('NOT_SUPPORTED', undefined, `INSERT with data format '${dataFormat}' is not supported`);
  }
}

import { avroDecoder } from './avro/avroDecoder.ts';
import { connectJsonDecoder } from './connect/connectJsonDecoder.ts';
import { csvDecoder } from './csvDecoder.ts';
import { checkDataFormat } from './dataFormat.ts';
import { framedDecoder } from './framedDecoder.ts';
import { jsonDecoder } from './json/jsonDecoder.ts';
import { lenientDecoder } from './lenientDecoder.ts';
import { protobufDecoder } from './protobuf/protobufDecoder.ts';
import { rawDecoder } from './rawDecoder.ts';
import { type DecodedColumn, type DecoderSpec, dummyDecoder, type RowDecoder } from './rowDecoder.ts';

export function createDecoder(spec: DecoderSpec, columns: readonly DecodedColumn[]): RowDecoder {
  if (spec.decodeError === 'null') return lenientDecoder(columns, (some) => strictDecoder(spec, some));
  return strictDecoder(spec, columns);
}

function strictDecoder(spec: DecoderSpec, columns: readonly DecodedColumn[]): RowDecoder {
  switch (spec.dataFormat) {
    case 'json':
      return framed(spec, columns, spec.connect === true ? connectJsonDecoder(columns) : jsonDecoder(columns));
    case 'avro':
      // a message of which nothing is asked is not looked at, and so never corrupt, as in Trino
      return columns.length === 0 ? dummyDecoder(columns) : avroDecoder(spec, columns);
    case 'protobuf':
      return protobufDecoder(spec, columns);
    case 'csv':
      return csvDecoder(columns);
    case 'raw':
      return rawDecoder(columns);
    case 'dummy':
      return dummyDecoder(columns);
    default:
      checkDataFormat(spec.dataFormat);
      throw new Error(`no decoder of ${spec.dataFormat}`);
  }
}

function framed({ registry }: DecoderSpec, columns: readonly DecodedColumn[], decoder: RowDecoder): RowDecoder {
  return registry === undefined ? decoder : framedDecoder(columns, decoder);
}

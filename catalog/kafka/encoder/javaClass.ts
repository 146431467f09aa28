import { type Type, typeId } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import { doubleToString, floatToString } from '../decoder/javaNumber.ts';

/** What Trino's encoders hold a value in, for the texts of errors. */
export function javaClass(type: Type): string {
  switch (type.kind) {
    case 'boolean':
      return 'java.lang.Boolean';
    case 'integer':
      return 'java.lang.Integer';
    case 'bigint':
      return 'java.lang.Long';
    case 'real':
      return 'java.lang.Float';
    case 'double':
      return 'java.lang.Double';
    case 'varchar':
      return 'java.lang.String';
    case 'varbinary':
      return 'com.google.protobuf.ByteString$LiteralByteString';
    case 'timestamp':
      return 'com.google.protobuf.Timestamp';
    default:
      return typeId(type);
  }
}

export function javaText({ kind }: Type, value: Value): string {
  switch (kind) {
    case 'real':
      return floatToString(Number(value));
    case 'double':
      return doubleToString(Number(value));
    default:
      return String(value);
  }
}

import type { Value } from '../../../spi/value.ts';
import type { ProtoSchema } from '../decoder/protobuf/protoSchema.ts';
import type { FieldSpec } from '../decoder/rowDecoder.ts';

/** Makes the bytes of a key or a message from the values of its fields, in their order. */
export type RowEncoder = (values: readonly Value[]) => Buffer | undefined;

export interface EncoderSpec {
  readonly dataFormat: string;
  readonly fields: readonly FieldSpec[];
  /** The text of the Avro schema. */
  readonly dataSchema?: string;
  readonly protobuf?: ProtoSchema;
}

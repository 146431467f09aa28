import type { Type } from '../../../spi/type.ts';
import type { ColumnBuilder } from '../block/columnBuilder.ts';
import type { RegistryOptions } from '../registry/registryClient.ts';
import type { ProtoSchema } from './protobuf/protoSchema.ts';

/** A declared field as the decoders see it; plain data. */
export interface FieldSpec {
  readonly name: string;
  readonly type: Type;
  readonly mapping?: string;
  readonly dataFormat?: string;
  readonly formatHint?: string;
}

/** What becomes of a value that does not fit its column; `dead-letter`: its message is left out, and stands in a table of its own. */
export type DecodeError = (typeof DECODE_ERRORS)[number];
const DECODE_ERRORS = ['fail', 'null', 'dead-letter'] as const;

export const isDecodeError = (text: string): text is DecodeError => DECODE_ERRORS.some((known) => known === text);

export interface DecoderSpec {
  readonly dataFormat: string;
  readonly decodeError?: DecodeError;
  /** The text of the Avro schema, already read. */
  readonly dataSchema?: string;
  readonly dataSchemaReferences?: readonly string[];
  readonly protobuf?: ProtoSchema;
  /** Fields mean what Kafka Connect and Debezium say of them: in the schema beside the payload, or in the writer's Avro schema. */
  readonly connect?: boolean;
  /** Messages name the schema that they were written with. */
  readonly registry?: RegistryOptions;
}

/** A column to fill: what is declared of it, and where its values go. */
export interface DecodedColumn {
  readonly field: FieldSpec;
  readonly builder: ColumnBuilder;
}

export interface RowDecoder {
  /**
   * Fills one row of all its columns from the bytes; a NULL key or message comes as an empty range, as in Trino.
   * false: the bytes are not of this format at all (`_message_corrupt`), every column is NULL. A value that does not
   * fit its column raises DECODER_CONVERSION_NOT_SUPPORTED.
   */
  decode(data: Buffer, start: number, end: number, row: number): boolean;
}

/** Nothing is said of the format: nothing is read, and nothing can be corrupt. */
export function dummyDecoder(columns: readonly DecodedColumn[]): RowDecoder {
  return {
    decode(_data, _start, _end, row) {
      for (const { builder } of columns) builder.setNull(row);
      return true;
    },
  };
}

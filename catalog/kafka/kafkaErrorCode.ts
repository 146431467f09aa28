import type { ConnectorErrorCode } from '../../spi/trinoError.ts';

export const KAFKA_SPLIT_ERROR: ConnectorErrorCode = { name: 'KAFKA_SPLIT_ERROR', code: 16908288, type: 'EXTERNAL' };
export const KAFKA_SCHEMA_ERROR: ConnectorErrorCode = { name: 'KAFKA_SCHEMA_ERROR', code: 16908289, type: 'EXTERNAL' };
export const KAFKA_PRODUCER_ERROR: ConnectorErrorCode = { name: 'KAFKA_PRODUCER_ERROR', code: 16908290, type: 'INTERNAL_ERROR' };
export const SCHEMA_REGISTRY_AMBIGUOUS_SUBJECT: ConnectorErrorCode = { name: 'SCHEMA_REGISTRY_AMBIGUOUS_SUBJECT', code: 16908291, type: 'EXTERNAL' };
export const DECODER_CONVERSION_NOT_SUPPORTED: ConnectorErrorCode = { name: 'DECODER_CONVERSION_NOT_SUPPORTED', code: 16842752, type: 'EXTERNAL' };
export const INVALID_PROTO_FILE: ConnectorErrorCode = { name: 'INVALID_PROTO_FILE', code: 101056512, type: 'EXTERNAL' };
export const INVALID_PROTOBUF_MESSAGE: ConnectorErrorCode = { name: 'INVALID_PROTOBUF_MESSAGE', code: 101056514, type: 'EXTERNAL' };

import { TrinoError } from '../../../spi/trinoError.ts';

/** What a value that does not fit raises, as opposed to what the cluster or the registry raises. */
const DECODING_ERRORS: ReadonlySet<string> = new Set([
  'DECODER_CONVERSION_NOT_SUPPORTED',
  'INVALID_PROTOBUF_MESSAGE',
  'GENERIC_INTERNAL_ERROR',
  'NOT_SUPPORTED',
]);

export function isDecodingError(error: unknown): error is TrinoError {
  return error instanceof TrinoError && DECODING_ERRORS.has(error.errorName);
}

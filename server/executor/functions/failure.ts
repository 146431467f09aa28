import { isStandardErrorName, STANDARD_ERROR_CODES } from '../../../spi/errorCode.ts';
import { TrinoError } from '../../../spi/trinoError.ts';
import type { Value } from '../../../spi/value.ts';
import type { ScalarImplementations } from './implementation.ts';
import { viaUdf } from './viaUdf.ts';

/** `fail(message)` and `fail(number of the error, message)`. */
function fail(values: readonly Value[]): never {
  const message = String(values.at(-1));
  const code = values.length === 1 ? STANDARD_ERROR_CODES.GENERIC_USER_ERROR[0] : Number(values[0]);
  const name = Object.entries(STANDARD_ERROR_CODES).find(([, [number]]) => number === code)?.[0];
  if (name === undefined || !isStandardErrorName(name)) throw new TrinoError('GENERIC_INTERNAL_ERROR', undefined, `Unable to find error for code: ${code}`);
  throw new TrinoError(name, undefined, message);
}

/** `$fail(code, message)`: raises the error for the row; made by the analyzer only. */
export const failureFunctions: ScalarImplementations = {
  fail: viaUdf(fail, { mayFail: true }),
  $fail: {
    mayFail: true,
    emit: ({ arguments: [, message = "''"], expressions: [code], returnType }, context) => {
      const name = code?.kind === 'constant' ? code.value : undefined;
      if (typeof name !== 'string' || !isStandardErrorName(name)) throw new Error('$fail takes the name of an error');
      return context.fail(name, message, returnType);
    },
  },
};

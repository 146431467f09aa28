import { isStandardErrorName } from '../../../spi/errorCode.ts';
import type { ScalarImplementations } from './implementation.ts';

/** `$fail(code, message)`: raises the error for the row; made by the analyzer only. */
export const failureFunctions: ScalarImplementations = {
  $fail: {
    mayFail: true,
    emit: ({ arguments: [, message = "''"], expressions: [code], returnType }, context) => {
      const name = code?.kind === 'constant' ? code.value : undefined;
      if (typeof name !== 'string' || !isStandardErrorName(name)) throw new Error('$fail takes the name of an error');
      return context.fail(name, message, returnType);
    },
  },
};

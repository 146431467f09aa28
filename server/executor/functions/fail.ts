import { STANDARD_ERROR_CODES, type StandardErrorName } from '../../../spi/errorCode.ts';
import type { ScalarImplementations } from './implementation.ts';

/** `$fail(code, message)`: what the analyzer puts where a value must not be. */
export const failFunction: ScalarImplementations = {
  $fail: {
    mayFail: true,
    emit: ({ arguments: [, message = "''"], expressions: [code], returnType }, context) => {
      const name = code?.kind === 'constant' ? code.value : undefined;
      if (typeof name !== 'string' || !isErrorName(name)) throw new Error('$fail takes the name of an error');
      return context.fail(name, message, returnType);
    },
  },
};

const isErrorName = (name: string): name is StandardErrorName => Object.hasOwn(STANDARD_ERROR_CODES, name);

import type { Type } from '../../../spi/type.ts';
import type { Value } from '../../../spi/value.ts';
import type { ScalarImplementation } from './implementation.ts';

export interface CallTypes {
  readonly argumentTypes: readonly Type[];
  readonly returnType: Type;
}

export type Evaluate = (values: readonly Value[], types: CallTypes) => Value;

/** A function written in TypeScript alone; NULL for any NULL argument. */
export function viaUdf(evaluate: Evaluate, options: { readonly mayFail: boolean }): ScalarImplementation {
  return {
    mayFail: options.mayFail,
    emit(call, context) {
      const types: CallTypes = { argumentTypes: call.argumentTypes, returnType: call.returnType };
      const udf = context.udf({
        name: call.name,
        parameterTypes: call.argumentTypes,
        returnType: call.returnType,
        nulls: 'propagate',
        evaluate: (...values: readonly Value[]) => evaluate(values, types),
      });
      return udf(...call.arguments);
    },
  };
}

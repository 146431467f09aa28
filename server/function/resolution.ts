import type { ResolvedFunction } from '../../spi/expression.ts';
import type { Location } from '../../spi/trinoError.ts';
import type { Type } from '../../spi/type.ts';

/** The type of an argument, or a lambda whose result type follows from the types of its parameters. */
export type ArgumentType = Type | LambdaArgument;

export interface LambdaArgument {
  readonly kind: 'lambda';
  readonly parameterCount: number;
  /** Raises INVALID_PARAMETER_USAGE when the lambda takes another number of parameters. May be asked several times. */
  resolve(parameterTypes: readonly Type[]): Type;
}

/**
 * Trino's function resolution. `argumentTypes` of the result are what the arguments must be cast to; a lambda's entry is a
 * function type. Names are in lower case. Operators are functions named `$add`, `$subtract`, `$multiply`, `$divide`,
 * `$modulus`, `$negate`, `$subscript`.
 */
export interface FunctionResolver {
  /** Raises FUNCTION_NOT_FOUND / AMBIGUOUS_FUNCTION_CALL in Trino's words. */
  resolveFunction(name: string, argumentTypes: readonly ArgumentType[], location: Location): ResolvedFunction;
  /** undefined: no such operator for these types (the caller words the error). AMBIGUOUS_FUNCTION_CALL is raised without a place, as in Trino. */
  resolveOperator(name: string, argumentTypes: readonly Type[]): ResolvedFunction | undefined;
  exists(name: string): boolean;
  isAggregate(name: string): boolean;
  isWindow(name: string): boolean;
}

import { TrinoError } from '../../spi/trinoError.ts';
import { type Type, typeEquals, UNBOUNDED_VARCHAR_LENGTH, UNKNOWN } from '../../spi/type.ts';
import { calculatedParameters } from './calculatedParameters.ts';
import { canCoerce, coerceTypeBase, commonSuperType } from './coercion.ts';
import { typeOfParts } from './dataType.ts';
import type { ArgumentType } from './resolution.ts';
import { containerOf, type Signature, type TypePattern } from './signature.ts';
import { isComparable, isOrderable } from './typeOperators.ts';

export interface BoundSignature {
  readonly signature: Signature;
  readonly argumentTypes: readonly Type[];
  readonly returnType: Type;
}

/** Lambdas may widen a variable that another lambda depends on; more rounds than this never change anything. */
const ROUNDS_MAX = 8;

/** Binds a signature to arguments, or undefined when they do not fit. */
export function bindSignature(signature: Signature, actual: readonly ArgumentType[], coercionAllowed: boolean): BoundSignature | undefined {
  return new SignatureBinder(signature, actual, coercionAllowed).bind();
}

class SignatureBinder {
  readonly #signature: Signature;
  readonly #actual: readonly ArgumentType[];
  readonly #coercionAllowed: boolean;
  readonly #types = new Map<string, Type>();
  readonly #numbers = new Map<string, number>();
  #changed = false;

  constructor(signature: Signature, actual: readonly ArgumentType[], coercionAllowed: boolean) {
    this.#signature = signature;
    this.#actual = actual;
    this.#coercionAllowed = coercionAllowed;
  }

  bind(): BoundSignature | undefined {
    const formal = this.#formalArguments();
    if (formal === undefined) return undefined;
    const lambdas = new Map<number, Type>();
    for (let round = 0; round < ROUNDS_MAX; round++) {
      this.#changed = false;
      for (const [i, pattern] of formal.entries()) {
        const actual = this.#actual[i];
        if (actual === undefined || (actual.kind !== 'lambda' && !this.#unify(pattern, actual))) return undefined;
      }
      for (const [i, pattern] of formal.entries()) {
        const actual = this.#actual[i];
        if (actual?.kind !== 'lambda') continue;
        if (pattern.kind !== 'function') return undefined;
        const parameters = this.#instantiateAll(pattern.arguments);
        if (parameters === undefined) continue;
        const result = actual.resolve(parameters);
        if ((result.kind === 'unknown' && !this.#takesUnknown(pattern.result)) || !this.#unify(pattern.result, result)) return undefined;
        lambdas.set(i, result);
      }
      if (!this.#changed) break;
    }
    const bound = this.#bound(formal);
    // what a lambda answers is not coerced
    const exact = [...lambdas].every(([i, result]) => {
      const type = bound?.argumentTypes[i];
      return type?.kind === 'function' && typeEquals(type.result, result);
    });
    return exact ? bound : undefined;
  }

  /** An untyped NULL is the result of a lambda only where nothing else says what it should be. */
  #takesUnknown(result: TypePattern): boolean {
    if (result.kind === 'concrete') return result.type.kind === 'unknown';
    return result.kind === 'variable' && (this.#types.get(result.name) ?? UNKNOWN).kind === 'unknown';
  }

  #formalArguments(): readonly TypePattern[] | undefined {
    const declared = this.#signature.arguments;
    const count = this.#actual.length;
    if (!this.#signature.variadic) return declared.length === count ? declared : undefined;
    const last = declared.at(-1);
    if (last === undefined || count < declared.length - 1) return undefined;
    return [...declared.slice(0, -1), ...Array.from({ length: count - declared.length + 1 }, () => last)];
  }

  #bound(formal: readonly TypePattern[]): BoundSignature | undefined {
    for (const [name, constraint] of this.#signature.constraints) {
      const type = this.#types.get(name);
      if (type === undefined) return undefined;
      if (constraint === 'comparable' && !isComparable(type)) return undefined;
      if (constraint === 'orderable' && !isOrderable(type)) return undefined;
    }
    const calculation = calculatedParameters[this.#signature.declaration] ?? this.#intervalShift();
    if (calculation !== undefined) {
      for (const [name, value] of Object.entries(calculation((variable) => this.#numbers.get(variable) ?? 0))) this.#numbers.set(name, value);
    }
    const argumentTypes = this.#instantiateAll(formal);
    if (argumentTypes === undefined) return undefined;
    for (const [i, actual] of this.#actual.entries()) {
      const bound = argumentTypes[i];
      if (bound === undefined || (actual.kind !== 'lambda' && !canCoerce(actual, bound))) return undefined;
    }
    const returnType = this.#instantiate(this.#signature.result);
    return returnType === undefined ? undefined : { signature: this.#signature, argumentTypes, returnType };
  }

  #intervalShift() {
    const shifts = this.#signature.name === '$add' || this.#signature.name === '$subtract';
    return shifts && this.#numbers.has('p') ? calculatedParameters['timestamp and interval'] : undefined;
  }

  #unify(pattern: TypePattern, actual: Type): boolean {
    switch (pattern.kind) {
      case 'concrete':
        return this.#coercionAllowed ? canCoerce(actual, pattern.type) : typeEquals(actual, pattern.type);
      case 'variable': {
        const bound = this.#types.get(pattern.name);
        const common = bound === undefined ? actual : this.#agree(bound, actual);
        if (common === undefined) return false;
        if (bound === undefined || !typeEquals(bound, common)) {
          this.#types.set(pattern.name, common);
          this.#changed = true;
        }
        return true;
      }
      case 'parametric':
        return this.#unifyParametric(pattern, actual);
      case 'container': {
        if (actual.kind === 'unknown' && this.#coercionAllowed) return pattern.parameters.every((parameter) => this.#unify(parameter, UNKNOWN));
        const parameters = actual.kind === pattern.base ? typeParameters(actual) : [];
        if (parameters.length !== pattern.parameters.length) return false;
        return pattern.parameters.every((parameter, i) => {
          const type = parameters[i];
          return type !== undefined && this.#unify(parameter, type);
        });
      }
      case 'function':
        if (actual.kind !== 'function' || actual.arguments.length !== pattern.arguments.length) return false;
        return [...pattern.arguments, pattern.result].every((p, i) => this.#unify(p, actual.arguments[i] ?? actual.result));
      case 'refused':
        return false;
    }
  }

  #unifyParametric(pattern: TypePattern & { kind: 'parametric' }, actual: Type): boolean {
    let type = this.#coercionAllowed ? coerceTypeBase(actual, pattern.base) : actual.kind === pattern.base ? actual : undefined;
    if (type === undefined) return false;
    if (pattern.parameters.some((parameter) => typeof parameter === 'string' && this.#numbers.has(parameter))) {
      if (actual.kind === 'unknown') return true;
      const bound = this.#instantiate(pattern);
      type = bound === undefined ? undefined : this.#agree(bound, type);
      if (type === undefined) return false;
    }
    const values = numericParameters(type);
    return pattern.parameters.every((parameter, i) => {
      const value = values[i];
      if (value === undefined || typeof parameter === 'number') return value === parameter;
      if (this.#numbers.get(parameter) !== value) {
        this.#numbers.set(parameter, value);
        this.#changed = true;
      }
      return true;
    });
  }

  #agree(bound: Type, actual: Type): Type | undefined {
    if (typeEquals(bound, actual)) return bound;
    return this.#coercionAllowed ? commonSuperType(bound, actual) : undefined;
  }

  #instantiateAll(patterns: readonly TypePattern[]): readonly Type[] | undefined {
    const types: Type[] = [];
    for (const pattern of patterns) {
      const type = this.#instantiate(pattern);
      if (type === undefined) return undefined;
      types.push(type);
    }
    return types;
  }

  #instantiate(pattern: TypePattern): Type | undefined {
    switch (pattern.kind) {
      case 'concrete':
        return pattern.type;
      case 'variable':
        return this.#types.get(pattern.name);
      case 'parametric': {
        const numbers = pattern.parameters.map((parameter) => (typeof parameter === 'number' ? parameter : this.#numbers.get(parameter)));
        if (numbers.includes(undefined)) return undefined;
        const type = typeOfParts(pattern.base, numbers.map(String));
        if (type === undefined) throw new TrinoError('TYPE_NOT_FOUND', undefined, `Unknown type: ${pattern.base}(${numbers.join(', ')})`);
        return type;
      }
      case 'container': {
        const parameters = this.#instantiateAll(pattern.parameters);
        return parameters && containerOf(pattern.base, parameters);
      }
      case 'function': {
        const types = this.#instantiateAll([...pattern.arguments, pattern.result]);
        const result = types?.at(-1);
        return types && result && { kind: 'function', arguments: types.slice(0, -1), result };
      }
      case 'refused':
        return undefined;
    }
  }
}

function typeParameters(type: Type): readonly Type[] {
  switch (type.kind) {
    case 'array':
      return [type.element];
    case 'map':
      return [type.key, type.value];
    case 'row':
      return type.fields.map((field) => field.type);
    case 'qdigest':
      return [type.value];
    default:
      return [];
  }
}

function numericParameters(type: Type): readonly number[] {
  switch (type.kind) {
    case 'decimal':
      return [type.precision, type.scale];
    case 'varchar':
      return [type.length ?? UNBOUNDED_VARCHAR_LENGTH];
    case 'char':
      return [type.length];
    default:
      return 'precision' in type ? [type.precision] : [];
  }
}

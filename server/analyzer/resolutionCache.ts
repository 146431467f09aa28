import type { ResolvedFunction } from '../../spi/expression.ts';
import type { Location } from '../../spi/trinoError.ts';
import { type Type, typeId } from '../../spi/type.ts';
import type { ArgumentType, FunctionResolver } from '../function/resolution.ts';

/** What is asked again and again: a resolution follows from the name and the types alone. */
const ENTRIES_MAX = 20_000;
const caches = new WeakMap<FunctionResolver, Map<string, ResolvedFunction>>();

function cached(functions: FunctionResolver, key: string, resolve: () => ResolvedFunction | undefined): ResolvedFunction | undefined {
  let cache = caches.get(functions);
  if (cache === undefined) {
    cache = new Map();
    caches.set(functions, cache);
  }
  const known = cache.get(key);
  if (known !== undefined) return known;
  const resolved = resolve();
  if (resolved === undefined) return undefined;
  if (cache.size >= ENTRIES_MAX) cache.clear();
  cache.set(key, resolved);
  return resolved;
}

export function resolveOperator(functions: FunctionResolver, name: string, types: readonly Type[]): ResolvedFunction | undefined {
  return cached(functions, `${name}(${types.map(typeId).join(';')})`, () => functions.resolveOperator(name, types));
}

/** Lambdas depend on more than their types. */
export function resolveFunction(functions: FunctionResolver, name: string, types: readonly ArgumentType[], location: Location): ResolvedFunction {
  const plain = types.flatMap((type) => (type.kind === 'lambda' ? [] : [type]));
  if (plain.length < types.length) return functions.resolveFunction(name, types, location);
  const resolved = cached(functions, `${name}(${plain.map(typeId).join(';')})`, () => functions.resolveFunction(name, plain, location));
  return resolved ?? functions.resolveFunction(name, types, location);
}

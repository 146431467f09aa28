import type { FunctionKind, ResolvedFunction } from '../../spi/expression.ts';
import { type Location, TrinoError } from '../../spi/trinoError.ts';
import { type Type, typeEquals, typeId } from '../../spi/type.ts';
import { operatorSignatures } from './operators.ts';
import type { ArgumentType, FunctionResolver } from './resolution.ts';
import { parseSignature, type Signature } from './signature.ts';
import { type BoundSignature, bindSignature } from './signatureBinder.ts';
import { aggregateSignatures, nondeterministicFunctions, scalarSignatures, windowSignatures } from './signatures.ts';

const signaturesByName = new Map<string, Signature[]>();
for (const [kind, lines] of [
  ['scalar', operatorSignatures],
  ['scalar', scalarSignatures],
  ['aggregate', aggregateSignatures],
  ['window', windowSignatures],
] as const satisfies readonly (readonly [FunctionKind, readonly string[]])[]) {
  for (const line of lines) {
    const signature = parseSignature(line, kind, nondeterministicFunctions);
    const own = signaturesByName.get(signature.name);
    if (own === undefined) signaturesByName.set(signature.name, [signature]);
    else own.push(signature);
  }
}

/** Functions that answer a value although an argument is NULL. */
const CALLED_ON_NULL = new Set(['concat_ws', 'typeof']);

export const functionResolver: FunctionResolver = {
  resolveFunction(name, argumentTypes, location) {
    const candidates = name.startsWith('$') ? undefined : signaturesByName.get(name);
    if (candidates === undefined) throw new TrinoError('FUNCTION_NOT_FOUND', location, `Function '${name}' not registered`);
    const bound = atLocation(location, () => bindFunction(candidates, argumentTypes));
    if (bound !== undefined) return resolved(bound);
    if (candidates.some((c) => [...c.arguments, c.result].some((pattern) => pattern.kind === 'refused'))) {
      throw new TrinoError('NOT_SUPPORTED', location, `Function not supported: ${name}`);
    }
    throw new TrinoError('FUNCTION_NOT_FOUND', location, unexpectedParameters(name, candidates, argumentTypes));
  },
  resolveOperator(name, argumentTypes) {
    const bound = bindFunction(signaturesByName.get(name) ?? [], argumentTypes);
    return bound && resolved(bound);
  },
  exists: (name) => !name.startsWith('$') && signaturesByName.has(name),
  isAggregate: (name) => signaturesByName.get(name)?.[0]?.kind === 'aggregate',
  isWindow: (name) => signaturesByName.get(name)?.[0]?.kind === 'window',
};

function resolved({ signature, argumentTypes, returnType }: BoundSignature): ResolvedFunction {
  return { name: signature.name, kind: signature.kind, argumentTypes, returnType, deterministic: signature.deterministic };
}

function atLocation<T>(location: Location, resolve: () => T): T {
  try {
    return resolve();
  } catch (error) {
    if (!(error instanceof TrinoError) || error.location !== undefined) throw error;
    throw new TrinoError({ name: error.errorName, code: error.errorCode, type: error.errorType }, location, error.message, { cause: error });
  }
}

/** A type as Trino writes it among the parameters that it did not expect. */
function signatureText(type: Type): string {
  switch (type.kind) {
    case 'array':
      return `array(${signatureText(type.element)})`;
    case 'map':
      return `map(${signatureText(type.key)},${signatureText(type.value)})`;
    case 'row':
      return `row(${type.fields.map(({ name, type: field }) => `${name === undefined ? '' : `"${name.replaceAll('"', '""')}" `}${signatureText(field)}`).join(',')})`;
    default:
      return typeId(type);
  }
}

function unexpectedParameters(name: string, candidates: readonly Signature[], argumentTypes: readonly ArgumentType[]): string {
  const parameters = argumentTypes.map((type) => (type.kind === 'lambda' ? '<function>' : signatureText(type))).join(', ');
  const expected = candidates.map((candidate) => candidate.text).sort((a, b) => (a < b ? -1 : 1));
  return `Unexpected parameters (${parameters}) for function ${name}. Expected: ${expected.join(', ')}`;
}

/** Exact matches first, those without type variables before those with; then by coercion the most specific one. */
function bindFunction(candidates: readonly Signature[], actual: readonly ArgumentType[]): BoundSignature | undefined {
  const exact = candidates.filter((candidate) => candidate.constraints.size === 0);
  const generic = candidates.filter((candidate) => candidate.constraints.size > 0);
  for (const group of [exact, generic]) {
    const bound = applicable(group, actual, false);
    if (bound.length > 0) return single(bound);
  }
  const bound = applicable(candidates, actual, true);
  return bound.length === 0 ? undefined : single(selectMostSpecific(bound, actual));
}

function applicable(candidates: readonly Signature[], actual: readonly ArgumentType[], coercionAllowed: boolean): readonly BoundSignature[] {
  const found: BoundSignature[] = [];
  let impossible: unknown;
  for (const candidate of candidates) {
    try {
      const bound = bindSignature(candidate, actual, coercionAllowed);
      if (bound !== undefined) found.push(bound);
    } catch (error) {
      // char(1) || char(65536) has no type: that matters only when nothing else fits
      if (!(error instanceof TrinoError) || error.errorName !== 'TYPE_NOT_FOUND') throw error;
      impossible = error;
    }
  }
  if (found.length === 0 && impossible !== undefined) throw impossible;
  return found;
}

function single(bound: readonly BoundSignature[]): BoundSignature | undefined {
  if (bound.length <= 1) return bound[0];
  const list = bound.map((b) => `\t * (${b.argumentTypes.map(typeId).join(',')}):${typeId(b.returnType)}\n`).join('');
  const text = `Could not choose a best candidate operator. Explicit type casts must be added.\nCandidates are:\n${list}`;
  throw new TrinoError('AMBIGUOUS_FUNCTION_CALL', undefined, text);
}

function selectMostSpecific(bound: readonly BoundSignature[], actual: readonly ArgumentType[]): readonly BoundSignature[] {
  const mostSpecific = representatives(bound);
  const types = actual.filter((type) => type.kind !== 'lambda');
  if (mostSpecific.length <= 1 || types.length < actual.length || !types.some((type) => type.kind === 'unknown')) return mostSpecific;
  const unknownOnly = bound.filter((b) => types.every((type, i) => type.kind === 'unknown' || sameType(type, b.argumentTypes[i])));
  const selected = unknownOnly.length > 0 ? unknownOnly : mostSpecific;
  const [first] = selected;
  if (selected.length > 1 && first !== undefined && selected.every((b) => sameType(b.returnType, first.returnType) && !CALLED_ON_NULL.has(b.signature.name))) {
    // All of them answer NULL, of the same type: any will do, and Trino takes the last by its text.
    const sorted = [...selected].sort((a, b) => (text(a) < text(b) ? 1 : -1));
    return sorted.slice(0, 1);
  }
  return selected;
}

const sameType = (a: Type, b: Type | undefined): boolean => b !== undefined && typeEquals(a, b);
const text = (b: BoundSignature): string => `${b.signature.name}(${b.argumentTypes.map(typeId).join(',')}):${typeId(b.returnType)}`;

function representatives(bound: readonly BoundSignature[]): readonly BoundSignature[] {
  const chosen: BoundSignature[] = [];
  for (const current of bound) {
    const i = chosen.findIndex((other) => isMoreSpecific(current, other) || isMoreSpecific(other, current));
    const other = chosen[i];
    if (other === undefined) chosen.push(current);
    else if (isMoreSpecific(current, other)) chosen[i] = current;
  }
  return chosen;
}

function isMoreSpecific(left: BoundSignature, right: BoundSignature): boolean {
  try {
    return bindSignature(right.signature, left.argumentTypes, true) !== undefined;
  } catch (error) {
    // The arguments fit; only the result would be of a type that does not exist, such as a char of twice the longest length.
    if (error instanceof TrinoError) return true;
    throw error;
  }
}

import type { Expression } from '../../spi/expression.ts';
import { typeEquals } from '../../spi/type.ts';
import type { Value } from '../../spi/value.ts';
import { childExpressions } from './expressionVisitor.ts';

/** The same text in the same types. Lambdas with other parameter names are taken to differ. */
export function expressionEquals(a: Expression, b: Expression): boolean {
  if (a === b) return true;
  if (a.kind !== b.kind || !typeEquals(a.type, b.type) || !sameHead(a, b)) return false;
  const left = childExpressions(a);
  const right = childExpressions(b);
  return left.length === right.length && left.every((child, i) => child === right[i] || expressionEquals(child, right[i] as Expression));
}

function sameHead(a: Expression, b: Expression): boolean {
  if (a.kind === 'constant' && b.kind === 'constant') return valueEquals(a.value, b.value);
  if (a.kind === 'reference' && b.kind === 'reference') return a.name === b.name;
  if (a.kind === 'call' && b.kind === 'call') return a.function.name === b.function.name;
  if ((a.kind === 'comparison' && b.kind === 'comparison') || (a.kind === 'logical' && b.kind === 'logical')) return a.operator === b.operator;
  if (a.kind === 'cast' && b.kind === 'cast') return a.safe === b.safe;
  if (a.kind === 'nullif' && b.kind === 'nullif') return typeEquals(a.comparisonType, b.comparisonType);
  if (a.kind === 'field' && b.kind === 'field') return a.index === b.index;
  if (a.kind === 'case' && b.kind === 'case') return a.whenClauses.length === b.whenClauses.length;
  if (a.kind === 'switch' && b.kind === 'switch') return a.whenClauses.length === b.whenClauses.length;
  if (a.kind === 'lambda' && b.kind === 'lambda') {
    return a.parameters.length === b.parameters.length && a.parameters.every((p, i) => p.name === b.parameters[i]?.name);
  }
  return true;
}

/** The same bits: NaN equals NaN, -0 differs from 0. */
function valueEquals(a: Value, b: Value): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (a instanceof Uint8Array || b instanceof Uint8Array) {
    return a instanceof Uint8Array && b instanceof Uint8Array && a.length === b.length && a.every((byte, i) => byte === b[i]);
  }
  const left = Object.entries(a);
  const right = new Map<string, Value>(Object.entries(b));
  return left.length === right.size && left.every(([key, item]) => right.has(key) && valueEquals(item, right.get(key) ?? null));
}

import type { Call, Constant, Expression, Reference, ResolvedFunction, WhenClause } from '../../../spi/expression.ts';
import type { Location } from '../../../spi/trinoError.ts';
import { BOOLEAN, type Type, typeEquals } from '../../../spi/type.ts';
import type { Symbol } from '../../plan/plan.ts';

export const reference = (symbol: Symbol): Reference => ({ kind: 'reference', name: symbol.name, type: symbol.type });

/** A call of a function that the analyzer itself puts in. */
export function functionCall(name: string, values: readonly Expression[], type: Type): Call {
  const resolved: ResolvedFunction = { name, kind: 'scalar', argumentTypes: values.map((value) => value.type), returnType: type, deterministic: true };
  return { kind: 'call', function: resolved, arguments: values, type };
}

export function callOf(resolved: ResolvedFunction, values: readonly Expression[], location: Location): Call {
  return { kind: 'call', function: resolved, arguments: values, type: resolved.returnType, location };
}

export const not = (value: Expression): Expression => ({ kind: 'not', value, type: BOOLEAN });

/** A branch of CASE. */
export const whenClause = (when: Expression, then: Expression): WhenClause => ({ when, then });

/** An explicit cast, unless the type is the same or the value a constant that keeps its meaning. */
export function coerceTo(value: Expression, type: Type): Expression {
  if (typeEquals(value.type, type)) return value;
  if (value.kind === 'constant') {
    const folded = coercedConstant(value, type);
    if (folded !== undefined) return folded;
  }
  return { kind: 'cast', value, type, safe: false };
}

function coercedConstant({ type: from, value }: Constant, type: Type): Constant | undefined {
  const to = (changed: Constant['value']): Constant => ({ kind: 'constant', type, value: changed });
  if (value === null) return to(null);
  const integer = typeof value === 'number' && (from.kind === 'tinyint' || from.kind === 'smallint' || from.kind === 'integer') ? value : undefined;
  switch (type.kind) {
    case 'smallint':
    case 'integer':
    case 'double':
      return integer === undefined ? undefined : to(integer);
    case 'bigint':
      return integer === undefined ? undefined : to(BigInt(integer));
    case 'decimal':
      return integer === undefined || type.precision - type.scale < 10 ? undefined : to(BigInt(integer) * 10n ** BigInt(type.scale));
    case 'varchar':
      return from.kind === 'varchar' && (type.length === undefined || (from.length ?? Infinity) <= type.length) ? to(value) : undefined;
    default:
      return undefined;
  }
}

import type { Expression } from '../../../spi/expression.ts';
import { type Location, TrinoError } from '../../../spi/trinoError.ts';
import { type Type, typeEquals, typeId, UNKNOWN } from '../../../spi/type.ts';
import { canCoerce, commonSuperType } from '../../function/coercion.ts';
import type * as ast from '../../sql/ast.ts';

/** "Left side of LIKE expression must evaluate to a varchar (actual: integer)" */
export function checkCoercible(node: ast.Expression, actual: Type, expected: Type, what: string): void {
  if (typeEquals(actual, expected) || canCoerce(actual, expected)) return;
  throw new TrinoError('TYPE_MISMATCH', node.location, `${what} must evaluate to a ${typeId(expected)} (actual: ${typeId(actual)})`);
}

/** The type on which all agree; the error stands at the first that does not fit. */
export function singleType(nodes: readonly ast.Expression[], types: readonly Type[], description: string): Type {
  const distinct = new Map<string, { readonly type: Type; readonly node: ast.Expression }>();
  for (const [i, node] of nodes.entries()) {
    const type = types[i] ?? UNKNOWN;
    const id = typeId(type);
    if (!distinct.has(id)) distinct.set(id, { type, node });
  }
  let common: Type | undefined;
  for (const { type, node } of distinct.values()) {
    const next: Type | undefined = common === undefined ? type : commonSuperType(common, type);
    if (next === undefined) {
      const all = [...distinct.keys()].join(', ');
      const pair = `${typeId(common ?? UNKNOWN)} and ${typeId(type)}`;
      throw new TrinoError('TYPE_MISMATCH', node.location, `${description}. Cannot find common type between ${pair}, all types (without duplicates): [${all}]`);
    }
    common = next;
  }
  return common ?? UNKNOWN;
}

export function requireType(value: Expression, location: Location, message: (type: string) => string, test: (type: Type) => boolean): void {
  if (!test(value.type)) throw new TrinoError('TYPE_MISMATCH', location, message(typeId(value.type)));
}

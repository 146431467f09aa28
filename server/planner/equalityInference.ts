import type { Expression } from '../../spi/expression.ts';
import { type Type, typeEquals } from '../../spi/type.ts';
import { refersOnlyTo, replaceReferences, visitReferences } from '../plan/expressionVisitor.ts';
import type { Symbol } from '../plan/plan.ts';

/** Symbols that equal each other in every row that counts. */
export class EqualityInference {
  readonly #group = new Map<string, Symbol[]>();

  add(a: Symbol, b: Symbol): void {
    if (!typeEquals(a.type, b.type) || !isInterchangeable(a.type)) return;
    const left = this.#group.get(a.name) ?? [a];
    const right = this.#group.get(b.name) ?? [b];
    const merged = left === right ? left : [...left, ...right];
    for (const { name } of merged) this.#group.set(name, merged);
  }

  /** The conjunct said of other symbols that satisfy `allowed`, when each of its own has one. */
  translate(conjunct: Expression, allowed: (name: string) => boolean): Expression | undefined {
    let possible = true;
    const replacement = new Map<string, Symbol>();
    visitReferences(conjunct, ({ name }) => {
      const equal = this.#group.get(name)?.find((symbol) => symbol.name !== name && allowed(symbol.name));
      if (equal === undefined) possible = false;
      else replacement.set(name, equal);
    });
    if (!possible || replacement.size === 0) return undefined;
    return replaceReferences(conjunct, ({ name }) => {
      const symbol = replacement.get(name);
      return symbol && { kind: 'reference', ...symbol };
    });
  }
}

/** Equal values of these types are the same value: 0.0 equals -0.0, and an instant equals itself in another zone. */
function isInterchangeable({ kind }: Type): boolean {
  return !['double', 'real', 'timestamp with time zone', 'time with time zone', 'char', 'array', 'map', 'row', 'json'].includes(kind);
}

/** A comparison of one column with constants: worth knowing on the other side of a join. */
export function isDomainPredicate(conjunct: Expression): boolean {
  switch (conjunct.kind) {
    case 'comparison':
      return conjunct.left.kind === 'reference' && conjunct.right.kind === 'constant' && conjunct.operator !== 'IS DISTINCT FROM';
    case 'in':
      return conjunct.value.kind === 'reference' && conjunct.list.every(({ kind }) => kind === 'constant');
    case 'between':
      return conjunct.value.kind === 'reference' && conjunct.min.kind === 'constant' && conjunct.max.kind === 'constant';
    case 'call':
      return conjunct.function.name === '$like' && conjunct.arguments.slice(1).every(({ kind }) => kind === 'constant') && refersOnlyTo(conjunct, () => true);
    case 'logical':
      return conjunct.terms.every(isDomainPredicate);
    default:
      return false;
  }
}

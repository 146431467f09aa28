import type { Type } from '../../spi/type.ts';
import type { Symbol } from '../plan/plan.ts';

/** Gives every column of a plan a name of its own, close to what the user wrote: `name`, `name_0`, `expr_7`. */
export class SymbolAllocator {
  readonly #taken = new Set<string>();
  #nextId = 0;

  newSymbol(hint: string, type: Type): Symbol {
    const base = withoutNumber(hint.toLowerCase());
    let name = base;
    while (this.#taken.has(name)) {
      name = `${base}_${this.#nextId}`;
      this.#nextId++;
    }
    this.#taken.add(name);
    return { name, type };
  }
}

/** `name_12` is a name that was numbered before. */
function withoutNumber(name: string): string {
  const at = name.lastIndexOf('_');
  return at > 0 && /^\d{1,9}$/.test(name.slice(at + 1)) ? name.slice(0, at) : name;
}

import type { State } from './network.ts';

/**
 * A set of call stacks as a graph: each entry is a state to return to and the stacks below it. The stacks that end at one place
 * share it, so that many readings of a long text stay small. Equal graphs are one object.
 */
export interface CallStack {
  readonly id: number;
  /** In the order of their states. */
  readonly entries: readonly StackEntry[];
}

export interface StackEntry {
  /** Absent at the bottom: nothing is known of the callers. */
  readonly state?: State;
  readonly below?: CallStack;
}

const BOTTOM: StackEntry = {};
/** More ids than a statement can make before the explanation is given up. */
const ID_MAX = 2 ** 26;

export class CallStacks {
  readonly #single = new Map<number, CallStack>();
  readonly #many = new Map<string, CallStack>();
  readonly #merged: readonly Map<number, CallStack>[] = [new Map(), new Map()];
  #count = 0;
  readonly #spend: () => void;
  readonly empty: CallStack = this.#create([BOTTOM]);

  /** `spend` is called for each step of work. */
  constructor(spend: () => void) {
    this.#spend = spend;
  }

  push(below: CallStack, state: State): CallStack {
    const key = state.number * ID_MAX + below.id;
    let stack = this.#single.get(key);
    if (stack === undefined) {
      stack = this.#create([{ state, below }]);
      this.#single.set(key, stack);
    }
    return stack;
  }

  isEmpty(stack: CallStack): boolean {
    return stack === this.empty;
  }

  get size(): number {
    return this.#count;
  }

  /** `wildcard`: the bottom stands for any callers, and so takes all other stacks in. */
  merge(a: CallStack, b: CallStack, wildcard: boolean): CallStack {
    if (a === b) return a;
    if (a.id > b.id) return this.merge(b, a, wildcard);
    if (wildcard && this.isEmpty(a)) return this.empty;
    const cache = this.#merged[wildcard ? 1 : 0];
    const key = a.id * ID_MAX + b.id;
    const known = cache?.get(key);
    if (known !== undefined) return known;
    this.#spend();
    const merged = this.#intern(this.#mergeEntries(a.entries, b.entries, wildcard));
    cache?.set(key, merged);
    return merged;
  }

  #mergeEntries(a: readonly StackEntry[], b: readonly StackEntry[], wildcard: boolean): readonly StackEntry[] {
    const merged: StackEntry[] = [];
    let i = 0;
    let j = 0;
    for (;;) {
      const left = a[i];
      const right = b[j];
      if (left === undefined || right === undefined) return merged.concat(a.slice(i), b.slice(j));
      const order = orderOf(left) - orderOf(right);
      if (order <= 0) i++;
      if (order >= 0) j++;
      if (order !== 0) merged.push(order < 0 ? left : right);
      else if (left.state === undefined || left.below === undefined || right.below === undefined) merged.push(BOTTOM);
      else merged.push({ state: left.state, below: this.merge(left.below, right.below, wildcard) });
    }
  }

  #intern(entries: readonly StackEntry[]): CallStack {
    const [only, other] = entries;
    if (other === undefined && only?.state !== undefined && only.below !== undefined) return this.push(only.below, only.state);
    const key = entries.map(({ state, below }) => `${state?.number ?? ''}:${below?.id ?? ''}`).join(',');
    let stack = this.#many.get(key);
    if (stack === undefined) {
      stack = this.#create(entries);
      this.#many.set(key, stack);
    }
    return stack;
  }

  #create(entries: readonly StackEntry[]): CallStack {
    return { id: this.#count++, entries };
  }
}

function orderOf({ state }: StackEntry): number {
  return state?.number ?? Number.MAX_SAFE_INTEGER;
}

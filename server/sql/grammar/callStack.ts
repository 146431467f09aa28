import type { State } from './network.ts';

/**
 * A set of call stacks as a graph: each entry is a state to return to and the stacks below it. The stacks that end at one place
 * share it, so that many readings of a long text stay small. Equal graphs are one object.
 */
export interface CallStack {
  readonly id: number;
  readonly entries: readonly StackEntry[];
}

export interface StackEntry {
  /** Absent at the bottom: nothing is known of the callers. */
  readonly state?: State;
  readonly below?: CallStack;
}

const BOTTOM: StackEntry = {};

export class CallStacks {
  readonly #known = new Map<string, CallStack>();
  readonly #merged = new Map<string, CallStack>();
  readonly empty: CallStack = this.#intern([BOTTOM]);

  push(below: CallStack, state: State): CallStack {
    return this.#intern([{ state, below }]);
  }

  isEmpty(stack: CallStack): boolean {
    return stack === this.empty;
  }

  get size(): number {
    return this.#known.size;
  }

  /** `wildcard`: the bottom stands for any callers, and so takes all other stacks in. */
  merge(a: CallStack, b: CallStack, wildcard: boolean): CallStack {
    if (a === b) return a;
    if (wildcard && (this.isEmpty(a) || this.isEmpty(b))) return this.empty;
    const key = `${Math.min(a.id, b.id)},${Math.max(a.id, b.id)},${wildcard}`;
    const known = this.#merged.get(key);
    if (known !== undefined) return known;
    const entries = new Map<number, StackEntry>();
    for (const entry of [...a.entries, ...b.entries]) {
      const number = entry.state?.number ?? Number.MAX_SAFE_INTEGER;
      const other = entries.get(number);
      const below = other?.below !== undefined && entry.below !== undefined ? this.merge(other.below, entry.below, wildcard) : entry.below;
      entries.set(number, entry.state === undefined || below === undefined ? BOTTOM : { state: entry.state, below });
    }
    const sorted = [...entries.entries()].sort(([x], [y]) => x - y).map(([, entry]) => entry);
    const merged = this.#intern(sorted);
    this.#merged.set(key, merged);
    return merged;
  }

  #intern(entries: readonly StackEntry[]): CallStack {
    const key = entries.map(({ state, below }) => `${state?.number ?? ''}:${below?.id ?? ''}`).join(',');
    let stack = this.#known.get(key);
    if (stack === undefined) {
      stack = { id: this.#known.size, entries };
      this.#known.set(key, stack);
    }
    return stack;
  }
}

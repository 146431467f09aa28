import type { CallStack, CallStacks } from './callStack.ts';
import type { State } from './network.ts';

/** One reading of the tokens so far: a place in the network, the alternative it came from, its callers. */
export interface Configuration {
  readonly state: State;
  readonly alternative: number;
  stack: CallStack;
  /** The precedence that the operators of the deciding rule must have; absent: none. */
  readonly guard: number | undefined;
  /** How many calls it has left behind that were open when the decision began. */
  outerDepth: number;
  /** Came back to the deciding rule from outside: precedence says nothing about it. */
  filterSuppressed: boolean;
}

/** More than the grammar has. */
const STATES_MAX = 2 ** 14;
const ALTERNATIVES_MAX = 2 ** 8;
const GUARDS_MAX = 2 ** 4;

/** A number that tells configurations apart, but for the depth. */
export function identity({ state, alternative, stack, guard, filterSuppressed }: Configuration): number {
  return (((stack.id * STATES_MAX + state.number) * ALTERNATIVES_MAX + alternative) * GUARDS_MAX + (guard ?? 0)) * 2 + (filterSuppressed ? 1 : 0);
}

/** Configurations in the order found; those that differ only in their stacks are one. */
export class ConfigurationSet {
  readonly #stacks: CallStacks;
  readonly #byKey = new Map<number, Configuration>();
  #items: readonly Configuration[] | undefined;
  readonly full: boolean;

  /** `full`: the callers are known. */
  constructor(stacks: CallStacks, full: boolean) {
    this.#stacks = stacks;
    this.full = full;
  }

  get items(): readonly Configuration[] {
    this.#items ??= [...this.#byKey.values()];
    return this.#items;
  }

  get size(): number {
    return this.#byKey.size;
  }

  add(configuration: Configuration): void {
    const { state, alternative, guard } = configuration;
    const key = (state.number * ALTERNATIVES_MAX + alternative) * GUARDS_MAX + (guard ?? 0);
    const known = this.#byKey.get(key);
    if (known === undefined) {
      this.#items = undefined;
      this.#byKey.set(key, { ...configuration });
      return;
    }
    known.stack = this.#stacks.merge(known.stack, configuration.stack, !this.full);
    known.outerDepth = Math.max(known.outerDepth, configuration.outerDepth);
    known.filterSuppressed ||= configuration.filterSuppressed;
  }

  /** The one alternative that all configurations belong to. */
  uniqueAlternative(): number | undefined {
    let unique: number | undefined;
    for (const { alternative } of this.items) {
      if (unique === undefined) unique = alternative;
      else if (unique !== alternative) return undefined;
    }
    return unique;
  }

  /** The alternatives that share a place and its callers, for each such pair. */
  conflicts(): readonly ReadonlySet<number>[] {
    return [...group(this.items, ({ state, stack }) => stack.id * STATES_MAX + state.number).values()];
  }

  /** No further token can tell the alternatives apart, whatever the callers are. */
  isConflict(): boolean {
    const items = this.items;
    if (items.every(({ state }) => state.kind === 'stop')) return true;
    if (!this.conflicts().some((alternatives) => alternatives.size > 1)) return false;
    return ![...group(items, ({ state }) => state.number).values()].some((alternatives) => alternatives.size === 1);
  }

  alternatives(): ReadonlySet<number> {
    return new Set(this.items.map(({ alternative }) => alternative));
  }

  get key(): string {
    return this.items.map((c) => `${c.state.number},${c.alternative},${c.stack.id},${c.guard ?? ''},${c.outerDepth > 0},${c.filterSuppressed}`).join(';');
  }
}

function group<K>(items: readonly Configuration[], keyOf: (item: Configuration) => K): Map<K, Set<number>> {
  const groups = new Map<K, Set<number>>();
  for (const item of items) {
    const key = keyOf(item);
    const known = groups.get(key);
    if (known === undefined) groups.set(key, new Set([item.alternative]));
    else known.add(item.alternative);
  }
  return groups;
}

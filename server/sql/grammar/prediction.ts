import type { TokenKind } from '../tokens.ts';
import { Budget } from './budget.ts';
import { type CallStack, CallStacks } from './callStack.ts';
import { type Configuration, ConfigurationSet, identity } from './configurations.ts';
import { nextTokens } from './lookahead.ts';
import type { State, Transition } from './network.ts';

/** The parser's side of a prediction. */
export interface Situation {
  kindAt(token: number): TokenKind;
  readonly position: number;
  /** The precedence with which the innermost operator rule was called. */
  readonly precedence: number;
  /** The states to return to, outermost first. */
  callers(): readonly State[];
}

export type Outcome = { readonly alternative: number } | { readonly deadEnd: number };

interface LookaheadState {
  readonly configurations: ConfigurationSet;
  readonly edges: Map<TokenKind, LookaheadState | undefined>;
  readonly accepts: boolean;
  readonly alternative: number;
  readonly needsCallers: boolean;
  /** For each alternative the precedence it needs, where only precedence decides. */
  readonly guards: ReadonlyMap<number, number | undefined> | undefined;
}

const STATES_MAX = 50_000;

/** Chooses between alternatives by looking ahead as far as needed, with what is known of the callers only where that matters. */
export class Predictor {
  #budget = new Budget();
  #stacks = new CallStacks(() => this.#budget.spend());
  #starts = new Map<string, LookaheadState>();
  #states = new Map<string, LookaheadState>();

  predict(decision: State, situation: Situation, budget: Budget): Outcome {
    this.#budget = budget;
    if (this.#states.size > STATES_MAX || this.#stacks.size > STATES_MAX) this.#forget();
    let current = this.#startState(decision, situation);
    for (let token = situation.position; ; ) {
      const kind = situation.kindAt(token);
      const next = this.#nextState(current, kind, decision);
      if (next === undefined) return this.#finished(current.configurations, situation) ?? { deadEnd: token };
      if (next.needsCallers) {
        const allowed = next.guards && allowedBy(next.guards, situation);
        const [only] = allowed ?? [];
        if (allowed?.length === 1 && only !== undefined) return { alternative: only };
        return this.#predictWithCallers(decision, situation);
      }
      if (next.accepts) {
        if (next.guards === undefined) return { alternative: next.alternative };
        const [first] = allowedBy(next.guards, situation);
        return first === undefined ? { deadEnd: token } : { alternative: first };
      }
      current = next;
      if (kind !== '<EOF>') token++;
    }
  }

  #forget(): void {
    this.#stacks = new CallStacks(() => this.#budget.spend());
    this.#starts = new Map();
    this.#states = new Map();
  }

  #startState(decision: State, situation: Situation): LookaheadState {
    const key = decision.operatorLoop ? `${decision.number},${situation.precedence}` : `${decision.number}`;
    let start = this.#starts.get(key);
    if (start === undefined) {
      let configurations = this.#startSet(decision, this.#stacks.empty, false, situation);
      if (decision.operatorLoop) configurations = this.#filterByPrecedence(configurations, situation);
      start = this.#remember(configurations, decision, { accepts: false, alternative: 0, needsCallers: false, guards: undefined });
      this.#starts.set(key, start);
    }
    return start;
  }

  #remember(configurations: ConfigurationSet, decision: State, rest: Omit<LookaheadState, 'configurations' | 'edges'>): LookaheadState {
    const key = `${decision.number}|${rest.accepts}|${configurations.key}`;
    let state = this.#states.get(key);
    if (state === undefined) {
      state = { configurations, edges: new Map(), ...rest };
      this.#states.set(key, state);
    }
    return state;
  }

  #nextState(from: LookaheadState, kind: TokenKind, decision: State): LookaheadState | undefined {
    if (from.edges.has(kind)) return from.edges.get(kind);
    const reached = this.#reach(from.configurations, kind, decision);
    const next = reached && this.#remember(reached, decision, verdict(reached, decision));
    from.edges.set(kind, next);
    return next;
  }

  #predictWithCallers(decision: State, situation: Situation): Outcome {
    let stack = this.#stacks.empty;
    for (const caller of situation.callers()) stack = this.#stacks.push(stack, caller);
    let configurations = this.#startSet(decision, stack, true, situation);
    for (let token = situation.position; ; ) {
      const kind = situation.kindAt(token);
      const reached = this.#reach(configurations, kind, decision);
      if (reached === undefined) return this.#finished(configurations, situation) ?? { deadEnd: token };
      const alternative = reached.uniqueAlternative() ?? singleViable(reached.conflicts());
      if (alternative !== undefined) return { alternative };
      configurations = reached;
      if (kind !== '<EOF>') token++;
    }
  }

  /** Where no way goes on, the first alternative that had reached the end of the deciding rule. */
  #finished(configurations: ConfigurationSet, situation: Situation): Outcome | undefined {
    const valid = configurations.items.filter(({ guard }) => guard === undefined || guard >= situation.precedence);
    const invalid = configurations.items.filter((configuration) => !valid.includes(configuration));
    for (const items of [valid, invalid]) {
      const finished = items.filter(
        ({ outerDepth, state, stack }) => outerDepth > 0 || (state.kind === 'stop' && stack.entries.some((entry) => entry.state === undefined)),
      );
      if (finished.length > 0) return { alternative: Math.min(...finished.map(({ alternative }) => alternative)) };
    }
    return undefined;
  }

  #startSet(decision: State, stack: CallStack, full: boolean, situation: Situation): ConfigurationSet {
    const set = new ConfigurationSet(this.#stacks, full);
    decision.transitions.forEach(({ target }, i) => {
      const configuration = { state: target, alternative: i + 1, stack, guard: undefined, outerDepth: 0, filterSuppressed: false };
      new Closure(this.#stacks, set, decision, this.#budget, { situation, atEof: false }).add(configuration, true, 0);
    });
    return set;
  }

  /** Precedence settles at once which operators may go on. */
  #filterByPrecedence(set: ConfigurationSet, situation: Situation): ConfigurationSet {
    const filtered = new ConfigurationSet(this.#stacks, set.full);
    const entering = new Map<State, CallStack>();
    for (const configuration of set.items) {
      const { alternative, guard, state, stack } = configuration;
      if (alternative !== 1 || (guard !== undefined && guard < situation.precedence)) continue;
      entering.set(state, stack);
      filtered.add({ ...configuration, guard: undefined });
    }
    for (const configuration of set.items) {
      if (configuration.alternative === 1) continue;
      if (!configuration.filterSuppressed && entering.get(configuration.state) === configuration.stack) continue;
      filtered.add(configuration);
    }
    return filtered;
  }

  #reach(from: ConfigurationSet, kind: TokenKind, decision: State): ConfigurationSet | undefined {
    const atEof = kind === '<EOF>';
    const moved = new ConfigurationSet(this.#stacks, from.full);
    const stopped: Configuration[] = [];
    for (const configuration of from.items) {
      this.#budget.spend();
      if (configuration.state.kind === 'stop') {
        if (from.full || atEof) stopped.push(configuration);
        continue;
      }
      for (const transition of configuration.state.transitions) {
        if (transition.kind === 'tokens' && transition.tokens.has(kind)) moved.add({ ...configuration, state: transition.target });
      }
    }
    let reached = moved;
    if (stopped.length > 0 || atEof || (moved.size !== 1 && moved.uniqueAlternative() === undefined)) {
      reached = new ConfigurationSet(this.#stacks, from.full);
      const closure = new Closure(this.#stacks, reached, decision, this.#budget, { situation: undefined, atEof });
      for (const configuration of moved.items) closure.add(configuration, false, 0);
    }
    if (atEof) reached = this.#onlyStopped(reached, reached === moved);
    if (stopped.length > 0 && (!from.full || !reached.items.some(({ state }) => state.kind === 'stop'))) {
      for (const configuration of stopped) reached.add(configuration);
    }
    return reached.size === 0 ? undefined : reached;
  }

  #onlyStopped(set: ConfigurationSet, lookToEnd: boolean): ConfigurationSet {
    if (set.items.every(({ state }) => state.kind === 'stop')) return set;
    const result = new ConfigurationSet(this.#stacks, set.full);
    for (const configuration of set.items) {
      if (configuration.state.kind === 'stop') result.add(configuration);
      else if (lookToEnd && nextTokens(configuration.state).reachesEnd) result.add(configuration);
    }
    return result;
  }
}

function verdict(set: ConfigurationSet, decision: State): Omit<LookaheadState, 'configurations' | 'edges'> {
  const unique = set.uniqueAlternative();
  const conflict = unique === undefined && set.isConflict();
  if (unique === undefined && !conflict) return { accepts: false, alternative: 0, needsCallers: false, guards: undefined };
  const alternatives = set.alternatives();
  return { accepts: true, alternative: Math.min(...alternatives), needsCallers: conflict, guards: guardsOf(set, alternatives, decision) };
}

function guardsOf(set: ConfigurationSet, alternatives: ReadonlySet<number>, decision: State): ReadonlyMap<number, number | undefined> | undefined {
  const items = set.items;
  if (!items.some(({ guard }) => guard !== undefined)) return undefined;
  const guards = new Map<number, number | undefined>();
  let guarded = false;
  for (let alternative = 1; alternative <= decision.transitions.length; alternative++) {
    if (!alternatives.has(alternative)) continue;
    const all = items.filter((item) => item.alternative === alternative).map(({ guard }) => guard);
    const needed = all.includes(undefined) ? undefined : Math.max(...all.map((guard) => guard ?? 0));
    guarded ||= needed !== undefined;
    guards.set(alternative, needed);
  }
  return guarded ? guards : undefined;
}

function allowedBy(guards: ReadonlyMap<number, number | undefined>, { precedence }: Situation): readonly number[] {
  return [...guards].filter(([, guard]) => guard === undefined || guard >= precedence).map(([alternative]) => alternative);
}

/** All conflicts would be settled the same way. */
function singleViable(conflicts: readonly ReadonlySet<number>[]): number | undefined {
  let viable: number | undefined;
  for (const alternatives of conflicts) {
    const first = Math.min(...alternatives);
    if (viable !== undefined && viable !== first) return undefined;
    viable = first;
  }
  return viable;
}

interface ClosureOptions {
  /** Given while precedence still decides: at the start of a prediction. */
  readonly situation: Situation | undefined;
  readonly atEof: boolean;
}

/** Follows all transitions that need no token. */
class Closure {
  readonly #stacks: CallStacks;
  readonly #set: ConfigurationSet;
  readonly #decision: State;
  readonly #budget: Budget;
  readonly #options: ClosureOptions;
  readonly #busy = new Set<number>();

  constructor(stacks: CallStacks, set: ConfigurationSet, decision: State, budget: Budget, options: ClosureOptions) {
    this.#stacks = stacks;
    this.#set = set;
    this.#decision = decision;
    this.#budget = budget;
    this.#options = options;
  }

  add(configuration: Configuration, collect: boolean, depth: number): void {
    this.#budget.spend();
    const { state, stack } = configuration;
    if (state.kind !== 'stop') return this.#walk(configuration, collect, depth);
    if (this.#stacks.isEmpty(stack)) {
      if (this.#set.full) this.#set.add(configuration);
      else this.#walk(configuration, collect, depth);
      return;
    }
    for (const entry of stack.entries) {
      if (entry.state !== undefined && entry.below !== undefined) this.add({ ...configuration, state: entry.state, stack: entry.below }, collect, depth - 1);
      else if (this.#set.full) this.#set.add({ ...configuration, stack: this.#stacks.empty });
      else this.#walk(configuration, collect, depth);
    }
  }

  #walk(configuration: Configuration, collect: boolean, depth: number): void {
    const { state } = configuration;
    if (!onlyFree(state)) this.#set.add(configuration);
    state.transitions.forEach((transition, i) => {
      if (i === 0 && leavesLoopAnyway(configuration)) return;
      const next = this.#follow(configuration, transition, collect && depth === 0);
      if (next === undefined) return;
      if (state.kind === 'stop') {
        next.filterSuppressed ||= this.#decision.operatorLoop && transition.kind === 'epsilon' && transition.leaves === this.#decision.rule;
        next.outerDepth++;
        if (this.#wasHere(next)) return;
        this.add(next, collect, depth - 1);
        return;
      }
      if (transition.kind === 'tokens' && this.#wasHere(next)) return;
      this.add(next, collect, transition.kind === 'call' && depth >= 0 ? depth + 1 : depth);
    });
  }

  #wasHere(configuration: Configuration): boolean {
    const key = identity(configuration);
    if (this.#busy.has(key)) return true;
    this.#busy.add(key);
    return false;
  }

  #follow(configuration: Configuration, transition: Transition, guarded: boolean): Configuration | undefined {
    const { target } = transition;
    switch (transition.kind) {
      case 'epsilon':
        return { ...configuration, state: target };
      case 'call':
        return { ...configuration, state: target, stack: this.#stacks.push(configuration.stack, transition.follow) };
      case 'precedence':
        return this.#guard({ ...configuration, state: target }, transition.precedence, guarded);
      case 'tokens':
        return this.#options.atEof && transition.tokens.has('<EOF>') ? { ...configuration, state: target } : undefined;
    }
  }

  #guard(configuration: Configuration, precedence: number, guarded: boolean): Configuration | undefined {
    const { situation } = this.#options;
    if (!guarded || situation === undefined) return configuration;
    if (this.#set.full) return precedence >= situation.precedence ? configuration : undefined;
    return { ...configuration, guard: Math.min(configuration.guard ?? precedence, precedence) };
  }
}

/** All ways on are free; the end of a rule that nothing calls has none. */
function onlyFree(state: State): boolean {
  return state.transitions.length > 0 && state.transitions.every(({ kind }) => kind !== 'tokens');
}

/**
 * Behind an operand that its own rule called, the loop over operators is both the inner and the outer one: entering the inner
 * would only double the work.
 */
function leavesLoopAnyway({ state, stack }: Configuration): boolean {
  if (!state.operatorLoop) return false;
  const [entry] = state.transitions;
  const blockEnd = entry?.target.end;
  return stack.entries.every(({ state: back }) => {
    if (back === undefined || back.rule !== state.rule) return false;
    const [only, other] = back.transitions;
    if (only === undefined || other !== undefined || only.kind === 'tokens') return false;
    const { target } = only;
    if (back.kind === 'block end' && target === state) return true;
    if (back === blockEnd || target === blockEnd) return true;
    const [onward, more] = target.transitions;
    return target.kind === 'block end' && onward !== undefined && more === undefined && onward.kind !== 'tokens' && onward.target === state;
  });
}

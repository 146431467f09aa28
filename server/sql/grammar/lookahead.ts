import type { TokenKind } from '../tokens.ts';
import type { State } from './network.ts';

export interface Lookahead {
  readonly tokens: ReadonlySet<TokenKind>;
  /** The end of the rule can be reached without a token. */
  readonly reachesEnd: boolean;
}

const NEXT_TOKENS = new WeakMap<State, Lookahead>();

/** The tokens that can follow a state within its own rule. */
export function nextTokens(state: State): Lookahead {
  let found = NEXT_TOKENS.get(state);
  if (found === undefined) {
    const tokens = new Set<TokenKind>();
    const walk = new Walk(tokens, false);
    walk.from(state, undefined);
    found = { tokens, reachesEnd: walk.reachedEnd };
    NEXT_TOKENS.set(state, found);
  }
  return found;
}

/** For each way out of a decision the tokens that choose it; undefined where one token cannot tell. */
export function singleTokenChoice(decision: State): readonly ReadonlySet<TokenKind>[] | undefined {
  const choices: Set<TokenKind>[] = [];
  const seen = new Set<TokenKind>();
  for (const { target } of decision.transitions) {
    const tokens = new Set<TokenKind>();
    const walk = new Walk(tokens, true);
    walk.from(target, undefined);
    if (tokens.size === 0 || walk.metPrecedence) return undefined;
    for (const token of tokens) {
      if (seen.has(token)) return undefined;
      seen.add(token);
    }
    choices.push(tokens);
  }
  return choices;
}

interface Return {
  readonly state: State;
  readonly outer: Return | undefined;
}

class Walk {
  readonly #tokens: Set<TokenKind>;
  readonly #global: boolean;
  readonly #visited = new Map<State, Set<Return | undefined>>();
  readonly #returns = new Map<State, Map<Return | undefined, Return>>();
  readonly #called = new Set<string>();
  reachedEnd = false;
  metPrecedence = false;

  /** `global`: behind the rule goes on what follows any call of it. */
  constructor(tokens: Set<TokenKind>, global: boolean) {
    this.#tokens = tokens;
    this.#global = global;
  }

  from(state: State, back: Return | undefined): void {
    const visits = this.#visited.get(state) ?? new Set();
    if (visits.has(back)) return;
    this.#visited.set(state, visits.add(back));
    if (state.kind === 'stop' && (back !== undefined || !this.#global)) {
      if (back === undefined) this.reachedEnd = true;
      else this.#return(state, back);
      return;
    }
    for (const transition of state.transitions) {
      if (transition.kind === 'tokens') for (const token of transition.tokens) this.#tokens.add(token);
      else if (transition.kind === 'call') this.#call(transition.rule, transition.target, this.#returnTo(transition.follow, back));
      else if (transition.kind === 'precedence' && this.#global) this.metPrecedence = true;
      else this.from(transition.target, back);
    }
  }

  /** One object for equal returns, so that a visit is recognized. */
  #returnTo(state: State, outer: Return | undefined): Return {
    const known = this.#returns.get(state) ?? new Map<Return | undefined, Return>();
    this.#returns.set(state, known);
    const found = known.get(outer) ?? { state, outer };
    known.set(outer, found);
    return found;
  }

  #return(stop: State, back: Return): void {
    const called = this.#called.delete(stop.rule);
    this.from(back.state, back.outer);
    if (called) this.#called.add(stop.rule);
  }

  #call(rule: string, target: State, back: Return): void {
    if (this.#called.has(rule)) return;
    this.#called.add(rule);
    this.from(target, back);
    this.#called.delete(rule);
  }
}

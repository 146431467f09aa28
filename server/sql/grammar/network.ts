import type { TokenKind } from '../tokens.ts';
import { type Alternative, type Element, type GrammarRule, readGrammar } from './notation.ts';

/** The transition network of a grammar: a graph for each rule, with calls between them. */
export interface Network {
  readonly rules: ReadonlyMap<string, Rule>;
  readonly states: readonly State[];
}

export interface Rule {
  readonly name: string;
  readonly start: State;
  readonly stop: State;
  /** Calls itself at its left end: an operand, then operators in a loop, each with its precedence. */
  readonly leftRecursive: boolean;
  readonly body: Block;
}

export interface State {
  readonly number: number;
  readonly rule: string;
  kind: 'basic' | 'start' | 'stop' | 'block end' | 'loop entry';
  readonly transitions: Transition[];
  /** The entry of a loop over operators. */
  operatorLoop: boolean;
  /** Where the block that begins here ends. */
  end?: State;
}

export type Transition =
  | { readonly kind: 'epsilon'; readonly target: State; readonly leaves?: string }
  | { readonly kind: 'tokens'; readonly target: State; readonly tokens: ReadonlySet<TokenKind> }
  | { readonly kind: 'call'; readonly target: State; readonly rule: string; readonly follow: State; readonly precedence: number }
  | { readonly kind: 'precedence'; readonly target: State; readonly precedence: number };

/** What a parser does at each place, beside the graph that it looks ahead in. */
export type Step =
  | { readonly kind: 'match'; readonly state: State; readonly tokens: ReadonlySet<TokenKind>; readonly set: boolean }
  | { readonly kind: 'call'; readonly state: State; readonly rule: string; readonly precedence: number }
  | { readonly kind: 'precedence'; readonly state: State; readonly precedence: number }
  | { readonly kind: 'block'; readonly block: Block };

export interface Block {
  readonly repeat: '' | '?' | '*' | '+';
  readonly alternatives: readonly (readonly Step[])[];
  /** Where the choice between the alternatives is made; absent where there is only one. */
  readonly choice?: State;
  /** Where it is decided whether to enter, or to go round once more. */
  readonly entry?: State;
  readonly loopBack?: State;
}

interface Fragment {
  readonly left: State;
  readonly right: State;
}

type Recursion = { readonly kind: 'binary' | 'prefix' | 'suffix' | 'other'; readonly alternative: Alternative; readonly precedence: number };

export function buildNetwork(...texts: readonly string[]): Network {
  return new NetworkBuilder(readGrammar(texts.join('\n'))).build();
}

class NetworkBuilder {
  readonly #grammar: ReadonlyMap<string, GrammarRule>;
  readonly #states: State[] = [];
  readonly #starts = new Map<string, State>();
  readonly #stops = new Map<string, State>();
  #rule = '';

  constructor(grammar: ReadonlyMap<string, GrammarRule>) {
    this.#grammar = grammar;
  }

  build(): Network {
    for (const name of this.#grammar.keys()) {
      this.#rule = name;
      this.#starts.set(name, this.#state('start'));
      this.#stops.set(name, this.#state('stop'));
    }
    const rules = new Map<string, Rule>();
    for (const rule of this.#grammar.values()) rules.set(rule.name, this.#buildRule(rule));
    this.#linkReturns();
    return { rules, states: this.#states };
  }

  #state(kind: State['kind'] = 'basic'): State {
    const state: State = { number: this.#states.length, rule: this.#rule, kind, transitions: [], operatorLoop: false };
    this.#states.push(state);
    return state;
  }

  #startOf(name: string): State {
    return this.#starts.get(name) ?? raise(name);
  }

  #stopOf(name: string): State {
    return this.#stops.get(name) ?? raise(name);
  }

  #buildRule({ name, alternatives }: GrammarRule): Rule {
    this.#rule = name;
    const recursions = classify(name, alternatives);
    const leftRecursive = recursions.some(({ kind }) => kind === 'binary' || kind === 'suffix');
    const start = this.#startOf(name);
    const stop = this.#stopOf(name);
    const [body, { left, right }] = leftRecursive
      ? this.#operatorRule(name, recursions)
      : this.#block(
          '',
          alternatives.map((alternative) => this.#sequence(alternative)),
        );
    epsilon(start, left);
    epsilon(right, stop);
    return { name, start, stop, leftRecursive, body };
  }

  /** operand (operator …)* */
  #operatorRule(name: string, recursions: readonly Recursion[]): [Block, Fragment] {
    const operands = recursions.filter(({ kind }) => kind === 'prefix' || kind === 'other');
    const operators = recursions.filter(({ kind }) => kind === 'binary' || kind === 'suffix');
    const operand = this.#block(
      '',
      operands.map(({ kind, alternative, precedence }) => this.#sequence(alternative, kind === 'prefix' ? { name, precedence } : undefined)),
    );
    const loop = this.#block(
      '*',
      operators.map(({ kind, alternative, precedence }) =>
        this.#sequence(alternative.slice(1), kind === 'binary' ? { name, precedence: precedence + 1 } : undefined, precedence),
      ),
    );
    const [{ entry }] = loop;
    if (entry !== undefined) entry.operatorLoop = true;
    const steps: Step[] = [
      { kind: 'block', block: operand[0] },
      { kind: 'block', block: loop[0] },
    ];
    const fragment = this.#concatenate([operand[1], loop[1]]);
    return [{ repeat: '', alternatives: [steps] }, fragment];
  }

  /** `recursion`: the last call of the rule itself passes on this precedence. `guard`: only from this precedence on. */
  #sequence(alternative: Alternative, recursion?: { readonly name: string; readonly precedence: number }, guard?: number): [readonly Step[], Fragment] {
    const steps: Step[] = [];
    const fragments: Fragment[] = [];
    if (guard !== undefined) {
      const left = this.#state();
      const right = this.#state();
      left.transitions.push({ kind: 'precedence', target: right, precedence: guard });
      steps.push({ kind: 'precedence', state: left, precedence: guard });
      fragments.push({ left, right });
    }
    alternative.forEach((element, i) => {
      const last = i === alternative.length - 1 && element.kind === 'rule' && element.name === recursion?.name;
      const [step, fragment] = this.#element(element, last ? recursion.precedence : 0);
      steps.push(step);
      fragments.push(fragment);
    });
    return [steps, this.#concatenate(fragments)];
  }

  #element(element: Element, precedence: number): [Step, Fragment] {
    if (element.kind === 'group') {
      const [block, fragment] = this.#block(
        element.repeat,
        element.alternatives.map((alternative) => this.#sequence(alternative)),
      );
      return [{ kind: 'block', block }, fragment];
    }
    const left = this.#state();
    const right = this.#state();
    if (element.kind === 'rule') {
      left.transitions.push({ kind: 'call', target: this.#startOf(element.name), rule: element.name, follow: right, precedence });
      return [
        { kind: 'call', state: left, rule: element.name, precedence },
        { left, right },
      ];
    }
    const tokens = new Set(element.tokens);
    left.transitions.push({ kind: 'tokens', target: right, tokens });
    return [
      { kind: 'match', state: left, tokens, set: tokens.size > 1 },
      { left, right },
    ];
  }

  /** One after the other; a plain state before the next fragment is left out. */
  #concatenate(fragments: readonly Fragment[]): Fragment {
    const [first] = fragments;
    if (first === undefined) {
      const only = this.#state();
      return { left: only, right: only };
    }
    let { right } = first;
    let previous = first;
    for (const next of fragments.slice(1)) {
      if (!redirect(previous, next.left)) epsilon(right, next.left);
      right = next.right;
      previous = next;
    }
    return { left: first.left, right };
  }

  #block(repeat: Block['repeat'], alternatives: readonly [readonly Step[], Fragment][]): [Block, Fragment] {
    const steps = alternatives.map(([list]) => list);
    const [only] = alternatives;
    if (repeat === '' && alternatives.length === 1 && only !== undefined) return [{ repeat, alternatives: steps }, only[1]];
    const start = this.#state();
    const end = this.#state('block end');
    start.end = end;
    for (const [, { left, right }] of alternatives) {
      epsilon(start, left);
      epsilon(right, end);
    }
    const choice = alternatives.length > 1 ? { choice: start } : {};
    switch (repeat) {
      case '':
        return [
          { repeat, alternatives: steps, ...choice },
          { left: start, right: end },
        ];
      case '?':
        epsilon(start, end);
        return [
          { repeat, alternatives: steps, entry: start },
          { left: start, right: end },
        ];
      case '*': {
        const entry = this.#state('loop entry');
        const back = this.#state();
        const exit = this.#state();
        epsilon(entry, start);
        epsilon(entry, exit);
        epsilon(end, back);
        epsilon(back, entry);
        return [
          { repeat, alternatives: steps, ...choice, entry, loopBack: back },
          { left: entry, right: exit },
        ];
      }
      case '+': {
        const back = this.#state();
        const exit = this.#state();
        epsilon(end, back);
        epsilon(back, start);
        epsilon(back, exit);
        return [
          { repeat, alternatives: steps, ...choice, entry: start, loopBack: back },
          { left: start, right: exit },
        ];
      }
    }
  }

  /** From the end of each rule to every place behind a call of it. */
  #linkReturns(): void {
    for (const state of this.#states) {
      for (const transition of state.transitions) {
        if (transition.kind !== 'call') continue;
        const outermost = this.#isOperatorRule(transition.rule) && transition.precedence === 0;
        this.#stopOf(transition.rule).transitions.push({ kind: 'epsilon', target: transition.follow, ...(outermost && { leaves: transition.rule }) });
      }
    }
  }

  #isOperatorRule(name: string): boolean {
    const alternatives = this.#grammar.get(name)?.alternatives ?? [];
    return classify(name, alternatives).some(({ kind }) => kind === 'binary' || kind === 'suffix');
  }
}

function raise(name: string): never {
  throw new Error(`grammar: there is no rule ${name}`);
}

function epsilon(from: State, target: State): void {
  from.transitions.push({ kind: 'epsilon', target });
}

function redirect({ left, right }: Fragment, target: State): boolean {
  const [transition] = left.transitions;
  if (left.kind !== 'basic' || right.kind !== 'basic' || left.transitions.length !== 1 || transition === undefined) return false;
  if (transition.kind === 'call' && transition.follow === right) left.transitions[0] = { ...transition, follow: target };
  else if (transition.kind !== 'call' && transition.target === right) left.transitions[0] = { ...transition, target };
  else return false;
  return true;
}

/** The first alternative binds tightest. */
function classify(name: string, alternatives: readonly Alternative[]): readonly Recursion[] {
  const isSelf = (element: Element | undefined): boolean => element?.kind === 'rule' && element.name === name;
  return alternatives.map((alternative, i) => {
    const first = isSelf(alternative[0]);
    const last = isSelf(alternative.at(-1));
    const kind = first ? (last ? 'binary' : 'suffix') : last ? 'prefix' : 'other';
    return { kind, alternative, precedence: alternatives.length - i };
  });
}

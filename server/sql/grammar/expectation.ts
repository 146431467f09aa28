import type { TokenList } from '../tokenList.ts';
import type { TokenKind } from '../tokens.ts';
import type { Budget } from './budget.ts';
import type { Frame, Mismatch } from './failure.ts';
import type { Network, Rule, State } from './network.ts';
import { TOKEN_NUMBERS } from './tokenNumbers.ts';

export interface Expectation {
  /** The furthest token that any way through the grammar reaches. */
  readonly token: number;
  readonly candidates: ReadonlySet<string>;
}

/** Rules that messages name as a whole. */
const NAMED_RULES: ReadonlyMap<string, string> = new Map([
  ['expression', '<expression>'],
  ['boolean_expression', '<expression>'],
  ['value_expression', '<expression>'],
  ['primary_expression', '<expression>'],
  ['predicate', '<predicate>'],
  ['identifier', '<identifier>'],
  ['string', '<string>'],
  ['query', '<query>'],
  ['type', '<type>'],
]);
const NAMED_TOKENS: ReadonlyMap<TokenKind, string> = new Map<TokenKind, string>([
  ['<integer>', '<integer>'],
  ['<decimal>', 'DECIMAL_VALUE'],
  ['<double>', 'DOUBLE_VALUE'],
  ['<string>', 'STRING'],
  ['<unicode string>', 'UNICODE_STRING'],
  ['<dollar string>', 'DOLLAR_STRING'],
  ['<binary>', 'BINARY_LITERAL'],
  ['<name>', 'IDENTIFIER'],
  ['<digit name>', 'DIGIT_IDENTIFIER'],
  ['<quoted name>', 'QUOTED_IDENTIFIER'],
  ['<backquoted name>', 'BACKQUOTED_IDENTIFIER'],
  ['<>', 'NEQ'],
  ['<EOF>', '<EOF>'],
]);

export function expectationAt(network: Network, tokens: TokenList, failure: Mismatch, budget: Budget): Expectation {
  return new Exploration(network, tokens, budget).from(failure);
}

interface Place {
  readonly state: State;
  readonly token: number;
  /** Within a rule that was named already. */
  readonly suppressed: boolean;
}

class Exploration {
  readonly #rules: ReadonlyMap<string, Rule>;
  readonly #tokens: TokenList;
  readonly #budget: Budget;
  readonly #explored = new Map<string, readonly number[]>();
  /** The furthest token that the parser has looked at: nothing is read beyond it. */
  #limit = 0;
  #furthest = -1;
  #candidates = new Set<string>();

  constructor(network: Network, tokens: TokenList, budget: Budget) {
    this.#rules = network.rules;
    this.#tokens = tokens;
    this.#budget = budget;
  }

  from({ state, token, frame, furthest }: Mismatch): Expectation {
    this.#limit = furthest;
    const start = this.#rules.get(state.rule)?.start;
    const place = start !== undefined && isReached(state, start) ? start : state;
    let ends = this.#explore({ state: place, token, suppressed: false }, 0);
    for (let at: Frame | undefined = frame; ends.length > 0 && at?.follow !== undefined; at = at.caller) {
      const { follow } = at;
      ends = [...new Set(ends.flatMap((end) => this.#explore({ state: follow, token: end, suppressed: false }, 0)))];
    }
    return { token: this.#furthest, candidates: this.#candidates };
  }

  /** Where the rule can end that goes on at `start`. */
  #explore(start: Place, precedence: number): readonly number[] {
    const key = `${start.state.number},${start.token}`;
    const known = this.#explored.get(key);
    if (known !== undefined) return known;
    const ends = new Set<number>();
    const active: Place[] = [start];
    for (let place = active.pop(); place !== undefined; place = active.pop()) {
      this.#budget.spend();
      this.#visit(place, precedence, ends, active);
    }
    const result = [...ends];
    this.#explored.set(key, result);
    return result;
  }

  #visit({ state, token, suppressed: outer }: Place, precedence: number, ends: Set<number>, active: Place[]): void {
    if (state.kind === 'stop') {
      ends.add(token);
      return;
    }
    const name = state.kind === 'start' ? NAMED_RULES.get(state.rule) : undefined;
    if (name !== undefined && !outer) this.#record(token, [name]);
    const suppressed = outer || name !== undefined;
    for (const transition of state.transitions) {
      const { target } = transition;
      switch (transition.kind) {
        case 'epsilon':
          active.push({ state: target, token, suppressed });
          break;
        case 'precedence':
          if (precedence < transition.precedence) active.push({ state: target, token, suppressed });
          break;
        case 'call':
          for (const end of this.#explore({ state: target, token, suppressed }, transition.precedence)) {
            // Trino compares a token's place with a kind's number here, and so may name less than it could
            const quiet = suppressed && this.#tokens.ordinals[end] === TOKEN_NUMBERS.get(this.#tokens.kind(token));
            active.push({ state: transition.follow, token: end, suppressed: quiet });
          }
          break;
        case 'tokens':
          if (token < this.#limit && transition.tokens.has(this.#tokens.kind(token))) active.push({ state: target, token: token + 1, suppressed: false });
          else if (!suppressed) this.#record(token, [...transition.tokens].map(tokenName));
          break;
      }
    }
  }

  #record(token: number, names: readonly string[]): void {
    if (token < this.#furthest) return;
    if (token > this.#furthest) {
      this.#furthest = token;
      this.#candidates = new Set();
    }
    for (const name of names) this.#candidates.add(name);
  }
}

function tokenName(kind: TokenKind): string {
  return NAMED_TOKENS.get(kind) ?? `'${kind}'`;
}

/** Without a token from the start of its rule: then the rule as a whole was expected. */
function isReached(state: State, start: State): boolean {
  const seen = new Set<State>([start]);
  for (const at of seen) {
    if (at === state) return true;
    for (const transition of at.transitions) if (transition.kind !== 'tokens') seen.add(transition.target);
  }
  return false;
}

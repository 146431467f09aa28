import { CLASSES, KEYWORDS, SYMBOLS, type TokenKind } from '../tokens.ts';

/** One rule of a grammar as read from its text. */
export interface GrammarRule {
  readonly name: string;
  readonly alternatives: readonly Alternative[];
}

export type Alternative = readonly Element[];

export type Element =
  | { readonly kind: 'tokens'; readonly tokens: readonly TokenKind[] }
  | { readonly kind: 'rule'; readonly name: string }
  | { readonly kind: 'group'; readonly repeat: '' | '?' | '*' | '+'; readonly alternatives: readonly Alternative[] };

/**
 * Reads rules of the form `name = alternative | alternative`, each from a line of its own on. Capitals are keywords, small letters
 * rules, quoted characters symbols, <…> classes of tokens; ( ) ? * + as usual. Alternatives that are all single tokens become one set.
 */
export function readGrammar(text: string): ReadonlyMap<string, GrammarRule> {
  const words = text.match(WORD) ?? [];
  const rules = new Map<string, GrammarRule>();
  let at = 0;
  while (at < words.length) {
    const name = words[at] ?? '';
    if (words[at + 1] !== '=') throw new Error(`grammar: a rule must begin at ${name}`);
    const reader = new Reader(words, at + 2);
    rules.set(name, { name, alternatives: reader.alternatives() });
    at = reader.position;
  }
  return rules;
}

const WORD = /'[^']+'|<[^>]+>|[A-Za-z_][A-Za-z_0-9]*|[=|()?*+]/g;
const SYMBOL_SET: ReadonlyMap<string, TokenKind> = new Map(SYMBOLS.map((symbol) => [`'${symbol}'`, symbol]));
const CLASS_SET: ReadonlyMap<string, TokenKind> = new Map(CLASSES.map((name) => [name, name]));

class Reader {
  readonly #words: readonly string[];
  position: number;

  constructor(words: readonly string[], position: number) {
    this.#words = words;
    this.position = position;
  }

  alternatives(): readonly Alternative[] {
    const all = [this.#alternative()];
    while (this.#words[this.position] === '|') {
      this.position++;
      all.push(this.#alternative());
    }
    return asSet(all) ?? all;
  }

  #alternative(): Alternative {
    const elements: Element[] = [];
    for (;;) {
      const word = this.#words[this.position];
      if (word === undefined || word === '|' || word === ')' || this.#words[this.position + 1] === '=') return elements;
      elements.push(this.#element(word));
    }
  }

  #element(word: string): Element {
    this.position++;
    const element = word === '(' ? this.#group() : atom(word);
    const repeat = this.#words[this.position];
    if (repeat !== '?' && repeat !== '*' && repeat !== '+') return element;
    this.position++;
    const alternatives = element.kind === 'group' && element.repeat === '' ? element.alternatives : [[element]];
    return { kind: 'group', repeat, alternatives };
  }

  #group(): Element {
    const alternatives = this.alternatives();
    if (this.#words[this.position++] !== ')') throw new Error('grammar: a parenthesis is not closed');
    return { kind: 'group', repeat: '', alternatives };
  }
}

function atom(word: string): Element {
  const token = SYMBOL_SET.get(word) ?? CLASS_SET.get(word) ?? KEYWORDS.get(word);
  if (token !== undefined) return { kind: 'tokens', tokens: [token] };
  if (/^[a-z]/.test(word)) return { kind: 'rule', name: word };
  throw new Error(`grammar: ${word} is no token`);
}

function asSet(alternatives: readonly Alternative[]): readonly Alternative[] | undefined {
  if (alternatives.length < 2) return undefined;
  const tokens: TokenKind[] = [];
  for (const [element, ...rest] of alternatives) {
    if (element?.kind !== 'tokens' || rest.length > 0) return undefined;
    tokens.push(...element.tokens);
  }
  return [[{ kind: 'tokens', tokens }]];
}

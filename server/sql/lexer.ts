import type { Location } from '../../spi/trinoError.ts';
import { TokenList } from './tokenList.ts';
import { KEYWORDS, SYMBOLS, type TokenKind } from './tokens.ts';

/** Never fails: what is no token becomes an <unrecognized> one for the parser to refuse. */
export function tokenize(source: string, literal?: Location): TokenList {
  return new Lexer(source, literal).run();
}

const NEWLINE = 10;
const CARRIAGE_RETURN = 13;
const SYMBOL_KINDS: ReadonlyMap<string, TokenKind> = new Map<string, TokenKind>([
  ...SYMBOLS.map((symbol): [string, TokenKind] => [symbol, symbol]),
  ['!=', '<>'],
]);
const KEYWORD_LENGTH_MAX = Math.max(...[...KEYWORDS.keys()].map((keyword) => keyword.length));

const isLowSurrogate = (code: number): boolean => code >= 0xdc00 && code < 0xe000;
const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code < 0xdc00;
const isBlank = (code: number): boolean => code === 32 || code === NEWLINE || code === CARRIAGE_RETURN || code === 9;
const isDigit = (code: number): boolean => code >= 48 && code <= 57;
const isWord = (code: number): boolean => (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95 || isDigit(code);

/** The longest match wins, of equal ones the first. */
const NUMBERS: readonly (readonly [TokenKind, RegExp])[] = [
  ['<integer>', /0[xX](?:_?[0-9a-fA-F])+|0[oO](?:_?[0-7])+|0[bB](?:_?[01])+|\d(?:_?\d)*/y],
  ['<decimal>', /\d(?:_?\d)*\.(?:\d(?:_?\d)*)?|\.\d(?:_?\d)*/y],
  ['<double>', /(?:\d+(?:\.\d*)?|\.\d+)[eE][+-]?\d+/y],
  ['<digit name>', /\d[0-9A-Za-z_]+/y],
];

class Lexer {
  readonly #source: string;
  readonly #tokens: TokenList;
  #line = 1;
  #lineStart = 0;
  #blanks = 0;
  /** No comment ends behind this place, so that a text full of openings is not searched again and again. */
  #commentsEnd = Number.POSITIVE_INFINITY;

  constructor(source: string, literal: Location | undefined) {
    this.#source = source;
    this.#tokens = new TokenList(source);
    if (literal === undefined) return;
    this.#line = literal.line;
    this.#lineStart = -literal.column;
  }

  run(): TokenList {
    let position = 0;
    while (position < this.#source.length) {
      const code = this.#source.charCodeAt(position);
      const blankEnd = this.#blankEnd(position, code);
      if (blankEnd > position) {
        this.#countLines(position, blankEnd);
        this.#blanks++;
        position = blankEnd;
      } else position = this.#token(position, code);
    }
    this.#push('<EOF>', position, position);
    return this.#tokens;
  }

  #push(kind: TokenKind, start: number, end: number): number {
    const { kinds, starts, ends, lines, columns, ordinals } = this.#tokens;
    ordinals.push(kinds.length + this.#blanks);
    kinds.push(kind);
    starts.push(start);
    ends.push(end);
    lines.push(this.#line);
    columns.push(start - this.#lineStart + 1);
    return end;
  }

  #countLines(from: number, to: number): void {
    for (let i = from; i < to; i++) {
      const code = this.#source.charCodeAt(i);
      if (code === NEWLINE) {
        this.#line++;
        this.#lineStart = i + 1;
      } else if (isHighSurrogate(code) && isLowSurrogate(this.#source.charCodeAt(i + 1))) this.#lineStart++; // columns count code points
    }
  }

  #blankEnd(start: number, code: number): number {
    const source = this.#source;
    let at = start;
    if (isBlank(code)) {
      while (isBlank(source.charCodeAt(at))) at++;
      return at;
    }
    if (code === 45 && source.charCodeAt(at + 1) === 45) {
      while (at < source.length && source.charCodeAt(at) !== NEWLINE && source.charCodeAt(at) !== CARRIAGE_RETURN) at++;
      return at;
    }
    if (code === 47 && source.charCodeAt(at + 1) === 42 && at < this.#commentsEnd) {
      const end = source.indexOf('*/', at + 2);
      if (end >= 0) return end + 2;
      this.#commentsEnd = at;
    }
    return start;
  }

  #token(start: number, code: number): number {
    const source = this.#source;
    const next = source.charCodeAt(start + 1);
    if (code === 39) return this.#quoted(start, start, "'", '<string>');
    if (code === 34) return this.#quoted(start, start, '"', '<quoted name>');
    if (code === 96) return this.#quoted(start, start, '`', '<backquoted name>');
    if (isDigit(code) || (code === 46 && isDigit(next))) return this.#number(start);
    if (isWord(code)) {
      if ((code === 88 || code === 120) && next === 39) return this.#quoted(start, start + 1, "'", '<binary>');
      if ((code === 85 || code === 117) && next === 38 && source.charCodeAt(start + 2) === 39) return this.#quoted(start, start + 2, "'", '<unicode string>');
      return this.#word(start);
    }
    if (code === 36 && next === 36) {
      const end = source.indexOf('$$', start + 2);
      if (end >= 0) return this.#multiline('<dollar string>', start, end + 2);
    }
    for (let length = 2; length > 0; length--) {
      const text = source.slice(start, start + length);
      const kind = SYMBOL_KINDS.get(text);
      if (kind !== undefined) return this.#push(kind, start, start + text.length);
    }
    return this.#multiline('<unrecognized>', start, start + (isHighSurrogate(code) && isLowSurrogate(next) ? 2 : 1));
  }

  /** A doubled quote stands for itself, if there is an end behind it. Without any end, the quote alone is an unknown character. */
  #quoted(start: number, quoteAt: number, quote: string, kind: TokenKind): number {
    const source = this.#source;
    let end = -1;
    let next = source.indexOf(quote, quoteAt + 1);
    while (next >= 0) {
      end = next;
      next = kind !== '<binary>' && source[end + 1] === quote ? source.indexOf(quote, end + 2) : -1;
    }
    if (end < 0) return quoteAt > start ? this.#word(start) : this.#push('<unrecognized>', start, start + 1);
    return this.#multiline(kind, start, end + 1);
  }

  #multiline(kind: TokenKind, start: number, end: number): number {
    this.#push(kind, start, end);
    this.#countLines(start, end);
    return end;
  }

  #word(start: number): number {
    let end = start + 1;
    while (isWord(this.#source.charCodeAt(end))) end++;
    const keyword = end - start <= KEYWORD_LENGTH_MAX ? KEYWORDS.get(this.#source.slice(start, end).toUpperCase()) : undefined;
    return this.#push(keyword ?? '<name>', start, end);
  }

  #number(start: number): number {
    let digitsEnd = start;
    while (isDigit(this.#source.charCodeAt(digitsEnd))) digitsEnd++;
    const behind = this.#source.charCodeAt(digitsEnd);
    if (digitsEnd > start && behind !== 46 && !isWord(behind)) return this.#push('<integer>', start, digitsEnd);
    let kind: TokenKind = '<unrecognized>';
    let end = start;
    for (const [candidate, pattern] of NUMBERS) {
      pattern.lastIndex = start;
      if (pattern.test(this.#source) && pattern.lastIndex > end) {
        kind = candidate;
        end = pattern.lastIndex;
      }
    }
    return this.#push(kind, start, end);
  }
}

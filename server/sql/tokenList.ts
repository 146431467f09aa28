import type { Location } from '../../spi/trinoError.ts';
import type { TokenKind } from './tokens.ts';

/** The tokens of a text, column-wise; the last one is <EOF>. */
export class TokenList {
  readonly source: string;
  readonly kinds: TokenKind[] = [];
  readonly starts: number[] = [];
  readonly ends: number[] = [];
  readonly lines: number[] = [];
  readonly columns: number[] = [];
  /** Among all tokens, blanks and comments among them. */
  readonly ordinals: number[] = [];
  #partners: Int32Array | undefined;

  constructor(source: string) {
    this.source = source;
  }

  get length(): number {
    return this.kinds.length;
  }

  kind(index: number): TokenKind {
    return this.kinds[index] ?? '<EOF>';
  }

  text(index: number): string {
    return this.kind(index) === '<EOF>' ? '<EOF>' : this.source.slice(this.starts[index], this.ends[index]);
  }

  location(index: number): Location {
    const at = Math.min(index, this.length - 1);
    return { line: this.lines[at] ?? 1, column: this.columns[at] ?? 1 };
  }

  /** The index of the parenthesis that closes the one at `index`, or of <EOF>. Found for all of them at the first call. */
  closing(index: number): number {
    this.#partners ??= matchParentheses(this.kinds);
    return this.#partners[index] ?? this.length - 1;
  }
}

function matchParentheses(kinds: readonly TokenKind[]): Int32Array {
  const partners = new Int32Array(kinds.length).fill(kinds.length - 1);
  const open: number[] = [];
  kinds.forEach((kind, index) => {
    if (kind === '(') open.push(index);
    else if (kind === ')') {
      const partner = open.pop();
      if (partner !== undefined) partners[partner] = index;
    }
  });
  return partners;
}

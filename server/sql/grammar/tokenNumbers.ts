import { NON_RESERVED_KEYWORDS, RESERVED_KEYWORDS, type TokenKind } from '../tokens.ts';

/** Tokens in the order in which Trino numbers them; see expectation.ts for the one place where the numbers show. */
const FIRST: readonly TokenKind[] = ['.', '(', ')', ',', 'SKIP', '=>', '->', '[', ']', ':', '|', '^', '$', '{-', '-}', '{', '}'];
const LAST: readonly TokenKind[] = [
  ...(['=', '<>', '<', '<=', '>', '>=', '+', '-', '*', '/', '%', '||', '?', ';', '<string>', '<unicode string>', '<dollar string>'] as const),
  ...(['<binary>', '<integer>', '<decimal>', '<double>', '<name>', '<digit name>', '<quoted name>', '<backquoted name>'] as const),
];
/** Keywords stand in the order of the alphabet, but for these: each before the other. */
const MOVED: readonly (readonly [TokenKind, TokenKind])[] = [
  ['COUNT', 'COPARTITION'],
  ['EMPTY', 'ELSEIF'],
  ['STRING', 'THEN'],
];

function numberTokens(): ReadonlyMap<TokenKind, number> {
  const keywords: TokenKind[] = [...RESERVED_KEYWORDS, ...NON_RESERVED_KEYWORDS].filter((keyword) => keyword !== 'SKIP').sort();
  for (const [keyword, successor] of MOVED) {
    keywords.splice(keywords.indexOf(keyword), 1);
    keywords.splice(keywords.indexOf(successor), 0, keyword);
  }
  return new Map([...FIRST, ...keywords, ...LAST].map((kind, i) => [kind, i + 1]));
}

export const TOKEN_NUMBERS: ReadonlyMap<TokenKind, number> = numberTokens();

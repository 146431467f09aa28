import type { Cursor } from './cursor.ts';
import type { TokenList } from '../tokenList.ts';
import { isIdentifier, type TokenKind } from '../tokens.ts';

/**
 * True if what follows an opening parenthesis is a query and not an expression or a relation. `((SELECT 1) + 1)` is an expression,
 * `((SELECT 1) UNION SELECT 2)` a query; where both readings hold, as in `((SELECT 1))`, it is a query.
 */
export function startsQuery(cursor: Cursor, index: number): boolean {
  let starts = QUERY_STARTS.get(cursor.tokens);
  if (starts === undefined) {
    starts = findQueryStarts(cursor.tokens);
    QUERY_STARTS.set(cursor.tokens, starts);
  }
  return starts[index] === 1;
}

const QUERY_STARTS = new WeakMap<TokenList, Uint8Array>();

function findQueryStarts(tokens: TokenList): Uint8Array {
  const starts = new Uint8Array(tokens.length);
  for (let i = tokens.length - 1; i >= 0; i--) {
    const kind = tokens.kind(i);
    if (kind === 'SELECT' || kind === 'VALUES' || kind === 'WITH') starts[i] = 1;
    else if (kind === 'TABLE') starts[i] = tokens.kind(i + 1) === '(' ? 0 : 1;
    else if (kind === '(' && starts[i + 1] === 1 && tokens.kind(i + 1) !== 'WITH' && continuesQuery(tokens, tokens.closing(i) + 1)) starts[i] = 1;
  }
  return starts;
}

function continuesQuery(tokens: TokenList, index: number): boolean {
  const kind = tokens.kind(index);
  return kind === ')' || kind === 'UNION' || kind === 'EXCEPT' || kind === 'INTERSECT' || kind === 'ORDER' || startsLimit(tokens, index);
}

/** LIMIT 1, OFFSET 1, FETCH FIRST …: alone these words are names. */
export function startsLimit(tokens: TokenList, index: number): boolean {
  const next = tokens.kind(index + 1);
  switch (tokens.kind(index)) {
    case 'LIMIT':
      return next === '<integer>' || next === '?' || next === 'ALL';
    case 'OFFSET':
      return next === '<integer>' || next === '?';
    case 'FETCH':
      return next === 'FIRST' || next === 'NEXT';
    default:
      return false;
  }
}

/** LIMIT, WINDOW, TABLESAMPLE and their like are names unless the words behind them make a clause. */
export function startsClause(tokens: TokenList, index: number): boolean {
  const next = tokens.kind(index + 1);
  switch (tokens.kind(index)) {
    case 'WINDOW':
      return isIdentifier(next) && tokens.kind(index + 2) === 'AS';
    case 'TABLESAMPLE':
      return next === 'BERNOULLI' || next === 'SYSTEM';
    case 'MATCH_RECOGNIZE':
      return next === '(' && !(isIdentifier(tokens.kind(index + 2)) && (tokens.kind(index + 3) === ',' || tokens.kind(index + 3) === ')'));
    default:
      return startsLimit(tokens, index);
  }
}

/** An alias without AS. */
export function atBareAlias(cursor: Cursor): boolean {
  return cursor.atIdentifier() && !startsClause(cursor.tokens, cursor.index);
}

/** ALL before the items of a list is a name where nothing follows that it could quantify. */
export function atAllQuantifier(cursor: Cursor): boolean {
  if (cursor.kind !== 'ALL') return false;
  const next = cursor.index + 1;
  const kind = cursor.tokens.kind(next);
  if (kind === '*') return !startsOperand(cursor.tokens.kind(next + 1)) || startsClause(cursor.tokens, next + 1);
  return (
    startsOperand(kind) &&
    !startsClause(cursor.tokens, next) &&
    !(kind === 'NOT' && NEGATABLE.has(cursor.tokens.kind(next + 1))) &&
    !cursor.at('ALL', 'AT', 'TIME', 'ZONE')
  );
}

/** The same before the elements of GROUP BY. */
export function atGroupingQuantifier(cursor: Cursor): boolean {
  return cursor.at('ALL', 'ROLLUP') || cursor.at('ALL', 'CUBE') || cursor.at('ALL', 'AUTO') || atAllQuantifier(cursor);
}

const NEGATABLE: ReadonlySet<TokenKind> = new Set<TokenKind>(['IN', 'BETWEEN', 'LIKE']);
// biome-ignore format: a table
const OPERAND_STARTS: ReadonlySet<TokenKind> = new Set<TokenKind>([
  '(', '[', '+', '-', '?', '<string>', '<unicode string>', '<binary>', '<integer>', '<decimal>', '<double>', 'NOT', 'NULL', 'TRUE', 'FALSE', 'CASE', 'CAST',
  'EXISTS', 'EXTRACT', 'TRIM', 'LISTAGG', 'NORMALIZE', 'GROUPING', 'CURRENT_CATALOG', 'CURRENT_DATE', 'CURRENT_PATH', 'CURRENT_SCHEMA', 'CURRENT_TIME',
  'CURRENT_TIMESTAMP', 'CURRENT_USER', 'LOCALTIME', 'LOCALTIMESTAMP', 'JSON_ARRAY', 'JSON_EXISTS', 'JSON_OBJECT', 'JSON_QUERY', 'JSON_VALUE',
]);

export function startsOperand(kind: TokenKind): boolean {
  return OPERAND_STARTS.has(kind) || isIdentifier(kind);
}

/** Tokens by which an expression goes on after a closed parenthesis. */
// biome-ignore format: a table
const CONTINUATIONS: ReadonlySet<TokenKind> = new Set<TokenKind>([
  '+', '-', '*', '/', '%', '||', '.', '[', '->', '=', '<>', '<', '<=', '>', '>=', 'AND', 'OR', 'IS', 'NOT', 'IN', 'BETWEEN', 'LIKE', 'AT',
]);

/** `(a, b)` alone, and not as the beginning of a longer expression such as `(a, b) = c`. */
export function closesAlone(cursor: Cursor): boolean {
  return !CONTINUATIONS.has(cursor.tokens.kind(cursor.tokens.closing(cursor.index) + 1));
}

/** `(x, y) ->` or `x ->` */
export function atLambda(cursor: Cursor): boolean {
  if (cursor.kind !== '(') return cursor.atIdentifier() && cursor.peek(1) === '->';
  if (cursor.peek(1) === ')') return cursor.peek(2) === '->';
  if (!cursor.atIdentifier(1) || (cursor.peek(2) !== ',' && cursor.peek(2) !== ')')) return false;
  return cursor.tokens.kind(cursor.tokens.closing(cursor.index) + 1) === '->';
}

/** True if `kind` stands between the parentheses that open at `distance`, and not within inner ones. */
export function hasWithinParentheses(cursor: Cursor, distance: number, kind: TokenKind): boolean {
  const { tokens } = cursor;
  const open = cursor.index + distance;
  const end = tokens.closing(open);
  for (let i = open + 1; i < end; i++) {
    if (tokens.kind(i) === kind) return true;
    if (tokens.kind(i) === '(') i = tokens.closing(i);
  }
  return false;
}

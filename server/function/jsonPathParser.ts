import { type Location, TrinoError } from '../../spi/trinoError.ts';
import type { ArithmeticOperator, JsonPath, PathComparisonOperator, PathMethod, PathNode, PathPredicate, PathSubscript } from './jsonPath.ts';

interface Token {
  readonly kind: 'word' | 'string' | 'integer' | 'decimal' | 'double' | 'variable' | 'symbol' | 'end';
  readonly text: string;
  readonly at: number;
}

const TOKEN =
  /\s*(?:(?<double>(?:\d+(?:\.\d*)?|\.\d+)[eE][+-]?\d+)|(?<decimal>\d+\.\d*|\.\d+)|(?<integer>\d+)|(?<string>"(?:[^"]|"")*")|\$(?<variable>[A-Za-z_][A-Za-z0-9_]*)|(?<word>[A-Za-z_][A-Za-z0-9_]*)|(?<symbol>\.\.|==|<>|!=|<=|>=|&&|\|\||[$@.[\]()*/%+\-?<>!,]))/y;

/** `location` is that of the path's literal in the statement. */
export function parseJsonPath(text: string, location?: Location): JsonPath {
  return new JsonPathParser(text, location).path();
}

const COMPARISONS: Readonly<Record<string, PathComparisonOperator>> = { '==': '==', '<>': '<>', '!=': '<>', '<': '<', '<=': '<=', '>': '>', '>=': '>=' };
const METHODS: readonly string[] = ['abs', 'ceiling', 'double', 'floor', 'keyvalue', 'size', 'type'] satisfies PathMethod[];
const isMethod = (name: string): name is PathMethod => METHODS.includes(name);

class JsonPathParser {
  readonly #location: Location | undefined;
  readonly #tokens: readonly Token[];
  #at = 0;

  constructor(text: string, location: Location | undefined) {
    this.#location = location;
    this.#tokens = this.#tokenize(text);
  }

  path(): JsonPath {
    const mode = this.#next();
    if (mode.kind !== 'word' || (mode.text !== 'lax' && mode.text !== 'strict')) throw this.#withoutMode(mode);
    const root = this.#expression();
    if (this.#peek().kind !== 'end') throw this.#unexpected(this.#peek(), "{<EOF>, '+', '*', '/', '%', '.', '..', '[', '?', '-'}");
    return { lax: mode.text === 'lax', root };
  }

  #tokenize(text: string): Token[] {
    const tokens: Token[] = [];
    TOKEN.lastIndex = 0;
    while (text.slice(TOKEN.lastIndex).trim() !== '') {
      const from = TOKEN.lastIndex;
      const groups = TOKEN.exec(text)?.groups;
      const found = Object.entries(groups ?? {}).find(([, value]) => value !== undefined);
      if (found === undefined) {
        const at = from + (text.slice(from).length - text.slice(from).trimStart().length);
        throw this.#unexpected({ kind: 'symbol', text: String.fromCodePoint(text.codePointAt(at) ?? 63), at });
      }
      const [kind, value = ''] = found;
      tokens.push({ kind: kind as Token['kind'], text: value, at: TOKEN.lastIndex - value.length - (kind === 'variable' ? 1 : 0) });
    }
    tokens.push({ kind: 'end', text: '<EOF>', at: text.length });
    return tokens;
  }

  #place(at: number): Location | undefined {
    return this.#location && { line: this.#location.line, column: this.#location.column + 1 + at };
  }

  #unexpected(token: Token, expected?: string): TrinoError {
    const message = `mismatched input '${token.text}'${expected === undefined ? '' : ` expecting ${expected}`}`;
    return new TrinoError('SYNTAX_ERROR', this.#place(token.at), message);
  }

  /** Where a path could begin the mode is told to be missing. */
  #withoutMode(token: Token): TrinoError {
    const starts = /^(?:variable|integer|decimal|double|string)$/.test(token.kind) || /^(?:\$|@|\(|[+-]|last|true|false|null)$/.test(token.text);
    return starts
      ? new TrinoError('SYNTAX_ERROR', this.#place(token.at), `missing {'lax', 'strict'} at '${token.kind === 'variable' ? '$' : ''}${token.text}'`)
      : this.#unexpected(token, "{'lax', 'strict'}");
  }

  #peek(ahead = 0): Token {
    return this.#tokens[Math.min(this.#at + ahead, this.#tokens.length - 1)] ?? { kind: 'end', text: '<EOF>', at: 0 };
  }

  #next(): Token {
    const token = this.#peek();
    if (token.kind !== 'end') this.#at++;
    return token;
  }

  #is(text: string, ahead = 0): boolean {
    const token = this.#peek(ahead);
    return (token.kind === 'symbol' || token.kind === 'word') && token.text === text;
  }

  #accept(text: string): boolean {
    if (!this.#is(text)) return false;
    this.#next();
    return true;
  }

  #expect(text: string): void {
    if (!this.#accept(text)) throw this.#unexpected(this.#peek(), `'${text}'`);
  }

  #expression(): PathNode {
    return this.#binary(['+', '-'], () => this.#binary(['*', '/', '%'], () => this.#signed()));
  }

  #binary(operators: readonly ArithmeticOperator[], operand: () => PathNode): PathNode {
    let left = operand();
    for (;;) {
      const operator = operators.find((candidate) => this.#is(candidate));
      if (operator === undefined) return left;
      this.#next();
      left = { kind: 'arithmetic', operator, left, right: operand() };
    }
  }

  #signed(): PathNode {
    if (this.#is('-') && /^(?:integer|decimal|double)$/.test(this.#peek(1).kind)) return this.#accessors(this.#negativeLiteral());
    if (this.#accept('-')) return { kind: 'sign', operator: '-', value: this.#signed() };
    if (this.#accept('+')) return { kind: 'sign', operator: '+', value: this.#signed() };
    return this.#accessors(this.#primary());
  }

  /** A sign before a number belongs to it. */
  #negativeLiteral(): PathNode {
    this.#next();
    return { kind: 'literal', literal: { kind: 'number', text: `-${this.#next().text}` } };
  }

  #accessors(primary: PathNode): PathNode {
    let base = primary;
    for (;;) {
      if (this.#accept('..')) base = { kind: 'descendant', base, name: this.#memberName() };
      else if (this.#accept('.')) base = this.#memberOrMethod(base);
      else if (this.#accept('[')) base = this.#element(base);
      else if (this.#accept('?')) {
        this.#expect('(');
        base = { kind: 'filter', base, predicate: this.#predicate() };
        this.#expect(')');
      } else return base;
    }
  }

  #memberName(): string {
    const token = this.#next();
    if (token.kind === 'word') return token.text;
    if (token.kind === 'string') return unquoted(token.text);
    throw this.#unexpected(token);
  }

  #memberOrMethod(base: PathNode): PathNode {
    if (this.#accept('*')) return { kind: 'member', base };
    const token = this.#peek();
    if (token.kind === 'word' && this.#is('(', 1)) {
      if (token.text === 'datetime') throw new TrinoError('NOT_SUPPORTED', this.#location, 'datetime method in JSON path is not yet supported');
      if (!isMethod(token.text)) throw this.#unexpected(this.#peek(1), '<EOF>');
      this.#next();
      this.#expect('(');
      this.#expect(')');
      return { kind: 'method', base, method: token.text };
    }
    return { kind: 'member', base, name: this.#memberName() };
  }

  #element(base: PathNode): PathNode {
    if (this.#accept('*')) {
      this.#expect(']');
      return { kind: 'element', base };
    }
    const subscripts: PathSubscript[] = [];
    do {
      const from = this.#expression();
      subscripts.push(this.#accept('to') ? { from, to: this.#expression() } : { from });
    } while (this.#accept(','));
    this.#expect(']');
    return { kind: 'element', base, subscripts };
  }

  #primary(): PathNode {
    const token = this.#next();
    switch (token.kind) {
      case 'integer':
        if (BigInt(token.text) > 9223372036854775807n) throw new TrinoError('SYNTAX_ERROR', { line: 1, column: 1 }, `Invalid numeric literal: ${token.text}`);
        return { kind: 'literal', literal: { kind: 'number', text: token.text } };
      case 'decimal':
      case 'double':
        return { kind: 'literal', literal: { kind: 'number', text: token.text } };
      case 'string':
        return { kind: 'literal', literal: { kind: 'string', value: unquoted(token.text) } };
      case 'variable':
        return { kind: 'variable', name: token.text };
      default:
        break;
    }
    switch (token.text) {
      case '$':
        return { kind: 'context' };
      case '@':
        return { kind: 'current' };
      case 'last':
        return { kind: 'last' };
      case 'null':
        return { kind: 'literal', literal: { kind: 'null' } };
      case 'true':
      case 'false':
        return { kind: 'literal', literal: { kind: 'boolean', value: token.text === 'true' } };
      case '(': {
        const inner = this.#expression();
        this.#expect(')');
        return inner;
      }
      default:
        throw this.#unexpected(
          token,
          "{'+', '(', '$', '@', 'false', 'last', '-', 'null', 'true', DECIMAL_VALUE, DOUBLE_VALUE, INTEGER_VALUE, STRING, NAMED_VARIABLE}",
        );
    }
  }

  #predicate(): PathPredicate {
    let left = this.#conjunction();
    while (this.#accept('||')) left = { kind: 'or', left, right: this.#conjunction() };
    return left;
  }

  #conjunction(): PathPredicate {
    let left = this.#condition();
    while (this.#accept('&&')) left = { kind: 'and', left, right: this.#condition() };
    return left;
  }

  #condition(): PathPredicate {
    if (this.#accept('!')) return { kind: 'not', value: this.#delimited() };
    if (this.#is('exists') && this.#is('(', 1)) return this.#delimited();
    const start = this.#at;
    const parenthesised = this.#is('(') ? this.#tryDelimited() : undefined;
    if (parenthesised !== undefined) {
      if (!this.#is('is')) return parenthesised;
      this.#next();
      this.#expect('unknown');
      return { kind: 'is unknown', value: parenthesised };
    }
    this.#at = start;
    return this.#comparison();
  }

  /** `(…)` is a predicate or the first operand of a comparison: undefined for the latter. */
  #tryDelimited(): PathPredicate | undefined {
    try {
      const predicate = this.#delimited();
      const { kind, text } = this.#peek();
      return kind === 'symbol' && (text in COMPARISONS || /^(?:[-+*/%.[?]|\.\.)$/.test(text)) ? undefined : predicate;
    } catch (error) {
      // the caller reads the same tokens as a path and raises what is wrong with them
      if (error instanceof TrinoError && error.errorName === 'SYNTAX_ERROR') return undefined;
      throw error;
    }
  }

  #delimited(): PathPredicate {
    if (this.#accept('exists')) {
      this.#expect('(');
      const path = this.#expression();
      this.#expect(')');
      return { kind: 'exists', path };
    }
    this.#expect('(');
    const predicate = this.#predicate();
    this.#expect(')');
    return predicate;
  }

  #comparison(): PathPredicate {
    const left = this.#expression();
    const token = this.#next();
    if (token.kind === 'word' && token.text === 'starts') {
      this.#expect('with');
      const prefix = this.#next();
      if (prefix.kind === 'string')
        return { kind: 'starts with', value: left, prefix: { kind: 'literal', literal: { kind: 'string', value: unquoted(prefix.text) } } };
      if (prefix.kind === 'variable') return { kind: 'starts with', value: left, prefix: { kind: 'variable', name: prefix.text } };
      throw this.#unexpected(prefix);
    }
    if (token.kind === 'word' && token.text === 'like_regex')
      throw new TrinoError('NOT_SUPPORTED', this.#location, 'like_regex predicate in JSON path is not yet supported');
    const operator = token.kind === 'symbol' ? COMPARISONS[token.text] : undefined;
    if (operator === undefined) throw this.#unexpected(token);
    return { kind: 'comparison', operator, left, right: this.#expression() };
  }
}

const unquoted = (text: string): string => text.slice(1, -1).replaceAll('""', '"');

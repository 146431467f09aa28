import { type Location, TrinoError } from '../../../spi/trinoError.ts';
import type { Identifier, QualifiedName } from '../ast.ts';
import type { TokenList } from '../tokenList.ts';
import { isIdentifier, type TokenKind } from '../tokens.ts';

/** Nested deeper than this, a statement is refused as Trino refuses it when its stack is full. */
const NESTING_MAX = 1500;

export function tooLarge(): TrinoError {
  return new TrinoError('SYNTAX_ERROR', { line: 1, column: 1 }, 'statement is too large (stack overflow while parsing)');
}

/** The parser cannot go on at this token. What was expected is worked out afterwards (syntaxError.ts). */
export class SyntaxFailure {
  readonly token: number;
  constructor(token: number) {
    this.token = token;
  }
}

/** What a rule read, and its faults to be reported later. */
export interface Postponed<T> {
  readonly result: T;
  readonly reject: () => void;
}

/** What is wrong with a token that stands for a name. */
export function faultOfName(kind: TokenKind, text: string): string | undefined {
  switch (kind) {
    case '<quoted name>':
      return text === '""' ? 'Zero-length delimited identifier not allowed' : undefined;
    case '<backquoted name>':
      return 'backquoted identifiers are not supported; use double quotes to quote identifiers';
    case '<digit name>':
      return 'identifiers must not start with a digit; surround the identifier with double quotes';
    default:
      return undefined;
  }
}

/** A place in the tokens of a statement, and what parsing has met so far. */
export class Cursor {
  readonly tokens: TokenList;
  index = 0;
  kind: TokenKind;
  parameterCount = 0;
  /** Within PREPARE, where the text of EXECUTE IMMEDIATE is not looked into. */
  preparing = false;
  /** The first token of the operand that was read last. */
  primaryStart = -1;
  #nesting = 0;
  #invalid: TrinoError | undefined;
  #invalidName: TrinoError | undefined;

  constructor(tokens: TokenList) {
    this.tokens = tokens;
    this.kind = tokens.kind(0);
  }

  /** The first fault that is no matter of grammar, such as a number out of range: reported when the whole text was read. */
  get invalid(): TrinoError | undefined {
    return this.#invalidName ?? this.#invalid;
  }

  reject(location: Location, message: string): void {
    this.rejectWith(new TrinoError('SYNTAX_ERROR', location, message));
  }

  rejectWith(error: TrinoError | undefined): void {
    this.#invalid ??= error;
  }

  /** What parses, but Trino's tree cannot hold: it fails with an internal error. */
  rejectUnsupported(message: string): void {
    this.rejectWith(new TrinoError('GENERIC_INTERNAL_ERROR', undefined, message));
  }

  fail(): never {
    throw new SyntaxFailure(this.index);
  }

  /** Begins a rule that may contain itself. */
  enter(): void {
    if (++this.#nesting > NESTING_MAX) throw tooLarge();
  }

  leave(): void {
    this.#nesting--;
  }

  nested<T>(rule: () => T): T {
    this.enter();
    const result = rule();
    this.leave();
    return result;
  }

  /** Takes the faults found so far away, for `restoreFaults` to put them before those found since; it answers with the latter. */
  setFaultsAside(): TrinoError | undefined {
    const faults = this.#invalid;
    this.#invalid = undefined;
    return faults;
  }

  restoreFaults(earlier: TrinoError | undefined): TrinoError | undefined {
    const later = this.#invalid;
    this.#invalid = earlier;
    return later;
  }

  /** Runs a rule whose faults are to count after those of what follows: the caller calls `reject` then. */
  postponing<T>(rule: () => T): Postponed<T> {
    const earlier = this.setFaultsAside();
    const result = rule();
    const own = this.restoreFaults(earlier);
    return { result, reject: () => this.rejectWith(own) };
  }

  /** Tries a rule; where it fails, nothing has happened. */
  attempt<T>(rule: () => T): T | undefined {
    const { index, kind, parameterCount } = this;
    const nesting = this.#nesting;
    const invalid = this.#invalid;
    const invalidName = this.#invalidName;
    try {
      return rule();
    } catch (failure) {
      if (!(failure instanceof SyntaxFailure)) throw failure;
      this.index = index;
      this.kind = kind;
      this.parameterCount = parameterCount;
      this.#nesting = nesting;
      this.#invalid = invalid;
      this.#invalidName = invalidName;
      return undefined;
    }
  }

  peek(distance: number): TokenKind {
    return this.tokens.kind(this.index + distance);
  }

  at(...kinds: readonly TokenKind[]): boolean {
    return kinds.every((kind, distance) => this.peek(distance) === kind);
  }

  next(): number {
    const taken = this.index;
    this.index = taken + 1;
    this.kind = this.tokens.kind(taken + 1);
    return taken;
  }

  accept(kind: TokenKind): boolean {
    if (this.kind !== kind) return false;
    this.next();
    return true;
  }

  /** Takes all of these tokens or none. */
  acceptAll(...kinds: readonly TokenKind[]): boolean {
    if (!this.at(...kinds)) return false;
    for (const _ of kinds) this.next();
    return true;
  }

  acceptOneOf<K extends TokenKind>(...kinds: readonly K[]): K | undefined {
    const found = kinds.find((kind) => kind === this.kind);
    if (found !== undefined) this.next();
    return found;
  }

  expect(...kinds: readonly TokenKind[]): void {
    for (const kind of kinds) {
      if (this.kind !== kind) this.fail();
      this.next();
    }
  }

  expectOneOf<K extends TokenKind>(...kinds: readonly K[]): K {
    return this.acceptOneOf(...kinds) ?? this.fail();
  }

  location(): Location {
    return this.tokens.location(this.index);
  }

  list<T>(item: () => T): T[] {
    const items = [item()];
    while (this.accept(',')) items.push(item());
    return items;
  }

  parenthesized<T>(inner: () => T): T {
    this.expect('(');
    const result = inner();
    this.expect(')');
    return result;
  }

  atIdentifier(distance = 0): boolean {
    return isIdentifier(distance === 0 ? this.kind : this.peek(distance));
  }

  identifier(): Identifier {
    if (!isIdentifier(this.kind)) this.fail();
    const location = this.location();
    const kind = this.kind;
    const text = this.tokens.text(this.next());
    const fault = faultOfName(kind, text);
    if (fault !== undefined) this.#invalidName ??= new TrinoError('SYNTAX_ERROR', location, fault);
    if (kind === '<quoted name>') return { kind: 'identifier', location, value: text.slice(1, -1).replaceAll('""', '"'), delimited: true };
    return { kind: 'identifier', location, value: text, delimited: false };
  }

  qualifiedName(): QualifiedName {
    const location = this.location();
    const parts = [this.identifier()];
    while (this.accept('.')) parts.push(this.identifier());
    return { location, parts };
  }
}

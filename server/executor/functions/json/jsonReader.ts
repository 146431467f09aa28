import { doubleText } from '../../../function/javaNumberText.ts';
import type { JsonNode } from './jsonNode.ts';

const STRING = /"((?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*)"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?(?![\w.+-])/y;
const WORD = /(?:null|true|false)(?!\w)/y;
const BLANK = /[ \t\r\n]*/y;

/**
 * The first JSON value of a text, as SQL/JSON reads it: what follows it is not looked at, an empty text is null. Members keep
 * their order, of equal names the last value stays. Raises SyntaxError.
 */
export function readJson(text: string): JsonNode {
  const reader = new JsonReader(text);
  return reader.isEmpty() ? { kind: 'null' } : reader.value();
}

/** The items of the array that a text starts with, read one by one: what is malformed is met only behind the items before it. */
export function* arrayItems(text: string): Generator<JsonNode> {
  yield* new JsonReader(text).items();
}

class JsonReader {
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  isEmpty(): boolean {
    this.#match(BLANK);
    return this.#at === this.#text.length;
  }

  value(): JsonNode {
    this.#match(BLANK);
    switch (this.#text[this.#at]) {
      case '{': {
        const members = new Map<string, JsonNode>();
        this.#list('}', () => {
          const name = this.#string();
          this.#expect(':');
          members.set(name, this.value());
        });
        return { kind: 'object', members };
      }
      case '[': {
        const items: JsonNode[] = [];
        this.#list(']', () => items.push(this.value()));
        return { kind: 'array', items };
      }
      case '"':
        return { kind: 'string', value: this.#string() };
      default:
        return this.#scalar();
    }
  }

  *items(): Generator<JsonNode> {
    this.#expect('[');
    this.#depth++;
    this.#match(BLANK);
    if (this.#text[this.#at] === ']') return;
    for (;;) {
      yield this.value();
      this.#match(BLANK);
      if (this.#text[this.#at] === ']') return;
      this.#expect(',');
    }
  }

  #scalar(): JsonNode {
    const word = this.#match(WORD);
    if (word === 'null') return { kind: 'null' };
    if (word !== undefined) return { kind: 'boolean', value: word === 'true' };
    const number = this.#match(NUMBER);
    const separated = this.#depth > 0 || /^[ \t\r\n]?$/.test(this.#text.charAt(this.#at));
    if (number === undefined || !separated) throw new SyntaxError(`no JSON value at ${this.#at}`);
    return { kind: 'number', text: numberText(number) };
  }

  #string(): string {
    this.#match(BLANK);
    const quoted = this.#match(STRING);
    if (quoted === undefined) throw new SyntaxError(`no string at ${this.#at}`);
    return quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
  }

  #list(close: string, readItem: () => void): void {
    this.#depth++;
    this.#items(close, readItem);
    this.#depth--;
  }

  #items(close: string, readItem: () => void): void {
    this.#at++;
    this.#match(BLANK);
    if (this.#text[this.#at] === close) {
      this.#at++;
      return;
    }
    for (;;) {
      readItem();
      this.#match(BLANK);
      if (this.#text[this.#at] === close) break;
      this.#expect(',');
    }
    this.#at++;
  }

  #expect(character: string): void {
    this.#match(BLANK);
    if (this.#text[this.#at] !== character) throw new SyntaxError(`no ${character} at ${this.#at}`);
    this.#at++;
  }

  #match(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    if (found !== undefined) this.#at += found.length;
    return found;
  }
}

/** Whole numbers keep their digits; all others are doubles, and print as in Java. */
function numberText(text: string): string {
  if (/^-?\d+$/.test(text)) return text === '-0' ? '0' : text;
  const value = Number(text);
  return Number.isFinite(value) ? doubleText(value) : text;
}

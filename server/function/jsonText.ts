/** A JSON text as a tree that loses nothing: numbers keep their digits, objects their order and repeated names. */
export type JsonTree =
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean'; readonly value: boolean }
  | { readonly kind: 'number'; readonly text: string }
  | { readonly kind: 'string'; readonly value: string }
  | { readonly kind: 'array'; readonly items: readonly JsonTree[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, JsonTree])[] };

/** Reads canonical text, which is always well-formed. */
export function parseCanonicalJson(text: string): JsonTree {
  return new CanonicalReader(text).value();
}

class CanonicalReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(): JsonTree {
    const c = this.#text[this.#at];
    switch (c) {
      case '{':
        return { kind: 'object', entries: this.#list('}', () => this.#entry()) };
      case '[':
        return { kind: 'array', items: this.#list(']', () => this.value()) };
      case '"':
        return { kind: 'string', value: this.#string() };
      default: {
        const word = /[^,\]}]+/y;
        word.lastIndex = this.#at;
        const text = word.exec(this.#text)?.[0] ?? '';
        this.#at += text.length;
        if (text === 'null') return { kind: 'null' };
        if (text === 'true' || text === 'false') return { kind: 'boolean', value: text === 'true' };
        return { kind: 'number', text };
      }
    }
  }

  #list<T>(close: string, read: () => T): T[] {
    const items: T[] = [];
    this.#at++;
    while (this.#at < this.#text.length && this.#text[this.#at] !== close) {
      items.push(read());
      if (this.#text[this.#at] === ',') this.#at++;
    }
    this.#at++;
    return items;
  }

  #entry(): readonly [string, JsonTree] {
    const name = this.#string();
    this.#at++;
    return [name, this.value()];
  }

  #string(): string {
    let end = this.#at + 1;
    while (end < this.#text.length && this.#text[end] !== '"') end += this.#text[end] === '\\' ? 2 : 1;
    const quoted = this.#text.slice(this.#at, end + 1);
    this.#at = end + 1;
    return JSON.parse(quoted) as string;
  }
}

export function writeCanonicalJson(tree: JsonTree): string {
  switch (tree.kind) {
    case 'null':
      return 'null';
    case 'boolean':
      return String(tree.value);
    case 'number':
      return tree.text;
    case 'string':
      return quoteJson(tree.value);
    case 'array':
      return `[${tree.items.map(writeCanonicalJson).join(',')}]`;
    case 'object':
      return `{${tree.entries.map(([name, value]) => `${quoteJson(name)}:${writeCanonicalJson(value)}`).join(',')}}`;
  }
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\b': '\\b', '\f': '\\f', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is escaped
const ESCAPED = /["\\\u0000-\u001f\ud800-\udfff]/g;

/** As Trino's writer does: control characters and all beyond the basic plane are escaped. */
export function quoteJson(text: string): string {
  return `"${text.replace(ESCAPED, (c) => SHORT_ESCAPES[c] ?? `\\u${c.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`)}"`;
}

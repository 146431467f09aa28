/** JSON that remembers on which line each value stands, for messages that name the place. */
export type LocatedJson = LocatedScalar | LocatedArray | LocatedObject;
export interface LocatedScalar {
  readonly kind: 'scalar';
  readonly line: number;
  readonly value: string | number | boolean | null;
}
export interface LocatedArray {
  readonly kind: 'array';
  readonly line: number;
  readonly items: readonly LocatedJson[];
}
export interface LocatedObject {
  readonly kind: 'object';
  readonly line: number;
  readonly fields: ReadonlyMap<string, LocatedJson>;
}

export class JsonPlaceError extends Error {
  readonly line: number;

  constructor(line: number, message: string) {
    super(message);
    this.line = line;
  }
}

const TOKEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them in texts
  /[ \t\r\n]*(?:([{}[\],:])|("(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)|(true|false|null)\b|($))/y;
const DEPTH_MAX = 200;

export function parseLocatedJson(text: string): LocatedJson {
  const reader = new LocatedReader(text.startsWith('\ufeff') ? text.slice(1) : text);
  const value = reader.value(0);
  reader.expect('', 'the end of the file');
  return value;
}

class LocatedReader {
  private readonly text: string;
  private at = 0;
  private line = 1;
  private token = '';

  constructor(text: string) {
    this.text = text;
    this.advance();
  }

  value(depth: number): LocatedJson {
    const { line, token } = this;
    if (depth > DEPTH_MAX) throw new JsonPlaceError(line, 'nested too deeply');
    if (token === '{') return { kind: 'object', line, fields: this.fields(depth) };
    if (token === '[') return { kind: 'array', line, items: this.items(depth) };
    if (token === '' || ',:]}'.includes(token)) throw new JsonPlaceError(line, `${this.found()} where a value is expected`);
    this.advance();
    return { kind: 'scalar', line, value: JSON.parse(token) };
  }

  expect(token: string, what: string): void {
    if (this.token !== token) throw new JsonPlaceError(this.line, `${this.found()} where ${what} is expected`);
    if (token !== '') this.advance();
  }

  private fields(depth: number): Map<string, LocatedJson> {
    const fields = new Map<string, LocatedJson>();
    this.advance();
    if (this.token === '}') {
      this.advance();
      return fields;
    }
    for (;;) {
      if (!this.token.startsWith('"')) throw new JsonPlaceError(this.line, `${this.found()} where a field name in double quotes is expected`);
      const name: string = JSON.parse(this.token);
      this.advance();
      this.expect(':', "':'");
      fields.set(name, this.value(depth + 1));
      if (this.token !== ',') break;
      this.advance();
    }
    this.expect('}', "',' or '}'");
    return fields;
  }

  private items(depth: number): LocatedJson[] {
    const items: LocatedJson[] = [];
    this.advance();
    if (this.token === ']') {
      this.advance();
      return items;
    }
    for (;;) {
      items.push(this.value(depth + 1));
      if (this.token !== ',') break;
      this.advance();
    }
    this.expect(']', "',' or ']'");
    return items;
  }

  private found(): string {
    return this.token === '' ? 'the file ends' : this.token.slice(0, 40);
  }

  private advance(): void {
    TOKEN.lastIndex = this.at;
    const m = TOKEN.exec(this.text);
    if (m === null) {
      const rest = /^[ \t\r\n]*/.exec(this.text.slice(this.at))?.[0] ?? '';
      this.count(rest);
      throw new JsonPlaceError(
        this.line,
        `unexpected ${JSON.stringify(
          this.text
            .slice(this.at + rest.length)
            .split(/\s/)[0]
            ?.slice(0, 20),
        )}`,
      );
    }
    this.token = m[1] ?? m[2] ?? m[3] ?? m[4] ?? '';
    this.count(m[0].slice(0, m[0].length - this.token.length));
    this.at = TOKEN.lastIndex;
  }

  private count(space: string): void {
    this.line += space.split('\n').length - 1;
  }
}

import { errorMessage, TrinoError } from '../../../../spi/trinoError.ts';

/**
 * A regular expression of Trino's (Joni with Java's syntax) as JavaScript's, with the `v` flag. What JavaScript cannot do is refused.
 * `.` leaves out only \n; `$` and \Z stand before a last \n too; \d, \w and \s are ASCII, \b is not.
 */
export interface JavaRegExp {
  readonly regExp: RegExp;
  /** Where JavaScript has the groups of the pattern, the whole match first. */
  readonly groups: readonly number[];
  readonly names: ReadonlyMap<string, number>;
}

export function javaRegExp(pattern: string): JavaRegExp {
  const known = cache.get(pattern);
  if (known !== undefined) return known;
  const compiled = compile(pattern);
  if (cache.size >= CACHE_MAX) cache.clear();
  cache.set(pattern, compiled);
  return compiled;
}

const CACHE_MAX = 1_000;
const cache = new Map<string, JavaRegExp>();

const END = '(?=\\n?$)';
const END_OF_LINE = '(?=\\n|$)';
const START_OF_LINE = '(?:^|(?<=\\n)(?=[^]))';
const WORD = '[\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}]';
const BOUNDARY = `(?:(?<=${WORD})(?!${WORD})|(?<!${WORD})(?=${WORD}))`;
const NO_BOUNDARY = `(?:(?<=${WORD})(?=${WORD})|(?<!${WORD})(?!${WORD}))`;

/** Stand for the numbers of groups until all of them are known: before what a group opens with, and around a reference. */
const OPENING = '\u{f0000}';
const REFERENCE = '\u{f0001}';
const MARK_END = '\u{f0002}';
const ESCAPES: Readonly<Record<string, string>> = {
  A: '^',
  Z: END,
  z: '$',
  d: '[0-9]',
  D: '[^0-9]',
  w: '[0-9A-Za-z_]',
  W: '[^0-9A-Za-z_]',
  s: '[\\t\\n\\v\\f\\r ]',
  S: '[^\\t\\n\\v\\f\\r ]',
  h: '[0-9A-Fa-f]',
  H: '[^0-9A-Fa-f]',
  R: '(?:\\r\\n|[\\n-\\r\\u0085\\u2028\\u2029])',
  a: '\\x07',
  e: '\\x1b',
  b: BOUNDARY,
  B: NO_BOUNDARY,
  t: '\\t',
  n: '\\n',
  r: '\\r',
  f: '\\f',
  v: '\\v',
};

const POSIX: Readonly<Record<string, string>> = {
  alpha: '\\p{Alphabetic}',
  digit: '\\p{Nd}',
  alnum: '[\\p{Alphabetic}\\p{Nd}]',
  upper: '\\p{Uppercase}',
  lower: '\\p{Lowercase}',
  space: '\\p{White_Space}',
  punct: '\\p{P}',
  blank: '[\\p{Zs}\\t]',
  cntrl: '\\p{Cc}',
  xdigit: '[0-9A-Fa-f]',
  word: WORD,
  graph: '[^\\p{White_Space}\\p{Cc}\\p{Cn}\\p{Cs}]',
  print: '[[^\\p{White_Space}\\p{Cc}\\p{Cn}\\p{Cs}]\\p{Zs}]',
};

const invalid = (message: string): TrinoError => new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, message);
const refused = (what: string): TrinoError => new TrinoError('NOT_SUPPORTED', undefined, `${what} in a regular expression is not supported`);

function compile(pattern: string): JavaRegExp {
  const translator = new Translator(pattern);
  const marked = translator.translate();
  const ids = [...marked.matchAll(new RegExp(`${OPENING}(\\w+)${MARK_END}`, 'gu'))].map(([, id]) => id);
  const numberOf = (id: string): number => ids.indexOf(id) + 1;
  const source = marked
    .replaceAll(new RegExp(`${OPENING}\\w+${MARK_END}`, 'gu'), '')
    .replaceAll(new RegExp(`${REFERENCE}(\\w+)${MARK_END}`, 'gu'), (_, id: string) => (numberOf(id) === 0 ? '(?!)' : `(?:\\${numberOf(id)})`));
  const groups = [0, ...Array.from({ length: translator.groupCount }, (_, i) => numberOf(`u${i + 1}`))];
  try {
    return { regExp: new RegExp(source, 'v'), groups, names: translator.names };
  } catch (cause) {
    throw invalid(errorMessage(cause));
  }
}

/** The flags that change what is written; that of case is left to JavaScript. */
interface Flags {
  readonly multiline: boolean;
  readonly dotAll: boolean;
  readonly extended: boolean;
}

class Translator {
  readonly #points: readonly string[];
  readonly names = new Map<string, number>();
  groupCount = 0;
  #atomicCount = 0;
  #at = 0;
  #flags: Flags = { multiline: false, dotAll: false, extended: false };
  /** 0 outside of a look-behind, 1 in it, more in groups of it. */
  #lookBehindDepth = 0;

  constructor(pattern: string) {
    this.#points = [...pattern];
  }

  translate(): string {
    const source = this.#alternatives(false);
    if (this.#at < this.#points.length) throw invalid('unmatched close parenthesis');
    return source;
  }

  #peek(offset = 0): string | undefined {
    return this.#points[this.#at + offset];
  }

  #ahead(length: number): string {
    return this.#points.slice(this.#at, this.#at + length).join('');
  }

  #alternatives(inside: boolean): string {
    const parts: string[] = [];
    const outer = this.#flags;
    let closing = '';
    let canRepeat = false;
    for (let point = this.#peek(); point !== undefined && point !== ')'; point = this.#peek()) {
      if (this.#skipComment()) continue;
      if (point === '*' || point === '+' || point === '?' || this.#isInterval()) {
        if (!canRepeat) throw invalid('target of repeat operator is not specified');
        parts.push(this.#repeated(parts.pop() ?? ''));
        continue;
      }
      const flags = this.#inlineFlags();
      if (flags !== undefined) {
        parts.push(`(?${flags}:`);
        closing += ')';
        continue;
      }
      parts.push(this.#atom());
      canRepeat = point !== '|' && point !== '^';
    }
    if (inside && this.#peek() !== ')') throw invalid('end pattern with unmatched parenthesis');
    this.#flags = outer;
    return parts.join('') + closing;
  }

  /** `(?#…)`, and with the flag x also blanks and the rest of a line behind #. */
  #skipComment(): boolean {
    if (this.#ahead(3) === '(?#') {
      while (this.#peek() !== undefined && this.#peek() !== ')') this.#at++;
      if (this.#peek() === undefined) throw invalid('end pattern in group');
      this.#at++;
      return true;
    }
    if (!this.#flags.extended || !/^[ \t\n\v\f\r#]$/.test(this.#peek() ?? '')) return false;
    if (this.#peek() === '#') while (this.#peek() !== undefined && this.#peek() !== '\n') this.#at++;
    else this.#at++;
    return true;
  }

  /** `(?i)` holds to the end of the group. */
  #inlineFlags(): string | undefined {
    const match = /^\(\?([a-z]*)(?:-([a-z]*))?\)/.exec(this.#ahead(12));
    if (match === null || (match[1] === '' && match[2] === undefined)) return undefined;
    this.#at += match[0].length;
    return this.#setFlags(match[1] ?? '', match[2] ?? '');
  }

  /** What JavaScript is told of them. */
  #setFlags(on: string, off: string): string {
    for (const flag of on + off) if (!'imsx'.includes(flag)) throw invalid('undefined group option');
    const flag = (letter: string, before: boolean): boolean => !off.includes(letter) && (before || on.includes(letter));
    const { multiline, dotAll, extended } = this.#flags;
    this.#flags = { multiline: flag('m', multiline), dotAll: flag('s', dotAll), extended: flag('x', extended) };
    return off.includes('i') ? '-i' : on.includes('i') ? 'i' : '';
  }

  #isInterval(): boolean {
    return this.#peek() === '{' && /^\{\d+(?:,\d*)?\}/.test(this.#ahead(24));
  }

  #repeated(atom: string): string {
    let text = this.#points[this.#at++] ?? '';
    if (text === '{') {
      while (!text.endsWith('}')) text += this.#points[this.#at++] ?? '}';
      const [, low = '', high = ''] = /^\{(\d+),(\d+)\}$/.exec(text) ?? [];
      if (high !== '' && Number(high) < Number(low)) throw invalid('upper is smaller than lower in repeat range');
    }
    if (this.#lookBehindDepth > 0 && !/^\{(\d+)(?:,\1)?\}$/.test(text)) throw invalid('invalid pattern in look-behind');
    // a quantifier of a quantifier, or of a look around
    const repeatable = (/[*+?}]$/.test(atom) || /^\(\?<?[=!]/.test(atom)) && !/^(?:\\.|\\[pP]\{[^}]*\}|\\u\{[^}]*\})$/u.test(atom) ? `(?:${atom})` : atom;
    if (this.#peek() === '+') {
      this.#at++;
      return this.#atomic(`${repeatable}${text}`);
    }
    if (this.#peek() === '?') {
      this.#at++;
      text += '?';
    }
    return `${repeatable}${text}`;
  }

  /** Looked ahead to once, and then taken as it was found. */
  #atomic(body: string): string {
    const id = `a${this.#atomicCount++}`;
    return `(?:(?=(${OPENING}${id}${MARK_END}${body}))${REFERENCE}${id}${MARK_END})`;
  }

  #atom(): string {
    const point = this.#points[this.#at++] ?? '';
    switch (point) {
      case '\\':
        return this.#escape(false);
      case '[':
        return this.#characterClass();
      case '(':
        return this.#group();
      case '.':
        return this.#flags.dotAll ? '[^]' : '[^\\n]';
      case '$':
        return this.#flags.multiline ? END_OF_LINE : END;
      case '^':
        return this.#flags.multiline ? START_OF_LINE : point;
      case '|':
        if (this.#lookBehindDepth > 1) throw refused('A choice in a group of a look-behind');
        return point;
      default:
        return literal(point);
    }
  }

  #group(): string {
    const match = /^\?(?::|=|!|<=|<!|>|<([A-Za-z_][A-Za-z0-9_]*)>|([a-z]*)(?:-([a-z]*))?:)/.exec(this.#ahead(100));
    if (this.#peek() === '?' && match === null) throw invalid('undefined group option');
    this.#at += match?.[0].length ?? 0;
    const [kind = '', name, on, off] = match ?? [];
    if (kind === '' || name !== undefined) return this.#capturing(name);
    if (kind === '?>') return this.#atomic(this.#body());
    if (kind === '?<=' || kind === '?<!') return `(${kind}${this.#body(1)})`;
    if (on === undefined || kind === '?:') return `(${kind}${this.#body()})`;
    const outer = this.#flags;
    const flags = this.#setFlags(on, off ?? '');
    const body = this.#body();
    this.#flags = outer;
    return `(?${flags}:${body})`;
  }

  #capturing(name: string | undefined): string {
    const number = ++this.groupCount;
    if (name !== undefined && this.names.has(name)) throw invalid(`multiplex defined name <${name}>`);
    if (name !== undefined) this.names.set(name, number);
    return `(${OPENING}u${number}${MARK_END}${this.#body()})`;
  }

  #body(lookBehindDepth = this.#lookBehindDepth === 0 ? 0 : this.#lookBehindDepth + 1): string {
    const outer = this.#lookBehindDepth;
    this.#lookBehindDepth = lookBehindDepth;
    const body = this.#alternatives(true);
    this.#lookBehindDepth = outer;
    this.#at++;
    return body;
  }

  #escape(inClass: boolean): string {
    const point = this.#points[this.#at++];
    if (point === undefined) throw invalid('end pattern at escape');
    if (point === 'Q') return this.#quotation();
    if (point === 'p' || point === 'P') return this.#property(point);
    if (point === 'x' || point === 'u') return this.#codePoint(point);
    if (!inClass && /[1-9]/.test(point)) return `${REFERENCE}u${point}${MARK_END}`;
    if (!inClass && point === 'k') return this.#namedReference();
    if (point === 'G' || point === 'X') throw refused(`\\${point}`);
    if (inClass && (point === 'b' || point === 'B')) return '\\x08';
    return ESCAPES[point] ?? literal(point);
  }

  #quotation(): string {
    let text = '';
    while (this.#at < this.#points.length && !(this.#peek() === '\\' && this.#peek(1) === 'E')) text += literal(this.#points[this.#at++] ?? '');
    this.#at += 2;
    return text;
  }

  #namedReference(): string {
    const match = /^<([A-Za-z_][A-Za-z0-9_]*)>/.exec(this.#ahead(100));
    const number = this.names.get(match?.[1] ?? '');
    if (match === null || number === undefined) throw invalid(match === null ? 'invalid backref number/name' : `undefined name <${match[1]}> reference`);
    this.#at += match[0].length;
    return `${REFERENCE}u${number}${MARK_END}`;
  }

  #property(kind: string): string {
    const match = /^(?:\{([^}]*)\}|([A-Z]))/.exec(this.#ahead(60));
    if (match === null) throw invalid('invalid character property name');
    this.#at += match[0].length;
    const name = match[1] ?? match[2] ?? '';
    const posix = POSIX[name.toLowerCase()];
    if (posix !== undefined) return kind === 'P' ? `[^${posix}]` : posix;
    const known = propertyText(name);
    return `\\${kind}{${known}}`;
  }

  #codePoint(kind: string): string {
    const match = (kind === 'x' ? /^(?:\{([0-9A-Fa-f]+)\}|([0-9A-Fa-f]{1,2}))/ : /^()([0-9A-Fa-f]{4})/).exec(
      this.#points.slice(this.#at, this.#at + 10).join(''),
    );
    if (match === null) throw invalid('too short escape sequence');
    this.#at += match[0].length;
    return `\\u{${match[1] === undefined || match[1] === '' ? match[2] : match[1]}}`;
  }

  #characterClass(): string {
    const negated = this.#peek() === '^';
    if (negated) this.#at++;
    const operands = [''];
    const add = (text: string): void => void operands.push((operands.pop() ?? '') + text);
    for (let first = true; ; first = false) {
      const point = this.#points[this.#at++];
      if (point === undefined) throw invalid('premature end of char-class');
      if (point === ']' && !first) break;
      if (point === '[') add(this.#peek() === ':' ? this.#posixClass() : this.#characterClass());
      else if (point === '&' && this.#peek() === '&') {
        this.#at++;
        operands.push('');
      } else if (point === '\\') add(this.#escape(true));
      else if (point === '-' && this.#peek() !== ']' && operands.at(-1) !== '') add('-');
      else add(literal(point));
    }
    // the operands of && must be classes of their own
    return `[${negated ? '^' : ''}${operands.length === 1 ? operands[0] : operands.map((operand) => `[${operand}]`).join('&&')}]`;
  }

  #posixClass(): string {
    const match = /^:(\^?)([a-z]+):\]/.exec(this.#points.slice(this.#at, this.#at + 20).join(''));
    const posix = match === null ? undefined : POSIX[match[2] ?? ''];
    if (match === null || posix === undefined) throw invalid('premature end of char-class');
    this.#at += match[0].length;
    return match[1] === '^' ? `[^${posix}]` : posix;
  }
}

/** A general category, or a script, by a name in any case. Java's blocks and methods are not known here. */
function propertyText(name: string): string {
  const cased = name.toLowerCase().replace(/(?:^|_)[a-z]/g, (letter) => letter.toUpperCase());
  if (/^(?:In|java)[A-Z]|_/.test(name)) throw refused(`\\p{${name}}`);
  for (const text of [name, cased, `Script=${cased}`]) if (isProperty(text)) return text;
  throw invalid(`invalid character property name <${name}>`);
}

function isProperty(text: string): boolean {
  if (!/^(?:Script=)?\w+$/.test(text)) return false;
  try {
    return new RegExp(`\\p{${text}}`, 'v').source !== '';
  } catch {
    return false; // no such property
  }
}

/** With the v flag more characters have a meaning in classes than in Java. */
const literal = (point: string): string =>
  /^[\^$\\.*+?()[\]{}|/&!#%,:;<=>@`~-]$/.test(point)
    ? /^[\^$\\.*+?()[\]{}|/]$/.test(point)
      ? `\\${point}`
      : `\\u{${point.codePointAt(0)?.toString(16)}}`
    : point;

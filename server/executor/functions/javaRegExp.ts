import { TrinoError } from '../../../spi/trinoError.ts';

/**
 * Trino's regular expressions (Joni with Java's syntax) as JavaScript's, with the `v` flag. What JavaScript cannot do is refused.
 * `.` leaves out only \n; `$` and \Z stand before a last \n too; \d, \w, \s and \b are ASCII.
 */
export function javaRegExp(pattern: string): RegExp {
  const known = cache.get(pattern);
  if (known !== undefined) return known;
  const compiled = compile(pattern);
  if (cache.size >= CACHE_MAX) cache.clear();
  cache.set(pattern, compiled);
  return compiled;
}

const CACHE_MAX = 1_000;
const cache = new Map<string, RegExp>();

const END = '(?=\\n?(?![^]))';
const ESCAPES: Readonly<Record<string, string>> = {
  A: '(?<![^])',
  Z: END,
  z: '(?![^])',
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
  b: '\\b',
  B: '\\B',
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
  word: '[\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}]',
};

const invalid = (message: string): TrinoError => new TrinoError('INVALID_FUNCTION_ARGUMENT', undefined, message);
const refused = (what: string): TrinoError => new TrinoError('NOT_SUPPORTED', undefined, `${what} in a regular expression is not supported`);

function compile(pattern: string): RegExp {
  const translator = new Translator(pattern);
  const source = translator.translate();
  try {
    return new RegExp(source, 'v');
  } catch (cause) {
    throw invalid(cause instanceof Error ? cause.message : String(cause));
  }
}

class Translator {
  readonly #points: readonly string[];
  #at = 0;

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

  #alternatives(inside: boolean): string {
    let out = '';
    let closing = '';
    let canRepeat = false;
    for (let point = this.#peek(); point !== undefined && point !== ')'; point = this.#peek()) {
      if (point === '*' || point === '+' || point === '?' || this.#isInterval()) {
        if (!canRepeat) throw invalid('target of repeat operator is not specified');
        out += this.#quantifier();
        continue;
      }
      const flags = this.#inlineFlags();
      if (flags !== undefined) {
        out += flags === '' ? '' : `(?${flags}:`;
        closing += flags === '' ? '' : ')';
        continue;
      }
      out += this.#atom();
      canRepeat = point !== '|' && point !== '^';
    }
    if (inside && this.#peek() !== ')') throw invalid('end pattern with unmatched parenthesis');
    return out + closing;
  }

  /** `(?i)` holds to the end of the group. */
  #inlineFlags(): string | undefined {
    const match = /^\(\?([a-z]*)(?:-([a-z]*))?\)/.exec(this.#points.slice(this.#at, this.#at + 12).join(''));
    if (match === null || (match[1] === '' && match[2] === undefined)) return undefined;
    this.#at += match[0].length;
    return flagsText(match[1] ?? '', match[2] ?? '');
  }

  #isInterval(): boolean {
    return this.#peek() === '{' && /^\{\d+(?:,\d*)?\}/.test(this.#points.slice(this.#at, this.#at + 24).join(''));
  }

  #quantifier(): string {
    let text = this.#points[this.#at++] ?? '';
    if (text === '{') {
      while (!text.endsWith('}')) text += this.#points[this.#at++] ?? '}';
    }
    if (this.#peek() === '+') throw refused('A possessive quantifier');
    if (this.#peek() === '?') {
      this.#at++;
      text += '?';
    }
    return text;
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
        return '[^\\n]';
      case '$':
        return END;
      case '^':
      case '|':
        return point;
      default:
        return literal(point);
    }
  }

  #group(): string {
    let head = '(';
    if (this.#peek() === '?') {
      const rest = this.#points.slice(this.#at, this.#at + 100).join('');
      const match = /^\?(?::|=|!|<=|<!|>|<[A-Za-z_][A-Za-z0-9_]*>|([a-z]*)(?:-([a-z]*))?:)/.exec(rest);
      if (match === null) throw invalid('undefined group option');
      if (match[0] === '?>') throw refused('An atomic group');
      this.#at += match[0].length;
      head += match[1] === undefined || match[0] === '?:' ? match[0] : `?${flagsText(match[1], match[2] ?? '')}:`;
    }
    const body = this.#alternatives(true);
    this.#at++;
    return `${head}${body})`;
  }

  #escape(inClass: boolean): string {
    const point = this.#points[this.#at++];
    if (point === undefined) throw invalid('end pattern at escape');
    if (point === 'Q') return this.#quotation();
    if (point === 'p' || point === 'P') return this.#property(point);
    if (point === 'x' || point === 'u') return this.#codePoint(point);
    if (!inClass && /[1-9]/.test(point)) return `(?:\\${point})`;
    if (point === 'k' || point === 'G' || point === 'X') throw refused(`\\${point}`);
    if (inClass && (point === 'b' || point === 'B')) return '\\x08';
    return ESCAPES[point] ?? literal(point);
  }

  #quotation(): string {
    let text = '';
    while (this.#at < this.#points.length && !(this.#peek() === '\\' && this.#peek(1) === 'E')) text += literal(this.#points[this.#at++] ?? '');
    this.#at += 2;
    return text;
  }

  #property(kind: string): string {
    const match = /^(?:\{(\^?)([A-Za-z_=]+)\}|([A-Z]))/.exec(this.#points.slice(this.#at, this.#at + 60).join(''));
    if (match === null) throw invalid('invalid character property name');
    this.#at += match[0].length;
    const name = (match[2] ?? match[3] ?? '').replace(/^Is/, '');
    const negated = (kind === 'P') !== (match[1] === '^');
    const posix = POSIX[name.toLowerCase()];
    if (posix !== undefined) return negated ? `[^${posix}]` : posix;
    return `\\${negated ? 'P' : 'p'}{${name}}`;
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

function flagsText(on: string, off: string): string {
  for (const flag of on + off) if (!'imsux'.includes(flag)) throw invalid('undefined group option');
  if (/[mx]/.test(on)) throw refused(`The flag (?${on})`);
  const kept = (flags: string) => (flags.includes('i') ? 'i' : '');
  const [yes, no] = [kept(on), kept(off)];
  if (on.includes('s')) throw refused('The flag (?s)');
  return no === '' ? yes : `${yes}-${no}`;
}

/** With the v flag more characters have a meaning in classes than in Java. */
const literal = (point: string): string =>
  /^[\^$\\.*+?()[\]{}|/&!#%,:;<=>@`~-]$/.test(point)
    ? /^[\^$\\.*+?()[\]{}|/]$/.test(point)
      ? `\\${point}`
      : `\\u{${point.codePointAt(0)?.toString(16)}}`
    : point;

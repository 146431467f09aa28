/** JSON as Trino keeps it: keys sorted, no blanks, numbers as Java's Long, BigInteger or Double print them. */
export function canonicalJson(text: string): string {
  return write(JSON.parse(text, reviveNumber));
}

/** A number whose text must survive. */
class NumberText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

const SAFE_INTEGER = /^-?\d{1,15}$/;

function reviveNumber(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number') return value;
  const source = context?.source ?? String(value);
  if (SAFE_INTEGER.test(source)) return value === 0 ? 0 : value;
  if (/^-?\d+$/.test(source)) return new NumberText(BigInt(source).toString());
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return new NumberText(javaDouble(value));
}

/** As Java's Double.toString. */
export function javaDouble(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  const size = Math.abs(value);
  if (size >= 1e-3 && size < 1e7) {
    const plain = String(value);
    return plain.includes('.') ? plain : `${plain}.0`;
  }
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e');
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}E${Number(exponent)}`;
}

function write(value: unknown): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return quoteJson(value);
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (value instanceof NumberText) return value.text;
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`;
  if (typeof value !== 'object') throw new Error(`not JSON: ${typeof value}`);
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${quoteJson(key)}:${write(item)}`).join(',')}}`;
}

/** Jackson's escapes: control characters in upper-case hexadecimal, characters beyond the basic plane as two escapes. */
export function quoteJson(text: string): string {
  const quoted = JSON.stringify(text);
  if (!needsCare(text)) return quoted;
  return quoted
    .replace(/\\u[0-9a-f]{4}/g, (escape, at: number) => (isEscaped(quoted, at) ? escape : `\\u${escape.slice(2).toUpperCase()}`))
    .replace(/[\ud800-\udfff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).toUpperCase()}`);
}

function needsCare(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x20 || (unit >= 0xd800 && unit <= 0xdfff)) return true;
  }
  return false;
}

/** The backslash at this place is itself written as two. */
function isEscaped(text: string, at: number): boolean {
  let before = at;
  while (text[before - 1] === '\\') before--;
  return (at - before) % 2 === 1;
}

import { doubleToString } from '../javaNumber.ts';

/** A JSON value as Jackson's tree has it: bigint for whole numbers, number for those with fraction or exponent. */
export type JsonNode = null | boolean | string | bigint | number | readonly JsonNode[] | JsonObject;
/** Of equal keys the last value counts, in the place of the first. */
export type JsonObject = ReadonlyMap<string, JsonNode>;

const NUMBER_LENGTH_MAX = 1000;

export class JsonSyntaxError extends Error {}

/** Reads the first value of the bytes, with Jackson's rules: what follows it is not looked at. undefined: there is none. */
export function parseJsonTree(data: Buffer): JsonNode | undefined {
  return new TreeParser(asUtf8(data)).parse();
}

/** What JsonNode.asText() gives for a value that is neither object nor array. */
export function nodeText(node: null | boolean | string | bigint | number): string {
  if (typeof node === 'string') return node;
  return typeof node === 'number' ? doubleToString(node) : String(node);
}

/** What JsonNode.toString() gives. */
export function nodeJson(node: JsonNode): string {
  if (node === null || typeof node === 'boolean' || typeof node === 'bigint') return String(node);
  if (typeof node === 'string') return quote(node);
  if (typeof node === 'number') return Number.isFinite(node) ? doubleToString(node) : quote(doubleToString(node));
  if (node instanceof Map) return `{${[...(node as JsonObject)].map(([key, value]) => `${quote(key)}:${nodeJson(value)}`).join(',')}}`;
  return `[${(node as readonly JsonNode[]).map(nodeJson).join(',')}]`;
}

const SHORT_ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '\\"'],
  ['\\', '\\\\'],
  ['\b', '\\b'],
  ['\t', '\\t'],
  ['\n', '\\n'],
  ['\f', '\\f'],
  ['\r', '\\r'],
]);

function quote(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly these are escaped
  return `"${text.replace(/["\\\u0000-\u001f]/g, (ch) => SHORT_ESCAPES.get(ch) ?? `\\u${ch.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`)}"`;
}

/** UTF-16 and UTF-32, with or without a byte order mark, are told by their first bytes; a mark before UTF-8 is dropped. */
function asUtf8(data: Buffer): Buffer {
  if (data.length >= 4) {
    const word = data.readUInt32BE(0);
    if (word === 0x0000feff) return fromUtf32(data.subarray(4), true);
    if (word === 0xfffe0000) return fromUtf32(data.subarray(4), false);
    if (word === 0x0000fffe || word === 0xfeff0000) throw new JsonSyntaxError('UCS-4 in an unusual order');
    if (word >>> 16 === 0xfeff) return fromUtf16(data.subarray(2), true);
    if (word >>> 16 === 0xfffe) return fromUtf16(data.subarray(2), false);
    if (word >>> 8 === 0xefbbbf) return data.subarray(3);
    if (word >>> 8 === 0) return fromUtf32(data, true);
    if ((word & 0x00ffffff) === 0) return fromUtf32(data, false);
    if ((word & 0xff00ffff) === 0 || (word & 0xffff00ff) === 0) throw new JsonSyntaxError('UCS-4 in an unusual order');
    if ((word >>> 16) >> 8 === 0) return fromUtf16(data, true);
    if (((word >>> 16) & 0xff) === 0) return fromUtf16(data, false);
    return data;
  }
  if (data.length >= 2) {
    if (data[0] === 0) return fromUtf16(data, true);
    if (data[1] === 0) return fromUtf16(data, false);
  }
  return data;
}

function fromUtf16(data: Buffer, bigEndian: boolean): Buffer {
  if (data.length % 2 !== 0) throw new JsonSyntaxError('half a UTF-16 unit at the end');
  const units: number[] = [];
  for (let i = 0; i < data.length; i += 2) units.push(bigEndian ? data.readUInt16BE(i) : data.readUInt16LE(i));
  const points: number[] = [];
  for (let i = 0; i < units.length; i++) {
    const unit = units[i] ?? 0;
    const next = units[i + 1] ?? 0;
    if ((unit & 0xfc00) === 0xd800 && (next & 0xfc00) === 0xdc00) {
      points.push(0x10000 + ((unit & 0x3ff) << 10) + (next & 0x3ff));
      i++;
    } else points.push(unit);
  }
  return encode(points);
}

function fromUtf32(data: Buffer, bigEndian: boolean): Buffer {
  if (data.length % 4 !== 0) throw new JsonSyntaxError('part of a UTF-32 unit at the end');
  const points: number[] = [];
  for (let i = 0; i < data.length; i += 4) {
    const point = bigEndian ? data.readUInt32BE(i) : data.readUInt32LE(i);
    if (point > 0x10ffff) throw new JsonSyntaxError('not a Unicode character');
    points.push(point);
  }
  return encode(points);
}

/** Halves of surrogate pairs keep their three bytes, which the parser reads as Jackson does. */
function encode(points: readonly number[]): Buffer {
  const out: number[] = [];
  for (const c of points) {
    if (c < 0x80) out.push(c);
    else if (c < 0x800) out.push(0xc0 | (c >> 6), 0x80 | (c & 63));
    else if (c < 0x10000) out.push(0xe0 | (c >> 12), 0x80 | ((c >> 6) & 63), 0x80 | (c & 63));
    else out.push(0xf0 | (c >> 18), 0x80 | ((c >> 12) & 63), 0x80 | ((c >> 6) & 63), 0x80 | (c & 63));
  }
  return Buffer.from(out);
}

interface OpenObject {
  readonly fields: Map<string, JsonNode>;
  key: string;
}
type Container = OpenObject | JsonNode[];

/** Without recursion: Trino sets no limit to the depth of nesting. */
class TreeParser {
  private readonly data: Buffer;
  private at = 0;

  constructor(data: Buffer) {
    this.data = data;
  }

  parse(): JsonNode | undefined {
    this.skipSpace();
    if (this.at >= this.data.length) return undefined;
    const open: Container[] = [];
    for (;;) {
      let value = this.begin(open);
      while (value !== undefined) {
        const parent = open.at(-1);
        if (parent === undefined) return value;
        value = this.append(open, parent, value);
      }
    }
  }

  /** Reads a scalar, or opens a container and leaves the reader before its first value; an empty one is a value. */
  private begin(open: Container[]): JsonNode | undefined {
    this.skipSpace();
    const byte = this.data[this.at];
    if (byte === 0x7b) {
      this.at++;
      if (this.next() === 0x7d) {
        this.at++;
        return new Map();
      }
      open.push({ fields: new Map(), key: this.key() });
      return undefined;
    }
    if (byte === 0x5b) {
      this.at++;
      if (this.next() === 0x5d) {
        this.at++;
        return [];
      }
      open.push([]);
      return undefined;
    }
    return this.scalar(open.length === 0);
  }

  /** Puts a value into its container; a container that ends with it is the next value. */
  private append(open: Container[], parent: Container, value: JsonNode): JsonNode | undefined {
    const byte = this.next();
    this.at++;
    if (Array.isArray(parent)) {
      parent.push(value);
      if (byte === 0x2c) return undefined;
      if (byte !== 0x5d) throw new JsonSyntaxError(`',' or ']' expected`);
      open.pop();
      return parent;
    }
    parent.fields.set(parent.key, value);
    if (byte === 0x2c) {
      parent.key = this.key();
      return undefined;
    }
    if (byte !== 0x7d) throw new JsonSyntaxError(`',' or '}' expected`);
    open.pop();
    return parent.fields;
  }

  private key(): string {
    if (this.next() !== 0x22) throw new JsonSyntaxError('a field name expected');
    const key = this.text();
    if (this.next() !== 0x3a) throw new JsonSyntaxError(`':' expected`);
    this.at++;
    return key;
  }

  private scalar(root: boolean): JsonNode {
    const byte = this.data[this.at];
    if (byte === 0x22) return this.text();
    if (byte === 0x2d || (byte !== undefined && byte >= 0x30 && byte <= 0x39)) return this.number(root);
    if (byte === 0x74) return this.literal('true', true);
    if (byte === 0x66) return this.literal('false', false);
    if (byte === 0x6e) return this.literal('null', null);
    throw new JsonSyntaxError('a value expected');
  }

  private literal<T extends JsonNode>(word: string, value: T): T {
    if (this.data.toString('latin1', this.at, this.at + word.length) !== word) throw new JsonSyntaxError(`'${word}' expected`);
    this.at += word.length;
    const after = String.fromCharCode(this.data[this.at] ?? 0);
    if (/[\w$]/.test(after) || (this.data[this.at] ?? 0) >= 0x80) throw new JsonSyntaxError(`'${word}' expected`);
    return value;
  }

  private number(root: boolean): bigint | number {
    const m = /^-?(0|[1-9][0-9]*)(?:\.([0-9]+))?(?:[eE][+-]?([0-9]+))?/.exec(this.numberText());
    if (m === null) throw new JsonSyntaxError('a number expected');
    this.at += m[0].length;
    const after = this.data[this.at];
    if (after !== undefined && (/[\w.+-]/.test(String.fromCharCode(after)) || (root && !isSpace(after)))) throw new JsonSyntaxError('not a number');
    const length = (m[1]?.length ?? 0) + (m[2]?.length ?? 0) + (m[3]?.length ?? 0);
    if (length > NUMBER_LENGTH_MAX) throw new JsonSyntaxError('a number that is too long');
    return m[2] === undefined && m[3] === undefined ? BigInt(m[0]) : Number(m[0]);
  }

  private numberText(): string {
    let end = this.at;
    for (
      let byte = this.data[end];
      byte !== undefined && (byte === 0x2b || byte === 0x2d || byte === 0x2e || byte === 0x45 || byte === 0x65 || (byte >= 0x30 && byte <= 0x39));
      byte = this.data[end]
    )
      end++;
    return this.data.toString('latin1', this.at, end);
  }

  private text(): string {
    const { data } = this;
    let result = '';
    let start = ++this.at;
    for (;;) {
      const byte = data[this.at];
      if (byte === undefined || byte < 0x20) throw new JsonSyntaxError('a text that does not end');
      if (byte === 0x22 || byte === 0x5c || byte >= 0x80) {
        result += data.toString('latin1', start, this.at);
        if (byte === 0x22) {
          this.at++;
          return result;
        }
        result += byte === 0x5c ? this.escape() : this.multibyte();
        start = this.at;
      } else this.at++;
    }
  }

  private escape(): string {
    const byte = this.data[this.at + 1];
    this.at += 2;
    switch (byte) {
      case 0x22:
      case 0x5c:
      case 0x2f:
        return String.fromCharCode(byte);
      case 0x62:
        return '\b';
      case 0x66:
        return '\f';
      case 0x6e:
        return '\n';
      case 0x72:
        return '\r';
      case 0x74:
        return '\t';
      case 0x75: {
        const hex = this.data.toString('latin1', this.at, this.at + 4);
        if (!/^[0-9a-fA-F]{4}$/.test(hex)) throw new JsonSyntaxError('four hexadecimal digits expected');
        this.at += 4;
        return String.fromCharCode(Number.parseInt(hex, 16));
      }
      default:
        throw new JsonSyntaxError('an unknown escape');
    }
  }

  /** Overlong forms and surrogates pass, as in Jackson. */
  private multibyte(): string {
    const first = this.data[this.at] ?? 0;
    const size = (first & 0xe0) === 0xc0 ? 2 : (first & 0xf0) === 0xe0 ? 3 : (first & 0xf8) === 0xf0 ? 4 : 0;
    if (size === 0) throw new JsonSyntaxError('not UTF-8');
    let point = first & (0x7f >> size);
    for (let i = 1; i < size; i++) {
      const byte = this.data[this.at + i] ?? 0;
      if ((byte & 0xc0) !== 0x80) throw new JsonSyntaxError('not UTF-8');
      point = (point << 6) | (byte & 0x3f);
    }
    this.at += size;
    if (size < 4) return String.fromCharCode(point);
    const rest = point - 0x10000;
    return String.fromCharCode((0xd800 | (rest >> 10)) & 0xffff, 0xdc00 | (rest & 0x3ff));
  }

  private next(): number | undefined {
    this.skipSpace();
    return this.data[this.at];
  }

  private skipSpace(): void {
    while (isSpace(this.data[this.at])) this.at++;
  }
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

import { isUtf8 } from 'node:buffer';
import type { ColumnBuilder } from '../../block/columnBuilder.ts';
import { codePointEnd } from '../utf8.ts';
import type { JsonField } from './jsonField.ts';

export interface ScannedColumn {
  readonly field: JsonField;
  readonly builder: ColumnBuilder;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const UNUSUAL = -1;
const DEPTH_MAX = 64;
/** Digits that a double holds exactly, whatever they are. */
const EXACT_DIGITS = 15;
const POWERS_OF_TEN = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];

/** Four bytes at once: a bit of HIGH_BITS is left where a byte is below 0x20, or equal to the one repeated in a pattern. */
const HIGH_BITS = 0x80808080 | 0;
const SPACES = 0x20202020;
const ONES = 0x01010101;
const QUOTES = 0x22222222;
const BACKSLASHES = 0x5c5c5c5c;
/** What stands before a value is foretold while it is this short, and learned so often. */
const FORETOLD_BYTES_MAX = 128;
const LESSONS_MAX = 256;

/** What stood before the value of an object's nth field, from the end of the value before it: most messages have the same there. */
class ForetoldField {
  readonly length: number;
  readonly words: Int32Array;
  readonly lastWord: number;
  readonly child: PathNode | undefined;
  /** All its bytes ORed. */
  readonly high: number;

  /** At least four bytes. */
  constructor(bytes: Buffer, child: PathNode | undefined) {
    this.length = bytes.length;
    this.words = Int32Array.from({ length: (bytes.length - 1) >> 2 }, (_, i) => bytes.readInt32LE(i * 4));
    this.lastWord = bytes.readInt32LE(bytes.length - 4);
    this.child = child;
    this.high = bytes.reduce((all, byte) => all | byte, 0);
  }
}

/** One level of the declared paths. */
class PathNode {
  readonly key: Buffer;
  readonly leaves: Leaf[] = [];
  readonly children: PathNode[] = [];
  /** Children by the length of their key. */
  readonly byLength: PathNode[][] = [];
  /** Some leaf wants the value as it stands. */
  verbatim = false;
  /** The row in which this node was last met. */
  seenAt = UNUSUAL;
  readonly foretold: ForetoldField[] = [];
  lessons = 0;

  constructor(key: string) {
    this.key = Buffer.from(key, 'utf8');
  }
}

class Leaf {
  readonly form: JsonField['form'];
  readonly builder: ColumnBuilder;
  readonly min: number;
  readonly max: number;

  constructor({ field, builder }: ScannedColumn) {
    this.form = field.form;
    this.builder = builder;
    // beyond 2^53 the slow way is taken in any case
    this.min = field.form.kind === 'integer' ? Number(field.form.min) : 0;
    this.max = field.form.kind === 'integer' ? Number(field.form.max) : 0;
  }
}

/**
 * Walks an object's bytes once and fills the declared columns; fields that nobody asked for are only checked for
 * syntax. Gives up (false) on anything unusual, malformed included: the caller then starts the row anew by the exact way.
 */
export class JsonScanner {
  private readonly root = new PathNode('');
  private readonly nodes: PathNode[] = [];
  private readonly possible: boolean;
  private data: Buffer = Buffer.alloc(0);
  private view = new DataView(this.data.buffer, 0, 0);
  private end = 0;
  private row = 0;
  /** Counts the messages, so that no flag needs resetting. */
  private message = 0;
  /** All bytes of texts ORed, singly or by fours: a bit of HIGH_BITS means that UTF-8 must be checked. */
  private high = 0;
  // what the last number or text was
  private digits = 0;
  private mantissa = 0;
  private exponent = 0;
  private negative = false;
  private whole = true;
  private escaped = false;
  private textHigh = 0;
  private scratch: Buffer = Buffer.alloc(256);

  constructor(columns: readonly ScannedColumn[]) {
    for (const column of columns) this.add(column);
    this.possible = columns.every((c) => c.field.path.length > 0);
  }

  scan(data: Buffer, start: number, end: number, row: number): boolean {
    if (!this.possible) return false;
    if (this.data !== data) {
      this.data = data;
      this.view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    }
    this.end = end;
    this.row = row;
    this.high = 0;
    this.message++;
    let at = this.space(start);
    if (at >= end || data[at] !== 0x7b) return false;
    at = this.object(at + 1, this.root);
    if (at === UNUSUAL) return false;
    if ((this.high & HIGH_BITS) !== 0 && !isUtf8(data.subarray(start, at))) return false;
    for (const node of this.nodes) {
      if (node.seenAt === this.message) continue;
      for (const leaf of node.leaves) leaf.builder.setNull(row);
    }
    return true;
  }

  private add(column: ScannedColumn): void {
    let node = this.root;
    for (const part of column.field.path) {
      let child = node.children.find((c) => c.key.equals(Buffer.from(part, 'utf8')));
      if (child === undefined) {
        child = new PathNode(part);
        node.children.push(child);
        const list = node.byLength[child.key.length] ?? [];
        list.push(child);
        node.byLength[child.key.length] = list;
        this.nodes.push(child);
      }
      node = child;
    }
    node.leaves.push(new Leaf(column));
    if (column.field.form.kind === 'verbatim') node.verbatim = true;
  }

  private space(from: number): number {
    const { data, end } = this;
    let at = from;
    while (at < end) {
      const byte = data[at] as number;
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break;
      at++;
    }
    return at;
  }

  /** From after `{` to after `}`. */
  private object(from: number, node: PathNode): number {
    const { data, end } = this;
    let at = from;
    for (let field = 0; ; field++) {
      const foretold = node.foretold[field];
      let child: PathNode | undefined;
      if (foretold !== undefined && this.stands(foretold, at)) {
        at += foretold.length;
        this.high |= foretold.high;
        ({ child } = foretold);
      } else {
        const start = at;
        at = this.space(at);
        if (at < end && data[at] === 0x7d) return at + 1;
        if (field > 0) {
          if (at >= end || data[at] !== 0x2c) return UNUSUAL;
          at = this.space(at + 1);
        }
        const keyStart = at + 1;
        const keyEnd = this.key(at);
        if (keyEnd === UNUSUAL) return UNUSUAL;
        child = this.child(node, keyStart, keyEnd - keyStart);
        at = this.space(keyEnd + 1);
        if (at >= end || data[at] !== 0x3a) return UNUSUAL;
        at = this.space(at + 1);
        const length = at - start;
        if (length >= 4 && length <= FORETOLD_BYTES_MAX && node.lessons < LESSONS_MAX) {
          node.lessons++;
          node.foretold[field] = new ForetoldField(data.subarray(start, at), child);
        }
      }
      if (at >= end) return UNUSUAL;
      at = child === undefined ? this.skip(at, 0) : this.declared(at, child);
      if (at === UNUSUAL) return UNUSUAL;
      if (at < end && data[at] === 0x7d) return at + 1;
    }
  }

  private stands({ length, words, lastWord }: ForetoldField, at: number): boolean {
    const { view } = this;
    if (at + length > this.end) return false;
    for (let i = 0; i < words.length; i++) if (view.getInt32(at + i * 4, true) !== words[i]) return false;
    return view.getInt32(at + length - 4, true) === lastWord;
  }

  /** From a key's opening quote to its closing one. */
  private key(from: number): number {
    const { data, end } = this;
    if (from >= end || data[from] !== QUOTE) return UNUSUAL;
    let at = from + 1;
    let byte = 0;
    let high = 0;
    while (at < end && (byte = data[at] as number) !== QUOTE) {
      if (byte === BACKSLASH || byte < 0x20) return UNUSUAL;
      high |= byte;
      at++;
    }
    this.high |= high;
    return at < end ? at : UNUSUAL;
  }

  private child(node: PathNode, keyStart: number, length: number): PathNode | undefined {
    const candidates = node.byLength[length];
    if (candidates === undefined) return undefined;
    const { data } = this;
    for (let i = 0; i < candidates.length; i++) {
      const candidate = candidates[i] as PathNode;
      const { key } = candidate;
      let same = 0;
      while (same < length && key[same] === data[keyStart + same]) same++;
      if (same === length) return candidate;
    }
    return undefined;
  }

  private declared(at: number, node: PathNode): number {
    const again = node.seenAt === this.message;
    node.seenAt = this.message;
    if (again) {
      if (node.children.length > 0) return UNUSUAL;
      for (const leaf of node.leaves) leaf.builder.clearNull(this.row);
    }
    if (node.verbatim) return this.declaredVerbatim(at, node);
    const byte = this.data[at] as number;
    if (byte === 0x7b) return node.leaves.length > 0 ? UNUSUAL : this.object(at + 1, node);
    if (byte === 0x5b) return node.leaves.length > 0 ? UNUSUAL : this.skip(at, 0);
    if (byte === QUOTE) return this.declaredText(at, node.leaves);
    if (byte === 0x2d || (byte >= 0x30 && byte <= 0x39)) return this.declaredNumber(at, node.leaves);
    return this.declaredLiteral(at, byte, node.leaves);
  }

  private declaredVerbatim(at: number, node: PathNode): number {
    const after = this.skip(at, 0);
    if (after === UNUSUAL || node.children.length > 0) return UNUSUAL;
    for (const { form } of node.leaves) {
      if (form.kind !== 'verbatim') return UNUSUAL;
      form.take(at, after);
    }
    return after;
  }

  private declaredLiteral(at: number, byte: number, leaves: readonly Leaf[]): number {
    const after = this.literal(at, byte);
    if (after === UNUSUAL) return UNUSUAL;
    for (let i = 0; i < leaves.length; i++) {
      const leaf = leaves[i] as Leaf;
      if (byte === 0x6e) leaf.builder.setNull(this.row);
      else if (leaf.form.kind === 'boolean') leaf.builder.putBoolean(this.row, byte === 0x74);
      else if (leaf.form.kind === 'text' && leaf.form.length === undefined) leaf.builder.putBytes(this.row, this.data, at, after);
      else return UNUSUAL;
    }
    return after;
  }

  private declaredText(at: number, leaves: readonly Leaf[]): number {
    const after = this.text(at + 1);
    if (after === UNUSUAL) return UNUSUAL;
    const { data, row } = this;
    const start = at + 1;
    const stop = after - 1;
    for (let i = 0; i < leaves.length; i++) {
      const { form, builder, min, max } = leaves[i] as Leaf;
      if (form.kind === 'text') {
        if (this.escaped) {
          const size = this.unescape(start, stop);
          if (size === UNUSUAL) return UNUSUAL;
          builder.putBytes(row, this.scratch, 0, form.length === undefined ? size : codePointEnd(this.scratch, 0, size, form.length));
        } else builder.putBytes(row, data, start, form.length === undefined ? stop : codePointEnd(data, start, stop, form.length));
        continue;
      }
      if (this.escaped || this.textHigh !== 0) return UNUSUAL;
      if (form.kind === 'temporal') {
        const stored = form.fromBytes?.(data, start, stop) ?? Number.NaN;
        if (!Number.isNaN(stored)) {
          builder.putInteger(row, stored);
          continue;
        }
        const value = form.parse(data.toString('latin1', start, stop));
        if (value === undefined) return UNUSUAL;
        builder.put(row, value);
      } else if (form.kind === 'integer') {
        if (this.number(start) !== stop || !this.whole || this.digits > EXACT_DIGITS) return UNUSUAL;
        const value = this.negative ? -this.mantissa : this.mantissa;
        if (value < min || value > max) return UNUSUAL;
        builder.putInteger(row, value);
      } else return UNUSUAL;
    }
    return after;
  }

  private declaredNumber(at: number, leaves: readonly Leaf[]): number {
    const after = this.number(at);
    if (after === UNUSUAL) return UNUSUAL;
    const { data, row } = this;
    for (let i = 0; i < leaves.length; i++) {
      const { form, builder, min, max } = leaves[i] as Leaf;
      if (form.kind === 'double') {
        builder.putDouble(row, this.double(at, after));
        continue;
      }
      if (!this.whole || this.digits > EXACT_DIGITS) return UNUSUAL;
      const value = this.negative ? -this.mantissa : this.mantissa;
      if (form.kind === 'integer') {
        if (value < min || value > max) return UNUSUAL;
        builder.putInteger(row, value);
      } else if (form.kind === 'boolean') builder.putBoolean(row, value !== 0);
      else if (form.kind === 'text') {
        if (form.length !== undefined || (this.negative && value === 0)) return UNUSUAL;
        builder.putBytes(row, data, at, after);
      } else if (form.kind === 'verbatim') return UNUSUAL;
      else {
        const stored = form.fromNumber?.(value) ?? Number.NaN;
        if (!Number.isNaN(stored)) {
          builder.putInteger(row, stored);
          continue;
        }
        const parsed = form.parse(data.toString('latin1', at, after));
        if (parsed === undefined) return UNUSUAL;
        builder.put(row, parsed);
      }
    }
    return after;
  }

  private double(at: number, after: number): number {
    if (this.digits <= EXACT_DIGITS && this.exponent >= -22 && this.exponent <= 22) {
      // both factors are exact, so that one rounding gives the nearest double
      const scale = POWERS_OF_TEN[Math.abs(this.exponent)] as number;
      const value = this.exponent < 0 ? this.mantissa / scale : this.mantissa * scale;
      return this.negative && !(this.whole && value === 0) ? -value : value;
    }
    return Number(this.data.toString('latin1', at, after));
  }

  /** The end of a number; UNUSUAL: malformed, or of more digits than need be looked at here. */
  private number(from: number): number {
    const { data, end } = this;
    let at = from;
    this.negative = data[at] === 0x2d;
    if (this.negative) at++;
    const first = at;
    let mantissa = 0;
    let byte = 0;
    while (at < end && (byte = data[at] as number) >= 0x30 && byte <= 0x39) {
      mantissa = mantissa * 10 + byte - 0x30;
      at++;
    }
    let digits = at - first;
    if (digits === 0 || digits > 300 || (digits > 1 && data[first] === 0x30)) return UNUSUAL;
    this.whole = true;
    this.exponent = 0;
    if (at < end && (byte = data[at] as number) === 0x2e) {
      this.whole = false;
      const point = ++at;
      while (at < end && (byte = data[at] as number) >= 0x30 && byte <= 0x39) {
        mantissa = mantissa * 10 + byte - 0x30;
        at++;
      }
      if (at === point || at - point > 300) return UNUSUAL;
      this.exponent = point - at;
      digits += at - point;
    }
    if (at < end && ((data[at] as number) | 0x20) === 0x65) {
      at = this.exponentPart(at + 1);
      if (at === UNUSUAL) return UNUSUAL;
    }
    this.digits = digits;
    this.mantissa = mantissa;
    return at;
  }

  private exponentPart(from: number): number {
    const { data, end } = this;
    let at = from;
    this.whole = false;
    const minus = data[at] === 0x2d;
    if (at < end && (minus || data[at] === 0x2b)) at++;
    const first = at;
    let value = 0;
    let byte = 0;
    while (at < end && (byte = data[at] as number) >= 0x30 && byte <= 0x39) {
      value = value * 10 + byte - 0x30;
      at++;
    }
    if (at === first || at - first > 9) return UNUSUAL;
    this.exponent += minus ? -value : value;
    return at;
  }

  private literal(at: number, byte: number): number {
    const { data, end } = this;
    if (byte === 0x74) return at + 4 <= end && data[at + 1] === 0x72 && data[at + 2] === 0x75 && data[at + 3] === 0x65 ? at + 4 : UNUSUAL;
    if (byte === 0x6e) return at + 4 <= end && data[at + 1] === 0x75 && data[at + 2] === 0x6c && data[at + 3] === 0x6c ? at + 4 : UNUSUAL;
    if (byte !== 0x66) return UNUSUAL;
    return at + 5 <= end && data[at + 1] === 0x61 && data[at + 2] === 0x6c && data[at + 3] === 0x73 && data[at + 4] === 0x65 ? at + 5 : UNUSUAL;
  }

  /** From after the opening quote to after the closing one. */
  private text(from: number): number {
    const { data, end, view } = this;
    let at = from;
    let high = 0;
    this.escaped = false;
    for (;;) {
      while (at + 4 <= end) {
        const word = view.getInt32(at, true);
        const quotes = word ^ QUOTES;
        const backslashes = word ^ BACKSLASHES;
        const found = ((word - SPACES) & ~word) | ((quotes - ONES) & ~quotes) | ((backslashes - ONES) & ~backslashes);
        if ((found & HIGH_BITS) !== 0) break;
        high |= word;
        at += 4;
      }
      let byte = 0;
      while (at < end && (byte = data[at] as number) >= 0x20 && byte !== QUOTE && byte !== BACKSLASH) {
        high |= byte;
        at++;
      }
      if (at >= end || byte < 0x20) return UNUSUAL;
      if (byte === QUOTE) break;
      this.escaped = true;
      at = this.escape(at + 1);
      if (at === UNUSUAL) return UNUSUAL;
    }
    this.textHigh = high & HIGH_BITS;
    this.high |= high;
    return at + 1;
  }

  private escape(at: number): number {
    if (at >= this.end) return UNUSUAL;
    switch (this.data[at]) {
      case 0x22:
      case 0x5c:
      case 0x2f:
      case 0x62:
      case 0x66:
      case 0x6e:
      case 0x72:
      case 0x74:
        return at + 1;
      case 0x75:
        for (let i = 1; i <= 4; i++) if (at + i >= this.end || hexDigit(this.data[at + i] as number) === UNUSUAL) return UNUSUAL;
        return at + 5;
      default:
        return UNUSUAL;
    }
  }

  /** Writes the text without escapes to the scratch buffer and gives its size; its escapes are known to be well-formed. */
  private unescape(start: number, stop: number): number {
    const { data } = this;
    if (this.scratch.length < stop - start) this.scratch = Buffer.alloc((stop - start) * 2);
    const out = this.scratch;
    let size = 0;
    for (let at = start; at < stop; at++) {
      const byte = data[at] as number;
      if (byte !== BACKSLASH) {
        out[size++] = byte;
        continue;
      }
      const kind = data[++at] as number;
      if (kind !== 0x75) {
        out[size++] = SHORT_ESCAPES[kind] ?? kind;
        continue;
      }
      let point = this.hex4(at + 1);
      at += 4;
      if (point >= 0xd800 && point < 0xe000) {
        const low = point < 0xdc00 && data[at + 1] === BACKSLASH && data[at + 2] === 0x75 && at + 6 < stop ? this.hex4(at + 3) : 0;
        if (low < 0xdc00 || low >= 0xe000) return UNUSUAL;
        point = 0x10000 + ((point & 0x3ff) << 10) + (low & 0x3ff);
        at += 6;
      }
      size = writePoint(out, size, point);
    }
    return size;
  }

  private hex4(at: number): number {
    let value = 0;
    for (let i = 0; i < 4; i++) value = value * 16 + hexDigit(this.data[at + i] as number);
    return value;
  }

  /** Over a value that nobody asked for, checking its syntax. */
  private skip(at: number, depth: number): number {
    const byte = this.data[at] as number;
    if (byte === QUOTE) return this.text(at + 1);
    if (byte === 0x2d || (byte >= 0x30 && byte <= 0x39)) return this.number(at);
    if (byte === 0x7b || byte === 0x5b) return depth >= DEPTH_MAX ? UNUSUAL : this.skipContainer(at + 1, byte === 0x7b, depth + 1);
    return this.literal(at, byte);
  }

  private skipContainer(from: number, isObject: boolean, depth: number): number {
    const { data, end } = this;
    const close = isObject ? 0x7d : 0x5d;
    let at = this.space(from);
    if (at < end && data[at] === close) return at + 1;
    for (;;) {
      at = this.space(at);
      if (isObject) {
        if (at >= end || data[at] !== QUOTE) return UNUSUAL;
        at = this.text(at + 1);
        if (at === UNUSUAL) return UNUSUAL;
        at = this.space(at);
        if (at >= end || data[at] !== 0x3a) return UNUSUAL;
        at = this.space(at + 1);
      }
      if (at >= end) return UNUSUAL;
      at = this.skip(at, depth);
      if (at === UNUSUAL) return UNUSUAL;
      at = this.space(at);
      if (at >= end) return UNUSUAL;
      const byte = data[at] as number;
      if (byte === close) return at + 1;
      if (byte !== 0x2c) return UNUSUAL;
      at++;
    }
  }
}

const SHORT_ESCAPES: Readonly<Record<number, number>> = { 98: 8, 102: 12, 110: 10, 114: 13, 116: 9 };

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : UNUSUAL;
}

function writePoint(out: Buffer, at: number, point: number): number {
  let size = at;
  if (point < 0x80) out[size++] = point;
  else if (point < 0x800) {
    out[size++] = 0xc0 | (point >> 6);
    out[size++] = 0x80 | (point & 63);
  } else if (point < 0x10000) {
    out[size++] = 0xe0 | (point >> 12);
    out[size++] = 0x80 | ((point >> 6) & 63);
    out[size++] = 0x80 | (point & 63);
  } else {
    out[size++] = 0xf0 | (point >> 18);
    out[size++] = 0x80 | ((point >> 12) & 63);
    out[size++] = 0x80 | ((point >> 6) & 63);
    out[size++] = 0x80 | (point & 63);
  }
  return size;
}

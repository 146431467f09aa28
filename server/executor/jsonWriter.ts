const ESCAPES: readonly (string | undefined)[] = Array.from({ length: 128 }, (_, ch) => escapeOf(ch));

function escapeOf(ch: number): string | undefined {
  switch (ch) {
    case 8:
      return '\\b';
    case 9:
      return '\\t';
    case 10:
      return '\\n';
    case 12:
      return '\\f';
    case 13:
      return '\\r';
    case 34:
      return '\\"';
    case 92:
      return '\\\\';
    default:
      return ch < 32 ? `\\u${ch.toString(16).toUpperCase().padStart(4, '0')}` : undefined;
  }
}

const BASE64 = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/');

const CAPACITY_MIN = 64;

/** Bytes of JSON. Every method makes room for what it writes. */
export class JsonWriter {
  buffer: Uint8Array<ArrayBuffer>;
  position = 0;

  constructor(capacity: number) {
    this.buffer = Buffer.allocUnsafeSlow(capacity);
  }

  /** What was written since the last call; the next bytes go into a new buffer, of `capacity` when about as many are expected again. */
  take(capacity: number): Uint8Array<ArrayBuffer> {
    const written = this.position;
    const bytes = this.buffer.subarray(0, written);
    this.buffer = Buffer.allocUnsafeSlow(written * 2 < capacity ? CAPACITY_MIN : capacity);
    this.position = 0;
    return bytes;
  }

  ensure(bytes: number): void {
    if (this.position + bytes <= this.buffer.length) return;
    const bigger = Buffer.allocUnsafeSlow(Math.max(this.buffer.length * 2, this.position + bytes));
    bigger.set(this.buffer.subarray(0, this.position));
    this.buffer = bigger;
  }

  byte(ch: number): void {
    if (this.position === this.buffer.length) this.ensure(1);
    this.buffer[this.position++] = ch;
  }

  ascii(text: string): void {
    this.ensure(text.length);
    const out = this.buffer;
    let p = this.position;
    for (let i = 0; i < text.length; i++) out[p++] = text.charCodeAt(i);
    this.position = p;
  }

  bytes(source: Uint8Array, start: number, length: number): void {
    this.ensure(length);
    const out = this.buffer;
    let p = this.position;
    if (length < 64) for (let i = start, end = start + length; i < end; i++) out[p++] = source[i] as number;
    else {
      out.set(source.subarray(start, start + length), p);
      p += length;
    }
    this.position = p;
  }

  /** A whole number that a double holds exactly. */
  integer(value: number): void {
    this.ensure(21);
    const out = this.buffer;
    let p = this.position;
    let n = value;
    if (n < 0) {
      out[p++] = 45;
      n = -n;
    }
    let length = 1;
    for (let power = 10; n >= power; power *= 10) length++;
    this.position = p + length;
    p += length;
    while (n > 2147483647) {
      const q = Math.floor(n / 10);
      out[--p] = 48 + (n - q * 10);
      n = q;
    }
    let m = n;
    do {
      const q = (m / 10) | 0;
      out[--p] = 48 + (m - q * 10);
      m = q;
    } while (m > 0);
  }

  /**
   * A number below 10,000,000 with at most four decimals, in Java's form; false, and nothing written, if it is none. Decimals of up to 15 digits are
   * different doubles, so what divides back to the value is its shortest text.
   */
  shortDecimal(value: number): boolean {
    const absolute = value < 0 ? -value : value;
    const scaled = Math.round(absolute * 10000);
    if (scaled < 10 || scaled / 10000 !== absolute) return false;
    const whole = Math.floor(absolute);
    if (value < 0) this.byte(45);
    this.integer(whole);
    this.ensure(5);
    const out = this.buffer;
    let p = this.position;
    let rest = scaled - whole * 10000;
    out[p++] = 46;
    do {
      const digit = (rest / 1000) | 0;
      out[p++] = 48 + digit;
      rest = (rest - digit * 1000) * 10;
    } while (rest > 0);
    this.position = p;
    return true;
  }

  /** `value` in exactly `width` digits, with leading zeros. */
  padded(value: number, width: number): void {
    this.ensure(width);
    const out = this.buffer;
    let n = value;
    for (let p = this.position + width - 1; p >= this.position; p--) {
      const q = Math.floor(n / 10);
      out[p] = 48 + (n - q * 10);
      n = q;
    }
    this.position += width;
  }

  /** UTF-8 text as a JSON string. */
  string(source: Uint8Array, start: number, length: number): void {
    this.ensure(length + 2);
    let out = this.buffer;
    let p = this.position;
    out[p++] = 34;
    for (let i = start, end = start + length; i < end; i++) {
      const ch = source[i] as number;
      if (ch >= 32 && ch !== 34 && ch !== 92) {
        out[p++] = ch;
        continue;
      }
      const escape = ESCAPES[ch] as string;
      this.position = p;
      this.ensure(escape.length + (end - i) + 1);
      out = this.buffer;
      for (let j = 0; j < escape.length; j++) out[p++] = escape.charCodeAt(j);
    }
    out[p++] = 34;
    this.position = p;
  }

  text(value: string): void {
    const bytes = Buffer.from(value);
    this.string(bytes, 0, bytes.length);
  }

  base64(source: Uint8Array, start: number, length: number): void {
    this.ensure(Math.ceil(length / 3) * 4 + 2);
    const out = this.buffer;
    let p = this.position;
    out[p++] = 34;
    const end = start + length;
    for (let i = start; i < end; i += 3) {
      const left = end - i;
      const word = ((source[i] as number) << 16) | ((left > 1 ? (source[i + 1] as number) : 0) << 8) | (left > 2 ? (source[i + 2] as number) : 0);
      out[p++] = BASE64[word >> 18] as number;
      out[p++] = BASE64[(word >> 12) & 63] as number;
      out[p++] = left > 1 ? (BASE64[(word >> 6) & 63] as number) : 61;
      out[p++] = left > 2 ? (BASE64[word & 63] as number) : 61;
    }
    out[p++] = 34;
    this.position = p;
  }
}
